"""The way back to the newest: a round button above the bottom edge, shown while the end is out of sight.

It is painted with the rows, not a widget: a widget over the viewport would make Qt repaint everything on each scroll.
"""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from boocode_desktop.domain.transcript import AskEntry, Entry, ImageEntry, PromptEntry, TextEntry, ToolEntry
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme

SIZE = 34
ABOVE = 14
ICON = 16
MOST = 999


class JumpButton:
    """Where it is and how it looks; the view handles the click (End does the same). `unread` came out of sight."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.wanted = False
        self.hovered = False
        self.unread = 0
        self._rect = QRect()

    @property
    def rect(self) -> QRect:
        """The room it takes; empty while it is not wanted."""
        return self._rect if self.wanted else QRect()

    @property
    def words(self) -> str:
        """`3 new`, "" when nothing came."""
        return f"{min(self.unread, MOST)}{'+' if self.unread > MOST else ''} new" if self.unread else ""

    @property
    def name(self) -> str:
        """What a click does, in words."""
        return f"Go to the newest message, {self.words}" if self.words else "Go to the newest message"

    def place(self, viewport: QSize, *, wanted: bool) -> bool:
        """Stand at the bottom of the viewport, or be gone; whether that is different."""
        width = SIZE
        if self.words:
            width += int(QFontMetricsF(ui_font(12, 600)).horizontalAdvance(self.words)) + 10
        rect = QRect((viewport.width() - width) // 2, viewport.height() - SIZE - ABOVE, width, SIZE)
        changed = wanted != self.wanted or (wanted and rect != self._rect)
        self.wanted, self._rect = wanted, rect
        return changed

    def contains(self, point: QPointF) -> bool:
        """Whether a click here is for it."""
        return self.wanted and QRectF(self._rect).contains(point)

    def paint(self, painter: QPainter) -> None:
        """A pill with an arrow, and how much is new."""
        if not self.wanted:
            return
        theme, rect = self._theme, QRectF(self._rect).adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.setBrush(theme.color("bg4" if self.hovered else "bg2"))
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        pixmap = theme.pixmap("arrow-down", "tx1", ICON, painter.device().devicePixelRatio())
        painter.drawPixmap(self._rect.left() + 9, self._rect.top() + 9, pixmap)
        if self.words:
            painter.setFont(ui_font(12, 600))
            painter.setPen(theme.color("accent"))
            room = QRectF(self._rect.left() + 9 + ICON + 5, self._rect.top(), self._rect.width(), SIZE)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.words)


def counts(entry: Entry) -> bool:
    """Whether an entry is news to someone who reads further up: not thinking, notes and ends of turns."""
    return isinstance(entry, PromptEntry | TextEntry | ToolEntry | AskEntry | ImageEntry)
