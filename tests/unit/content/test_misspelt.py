"""Slips of the finger: one letter wrong, missing, too many, swapped; not two, and not in short words."""

import pytest

from boocode_desktop.content.misspelt import meant, one_slip


@pytest.mark.parametrize(
    ("typed", "word", "alike"),
    [
        ("session", "session", True),
        ("sess", "session", True),
        ("sessoin", "session", True),
        ("sesson", "session", True),
        ("sesssion", "session", True),
        ("sezsion", "session", True),
        ("sezzion", "session", False),
        ("sessoi", "session", True),
        ("terminal", "session", False),
        ("sessionx", "session", True),
        ("sessionxy", "session", False),
    ],
)
def test_one_letter_may_be_wrong(typed, word, alike):
    assert one_slip(typed, word) is alike


def test_every_word_of_a_query_counts():
    titles = ["new session", "new chat", "rename session…", "chat of the session"]
    assert meant("new sessoin", titles) == [0]
    assert meant("sessoin", titles) == [0, 2, 3]
    assert meant("nex", titles) == ()
    assert meant("wen session", titles) == []
