"""Take the tour: what happens in it, step by step, and that it is scripted."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import ChoiceCard, text_label
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.chips import Chip

STEPS = (
    ("Read", "scan-search"),
    ("Plan", "list-checks"),
    ("Ask", "shield-question-mark"),
    ("Edit", "file-pen-line"),
    ("Test", "flask-conical"),
    ("Review", "file-diff"),
)
POINTS = (
    ("folder-git-2", "Works on a sample project in a folder of its own"),
    ("hand", "You answer its questions, and keep or drop each hunk"),
    ("undo-2", "Nothing of yours is touched; the next tour starts afresh"),
)


class StepLine(QWidget):
    """Six circles on a line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedHeight(64)
        self.setAccessibleName("Steps of the tour: " + ", ".join(word for word, _ in STEPS))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line, then each circle with its word."""
        theme, ratio = self._theme, self.devicePixelRatioF()
        first, last = 30.0, self.width() - 30.0
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(QRectF(first, 18, last - first, 1.2), theme.color("line2"))
            for number, (word, icon) in enumerate(STEPS):
                middle = QPointF(first + (last - first) * number / (len(STEPS) - 1), 18.5)
                painter.setPen(QPen(theme.color("line1"), 1))
                painter.setBrush(theme.color("bg3"))
                painter.drawEllipse(middle, 17, 17)
                at = QPointF(round(middle.x() - 8), round(middle.y() - 8))
                painter.drawPixmap(at, theme.pixmap(icon, "accent", 16, ratio))
                painter.setFont(ui_font(METRICS.meta, 500))
                painter.setPen(theme.color("tx1"))
                box = QRectF(middle.x() - 40, 42, 80, 18)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)


class PointLine(QWidget):
    """An icon and a sentence."""

    def __init__(self, theme: Theme, icon: str, words: str) -> None:
        super().__init__()
        self._theme, self._icon = theme, icon
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 0, 0, 0)
        row.addWidget(text_label(words, METRICS.ui, tone="muted"))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The icon."""
        with QPainter(self) as painter:
            icon = self._theme.pixmap(self._icon, "tx2", 16, self.devicePixelRatioF())
            painter.drawPixmap(0, round(self.height() / 2 - 8), icon)


class TourCard(ChoiceCard):
    """The one primary choice of the page.

    Signals:
        started: the tour is wanted.
    """

    started = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, "route", "Take the tour", "About three minutes. No model, no network.")
        self.head.addWidget(Chip(context.theme, "scripted", "info"), 0, Qt.AlignmentFlag.AlignTop)
        words = (
            "A scripted agent fixes a bug in a small sample project. The agent is a script; the steps, the "
            "permission question and the diff are real."
        )
        self.body.addWidget(text_label(words, METRICS.ui, tone="muted"))
        self.body.addSpacing(4)
        self.body.addWidget(StepLine(context.theme))
        for icon, point in POINTS:
            self.body.addWidget(PointLine(context.theme, icon, point))
        self.foot.addWidget(text_label("Also in a terminal:", METRICS.meta, tone="muted"))
        command = QLabel("boocode tour")
        command.setFont(code_font(METRICS.meta))
        self.foot.addWidget(command)
        self.foot.addStretch(1)
        self.start = Button(context.theme, "Start the tour", "primary", icon="play", height=METRICS.composer_button)
        self.start.clicked.connect(self.started)
        self.foot.addWidget(self.start)
