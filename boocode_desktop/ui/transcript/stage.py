"""Everything the transcript needs apart from the widget: rows, where they are, who paints them, what is selected."""

import logging
import time
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from boocode_desktop.domain.transcript import AskEntry
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.blocks import Blocks, Place
from boocode_desktop.ui.transcript.canvas import Canvas, Ink
from boocode_desktop.ui.transcript.card_painters import FailurePainter, FootPainter, HeadPainter
from boocode_desktop.ui.transcript.documents import Documents
from boocode_desktop.ui.transcript.folds import Folds
from boocode_desktop.ui.transcript.highlighter import Highlighter
from boocode_desktop.ui.transcript.image_painter import ImagePainter
from boocode_desktop.ui.transcript.images import Images
from boocode_desktop.ui.transcript.note_painters import EndPainter, NotePainter
from boocode_desktop.ui.transcript.painting import RowPainter, RowState, Spot
from boocode_desktop.ui.transcript.row_builder import RowBuilder
from boocode_desktop.ui.transcript.rows import (
    AgentBody,
    AskBody,
    BubbleBody,
    CodeBody,
    EndBody,
    FailureBody,
    FootBody,
    HeadBody,
    ImageBody,
    NoteBody,
    PlanBody,
    Row,
    TextBody,
)
from boocode_desktop.ui.transcript.scroller import Scroller, Seen
from boocode_desktop.ui.transcript.selection import Selection, TextOf, TextPlace
from boocode_desktop.ui.transcript.text_painters import BubblePainter, CodePainter, TextPainter
from boocode_desktop.ui.transcript.turn_painters import AgentPainter, PlanPainter

_log = logging.getLogger(__name__)
SIDE = 20
BROKEN_HEIGHT = 35


class AskPlace(RowPainter):
    """The room of a question's widget."""

    def __init__(self, height: Callable[[AskEntry, int], int]) -> None:
        self._height = height

    def height(self, row: Row, width: int) -> int:
        """What the widget needs."""
        assert isinstance(row.body, AskBody)
        return self._height(row.body.ask, width)

    def paint(self, _painter: QPainter, _row: Row, _rect: QRectF, _state: RowState) -> None:
        """The widget paints itself."""

    def words(self, row: Row) -> str:
        """What is asked."""
        assert isinstance(row.body, AskBody)
        return f"Question, waiting for you: {row.body.ask.request.title}"


