"""Which changes are pictures, and what is said of them."""

import pytest

from boocode_desktop.content.diff_rows import rows_of
from boocode_desktop.content.pictures import differing_words, is_picture, pixels_words
from boocode_desktop.domain.changes import FileChange, FileDiff


@pytest.mark.parametrize(
    ("path", "binary", "expected"),
    [
        ("a/b.png", True, True),
        ("a/b.JPEG", True, True),
        ("a.webp", True, True),
        ("a.gif", True, True),
        ("a.bmp", True, True),
        ("a.svg", False, False),
        ("a.svg", True, False),
        ("a.png", False, False),
        ("png", True, False),
        ("a.ico", True, False),
    ],
)
def test_pictures_are_known_by_name_and_are_no_text(path: str, binary: bool, expected: bool) -> None:
    change = FileChange(path=path, operation="modified", binary=binary)
    assert is_picture(change) is expected
    if expected:
        (note,) = rows_of(FileDiff(change=change), "unified")
        assert note.text == "A picture, compared below. It is approved or rejected as a whole."


def test_words_about_size() -> None:
    assert pixels_words(640, 400) == "640 × 400 px"
    assert pixels_words(12_000, 9, 12) == "12,000 × 9 px, first of 12 frames"


@pytest.mark.parametrize(
    ("differing", "total", "words"),
    [
        (0, 100, "No pixel differs"),
        (1, 100_000, "Less than 0.1 % of the pixels differ"),
        (18, 1_000, "1.8 % of the pixels differ"),
        (5, 5, "100.0 % of the pixels differ"),
    ],
)
def test_words_about_what_differs(differing: int, total: int, words: str) -> None:
    assert differing_words(differing, total) == words
