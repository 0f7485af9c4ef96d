"""Turns and what happened in each, as lines. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from boocode_desktop.domain.transcript import AskEntry, EndEntry, Entry, NoteEntry, PromptEntry, ToolEntry
from boocode_desktop.ui.ages import seconds
from boocode_desktop.ui.transcript.tool_looks import Family, tool_look
from boocode_desktop.ui.widgets.line_list import Line

EARLIER = "earlier"
_BAD = ("error", "timeout", "denied", "interrupted")
# Several of these in a row say no more than their number.
_COUNTED: dict[Family, tuple[str, str]] = {
    "read": ("Read", "files"),
    "list": ("Listed", "folders"),
    "search": ("Searched", "times"),
    "fetch": ("Fetched", "pages"),
}


def timeline(entries: Iterable[Entry], *, has_earlier: bool = False) -> list[Line]:
    """A line for every turn, and indented below it one for everything of note that happened in it."""
    lines = [Line(id=EARLIER, title="Show earlier turns", icon="arrow-up", strong=False)] if has_earlier else []
    for _turn, group in groupby(entries, key=lambda entry: entry.turn_id):
        lines += _turn_lines(list(group))
    return lines


def _turn_lines(entries: Sequence[Entry]) -> list[Line]:
    prompt = next((e for e in entries if isinstance(e, PromptEntry)), None)
    end = next((e for e in reversed(entries) if isinstance(e, EndEntry)), None)
    head = _head(prompt, end, entries[0])
    return [head, *_happened(entries)]


def _head(prompt: PromptEntry | None, end: EndEntry | None, first: Entry) -> Line:
    icon, tone, word = _state(end)
    if prompt is None:
        return Line(id=first.id, title="The rest of an earlier turn", icon=icon, tone=tone, spoken=word)
    when = datetime.fromtimestamp(prompt.at).strftime("%H:%M") if prompt.at else ""
    agent = " · ".join(w for w in (prompt.agent, prompt.model, when, "" if word == "done" else word) if w)
    return Line(
        id=prompt.id,
        title=f"{prompt.number}  {' '.join(prompt.text.split()) or 'picture'}",
        detail=agent,
        right=seconds(end.duration_ms) if end else "",
        icon=icon,
        tone=tone,
        spoken=word,
        tip=prompt.text[:600],
    )


def _state(end: EndEntry | None) -> tuple[str, str, str]:
    if end is None:
        return "circle-dot", "accent", "running"
    return {
        "completed": ("circle-check", "ok", "done"),
        "failed": ("circle-x", "bad", "failed"),
        "cancelled": ("circle-stop", "tx2", "stopped"),
        "interrupted": ("circle-pause", "warn", "interrupted"),
    }[end.status]


def _happened(entries: Sequence[Entry]) -> list[Line]:
    lines: list[Line] = []
    for counted, group in groupby(_noteworthy(entries), key=_kind):
        found = list(group)
        if counted and len(found) > 1:
            lines.append(_together(counted, found))
        else:
            lines += [_line(entry) for entry in found]
    return lines


def _noteworthy(entries: Iterable[Entry]) -> list[Entry]:
    return [
        e for e in entries if isinstance(e, (ToolEntry, AskEntry)) or (isinstance(e, NoteEntry) and e.level != "info")
    ]


def _kind(entry: Entry) -> Family | None:
    if not isinstance(entry, ToolEntry) or entry.outcome in _BAD:
        return None
    family = tool_look(entry).family
    return family if family in _COUNTED else None


def _together(family: Family, entries: Sequence[Entry]) -> Line:
    verb, noun = _COUNTED[family]
    tools = [e for e in entries if isinstance(e, ToolEntry)]
    names = ", ".join(dict.fromkeys(tool_look(t).argument for t in tools if tool_look(t).argument))
    total = sum(t.latency_ms or 0.0 for t in tools)
    icon = tool_look(tools[0]).icon
    title = f"{verb} {len(tools)} {noun}"
    return Line(id=tools[0].id, title=title, right=seconds(total), icon=icon, indent=1, strong=False, tip=names[:600])


def _line(entry: Entry) -> Line:
    match entry:
        case ToolEntry():
            return _tool(entry)
        case AskEntry(resolved=None):
            return _small(entry.id, f"Asks: {entry.request.title}", "shield-question-mark", "warn", "needs you")
        case AskEntry():
            return _small(entry.id, f"Asked: {entry.request.title}", "shield-check", "tx2")
        case NoteEntry(level="bad"):
            return _small(entry.id, entry.message, "circle-alert", "bad", "error")
        case NoteEntry():
            return _small(entry.id, entry.message, "triangle-alert", "warn", "warning")
        case _:
            return _small(entry.id, entry.kind, "circle", "tx2")


def _small(line_id: str, title: str, icon: str, tone: str, spoken: str = "") -> Line:
    return Line(id=line_id, title=" ".join(title.split()), icon=icon, tone=tone, spoken=spoken, indent=1, strong=False)


def _tool(entry: ToolEntry) -> Line:
    look, details = tool_look(entry), entry.details or {}
    figures = [f"+{details['added']} −{details.get('removed', 0)}"] if "added" in details else []
    if details.get("exit_code"):
        figures.append(f"exit {details['exit_code']}")
    if entry.latency_ms is not None:
        figures.append(seconds(entry.latency_ms))
    bad = entry.outcome in _BAD or bool(details.get("exit_code"))
    return Line(
        id=entry.id,
        title=" ".join(f"{look.title} {look.argument}".split())[:300],
        right="  ".join(figures),
        icon="circle-x" if bad else look.icon,
        tone="bad" if bad else "tx2",
        spoken=str(entry.outcome or "running") if bad or entry.outcome is None else "",
        indent=1,
        strong=False,
    )
