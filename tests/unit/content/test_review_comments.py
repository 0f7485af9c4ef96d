"""Comments on lines: found again after edits, sent as one prompt."""

import json
from dataclasses import replace

import pytest

from boocode_desktop.content.review_comments import (
    Comment,
    Placed,
    from_stored,
    made,
    placed,
    prompt_of,
    texts_of,
    to_stored,
)
from boocode_desktop.domain.changes import FileChange, FileDiff
from boocode_desktop.workspace.text_edits import hunks

SAID = Comment(id="c", path="a.py", side="new", line=2, anchor="two", text="why?", before="one", after="three")


def numbered(*lines: str) -> dict[int, str]:
    return dict(enumerate(lines, 1))


@pytest.mark.parametrize(
    ("lines", "line", "stale"),
    [
        (("one", "two", "three"), 2, False),
        (("new", "new", "one", "two", "three"), 4, False),
        (("two", "x", "one", "two", "three"), 4, False),
        (("two", "x", "two", "x"), 1, False),
        (("x", "two", "y", "z", "two", "three"), 5, False),
        (("one", "2", "three"), 2, True),
        (("one",), 1, True),
        ((), 2, True),
    ],
)
def test_a_comment_follows_its_line(lines: tuple[str, ...], line: int, stale: bool) -> None:
    found = placed(SAID, numbered(*lines))
    assert (found.line, found.stale) == (line, stale)
    assert bool(found.note) == (stale or line != 2)


def diff(old: str, new: str) -> FileDiff:
    change = FileChange(path="a.py", operation="modified")
    return FileDiff(change=change, hunks=hunks(old.encode(), new.encode()), old_text=old, new_text=new)


@pytest.mark.parametrize("known", [True, False])
def test_a_comment_keeps_its_line_and_neighbours(known: bool) -> None:
    shown = diff("one\r\ntwo\r\nthree\r\n", "one\r\n2\r\nthree\r\n")
    shown = shown if known else replace(shown, old_text=None, new_text=None)
    old, new = made("c", shown, ("old", 2), "was"), made("c", shown, ("new", 2), "is")
    assert (old.before, old.anchor, old.after) == ("one", "two", "three")
    assert (new.anchor, new.path, new.line) == ("2", "a.py", 2)
    assert placed(old, texts_of(shown, "old")).line == 2


def test_comments_become_one_prompt() -> None:
    later = replace(SAID, id="d", path="b.py", side="old", text="keep it\nas it was", anchor="")
    text = prompt_of([Placed(comment=later, line=9), Placed(comment=SAID, line=4, stale=True)])
    assert text == (
        "Please address these 2 review comments on the changes of this session.\n\n"
        "1. `a.py`, line 4 (the line has changed since; it read as below):\n   > `two`\n   why?\n\n"
        "2. `b.py`, line 9 of the version before the changes:\n   keep it\n   as it was"
    )
    assert "this review comment" in prompt_of([Placed(comment=SAID, line=2)])


@pytest.mark.parametrize("junk", [None, "x", [1], [{"id": "c"}], [{**to_stored([SAID])[0], "line": "2"}]])
def test_what_is_stored_is_read_back_and_junk_is_left_out(junk: object) -> None:
    assert from_stored(json.loads(json.dumps(to_stored([SAID])))) == (SAID,)
    assert from_stored(junk) == ()
