"""The docks that share a place, as tabs in the title bar of the one in front: no second row for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.key_tabs import KeyTabBar
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_PAD, _ICON, _GAP, _APART = 10, 15, 7, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DockTab:
    """What a tab says of its dock; `count` is a short figure, "" for none."""

    id: str
    title: str
    icon: str
    count: str = ""


class DockTabs(KeyTabBar):
    """Shows its own dock's tab as the chosen one, and those of the docks behind it.

    A press on the own tab is left to the dock, which is moved by it; one on another tab brings that dock.

    Signals:
        chosen(str, bool): another dock should come to the front; True: its tab should have the keys.
        carried(str, object): the `QMouseEvent`s after another dock was chosen by mouse, the press first.
    """

    chosen = Signal(str, bool)
    carried = Signal(str, object)

    def __init__(self, theme: Theme, own: DockTab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._own = theme, own.id
        self._tabs: tuple[DockTab, ...] = ()
        self._widths = (0, 0)
        self._compact = False
        self._pressed = ""
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(False)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(METRICS.dock_title)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_tabs((own,))
        self.currentChanged.connect(self._on_current_changed)
        theme.changed.connect(self.update)

    @property
    def tabs(self) -> tuple[DockTab, ...]:
        """What is shown, from left to right."""
        return self._tabs

    def show_tabs(self, tabs: Sequence[DockTab]) -> None:
        """Show these docks' tabs; the own one is among them."""
        if tuple(tabs) == self._tabs:
            return
        self._tabs = tuple(tabs)
        narrow = sum(_width(tab, words=tab.id == self._own) for tab in self._tabs)
        self._widths = (sum(_width(tab, words=True) for tab in self._tabs), narrow)
        blocked = self.blockSignals(True)
        while self.count():
            self.removeTab(0)
        for index, tab in enumerate(self._tabs):
            self.addTab(tab.title)
            self.setTabToolTip(index, plain_tip(tab.title))
            self.setAccessibleTabName(index, f"{tab.title}, {tab.count}" if tab.count else tab.title)
        self.setCurrentIndex(self._own_index())
        self.blockSignals(blocked)
        titles = ", ".join(tab.title for tab in self._tabs)
        self.setAccessibleName(f"Tabs of the panes {titles}" if len(self._tabs) > 1 else f"Tab of the pane {titles}")
        self.updateGeometry()

    def set_compact(self, compact: bool) -> None:
        """With little room only the own tab keeps its words."""
        if compact != self._compact:
            self._compact = compact
            self._lay_out_again()

    def widths(self) -> tuple[int, int]:
        """How wide all tabs are, with and without the words of the others, px."""
        return self._widths

    def sizeHint(self) -> QSize:
        """All tabs."""
        return QSize(self.widths()[self._compact], METRICS.dock_title)

    def minimumSizeHint(self) -> QSize:
        """All tabs, the others without their words."""
        return QSize(self.widths()[1], METRICS.dock_title)

    def tabSizeHint(self, index: int) -> QSize:
        """Icon, words, count."""
        if index >= len(self._tabs):
            return QSize(0, METRICS.dock_title)  # tabs are taken away one by one
        tab = self._tabs[index]
        words = not self._compact or tab.id == self._own
        return QSize(_width(tab, words=words), METRICS.dock_title)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Tabs do not shrink by themselves."""
        return self.tabSizeHint(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the dock of another tab; the own one is the dock's to move."""
        index = self.tabAt(event.position().toPoint())
        event.ignore()
        if event.button() == Qt.MouseButton.LeftButton and 0 <= index != self._own_index():
            event.accept()
            self._pressed = self._tabs[index].id
            self.chosen.emit(self._pressed, False)
            self.carried.emit(self._pressed, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What was chosen by this press is moved by it, too."""
        event.ignore()
        if self._pressed:
            event.accept()
            self.carried.emit(self._pressed, event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a press."""
        event.ignore()
        if self._pressed:
            event.accept()
            pressed, self._pressed = self._pressed, ""
            self.carried.emit(pressed, event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Left to the dock, which floats or comes back."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """All tabs."""
        under = self.tabAt(self.mapFromGlobal(self.cursor().pos())) if self.underMouse() else -1
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index, tab in enumerate(self._tabs):
                self._paint_tab(painter, QRectF(self.tabRect(index)), tab, lit=index == under)

    def _paint_tab(self, painter: QPainter, rect: QRectF, tab: DockTab, *, lit: bool) -> None:
        theme, own = self._theme, tab.id == self._own
        box = rect.adjusted(0, 5, -_APART, -6)
        painter.setPen(QPen(theme.color("accent"), 1.5) if own and self.by_key else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg3") if own or lit else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, METRICS.radius_tool, METRICS.radius_tool)
        icon = theme.pixmap(tab.icon, "tx2", _ICON, self.devicePixelRatioF())
        painter.drawPixmap(int(box.left()) + _PAD, round(box.center().y() - _ICON / 2), icon)
        if self._compact and not own:
            return
        text = box.adjusted(_PAD + _ICON + _GAP, 0, 0, 0)
        painter.setPen(theme.color("tx1" if own else "tx2"))
        painter.setFont(ui_font(METRICS.meta, 600 if own else 500))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, tab.title)
        if tab.count:
            painter.setFont(code_font(METRICS.meta))
            painter.setPen(theme.color("tx2"))
            text.setLeft(text.left() + _title_width(tab) + _GAP)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, tab.count)

    def _own_index(self) -> int:
        return next((i for i, tab in enumerate(self._tabs) if tab.id == self._own), 0)

    def _lay_out_again(self) -> None:
        # Qt lays tabs out anew only when one of them changes.
        for index, tab in enumerate(self._tabs):
            self.setTabText(index, "")
            self.setTabText(index, tab.title)
        self.updateGeometry()
        self.update()

    def _on_current_changed(self, index: int) -> None:
        if index != self._own_index() and 0 <= index < len(self._tabs):
            self.setCurrentIndex(self._own_index())
            self.chosen.emit(self._tabs[index].id, True)


def _width(tab: DockTab, *, words: bool) -> int:
    count = QFontMetricsF(code_font(METRICS.meta)).horizontalAdvance(tab.count) + _GAP if tab.count else 0
    return int(2 * _PAD + _ICON + _APART + (_GAP + _title_width(tab) + count if words else 0) + 0.5)


def _title_width(tab: DockTab) -> float:
    return QFontMetricsF(ui_font(METRICS.meta, 600)).horizontalAdvance(tab.title)
