"""The sign of an agent: a rounded square in its tone with its icon, the same everywhere."""

import zlib

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import mix
from boocode_desktop.ui.widgets.pixels import whole

_KNOWN = {
    "boocode": ("ghost", "accent"),
    "tour": ("route", "info"),
    "opencode": ("square-code", "info"),
    "qwen": ("feather", "syn_ty"),
    "goose": ("bird", "warn"),
    "claude": ("asterisk", "syn_num"),
    "codex": ("box", "ok"),
    "gemini": ("sparkle", "info"),
    "you": ("user", "tx2"),
    "kimi": ("moon", "info"),
    "auggie": ("scan-search", "ok"),
    "cline": ("square-chevron-right", "syn_num"),
    "copilot": ("code-xml", "info"),
    "cursor": ("navigation", "accent"),
    "droid": ("cpu", "warn"),
    "grok": ("slash", "syn_ty"),
    "junie": ("flask-conical", "ok"),
    "kilo": ("layers", "syn_num"),
    "openhands": ("hand", "warn"),
    "vibe": ("activity", "accent"),
}
"""An icon and a tone of our own for each; none is anybody's mark."""


def agent_sign(agent: str) -> tuple[str, str]:
    """The icon and the tone of an agent by its name; one that is not known gets a tone of its own."""
    name = agent.lower()
    for key, sign in _KNOWN.items():
        if name == key or name.startswith((f"{key}-", f"{key} ", f"{key}_")):
            return sign
    tones = ("accent", "info", "syn_ty", "syn_num", "ok")
    return "bot", tones[zlib.crc32(name.encode()) % len(tones)]


def paint_badge(painter: QPainter, theme: Theme, rect: QRectF, agent: str) -> None:
    """Draw the sign into the square `rect`."""
    icon, tone = agent_sign(agent)
    t = theme.tokens
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(mix(t.bg0, t.color(tone), 0.20 if theme.dark else 0.14)))
    painter.drawRoundedRect(rect, rect.width() / 4, rect.width() / 4)
    size = whole(rect.width() * 0.64)
    at = QPointF(whole(rect.center().x() - size / 2), whole(rect.center().y() - size / 2))
    painter.drawPixmap(at, theme.pixmap(icon, tone, size, painter.device().devicePixelRatio()))
    painter.restore()


class AgentBadge(QWidget):
    """The sign as a widget."""

    def __init__(self, theme: Theme, agent: str, *, size: int = 24, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._agent, self._size = theme, agent, size
        self.setFixedSize(size, size)
        self.setAccessibleName(agent)
        theme.changed.connect(self.update)

    def set_agent(self, agent: str) -> None:
        """Show another agent."""
        self._agent = agent
        self.setAccessibleName(agent)
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sign."""
        with QPainter(self) as painter:
            paint_badge(painter, self._theme, QRectF(self.rect()), self._agent)
