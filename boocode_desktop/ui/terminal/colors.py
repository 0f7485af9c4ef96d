"""Colours of a terminal from the theme's tokens: the sixteen by name, the rest as given."""

from PySide6.QtGui import QColor

from boocode_desktop.content.terminal.lines import Style
from boocode_desktop.ui.theme.theme import Theme

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
        self._known: dict[str, QColor] = {}

    def forget(self) -> None:
        """The theme changed."""
        self._known.clear()

    def of(self, style: Style) -> tuple[QColor, QColor | None]:
        """Text and surface; no surface means the terminal's own."""
        front = self._color(style.fg, "tx1")
        back = self._color(style.bg, "bg0") if style.bg else None
        if style.reverse:
            return back or self._color("", "bg0"), front
        return front, back

    def _color(self, name: str, default: str) -> QColor:
        key = name or default
        found = self._known.get(key)
        if found is None:
            plain = _TONES.get(name) or (default if not name else "")
            found = self._known[key] = self._theme.color(plain) if plain else QColor(f"#{name}")
        return found
