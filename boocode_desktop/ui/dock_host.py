"""Docks behind one small class, so that another docking library could take its place.

Contents are built when a dock is first seen.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget
from shiboken6 import isValid

from boocode_desktop.ui.dock_title import DockTitle
from boocode_desktop.ui.theme.theme import Theme

_STATE_VERSION = 1
_SLACK = 4
_WIDTH, _HEIGHT = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
Area = Literal["left", "right", "bottom"]
_AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
# The side docks reach from top to bottom.
_CORNERS = {
    Qt.Corner.TopLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.BottomLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.TopRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.Corner.BottomRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DockContent:
    """What a dock shows, and the controls it wants in its title bar. `on_count` takes who hears the short figure beside
    the title whenever it changes."""

    widget: QWidget
    tools: QWidget | None = None
    on_count: Callable[[Callable[[str], None]], object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DockSpec:
    """A dock: its stable `id`, where it starts and how large. `fixed` docks have no title bar and cannot be moved.

    `needs` is the width of the window, in px, below which the dock makes room for the others; 0 for never.
    `behind` is the dock added before whose tab it starts beside, "" for a place of its own. `sessionless` docks can be
    open while no session is.
    """

    id: str
    title: str
    icon: str
    area: Area
    build: Callable[[], DockContent]
    size: int
    visible: bool = True
    fixed: bool = False
    needs: int = 0
    behind: str = ""
    sessionless: bool = False


class DockHost(QObject):
    """Adds, shows, saves and restores the docks of a window.

    Signals:
        visibility_changed(str, bool): a dock was shown or hidden.
    """

    visibility_changed = Signal(str, bool)

    def __init__(self, window: QMainWindow, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._specs: dict[str, DockSpec] = {}
        self._docks: dict[str, QDockWidget] = {}
        self._titles: dict[str, DockTitle] = {}
        self._away: frozenset[str] | None = None
        self._sized = False
        self._start: QByteArray | None = None
        self._large = ""
        self._before_large = QByteArray()
        self._tight: set[str] = set()
        self._folded: set[str] = set()
        self._widened: dict[str, tuple[int, int]] = {}
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for corner, area in _CORNERS.items():
            window.setCorner(corner, area)
        window.installEventFilter(self)

    def add(self, spec: DockSpec) -> None:
        """Put a dock into the window; its content comes when it is first visible."""
        dock = QDockWidget(spec.title, self._window)
        dock.setObjectName(f"dock.{spec.id}")
        dock.setAccessibleName(spec.title)
        self._specs[spec.id], self._docks[spec.id] = spec, dock
        if spec.fixed:
            dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
            dock.setTitleBarWidget(QWidget(dock))
        else:
            title = self._titles[spec.id] = DockTitle(spec.title, spec.icon, self._theme, dock)
            title.closed.connect(lambda: self.show(spec.id, False))
            dock.setTitleBarWidget(title)
        self._window.addDockWidget(_AREAS[spec.area], dock)
        if spec.behind in self._docks:
            self._window.tabifyDockWidget(self._docks[spec.behind], dock)
        dock.setVisible(spec.visible)
        dock.visibilityChanged.connect(lambda visible: self._on_visibility_changed(spec.id, visible))
        if spec.visible:
            self.build(spec.id)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Docks make room when the window becomes narrow, and come back when it is wide again."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._fit()
        if watched is self._window and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.ChildPolished):
            self._name_tabs()
        return False

    def build(self, dock_id: str) -> QWidget:
        """The content of a dock, made now if it was not."""
        dock = self._docks[dock_id]
        if dock.widget() is None:
            content = self._specs[dock_id].build()
            dock.setWidget(content.widget)
            if content.tools is not None and dock_id in self._titles:
                self._titles[dock_id].set_tools(content.tools)
            if content.on_count is not None and dock_id in self._titles:
                content.on_count(self._titles[dock_id].set_count)
        return dock.widget()

    def known(self, dock_id: str) -> bool:
        """Whether there is such a dock."""
        return dock_id in self._docks

    def visible(self, dock_id: str) -> bool:
        """Whether a dock is open (it may be behind another tab)."""
        return not self._docks[dock_id].isHidden()

    def show(self, dock_id: str, visible: bool = True) -> None:
        """Open or close a dock; an opened one comes to the front."""
        if not visible or dock_id != self._large:
            self.shrink()
        dock = self._docks[dock_id]
        self._folded.discard(dock_id)
        wide = self._widened.pop(dock_id, None) if not visible else None
        beside = self._neighbours(dock)
        grown = wide is not None and abs(dock.width() - wide[0]) <= _SLACK
        dock.setVisible(visible)
        if visible:
            self.build(dock_id)
            dock.raise_()
        elif wide is not None and grown and beside:
            self._window.resizeDocks(beside[:1], [wide[1]], _WIDTH)

    def widen(self, dock_id: str, width: int) -> None:
        """Give an open dock of a side at least so many px; the docks it shares its place with get theirs back when it
        is closed, unless somebody has moved the edge meanwhile."""
        dock = self._docks[dock_id]
        if dock.isFloating() or self._specs[dock_id].area == "bottom":
            return
        beside = self._neighbours(dock)
        before = beside[0].width() if beside else self._specs[dock_id].size
        if before < width:
            self._widened[dock_id] = (width, before)
            self._window.resizeDocks([dock], [width], _WIDTH)

    def _neighbours(self, dock: QDockWidget) -> list[QDockWidget]:
        """The open docks that share a dock's place."""
        return [d for d in self._window.tabifiedDockWidgets(dock) if not d.isHidden() and not d.isFloating()]

    def focus(self, dock_id: str) -> None:
        """Open a dock and give it the keyboard."""
        self.show(dock_id)
        self.build(dock_id).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle(self, dock_id: str) -> None:
        """Open a closed dock, close an open one."""
        self.show(dock_id, not self.visible(dock_id))

    @property
    def large(self) -> str:
        """The dock that has the whole window, "" for none."""
        return self._large

    def floating(self, dock_id: str) -> bool:
        """Whether a dock is in a window of its own."""
        return self._docks[dock_id].isFloating()

    def enlarge(self, dock_id: str) -> None:
        """Give a dock the whole window, and the keyboard; again, or anything else that is opened, takes it back."""
        if self._large == dock_id:
            self.shrink()
            return
        self.shrink()
        before = self.save()
        self._docks[dock_id].setFloating(False)
        self.show(dock_id)
        self._large, self._before_large = dock_id, before
        for other, dock in self._docks.items():
            if other != dock_id:
                dock.hide()
        self._show_centre(False)
        self.build(dock_id).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def shrink(self) -> None:
        """Put everything back beside a dock that has the whole window."""
        if self._large:
            self._large = ""
            self._show_centre(True)
            self.restore(self._before_large)

    def _show_centre(self, visible: bool) -> None:
        centre = self._window.centralWidget()
        if centre is not None:
            centre.setVisible(visible)

    def suspend(self, suspended: bool) -> None:
        """Put away every movable dock while there is nothing to show in them, and bring back those that were open."""
        if suspended:
            self.shrink()
        if suspended == (self._away is not None):
            return
        if suspended:
            leaving = (i for i, s in self._specs.items() if not s.fixed and not s.sessionless and self.visible(i))
            self._away = frozenset(leaving)
            for dock_id in self._away:
                self._docks[dock_id].hide()
        else:
            away, self._away = self._away or frozenset(), None
            for dock_id in away:
                self._docks[dock_id].show()
            if not self._sized:
                # Sizes hold only for docks that are shown; a restored arrangement brings its own.
                self._sized = True
                self.reset_sizes()
        self._name_tabs()

    def set_count(self, dock_id: str, text: str) -> None:
        """A short figure beside a dock's title."""
        self._titles[dock_id].set_count(text)

    def remember_start(self) -> None:
        """Take the present arrangement as the one that `arrange` begins from. Call it when all docks are added."""
        self._start = self.save()

    def arrange(self, shown: Collection[str], sizes: Mapping[str, int]) -> None:
        """Put every dock where it starts, open exactly the ones in `shown`; `sizes` are in px, for some."""
        self.shrink()
        away = self._away is not None
        self.suspend(False)
        if self._start is not None:
            self.restore(self._start)
        for dock_id, dock in self._docks.items():
            self._folded.discard(dock_id)
            dock.setVisible(dock_id in shown)
            if dock_id in shown:
                self.build(dock_id)
        self.reset_sizes(sizes)
        for dock_id in reversed(self._docks):
            if dock_id in shown and not self._specs[dock_id].behind:
                self._docks[dock_id].raise_()
        self.suspend(away)

    def reset_sizes(self, sizes: Mapping[str, int] | None = None) -> None:
        """Give every dock the size it starts with."""
        for area, direction in (("left", _WIDTH), ("right", _WIDTH), ("bottom", _HEIGHT)):
            specs = [s for s in self._specs.values() if s.area == area and self.visible(s.id)]
            if specs:
                wanted = [(sizes or {}).get(s.id, s.size) for s in specs]
                self._window.resizeDocks([self._docks[s.id] for s in specs], wanted, direction)

    def save(self) -> QByteArray:
        """The arrangement, for `restore`: the one before, while a dock has the whole window."""
        if self._large:
            return self._before_large
        away, folded = self._away is not None, set(self._folded)
        self.suspend(False)
        for dock_id in folded:
            self._docks[dock_id].show()
        state = self._window.saveState(_STATE_VERSION)
        for dock_id in folded:
            self._docks[dock_id].hide()
        self.suspend(away)
        return state

    def restore(self, state: QByteArray) -> bool:
        """Put the docks back as they were saved; False when the state is of another version or broken."""
        # Since Qt 6.10.3 every restoreState() on a live window leaves the old tab bars behind, visible and orphaned
        # (QTBUG-142018 family): the ones that were there before are removed by hand.
        old = self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        away = self._away is not None
        self.suspend(False)
        restored = self._window.restoreState(state, _STATE_VERSION)
        if restored:
            self._sized = True
            for bar in old:
                bar.setParent(None)
                bar.deleteLater()
        self._tight, self._folded = set(), set()
        self._fit()
        for dock_id in self._docks:
            if self.visible(dock_id):
                self.build(dock_id)
        self.suspend(away)
        return restored

    def _fit(self) -> None:
        """Fold and unfold the docks for which the window has just become too narrow, or wide enough."""
        if self._large:
            return
        width = self._window.width()
        tight = {i for i, s in self._specs.items() if width < s.needs}
        for dock_id in tight - self._tight:
            if self._away is not None and dock_id in self._away:
                self._away -= {dock_id}
                self._folded.add(dock_id)
            elif self.visible(dock_id):
                self._docks[dock_id].hide()
                self._folded.add(dock_id)
        for dock_id in (self._tight - tight) & self._folded:
            if self._away is not None:
                self._away |= {dock_id}
            else:
                self._docks[dock_id].show()
                spec = self._specs[dock_id]
                self._window.resizeDocks(
                    [self._docks[dock_id]], [spec.size], _HEIGHT if spec.area == "bottom" else _WIDTH
                )
        self._folded &= tight
        self._tight = tight

    def _on_visibility_changed(self, dock_id: str, visible: bool) -> None:
        if visible:
            self.build(dock_id)
        self._name_tabs()
        self.visibility_changed.emit(dock_id, self.visible(dock_id))

    def _name_tabs(self) -> None:
        """Name Qt's own rows of dock tabs; one for a single dock is parked out of sight, yet takes the focus."""
        if not isValid(self._window):
            return  # docks are hidden once more while the window is taken apart
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            titles = [bar.tabText(i) for i in range(bar.count())]
            bar.setAccessibleName(f"Panes: {', '.join(titles)}")
            bar.setVisible(len(titles) > 1)
