"""Every pair of text and surface that the patterns allow is readable; the tokens need no Qt."""

import re
import subprocess
import sys
from dataclasses import fields

import pytest

from boocode_desktop.ui.theme.tokens import DARK, LIGHT, Tokens, contrast, luminance, mix

THEMES = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda t: t.name)
SURFACES = ("bg0", "bg1", "bg2", "bg3", "user", "code")


@THEMES
@pytest.mark.parametrize("surface", SURFACES)
def test_strong_text_is_readable_on_every_surface(tokens: Tokens, surface: str):
    assert contrast(tokens.tx1, tokens.color(surface)) >= 12
    assert contrast(tokens.tx2, tokens.color(surface)) >= 6


@THEMES
@pytest.mark.parametrize("surface", ["bg0", "bg1", "bg2"])
def test_faint_text_and_tones_are_readable_on_the_surfaces_they_may_stand_on(tokens: Tokens, surface: str):
    for tone in ("tx3", "accent", "ok", "warn", "bad", "info"):
        assert contrast(tokens.color(tone), tokens.color(surface)) >= 4.5, tone


@THEMES
def test_each_tone_is_readable_on_its_own_soft_surface(tokens: Tokens):
    for tone in ("accent", "ok", "warn", "bad", "info"):
        assert contrast(tokens.color(tone), tokens.color(f"{tone}_soft")) >= 4.5, tone
    assert contrast(tokens.on_accent, tokens.accent_fill) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent_hover) >= 4.5


@THEMES
def test_syntax_is_readable_on_code_and_on_diff_lines(tokens: Tokens):
    for tone in ("syn_kw", "syn_st", "syn_num", "syn_fn", "syn_cm", "syn_ty", "syn_op"):
        for surface in ("code", "bg1", "bg3", "user", "add_bg", "del_bg"):
            assert contrast(tokens.color(tone), tokens.color(surface)) >= 4.5, (tone, surface)
    for surface in ("add_word", "del_word"):
        assert contrast(tokens.tx1, tokens.color(surface)) >= 7, surface


@THEMES
def test_every_colour_is_a_full_hexadecimal(tokens: Tokens):
    for field in fields(tokens):
        if field.name not in ("name", "shadow_alpha"):
            assert re.fullmatch(r"#[0-9A-F]{6}", tokens.color(field.name)), field.name


@pytest.mark.parametrize("tone", ["nope", "name", "shadow_alpha", "color", "__class__"])
def test_an_unknown_tone_is_refused(tone: str):
    with pytest.raises(KeyError):
        DARK.color(tone)


def test_mixing_goes_from_one_colour_to_the_other():
    assert mix("#000000", "#FFFFFF", 0) == "#000000"
    assert mix("#000000", "#FFFFFF", 1) == "#FFFFFF"
    assert mix("#102030", "#304050", 0.5) == "#203040"
    assert luminance("#FFFFFF") == pytest.approx(1)
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_the_tokens_load_without_qt():
    code = "import sys; import boocode_desktop.ui.theme.tokens; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
