"""Notes about a turn and the line that closes it: icon, what happened, what was kept, actions on the right."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.canvas import Canvas, Ink
from boocode_desktop.ui.transcript.painting import (
    Action,
    RowPainter,
    RowState,
    Spot,
    paint_tools,
    tool_rects,
    tool_spots,
)
from boocode_desktop.ui.transcript.rows import ActionButton, EndBody, NoteBody, Row
from boocode_desktop.ui.transcript.wording import whole_seconds
from boocode_desktop.ui.widgets.button_paint import ButtonLook, ButtonState, button_width, paint_button
from boocode_desktop.ui.widgets.cards import paint_card
from boocode_desktop.ui.widgets.pixels import whole
from boocode_desktop.ui.widgets.spinner import paint_spinner

PAD, ICON_ROOM = 14, 42
TITLE = Ink(px=13, weight=500)
DETAIL = Ink(px=12, tone="tx2")
BAR = 3


def looks(actions: tuple[ActionButton, ...]) -> list[ButtonLook]:
    """The painted buttons of actions."""
    return [ButtonLook(text=a.text, kind="flat" if a.flat else "sec", icon=a.icon) for a in actions]


def action_rects(actions: tuple[ActionButton, ...], rect: QRectF, middle: float, height: float) -> list[QRectF]:
    """Where the buttons stand, the last one at the right edge."""
    x, out = rect.right() - 10, []
    for look in reversed(looks(actions)):
        width = button_width(look)
        x -= width
        out.append(QRectF(x, middle - height / 2, width, height))
        x -= 4
    return out[::-1]


class NotePainter(RowPainter):
    """A note on a card; a `plain` one is a single quiet line."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def height(self, row: Row, width: int) -> int:
        """As much as the words need, and the bar."""
        body, room = _note(row), self._room(_note(row), width)
        if body.plain:
            return 35
        text = self._canvas.paragraph_height(self._title(body), room, TITLE)
        if body.detail:
            text += 2 + self._canvas.paragraph_height(body.detail, room, DETAIL)
        return int(max(text + 18, 38) + (10 if body.until else 0))

    def paint(self, painter: QPainter, row: Row, rect: QRectF, state: RowState) -> None:
        """Card, icon, words, actions, bar."""
        canvas, body = self._canvas, _note(row)
        edge = body.edge or ""
        paint_card(painter, canvas.theme, rect, tone=edge, surface="bg2" if edge else "bg1")
        middle = rect.center().y() - (5 if body.until else 0)
        if body.icon:
            canvas.icon(painter, body.icon, body.tone, rect.left() + PAD, middle - 8)
        else:
            paint_spinner(painter, canvas.theme, QRectF(rect.left() + PAD, middle - 8, 16, 16), body.tone)
        if body.plain:
            self._line(painter, body, rect)
        else:
            self._words(painter, body, rect, middle)
        rects = action_rects(body.actions, rect, middle, METRICS.row_button)
        for look, action, box in zip(looks(body.actions), body.actions, rects, strict=True):
            hovered = state.spot == Action(action.act, action.value)
            paint_button(painter, canvas.theme, box, look, ButtonState(hovered=hovered))
        if body.until:
            self._bar(painter, body, rect)

    def spots(self, row: Row, rect: QRectF) -> list[Spot]:
        """The actions."""
        body = _note(row)
        middle = rect.center().y() - (5 if body.until else 0)
        rects = action_rects(body.actions, rect, middle, METRICS.row_button)
        return [
            Spot(rect=box, action=Action(a.act, a.value), name=a.text)
            for a, box in zip(body.actions, rects, strict=True)
        ]

    def words(self, row: Row) -> str:
        """What happened and what was kept."""
        body = _note(row)
        return f"{self._title(body).rstrip('.')}. {body.detail}".strip()

    def _room(self, body: NoteBody, width: float) -> float:
        return width - ICON_ROOM - 14 - sum(button_width(look) + 6 for look in looks(body.actions))

    def _title(self, body: NoteBody) -> str:
        if not body.until:
            return body.title
        left = body.until - self._canvas.clock()
        return f"{body.title}, trying again in {whole_seconds(left)}" if left >= 1 else f"{body.title}, trying again"

    def _words(self, painter: QPainter, body: NoteBody, rect: QRectF, middle: float) -> None:
        canvas, room, title = self._canvas, self._room(body, rect.width()), self._title(body)
        heights = [canvas.paragraph_height(title, room, TITLE)]
        if body.detail:
            heights.append(2 + canvas.paragraph_height(body.detail, room, DETAIL))
        box = QRectF(rect.left() + ICON_ROOM, middle - sum(heights) / 2, room, rect.height())
        canvas.paragraph(painter, box, title, TITLE)
        if body.detail:
            canvas.paragraph(painter, box.translated(0, heights[0] + 2), body.detail, DETAIL)

    def _line(self, painter: QPainter, body: NoteBody, rect: QRectF) -> None:
        canvas = self._canvas
        width = canvas.width(body.detail, DETAIL) + 1 if body.detail else 0
        title = QRectF(
            rect.left() + ICON_ROOM - 3, rect.top(), rect.width() - ICON_ROOM - width - 24, rect.height() - 1
        )
        canvas.text(painter, title, body.title, Ink(px=12, tone="tx2", mono=body.tone != "tx3"))
        detail = QRectF(rect.right() - PAD - width, rect.top(), width, rect.height() - 1)
        canvas.text(painter, detail, body.detail, Ink(px=12, weight=500, tone=body.tone))

    def _bar(self, painter: QPainter, body: NoteBody, rect: QRectF) -> None:
        theme = self._canvas.theme
        share = 1 - max(0.0, min(1.0, (body.until - self._canvas.clock()) / body.seconds))
        track = QRectF(rect.left() + PAD, rect.bottom() - 12, rect.width() - 2 * PAD, BAR)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg4"))
        painter.drawRoundedRect(track, 1.5, 1.5)
        track.setWidth(track.width() * share)
        painter.setBrush(theme.color("warn_fill"))
        painter.drawRoundedRect(track, 1.5, 1.5)


