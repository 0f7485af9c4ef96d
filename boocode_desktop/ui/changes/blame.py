"""Who wrote each line, as the gutter shows it: the agent, the turn, how long ago. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from boocode_desktop.domain.changes import BlameLine
from boocode_desktop.domain.records import Turn
from boocode_desktop.ui.ages import age

MARGIN = 112
"""The width of the gutter, px."""
YOU = "you"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlameMark:
    """One line's author. `author` is "" for a line older than the session; `when` is short, such as `6 m`."""

    author: str
    turn: int
    when: str = ""

    @property
    def words(self) -> str:
        """What stands beside the badge."""
        if not self.author:
            return "before"
        return "you" if self.author == YOU else f"turn {self.turn}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """A file's authors by line number of the new side, and the turns that they name."""

    marks: Mapping[int, BlameMark]
    turns: Mapping[int, Turn]


def blame_of(lines: Sequence[BlameLine], turns: Iterable[Turn], now: float) -> Blame:
    """The gutter of a file. `now` is a Unix time in seconds."""
    known = {turn.number: turn for turn in turns}
    seen: dict[tuple[str, int], BlameMark] = {}
    marks = {}
    for line in lines:
        key = (line.author, line.turn)
        if key not in seen:
            turn = known.get(line.turn) if line.author else None
            when = age(turn.finished_at or turn.started_at, now) if turn is not None and turn.started_at else ""
            seen[key] = BlameMark(author=line.author, turn=line.turn, when=when)
        marks[line.line] = seen[key]
    return Blame(marks=marks, turns=known)
