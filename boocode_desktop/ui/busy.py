"""What goes on for longer than a moment, in the status bar: a turning sign, words, how far, and Stop where it helps."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from boocode_desktop.ui.bridge import Bridge
from boocode_desktop.ui.going_on import Going
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.plain_tips import plain_tip
from boocode_desktop.ui.widgets.spinner import Spinner

COUNT_MS = 150
STOP_TIPS = {
    "between": "Ends after the files it is at. What is done stays done, and the rest waits as before.",
    "all or nothing": "Every file goes back to how it was before.",
    "at once": "It only reads: nothing is lost.",
}


class Busy(QWidget):
    """Empty while nothing takes long."""

    def __init__(self, theme: Theme, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._work: Sequence[Going] = ()
        self._spinner = Spinner(theme, "Going on", size=14)
        self.words = ElidedLabel(theme, "", tone="tx2", font=ui_font(METRICS.caption))
        self.words.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.stop = Button(theme, "Stop", "flat", height=20)
        self.stop.clicked.connect(self._on_stop_clicked)
        self._counting = QTimer(self, interval=COUNT_MS)
        self._counting.timeout.connect(self._say)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._spinner)
        row.addWidget(self.words)
        row.addWidget(self.stop)
        row.addStretch(1)
        self.show_work(())
        bridge.slow_changed.connect(self.show_work)

    def show_work(self, work: Sequence[Going]) -> None:
        """Say the newest, and how many more there are; Stop is for the newest that can be stopped."""
        self._work = work
        self._say()
        self._spinner.setVisible(bool(work))
        stoppable = self._stoppable
        self.stop.setVisible(stoppable is not None)
        if stoppable is not None:
            self.stop.setAccessibleName(f"Stop {stoppable.words.lower()}")
            self.stop.setToolTip(plain_tip(STOP_TIPS[stoppable.stop]))
        if work:
            self._counting.start()
        else:
            self._counting.stop()

    @property
    def _stoppable(self) -> Going | None:
        return next((g for g in reversed(self._work) if g.stop and not g.stopped), None)

    def _say(self) -> None:
        text = f"{self._work[-1].text}…" if self._work else ""
        if len(self._work) > 1:
            text += f" and {len(self._work) - 1} more"
        self.words.set_text(text)
        self.setAccessibleName(text or "Nothing takes long")

    def _on_stop_clicked(self) -> None:
        if (going := self._stoppable) is not None:
            self._bridge.stop(going)
