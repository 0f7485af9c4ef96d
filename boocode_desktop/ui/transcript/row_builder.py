"""Entries to rows. Pure: the same entry and folds give the same rows."""

import time
from collections.abc import Callable
from typing import assert_never

from boocode_desktop.content.code_paths import can_be_a_file, path_hint
from boocode_desktop.content.markdown import Segment, continued, first_words, link_definitions
from boocode_desktop.domain.transcript import (
    AskEntry,
    EndEntry,
    Entry,
    ImageEntry,
    NoteEntry,
    PlanEntry,
    PromptEntry,
    ReasoningEntry,
    TextEntry,
    ToolEntry,
)
from boocode_desktop.ui.transcript.folds import Folds
from boocode_desktop.ui.transcript.groups import Group
from boocode_desktop.ui.transcript.messages import prompt_actions
from boocode_desktop.ui.transcript.note_rows import answer_body, end_body, note_body
from boocode_desktop.ui.transcript.rows import (
    AgentBody,
    AskBody,
    Body,
    BubbleBody,
    CodeBody,
    FootBody,
    Frame,
    HeadBody,
    ImageBody,
    PlanBody,
    Row,
    TextBody,
)
from boocode_desktop.ui.transcript.tool_rows import CARD_GAP, card_rows, tool_rows, tool_source
from boocode_desktop.ui.transcript.wording import clock, count, duration

TURN_GAP = 28
TEXT_GAP = 10
JOIN_GAP = 2
BUBBLE_LINES = 24
BUBBLE_CHARS = 3_000
CODE_LINES = 60
REASONING_PIECES = 12


class RowBuilder:
    """Builds the rows of entries; remembers only when it first saw a retry."""

    def __init__(self, folds: Folds, now: Callable[[], float] = time.time) -> None:
        self.folds = folds
        self._now = now
        self._seen: dict[str, float] = {}

    def rows(self, entry: Entry, *, newest: bool = True, group: Group | None = None) -> list[Row]:
        """All rows of an entry except those of answer text (see `text_rows`).

        `newest` for the chat's last one; `group` for a call that ran beside others.
        """
        match entry:
            case PromptEntry():
                return prompt_rows(entry, self.folds)
            case TextEntry():
                raise ValueError("text is cut into segments first")
            case ReasoningEntry():
                return reasoning_rows(entry, self.folds)
            case ToolEntry():
                return tool_rows(entry, self.folds, group)
            case AskEntry():
                body: Body = answer_body(entry) if entry.resolved else AskBody(ask=entry)
            case PlanEntry():
                return plan_rows(entry, self.folds)
            case ImageEntry():
                body = ImageBody(image=entry.image)
            case NoteEntry():
                body = note_body(entry, self._first_seen(entry))
            case EndEntry():
                body = end_body(entry, newest=newest)
            case _:
                assert_never(entry)
        return [Row(entry_id=entry.id, body=body, gap=CARD_GAP, source=plain_source(entry))]

    def _first_seen(self, entry: NoteEntry) -> float:
        key = f"{entry.id}:{entry.until}"
        return self._seen.setdefault(key, self._now()) if entry.until is not None else 0.0


def prompt_rows(entry: PromptEntry, folds: Folds) -> list[Row]:
    """The bubble, cut where it is long, then the line that says who answers."""
    text = entry.text.strip("\n")
    long = len(text) > BUBBLE_CHARS or text.count("\n") >= BUBBLE_LINES
    shown = text if folds.is_full(entry) or not long else _head(text)
    parts = _pieces(shown, BUBBLE_LINES * 4, BUBBLE_CHARS * 2)
    bodies: list[Body] = [BubbleBody(text=part) for part in parts[:-1]]
    bodies.append(BubbleBody(text=parts[-1], images=entry.images))
    if long:
        left = text.count("\n") - shown.count("\n")
        more = f"Show {count(left, 'more line')}" if left > 0 else "Show all of it"
        bodies.append(FootBody(link="Show less" if folds.is_full(entry) else more, bubble=True))
    rows = card_rows(entry.id, bodies, entry.text, gap=TURN_GAP)
    agent = AgentBody(agent=entry.agent, model=entry.model, time=clock(entry.at), actions=prompt_actions(entry.number))
    return [*rows, Row(entry_id=entry.id, body=agent, gap=16)]


def _head(text: str) -> str:
    lines = text[:BUBBLE_CHARS].split("\n")[: BUBBLE_LINES - 4]
    return "\n".join(lines).rstrip()


def _pieces(text: str, lines: int, chars: int) -> list[str]:
    """Text in pieces of at most so many lines or characters, cut at line ends where there are any."""
    out: list[str] = []
    piece: list[str] = []
    size = 0
    for line in text.split("\n"):
        for at in range(0, max(1, len(line)), chars):
            part = line[at : at + chars]
            if piece and (len(piece) >= lines or size + len(part) > chars):
                out.append("\n".join(piece))
                piece, size = [], 0
            piece.append(part)
            size += len(part)
    return [*out, "\n".join(piece)]


