"""Parts of cards: the header, a failure, the foot."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.canvas import Canvas, Ink
from boocode_desktop.ui.transcript.painting import Action, RowPainter, RowState, Spot, paint_frame, paint_rule
from boocode_desktop.ui.transcript.rows import FailureBody, FootBody, HeadBody, Row
from boocode_desktop.ui.transcript.text_painters import BUBBLE_SHARE
from boocode_desktop.ui.transcript.wording import elapsed
from boocode_desktop.ui.widgets.button_paint import ButtonLook, ButtonState, button_width, paint_button
from boocode_desktop.ui.widgets.chips import chip_width, paint_chip
from boocode_desktop.ui.widgets.spinner import paint_spinner

HEAD = 35
PAD = 14
META = Ink(tone="tx3", px=12, weight=500)
MEMBER, MEMBER_END, GROUP_ROOM = 27, 7, 6
STATE_ICONS = {
    "ok": ("check", "ok"),
    "bad": ("x", "bad"),
    "stopped": ("circle-stop", "tx3"),
    "denied": ("shield-x", "bad"),
}
STATE_WORDS = {"running": "running", "ok": "done", "bad": "failed", "stopped": "stopped", "denied": "denied"}


class HeadPainter(RowPainter):
    """The header of a card: the left side gives way, the right side does not."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def height(self, row: Row, _width: int) -> int:
        """One line; in a group lower, with room above the first and beneath the last one."""
        body = _head(row)
        if body.member:
            return MEMBER + (MEMBER_END if row.frame == "bottom" else 0)
        return HEAD + (GROUP_ROOM if _lists(body) else 0)

    def paint(self, painter: QPainter, row: Row, rect: QRectF, state: RowState) -> None:
        """Right to left what is fixed, then left to right what may be elided."""
        canvas, body = self._canvas, _head(row)
        hovered = body.foldable and state.spot is not None
        line = "line0" if body.faint else "line1"
        surface = "bg0" if body.faint else "bg1"
        hover_card = hovered and not body.member
        paint_frame(painter, canvas.theme, rect, row.frame, surface="bg2" if hover_card else surface, line=line)
        if hovered and body.member:
            painter.fillRect(QRectF(rect.left() + 1, rect.top(), rect.width() - 2, MEMBER), canvas.theme.color("bg2"))
        if _lists(body):
            paint_rule(painter, canvas.theme, rect.left() + 1, rect.top() + HEAD - 1, rect.width() - 2)
        line_high = _line(body)
        right = self._right(painter, row, rect)
        middle = rect.top() + line_high / 2
        canvas.icon(painter, body.icon, body.icon_tone, rect.left() + PAD, middle - 8)
        x = rect.left() + PAD + 16 + 9
        title = Ink(px=13, weight=600 if not body.faint else 500, tone="tx1")
        x += canvas.text(painter, QRectF(x, rect.top(), right - x, line_high), body.title, title) + 10
        detail = QRectF(x, rect.top(), right - x - 14, line_high)
        if body.argument:
            canvas.text(painter, detail, body.argument, Ink(tone="tx2", px=12, mono=True))
        elif body.words:
            canvas.text(painter, detail, body.words, Ink(tone="tx3", px=13))

    def spots(self, row: Row, rect: QRectF) -> list[Spot]:
        """The whole header folds and unfolds."""
        body = _head(row)
        if not body.foldable:
            return []
        return [Spot(rect=rect, action=Action(body.act), name=f"{'Fold' if body.open else 'Unfold'} {body.title}")]

    def live_rect(self, _row: Row, rect: QRectF) -> QRectF:
        """Elapsed time and spinner."""
        return QRectF(rect.right() - 240, rect.top(), 240, HEAD)

    def words(self, row: Row) -> str:
        """Title, argument, result."""
        body = _head(row)
        changes = f"{body.added} lines added, {body.removed} removed" if body.added or body.removed else ""
        parts = (f"{body.title} {body.argument or body.words}", changes, body.chip, body.meta)
        ending = (STATE_WORDS.get(body.state, ""), "unfolded" if body.open else "folded" if body.foldable else "")
        return ", ".join(part for part in (*parts, *ending) if part)

    def _right(self, painter: QPainter, row: Row, rect: QRectF) -> float:
        """Draw from the right edge on; the x where the left side must end."""
        canvas, body = self._canvas, _head(row)
        x, middle = rect.right() - PAD, rect.top() + _line(body) / 2
        if body.foldable:
            x -= 14
            canvas.icon(painter, "chevron-down" if body.open else "chevron-right", "tx3", x, middle - 7, 14)
            x -= 9
        if body.state == "running":
            x -= 16
            paint_spinner(painter, canvas.theme, QRectF(x, middle - 8, 16, 16))
            x -= 9
        elif body.state in STATE_ICONS:
            name, tone = STATE_ICONS[body.state]
            x -= 16
            canvas.icon(painter, name, tone, x, middle - 8)
            x -= 9
        if body.progress is not None:
            x = self._progress(painter, x, middle, body.progress)
        meta = " · ".join(part for part in (body.meta, self._elapsed(body)) if part)
        x = self._label(painter, middle, x, meta, META)
        if body.chip:
            width = chip_width(body.chip)
            x -= width
            paint_chip(painter, canvas.theme, QRectF(x, middle - 10, width, 20), body.chip, "bad")
            x -= 9
        for figure, sign, tone in ((body.removed, "-", "bad"), (body.added, "+", "ok")):
            if figure:
                x = self._label(painter, middle, x, f"{sign}{figure}", Ink(tone=tone, px=12, mono=True))
        return x

    def _label(self, painter: QPainter, middle: float, right: float, text: str, ink: Ink) -> float:
        if not text:
            return right
        width = self._canvas.width(text, ink) + 1
        self._canvas.text(painter, QRectF(right - width, middle - 12, width + 1, 24), text, ink)
        return right - width - 10

    def _progress(self, painter: QPainter, right: float, middle: float, done: tuple[int, int]) -> float:
        theme, width = self._canvas.theme, 72.0
        share = done[0] / done[1] if done[1] else 1.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg4"))
        painter.drawRoundedRect(QRectF(right - width, middle - 2, width, 4), 2, 2)
        if share:
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(QRectF(right - width, middle - 2, max(4.0, width * share), 4), 2, 2)
        return right - width - 10

    def _elapsed(self, body: HeadBody) -> str:
        if body.state != "running" or not body.started_at:
            return ""
        seconds = max(0.0, self._canvas.clock() - body.started_at)
        return elapsed(seconds) if seconds >= 1 else ""


