"""What goes on beside the button that began it: a turning sign, words, how long already, and Cancel.

It comes up only when the wait is longer than a moment, so that what is quick does not flicker.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from boocode_desktop.ui.ages import seconds
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.spinner import Spinner

SOON_MS, TICK_MS = 300, 1_000


class WaitLine(QWidget):
    """Hidden until something takes long.

    Signals:
        cancelled: the person does not want to wait any longer.
    """

    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._began = "", 0.0
        self._ask: Callable[[], str] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._spinner = Spinner(theme, "Going on", size=14)
        self.words = ElidedLabel(theme, tone="tx2", font=ui_font(METRICS.meta))
        self.cancel = Button(theme, "Cancel", "flat", height=METRICS.row_button)
        self.cancel.clicked.connect(self.cancelled)
        row.addWidget(self._spinner)
        self.past = ElidedLabel(theme, tone="tx2", font=code_font(METRICS.meta))
        self.past.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addWidget(self.words, 1)
        row.addWidget(self.past)
        row.addWidget(self.cancel)
        self._soon, self._ticking = QTimer(self), QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._on_soon_timeout)
        self._ticking.setInterval(TICK_MS)
        self._ticking.timeout.connect(self._on_tick_timeout)
        self.hide()

    def begin(self, words: str, *, cancel: str = "", ask: Callable[[], str] | None = None) -> None:
        """Something begins. `cancel` is what its button is called for those who do not see it, "" where there is none;
        `ask` says every second what it is at."""
        self.cancel.setVisible(bool(cancel))
        self._ask = ask
        self._began = time.monotonic()
        self.cancel.setAccessibleName(cancel)
        self.cancel.setEnabled(True)
        self.say(words)
        self._soon.start()

    def say(self, words: str) -> None:
        """It is at something else."""
        self._words = words
        self._say()

    def stopping(self, words: str) -> None:
        """Cancel was heard; it takes a moment."""
        self.cancel.setEnabled(False)
        self._ask = None
        self.say(words)

    def end(self) -> None:
        """It is over."""
        self._soon.stop()
        self._ticking.stop()
        self.hide()

    @property
    def going(self) -> bool:
        """Whether something goes on, shown or not."""
        return self._soon.isActive() or self._ticking.isActive()

    def _on_soon_timeout(self) -> None:
        self._ticking.start()
        self._on_tick_timeout()
        self.show()

    def _on_tick_timeout(self) -> None:
        if self._ask is not None:
            self._words = self._ask()
        self._say()

    def _say(self) -> None:
        past = time.monotonic() - self._began
        self.words.set_text(self._words if past >= 1 else f"{self._words}…")
        self.past.set_text(f"{int(past)} s" if past < 60 else seconds(past * 1_000))
        self.past.setVisible(past >= 1)
