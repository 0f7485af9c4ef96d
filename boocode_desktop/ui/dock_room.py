"""Which docks are put away for now: all while there is nothing to show, some while the window is too narrow."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from boocode_desktop.ui.dock_places import is_behind
from boocode_desktop.ui.dock_spec import DockSpec

_EDGES = 2


class DockRoom:
    """Puts docks away and brings them back; what a person closes or opens by hand is left so.

    `used` are the ids of docks, the one used last first.
    """

    def __init__(self, window: QMainWindow, specs: Mapping[str, DockSpec], docks: Mapping[str, QDockWidget]) -> None:
        self._window, self._specs, self._docks = window, specs, docks
        self._away: frozenset[str] | None = None
        self._tight: set[str] = set()
        self._folded: dict[str, int] = {}
        self.used: tuple[str, ...] = ()

    @property
    def suspended(self) -> bool:
        """Whether docks are put away because there is no session."""
        return self._away is not None

    def suspend(self) -> None:
        """Put away every movable dock that is of use only in a session."""
        leaving = (i for i, s in self._specs.items() if not s.fixed and not s.sessionless)
        self._away = frozenset(i for i in leaving if not self._docks[i].isHidden())
        for dock_id in self._away:
            self._docks[dock_id].hide()

    def resume(self) -> None:
        """Bring back the docks that were open."""
        away, self._away = self._away or frozenset(), None
        for dock_id in away:
            self._docks[dock_id].show()

    def use(self, dock_id: str) -> None:
        """Somebody works with this dock now: others make room first."""
        self.used = (dock_id, *(i for i in self.used if i != dock_id))

    def forget(self, dock_id: str) -> None:
        """A dock is opened or closed by hand: it does not come back by itself."""
        self._folded.pop(dock_id, None)

    def begin_again(self) -> None:
        """Docks stand in a new arrangement: look anew which ones fit."""
        self._tight, self._folded = set(), {}
        self.fit()

    @contextmanager
    def unfolded(self) -> Iterator[None]:
        """As if the window were wide enough."""
        folded = tuple(self._folded)
        for dock_id in folded:
            self._docks[dock_id].show()
        yield
        for dock_id in folded:
            self._docks[dock_id].hide()

    def fit(self) -> None:
        """Fold and unfold the docks for which the window has just become too narrow, or wide enough."""
        width = self._window.width()
        tight = {i for i, s in self._specs.items() if width < s.needs}
        for dock_id in tight - self._tight:
            self._fold(dock_id, self._specs[dock_id].needs)
        self._tight = tight
        for dock_id in [i for i, needed in self._folded.items() if width >= needed or self._fits_again(i, width)]:
            self._unfold(dock_id)
        if self._window.isVisible() and not self.suspended:
            self._make_room()

    def _make_room(self) -> None:
        """Without it Qt would lay docks over each other."""
        latest = self.used[:1]
        for dock_id in sorted((i for i in self._specs if i not in latest), key=self._worth):
            needed = self._window.minimumSizeHint().width()
            if needed <= self._window.width():
                return
            if not is_behind(self._window, self._docks[dock_id]) and self._takes_width(dock_id):
                self._fold(dock_id, needed)

    def _takes_width(self, dock_id: str) -> bool:
        """Whether the window needs less without this dock: below the chats only what is wider than they are counts."""
        centre, below = self._window.centralWidget(), Qt.DockWidgetArea.BottomDockWidgetArea
        if self._window.dockWidgetArea(self._docks[dock_id]) != below or centre is None or centre.isHidden():
            return True
        there = [d for d in self._docks.values() if self._window.dockWidgetArea(d) == below and not d.isFloating()]
        front = [d for d in there if not d.isHidden() and not is_behind(self._window, d)]
        return sum(_least(d) for d in front) > max(centre.minimumSizeHint().width(), centre.minimumWidth())

    def _fits_again(self, dock_id: str, width: int) -> bool:
        """Whether what is on screen needs less meanwhile, so that a dock that made room finds its place."""
        if self.suspended or width < self._specs[dock_id].needs:
            return False
        return self._window.minimumSizeHint().width() + _least(self._docks[dock_id]) + _EDGES <= width

    def _worth(self, dock_id: str) -> tuple[bool, bool, int]:
        """What goes first has the smallest worth: never used, then used long ago, then what cannot be moved."""
        spec, used = self._specs[dock_id], self.used
        age = -used.index(dock_id) if dock_id in used else ("right", "left", "bottom").index(spec.area)
        return spec.fixed, dock_id in used, age

    def _fold(self, dock_id: str, needed: int) -> None:
        dock = self._docks[dock_id]
        if self._away is not None and dock_id in self._away:
            self._away -= {dock_id}
            self._folded[dock_id] = needed
        elif not dock.isHidden() and not dock.isFloating():
            dock.hide()
            self._folded[dock_id] = needed

    def _unfold(self, dock_id: str) -> None:
        del self._folded[dock_id]
        if self._away is not None:
            self._away |= {dock_id}
            return
        spec, dock = self._specs[dock_id], self._docks[dock_id]
        dock.show()
        direction = Qt.Orientation.Vertical if spec.area == "bottom" else Qt.Orientation.Horizontal
        self._window.resizeDocks([dock], [spec.size], direction)


def _least(dock: QDockWidget) -> int:
    return max(dock.minimumSizeHint().width(), dock.minimumWidth())
