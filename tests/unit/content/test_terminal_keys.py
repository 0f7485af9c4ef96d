"""What a terminal sends for keys, pastes and the mouse."""

import pytest

from boocode_desktop.content.terminal.keys import ALT, CTRL, SHIFT, key_bytes, mouse_bytes, paste_bytes


@pytest.mark.parametrize(
    ("name", "text", "modifiers", "application", "expected"),
    [
        ("", "a", 0, False, b"a"),
        ("", "ü", 0, False, "ü".encode()),
        ("", "C", CTRL, False, b"\x03"),
        ("", "[", CTRL, False, b"\x1b"),
        ("", " ", CTRL, False, b"\x00"),
        ("", "5", CTRL, False, b""),
        ("", "b", ALT, False, b"\x1bb"),
        ("Return", "\r", 0, False, b"\r"),
        ("Backspace", "\x08", 0, False, b"\x7f"),
        ("Backspace", "", CTRL, False, b"\x08"),
        ("Tab", "", SHIFT, False, b"\x1b[Z"),
        ("Up", "", 0, False, b"\x1b[A"),
        ("Up", "", 0, True, b"\x1bOA"),
        ("Left", "", CTRL, True, b"\x1b[1;5D"),
        ("Delete", "", 0, False, b"\x1b[3~"),
        ("PageUp", "", SHIFT, False, b"\x1b[5;2~"),
        ("F1", "", 0, False, b"\x1bOP"),
        ("F5", "", ALT, False, b"\x1b[15;3~"),
    ],
)
def test_keys(name: str, text: str, modifiers: int, application: bool, expected: bytes):
    assert key_bytes(name, text, modifiers, application=application) == expected


def test_a_paste_cannot_end_itself_or_press_keys():
    assert paste_bytes("ls\nrm\x1b[201~\x03", bracketed=True) == b"\x1b[200~ls\rrm[201~\x1b[201~"
    assert paste_bytes("a\r\nb\tc", bracketed=False) == b"a\rb\tc"


def test_the_mouse():
    assert mouse_bytes("left", 0, 0, 0, pressed=True) == b"\x1b[<0;1;1M"
    assert mouse_bytes("left", 9, 4, 0, pressed=False) == b"\x1b[<0;10;5m"
    assert mouse_bytes("none", 1, 1, CTRL, pressed=True, moved=True) == b"\x1b[<51;2;2M"
    assert mouse_bytes("wheel_up", 0, 0, SHIFT, pressed=True) == b"\x1b[<68;1;1M"
