"""How a terminal is painted: whole cells at every scale, blocks without seams, colours that can be read."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from boocode_desktop.content.terminal.lines import parse_line
from boocode_desktop.content.terminal.styles import Style, styled
from boocode_desktop.ui.terminal.blocks import paint_blocks, parts_of
from boocode_desktop.ui.terminal.colors import READABLE, TerminalColors, readable
from boocode_desktop.ui.terminal.paint import FONT_PX, PAD, Marks, TerminalPainter, kind_of
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.tokens import contrast

FRONT = QColor("#FF0000")


def image(width: int, height: int, scale: float = 1) -> QImage:
    made = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(scale)
    made.fill(0)
    return made


@pytest.mark.parametrize(
    ("character", "share"),
    [("█", 1), ("▀", 0.5), ("▄", 0.5), ("▁", 1 / 8), ("▌", 0.5), ("▐", 0.5), ("▏", 1 / 8), ("▔", 1 / 8), ("▕", 1 / 8),
     ("▖", 0.25), ("▙", 0.75), ("▚", 0.5), ("▛", 0.75), ("▜", 0.75), ("▝", 0.25), ("▞", 0.5), ("▟", 0.75)],
)  # fmt: skip
def test_blocks_fill_their_share_of_a_cell(character: str, share: float):
    parts, opacity = parts_of(character)
    assert opacity == 1 and sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in parts) == pytest.approx(share)


def test_quarters_stand_where_their_names_say():
    assert parts_of("▘")[0] == [(0, 0, 0.5, 0.5)] and parts_of("▗")[0] == [(0.5, 0.5, 1, 1)]
    assert parts_of("▒") == (((0, 0, 1, 1),), 0.5)


@pytest.mark.parametrize("scale", [1, 1.5, 2])
def test_blocks_have_no_seams(qapp, scale: float):
    made = image(80, 40, scale)
    with QPainter(made) as painter:
        for row in range(2):
            paint_blocks(painter, QRectF(0, row * 19, 10 * 7.796875, 19), "█" * 10, FRONT)
    last = int(10 * 7.796875 * scale) - 1
    colors = {made.pixelColor(x, y).name() for x in range(last) for y in range(round(38 * scale) - 1)}
    assert colors == {FRONT.name()}


@pytest.mark.parametrize("scale", [1, 1.5, 2])
def test_every_character_stands_in_its_cell(qapp, theme, scale: float):
    paint = TerminalPainter(theme)
    made = image(400, 60, scale)
    with QPainter(made) as painter:
        for row, text in enumerate(("m" * 30 + "█", "日" * 5 + "é" * 20 + "█", "Ж" * 30 + "█")):
            paint.row(painter, row * paint.height, parse_line(text.encode()), Marks())
    for row in range(3):
        y = round((row + 0.5) * paint.height * scale)
        block = round((PAD + 30.5 * paint.cell) * scale)
        assert made.pixelColor(block, y).name().upper() == theme.tokens.color("tx1")
        assert made.pixelColor(round((PAD + 31.6 * paint.cell) * scale), y).name() == "#000000"


def test_text_of_the_font_is_painted_in_one_go(qapp, theme):
    paint = TerminalPainter(theme)
    looks = paint._looks(parse_line("Привет ñ──│ █▄ 日a".encode()))
    assert [piece.text for piece, *_ in looks] == ["Привет ñ", "──│", " ", "█▄", " ", "日", "a"]


@pytest.mark.parametrize("bold", [False, True])
def test_columns_are_as_wide_as_characters(qapp, theme, bold: bool):
    metrics, cell = QFontMetricsF(code_font(FONT_PX, bold=bold)), TerminalPainter(theme).cell
    for text in ("m" * 200, "iW0." * 50, "Жéλ─" * 50):
        assert metrics.horizontalAdvance(text) == pytest.approx(200 * cell, abs=0.5)


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_every_colour_of_text_can_be_read(qapp, theme, choice: str):
    theme.apply(qapp, choice)
    colors, canvas = TerminalColors(theme), theme.tokens.color("bg0")
    codes = [
        (),
        (2,),
        *((30 + n,) for n in range(8)),
        *((90 + n,) for n in range(8)),
        *((38, 5, n) for n in range(256)),
    ]
    styles = [styled(Style(), code or (0,)) for code in codes]
    styles += [styled(Style(), (30 + n, 40 + m)) for n in range(8) for m in range(8)]
    styles += [styled(style, (7,)) for style in styles]
    for style in styles:
        front, back = colors.of(style)
        assert contrast(front.name(), back.name() if back else canvas) >= READABLE, style


def test_what_is_drawn_keeps_its_colour(qapp, theme):
    colors = TerminalColors(theme)
    dark = Style(fg="101014")
    assert colors.of(dark, drawing=True)[0].name() == "#101014" != colors.of(dark)[0].name()
    assert [kind_of(text) for text in ("─", "█", "\ue0b0", "a", "")] == ["line", "block", "line", "", ""]


def test_readable_colours_are_left_alone():
    assert readable("#FFFFFF", "#000000") == "#FFFFFF" and readable("#777777", "#777777") == "#000000"
