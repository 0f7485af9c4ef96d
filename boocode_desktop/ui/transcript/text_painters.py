"""Rows that hold text: prompts, answers, code, and what tools printed."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.canvas import Canvas, Ink
from boocode_desktop.ui.transcript.documents import Documents
from boocode_desktop.ui.transcript.laid_text import LaidText
from boocode_desktop.ui.transcript.painting import (
    RowPainter,
    RowState,
    Spot,
    paint_frame,
    paint_rule,
    paint_tools,
    tool_rects,
    tool_spots,
)
from boocode_desktop.ui.transcript.rows import ActionButton, BubbleBody, CodeBody, Row, TextBody
from boocode_desktop.ui.widgets.pixels import whole

BUBBLE_SHARE = 0.76
BUBBLE_PAD_X, BUBBLE_PAD_Y = 16, 11
CODE_PAD_X, CODE_PAD_Y = 14, 9
CODE_HEAD = 30
GUTTER = 62
CHIP_ROW = 30


class TextPainter(RowPainter):
    """Answer text on the canvas, thinking beside a rule in its card."""

    def __init__(self, canvas: Canvas, documents: Documents) -> None:
        self._canvas, self._documents = canvas, documents

    def height(self, row: Row, width: int) -> int:
        """The text's height; a part of a card has room around it."""
        return self._laid(row, width).height + (6 if _in_card(row) else 0) + (8 if row.frame == "bottom" else 0)

    def paint(self, painter: QPainter, row: Row, rect: QRectF, state: RowState) -> None:
        """The text, the caret where it is being written."""
        theme = self._canvas.theme
        if _in_card(row):
            faint = isinstance(row.body, TextBody) and row.body.look == "reasoning"
            surface, line = ("bg0", "line0") if faint else ("bg1", "line1")
            paint_frame(painter, theme, rect, row.frame, surface=surface, line=line)
            bottom = 12 if row.frame == "bottom" else 0
            painter.fillRect(QRectF(rect.left() + 21, rect.top(), 2, rect.height() - bottom), theme.color("line2"))
        laid, origin = self.text(row, rect)
        laid.draw(painter, theme, origin, state.clip, state.selection, state.find)
        if isinstance(row.body, TextBody) and row.body.caret:
            paint_caret(painter, self._canvas, laid, origin)

    def text(self, row: Row, rect: QRectF) -> tuple[LaidText, QPointF]:
        """The whole row is its text."""
        laid = self._laid(row, int(rect.width()))
        return laid, QPointF(rect.left() + (36 if _in_card(row) else 0), rect.top() + (2 if _in_card(row) else 0))

    def words(self, row: Row) -> str:
        """The plain text."""
        return self._documents.get(row).document.toPlainText()

    def _laid(self, row: Row, width: int) -> LaidText:
        return self._documents.get(row, width - (52 if _in_card(row) else 0))


def _in_card(row: Row) -> bool:
    return row.frame != "none"


def paint_caret(painter: QPainter, canvas: Canvas, laid: LaidText, origin: QPointF) -> None:
    """The bar behind the last character while text is being written."""
    end = laid.end_point()
    height = min(end.height(), 17)
    top = origin.y() + end.top() + (end.height() - height) / 2
    painter.fillRect(QRectF(whole(origin.x() + end.left() + 2), whole(top), 3, height), canvas.theme.color("accent"))


