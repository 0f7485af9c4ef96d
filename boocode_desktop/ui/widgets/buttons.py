"""Buttons that paint themselves from the theme."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.button_paint import (
    ButtonKind,
    ButtonLook,
    ButtonState,
    button_width,
    paint_button,
)
from boocode_desktop.ui.widgets.plain_tips import plain_tip


class Button(QAbstractButton):
    """A text button of one of the kinds; one `primary` per focused pane."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        kind: ButtonKind = "sec",
        *,
        icon: str = "",
        hint: str = "",
        trailing: str = "",
        height: int = METRICS.button,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._height = height
        self._kind: ButtonKind = kind
        self._icon, self._hint, self._trailing = icon, hint, trailing
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_look(
        self, text: str, *, kind: ButtonKind | None = None, icon: str | None = None, hint: str | None = None
    ) -> None:
        """Change what is shown; None keeps a part as it is."""
        self._kind = self._kind if kind is None else kind
        self._icon = self._icon if icon is None else icon
        self._hint = self._hint if hint is None else hint
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    @property
    def look(self) -> ButtonLook:
        """What is shown now."""
        return ButtonLook(text=self.text(), kind=self._kind, icon=self._icon, hint=self._hint, trailing=self._trailing)

    def sizeHint(self) -> QSize:
        """Fits the text."""
        return QSize(int(button_width(self.look) + 1), self._height)

    def minimumSizeHint(self) -> QSize:
        """Never smaller than the text."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the look in its present state."""
        state = ButtonState(
            hovered=self.underMouse(),
            pressed=self.isDown(),
            focused=self.hasFocus(),
            enabled=self.isEnabled(),
        )
        with QPainter(self) as painter:
            paint_button(painter, self._theme, QRectF(self.rect()), self.look, state)


class IconButton(QAbstractButton):
    """A square button with an icon alone; `name` is what screen readers say and the tool tip shows."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        name: str,
        *,
        size: int = METRICS.icon_button,
        icon_size: int = 16,
        tone: str = "tx2",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._tone = theme, icon, tone
        self._size, self._icon_size = size, icon_size
        self.set_name(name)
        self.setFixedSize(size, size)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def set_name(self, name: str) -> None:
        """Change the tool tip and, without a key that follows after two spaces, the accessible name.

        Raises:
            ValueError: the name is empty.
        """
        if not name:
            raise ValueError("an icon button needs a name for people who cannot see it")
        self.setAccessibleName(name.partition("  ")[0])
        self.setToolTip(plain_tip(name))

    def set_icon(self, icon: str, tone: str | None = None) -> None:
        """Change the icon, and its tone when given."""
        self._icon, self._tone = icon, self._tone if tone is None else tone
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface on hover and when checked, the icon, the focus ring."""
        theme, rect = self._theme, QRectF(self.rect())
        met = self.isEnabled() and (self.underMouse() or self.isDown())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if met or self.isChecked():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("bg4" if self.isDown() else "bg3"))
                painter.drawRoundedRect(rect, METRICS.radius_tool, METRICS.radius_tool)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.color("accent"), 1.5))
                painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), METRICS.radius_tool, METRICS.radius_tool)
            tone = "tx3" if not self.isEnabled() else "tx1" if met and self._tone in ("tx2", "tx3") else self._tone
            ratio = painter.device().devicePixelRatio()
            offset = (self._size - self._icon_size) // 2
            painter.drawPixmap(offset, offset, theme.pixmap(self._icon, tone, self._icon_size, ratio))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Repaint for hover."""
        self.update()
        super().enterEvent(event)
