"""The title bar of a dock: its tab and those of the docks behind it, the pane's own controls, and a close button."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from boocode_desktop.ui.dock_tabs import DockTab, DockTabs
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton

GIVES_WAY = "gives_way"
"""A property of a control in `tools`: it is put away where there is no room, the lowest number first. Keys remain."""
_LEFT, _RIGHT, _SPACE = 8, 6, 2


class DockTitle(QWidget):
    """Its dock is moved by it, except where a control stands.

    Signals:
        closed: the close button was pressed.
        menu_asked(QPoint): the menu of the dock is wanted at this place on the screen.
    """

    closed = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, tab: DockTab, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tools: QWidget | None = None
        self.tabs = DockTabs(theme, tab, self)
        self.setFixedHeight(METRICS.dock_title)
        self.setAccessibleName(f"{tab.title} title bar")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(_LEFT, 0, _RIGHT, 0)
        self._row.setSpacing(_SPACE)
        self._row.addWidget(self.tabs)
        self._row.addStretch(1)
        self._close = IconButton(theme, "x", f"Close {tab.title.lower()}", size=26, icon_size=14, tone="tx3")
        self._close.clicked.connect(self.closed)
        self._row.addWidget(self._close)
        theme.changed.connect(self.update)

    def set_tools(self, tools: QWidget) -> None:
        """Put the pane's controls left of the close button."""
        self._tools = tools
        self._row.insertWidget(2, tools)
        self._fit()

    def show_tabs(self, tabs: Sequence[DockTab]) -> None:
        """The docks that stand here, this one among them."""
        self.tabs.show_tabs(tabs)
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as every dock's title."""
        return QSize(200, METRICS.dock_title)

    def minimumSizeHint(self) -> QSize:
        """Room for the tabs without the words of the others, and for the controls that never give way."""
        spare = sum(_need(tool) for tool in self._giving_way())
        tools = self._tools_need() - spare if self._tools is not None else 0
        return QSize(self.tabs.widths()[1] + max(0, tools) + self._frame(), METRICS.dock_title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Controls give way, or come back."""
        super().resizeEvent(event)
        self._fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Where the dock may go; by key it opens below the tab."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        self.menu_asked.emit(event.globalPos() if by_mouse else self.mapToGlobal(QPoint(_LEFT, self.height())))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The surface and a rule below."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("bg1"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line0"))

    def _fit(self) -> None:
        wide, narrow = self.tabs.widths()
        giving = self._giving_way()
        need = self._tools_need()
        room = self.width() - self._frame()
        gone = 0
        while gone < len(giving) and wide + need > room:
            need -= _need(giving[gone])
            gone += 1
        for number, tool in enumerate(giving):
            tool.setVisible(number >= gone)
        self.tabs.set_compact(wide + need > room and wide > narrow)

    def _giving_way(self) -> list[QWidget]:
        if self._tools is None:
            return []
        found = [w for w in self._tools.findChildren(QWidget) if isinstance(w.property(GIVES_WAY), int)]
        return sorted(found, key=lambda w: int(w.property(GIVES_WAY)))

    def _tools_need(self) -> int:
        """The width of all controls, those that gave way included, px."""
        if self._tools is None:
            return 0
        giving = self._giving_way()
        return self._tools.sizeHint().width() + sum(_need(w) for w in giving if w.isHidden())

    def _frame(self) -> int:
        return _LEFT + _RIGHT + self._close.width() + 3 * _SPACE + 4


def _need(tool: QWidget) -> int:
    """How much room a control takes in its row, with the space beside it, px."""
    width = tool.sizeHint().expandedTo(tool.minimumSize()).width()
    return min(width, tool.maximumWidth()) + 4