class Stage:
    """The rows of one transcript on screen. All points are in viewport px."""

    def __init__(
        self,
        theme: Theme,
        highlighter: Highlighter,
        images: Images,
        ask_height: Callable[[AskEntry, int], int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.theme = theme
        self.canvas = Canvas(theme, clock)
        self.documents = Documents(theme, highlighter)
        self.folds = Folds()
        self.blocks = Blocks(RowBuilder(self.folds, clock), self._measure, self.documents.forget)
        self.scroller = Scroller(self.blocks)
        self.selection = Selection(self.blocks, self.text_of)
        self.left, self.width = SIDE, METRICS.column
        self.pinned: frozenset[str] = frozenset()
        self.find = ""
        self._broken: set[str] = set()
        self._painters = self._all_painters(images, ask_height)

    def resize(self, width: int, height: int) -> None:
        """The viewport has this size now."""
        column = max(160, min(METRICS.column, width - 2 * SIDE))
        self.left = max(0, (width - column) // 2)
        self.scroller.height = height
        if column != self.width:
            anchor = self.scroller.anchor
            self.width = column
            self.blocks.resize(column)
            self.scroller.restore(anchor)
        self.scroller.settle()

    def row(self, place: Place) -> Row:
        """The row at a place."""
        return self.blocks.row(place)

    def rect(self, seen: Seen) -> QRectF:
        """Where a row is painted, without its gap."""
        gap = self.row(seen.place).gap
        return QRectF(self.left, seen.y + gap, self.width, seen.height - gap)

    def painter(self, row: Row) -> RowPainter:
        """Who paints a row."""
        return self._painters[type(row.body)]

    def seen_at(self, y: float) -> Seen | None:
        """The row at a height, gap included."""
        return next((seen for seen in self.scroller.seen() if seen.y <= y < seen.y + seen.height), None)

    def spots(self, seen: Seen) -> list[Spot]:
        """What can be clicked in a row."""
        row = self.row(seen.place)
        return self.painter(row).spots(row, self.rect(seen))

    def spot_at(self, point: QPointF) -> tuple[Seen, Spot] | None:
        """The clickable thing under a point; the smallest where they overlap."""
        seen = self.seen_at(point.y())
        if seen is None:
            return None
        found = [spot for spot in self.spots(seen) if spot.rect.contains(point)]
        return (seen, min(found, key=lambda spot: spot.rect.width())) if found else None

    def link_at(self, point: QPointF) -> str:
        """The address of the link under a point, or ""."""
        seen = self.seen_at(point.y())
        if seen is None:
            return ""
        row = self.row(seen.place)
        text = self.painter(row).text(row, self.rect(seen))
        return text[0].link(point - text[1]) if text is not None else ""

    def text_at(self, point: QPointF) -> TextPlace | None:
        """The character nearest to a point, in the row at its height."""
        seen = self.seen_at(point.y())
        if seen is None:
            rows = self.scroller.seen()
            if not rows:
                return None
            seen = rows[0] if point.y() < 0 else rows[-1]
        row = self.row(seen.place)
        text = self.painter(row).text(row, self.rect(seen))
        position = text[0].hit(point - text[1]) if text is not None else 0
        return TextPlace(self.blocks.entry(seen.place.block).id, seen.place.row, position)

    def over_text(self, point: QPointF) -> bool:
        """Whether text that can be selected is under a point."""
        seen = self.seen_at(point.y())
        if seen is None or not self.rect(seen).contains(point):
            return False
        row = self.row(seen.place)
        text = self.painter(row).text(row, self.rect(seen))
        return text is not None and point.x() >= text[1].x() - 8

    def text_of(self, place: Place) -> TextOf:
        """A row's text for selection: laid out characters, or words where there are none."""
        row = self.row(place)
        painter = self.painter(row)
        laid = painter.text(row, QRectF(self.left, 0, self.width, 10))
        return (laid[0] if laid is not None else None, row)

    def words(self, place: Place) -> str:
        """What a screen reader says of a row."""
        row = self.row(place)
        return self.painter(row).words(row)

    def paint(self, painter: QPainter, clip: QRectF, state: Callable[[Seen, QRectF], RowState]) -> None:
        """Paint every row that meets `clip`; one that fails leaves a line in the log and on screen."""
        painter.fillRect(clip, self.theme.color("bg0"))
        for seen in self.scroller.seen():
            if seen.y + seen.height < clip.top() or seen.y > clip.bottom():
                continue
            rect = self.rect(seen)
            painter.save()
            try:
                row = self.row(seen.place)
                self.painter(row).paint(painter, row, rect, state(seen, clip))
            except Exception as error:
                self._fail(seen.place, "painting", error)
            finally:
                painter.restore()
            entry_id = self.row(seen.place).entry_id
            if entry_id in self._broken:
                self._paint_broken(painter, rect)
            if entry_id in self.pinned and not seen.place.row:
                self.canvas.icon(painter, "pin", "accent", rect.left() - 18, rect.top() + 5, 13)

    def _paint_broken(self, painter: QPainter, rect: QRectF) -> None:
        words = "This part cannot be shown. It is kept; the log says why."
        self.canvas.text(painter, rect, words, Ink(tone="tx3", px=12))

    def _measure(self, row: Row) -> int:
        if row.entry_id in self._broken:
            return row.gap + BROKEN_HEIGHT
        try:
            return row.gap + self.painter(row).height(row, self.width)
        except Exception as error:
            self._fail_row(row, "measuring", error)
            return row.gap + BROKEN_HEIGHT

    def _fail(self, place: Place, what: str, error: Exception) -> None:
        self._fail_row(self.row(place), what, error)

    def _fail_row(self, row: Row, what: str, error: Exception) -> None:
        if row.entry_id not in self._broken:
            self._broken.add(row.entry_id)
            _log.error("%s %s of %s failed", what, type(row.body).__name__, row.entry_id, exc_info=error)

    def _all_painters(
        self, images: Images, ask_height: Callable[[AskEntry, int], int]
    ) -> dict[type[object], RowPainter]:
        canvas, documents = self.canvas, self.documents
        return {
            AgentBody: AgentPainter(canvas),
            AskBody: AskPlace(ask_height),
            BubbleBody: BubblePainter(canvas, documents),
            CodeBody: CodePainter(canvas, documents),
            EndBody: EndPainter(canvas),
            FailureBody: FailurePainter(canvas),
            FootBody: FootPainter(canvas),
            HeadBody: HeadPainter(canvas),
            ImageBody: ImagePainter(canvas, images),
            NoteBody: NotePainter(canvas),
            PlanBody: PlanPainter(canvas),
            TextBody: TextPainter(canvas, documents),
        }
