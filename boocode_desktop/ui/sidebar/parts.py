"""The fixed parts of the sidebar: the brand, the wide buttons, the empty state, the footer."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from boocode_desktop.ui.skeleton import paint_logo
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_WIDE = 34


def paint_key_hint(painter: QPainter, theme: Theme, text: str, right: float, middle: float) -> float:
    """A key such as `Ctrl K` in its box, right-aligned; returns where the box begins."""
    font = ui_font(METRICS.caption, 500)
    width = QFontMetricsF(font).horizontalAdvance(text) + 12
    box = QRectF(right - width, middle - 9, width, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("bg3"))
    painter.drawRoundedRect(box, METRICS.radius_chip, METRICS.radius_chip)
    painter.setPen(theme.color("tx2"))
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return box.left()


def paint_dashed(painter: QPainter, color: QColor, rect: QRectF, radius: float = 9.0) -> None:
    """A dashed outline, painted because style sheets draw ugly dashes at fractional scales."""
    pen = QPen(color, 1.4)
    pen.setDashPattern([3.5, 3.0])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)


class Brand(QWidget):
    """The ghost and the name."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("BooCode")
        self.setFixedHeight(28)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Logo, then the word."""
        with QPainter(self) as painter:
            paint_logo(painter, self._theme, QRectF(1, 1, 25, 25))
            painter.setFont(ui_font(METRICS.h3, 600))
            painter.setPen(self._theme.color("tx1"))
            painter.drawText(QRectF(35, 0, 200, 27), Qt.AlignmentFlag.AlignVCenter, "BooCode")


class WideButton(QAbstractButton):
    """A button as wide as the sidebar: icon and text on the left, its key on the right."""

    def __init__(
        self, theme: Theme, text: str, icon: str, *, keys: str = "", quiet: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._keys, self._quiet = theme, icon, keys, quiet
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as an input."""
        return QSize(200, _WIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface, icon, text, key."""
        theme, rect = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            met = self.isEnabled() and (self.underMouse() or self.isDown())
            painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "line1"), 1.5 if self.hasFocus() else 1))
            painter.setBrush(theme.color("bg3" if met else "bg2"))
            painter.drawRoundedRect(rect, METRICS.radius_input, METRICS.radius_input)
            middle = rect.center().y()
            tone = "tx1" if self.isEnabled() and not self._quiet else "tx2"
            icon = theme.pixmap(self._icon, tone, 16, self.devicePixelRatioF())
            painter.drawPixmap(12, round(middle - 8), icon)
            font = ui_font(METRICS.ui, 400 if self._quiet else 500)
            right = rect.right() - 7
            if self._keys:
                right = paint_key_hint(painter, theme, self._keys, right, middle) - 4
            text = QRectF(37, rect.top(), right - 37, rect.height())
            painter.setPen(theme.color(tone))
            painter.setFont(font)
            shown = QFontMetricsF(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, text.width())
            self.setToolTip(plain_tip(self.text()) if shown != self.text() else "")
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, shown)


class EmptyProjects(QWidget):
    """What stands where projects will be."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("No projects yet. Sessions appear here, with their state.")
        self.setFixedHeight(100)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A dashed box with two lines."""
        theme, rect = self._theme, QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_dashed(painter, theme.color("line1"), rect)
            icon = theme.pixmap("folder-open", "tx3", 20, self.devicePixelRatioF())
            painter.drawPixmap(round(rect.center().x() - 10), 20, icon)
            painter.setPen(theme.color("tx2"))
            painter.setFont(ui_font(METRICS.ui, 500))
            painter.drawText(QRectF(0, 46, rect.width(), 20), Qt.AlignmentFlag.AlignCenter, "No projects yet")
            painter.setPen(theme.color("tx3"))
            painter.setFont(ui_font(METRICS.caption))
            words = "Sessions appear here, with their state."
            painter.drawText(QRectF(0, 68, rect.width(), 16), Qt.AlignmentFlag.AlignCenter, words)


class ThisComputer(QWidget):
    """The footer's identity: nothing is signed in, it is this computer."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._detail = theme, ""
        self.setFixedHeight(36)
        self.set_detail("")
        theme.changed.connect(self.update)

    def set_detail(self, text: str) -> None:
        """The second line."""
        self._detail = text
        self.setAccessibleName(f"This computer, {text}" if text else "This computer")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A round badge and two lines."""
        theme, height = self._theme, self.height()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            circle = QRectF(0, height / 2 - 14, 28, 28)
            fill = QLinearGradient(circle.topLeft(), circle.bottomRight())
            fill.setColorAt(0, theme.color("#8F80F8"))
            fill.setColorAt(1, theme.color("#5B4AD8"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawEllipse(circle)
            icon = theme.pixmap("monitor", "on_accent", 14, self.devicePixelRatioF())
            painter.drawPixmap(7, round(height / 2 - 7), icon)
            painter.setPen(theme.color("tx1"))
            painter.setFont(ui_font(METRICS.meta, 600))
            middle = Qt.AlignmentFlag.AlignVCenter
            top = QRectF(38, 2, self.width() - 38, 17) if self._detail else QRectF(38, 0, self.width() - 38, height)
            painter.drawText(top, middle, "This computer")
            font = ui_font(METRICS.caption)
            painter.setFont(font)
            painter.setPen(theme.color("tx2"))
            shown = QFontMetricsF(font).elidedText(self._detail, Qt.TextElideMode.ElideRight, self.width() - 38)
            self.setToolTip(plain_tip(self._detail) if shown != self._detail else "")
            painter.drawText(QRectF(38, 19, self.width() - 38, 15), middle, shown)
