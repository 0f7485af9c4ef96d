"""The main window: a skeleton at once, the real contents when they are ready.

Imports nothing but Qt's three modules and the theme, because every import here delays the first paint. Names of
`QtCore.Qt` are looked up only after it: making its 90 enumerations takes as long as all the rest.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6 import QtCore
from PySide6.QtCore import QByteArray, QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QStatusBar, QWidget

from boocode_desktop.ui.skeleton import Skeleton
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.window_memory import WindowMemory, WindowPlace

APP_NAME = "BooCode"
_SIZE = QSize(1440, 920)
_SMALLEST = QSize(760, 480)


class CloseGuard(Protocol):
    """Whoever may keep the window open, to ask or to save first."""

    def may_close(self) -> bool:
        """Whether the window may close now; False starts whatever has to happen before."""


def window_title(session: str = "", project: str = "") -> str:
    """`<session> · <project> — BooCode`, with the parts that there are."""
    subject = " · ".join(part for part in (" ".join(session.split()), project) if part)
    return f"{subject} — {APP_NAME}" if subject else APP_NAME


class MainWindow(QMainWindow):
    """The frame. `furnish` puts the contents in; until then it shows the skeleton.

    Signals:
        painted: the first frame is on screen; heavy parts may be loaded now.
    """

    painted = Signal()

    def __init__(self, theme: Theme, memory: WindowMemory | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._memory = memory or WindowMemory()
        self._guard: CloseGuard | None = None
        self._painted = False
        self.starts_again = False  # Whoever runs the program opens it again after it has closed.
        self._neighbour: Callable[[MainWindow, bool], QWidget | None] | None = None
        self.setObjectName("main")
        self.setWindowTitle(window_title())
        self.setMinimumSize(_SMALLEST)
        self.setCentralWidget(Skeleton(self))
        self._restore_geometry()

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._theme

    def furnish(self, centre: QWidget, status: QStatusBar) -> None:
        """Replace the skeleton."""
        self.setContextMenuPolicy(QtCore.Qt.ContextMenuPolicy.NoContextMenu)
        self.setCentralWidget(centre)
        self.setStatusBar(status)

    def set_focus_order(self, neighbour: "Callable[[MainWindow, bool], QWidget | None]") -> None:
        """Who says where Tab (True) and Shift+Tab go."""
        self._neighbour = neighbour

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes as people read, not as the parts were made."""
        there = self._neighbour(self, next) if self._neighbour is not None else None
        if there is None:
            return super().focusNextPrevChild(next)
        reason = QtCore.Qt.FocusReason
        there.setFocus(reason.TabFocusReason if next else reason.BacktabFocusReason)
        return True

    def set_guard(self, guard: CloseGuard | None) -> None:
        """Who is asked before the window closes."""
        self._guard = guard

    def set_subject(self, session: str, project: str) -> None:
        """Name what is on screen in the title."""
        self.setWindowTitle(window_title(session, project))

    def save_place(self) -> None:
        """Remember where the window is."""
        geometry = bytes(self.saveGeometry().data()).hex()
        theme = self._theme
        self._memory.save(WindowPlace(geometry=geometry, theme=theme.tokens.name, text_size=theme.text_size))

    def event(self, event: QEvent) -> bool:
        """Announce the first paint."""
        handled = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)
        return handled

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the guard; remember the place."""
        if self._guard is not None and not self._guard.may_close():
            event.ignore()
            return
        self.save_place()
        event.accept()

    def _restore_geometry(self) -> None:
        saved = self._memory.load().geometry
        try:
            restored = bool(saved) and self.restoreGeometry(QByteArray(bytes.fromhex(saved)))
        except ValueError:
            restored = False
        if not restored:
            room = QGuiApplication.primaryScreen().availableSize()
            self.resize(_SIZE.boundedTo(room))
