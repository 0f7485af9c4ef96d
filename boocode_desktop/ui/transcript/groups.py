"""Tool calls of one card: those that ran at the same time in one step, and those that a subagent made."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from boocode_desktop.content.markdown import first_words
from boocode_desktop.domain.transcript import Entry, ToolEntry
from boocode_desktop.ui.transcript.folds import Folds, group_key
from boocode_desktop.ui.transcript.rows import Body, Frame, HeadBody, Row, State
from boocode_desktop.ui.transcript.wording import count, duration

GROUP_GAP = 12
OWNER_CHARS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The calls of one card in order, and which of them is meant."""

    members: tuple[ToolEntry, ...]
    at: int

    @property
    def key(self) -> str:
        """What its fold is remembered by."""
        return group_key(self.members[0])

    @property
    def subagent(self) -> bool:
        """Whether it is a subagent's call with the calls that it makes, and nothing else."""
        first, *rest = self.members
        return bool(rest) and all(call.parent for call in rest) and rest[0].parent == first.id


def belongs(before: Iterable[ToolEntry], entry: Entry) -> bool:
    """Whether a call joins those right before it: made by one of them, or in its step while one of them still ran."""
    known = list(before)
    if not isinstance(entry, ToolEntry) or not known:
        return False
    if entry.parent and any(entry.parent in (call.id, call.parent) for call in known):
        return True
    last = known[-1]
    if not entry.started_at or last.parent:
        return False
    same = (last.turn_id, last.step) == (entry.turn_id, entry.step)
    return same and entry.started_at < max(_end(call) for call in known)


def _end(call: ToolEntry) -> float:
    """When a call ended, in Unix time; never, while it runs or where nobody knows."""
    if call.latency_ms is None or not call.started_at:
        return math.inf if call.started_at else 0.0
    return call.started_at + call.latency_ms / 1000


def group_rows(group: Group, head: HeadBody, bodies: list[Body], source: str, folds: Folds) -> list[Row]:
    """One call's part of the card: the card's header before the first, the call's line, what it shows."""
    entry, open_ = group.members[group.at], folds.is_group_open(group.key)
    first, last = group.at == 0, group.at == len(group.members) - 1
    if group.subagent and first:
        lines: list[Body] = [subagent_head(group, head, open_=open_)]
        lines += [*said_line(entry, head), *bodies] if open_ else []
    else:
        lines = [group_head(group, open_=open_)] if first else []
        lines += [replace(head, meta=_meta_of(group, head)), *bodies] if open_ else []
    rows = []
    for index, body in enumerate(lines):
        at_top, at_end = first and not index, index == len(lines) - 1 and (last or not open_)
        frame: Frame = "single" if at_top and at_end else "top" if at_top else "bottom" if at_end else "middle"
        gap = GROUP_GAP if at_top else 0
        rows.append(Row(entry_id=entry.id, body=body, frame=frame, gap=gap, source="" if index else source))
    return rows


def subagent_head(group: Group, head: HeadBody, *, open_: bool) -> HeadBody:
    """What the subagent does, and how many calls it made so far."""
    made = count(len(group.members) - 1, "call")
    return replace(
        head,
        icon="bot",
        title="Subagent",
        argument="",
        words=head.words or head.argument or group.members[0].title,
        meta=" · ".join(part for part in (made, head.meta) if part),
        member=False,
        foldable=True,
        open=open_,
        act="group",
    )


def said_line(entry: ToolEntry, head: HeadBody) -> list[HeadBody]:
    """The line that unfolds what a subagent was asked and said: its newest words while it works, then its first."""
    said, asked = entry.output.strip(), str(entry.input.get("prompt") or "")
    if not (said or asked.strip() or entry.error):
        return []
    running = entry.outcome is None
    title = ("Says" if running else "Said") if said else "Asked"
    words = first_words(said.rpartition("\n")[2] if running else said) if said else first_words(asked)
    plain = replace(head, argument="", added=0, removed=0, chip="", meta="", state="none", started_at=0.0)
    return [replace(plain, icon="message-square", title=title, words=words, foldable=True, act="toggle")]


def _meta_of(group: Group, head: HeadBody) -> str:
    """What stands at the right of a call's line; where several subagents work at once, the name of its own first."""
    entry = group.members[group.at]
    lead = next((call for call in group.members if call.id == entry.parent), None)
    if lead is None or group.subagent:
        return head.meta
    name = " ".join(str(lead.input.get("description") or lead.title).split())
    return " · ".join(part for part in (first_words(name, OWNER_CHARS), head.meta) if part)


def group_head(group: Group, *, open_: bool) -> HeadBody:
    """How many calls, how far they are, how long the step took; those that subagents made are counted apart."""
    calls = tuple(call for call in group.members if not call.parent) or group.members
    made = len(group.members) - len(calls)
    running = [call for call in calls if call.outcome is None]
    failed = sum(call.outcome in ("error", "timeout", "denied") for call in calls)
    done = len(calls) - len(running)
    parts = [f"{done} of {len(calls)} done" if running else ""]
    parts.append(f"{failed} failed" if failed else "")
    parts.append("" if running else _took(calls))
    state: State = "running" if running else "bad" if failed else "ok"
    if not running and any(call.outcome in ("cancelled", "interrupted") for call in calls):
        state = "stopped"
    return HeadBody(
        icon="layers",
        title=f"{count(len(calls), 'call')} at once",
        words=_inside(made) if open_ else ", ".join(_kinds(calls)),
        meta=" · ".join(part for part in parts if part),
        state=state,
        foldable=True,
        open=open_,
        act="group",
        started_at=min((call.started_at for call in running), default=0.0),
    )


def _inside(made: int) -> str:
    return f"one step, with {count(made, 'call')} of subagents" if made else "one step"


def _took(calls: tuple[ToolEntry, ...]) -> str:
    ends = [_end(call) for call in calls if call.latency_ms is not None]
    begin = min(call.started_at for call in calls)
    return duration((max(ends) - begin) * 1000) if ends else ""


def _kinds(calls: tuple[ToolEntry, ...]) -> list[str]:
    return list(dict.fromkeys(call.tool.replace("_", " ") for call in calls))
