"""Docks behind one small class, so that another docking library could take its place.

Contents are built when a dock is first seen.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabWidget, QWidget
from shiboken6 import isValid

from boocode_desktop.ui.dock_groups import free_fixed, group_of, show_groups
from boocode_desktop.ui.dock_places import AREAS, float_dock, floating_size, move_dock, stand_alone, tab_rows
from boocode_desktop.ui.dock_room import DockRoom
from boocode_desktop.ui.dock_spec import Area, DockSpec
from boocode_desktop.ui.dock_tabs import DockTab
from boocode_desktop.ui.dock_title import DockTitle
from boocode_desktop.ui.theme.theme import Theme

_STATE_VERSION = 1
_SLACK = 4
_WIDTH, _HEIGHT = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
# The side docks reach from top to bottom.
_CORNERS = {
    Qt.Corner.TopLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.BottomLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.TopRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.Corner.BottomRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
}


class DockHost(QObject):
    """Adds, shows, saves and restores the docks of a window.

    Signals:
        visibility_changed(str, bool): a dock was shown or hidden.
        menu_asked(str, QPoint): the menu of a dock is wanted at this place on the screen.
    """

    visibility_changed = Signal(str, bool)
    menu_asked = Signal(str, QPoint)

    def __init__(self, window: QMainWindow, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._specs: dict[str, DockSpec] = {}
        self._docks: dict[str, QDockWidget] = {}
        self._titles: dict[str, DockTitle] = {}
        self._tabs: dict[str, DockTab] = {}
        self._sized = False
        self._start: QByteArray | None = None
        self._large = ""
        self._before_large = QByteArray()
        self._widened: dict[str, tuple[int, int]] = {}
        self._room = DockRoom(window, self._specs, self._docks)
        # Not while Qt is in the middle of putting docks elsewhere.
        self._regroup = QTimer(self)
        self._regroup.setSingleShot(True)
        self._regroup.timeout.connect(self._on_settled)
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for corner, area in _CORNERS.items():
            window.setCorner(corner, area)
        window.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    @property
    def current(self) -> str:
        """The movable dock on screen that was used last, "" for none."""
        return next((i for i in self._room.used if i in self._titles and self.visible(i)), "")

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
            self._add_title(spec, dock)
        self._window.addDockWidget(AREAS[spec.area], dock)
        if spec.behind in self._docks:
            self._window.tabifyDockWidget(self._docks[spec.behind], dock)
        dock.setVisible(spec.visible)
        dock.visibilityChanged.connect(lambda visible: self._on_visibility_changed(spec.id, visible))
        if spec.visible:
            self.build(spec.id)
        self._fit()

    def _add_title(self, spec: DockSpec, dock: QDockWidget) -> None:
        tab = self._tabs[spec.id] = DockTab(id=spec.id, title=spec.title, icon=spec.icon)
        title = self._titles[spec.id] = DockTitle(tab, self._theme, dock)
        title.closed.connect(lambda: self.show(spec.id, False))
        title.menu_asked.connect(lambda at: self._on_menu_asked(spec.id, at))
        title.tabs.chosen.connect(self._on_tab_chosen)
        title.tabs.carried.connect(self._on_tab_carried)
        dock.setTitleBarWidget(title)
        dock.topLevelChanged.connect(lambda floats: self._on_top_level_changed(spec.id, floats=floats))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Docks make room when the window becomes narrow, and come back when it is wide again."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._fit()
        if watched is self._window and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.ChildPolished):
            self._regroup.start(0)
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
                content.on_count(partial(self.set_count, dock_id))
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
        self._room.forget(dock_id)
        wide = self._widened.pop(dock_id, None) if not visible else None
        beside = self._neighbours(dock)
        grown = wide is not None and abs(dock.width() - wide[0]) <= _SLACK
        dock.setVisible(visible)
        if visible:
            self.build(dock_id)
            dock.raise_()
            self._room.use(dock_id)
            self._room.fit()
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
        if self._docks[dock_id].isFloating():
            self._docks[dock_id].activateWindow()
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

    def toggle_floating(self, dock_id: str) -> None:
        """Take a docked one out of the window, or put a floating one back."""
        self.shrink()
        dock = self._docks[dock_id]
        if dock.isFloating():
            dock.setFloating(False)
            dock.raise_()
        else:
            float_dock(self._window, dock)
        self.build(dock_id).setFocus(Qt.FocusReason.OtherFocusReason)

    def move(self, dock_id: str, area: Area) -> None:
        """Dock at a side of the window, as a tab with what is there."""
        self.shrink()
        move_dock(self._window, self._docks[dock_id], area, [self._docks[i] for i in self._titles])
        self._room.use(dock_id)
        self._fit()

    def untab(self, dock_id: str) -> bool:
        """Give a dock a place of its own beside the ones it shared it with; False when it has one."""
        dock = self._docks[dock_id]
        alone = len(group_of(self._window, self._docks, dock_id)) < 2
        if not alone:
            stand_alone(self._window, dock, self._window.dockWidgetArea(dock))
            self._room.use(dock_id)
            self._fit()
        return not alone

    def step(self, dock_id: str) -> None:
        """Bring the next of the docks that share a place to the front, and give it the keyboard."""
        group = group_of(self._window, self._docks, dock_id)
        self.focus(group[(group.index(dock_id) + 1) % len(group)])

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
        if suspended == self._room.suspended:
            return
        if suspended:
            self._room.suspend()
        else:
            self._room.resume()
            if not self._sized:
                # Sizes hold only for docks that are shown; a restored arrangement brings its own.
                self._sized = True
                self.reset_sizes()
        self._regroup.start(0)

    def set_count(self, dock_id: str, text: str) -> None:
        """A short figure beside a dock's title."""
        self._tabs[dock_id] = replace(self._tabs[dock_id], count=text)
        self._regroup.start(0)

    def remember_start(self) -> None:
        """Take the present arrangement as the one that `arrange` begins from. Call it when all docks are added."""
        self._start = self.save()

    def arrange(self, shown: Collection[str], sizes: Mapping[str, int]) -> None:
        """Put every dock where it starts, open exactly the ones in `shown`; `sizes` are in px, for some."""
        self.shrink()
        away = self._room.suspended
        self.suspend(False)
        if self._start is not None:
            self.restore(self._start)
        for dock_id, dock in self._docks.items():
            dock.setVisible(dock_id in shown)
            if dock_id in shown:
                self.build(dock_id)
        self._room.begin_again()
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
        away = self._room.suspended
        self.suspend(False)
        with self._room.unfolded():
            state = self._window.saveState(_STATE_VERSION)
        self.suspend(away)
        return state

    def restore(self, state: QByteArray) -> bool:
        """Put the docks back as they were saved; False when the state is of another version or broken."""
        # Since Qt 6.10.3 every restoreState() on a live window leaves the old tab bars behind, visible and orphaned
        # (QTBUG-142018 family): the ones that were there before are removed by hand.
        old = tab_rows(self._window)
        away = self._room.suspended
        self.suspend(False)
        restored = self._window.restoreState(state, _STATE_VERSION)
        if restored:
            self._sized = True
            for bar in old:
                bar.setParent(None)
                bar.deleteLater()
        self._room.begin_again()
        for dock_id in self._docks:
            if self.visible(dock_id):
                self.build(dock_id)
        self.suspend(away)
        return restored

    def _on_visibility_changed(self, dock_id: str, visible: bool) -> None:
        if visible:
            self.build(dock_id)
        self._regroup.start(0)
        self.visibility_changed.emit(dock_id, self.visible(dock_id))

    def _fit(self) -> None:
        if not self._large:
            self._room.fit()

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        for dock_id in self._titles:
            dock = self._docks[dock_id]
            if now is not None and isValid(dock) and dock.isAncestorOf(now):
                self._room.use(dock_id)

    def _on_menu_asked(self, dock_id: str, at: QPoint) -> None:
        self._room.use(dock_id)
        self.menu_asked.emit(dock_id, at)

    def _on_tab_chosen(self, dock_id: str, by_key: bool) -> None:
        self.show(dock_id)
        if by_key:
            self._titles[dock_id].tabs.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_tab_carried(self, dock_id: str, event: QMouseEvent) -> None:
        """What the mouse does with a tab that it has just brought to the front is done to that dock."""
        title = self._titles[dock_id]
        at = title.mapFromGlobal(event.globalPosition())
        again = QMouseEvent(
            event.type(), at, event.globalPosition(), event.button(), event.buttons(), event.modifiers()
        )
        QApplication.sendEvent(title, again)

    def _on_top_level_changed(self, dock_id: str, *, floats: bool) -> None:
        dock = self._docks[dock_id]
        if floats:
            screen = dock.screen().availableGeometry()
            dock.resize(*floating_size((dock.width(), dock.height()), (screen.width(), screen.height())))
        self._regroup.start(0)

    def _on_settled(self) -> None:
        # Docks are hidden once more while the window is taken apart.
        if isValid(self._window):
            free_fixed(self._window, self._docks, self._titles)
            show_groups(self._window, self._docks, self._titles, self._tabs)
            self._fit()
