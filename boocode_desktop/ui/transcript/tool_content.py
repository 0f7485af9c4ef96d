"""What an unfolded tool card shows: a diff, a terminal, hits, or input and output, cut to what is worth showing."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from boocode_desktop.content.highlighting import Span, shift_spans
from boocode_desktop.content.highlighting_ansi import ansi_text
from boocode_desktop.content.markdown import split_segments
from boocode_desktop.domain.events import PlanItem
from boocode_desktop.domain.transcript import ToolEntry
from boocode_desktop.ui.transcript.mini_diff import Sign, mini_diff
from boocode_desktop.ui.transcript.rows import CodeBody, PlanBody, TextBody
from boocode_desktop.ui.transcript.tool_looks import ToolLook, argv_of, command_line, paths_of
from boocode_desktop.ui.transcript.wording import count

TAIL_LINES = 12
DIFF_LINES = 18
HIT_LINES = 8
CHUNK_LINES = 100
ASKED_LINES = 4
REPORT_LINES = 24
_PART = re.compile(r"\[lines? (?P<first>\d+)[^\]\n]*\]\n")
_HIT = re.compile(r"(?P<path>[^:\n]+):(?P<line>\d+):(?:\d+:)? ?(?P<text>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContent:
    """Fixed-width text, a diff or a file as `codes`, a list, or a `report` of running text and code; `more` is the link
    to what is left out."""

    text: str = ""
    spans: tuple[Span, ...] = ()
    codes: tuple[CodeBody, ...] = ()
    plan: PlanBody | None = None
    report: tuple[TextBody | CodeBody, ...] = ()
    more: str = ""


def tool_content(entry: ToolEntry, look: ToolLook, *, full: bool) -> ToolContent:
    """The content by what the call brought, else by the tool's family."""
    details = entry.details or {}
    diff = details.get("diff")
    if isinstance(diff, str) and diff:
        return _diff(diff, str(details.get("path", "") or next(iter(paths_of(entry.input)), "")), full=full)
    match look.family:
        case "run":
            return _terminal(entry, full=full)
        case "search":
            return _hits(entry, full=full)
        case "read" if entry.output and (path := next(iter(paths_of(entry.input)), "")):
            return _file(entry.output, path, full=full)
        case "todo" if items := _todos(entry.input):
            return ToolContent(plan=PlanBody(items=items))
        case "agent":
            return _errand(entry, full=full)
        case "read" | "list" | "fetch" | "think":
            return _plain(entry.output, full=full)
        case _:
            return _generic(entry, full=full)


def _diff(unified: str, path: str, *, full: bool) -> ToolContent:
    lines = mini_diff(unified)
    shown = lines if full else lines[:DIFF_LINES]
    left = len(lines) - len(shown)
    body = CodeBody(
        text="\n".join(line.text for line in shown),
        look="diff",
        path=path,
        signs=tuple(line.sign for line in shown),
        numbers=tuple(line.number for line in shown),
    )
    return ToolContent(codes=(body,), more=_more(left, "line", full=full and len(lines) > DIFF_LINES))


def _file(output: str, path: str, *, full: bool) -> ToolContent:
    """What was read of a file, with its colours and the numbers of its lines."""
    part = _PART.match(output)
    first = int(part["first"]) if part else 1
    text = output[part.end() :].rstrip("\n") if part else output.rstrip("\n")
    lines = text.split("\n")
    shown = lines if full else lines[:TAIL_LINES]
    codes, offset = [], 0
    unsigned: Sign = ""
    for start in range(0, len(shown), CHUNK_LINES):
        piece = shown[start : start + CHUNK_LINES]
        body = CodeBody(
            text="\n".join(piece),
            look="diff",
            path=path,
            signs=tuple(unsigned for _ in piece),
            numbers=tuple(range(first + start, first + start + len(piece))),
            whole=text,
            offset=offset,
        )
        codes.append(body)
        offset += len(body.text) + 1
    left = len(lines) - len(shown)
    return ToolContent(codes=tuple(codes), more=_more(left, "line", full=full and len(lines) > TAIL_LINES))


def _todos(data: dict[str, Any]) -> tuple[PlanItem, ...]:
    """The list that a to-do tool wrote, in our words and in those of foreign agents."""
    raw = data.get("todos") or data.get("items")
    found = [item for item in raw if isinstance(item, dict)] if isinstance(raw, list) else []
    return tuple(
        PlanItem(text=str(item.get("text") or item.get("content") or ""), status=_status(item.get("status")))
        for item in found
    )


def _status(word: object) -> Literal["pending", "in_progress", "completed", "dropped"]:
    match word:
        case "in_progress" | "completed" | "dropped":
            return word
        case "cancelled":
            return "dropped"
        case _:
            return "pending"


def _errand(entry: ToolEntry, *, full: bool) -> ToolContent:
    """What a subagent was asked, and what it said so far or found: Markdown both."""
    asked = str(entry.input.get("prompt") or "").strip().split("\n")
    head = asked if full or len(asked) <= ASKED_LINES else [*asked[:ASKED_LINES], "…"]
    quoted = "\n".join(f"> {line}".rstrip() for line in head) if any(head) else ""
    lines = ansi_text(entry.output.strip())[0].split("\n")
    running = entry.outcome is None
    shown = lines if full else lines[-REPORT_LINES:] if running else lines[:REPORT_LINES]
    bodies: list[TextBody | CodeBody] = [TextBody(markdown=quoted, look="report")] if quoted else []
    for piece in split_segments("\n".join(shown)):
        if piece.kind == "code":
            bodies.append(CodeBody(text=piece.text, look="tool", language=piece.language))
        else:
            bodies.append(TextBody(markdown=piece.text, look="report"))
    left = len(lines) - len(shown)
    return ToolContent(
        report=tuple(bodies), more=_more(left, "line", full=full and len(lines) > REPORT_LINES, earlier=running)
    )


