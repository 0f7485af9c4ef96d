"""The bundled fonts: Inter for the interface, JetBrains Mono for code and numbers."""

import logging

from PySide6.QtGui import QFont, QFontDatabase

from boocode_desktop.config.resources import resource_path

_log = logging.getLogger(__name__)
UI_FAMILIES = (
    "Inter",
    "Noto Sans",
    "Segoe UI",
    "Helvetica Neue",
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Color Emoji",
)
CODE_FAMILIES = ("JetBrains Mono", "Noto Sans Mono", "Consolas", "Menlo", "DejaVu Sans Mono", "Noto Color Emoji")


def register_fonts() -> list[str]:
    """Make the bundled faces known to Qt (about 3 ms); the families that were registered."""
    found: set[str] = set()
    for path in sorted(resource_path("fonts").glob("*.[ot]tf")):
        number = QFontDatabase.addApplicationFont(str(path))
        if number < 0:
            _log.warning("the font %s cannot be read; another one is shown instead", path.name)
            continue
        found.update(QFontDatabase.applicationFontFamilies(number))
    return sorted(found)


def ui_font(px: int = 13, weight: int = 400, *, tabular: bool = False) -> QFont:
    """Inter at a pixel size; weights are 400, 500 and 600. `tabular` makes digits equally wide."""
    font = QFont()
    font.setFamilies(list(UI_FAMILIES))
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def code_font(px: int = 12, *, bold: bool = False) -> QFont:
    """JetBrains Mono without ligatures, so that `!=` and `--` keep their shapes."""
    font = QFont()
    font.setFamilies(list(CODE_FAMILIES))
    font.setPixelSize(px)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    for tag in ("calt", "liga", "clig"):
        font.setFeature(QFont.Tag(tag), 0)
    return font
