"""A row of choices of which one holds."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS


class _Segment(QAbstractButton):
    def __init__(self, theme: Theme, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # what makes it a radio button to screen readers; the group decides
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(ui_font(METRICS.ui, 600)).horizontalAdvance(self.text())
        return QSize(int(width) + 22, METRICS.row_button - 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            on = "bg0" if self.isChecked() else ""
            painter.setBrush(theme.color(on) if on else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, METRICS.radius_tool, METRICS.radius_tool)
            painter.setPen(theme.color("tx1" if self.isChecked() or self.underMouse() else "tx2"))
            painter.setFont(ui_font(METRICS.ui, 600 if self.isChecked() else 500))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text())


class Segmented(QWidget):
    """Choices beside each other; arrow keys move between them.

    Signals:
        chosen(str): the id of the choice a person made.
    """

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, choices: Sequence[tuple[str, str]], *, name: str, parent: QWidget | None = None
    ) -> None:
        """`choices` are (id, label); the first one holds."""
        super().__init__(parent)
        self._theme = theme
        self._ids = [key for key, _ in choices]
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(0)
        self._group = QButtonGroup(self)
        for number, (_, label) in enumerate(choices):
            segment = _Segment(theme, label, self)
            self._group.addButton(segment, number)
            layout.addWidget(segment)
        self._group.idClicked.connect(self._on_group_clicked)
        if choices:
            self.select(self._ids[0])
        theme.changed.connect(self.update)

    @property
    def selected(self) -> str:
        """The id that holds."""
        number = self._group.checkedId()
        return self._ids[number] if number >= 0 else ""

    def select(self, key: str) -> None:
        """Choose without the signal."""
        button = self._group.button(self._ids.index(key))
        if button is not None:
            button.setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right choose the neighbour."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        number = min(max(self._group.checkedId() + step, 0), len(self._ids) - 1)
        button = self._group.button(number)
        if button is not None and not button.isChecked():
            button.setFocus()
            button.click()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The track."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("line0"), 1))
            painter.setBrush(self._theme.color("bg3"))
            rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(rect, METRICS.radius_button, METRICS.radius_button)

    def _on_group_clicked(self, number: int) -> None:
        self.chosen.emit(self._ids[number])
