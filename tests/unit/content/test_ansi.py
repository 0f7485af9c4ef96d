"""What programs print cannot steer, hide or disguise."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.ansi import colours_only, safe_text, split_unfinished

INJECTIONS = [
    ("a\x1b]0;title\x07b", "ab"),
    ("a\x1b]0;title\x1b\\b", "ab"),
    ("\x1b]52;c;cm0gLXJmIH4=\x07x", "x"),
    ("\x1b]8;;file:///etc/passwd\x1b\\link\x1b]8;;\x1b\\", "link"),
    ("\x1bP+q544e\x1b\\x", "x"),
    ("\x1b_Gf=24;AAAA\x1b\\x", "x"),
    ("\x1b^private\x1b\\x", "x"),
    ("\x1bXstart\x1b\\x", "x"),
    ("\x9d0;title\x9cx", "x"),
    ("\x9b2Jx", "x"),
    ("safe\x1b[2K\x1b[1Gevil", "safeevil"),
    ("\x1b[2J\x1b[Hx", "x"),
    ("\x1b[6nx\x1b[c", "x"),
    ("\x1b[?1049hx", "x"),
    ("\x1b[201~x", "x"),
    ("\x1bcx", "x"),
    ("\x1b(0x", "x"),
    ("\x1b#8x", "x"),
    ("\x1b[" + "1" * 5000 + "mx", "x"),
    ("\x1b[31mred\x1b[0m", "red"),
    ("rm x\b\b\b\bls", "rm xls"),
    ("a\rb", "ab"),
    ("a\r\nb", "a\nb"),
    ("a\x00b\x7fc\x85d", "abcd"),
    ("\u202egnp.exe\u202c", "gnp.exe"),
    ("a\u2066b\u2069\u200f\u061cc", "abc"),
    ("in\u200bvi\ufeffsi\u00adble", "invisible"),
    ("tag\U000e0041\U000e007f", "tag"),
    ("tab\tline\n", "tab\tline\n"),
    ("grüße 漢字 👩\u200d💻", "grüße 漢字 👩\u200d💻"),
    ("\x1b]0;never ended\nrm -rf /", "0;never ended\nrm -rf /"),
    ("\x1bPnever ended rm -rf /", "never ended rm -rf /"),
    ("end\x1b", "end"),
    ("end\x1b[", "end"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), INJECTIONS)
def test_injections(text, expected):
    assert safe_text(text) == expected


COLOURS = [
    ("\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m"),
    ("\x1b[38;5;8mgrey\x1b[m", "\x1b[38;5;8mgrey\x1b[m"),
    ("\x1b[38;2;8;8;8mx", "\x1b[38;2;8;8;8mx"),
    ("\x1b[38:2::1:2:3mx", "\x1b[38:2::1:2:3mx"),
    ("\x1b[8mhidden", "hidden"),
    ("\x1b[1;08mhidden", "hidden"),
    ("\x1b[38;5;1;8mhidden", "hidden"),
    ("\x1b[31ma\x1b[2Jb\x1b]0;t\x07\x1b[0m", "\x1b[31mab\x1b[0m"),
    ("\x1b]0;\x1b[31mx\x07", "0;\x1b[31mx"),
]


@pytest.mark.parametrize(("text", "expected"), COLOURS)
def test_colours_stay_and_nothing_else(text, expected):
    assert colours_only(text) == expected


HOSTILE = st.text(
    alphabet=st.sampled_from(list('\x1b[]P_^X\\\x07\x9b\x9d\x9c\x90;:0123456789mKJHhc?>!" ab\r\n\t\b\u202e\u200b\x00')),
    max_size=60,
)


@given(HOSTILE | st.text())
def test_nothing_that_steers_is_left(text):
    safe = safe_text(text)
    assert re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", safe) is None
    assert safe_text(safe) == safe


@given(HOSTILE)
def test_colours_are_the_only_escapes_left(text):
    coloured = colours_only(text)
    plain = re.sub(r"\x1b\[[0-9;:]*m", "", coloured)
    assert "\x1b" not in plain
    assert safe_text(plain) == plain


@given(st.text(alphabet="abc \n\t", max_size=80))
def test_plain_text_is_untouched(text):
    assert safe_text(text) == text
    assert colours_only(text) == text
    assert split_unfinished(text) == (text, "")


@pytest.mark.parametrize(
    ("text", "rest"),
    [("a\x1b", "\x1b"), ("a\x1b[3", "\x1b[3"), ("a\x1b[31", "\x1b[31"), ("a\x1b]0;ti", "\x1b]0;ti"), ("a\x1b[31m", "")],
)
def test_an_escape_at_the_end_of_a_piece_waits_for_the_next(text, rest):
    shown, waiting = split_unfinished(text)
    assert shown + waiting == text
    assert waiting == rest


@pytest.mark.parametrize(
    "unit", ["\x1b]", "\x9d", "\x1bP", "\x1b[", "\x1b[1", "\x9b0", "\x1b]0;a\x9c\x1b", "\x1b[31m", "\u202e"]
)
def test_hostile_text_takes_linear_time(unit):
    text = (unit * 500_000)[:1_000_000]
    safe_text(text)
    colours_only(text)
    split_unfinished(text)
