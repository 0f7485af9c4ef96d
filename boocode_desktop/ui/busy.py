"""What goes on for longer than a moment, in the status bar: a turning sign and words, beside what stands still."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from boocode_desktop.ui.bridge import Bridge
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.spinner import Spinner


class Busy(QWidget):
    """Empty while nothing takes long."""

    def __init__(self, theme: Theme, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spinner = Spinner(theme, "Going on", size=14)
        self.words = ElidedLabel(theme, "", tone="tx2", font=ui_font(METRICS.caption))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._spinner)
        row.addWidget(self.words)
        self.show_work(())
        bridge.slow_changed.connect(self.show_work)

    def show_work(self, words: tuple[str, ...]) -> None:
        """Say the newest, and how many more there are."""
        text = f"{words[-1]}…" if words else ""
        if len(words) > 1:
            text += f" and {len(words) - 1} more"
        self.words.set_text(text)
        self._spinner.setVisible(bool(words))
        self.setAccessibleName(text or "Nothing takes long")
