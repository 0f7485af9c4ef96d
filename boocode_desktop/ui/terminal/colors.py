"""Colours of a terminal from the theme's tokens: the sixteen by name, the rest as given, all of them readable."""

from PySide6.QtGui import QColor

from boocode_desktop.content.terminal.styles import Style
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import contrast, mix

READABLE = 4.5
"""The contrast that text has at least, whatever its program asks for."""
_DIM = 0.4
_STEPS = 10
_KNOWN_LIMIT = 4096
_TONES = {
    "black": "bg4", "red": "bad", "green": "ok", "yellow": "warn", "blue": "info", "magenta": "accent",
    "cyan": "syn_ty", "white": "tx2", "brightblack": "tx3", "brightred": "trace_err", "brightgreen": "syn_st",
    "brightyellow": "syn_num", "brightblue": "syn_fn", "brightmagenta": "syn_kw", "brightcyan": "trace_agent",
    "brightwhite": "tx1",
}  # fmt: skip


class TerminalColors:
    """Looks up the colours of a style, each once per theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._known: dict[tuple[Style, bool], tuple[QColor, QColor | None]] = {}

    def forget(self) -> None:
        """The theme changed."""
        self._known.clear()

    def of(self, style: Style, *, drawing: bool = False) -> tuple[QColor, QColor | None]:
        """Text and surface; no surface means the terminal's own. What is drawn, not read, has its colour as given."""
        key = (style, drawing)
        found = self._known.get(key)
        if found is None:
            if len(self._known) > _KNOWN_LIMIT:
                self._known.clear()
            found = self._known[key] = self._look_up(style, drawing=drawing)
        return found

    def _look_up(self, style: Style, *, drawing: bool) -> tuple[QColor, QColor | None]:
        canvas = self._theme.tokens.color("bg0")
        front = self._name(style.fg, "tx1")
        back = self._name(style.bg, "bg0") if style.bg else ""
        if style.reverse:
            front, back = back or canvas, front
        if style.dim:
            front = mix(front, back or canvas, _DIM)
        if not drawing:
            front = readable(front, back or canvas)
        return QColor(front), QColor(back) if back else None

    def _name(self, name: str, default: str) -> str:
        tone = _TONES.get(name) or ("" if name else default)
        return self._theme.tokens.color(tone) if tone else f"#{name}"


def readable(front: str, back: str) -> str:
    """The colour of a text, moved away from its surface until it can be read."""
    if contrast(front, back) >= READABLE:
        return front
    end = "#FFFFFF" if contrast("#FFFFFF", back) > contrast("#000000", back) else "#000000"
    steps = (mix(front, end, step / _STEPS) for step in range(1, _STEPS))
    return next((color for color in steps if contrast(color, back) >= READABLE), end)
