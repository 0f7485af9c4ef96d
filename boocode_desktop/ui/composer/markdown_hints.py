"""Markdown in the message while it is typed: what to mark, and how a list goes on. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

HintKind = Literal["bold", "italic", "code", "heading", "marker", "mention", "command", "fence"]
_FENCE = re.compile(r"\s{0,3}(?:`{3,}|~{3,})")
_INLINE = re.compile(
    r"(?P<code>(?<!`)`[^`\n]+`(?!`))"
    r"|(?P<bold>\*\*(?=\S)[^\n]+?(?<=\S)\*\*)"
    r"|(?P<italic>(?<![\w*])\*(?=[^\s*])[^*\n]+?(?<=[^\s*])\*(?![\w*])|(?<!\w)_(?=[^\s_])[^_\n]+?(?<=[^\s_])_(?!\w))"
    r"|(?P<mention>(?<![\w@/.])@(?:\"[^\"\n]+\"|[\w./~-][^\s,;()]*))"
)
_HEADING = re.compile(r"#{1,6}\s+\S.*")
_ITEM = re.compile(r"(?P<indent>\s*)(?P<mark>[-*+]|\d{1,3}[.)])(?P<gap>\s+)(?P<box>\[[ xX]\]\s+)?(?P<rest>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A part of a line, in characters."""

    start: int
    length: int
    kind: HintKind


def hints(line: str, *, fenced: bool, first: bool = False) -> tuple[Sequence[Hint], bool]:
    """What to mark in a line, and whether the next one is inside a fence.

    Args:
        line: Without its end.
        fenced: It is inside a fence.
        first: It is the first one, where a slash calls a command.
    """
    if _FENCE.match(line):
        return [Hint(start=0, length=len(line), kind="fence")], not fenced
    if fenced:
        return [Hint(start=0, length=len(line), kind="code")], True
    found: list[Hint] = []
    if _HEADING.fullmatch(line):
        found.append(Hint(start=0, length=len(line), kind="heading"))
    elif (item := _ITEM.fullmatch(line)) is not None:
        found.append(Hint(start=item.start("mark"), length=item.end("mark") - item.start("mark"), kind="marker"))
    if first and (command := re.match(r"/[\w:-]+(?=\s|$)", line)) is not None:
        found.append(Hint(start=0, length=command.end(), kind="command"))
    for part in _INLINE.finditer(line):
        kinds: tuple[HintKind, ...] = ("code", "bold", "italic", "mention")
        kind = next(k for k in kinds if part[k] is not None)
        found.append(Hint(start=part.start(), length=part.end() - part.start(), kind=kind))
    return found, False


def continuation(line: str) -> str | None:
    """What a new line after this one begins with: the next mark of its list, "" to end an empty item, else None."""
    item = _ITEM.fullmatch(line)
    if item is None:
        return None
    if not item["rest"].strip():
        return ""
    mark = item["mark"]
    if mark[:-1].isdigit():
        mark = f"{int(mark[:-1]) + 1}{mark[-1]}"
    return f"{item['indent']}{mark}{item['gap']}{'[ ] ' if item['box'] else ''}"
