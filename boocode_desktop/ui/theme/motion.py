"""Whether things may move: the person said so in the settings, or to the system."""

from PySide6 import QtCore
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

_EFFECTS = ("AnimateMenu", "FadeMenu", "AnimateCombo", "AnimateTooltip", "FadeTooltip", "AnimateToolBox")


class Motion(QObject):
    """Decides for the whole program. Whoever moves asks `reduced` and listens; what Qt moves is settled here.

    Signals:
        changed: `reduced` is another now.
    """

    changed = Signal()

    def __init__(self, *, chosen: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chosen, self._system = chosen, False
        self._blink_ms: int | None = None

    @property
    def reduced(self) -> bool:
        """Nothing fades, turns, slides or blinks."""
        return self._chosen or self._system

    def choose(self, reduced: bool) -> None:
        """What the settings say."""
        self._change(reduced, self._system)

    def hear_system(self, reduced: bool) -> None:
        """What the system says."""
        self._change(self._chosen, reduced)

    def settle(self) -> None:
        """Let Qt's own cursors and popups keep to it; nothing is touched before motion was reduced once."""
        app = QApplication.instance()
        if not isinstance(app, QApplication) or (self._blink_ms is None and not self.reduced):
            return
        if self._blink_ms is None:
            self._blink_ms = app.cursorFlashTime()
        app.setCursorFlashTime(0 if self.reduced else self._blink_ms)
        for name in _EFFECTS if self.reduced else ():
            # They are off by default where the system does not turn them on, and come back with the next start.
            app.setEffectEnabled(getattr(QtCore.Qt.UIEffect, f"UI_{name}"), False)

    def _change(self, chosen: bool, system: bool) -> None:
        before = self.reduced
        self._chosen, self._system = chosen, system
        if self.reduced != before:
            self.settle()
            self.changed.emit()
