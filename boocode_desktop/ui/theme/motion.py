"""Whether things may move: the person said so in the settings, or to the system."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)


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
        self._effects: dict[Qt.UIEffect, bool] = {}

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
        """Let Qt's own cursors and popups keep to it; there must be an application."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        if self._blink_ms is None:
            self._blink_ms = app.cursorFlashTime()
            self._effects = {effect: app.isEffectEnabled(effect) for effect in _EFFECTS}
        app.setCursorFlashTime(0 if self.reduced else self._blink_ms)
        for effect, usual in self._effects.items():
            app.setEffectEnabled(effect, usual and not self.reduced)

    def _change(self, chosen: bool, system: bool) -> None:
        before = self.reduced
        self._chosen, self._system = chosen, system
        if self.reduced != before:
            self.settle()
            self.changed.emit()
