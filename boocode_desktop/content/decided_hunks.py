"""What was decided already, read from the patches that decisions keep, and how far a review is. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boocode_desktop.domain.changes import DiffLine, FileChange
from boocode_desktop.domain.records import Decision

_HEADING = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$")
OPEN = ("open", "partly", "conflict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision that stands. `start` is the first line it changed on the new side, as that was then; `whole` says
    that it was about the file and not about one hunk."""

    decision_id: str
    approved: bool
    start: int
    heading: str
    lines: tuple[DiffLine, ...]
    whole: bool
    hunks: int

    @property
    def added(self) -> int:
        """How many lines it added."""
        return sum(line.kind == "added" for line in self.lines)

    @property
    def removed(self) -> int:
        """How many lines it removed."""
        return sum(line.kind == "removed" for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many hunks were approved, rejected, and wait. A file without hunks counts as one."""

    approved: int
    rejected: int
    waiting: int

    @property
    def decided(self) -> int:
        """How many are done."""
        return self.approved + self.rejected

    @property
    def total(self) -> int:
        """How many there are."""
        return self.decided + self.waiting


def decided_of(decisions: Iterable[Decision], path: str) -> list[Decided]:
    """The standing decisions about a file, in the order of its lines."""
    found = [_decided(d) for d in decisions if d.path == path and d.action != "reverse" and not d.undone]
    return sorted(found, key=lambda d: d.start)


def progress(changes: Sequence[FileChange], decisions: Iterable[Decision]) -> Progress:
    """How far the review of a session is."""
    standing = [d for d in decisions if d.action != "reverse" and not d.undone]
    approved = sum(_hunks(d.patch) for d in standing if d.action == "approve")
    rejected = sum(_hunks(d.patch) for d in standing if d.action == "reject")
    waiting = sum(max(1, c.hunks) for c in changes if c.status in OPEN)
    return Progress(approved=approved, rejected=rejected, waiting=waiting)


def _hunks(patch: str) -> int:
    return max(1, sum(line.startswith("@@ -") for line in patch.splitlines()))


def _decided(decision: Decision) -> Decided:
    start, heading, lines = 0, "", []
    old = new = 0
    for text in decision.patch.split("\n"):
        if found := _HEADING.match(text):
            old, new = int(found[1]), int(found[2])
            if not heading:
                start, heading = new, text
        elif heading and text[:1] in ("+", "-", " "):
            line = _line(text, old, new)
            lines.append(line)
            old, new = old + (line.old is not None), new + (line.new is not None)
    return Decided(
        decision_id=decision.id,
        approved=decision.action == "approve",
        start=start,
        heading=heading,
        lines=tuple(lines),
        whole=decision.hunk is None,
        hunks=_hunks(decision.patch),
    )


def _line(text: str, old: int, new: int) -> DiffLine:
    match text[0]:
        case "+":
            return DiffLine(kind="added", text=text[1:], new=new)
        case "-":
            return DiffLine(kind="removed", text=text[1:], old=old)
        case _:
            return DiffLine(kind="context", text=text[1:], old=old, new=new)
