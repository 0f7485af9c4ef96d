"""The rows of a tool call: a header, and what belongs to the tool when unfolded."""

import re
from dataclasses import replace
from typing import Any

from boocode_desktop.content.highlighting_ansi import ansi_text
from boocode_desktop.domain.transcript import ToolEntry
from boocode_desktop.ui.transcript.folds import Folds
from boocode_desktop.ui.transcript.groups import Group, group_rows
from boocode_desktop.ui.transcript.rows import Body, FailureBody, FootBody, Frame, HeadBody, Row, State
from boocode_desktop.ui.transcript.tool_content import code_chunks, tool_content
from boocode_desktop.ui.transcript.tool_looks import ToolLook, tool_look
from boocode_desktop.ui.transcript.wording import count, duration

CARD_GAP = 12
_STATES: dict[str | None, State] = {
    None: "running",
    "success": "ok",
    "error": "bad",
    "timeout": "bad",
    "denied": "denied",
    "cancelled": "stopped",
    "interrupted": "stopped",
}


def tool_rows(entry: ToolEntry, folds: Folds, group: Group | None = None) -> list[Row]:
    """The card of a call, as one row or several; in a group of calls its part of their card."""
    look = tool_look(entry)
    bodies: list[Body] = []
    if folds.is_open(entry, grouped=group is not None):
        bodies = _bodies(entry, look, full=folds.is_full(entry))
    if group is not None:
        head = replace(tool_head(entry, look, open_=bool(bodies)), member=True)
        return group_rows(group, head, bodies, tool_source(entry), folds)
    return card_rows(entry.id, [tool_head(entry, look, open_=bool(bodies)), *bodies], tool_source(entry))


def card_rows(entry_id: str, bodies: list[Body], source: str, gap: int = CARD_GAP) -> list[Row]:
    """Bodies as the rows of one card."""
    last = len(bodies) - 1
    rows = []
    for index, body in enumerate(bodies):
        frame: Frame = "single" if not last else "top" if not index else "bottom" if index == last else "middle"
        rows.append(
            Row(
                entry_id=entry_id,
                body=body,
                frame=frame,
                gap=0 if index else gap,
                source="" if index else source,
            )
        )
    return rows


def tool_head(entry: ToolEntry, look: ToolLook, *, open_: bool) -> HeadBody:
    """The header: what it is, how much it changed, how long it took, how it ended."""
    details = entry.details or {}
    code = details.get("exit_code")
    return HeadBody(
        icon=look.icon,
        title=look.title,
        argument="" if look.family == "agent" else look.argument,
        words=look.argument if look.family == "agent" else "",
        added=_number(details.get("added")),
        removed=_number(details.get("removed")),
        chip=f"exit {code}" if isinstance(code, int) and code else "",
        meta=_meta(entry, look, details),
        state=_STATES[entry.outcome],
        foldable=_has_content(entry),
        open=open_,
        started_at=entry.started_at if entry.outcome is None else 0.0,
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else len(value) if isinstance(value, list) else 0


def _meta(entry: ToolEntry, look: ToolLook, details: dict[str, Any]) -> str:
    parts = ["MCP"] if look.family == "mcp" else []
    hits, files = _number(details.get("hits")), _number(details.get("files"))
    if hits:
        parts.append(count(hits, "hit") + (f", {count(files, 'file')}" if files else ""))
    took = duration(entry.latency_ms) if entry.latency_ms is not None else ""
    words = {
        "timeout": f"time ran out after {took}" if took else "time ran out",
        "cancelled": f"stopped at {took}" if took else "stopped",
        "interrupted": f"interrupted at {took}" if took else "interrupted",
        "denied": "denied",
    }
    parts.append(words.get(entry.outcome or "", took))
    return " · ".join(part for part in parts if part)


def _has_content(entry: ToolEntry) -> bool:
    return bool(entry.output or entry.error or entry.input or entry.details)


def _bodies(entry: ToolEntry, look: ToolLook, *, full: bool) -> list[Body]:
    content = tool_content(entry, look, full=full)
    bodies: list[Body] = []
    running = entry.outcome is None and look.family == "run"
    failed = entry.outcome in ("error", "timeout")
    exited = isinstance((entry.details or {}).get("exit_code"), int)
    if failed and entry.error and not (exited and entry.output):
        bodies.append(FailureBody(message=entry.error, meaning=_meaning(look, entry)))
        if not full and not entry.output:
            return [*bodies, FootBody(link="Show the input")] if entry.input else bodies
    if content.plan is not None:
        bodies.append(content.plan)
    elif content.report:
        bodies += content.report
    elif any(code.text for code in content.codes):
        bodies += content.codes
    elif content.text:
        bodies += code_chunks(content.text, content.spans, caret=running)
    if content.more or running:
        bodies.append(FootBody(link=content.more, stop=running))
    return bodies


def _meaning(look: ToolLook, entry: ToolEntry) -> str:
    if entry.outcome == "timeout":
        return "It was stopped; what it wrote until then is kept."
    return "Nothing was written." if look.family in ("edit", "create", "delete") else ""


def tool_source(entry: ToolEntry) -> str:
    """The call as Markdown."""
    look = tool_look(entry)
    line = f"**{look.title}** `{look.argument}`" if look.argument else f"**{look.title}**"
    diff = (entry.details or {}).get("diff")
    text = diff if isinstance(diff, str) and diff else ansi_text(entry.output or entry.error)[0]
    if not text.strip():
        return line
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{line}\n\n{fence}{'diff' if diff else ''}\n{text.rstrip()}\n{fence}"
