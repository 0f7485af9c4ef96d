"""The theme on a real application: live switching, icons, fonts."""

import logging
import re

import pytest
from PySide6.QtGui import QFontInfo, QImage, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from boocode_desktop.config.resources import resource_path
from boocode_desktop.ui.theme.fonts import code_font, register_fonts, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import DARK, LIGHT


def test_switching_restyles_what_is_on_screen(qtbot, qapp, theme):
    holder = QWidget()
    qtbot.addWidget(holder)
    line = QLineEdit(holder)
    line.setGeometry(10, 10, 200, 40)
    holder.resize(240, 80)
    holder.show()
    for name, tokens in (("light", LIGHT), ("dark", DARK)):
        theme.apply(qapp, name)
        image = holder.grab().toImage()
        assert image.pixelColor(2, 70).name().upper() == tokens.bg0
        assert image.pixelColor(110, 30).name().upper() == tokens.bg2
        assert qapp.palette().color(QPalette.ColorRole.Link).name().upper() == tokens.accent


def test_changed_is_told_once_and_only_when_something_is_different(qtbot, qapp, theme):
    heard = []
    theme.changed.connect(lambda: heard.append(theme.tokens.name))
    theme.apply(qapp, "dark")
    assert heard == []
    theme.apply(qapp, "light")
    assert heard == ["light"] and not theme.dark
    assert theme.color("bg0").name().upper() == LIGHT.bg0


def test_an_unknown_system_takes_the_fallback(qapp, theme):
    theme.apply(qapp, "system", fallback="light")
    assert theme.tokens is LIGHT
    theme.apply(qapp, "system", fallback="dark")
    assert theme.tokens is DARK


def test_the_bundled_fonts_are_the_ones_shown(qapp):
    assert {"Inter", "JetBrains Mono"} <= set(register_fonts())
    assert QFontInfo(ui_font(13)).family() == "Inter"
    assert QFontInfo(code_font(12)).family() == "JetBrains Mono"


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_icons_are_sharp_at_any_ratio_and_tinted(theme, ratio):
    pixmap = theme.pixmap("check", "ok", 16, ratio)
    assert pixmap.width() == -int(-16 * ratio // 1) and pixmap.devicePixelRatio() == ratio
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    inked = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    strongest = max(inked, key=lambda color: color.alpha())
    assert strongest.alpha() > 200 and strongest.name().upper() == theme.tokens.ok
    assert theme.pixmap("check", "ok", 16, ratio).cacheKey() == pixmap.cacheKey()


def test_a_missing_icon_is_logged_once_and_empty(theme, caplog):
    with caplog.at_level(logging.ERROR):
        image = theme.pixmap("no-such-icon", "ok", 16, 1.0).toImage()
        theme.icon("no-such-icon")
    assert [r.getMessage() for r in caplog.records] == ["there is no icon named no-such-icon"]
    assert all(image.pixelColor(x, 8).alpha() == 0 for x in range(16))


def test_every_icon_that_the_code_names_is_there():
    root = resource_path("").parent
    names = {path.stem for path in resource_path("icons").glob("*.svg")}
    wanted = set()
    for path in (root / "boocode_desktop" / "ui").rglob("*.py"):
        wanted |= set(re.findall(r'icon="([a-z0-9-]+)"', path.read_text(encoding="utf-8")))
    assert wanted and wanted <= names, wanted - names


def test_resources_carry_their_licences():
    assert "ISC" in resource_path("icons/LICENSE").read_text(encoding="utf-8")
    for name in ("Inter", "JetBrainsMono"):
        assert "OPEN FONT LICENSE" in resource_path(f"fonts/{name}-LICENSE.txt").read_text(encoding="utf-8")
    total = sum(path.stat().st_size for path in resource_path("fonts").iterdir())
    assert total < 3_000_000


def test_labels_have_tones_by_property(qtbot, qapp, theme):
    theme.apply(qapp, "dark")
    label = QLabel("quiet")
    label.setProperty("tone", "faint")
    qtbot.addWidget(label)
    label.show()
    assert label.palette().color(QPalette.ColorRole.WindowText).name().upper() == DARK.tx3
    assert isinstance(QApplication.instance(), QApplication) and isinstance(theme, Theme)
