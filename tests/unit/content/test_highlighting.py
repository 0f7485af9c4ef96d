"""Syntax spans: they lie in the text, in order, with tones that exist."""

import itertools
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.highlighting import HIGHLIGHT_LIMIT, Span, highlight, lexer_of, shift_spans, tones
from boocode_desktop.ui.theme.tokens import Tokens

CODE = 'def call(self):\n    """Text."""\n    return 42  # why\n'


def toned(code: str, spans: tuple[Span, ...]) -> dict[str, str]:
    return {code[s.start : s.start + s.length]: s.tone for s in spans}


def test_python_gets_the_tones_of_its_kinds():
    found = toned(CODE, highlight(CODE, "python"))
    assert found["def"] == "syn_kw"
    assert found["call"] == "syn_fn"
    assert found["42"] == "syn_num"
    assert found["# why"] == "syn_cm"
    assert found['"""Text."""'] == "syn_st"


def test_a_path_names_the_language_where_no_name_is_given():
    assert toned("let x = 1;", highlight("let x = 1;", path="src/a.rs"))["let"] == "syn_kw"


@pytest.mark.parametrize(("language", "path"), [("no-such-language", ""), ("", "notes.unknownkind"), ("", "")])
def test_an_unknown_language_is_plain(language: str, path: str):
    assert lexer_of(language, path) is None
    assert highlight("x = 1", language, path=path) == ()


def test_every_tone_is_a_token():
    assert set(tones().values()) <= {field.name for field in fields(Tokens)}


def test_only_the_beginning_of_a_large_text_is_coloured():
    spans = highlight("x = 1\n" * 10_000, "python")
    assert max(s.start + s.length for s in spans) <= HIGHLIGHT_LIMIT


@given(code=st.text(max_size=300), language=st.sampled_from(["python", "js", "json", "bash", "html", "diff", "c"]))
def test_spans_lie_in_the_text_and_do_not_overlap(code: str, language: str):
    at = 0
    for span in highlight(code, language):
        assert at <= span.start
        at = span.start + span.length
    assert at <= len(code)


@given(cuts=st.lists(st.integers(0, len(CODE)), max_size=4))
def test_the_parts_of_cut_text_keep_their_tones(cuts: list[int]):
    spans = highlight(CODE, "python")
    whole = ["" for _ in CODE]
    for span in spans:
        whole[span.start : span.start + span.length] = [span.tone] * span.length
    parts: list[str] = []
    edges = [0, *sorted(cuts), len(CODE)]
    for low, high in itertools.pairwise(edges):
        part = ["" for _ in range(high - low)]
        for span in shift_spans(spans, low, high):
            part[span.start : span.start + span.length] = [span.tone] * span.length
        parts += part
    assert parts == whole
