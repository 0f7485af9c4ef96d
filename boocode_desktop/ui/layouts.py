"""Layouts of the window: the ones that come with it, and the ones people keep by name. Pure."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

STORED = "window.layouts"
MOST_NAMED = 40
MOST_LETTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltInLayout:
    """Which docks are open, and the share of the window that some of them take (their usual size otherwise)."""

    id: str
    name: str
    words: str
    shown: frozenset[str]
    shares: Mapping[str, float] = field(default_factory=dict)


BUILT_IN = (
    BuiltInLayout(
        id="review",
        name="Review",
        words="the changes large, the chat above them",
        shown=frozenset({"sidebar", "changes"}),
        shares={"changes": 0.62},
    ),
    BuiltInLayout(id="focus", name="Focus", words="the chats alone", shown=frozenset()),
    BuiltInLayout(
        id="everything",
        name="Everything",
        words="every pane open, tabbed where they share a side",
        shown=frozenset({"sidebar", "changes", "terminal", "background", "workflows", "traces", "timeline", "memory"}),
    ),
)
START = frozenset({"sidebar", "changes", "traces"})
"""What is open when nothing was ever arranged."""


def name_problem(name: str, taken: Mapping[str, bytes]) -> str:
    """Why a layout cannot be saved under a name, "" when it can. Its own name may be used again: it is replaced."""
    words = " ".join(name.split())
    if not words:
        return "A layout needs a name."
    if len(words) > MOST_LETTERS:
        return f"A layout's name has at most {MOST_LETTERS} letters."
    if words.casefold() in {b.name.casefold() for b in BUILT_IN}:
        return f"{words} comes with the window and cannot be replaced."
    if words not in taken and len(taken) >= MOST_NAMED:
        return f"There are {MOST_NAMED} layouts already; delete one first."
    return ""


def read_layouts(stored: object) -> dict[str, bytes]:
    """The saved layouts by name; what cannot be read is left out."""
    layouts: dict[str, bytes] = {}
    if isinstance(stored, dict):
        for name, text in stored.items():
            try:
                layouts[str(name)] = base64.b64decode(text, validate=True)
            except (binascii.Error, TypeError, ValueError):
                continue
    return layouts


def write_layouts(layouts: Mapping[str, bytes]) -> dict[str, str]:
    """For storage."""
    return {name: base64.b64encode(state).decode("ascii") for name, state in layouts.items()}
