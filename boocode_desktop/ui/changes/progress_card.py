"""How far the review is: decided of all hunks, as words and as a bar."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from boocode_desktop.content.decided_hunks import Progress
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.cards import paint_card

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def progress_words(state: Progress) -> str:
    """`4 of 15 hunks decided`."""
    return f"{state.decided:,} of {state.total:,} hunk{'s' if state.total != 1 else ''} decided"


class ProgressCard(QWidget):
    """A card at the foot of the file list."""

    def __init__(self, theme: Theme, undo_keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._keys = theme, undo_keys
        self._state = Progress(approved=0, rejected=0, waiting=0)
        self.setFixedHeight(112)
        theme.changed.connect(self.update)

    def show_progress(self, state: Progress) -> None:
        """Show other figures."""
        self._state = state
        counts = f"{state.approved} approved, {state.rejected} rejected"
        self.setAccessibleName(f"{progress_words(state)}: {counts}")
        self.update()

    def sizeHint(self) -> QSize:
        """The height of its lines."""
        return QSize(220, 112)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Words, bar, counts, the key that undoes."""
        theme, state = self._theme, self._state
        card = QRectF(self.rect()).adjusted(10, 4, -10, -10)
        inner = card.adjusted(12, 10, -12, -10)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_card(painter, theme, card, surface="bg2")
            line = QRectF(inner.left(), inner.top(), inner.width(), 18)
            share = f"{100 * state.decided // state.total} %" if state.total else ""
            self._text(painter, line, progress_words(state), "tx1", 600)
            self._text(painter, line, share, "tx2", 400, right=True)
            self._paint_bar(painter, QRectF(inner.left(), inner.top() + 24, inner.width(), 5))
            below = QRectF(inner.left(), inner.top() + 36, inner.width(), 18)
            for left, icon, tone, words in (
                (0.0, "circle-check", "ok", f"{state.approved} approved"),
                (0.5, "circle-x", "bad", f"{state.rejected} rejected"),
            ):
                spot = below.adjusted(left * below.width(), 0, 0, 0)
                painter.drawPixmap(
                    int(spot.left()), int(spot.top()) + 2, theme.pixmap(icon, tone, 14, self.devicePixelRatioF())
                )
                self._text(painter, spot.adjusted(20, 0, 0, 0), words, "tx2", 500)
            last = QRectF(inner.left(), inner.bottom() - 18, inner.width(), 18)
            self._text(painter, last, "Undo the last decision", "tx2", 400)
            self._text(painter, last, self._keys, "tx2", 500, right=True)

    def _text(self, painter: QPainter, box: QRectF, text: str, tone: str, weight: int, *, right: bool = False) -> None:
        painter.setFont(ui_font(METRICS.meta if weight < 600 else METRICS.ui, weight))
        painter.setPen(self._theme.color(tone))
        painter.drawText(box, _RIGHT if right else _LEFT, text)

    def _paint_bar(self, painter: QPainter, box: QRectF) -> None:
        state, path = self._state, QPainterPath()
        path.addRoundedRect(box, 2.5, 2.5)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(box, self._theme.color("bg4"))
        each = box.width() / max(1, state.total)
        good, bad = each * state.approved, each * state.rejected
        painter.fillRect(QRectF(box.left(), box.top(), good, box.height()), self._theme.color("ok"))
        painter.fillRect(QRectF(box.left() + good, box.top(), bad, box.height()), self._theme.color("bad"))
        painter.restore()
