"""Terminal output as text and spans."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.highlighting import Span
from boocode_desktop.content.highlighting_ansi import ansi_text
from boocode_desktop.ui.theme.tokens import Tokens


@pytest.mark.parametrize(
    ("raw", "text", "spans"),
    [
        ("plain", "plain", ()),
        ("\x1b[31mred\x1b[0m on", "red on", (Span(start=0, length=3, tone="bad"),)),
        ("\x1b[1;32mok\x1b[m", "ok", (Span(start=0, length=2, tone="ok", bold=True),)),
        ("a\x1b[2mdim\x1b[22m", "adim", (Span(start=1, length=3, tone="tx3"),)),
        ("\x1b[38;5;196mx", "x", (Span(start=0, length=1, tone="bad"),)),
        ("\x1b[38;2;10;20;250mx\x1b[39my", "xy", (Span(start=0, length=1, tone="info"),)),
        ("\x1b[7mx\x1b[27m", "x", (Span(start=0, length=1, tone="tx1", back="bg4"),)),
        ("\x1b[41mx", "x", (Span(start=0, length=1, back="bad_soft"),)),
        ("\x1b[38;5m", "", ()),
        ("\x1b]0;title\x07after", "after", ()),
        ("\x1b[2J\x1b[Hx\x1b[K", "x", ()),
        ("a\r\nb", "a\nb", ()),
        ("10 %\r50 %\r100 %\ndone", "100 %\ndone", ()),
        ("\x1b[32m1\r2\r3\x1b[0m", "3", (Span(start=0, length=1, tone="ok"),)),
        ("bell\x07 and \x00nul", "bell and nul", ()),
        ("cut \x1b[3", "cut 3", ()),
    ],
)
def test_escapes_become_spans_or_nothing(raw: str, text: str, spans: tuple[Span, ...]):
    assert ansi_text(raw) == (text, spans)


def test_the_indexed_colours_all_have_a_token():
    names = {field.name for field in fields(Tokens)}
    for number in range(256):
        _, spans = ansi_text(f"\x1b[38;5;{number}mx\x1b[48;5;{number}my")
        assert {s.tone for s in spans} | {s.back for s in spans} <= names | {""}


PIECES = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            ["\x1b[31m", "\x1b[0m", "\x1b[1;4;7m", "\r", "\n", "\r\n", "\x1b[38;2;1;2m", "\x1b]8;;u\x1b\\"]
        ),
    ),
    max_size=20,
).map("".join)


@given(raw=PIECES)
def test_any_output_is_shown_without_control_characters(raw: str):
    text, spans = ansi_text(raw)
    assert not set(text) & {"\x1b", "\x07", "\x08", "\x00", "\x7f"}
    at = 0
    for span in spans:
        assert span.start >= at and span.length > 0
        at = span.start + span.length
    assert at <= len(text)
