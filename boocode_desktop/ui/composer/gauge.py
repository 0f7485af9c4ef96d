"""How full the model's context is: a ring and the figures."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from boocode_desktop.domain.usage import Usage
from boocode_desktop.ui.ages import tokens
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.plain_tips import plain_tip
from boocode_desktop.ui.widgets.spoken_role import say_role

_NEARLY, _FULL = 0.75, 0.92


def gauge_tone(share: float) -> str:
    """Accent, then warning, then bad."""
    return "bad" if share >= _FULL else "warn_fill" if share >= _NEARLY else "accent"


def gauge_words(used: int, size: int, usage: Usage | None) -> str:
    """The figures, what fills the context as far as the newest request says it, and what is left."""
    if not size:
        lines = [f"Context: {tokens(used)} tokens, its size is not known"]
    else:
        lines = [f"Context: {tokens(used)} of {tokens(size)} tokens, {min(100, round(100 * used / size))} %"]
    if usage is not None and 0 < usage.input <= used:
        if usage.cached:
            lines.append(f"{tokens(usage.cached)} read from the cache")
        lines.append(f"{tokens(usage.input - usage.cached)} read anew")
        if usage.output:
            lines.append(f"{tokens(usage.output)} written as answer")
    if size:
        lines.append(f"{tokens(max(0, size - used))} left")
        if used / size >= _NEARLY:
            lines.append("Nearly full: the agent shortens the chat soon")
    return "\n".join(lines)


class ContextGauge(QWidget):
    """Hidden until something is known."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._used, self._size, self._compact = theme, 0, 0, False
        self.setAccessibleName("Context")
        say_role(self, QAccessible.Role.ProgressBar)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()
        theme.changed.connect(self.update)

    def show_usage(self, used: int, size: int, usage: Usage | None = None) -> None:
        """Tokens in the context, its size (0 if unknown), and the request that said so."""
        self._used, self._size = used, size
        words = gauge_words(used, size, usage)
        self.setAccessibleName(words.partition("\n")[0])
        self.setAccessibleDescription(words)
        self.setToolTip(plain_tip(words))
        self.setVisible(used > 0)
        self.updateGeometry()
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Show the share instead of both figures."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def spoken_value(self) -> tuple[float, float]:
        """Tokens in the context, and how many fit."""
        return self._used, max(self._used, self._size)

    @property
    def text(self) -> str:
        """The figures; how full alone where room is short."""
        if self._compact and self._size:
            return f"{min(100, round(100 * self._used / self._size))} %"
        return f"{tokens(self._used)} / {tokens(self._size)}" if self._size else tokens(self._used)

    def sizeHint(self) -> QSize:
        """Ring and figures."""
        return QSize(int(QFontMetricsF(code_font(METRICS.caption)).horizontalAdvance(self.text)) + 24, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ring, filled as far as the context is."""
        theme, share = self._theme, min(1.0, self._used / self._size) if self._size else 0.0
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ring = QRectF(2, self.height() / 2 - 6, 12, 12)
            painter.setPen(QPen(theme.color("bg4"), 2.5))
            painter.drawEllipse(ring)
            painter.setPen(QPen(theme.color(gauge_tone(share)), 2.5))
            painter.drawArc(ring, 90 * 16, int(-360 * 16 * share))
            painter.setPen(theme.color("tx2"))
            painter.setFont(code_font(METRICS.caption))
            box = QRectF(21, 0, self.width() - 21, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.text)
