"""Markdown cut into rows: paragraphs, lists and tables apart, fenced code alone, that of list items too.

A segment depends only on the text from its own start on, and where it begins is certain once its first line is whole.
So while text grows at its end, only the last segment (or the last two) must be cut again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

LONG_LIST = 40
LONG_TEXT = 6_000
_FENCE = re.compile(r"( {0,12})(`{3,}|~{3,})[ \t]*([^\n`]*)$")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_LISTY = re.compile(r"[ \t]+\S|(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_DEFINITION = re.compile(
    r"^ {0,3}\[(?!\^)[^\]\n]{1,200}\]:[ \t]*(?:<[^<>\n]*>|\S+)"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$",
    re.MULTILINE,
)
_NOISE = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)|[`*_~]{1,3}|^ {0,3}(?:#{1,6}|>|[-*+])[ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece that is laid out by itself.

    `text` is Markdown, or for `code` the lines between the fences. `start` and `end` are its place in the whole
    source, fences included. `info` is what stands behind the opening fence. `closed` is False for a fence that has not
    ended yet. `joins` says that it goes on with the list of the segment before it.
    """

    kind: Literal["text", "code"]
    text: str
    start: int
    end: int
    language: str = ""
    info: str = ""
    closed: bool = True
    joins: bool = False


class _Cutter:
    """Walks the lines once; `segments` grows."""

    def __init__(self, start: int) -> None:
        self.segments: list[Segment] = []
        self._lines: list[str] = []
        self._start = self._at = start
        self._size = 0
        self._list = self._joins = False

    def text(self, text: str) -> None:
        """Cut everything from the current place on."""
        lines = text.split("\n")
        number = 0
        while number < len(lines):
            fence = _FENCE.match(lines[number])
            if fence and not (fence.group(2)[0] == "`" and "`" in fence.group(3)):
                number = self._fenced(lines, number, fence.group(2), fence.group(3))
            else:
                self._line(lines, number)
                number += 1
        self._flush()

    def _line(self, lines: list[str], number: int) -> None:
        line = lines[number]
        blank = not line.strip()
        if blank and self._lines:
            following = next((after for after in lines[number + 1 : number + 4] if after.strip()), "")
            if not (self._list and _LISTY.match(following)):
                self._flush()
        elif self._lines and not blank:
            self._break_before(line)
        if not blank and not self._lines:
            self._list = bool(_ITEM.match(line)) and not _RULE.match(line)
            self._start = self._at
        if self._lines or not blank:
            self._lines.append(line)
            self._size += len(line)
        self._at += len(line) + 1
        if not self._list and not blank and _HEADING.match(line) and len(self._lines) == 1:
            self._flush()

    def _break_before(self, line: str) -> None:
        item = bool(_ITEM.match(line)) and not _RULE.match(line)
        if self._list:
            if item and len(self._lines) >= LONG_LIST:
                self._flush(joins=True)
            elif not _LISTY.match(line) and (not self._lines[-1].strip() or _HEADING.match(line)):
                self._flush()
        elif _HEADING.match(line) or (self._size > LONG_TEXT and not line.startswith(("|", ">"))):
            self._flush()

    def _fenced(self, lines: list[str], number: int, fence: str, info: str) -> int:
        self._flush()
        first, start, body = number, self._at, []
        indent = lines[number].index(fence[0])
        self._at += len(lines[number]) + 1
        closed = False
        for number in range(first + 1, len(lines)):
            line = lines[number]
            self._at += len(line) + 1
            if _closes(line, fence):
                closed = True
                break
            body.append(_dedented(line, indent))
        else:
            number = len(lines) - 1
        self.segments.append(
            Segment(
                kind="code",
                text="\n".join(body),
                start=start,
                end=self._at - 1,
                language=language_of(info),
                info=info.strip(),
                closed=closed,
            )
        )
        return number + 1

    def _flush(self, *, joins: bool = False) -> None:
        while self._lines and not self._lines[-1].strip():
            self._lines.pop()
        if self._lines:
            text = "\n".join(self._lines)
            self.segments.append(
                Segment(kind="text", text=text, start=self._start, end=self._start + len(text), joins=self._joins)
            )
        self._lines, self._size, self._list, self._joins = [], 0, False, joins


def _dedented(line: str, by: int) -> str:
    return line[min(by, len(line) - len(line.lstrip(" "))) :]


def continued(text: str) -> str:
    """Text that went on inside a list item after a fenced block: without the indentation that made it part of it."""
    lines = text.split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    return "\n".join(_dedented(line, indent) for line in lines)


def _closes(line: str, fence: str) -> bool:
    bare = line.strip()
    return line.startswith((fence, " ")) and len(bare) >= len(fence) and not bare.strip(fence[0])


def language_of(info: str) -> str:
    """The language that the words behind a fence name; a path there says none."""
    word = info.split()[0].partition(":")[0].strip("{}.").lower() if info.split() else ""
    return "" if "/" in word or "=" in word else word


def split_segments(text: str) -> list[Segment]:
    """The segments of a whole text."""
    return _cut(text, 0)


def grow_segments(known: Sequence[Segment], text: str) -> list[Segment]:
    """The segments of `text`, which is the text of `known` with something after it; cuts only its end."""
    if not known:
        return split_segments(text)
    keep = len(known) - 1
    if keep and "\n" not in text[known[-1].start : known[-1].end]:
        keep -= 1
    tail = _cut(text, known[keep].start)
    if tail and known[keep].joins:
        tail[0] = replace(tail[0], joins=True)
    return [*known[:keep], *tail]


def _cut(text: str, start: int) -> list[Segment]:
    cutter = _Cutter(start)
    cutter.text(text[start:] if start else text)
    return cutter.segments


def link_definitions(text: str) -> str:
    """The lines `[name]: url` of a message, for rows that use them and do not hold them."""
    return "\n".join(match.group().strip() for match in _DEFINITION.finditer(text)) if "]:" in text else ""


def _told(line: str) -> str:
    """A line as it is said: of a table's row its cells, of a rule nothing."""
    bare = line.strip()
    if "--" in bare and set(bare) <= set(" :|-"):
        return ""
    return ", ".join(cell.strip() for cell in bare.strip("|").split("|")) if bare.startswith("|") else line


def first_words(markdown: str, limit: int = 80) -> str:
    """The beginning of a text on one line, without markup, for folded cards and screen readers."""
    told = "\n".join(_told(line) for line in markdown[: limit * 4].split("\n"))
    plain = _NOISE.sub(lambda m: m.group(1) or "", told)
    words = " ".join(plain.split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
