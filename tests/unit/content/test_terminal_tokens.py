"""What a terminal lets through: text, controls and honest sequences, however the stream is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.terminal.tokens import PENDING_LIMIT, Token, Tokens

HARD = [
    "\x1b", "[", "]", "P", "0", "2", ";", "?", "52", "8", "m", "H", "\x07", "\x1b\\", "\x9b", "\x9d", "a", "é", "\n",
    "\x00", "\x7f", "\u202e", " ", "q", "1049", "h", "#", "(", "\r", "\x18",
]  # fmt: skip
streams = st.lists(st.sampled_from(HARD), max_size=40).map("".join)


def tokens(*pieces: str) -> list[Token]:
    parser = Tokens()
    return [token for piece in pieces for token in parser.feed(piece)]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("hi\r\n", [Token("text", "hi"), Token("control", "\r"), Token("control", "\n")]),
        ("\x1b[1;31m", [Token("csi", "m", (1, 31))]),
        ("\x1b[38:2:1:2:3m", [Token("csi", "m", (38, 2, 1, 2, 3))]),
        ("\x1b[?1049h", [Token("csi", "h", (1049,), "?")]),
        ("\x1b[H", [Token("csi", "H")]),
        ("\x1b[;5H", [Token("csi", "H", (0, 5))]),
        ("\x1b[2 q", [Token("csi", "cursor", (2,))]),
        ("\x1bM\x1b(0\x1b#8", [Token("escape", "M"), Token("escape", "(0"), Token("escape", "#8")]),
        ("\x1b]2;a title\x07", [Token("title", "a title")]),
        ("\x1b]0;a\x01b\x1b\\", [Token("title", "ab")]),
        ("\x1b]8;id=1;https://example.com/a?b\x1b\\", [Token("link", "https://example.com/a?b")]),
        ("\x1b]8;;\x07", [Token("link", "")]),
        ("\x1b]8;;file:///etc/passwd\x1b\\", [Token("link", "")]),
        ("\x1b]8;;https://example.com/\u202egpj\x1b\\", [Token("link", "")]),
        ("\x1b[38:2::1:2:3;48:5:9m", [Token("csi", "m", (38, 2, 1, 2, 3, 48, 5, 9))]),
        ("\x1b[4:3m\x1b[4:0m", [Token("csi", "m", (4,)), Token("csi", "m", (24,))]),
        ("\x1b[1:2H", []),
        ("\x1b[" + "9" * 5000 + "A", []),
        ("\x1b[99999A", [Token("csi", "A", (9999,))]),
    ],
)
def test_pieces_of_a_stream(printed: str, expected: list[Token]):
    assert tokens(printed) == expected


@pytest.mark.parametrize(
    "printed",
    [
        "\x1b]52;c;c2VjcmV0\x07",
        "\x1b]1337;File=name=x:AAAA\x07",
        "\x1b]7;file://host/etc\x07",
        "\x1bP+q544e\x1b\\",
        "\x1b_Ga=T;AAAA\x1b\\",
        "\x1b^private\x1b\\",
        "\x1bXstart\x1b\\",
        "\x1b[?1;2$p",
        "\x1b[1!p",
        "\x1b]2;never ended" + "x" * (PENDING_LIMIT * 3) + "\x07",
    ],
)
def test_what_reaches_outside_the_screen_is_dropped_without_a_trace(printed: str):
    assert tokens(printed + "after") == [Token("text", "after")]
    assert tokens(*printed, *"after")[-5:] == [Token("text", c) for c in "after"]


def test_an_unfinished_sequence_is_not_kept_for_ever():
    parser = Tokens()
    for _ in range(100):
        list(parser.feed("\x1b]0;" + "x" * 1000))
    assert len(parser._pending) <= PENDING_LIMIT + 1100


@given(streams, st.data())
def test_where_the_stream_is_cut_makes_no_difference(stream: str, data: st.DataObject):
    at = data.draw(st.integers(0, len(stream)))
    assert joined(tokens(stream)) == joined(tokens(stream[:at], stream[at:]))


def joined(found: list[Token]) -> list[Token]:
    """Neighbouring texts as one."""
    whole: list[Token] = []
    for token in found:
        if whole and token.kind == whole[-1].kind == "text":
            whole[-1] = Token("text", whole[-1].value + token.value)
        else:
            whole.append(token)
    return whole
