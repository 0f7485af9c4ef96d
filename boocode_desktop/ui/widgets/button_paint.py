"""How a button looks: used by the button widgets and by views that paint their own actions."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS, mix
from boocode_desktop.ui.widgets.pixels import whole

ButtonKind = Literal["sec", "flat", "stop", "ok", "primary", "outline"]
PAD, GAP, ICON = 11, 6, 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonLook:
    """What a button shows. `sec` filled, `flat` text only, `stop` and `ok` tinted, `outline` framed."""

    text: str
    kind: ButtonKind = "sec"
    icon: str = ""
    hint: str = ""
    trailing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonState:
    """How the button is met right now."""

    hovered: bool = False
    pressed: bool = False
    focused: bool = False
    enabled: bool = True


def text_font(look: ButtonLook) -> QFont:
    """The label's font: weight 500, 600 where it is the one primary action."""
    return ui_font(METRICS.ui, 600 if look.kind in ("primary", "stop", "ok") else 500)


def hint_font() -> QFont:
    """The font of a key hint."""
    return ui_font(METRICS.caption, 500)


def button_width(look: ButtonLook) -> float:
    """The width that fits the look."""
    width = 2.0 * PAD + (0 if look.text else -PAD / 2)
    width += QFontMetricsF(text_font(look)).horizontalAdvance(look.text)
    for extra in (look.icon, look.trailing):
        width += ICON + (GAP if look.text else 0) if extra else 0
    if look.hint:
        width += GAP + QFontMetricsF(hint_font()).horizontalAdvance(look.hint)
    return width


def _surface(theme: Theme, kind: ButtonKind, state: ButtonState) -> QColor | None:
    t = theme.tokens
    rest, hover = {
        "sec": (t.bg3, t.bg4),
        "flat": ("", t.bg3),
        "outline": (t.bg2, t.bg3),
        "stop": (t.bad_soft, mix(t.bad_soft, t.bad, 0.14)),
        "ok": (t.ok_soft, mix(t.ok_soft, t.ok, 0.14)),
        "primary": (t.accent_fill, t.accent_hover),
    }[kind]
    if not state.enabled:
        return theme.color(t.bg1) if kind != "flat" else None
    color = hover if state.hovered or state.pressed else rest
    if state.pressed and color:
        color = mix(color, t.bg0, 0.18)
    return theme.color(color) if color else None


def _ink(theme: Theme, kind: ButtonKind, state: ButtonState) -> QColor:
    if not state.enabled:
        return theme.color("tx3")
    if kind == "flat":
        return theme.color("tx1" if state.hovered else "tx2")
    tone = {"primary": "on_accent", "stop": "bad", "ok": "ok"}.get(kind, "tx1")
    if kind in ("stop", "ok") and (state.hovered or state.pressed):
        # Their surface comes nearer to the tone, so the text moves away from it.
        return theme.color(mix(theme.tokens.color(tone), theme.tokens.tx1, 0.35))
    return theme.color(tone)


def paint_button(painter: QPainter, theme: Theme, rect: QRectF, look: ButtonLook, state: ButtonState) -> None:
    """Draw the button into `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = METRICS.radius_button
    surface = _surface(theme, look.kind, state)
    painter.setPen(QPen(theme.color("line1"), 1) if look.kind == "outline" else Qt.PenStyle.NoPen)
    painter.setBrush(surface if surface is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    if state.focused:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("tx1" if look.kind == "primary" else "accent"), 1.5))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
    _paint_content(painter, theme, rect, look, state)
    painter.restore()


def _paint_content(painter: QPainter, theme: Theme, rect: QRectF, look: ButtonLook, state: ButtonState) -> None:
    ink = _ink(theme, look.kind, state)
    x = rect.center().x() - button_width(look) / 2 + (PAD if look.text else PAD * 0.75)
    if look.icon:
        x = _paint_icon(painter, theme, rect, look.icon, ink, x) + (GAP if look.text else 0)
    painter.setPen(ink)
    painter.setFont(text_font(look))
    painter.drawText(QRectF(x, rect.top(), rect.right() - x, rect.height()), Qt.AlignmentFlag.AlignVCenter, look.text)
    x += QFontMetricsF(text_font(look)).horizontalAdvance(look.text) + GAP
    if look.hint:
        painter.setFont(hint_font())
        if look.kind not in ("primary", "stop", "ok") and state.enabled:
            painter.setPen(theme.color("tx2"))
        box = QRectF(x, rect.top(), rect.right() - x, rect.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, look.hint)
        x += QFontMetricsF(hint_font()).horizontalAdvance(look.hint) + GAP
    if look.trailing:
        _paint_icon(painter, theme, rect, look.trailing, ink, x)


def _paint_icon(painter: QPainter, theme: Theme, rect: QRectF, name: str, ink: QColor, x: float) -> float:
    pixmap = theme.pixmap(name, ink.name(), ICON, painter.device().devicePixelRatio())
    painter.drawPixmap(QPointF(whole(x), whole(rect.center().y() - ICON / 2)), pixmap)
    return x + ICON
