"""Who answers, and what they plan: the line above an answer and the items of a to-do card."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from boocode_desktop.ui.transcript.canvas import Canvas, Ink
from boocode_desktop.ui.transcript.card_painters import META, PAD
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
from boocode_desktop.ui.transcript.rows import AgentBody, PlanBody, Row
from boocode_desktop.ui.widgets.agent_badge import paint_badge
from boocode_desktop.ui.widgets.spinner import paint_spinner

ITEM = 27
SIGNS = {
    "completed": ("circle-check", "ok", "tx2", 400),
    "in_progress": ("", "accent", "tx1", 600),
    "pending": ("circle", "tx3", "tx1", 400),
    "dropped": ("circle-slash", "tx3", "tx3", 400),
}


class AgentPainter(RowPainter):
    """The badge, the name, the model and the time; at the right what can be done with the prompt above it."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def height(self, _row: Row, _width: int) -> int:
        """One line."""
        return 24

    def paint(self, painter: QPainter, row: Row, rect: QRectF, state: RowState) -> None:
        """Badge and words, and the actions when the message is met."""
        body = row.body
        assert isinstance(body, AgentBody)
        rects = self._rects(body, rect)
        if rects and (state.hovered or state.focused):
            paint_tools(painter, self._canvas.theme, body.actions, rects, state.spot)
            rect = rect.adjusted(0, 0, rects[0].left() - rect.right() - 8, 0)
        paint_badge(painter, self._canvas.theme, QRectF(rect.left(), rect.top(), 24, 24), body.agent)
        x = rect.left() + 33
        name = Ink(px=13, weight=600)
        x += self._canvas.text(painter, QRectF(x, rect.top(), rect.width() - 200, 24), body.agent or "agent", name)
        rest = " · ".join(part for part in (body.model, body.time) if part)
        self._canvas.text(painter, QRectF(x + 10, rect.top(), rect.right() - x - 10, 24), rest, META)

    def spots(self, row: Row, rect: QRectF) -> list[Spot]:
        """The actions."""
        body = row.body
        assert isinstance(body, AgentBody)
        return tool_spots(body.actions, self._rects(body, rect))

    def _rects(self, body: AgentBody, rect: QRectF) -> list[QRectF]:
        return tool_rects(len(body.actions), rect.right(), rect.top() + 11)

    def words(self, row: Row) -> str:
        """Who answers."""
        body = row.body
        assert isinstance(body, AgentBody)
        return f"{body.agent} answers, {body.model} {body.time}".strip(", ")


class PlanPainter(RowPainter):
    """The items of a plan with a sign for each state."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def height(self, row: Row, width: int) -> int:
        """A line or more for each item."""
        return 16 + sum(self._item_height(text, width) for text in _texts(row))

    def paint(self, painter: QPainter, row: Row, rect: QRectF, _state: RowState) -> None:
        """Sign and text of each item."""
        canvas, body = self._canvas, row.body
        assert isinstance(body, PlanBody)
        paint_frame(painter, canvas.theme, rect, row.frame)
        paint_rule(painter, canvas.theme, rect.left() + 1, rect.top(), rect.width() - 2)
        y = rect.top() + 8
        for item in body.items:
            icon, icon_tone, tone, weight = SIGNS[item.status]
            if icon:
                canvas.icon(painter, icon, icon_tone, rect.left() + PAD, y + 5)
            else:
                paint_spinner(painter, canvas.theme, QRectF(rect.left() + PAD, y + 5, 16, 16), turning=False)
            height = self._item_height(item.text, int(rect.width()))
            note = "dropped" if item.status == "dropped" else ""
            box = QRectF(rect.left() + PAD + 26, y + 5, rect.width() - 60 - (60 if note else 0), height)
            canvas.paragraph(painter, box, item.text, Ink(px=13, tone=tone, weight=weight))
            if note:
                canvas.text(painter, QRectF(rect.left(), y, rect.width() - PAD, ITEM), note, META, right=True)
            y += height

    def words(self, row: Row) -> str:
        """All items with their states."""
        body = row.body
        assert isinstance(body, PlanBody)
        return "; ".join(f"{item.text}: {item.status.replace('_', ' ')}" for item in body.items)

    def _item_height(self, text: str, width: int) -> int:
        return int(self._canvas.paragraph_height(text, width - 120, Ink(px=13, weight=600)) + 11)


def _texts(row: Row) -> list[str]:
    return [item.text for item in row.body.items] if isinstance(row.body, PlanBody) else []
