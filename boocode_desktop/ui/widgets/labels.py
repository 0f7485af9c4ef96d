"""Labels that give way: too long a text ends in an ellipsis and stays readable as tool tip."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.plain_tips import plain_tip


class ElidedLabel(QWidget):
    """One line of text in a tone, elided where the room ends."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        tone: str = "tx1",
        font: QFont | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._tone, self._mode = theme, tone, mode
        self._text = self._told = ""
        self.setFont(font or ui_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_text(text)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str, tone: str | None = None) -> None:
        """Show another text, and its tone when given."""
        new = (text, self._tone if tone is None else tone)
        if new == (self._text, self._tone) and self.accessibleName() == text:
            return
        before = self.sizeHint()
        self._text, self._tone = new
        self.setAccessibleName(text)
        if self.sizeHint() != before:
            # Every layout above is made again by this, up to the window.
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The whole text on one line."""
        metrics = QFontMetricsF(self.font())
        return QSize(int(metrics.horizontalAdvance(self._text)) + 2, int(metrics.height()) + 2)

    def minimumSizeHint(self) -> QSize:
        """May shrink to almost nothing."""
        return QSize(24, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as fits."""
        shown = QFontMetricsF(self.font()).elidedText(self._text, self._mode, self.width())
        if (whole := self._text if shown != self._text else "") != self._told:
            self._told = whole
            self.setToolTip(plain_tip(whole))
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(self._theme.color(self._tone))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignVCenter, shown)