def _terminal(entry: ToolEntry, *, full: bool) -> ToolContent:
    argv = argv_of(entry)
    command = f"$ {command_line(argv)}\n" if argv else ""
    spans = _prompt_spans(len(command) - 1) if argv else ()
    raw = entry.output.rstrip("\n")
    lines = raw.split("\n") if raw else []
    left = 0 if full else max(0, len(lines) - TAIL_LINES)
    output, colours = ansi_text("\n".join(lines[left:]))
    shift = len(command)
    moved = tuple(_moved(span, shift) for span in colours)
    more = _more(left, "line", full=full and len(lines) > TAIL_LINES, earlier=True)
    return ToolContent(text=(command + output).rstrip("\n"), spans=spans + moved, more=more)


def _prompt_spans(length: int) -> tuple[Span, ...]:
    return (Span(start=0, length=1, tone="tx3"), Span(start=2, length=max(0, length - 2), tone="tx1"))


def _moved(span: Span, by: int) -> Span:
    return replace(span, start=span.start + by)


def _hits(entry: ToolEntry, *, full: bool) -> ToolContent:
    lines = [line for line in entry.output.split("\n") if line.strip()]
    shown = lines if full else lines[:HIT_LINES]
    pattern = str(entry.input.get("pattern") or entry.input.get("query") or "")
    text, spans = "", []
    for line in shown:
        piece, marks = _hit(line, pattern)
        spans += [_moved(mark, len(text)) for mark in marks]
        text += piece + "\n"
    more = _more(len(lines) - len(shown), "line", full=full and len(lines) > HIT_LINES)
    return ToolContent(text=text.rstrip("\n"), spans=tuple(spans), more=more)


def _hit(line: str, pattern: str) -> tuple[str, list[Span]]:
    match = _HIT.fullmatch(line)
    if match is None:
        return line, []
    path, number, text = match["path"], match["line"], match["text"].strip()
    head = f"{path}:{number}"
    spans = [
        Span(start=0, length=len(path), tone="info"),
        Span(start=len(path), length=len(number) + 1, tone="tx3"),
    ]
    start = len(head) + 2
    for found in _occurrences(pattern, text):
        spans.append(Span(start=start + found[0], length=found[1] - found[0], tone="warn", back="warn_soft"))
    return f"{head}  {text}", spans


def _occurrences(pattern: str, text: str) -> list[tuple[int, int]]:
    """Where a pattern stands in a line; as plain text when it is no expression that Python knows."""
    if not pattern or len(pattern) > 200:
        return []
    literal = [(m.start(), m.end()) for m in re.finditer(re.escape(pattern), text[:400])]
    return literal[:5]


def _plain(output: str, *, full: bool) -> ToolContent:
    text, spans = ansi_text(output.rstrip("\n"))
    lines = text.split("\n")
    shown = "\n".join(lines if full else lines[:TAIL_LINES])
    more = _more(0 if full else len(lines) - TAIL_LINES, "line", full=full and len(lines) > TAIL_LINES)
    return ToolContent(text=shown, spans=shift_spans(spans, 0, len(shown)), more=more)


def _generic(entry: ToolEntry, *, full: bool) -> ToolContent:
    """Input as JSON with its keys marked, then the output."""
    head = json.dumps(entry.input, indent=1, ensure_ascii=False)[1:-1].strip("\n") if entry.input else ""
    head = "\n".join(line.removeprefix(" ") for line in head.split("\n"))[:8_000]
    spans = tuple(
        Span(start=m.start(1), length=m.end(1) - m.start(1), tone="info")
        for m in re.finditer(r'^ *("[^"\n]*"):', head, re.MULTILINE)
    )
    rest = _plain(entry.output, full=full)
    if not rest.text:
        return ToolContent(text=head, spans=spans)
    joint = f"{head}\n\n" if head else ""
    moved = tuple(_moved(span, len(joint)) for span in rest.spans)
    return ToolContent(text=joint + rest.text, spans=spans + moved, more=rest.more)


def _more(left: int, one: str, *, full: bool, earlier: bool = False) -> str:
    if full:
        return "Show less"
    return f"Show {count(left, f'earlier {one}' if earlier else f'more {one}')}" if left > 0 else ""


def code_chunks(text: str, spans: tuple[Span, ...], *, caret: bool = False) -> list[CodeBody]:
    """Long text as several bodies, so that only what is seen is laid out."""
    lines = text.split("\n")
    out: list[CodeBody] = []
    offset = 0
    for first in range(0, len(lines), CHUNK_LINES):
        piece = "\n".join(lines[first : first + CHUNK_LINES])
        end = offset + len(piece)
        last = first + CHUNK_LINES >= len(lines)
        out.append(CodeBody(text=piece, look="tool", spans=shift_spans(spans, offset, end), caret=caret and last))
        offset = end + 1
    return out