def _note(row: Row) -> NoteBody:
    assert isinstance(row.body, NoteBody)
    return row.body


class EndPainter(RowPainter):
    """The quiet line that closes a turn; its action shows under the mouse."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def height(self, _row: Row, _width: int) -> int:
        """One line."""
        return 28

    def paint(self, painter: QPainter, row: Row, rect: QRectF, state: RowState) -> None:
        """Icon, words, and the action when it is met."""
        canvas, body = self._canvas, _end(row)
        middle = rect.center().y()
        canvas.icon(painter, body.icon, body.tone, rect.left(), middle - 7, 14)
        met = state.hovered or state.focused
        rects = action_rects(body.actions, rect, middle, METRICS.row_button) if met else []
        tools = self._tools(body, rect) if met else []
        end = min([place.left() for place in (*rects, *tools)], default=rect.right()) - 3
        box = QRectF(rect.left() + 21, rect.top(), end - rect.left() - 21, rect.height())
        used = canvas.text(painter, box, body.words, Ink(px=12, tone="tx3"))
        line = QRectF(rect.left() + 21 + used + 12, whole(middle), 0, 1)
        left = min([box.left() for box in (*rects, *tools)], default=rect.right() + 8)
        line.setRight(max(line.left(), left - 8))
        painter.fillRect(line, canvas.theme.color("line0"))
        if tools:
            paint_tools(painter, canvas.theme, body.tools, tools, state.spot)
        for look, action, place in zip(looks(body.actions), body.actions, rects, strict=False):
            hovered = state.spot == Action(action.act, action.value)
            paint_button(painter, canvas.theme, place, look, ButtonState(hovered=hovered))

    def spots(self, row: Row, rect: QRectF) -> list[Spot]:
        """The actions."""
        body = _end(row)
        rects = action_rects(body.actions, rect, rect.center().y(), METRICS.row_button)
        return [
            *tool_spots(body.tools, self._tools(body, rect)),
            *(
                Spot(rect=box, action=Action(a.act, a.value), name=a.text)
                for a, box in zip(body.actions, rects, strict=True)
            ),
        ]

    def _tools(self, body: EndBody, rect: QRectF) -> list[QRectF]:
        """Before the actions that have words."""
        rects = action_rects(body.actions, rect, rect.center().y(), METRICS.row_button)
        right = rects[0].left() - 4 if rects else rect.right()
        return tool_rects(len(body.tools), right, rect.center().y())

    def words(self, row: Row) -> str:
        """How the turn ended."""
        return f"End of the turn: {_end(row).words}"


def _end(row: Row) -> EndBody:
    assert isinstance(row.body, EndBody)
    return row.body
