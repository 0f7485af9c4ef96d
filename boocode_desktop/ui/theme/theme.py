"""The theme in force: tokens, colours and icons for whoever paints, and the switch between dark and light."""

from typing import Literal

from PySide6 import QtCore
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from boocode_desktop.config.resources import resource_path
from boocode_desktop.ui.theme.fonts import register_fonts, ui_font
from boocode_desktop.ui.theme.icons import Icons
from boocode_desktop.ui.theme.motion import Motion
from boocode_desktop.ui.theme.palette import palette_of
from boocode_desktop.ui.theme.stylesheet import style_sheet
from boocode_desktop.ui.theme.tokens import DARK, LIGHT, ThemeName, Tokens

ThemeChoice = Literal["system", "dark", "light"]


class Theme(QObject):
    """What everything on screen is painted with.

    Signals:
        changed: the tokens are other ones now; whoever paints or holds icons updates.
    """

    changed = Signal()

    def __init__(self, *, reduced_motion: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tokens: Tokens = DARK
        self.choice: ThemeChoice = "system"
        self.motion = Motion(chosen=reduced_motion, parent=self)
        self.text_size = 100  # In percent, for the next start: Qt takes it only before anything is made.
        self.icons = Icons(resource_path("icons"))
        self._fallback: ThemeName = "dark"
        self._colors: dict[str, QColor] = {}
        self._app: QApplication | None = None
        self._dressed = False

    def apply(self, app: QApplication, choice: ThemeChoice = "system", *, fallback: ThemeName = "dark") -> None:
        """Dress the application, which was made with the Fusion style, now and whenever the system changes.

        `fallback` is used for `system` where the system does not say (bare X11, offscreen).
        """
        self.choice, self._fallback = choice, fallback
        if self._app is None:
            self._app = app
            register_fonts()
            app.setFont(ui_font(13))
            self.motion.settle()
            app.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._dress(app, self._wanted(app))

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing may move, by choice or because the system says so; setting it is the choice."""
        return self.motion.reduced

    @reduced_motion.setter
    def reduced_motion(self, chosen: bool) -> None:
        self.motion.choose(chosen)

    @property
    def dark(self) -> bool:
        """Whether the dark tokens are in force."""
        return self.tokens.name == "dark"

    def color(self, tone: str) -> QColor:
        """A token, or a literal `#RRGGBB`, as a colour for painting; do not change it."""
        found = self._colors.get(tone)
        if found is None:
            found = self._colors[tone] = QColor(tone if tone.startswith("#") else self.tokens.color(tone))
        return found

    def icon(self, name: str, tone: str = "tx2", size: int = 16) -> QIcon:
        """A tinted icon; ask again after `changed`."""
        return self.icons.icon(name, self.color(tone).name(), size)

    def pixmap(self, name: str, tone: str, size: int, ratio: float) -> QPixmap:
        """A tinted icon for painting at a device pixel ratio."""
        return self.icons.pixmap(name, self.color(tone).name(), size, ratio)

    def _wanted(self, app: QApplication) -> Tokens:
        name: str = self.choice
        if name == "system":
            scheme = app.styleHints().colorScheme()
            known = {QtCore.Qt.ColorScheme.Dark: "dark", QtCore.Qt.ColorScheme.Light: "light"}
            name = known.get(scheme, self._fallback)
        return LIGHT if name == "light" else DARK

    def _dress(self, app: QApplication, tokens: Tokens) -> None:
        if self._dressed and tokens is self.tokens:
            return
        self._dressed, self.tokens, self._colors = True, tokens, {}
        app.setPalette(palette_of(tokens))
        # Setting it again is what makes Qt resolve the palette roles in it anew (80 ms with 600 widgets).
        app.setStyleSheet(style_sheet(resource_path("icons/controls")))
        self.changed.emit()

    def _on_system_scheme_changed(self) -> None:
        if self._app is not None and self.choice == "system":
            self._dress(self._app, self._wanted(self._app))
