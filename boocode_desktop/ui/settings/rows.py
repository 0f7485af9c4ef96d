"""The rows of settings pages: what a setting is called, what it does, its control, and a way back to its default."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_READABLE, _LEAST, _SMALL = 210, 150, 100
"""The room that the words beside a control need, beside a small one, and which is small, in px."""


class SettingRow(QWidget):
    """One setting.

    Signals:
        reset_asked: back to the default.
    """

    reset_asked = Signal()

    def __init__(self, theme: Theme, label: str, help: str, control: QWidget, *, last: bool = False) -> None:
        super().__init__()
        self._theme, self._last = theme, last
        self._stacked = False
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 10, 0, 10)
        self._row.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(text_label(label, METRICS.ui, 500))
        if help:
            texts.addWidget(text_label(help, METRICS.meta, tone="muted"))
        self._row.addLayout(texts, 1)
        self.reset = IconButton(theme, "rotate-ccw", f"Reset {label}", size=24, icon_size=13, tone="tx3")
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.reset.hide()
        self.reset.clicked.connect(self.reset_asked)
        self._side = QHBoxLayout()
        self._side.setSpacing(8)
        self._side.addStretch(1)
        self._side.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignVCenter)
        self.control = control
        self._side.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(self._side)
        control.setToolTip(plain_tip(help))

    def show_changed(self, changed: bool) -> None:
        """Offer the way back, or do not."""
        self.reset.setVisible(changed)

    def replace_control(self, control: QWidget) -> None:
        """Show another control in place of the present one."""
        # What it shows is old: losing the keys must not make it say so once more.
        self.control.blockSignals(True)
        self._side.replaceWidget(self.control, control)
        control.show()
        if self.control.hasFocus():
            control.setFocus(Qt.FocusReason.OtherFocusReason)
        self.control.hide()
        self.control.deleteLater()
        self.control = control

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The control beside the words, or below them where they would be squeezed."""
        super().resizeEvent(event)
        control = min(self.control.sizeHint().width(), self.control.maximumWidth())
        words = _READABLE if control > _SMALL else _LEAST
        stacked = event.size().width() < control + self.reset.width() + words
        if stacked != self._stacked:
            self._stacked = stacked
            ways = QBoxLayout.Direction
            self._row.setDirection(ways.TopToBottom if stacked else ways.LeftToRight)
            self._side.setDirection(ways.RightToLeft if stacked else ways.LeftToRight)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rule below all but the last."""
        if not self._last:
            with QPainter(self) as painter:
                painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line0"))


def lay_out_again(part: QWidget) -> None:
    """Measure everything from `part` up to its page anew, as soon as what was put into it is shown.

    A layout remembers the height it needs for its width; what comes into it while it is not on screen does not tell it.
    """

    def measure() -> None:
        widget: QWidget | None = part
        while widget is not None and not isinstance(widget, QAbstractScrollArea):
            if (layout := widget.layout()) is not None:
                _forget_heights(layout)
                layout.update()
            widget.updateGeometry()
            widget = widget.parentWidget()

    QTimer.singleShot(0, part, measure)


def _forget_heights(layout: QLayout) -> None:
    """Layouts inside of a layout remember heights of their own."""
    layout.invalidate()
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is not None and (inner := item.layout()) is not None:
            _forget_heights(inner)


def clear(column: QVBoxLayout) -> None:
    """Take every widget out of a column and end it."""
    while (taken := column.takeAt(0)) is not None:
        if (widget := taken.widget()) is not None:
            widget.hide()
            widget.deleteLater()
