"""A card in front of a dimmed window: the frame of every dialog. It is a child of the window, so that it looks the
same on every desktop and never starts an event loop of its own."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from boocode_desktop.ui.focus_order import neighbour
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import paint_card
from boocode_desktop.ui.widgets.spoken_role import say_role
from boocode_desktop.ui.widgets.toast import paint_shadow

_RADIUS = 12


class SheetCard(QWidget):
    """The surface with its shadow."""

    margin = 16

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Shadow, then the card."""
        inset = self.margin
        rect = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_shadow(painter, self._theme, rect, _RADIUS)
            paint_card(painter, self._theme, rect, surface="bg2", radius=_RADIUS)


class Sheet(QWidget):
    """Covers its window; Escape and a click beside the card dismiss it. Tab stays inside.

    Signals:
        finished(bool): it is gone: True when it was accepted.
    """

    finished = Signal(bool)

    def __init__(
        self, theme: Theme, window: QWidget, title: str, *, width: int = 480, top: int = 0, tall: bool = False
    ) -> None:
        """`top` places the card that far below the window's upper edge; 0 centres it; `tall` takes all the height."""
        super().__init__(window)
        self._theme, self._width, self._top, self._tall = theme, width, top, tall
        self._before: QWidget | None = None
        self._inside: QWidget | None = None
        self._open = False
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        self.setAccessibleName(title)
        say_role(self, QAccessible.Role.Dialog)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card = SheetCard(theme, self)
        self.column = QVBoxLayout(self.card)
        inset = SheetCard.margin
        self.column.setContentsMargins(inset + 20, inset + 18, inset + 20, inset + 18)
        self.column.setSpacing(12)
        self.hide()
        window.installEventFilter(self)
        theme.changed.connect(self.update)

    def open(self) -> None:
        """Show it and give it the focus."""
        self._before = QApplication.focusWidget()
        self._open = True
        self._place()
        self.show()
        self.raise_()
        (self.first_focus() or self).setFocus(Qt.FocusReason.PopupFocusReason)

    def accept(self) -> None:
        """Close as accepted."""
        self._close(True)

    def reject(self) -> None:
        """Close as dismissed."""
        self._close(False)

    def first_focus(self) -> QWidget | None:
        """What gets the focus first; the last button unless a dialog knows better."""
        buttons = [b for b in self.card.findChildren(Button) if b.isEnabled()]
        return buttons[-1] if buttons else None

    def event(self, event: QEvent) -> bool:
        """Keep the window's shortcuts away while this is open."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self._open:
            self._place()
        return False

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes round inside the card."""
        there = neighbour(self.card, forward=next)
        if there is not None:
            there.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape dismisses; Enter presses the button that has the focus."""
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = QApplication.focusWidget()
            if isinstance(focused, QAbstractButton) and self.isAncestorOf(focused):
                focused.click()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the card dismisses."""
        inset = SheetCard.margin
        card = QRectF(self.card.geometry()).adjusted(inset, inset, -inset, -inset)
        if not card.contains(QPointF(event.position())):
            self.reject()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dim what is behind."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(0, 0, 0, 120 if self._theme.dark else 60))

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        self.setGeometry(window.rect())
        inset = SheetCard.margin
        width = min(self._width + 2 * inset, window.width() - 16)
        layout = self.column
        height = layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
        height = window.height() - 16 if self._tall else min(height, window.height() - 16)
        top = self._top - inset if self._top else max(8, (window.height() - height) * 2 // 5)
        self.card.setGeometry((window.width() - width) // 2, top, width, height)

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        """What is loaded behind an open sheet may want the keys: it gets them when the sheet is gone."""
        if not self._open or now is None:
            return
        if now is self or self.isAncestorOf(now):
            self._inside = now
        elif now.window() is self.window() and self._on_top():
            self._before = now
            inside = self._inside if self._inside is not None and isValid(self._inside) else self.first_focus()
            (inside or self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_top(self) -> bool:
        window = self.parentWidget()
        sheets = [w for w in window.children() if isinstance(w, Sheet) and w._open] if window is not None else []
        return bool(sheets) and sheets[-1] is self

    def _close(self, accepted: bool) -> None:
        if not self._open:
            return
        self._open = False
        self.hide()
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finished.emit(accepted)
        self.deleteLater()


class Dialog(Sheet):
    """A sheet with a title, a body, and a row of buttons."""

    def __init__(
        self,
        theme: Theme,
        window: QWidget,
        title: str,
        *,
        icon: str = "",
        tone: str = "accent",
        width: int = 480,
        tall: bool = False,
    ) -> None:
        super().__init__(theme, window, title, width=width, tall=tall)
        head = QHBoxLayout()
        head.setSpacing(12)
        if icon:
            head.addWidget(IconTile(theme, icon, tone))
        label = QLabel(title)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(ui_font(METRICS.h3, 600))
        label.setWordWrap(True)
        head.addWidget(label, 1)
        close = IconButton(theme, "x", "Close this dialog", size=26, icon_size=14, tone="tx3")
        close.clicked.connect(self.reject)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self.column.addLayout(self.body)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        self.column.addSpacing(4)
        self.column.addLayout(self.buttons)

    def say(self, text: str, tone: str = "muted") -> QLabel:
        """A paragraph in the body; plain, whatever it holds."""
        self.setAccessibleDescription(f"{self.accessibleDescription()} {text}".strip())
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setFont(ui_font(METRICS.ui))
        label.setProperty("tone", tone)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(label)
        return label

    def add_button(self, button: Button, *, accepts: bool | None = None) -> Button:
        """A button at the right; `accepts` says how it ends the dialog, None that it does not."""
        if accepts is not None:
            button.clicked.connect(self.accept if accepts else self.reject)
        self.buttons.addWidget(button)
        return button


class IconTile(QWidget):
    """A small tinted square with an icon."""

    def __init__(
        self, theme: Theme, icon: str, tone: str = "accent", *, size: int = 28, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._tone = theme, icon, tone
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Soft surface, icon in the tone."""
        size = self.width()
        side = 16 if size >= 26 else 13
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(f"{self._tone}_soft" if self._tone != "plain" else "bg3"))
            painter.drawRoundedRect(QRectF(self.rect()), METRICS.radius_button, METRICS.radius_button)
            tone = "tx2" if self._tone == "plain" else self._tone
            at = (size - side) // 2
            painter.drawPixmap(at, at, self._theme.pixmap(self._icon, tone, side, self.devicePixelRatioF()))