class BubblePainter(RowPainter):
    """What the person asked, on the right."""

    def __init__(self, canvas: Canvas, documents: Documents) -> None:
        self._canvas, self._documents = canvas, documents

    def height(self, row: Row, width: int) -> int:
        """Text and chips with their padding where the bubble begins and ends."""
        height = self._laid(row, width).height
        height += BUBBLE_PAD_Y if row.frame in ("single", "top") else 0
        height += BUBBLE_PAD_Y if row.frame in ("single", "bottom") else 0
        return height + (CHIP_ROW if _images(row) else 0)

    def paint(self, painter: QPainter, row: Row, rect: QRectF, state: RowState) -> None:
        """The bubble's part, the text, a chip for each picture."""
        theme = self._canvas.theme
        box = self._box(row, rect)
        paint_frame(painter, theme, box, row.frame, surface="user", line="user", radius=METRICS.radius_bubble)
        laid, origin = self.text(row, rect)
        laid.draw(painter, theme, origin, state.clip, state.selection, state.find)
        x = origin.x()
        for image in _images(row):
            x += self._chip(painter, x, origin.y() + laid.height + 8, image, box.right() - 12) + 6

    def text(self, row: Row, rect: QRectF) -> tuple[LaidText, QPointF]:
        """The prompt."""
        laid = self._laid(row, int(rect.width()))
        top = BUBBLE_PAD_Y if row.frame in ("single", "top") else 0
        return laid, QPointF(self._box(row, rect).left() + BUBBLE_PAD_X, rect.top() + top)

    def words(self, row: Row) -> str:
        """The prompt with who says it."""
        return f"You: {row.body.text}" if isinstance(row.body, BubbleBody) else ""

    def _laid(self, row: Row, width: int) -> LaidText:
        return self._documents.get(row, int(width * BUBBLE_SHARE) - 2 * BUBBLE_PAD_X)

    def _box(self, row: Row, rect: QRectF) -> QRectF:
        widest = int(rect.width() * BUBBLE_SHARE)
        if row.frame != "single":
            return QRectF(rect.right() - widest, rect.top(), widest, rect.height())
        wanted = self._laid(row, int(rect.width())).ideal_width + 2 * BUBBLE_PAD_X + 1
        chips = sum(self._chip_width(name) + 6 for name in _images(row)) + 2 * BUBBLE_PAD_X
        width = min(max(wanted, chips, 48), widest)
        return QRectF(rect.right() - width, rect.top(), width, rect.height())

    def _chip_width(self, name: str) -> float:
        return min(260.0, self._canvas.width(name, Ink(px=11, mono=True)) + 31)

    def _chip(self, painter: QPainter, x: float, y: float, name: str, right: float) -> float:
        theme = self._canvas.theme
        width = min(self._chip_width(name), right - x)
        if width < 40:
            return 0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg3" if theme.dark else "bg0"))
        painter.drawRoundedRect(QRectF(x, y, width, 21), METRICS.radius_chip, METRICS.radius_chip)
        self._canvas.icon(painter, "image", "tx2", x + 6, y + 4, 13)
        self._canvas.text(painter, QRectF(x + 24, y, width - 30, 21), name, Ink(tone="tx2", px=11, mono=True))
        return width


def _images(row: Row) -> list[str]:
    body = row.body
    return [image.name or "image" for image in body.images] if isinstance(body, BubbleBody) else []


