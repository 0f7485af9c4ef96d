"""When a menu opens while something is typed: a slash at the very start, an at sign at the start of a word. Pure."""

from dataclasses import dataclass
from typing import Literal

_OPENERS = "([{\"'`"
_LONGEST = 120
_BASIC = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What is being typed for a menu: from `start` (the sign itself) to the cursor; `query` is what follows it."""

    kind: Literal["/", "@"]
    start: int
    query: str


def trigger_at(text: str, cursor: int) -> Trigger | None:
    """The trigger that the cursor stands behind, or None."""
    before = text[max(0, cursor - _LONGEST) : cursor]
    word_start = max((before.rfind(blank) for blank in " \t\n"), default=-1) + 1
    word, start = before[word_start:], cursor - len(before) + word_start
    if word.startswith("/") and start == 0:
        return Trigger(kind="/", start=0, query=word[1:])
    at = word.rfind("@")
    if at >= 0 and (at == 0 or word[at - 1] in _OPENERS):
        return Trigger(kind="@", start=start + at, query=word[at + 1 :])
    return None


def units_of(text: str, index: int) -> int:
    """A place in characters as Qt counts it, in UTF-16 units."""
    return index + sum(ord(c) > _BASIC for c in text[:index])


def index_of(text: str, units: int) -> int:
    """A place as Qt counts it, in characters."""
    index = 0
    for char in text:
        if units <= 0:
            break
        units -= 2 if ord(char) > _BASIC else 1
        index += 1
    return index
