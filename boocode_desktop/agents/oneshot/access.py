"""What an agent that cannot ask may do by itself: decided before its program starts, and said in plain words. Pure."""

from dataclasses import dataclass
from typing import Literal

Access = Literal["read", "edit", "full"]
"""Look only; change files of the worktree too; run commands too."""

_MAY = {
    "read": "it may look at files, and change nothing",
    "edit": "it may change files, and run no commands",
    "full": "it may change files and run commands",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the decision rests on.

    Attributes:
        read_only: The chat may change nothing.
        trusted: A person trusts the folder; what lies in it may steer an agent.
        sandboxed: The program, and all it starts, can write in the worktree and its own folders only.
        commands: The only door lets it run commands unasked in this turn.
    """

    read_only: bool
    trusted: bool
    sandboxed: bool
    commands: bool = False


def may_ask_for_commands(now: Circumstances) -> bool:
    """Whether running commands unasked can be allowed at all, so that the door is worth knocking at."""
    return now.trusted and now.sandboxed and not now.read_only


def wanted_access(now: Circumstances) -> Access:
    """The most that is right."""
    if now.read_only or not now.trusted:
        return "read"
    return "full" if now.commands and may_ask_for_commands(now) else "edit"


def nearest(wanted: Access, offered: frozenset[Access]) -> Access | None:
    """What the program can be held to: the wanted access or less, never more; None where it cannot be held."""
    order: tuple[Access, ...] = ("full", "edit", "read")
    return next((access for access in order[order.index(wanted) :] if access in offered), None)


def sentence(label: str, access: Access) -> str:
    """What people are told about a one-shot turn."""
    return (
        f"{label} works one-shot here: it is started anew for each turn and cannot ask in between, so {_MAY[access]}."
    )