def _lists(body: HeadBody) -> bool:
    """Whether the calls of a group stand beneath it."""
    return body.act == "group" and body.open


def _line(body: HeadBody) -> int:
    """The height of the line itself."""
    return MEMBER if body.member else HEAD - 1


def _head(row: Row) -> HeadBody:
    assert isinstance(row.body, HeadBody)
    return row.body


class FailurePainter(RowPainter):
    """Why a call failed, in full, and what that means."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._strong, self._soft = Ink(px=13, weight=600), Ink(px=13, tone="tx2")

    def height(self, row: Row, width: int) -> int:
        """As much as the words need."""
        body = _failure(row)
        height = 20 + self._canvas.paragraph_height(body.message, width - 54, self._strong)
        if body.meaning:
            height += 4 + self._canvas.paragraph_height(body.meaning, width - 54, self._soft)
        return int(height + 0.99)

    def paint(self, painter: QPainter, row: Row, rect: QRectF, _state: RowState) -> None:
        """Icon, reason, meaning."""
        canvas, body = self._canvas, _failure(row)
        paint_frame(painter, canvas.theme, rect, row.frame)
        paint_rule(painter, canvas.theme, rect.left() + 1, rect.top(), rect.width() - 2)
        canvas.icon(painter, "circle-alert", "bad", rect.left() + PAD, rect.top() + 10)
        width = rect.width() - 54
        text = QRectF(rect.left() + 40, rect.top() + 9, width, rect.height())
        canvas.paragraph(painter, text, body.message, self._strong)
        text.translate(0, canvas.paragraph_height(body.message, width, self._strong) + 4)
        canvas.paragraph(painter, text, body.meaning, self._soft)

    def words(self, row: Row) -> str:
        """The reason."""
        body = _failure(row)
        return f"Failed: {body.message} {body.meaning}"


def _failure(row: Row) -> FailureBody:
    assert isinstance(row.body, FailureBody)
    return row.body


class FootPainter(RowPainter):
    """The last line of a card: a link, and Stop while it runs."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._stop = ButtonLook(text="Stop", kind="stop", icon="square")

    def height(self, row: Row, _width: int) -> int:
        """One line, higher with a button."""
        return 42 if _foot(row).stop else 33

    def paint(self, painter: QPainter, row: Row, rect: QRectF, state: RowState) -> None:
        """The rule, the link, the button."""
        canvas, body = self._canvas, _foot(row)
        rect = _foot_box(body, rect)
        if body.bubble:
            paint_frame(
                painter, canvas.theme, rect, row.frame, surface="user", line="user", radius=METRICS.radius_bubble
            )
        else:
            paint_frame(painter, canvas.theme, rect, row.frame)
        paint_rule(painter, canvas.theme, rect.left() + 1, rect.top(), rect.width() - 2)
        link = QRectF(rect.left() + PAD, rect.top(), rect.width() - 120, rect.height())
        canvas.text(painter, link, body.link, Ink(tone="accent", px=12, weight=600))
        if body.stop:
            hovered = state.spot is not None and state.spot.act == "stop"
            paint_button(painter, canvas.theme, self._stop_rect(rect), self._stop, ButtonState(hovered=hovered))

    def spots(self, row: Row, rect: QRectF) -> list[Spot]:
        """Link and button."""
        body, out = _foot(row), []
        rect = _foot_box(body, rect)
        if body.link:
            width = self._canvas.width(body.link, Ink(px=12, weight=600))
            box = QRectF(rect.left() + PAD - 4, rect.top(), width + 8, rect.height())
            out.append(Spot(rect=box, action=Action("full"), name=body.link))
        if body.stop:
            out.append(Spot(rect=self._stop_rect(rect), action=Action("stop"), name="Stop the turn"))
        return out

    def words(self, row: Row) -> str:
        """The link."""
        return _foot(row).link

    def _stop_rect(self, rect: QRectF) -> QRectF:
        width = button_width(self._stop)
        return QRectF(rect.right() - width - 9, rect.top() + 8, width, METRICS.row_button)


def _foot_box(body: FootBody, rect: QRectF) -> QRectF:
    if not body.bubble:
        return rect
    width = int(rect.width() * BUBBLE_SHARE)
    return QRectF(rect.right() - width, rect.top(), width, rect.height())


def _foot(row: Row) -> FootBody:
    assert isinstance(row.body, FootBody)
    return row.body