def text_rows(entry: TextEntry, segments: list[Segment], index: int) -> list[Row]:
    """The rows of one segment of an answer."""
    segment = segments[index]
    caret = not entry.done and index == len(segments) - 1
    gap = JOIN_GAP if segment.joins else TEXT_GAP if index else CARD_GAP
    source = entry.text[segment.start : segment.end]
    if segment.kind == "code":
        target = path_hint(segment.info, segment.text, entry.text[max(0, segment.start - 300) : segment.start])
        return code_rows(entry.id, segment, gap=max(gap, TEXT_GAP), source=source, caret=caret, target=target)
    definitions = link_definitions(entry.text) if "[" in segment.text else ""
    before = segments[index - 1] if index else None
    goes_on = before is not None and before.kind == "code" and entry.text[before.start : before.start + 1] == " "
    shown = continued(segment.text) if goes_on else segment.text
    body = TextBody(markdown=shown, definitions=definitions, caret=caret)
    gap += 8 if segment.text.startswith("#") and index else 0
    return [Row(entry_id=entry.id, body=body, gap=gap, source=source)]


def code_rows(entry_id: str, segment: Segment, *, gap: int, source: str, caret: bool, target: str = "") -> list[Row]:
    """A code block as one framed row, or several where it is long."""
    lines = segment.text.split("\n")
    rows: list[Row] = []
    offset = 0
    starts = range(0, len(lines), CODE_LINES)
    for index, start in enumerate(starts):
        piece = "\n".join(lines[start : start + CODE_LINES])
        last = index == len(starts) - 1
        body = CodeBody(
            text=piece,
            look="block",
            language=segment.language,
            header=index == 0,
            target=target if not index else "",
            applies=not index and segment.closed and can_be_a_file(segment.language, segment.text),
            whole=segment.text,
            offset=offset,
            caret=caret and last,
        )
        frame: Frame = "single" if len(starts) == 1 else "top" if not index else "bottom" if last else "middle"
        rows.append(
            Row(entry_id=entry_id, body=body, frame=frame, gap=0 if index else gap, source="" if index else source)
        )
        offset += len(piece) + 1
    return rows


def reasoning_rows(entry: ReasoningEntry, folds: Folds) -> list[Row]:
    """Folded thinking with its first words, or all of it."""
    open_ = folds.is_open(entry) and bool(entry.text.strip())
    head = HeadBody(
        icon="brain",
        title=f"Thought for {duration(entry.duration_ms)}" if entry.done else "Thinking",
        words="" if open_ else first_words(entry.text),
        icon_tone="tx2" if entry.done else "accent",
        state="none" if entry.done else "running",
        foldable=bool(entry.text.strip()),
        open=open_,
        faint=True,
        started_at=0.0 if entry.done else entry.started_at,
    )
    bodies: list[Body] = [head]
    if open_:
        pieces = _pieces(entry.text.strip("\n"), 12, 1_500)
        shown = pieces if folds.is_full(entry) else pieces[-REASONING_PIECES:]
        bodies += [TextBody(markdown=part, look="reasoning") for part in shown]
        if len(pieces) > REASONING_PIECES:
            bodies.append(FootBody(link="Show less" if folds.is_full(entry) else "Show all of it"))
    return card_rows(entry.id, bodies, "\n".join(f"> {line}" for line in entry.text.split("\n")))


def plan_rows(entry: PlanEntry, folds: Folds) -> list[Row]:
    """The to-do card."""
    done = sum(item.status == "completed" for item in entry.items)
    total = sum(item.status != "dropped" for item in entry.items)
    open_ = folds.is_open(entry) and bool(entry.items)
    now = next((item.text for item in entry.items if item.status == "in_progress"), "")
    head = HeadBody(
        icon="list-todo",
        title="To do",
        words="" if open_ else now,
        meta=f"{done} of {total}",
        progress=(done, total),
        foldable=bool(entry.items),
        open=open_,
    )
    bodies: list[Body] = [head, PlanBody(items=entry.items)] if open_ else [head]
    return card_rows(entry.id, bodies, plain_source(entry))


def plain_source(entry: Entry) -> str:
    """What copying an entry gives, as Markdown."""
    match entry:
        case PromptEntry() | TextEntry() | ReasoningEntry():
            return entry.text
        case PlanEntry():
            return "\n".join(f"- [{'x' if item.status == 'completed' else ' '}] {item.text}" for item in entry.items)
        case ImageEntry():
            return f"[image: {entry.image.name or entry.image.sha256[:12]}]"
        case NoteEntry():
            return f"{entry.message}\n{entry.hint}".strip()
        case AskEntry():
            body = answer_body(entry) if entry.resolved else None
            return f"{entry.request.title} {body.detail if body else ''}".strip()
        case EndEntry():
            return ""
        case ToolEntry():
            return tool_source(entry)
        case _:
            assert_never(entry)
