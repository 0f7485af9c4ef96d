"""The title bar of a dock: icon, title, a count, the pane's own controls, and a close button."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton

_PAD, _ICON, _GAP = 10, 15, 7


class DockTitle(QWidget):
    """Painted like the chosen tab of a row.

    Signals:
        closed: the close button was pressed.
    """

    closed = Signal()

    def __init__(self, title: str, icon: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._title, self._icon, self._count = theme, title, icon, ""
        self.setFixedHeight(METRICS.dock_title)
        self.setAccessibleName(f"{title} title bar")
        self._row = QHBoxLayout(self)
        self._row.setSpacing(2)
        self._row.addStretch(1)
        close = IconButton(theme, "x", f"Close {title.lower()}", size=26, icon_size=14, tone="tx3")
        close.clicked.connect(self.closed)
        self._row.addWidget(close)
        self._leave_room()
        theme.changed.connect(self.update)

    def set_tools(self, tools: QWidget) -> None:
        """Put the pane's controls left of the close button."""
        self._row.insertWidget(1, tools)

    def set_count(self, text: str) -> None:
        """A short figure beside the title, "" for none."""
        self._count = text
        self._leave_room()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as every dock's title."""
        return QSize(200, METRICS.dock_title)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The surface, a rule below, the tab."""
        theme, rect = self._theme, QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(rect, theme.color("bg1"))
            painter.fillRect(QRectF(0, rect.height() - 1, rect.width(), 1), theme.color("line0"))
            tab = QRectF(8, 5, self._tab_width(), rect.height() - 11)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg3"))
            painter.drawRoundedRect(tab, METRICS.radius_tool, METRICS.radius_tool)
            self._paint_label(painter, tab)

    def _paint_label(self, painter: QPainter, tab: QRectF) -> None:
        ratio = self.devicePixelRatioF()
        top = round(tab.center().y() - _ICON / 2)
        painter.drawPixmap(int(tab.left()) + _PAD, top, self._theme.pixmap(self._icon, "tx2", _ICON, ratio))
        painter.setPen(self._theme.color("tx1"))
        painter.setFont(ui_font(METRICS.meta, 600))
        text = tab.adjusted(_PAD + _ICON + _GAP, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self._title)
        if self._count:
            painter.setFont(code_font(METRICS.meta))
            painter.setPen(self._theme.color("tx2"))
            text.setLeft(text.left() + self._title_width() + _GAP)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self._count)

    def _title_width(self) -> float:
        return QFontMetricsF(ui_font(METRICS.meta, 600)).horizontalAdvance(self._title)

    def _tab_width(self) -> float:
        count = QFontMetricsF(code_font(METRICS.meta)).horizontalAdvance(self._count) + _GAP if self._count else 0
        return 2 * _PAD + _ICON + _GAP + self._title_width() + count

    def _leave_room(self) -> None:
        self._row.setContentsMargins(int(self._tab_width()) + 16, 0, 6, 0)
