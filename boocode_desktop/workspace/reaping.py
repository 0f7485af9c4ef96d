"""What becomes of a folder in our data folder: decisions over values, apart from the disk."""

from dataclasses import dataclass
from typing import Literal

GRACE_S = 3600.0
"""How long something without an owner is left alone: its session may be about to be stored."""
ASIDE_S = 7 * 24 * 3600.0
"""How long what was moved aside can still be put back by hand."""

Kind = Literal["worktree", "aside", "gone"]
Ownership = Literal["live", "archived", "none"]
Step = Literal["leave", "finish", "set_aside", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A folder below `worktrees`.

    Attributes:
        name: The session's id.
        kind: A worktree, one that was moved `aside`, or one whose deletion had begun (`gone`).
        age_s: Since something was done in it, or since it was moved.
        owner: What its session is.
        archive: There is an archive to bring its session back from.
        making: Somebody is making or unmaking it right now.
        dirt: Why its work would be lost with it; "" for nothing. Looked at only where it decides.
    """

    name: str
    kind: Kind
    age_s: float
    owner: Ownership = "none"
    archive: bool = False
    making: bool = False
    dirt: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and the reason as half a sentence."""

    step: Step
    why: str = ""


def needs_a_look(found: Leftover) -> bool:
    """Whether `dirt` decides, so that somebody has to look for it."""
    return found.kind == "worktree" and _is_orphan(found) and found.age_s >= GRACE_S


def decide(found: Leftover) -> Decision:
    """Deleted for good only after it was moved aside, moved aside only when nothing in it is work."""
    if found.making:
        return Decision("leave", "somebody is working on it")
    match found.kind:
        case "gone":
            return _after(found, GRACE_S, "its deletion was interrupted")
        case "aside":
            return _after(found, ASIDE_S, "it was moved aside a week ago")
        case "worktree":
            return _worktree(found)


def _worktree(found: Leftover) -> Decision:
    if found.owner == "live":
        return Decision("leave", "its session is live")
    if found.owner == "archived":
        if found.archive:
            return Decision("finish", "its session is archived")
        return Decision("leave", "its session was archived with its worktree")
    if found.age_s < GRACE_S:
        return Decision("leave", "it is young")
    if found.dirt:
        return Decision("leave", found.dirt)
    return Decision("set_aside", "no session owns it and it holds no work")


def _after(found: Leftover, seconds: float, why: str) -> Decision:
    return Decision("remove", why) if found.age_s >= seconds else Decision("leave", "it is young")


def _is_orphan(found: Leftover) -> bool:
    return found.owner == "none" and not found.making