class CodePainter(RowPainter):
    """Fixed-width lines: code blocks with a header, diffs with a gutter, output in a card."""

    def __init__(self, canvas: Canvas, documents: Documents) -> None:
        self._canvas, self._documents = canvas, documents

    def height(self, row: Row, width: int) -> int:
        """Lines with their padding, and the header."""
        return self._laid(row, width).height + self._above(row) + self._below(row)

    def paint(self, painter: QPainter, row: Row, rect: QRectF, state: RowState) -> None:
        """The card's part, the header, tints and numbers of a diff, the lines."""
        theme, body = self._canvas.theme, _code(row)
        surface = "code" if body.look == "block" else "bg1"
        paint_frame(painter, theme, rect, row.frame, surface=surface)
        if body.look != "block" and row.frame != "single":
            paint_rule(painter, theme, rect.left() + 1, rect.top(), rect.width() - 2)
        if body.header:
            self._header(painter, row, rect, state)
        laid, origin = self.text(row, rect)
        if body.signs:
            self._gutter(painter, body, laid, origin, rect)
        laid.draw(painter, theme, origin, state.clip, state.selection, state.find)
        if body.caret:
            paint_caret(painter, self._canvas, laid, origin)

    def spots(self, row: Row, rect: QRectF) -> list[Spot]:
        """The buttons of a code block."""
        tools = code_tools(_code(row))
        return tool_spots(tools, self._tool_rects(tools, rect))

    def text(self, row: Row, rect: QRectF) -> tuple[LaidText, QPointF]:
        """The lines."""
        left = GUTTER if _code(row).signs else CODE_PAD_X
        return self._laid(row, int(rect.width())), QPointF(rect.left() + left, rect.top() + self._above(row))

    def words(self, row: Row) -> str:
        """The lines, with the language before them."""
        body = _code(row)
        return f"{body.language} code: {body.text}" if body.header else body.text

    def _laid(self, row: Row, width: int) -> LaidText:
        left = GUTTER if _code(row).signs else CODE_PAD_X
        return self._documents.get(row, width - left - CODE_PAD_X)

    def _above(self, row: Row) -> int:
        body = _code(row)
        if body.header:
            return CODE_HEAD
        if body.look == "block":
            return 0 if row.frame in ("middle", "bottom") else CODE_PAD_Y
        return CODE_PAD_Y

    def _below(self, row: Row) -> int:
        if row.frame in ("single", "bottom"):
            return CODE_PAD_Y + 2
        return 0 if _code(row).look == "block" else CODE_PAD_Y

    def _tool_rects(self, tools: tuple[ActionButton, ...], rect: QRectF) -> list[QRectF]:
        return tool_rects(len(tools), rect.right() - 5, rect.top() + CODE_HEAD / 2)

    def _header(self, painter: QPainter, row: Row, rect: QRectF, state: RowState) -> None:
        canvas, body = self._canvas, _code(row)
        tools = code_tools(body)
        rects = self._tool_rects(tools, rect)
        end = rects[0].left() - 8 if rects else rect.right() - CODE_PAD_X
        x = rect.left() + CODE_PAD_X
        ink = Ink(tone="tx3", px=11, weight=500)
        used = canvas.text(painter, QRectF(x, rect.top(), end - x, CODE_HEAD), body.language or "text", ink)
        if body.target:
            x += used + 10
            path = QRectF(x, rect.top(), end - x, CODE_HEAD)
            canvas.text(painter, path, body.target, Ink(tone="tx2", px=11, mono=True))
        if tools and (state.hovered or state.focused):
            paint_tools(painter, canvas.theme, tools, rects, state.spot)

    def _gutter(self, painter: QPainter, body: CodeBody, laid: LaidText, origin: QPointF, rect: QRectF) -> None:
        """Tints and numbers of the lines; only those in the clip are drawn."""
        canvas, theme = self._canvas, self._canvas.theme
        clip = painter.clipBoundingRect()
        number_ink = {"+": "ok", "-": "bad"}
        tints = {"+": "add_bg", "-": "del_bg"}
        lines = laid.lines()
        ends = [*(line.top() for line in lines[1:]), lines[-1].bottom()]
        high = canvas.metrics(Ink(mono=True, px=12)).height()
        for line, end, sign, number in zip(lines, ends, body.signs, body.numbers, strict=False):
            box = QRectF(rect.left() + 1, whole(origin.y() + line.top()), rect.width() - 2, 0)
            box.setBottom(whole(origin.y() + end))
            if not box.intersects(clip):
                continue
            if sign in tints:
                painter.fillRect(box, theme.color(tints[sign]))
            if sign == "@":
                painter.fillRect(QRectF(box.left(), box.center().y(), box.width(), 1), theme.color("line0"))
                continue
            figure = QRectF(rect.left() + 6, origin.y() + line.top(), 32, high)
            tone = number_ink.get(sign, "tx3")
            canvas.text(painter, figure, str(number), Ink(tone=tone, mono=True, px=12), right=True)
            canvas.text(painter, figure.translated(39, 0), sign, Ink(tone=tone, mono=True, px=12))


def code_tools(body: CodeBody) -> tuple[ActionButton, ...]:
    """The buttons in the header of a code block."""
    if not body.header:
        return ()
    apply = ActionButton(act="apply_code", text="Write this code into a file", icon="file-plus")
    copy = ActionButton(act="copy_code", text="Copy this code", icon="copy")
    return (apply, copy) if body.applies else (copy,)


def _code(row: Row) -> CodeBody:
    assert isinstance(row.body, CodeBody)
    return row.body
