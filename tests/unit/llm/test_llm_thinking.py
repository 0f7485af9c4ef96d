"""Thinking inside the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.model_stream import ReasoningPiece
from boocode_desktop.llm.thinking import ThinkSplitter


def split(*chunks):
    splitter = ThinkSplitter()
    pieces = [piece for chunk in chunks for piece in splitter.feed(chunk)] + splitter.close()
    thought = "".join(p.text for p in pieces if isinstance(p, ReasoningPiece))
    return thought, "".join(p.text for p in pieces if not isinstance(p, ReasoningPiece))


@pytest.mark.parametrize(
    ("text", "thought", "answer"),
    [
        ("<think>\nhm\n</think>\n\nHi", "hm\n", "Hi"),
        ("\n <think>hm</think>Hi", "hm", "Hi"),
        ("Hi <think>x</think>", "", "Hi <think>x</think>"),
        ("<think></think>Hi", "", "Hi"),
        ("<think>never ends", "never ends", ""),
        ("<think>a</think>\n\n", "a", ""),
        ("<thinking about it", "", "<thinking about it"),
        ("<thi", "", "<thi"),
        ("  leading", "", "  leading"),
        ("<think>a</thin</think>b", "a</thin", "b"),
        ("<think>a</think>b<think>c</think>", "a", "b<think>c</think>"),
        ("", "", ""),
    ],
)
def test_thinking_is_told_apart(text, thought, answer):
    assert split(text) == (thought, answer)
    assert split(*text) == (thought, answer)


_parts = st.lists(st.sampled_from(["<think>", "</think>", "<", "think", ">", "a", "\n", " ", "</"]), max_size=12)


@given(parts=_parts, cuts=st.lists(st.integers(0, 60), max_size=6))
def test_any_cut_gives_the_same_answer(parts, cuts):
    text = "".join(parts)
    places = sorted({min(c, len(text)) for c in cuts} | {0, len(text)})
    chunks = [text[a:b] for a, b in zip(places, [*places[1:], len(text)], strict=True)]
    assert split(*chunks) == split(text)


def test_text_is_not_held_back():
    splitter = ThinkSplitter()
    assert [p.text for p in splitter.feed("Hello")] == ["Hello"]
    assert [p.text for p in splitter.feed(" <think>")] == [" <think>"]
