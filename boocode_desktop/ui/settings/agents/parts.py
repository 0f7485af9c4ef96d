"""Small parts of the agents page."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from boocode_desktop.ui.settings.agents.wording import Bound
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.cards import paint_card
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.plain_tips import plain_tip

STATE_WIDTH, SANDBOX_WIDTH, WARM_WIDTH, MEMORY_WIDTH, SWITCHES_WIDTH = 98, 128, 40, 64, 112


class CommandBox(QWidget):
    """A command as code, with a button that copies it."""

    def __init__(self, theme: Theme, shown: str, copied: str, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(METRICS.input)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        self.label = ElidedLabel(theme, shown, font=code_font(METRICS.code))
        row.addWidget(self.label, 1)
        copy = IconButton(theme, "copy", name, size=26, icon_size=14, tone="tx3")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(copied))
        row.addWidget(copy)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A code surface."""
        with QPainter(self) as painter:
            paint_card(painter, self._theme, QRectF(self.rect()), surface="code", radius=METRICS.radius_input)


class BoundLabel(QWidget):
    """The word on confinement with its icon."""

    def __init__(self, theme: Theme, bound: Bound) -> None:
        super().__init__()
        self._theme, self._bound = theme, bound
        self.setFixedWidth(SANDBOX_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_bound(bound)
        theme.changed.connect(self.update)

    def show_bound(self, bound: Bound) -> None:
        """Another word."""
        self._bound = bound
        self.setAccessibleName(bound.word)
        self.setToolTip(plain_tip(bound.reason or bound.word))
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(SANDBOX_WIDTH, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icon, then the word in the same tone."""
        theme, bound, middle = self._theme, self._bound, self.height() // 2
        with QPainter(self) as painter:
            x = 0
            if bound.icon:
                icon = theme.pixmap(bound.icon, bound.tone, 15, self.devicePixelRatioF())
                painter.drawPixmap(0, middle - 8, icon)
                x = 21
            font = ui_font(METRICS.meta, 500)
            painter.setFont(font)
            painter.setPen(theme.color(bound.tone))
            box = QRectF(x, 0, self.width() - x, self.height())
            shown = painter.fontMetrics().elidedText(bound.word, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)


def figure(theme: Theme, text: str, width: int) -> ElidedLabel:
    """A figure of a column."""
    label = ElidedLabel(theme, text, tone="tx2", font=code_font(METRICS.meta))
    label.setFixedWidth(width)
    return label
