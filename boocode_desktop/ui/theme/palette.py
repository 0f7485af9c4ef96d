"""The Qt palette of a theme. The style sheet names only these roles, so a switch is one `setPalette`."""

from PySide6.QtGui import QColor, QPalette

from boocode_desktop.ui.theme.tokens import Tokens


def palette_of(tokens: Tokens) -> QPalette:
    """All roles from tokens; disabled text is tx3."""
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.bg0,
        role.WindowText: tokens.tx1,
        role.Base: tokens.bg2,
        role.AlternateBase: tokens.bg1,
        role.Text: tokens.tx1,
        role.PlaceholderText: tokens.tx3,
        role.Button: tokens.bg3,
        role.ButtonText: tokens.tx1,
        role.BrightText: tokens.tx2,
        role.Light: tokens.bg4,
        role.Midlight: tokens.line0,
        role.Mid: tokens.line1,
        role.Dark: tokens.line2,
        role.Shadow: tokens.tx3,
        role.Highlight: tokens.accent_fill,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent_soft,
        role.ToolTipBase: tokens.bg2,
        role.ToolTipText: tokens.tx1,
        role.Accent: tokens.accent_fill,
    }
    palette = QPalette()
    for key, value in colors.items():
        palette.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(tokens.tx3))
    return palette
