"""The design tokens of both themes as plain values: colours as `#RRGGBB`, lengths in px, times in ms."""

from dataclasses import dataclass
from typing import Literal

ThemeName = Literal["dark", "light"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Tokens:
    """The colours of one theme.

    `bg0` canvas, `bg1` panel, `bg2` card and input, `bg3` hover and selected, `bg4` pressed and track; `line0..2`
    rules from faint to strong; `tx1..3` text from strong to faint (`tx3` only on bg0 to bg2); `accent` for text and
    icons, `accent_fill` under `on_accent`; `ok`, `warn`, `bad`, `info` tones with a soft surface each; `trace_*` fills
    of charts; `syn_*` syntax.
    """

    name: ThemeName
    bg0: str
    bg1: str
    bg2: str
    bg3: str
    bg4: str
    code: str
    user: str
    line0: str
    line1: str
    line2: str
    tx1: str
    tx2: str
    tx3: str
    accent: str
    accent_fill: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    warn_fill: str
    bad: str
    bad_soft: str
    info: str
    info_soft: str
    add_bg: str
    add_word: str
    del_bg: str
    del_word: str
    trace_model: str
    trace_tool: str
    trace_io: str
    trace_wait: str
    trace_err: str
    trace_agent: str
    syn_kw: str
    syn_st: str
    syn_num: str
    syn_fn: str
    syn_cm: str
    syn_ty: str
    syn_op: str
    shadow_alpha: int

    def color(self, tone: str) -> str:
        """The colour of a tone by its field name.

        Raises:
            KeyError: there is no such tone.
        """
        value = getattr(self, tone, None) if tone in self.__slots__ else None
        if not isinstance(value, str) or not value.startswith("#"):
            raise KeyError(tone)
        return value


DARK = Tokens(
    name="dark",
    bg0="#0F1014",
    bg1="#15171C",
    bg2="#1B1E25",
    bg3="#242832",
    bg4="#2D323E",
    code="#121419",
    user="#23253A",
    line0="#20232B",
    line1="#2B303A",
    line2="#414856",
    tx1="#E9EBF1",
    tx2="#AEB5C3",
    tx3="#8A92A2",
    accent="#9B8CFF",
    accent_fill="#6A5AE8",
    accent_hover="#7061EC",
    accent_soft="#272344",
    on_accent="#FFFFFF",
    ok="#4CC790",
    ok_soft="#14291F",
    warn="#F0B856",
    warn_soft="#2E2615",
    warn_fill="#F0B856",
    bad="#F4727C",
    bad_soft="#331A1E",
    info="#62AEFF",
    info_soft="#16273B",
    add_bg="#12261D",
    add_word="#1F5138",
    del_bg="#2C181B",
    del_word="#5E2830",
    trace_model="#8F80F8",
    trace_tool="#3FA9CF",
    trace_io="#46B684",
    trace_wait="#4A5160",
    trace_err="#F4727C",
    trace_agent="#6AD4CA",
    syn_kw="#C4A7FF",
    syn_st="#93D9A8",
    syn_num="#F2B97E",
    syn_fn="#82BDFF",
    syn_cm="#8791A2",
    syn_ty="#6AD4CA",
    syn_op="#AEB5C3",
    shadow_alpha=170,
)
LIGHT = Tokens(
    name="light",
    bg0="#FFFFFF",
    bg1="#F6F7F9",
    bg2="#FFFFFF",
    bg3="#EDEFF3",
    bg4="#E2E5EC",
    code="#F6F7F9",
    user="#F0EFFC",
    line0="#ECEEF2",
    line1="#DDE1E8",
    line2="#BFC6D2",
    tx1="#171A21",
    tx2="#4B5363",
    tx3="#646C7C",
    accent="#5B4AD8",
    accent_fill="#5B4AD8",
    accent_hover="#4C3CC4",
    accent_soft="#ECE9FD",
    on_accent="#FFFFFF",
    ok="#187A4C",
    ok_soft="#E5F5EC",
    warn="#8F5C00",
    warn_soft="#FCF2DC",
    warn_fill="#E2A22C",
    bad="#C02F3B",
    bad_soft="#FCE8EA",
    info="#1B66C4",
    info_soft="#E6F0FC",
    add_bg="#E7F6ED",
    add_word="#B9E6CB",
    del_bg="#FDECEE",
    del_word="#F7C5CA",
    trace_model="#7566E8",
    trace_tool="#2B93BA",
    trace_io="#2E9C6B",
    trace_wait="#C3C9D4",
    trace_err="#D64550",
    trace_agent="#0E7F78",
    syn_kw="#7A3FD0",
    syn_st="#1C7842",
    syn_num="#A05700",
    syn_fn="#1B5FBF",
    syn_cm="#646C7B",
    syn_ty="#0C7670",
    syn_op="#4B5363",
    shadow_alpha=46,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Metrics:
    """Lengths in px and times in ms, the same in both themes."""

    space: tuple[int, ...] = (2, 4, 6, 8, 12, 16, 20, 24, 32)
    radius_chip: int = 4
    radius_tool: int = 6
    radius_button: int = 7
    radius_input: int = 8
    radius_card: int = 9
    radius_bubble: int = 12
    radius_popup: int = 10
    icon_button: int = 28
    button: int = 28
    composer_button: int = 30
    row_button: int = 26
    input: int = 34
    dock_title: int = 36
    session_row: int = 46
    trace_row: int = 28
    code_line: int = 20
    sidebar: int = 272
    column: int = 780
    composer: int = 812
    right_dock: int = 392
    bottom_dock: int = 268
    status_bar: int = 26
    caption: int = 11
    meta: int = 12
    ui: int = 13
    body: int = 14
    h3: int = 15
    h2: int = 18
    h1: int = 22
    code: int = 12
    line_height: float = 1.52
    fast_ms: int = 90
    spin_ms: int = 1000


METRICS = Metrics()


def mix(under: str, over: str, share: float) -> str:
    """`share` (0 to 1) of `over` on `under`; both `#RRGGBB`."""
    pairs = [(int(under[i : i + 2], 16), int(over[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def luminance(color: str) -> float:
    """The relative luminance (WCAG 2) of `#RRGGBB`."""
    linear = []
    for i in (1, 3, 5):
        c = int(color[i : i + 2], 16) / 255
        linear.append(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """The contrast ratio (WCAG 2) of two colours, 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)
