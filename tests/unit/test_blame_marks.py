"""The gutter's words."""

import pytest

from boocode_desktop.domain.changes import BlameLine
from boocode_desktop.domain.records import Turn
from boocode_desktop.ui.changes.blame import BlameMark, blame_of


@pytest.mark.parametrize(
    ("author", "turn", "when", "words"),
    [("", 0, "", "before"), ("qwen", 2, "6 m", "turn 2"), ("you", 2, "6 m", "you"), ("qwen", 9, "", "turn 9")],
)
def test_each_line_has_its_author_turn_and_age(author: str, turn: int, when: str, words: str) -> None:
    known = Turn(
        id="t", session_id="s", chat_id="c", number=2, prompt="p", agent="qwen", started_at=10.0, finished_at=1_000.0
    )
    found = blame_of([BlameLine(line=7, text="x", author=author, turn=turn)], [known], now=1_360.0)
    assert found.marks == {7: BlameMark(author=author, turn=turn, when=when)}
    assert found.marks[7].words == words and found.turns == {2: known}
