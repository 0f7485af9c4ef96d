"""What every row painter offers, and the frames they share."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.laid_text import LaidText
from boocode_desktop.ui.transcript.rows import ActionButton, Frame, Row
from boocode_desktop.ui.widgets.pixels import whole

TOOL = 26


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do with a row: `act` names it, `value` is its object."""

    act: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place that can be clicked; `name` is its tool tip and what screen readers say."""

    rect: QRectF
    action: Action
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowState:
    """How a row is met now: selected characters, the mouse over it, the keyboard on it, the spot under the mouse,
    the words that are looked for."""

    selection: tuple[int, int] | None = None
    hovered: bool = False
    focused: bool = False
    spot: Action | None = None
    find: str = ""
    clip: QRectF


class RowPainter:
    """Draws rows of one kind. Rectangles are without the row's gap."""

    def height(self, row: Row, width: int) -> int:
        """The height at a column width, without the gap."""
        raise NotImplementedError

    def paint(self, painter: QPainter, row: Row, rect: QRectF, state: RowState) -> None:
        """Draw into `rect`."""
        raise NotImplementedError

    def spots(self, _row: Row, _rect: QRectF) -> list[Spot]:
        """What can be clicked."""
        return []

    def text(self, _row: Row, _rect: QRectF) -> tuple[LaidText, QPointF] | None:
        """The text that can be selected, and where it begins; None if there is none."""
        return None

    def live_rect(self, _row: Row, rect: QRectF) -> QRectF:
        """The part of a live row that changes with time."""
        return rect

    def words(self, _row: Row) -> str:
        """What a screen reader says."""
        return ""


def tool_rects(count: int, right: float, middle: float) -> list[QRectF]:
    """Where so many buttons that are icons alone stand, the last one at `right`."""
    return [QRectF(right - (count - at) * TOOL, middle - TOOL / 2, TOOL - 2, TOOL) for at in range(count)]


def paint_tools(
    painter: QPainter, theme: Theme, tools: tuple[ActionButton, ...], rects: list[QRectF], spot: Action | None
) -> None:
    """Buttons that are icons alone; the one that is met has a back."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ratio = painter.device().devicePixelRatio()
    for tool, rect in zip(tools, rects, strict=True):
        met = spot == Action(tool.act, tool.value)
        if met:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg3"))
            painter.drawRoundedRect(rect, METRICS.radius_tool, METRICS.radius_tool)
        at = QPointF(whole(rect.center().x() - 7), whole(rect.center().y() - 7))
        painter.drawPixmap(at, theme.pixmap(tool.icon, "tx1" if met else "tx2", 14, ratio))


def tool_spots(tools: tuple[ActionButton, ...], rects: list[QRectF]) -> list[Spot]:
    """The same as places to click."""
    pairs = zip(tools, rects, strict=True)
    return [Spot(rect=rect, action=Action(tool.act, tool.value), name=tool.text) for tool, rect in pairs]


def paint_frame(
    painter: QPainter,
    theme: Theme,
    rect: QRectF,
    frame: Frame,
    *,
    surface: str = "bg1",
    line: str = "line1",
    radius: float = METRICS.radius_card,
) -> None:
    """Draw a row's part of its card: a whole one, its top, its middle or its bottom."""
    if frame == "none":
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    above = 0 if frame in ("single", "top") else radius + 2
    below = 0 if frame in ("single", "bottom") else radius + 2
    painter.setPen(QPen(theme.color(line), 1))
    painter.setBrush(theme.color(surface))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5 - above, -0.5, -0.5 + below), radius, radius)
    painter.restore()


def paint_rule(painter: QPainter, theme: Theme, x: float, y: float, width: float, tone: str = "line0") -> None:
    """A hairline at the top of a card's part."""
    painter.fillRect(QRectF(x, y, width, 1), theme.color(tone))
