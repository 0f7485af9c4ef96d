"""Leaving: ask once while agents work, save what is on screen, then close. Told to end from outside, it never asks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QSessionManager

from boocode_desktop.ui.bridge import Bridge
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, count
from boocode_desktop.ui.main_window import MainWindow

_log = logging.getLogger(__name__)
_SAVE_S = 1.5


class Leaving(QObject):
    """The window's close guard.

    Signals:
        left: everything is saved and the window is closed; the program ends now.
    """

    left = Signal()

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        *,
        at_work: Callable[[], int],
        save: Callable[[], Awaitable[None]],
    ) -> None:
        """`at_work` counts the turns that would be interrupted, `save` keeps what is on screen."""
        super().__init__(window)
        self._window, self._bridge = window, bridge
        self._at_work, self._save = at_work, save
        self._saving = self._done = False
        self._question: ConfirmDialog | None = None
        window.set_guard(self)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.commitDataRequest.connect(self._on_commit_data_requested)

    def may_close(self) -> bool:
        """Only once everything is saved; before that, asking or saving begins."""
        if self._done:
            return True
        working = self._at_work()
        if self._saving or self._question is not None:
            return False
        if working:
            self._ask(working)
        else:
            self.leave_now()
        return False

    def leave_now(self, *_: object) -> None:
        """Save and close without a question."""
        if not self._saving:
            self._saving = True
            self._bridge.run(self._save_all(), done=lambda _: self._on_saved())

    def _ask(self, working: int) -> None:
        whose = "An agent is" if working == 1 else f"{count(working, 'agent')} are"
        question = ConfirmDialog(
            self._window.theme,
            self._window,
            "Close BooCode?",
            f"{whose} still at work. Closing interrupts the turn; what was written and changed so far is kept, and "
            "you can continue it next time.",
            button="Interrupt and close",
            danger=True,
            icon="power",
            cancel="Keep working",
        )
        question.finished.connect(self._on_answered)
        self._question = question
        question.open()

    def start_again(self) -> None:
        """Close as ever, and open again with what changed in the settings; who keeps working stays as it is."""
        self._window.starts_again = True
        self._window.close()

    async def _save_all(self) -> None:
        try:
            await asyncio.wait_for(self._save(), _SAVE_S)
        except TimeoutError:
            _log.warning("saving the window took longer than %s s; it closes now", _SAVE_S)
        except Exception:
            # Nothing may keep the window open once the person, or the system, wants it closed.
            _log.exception("the window could not be saved")

    def _on_answered(self, leave: bool) -> None:
        self._question = None
        if leave:
            self.leave_now()
        else:
            self._window.starts_again = False

    def _on_saved(self) -> None:
        self._done = True
        self._window.close()
        self.left.emit()

    def _on_commit_data_requested(self, manager: QSessionManager) -> None:
        manager.setRestartHint(QSessionManager.RestartHint.RestartNever)
        self.leave_now()
