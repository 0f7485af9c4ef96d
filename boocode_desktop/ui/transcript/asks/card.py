"""What every question card shares: the tile, the title, how long it waits, the footer."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from boocode_desktop.domain.transcript import AskEntry
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.wording import whole_seconds
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.chips import SURFACES, StateDot
from boocode_desktop.ui.widgets.spoken_role import say_role

PAD = 16


class Tile(QWidget):
    """A tinted square with an icon."""

    def __init__(self, theme: Theme, icon: str, tone: str) -> None:
        super().__init__()
        self._theme, self._icon, self._tone = theme, icon, tone
        self.setFixedSize(30, 30)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(30, 30)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface and icon."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(SURFACES[self._tone]))
            painter.drawRoundedRect(QRectF(self.rect()), METRICS.radius_tool, METRICS.radius_tool)
            ratio = painter.device().devicePixelRatio()
            painter.drawPixmap(7, 7, self._theme.pixmap(self._icon, self._tone, 16, ratio))


class Rule(QWidget):
    """A hairline."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(1)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("line1"))


class AskCard(Card):
    """A question. Subclasses fill `body` and `footer`.

    Signals:
        answered(str, str): an option id and a text; both empty to skip.
    """

    answered = Signal(str, str)

    def __init__(
        self, theme: Theme, ask: AskEntry, *, tone: str, icon: str, title: str, clock: Callable[[], float]
    ) -> None:
        super().__init__(theme, tone=tone)
        self._theme, self.ask, self._clock = theme, ask, clock
        self._tone = tone
        self.setAccessibleName(title)
        self.setAccessibleDescription(ask.request.reason)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        say_role(self, QAccessible.Role.AlertMessage)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, PAD - 2, 2, 2)
        column.setSpacing(0)
        column.addLayout(self._header(icon, title))
        self.body = QVBoxLayout()
        self.body.setContentsMargins(PAD, 12, PAD, 12)
        self.body.setSpacing(8)
        column.addLayout(self.body)
        column.addWidget(Rule(theme))
        self.footer = QHBoxLayout()
        self.footer.setContentsMargins(PAD - 2, 10, PAD - 2, 11)
        self.footer.setSpacing(8)
        column.addLayout(self.footer)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._on_timer_tick)
        self._on_timer_tick()

    def set_first(self, first: bool) -> None:
        """Of several open questions the first one alone has a filled button."""

    def height_at(self, width: int) -> int:
        """The height the card needs at a width."""
        layout = self.layout()
        assert layout is not None
        height = layout.heightForWidth(width) if layout.hasHeightForWidth() else -1
        return max(height, layout.minimumSize().height()) if height > 0 else self.sizeHint().height()

    def showEvent(self, event: QShowEvent) -> None:
        """Count while it is seen."""
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing while it is not."""
        self._timer.stop()
        super().hideEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys answer now."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The surface, and a ring while the card itself has the keyboard."""
        super().paintEvent(event)
        if self.hasFocus():
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(self._theme.color("accent"), 2))
                radius = METRICS.radius_card
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def waiting_words(self) -> str:
        """What the state dot says."""
        waited = self._clock() - self.ask.asked_at if self.ask.asked_at else 0.0
        return f"waiting {whole_seconds(waited)}" if waited >= 1 else "waiting"

    def label(self, text: str, *, px: int = 13, weight: int = 400, tone: str = "") -> QLabel:
        """Text that wraps and can be selected; plain, whatever it holds."""
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(ui_font(px, weight))
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if tone:
            label.setProperty("tone", tone)
        return label

    def _header(self, icon: str, title: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(PAD, 0, PAD, 0)
        row.setSpacing(12)
        row.addWidget(Tile(self._theme, icon, self._tone), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.label(title, px=METRICS.body, weight=600), 1)
        self._dot = StateDot(self._theme, "waiting", self._tone, halo=True)
        row.addWidget(self._dot, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _on_timer_tick(self) -> None:
        self._dot.set_state(self.waiting_words(), self._tone, halo=True)
