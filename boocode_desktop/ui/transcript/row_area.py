"""Rows in a scroll area: scrolls by moving pixels, paints only what is new, keeps what is seen in its place."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.ask_overlay import AskOverlay, AskSpot
from boocode_desktop.ui.transcript.background import Background
from boocode_desktop.ui.transcript.blocks import Place
from boocode_desktop.ui.transcript.highlighter import Highlighter
from boocode_desktop.ui.transcript.images import Images
from boocode_desktop.ui.transcript.jump_button import JumpButton
from boocode_desktop.ui.transcript.painting import RowState
from boocode_desktop.ui.transcript.pointer import Pointer
from boocode_desktop.ui.transcript.row_cursor import RowCursor
from boocode_desktop.ui.transcript.rows import AgentBody, AskBody, Row
from boocode_desktop.ui.transcript.scroller import Seen
from boocode_desktop.ui.transcript.stage import Stage
from boocode_desktop.ui.widgets.spinner import FRAME_MS

STEP = 40
FOCUS_ROOM = 12
Picture = dict[int, tuple[Row, int, int]]


@dataclass(frozen=True, slots=True)
class Kept:
    """Pixels that stay: rows from `top` to `bottom` as they are now, `shift` px below where they were."""

    shift: int
    top: int
    bottom: int


class RowArea(QAbstractScrollArea):
    """The geometry and the painting of a transcript; `TranscriptView` adds what people do with it."""

    def __init__(self, theme: Theme, *, clock: Callable[[], float] = time.time, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._bar_value = 0
        self.background = Background(self)
        self.images = Images(self.background, self)
        self.highlighter = Highlighter(self.background, self)
        self._overlay = AskOverlay(theme, self.viewport(), clock)
        self.stage = Stage(theme, self.highlighter, self.images, self._overlay.height, clock)
        self._pointer = Pointer(self.stage, self.viewport())
        self._cursor = RowCursor(self.stage)
        self._jump = JumpButton(theme)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer_tick)
        self.images.ready.connect(self._on_picture_ready)
        self.highlighter.ready.connect(self._on_colours_ready)
        theme.changed.connect(self.restyle)
        theme.motion.changed.connect(self._on_motion_changed)
        self._dress()

    def restyle(self) -> None:
        """Paint everything anew (another theme)."""
        self.stage.documents.clear()
        self.viewport().update()

    def arranged(self) -> None:
        """Rows moved; for subclasses."""

    def _dress(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Its room is always there: text that grows past the window must not be laid out anew for it.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Transcript")
        self.verticalScrollBar().setSingleStep(STEP)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)

    def _changed(self, change: Callable[[], object]) -> None:
        """Do something to the rows, keep the anchor, and paint only what looks different."""
        before = self._pictures()
        scroller = self.stage.scroller
        anchor = scroller.anchor
        change()
        if not scroller.stick:
            scroller.restore(anchor)
        scroller.settle()
        self._repaint(before)

    def _pictures(self) -> Picture:
        """The rows on screen with their tops and heights. Rows are replaced when they look different."""
        return {id(self.stage.row(s.place)): (self.stage.row(s.place), s.y, s.height) for s in self._seen_or_none()}

    def _seen_or_none(self) -> list[Seen]:
        return self.stage.scroller.seen() if self.isVisible() else []

    def _repaint(self, before: Picture) -> None:
        """Move what was there by pixels; update what is above and below the rows that are the same as before."""
        self._arrange()
        viewport = self.viewport()
        kept = self._kept(before)
        if kept is None or abs(kept.shift) >= viewport.height():
            viewport.update()
            return
        if kept.shift:
            viewport.scroll(0, kept.shift)
            self._place_cards(self._seen_or_none())
            viewport.update(self._jump.rect)
            viewport.update(self._jump.rect.translated(0, kept.shift))
        above = max(kept.top, kept.shift)
        viewport.update(QRect(0, 0, viewport.width(), above))
        viewport.update(QRect(0, max(0, kept.bottom), viewport.width(), viewport.height()))

    def _kept(self, before: Picture) -> Kept | None:
        """The run of rows that look as before, moved by the same distance."""
        top = bottom = 0
        shift: int | None = None
        for seen in self._seen_or_none():
            was = before.get(id(self.stage.row(seen.place)))
            same = was is not None and seen.height == was[2]
            if shift is None and was is not None and same:
                shift, top = seen.y - was[1], seen.y
            elif shift is not None and (was is None or not same or seen.y - was[1] != shift):
                break
            bottom = seen.y + seen.height
        return Kept(shift, top, bottom) if shift is not None else None

    def _arrange(self) -> None:
        """Scroll bar, question widgets, the jump button and the clock after rows moved."""
        scroller, bar = self.stage.scroller, self.verticalScrollBar()
        blocked = bar.blockSignals(True)
        bar.setPageStep(max(1, self.viewport().height()))
        bar.setRange(0, scroller.maximum)
        bar.setValue(scroller.value)
        bar.setEnabled(scroller.maximum > 0)
        bar.blockSignals(blocked)
        self._bar_value = bar.value()
        seen = self._seen_or_none()
        self._place_cards(seen)
        old = self._jump.rect
        if scroller.stick:
            self._jump.unread = 0
        if self._jump.place(self.viewport().size(), wanted=not scroller.stick and len(self.stage.blocks) > 0):
            self.viewport().update(old.united(self._jump.rect))
        live = any(self.stage.row(s.place).live for s in seen)
        if live != self._timer.isActive():
            pace = 1000 if self._theme.reduced_motion else FRAME_MS
            self._timer.start(pace) if live else self._timer.stop()
        self.arranged()

    def _place_cards(self, seen: list[Seen]) -> None:
        spots = []
        for item in seen:
            row = self.stage.row(item.place)
            if isinstance(row.body, AskBody):
                spots.append(AskSpot(entry_id=row.entry_id, rect=self.stage.rect(item).toRect()))
        self._overlay.place(spots, spots[0].entry_id if spots else "")

    def _reveal(self, place: Place) -> None:
        self._scrolled(lambda: self.stage.scroller.reveal(place))

    def _show_focus(self, now: QWidget) -> None:
        """A part of a question has the keyboard: bring it into sight where the window is low."""
        top = now.mapTo(self.viewport(), QPoint()).y()
        beyond = top + now.height() + FOCUS_ROOM - self.viewport().height()
        if beyond > 0:
            self._scrolled(lambda: self.stage.scroller.move(min(beyond, top - FOCUS_ROOM)))
        elif top < FOCUS_ROOM:
            self._scrolled(lambda: self.stage.scroller.move(top - FOCUS_ROOM))

    def _scrolled(self, move: Callable[[], object]) -> None:
        before = self._pictures()
        move()
        self._repaint(before)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Move by pixels; a jump paints anew."""
        bar, scroller = self.verticalScrollBar(), self.stage.scroller
        value = bar.value()
        if value == bar.minimum():
            self._scrolled(scroller.top)
        elif value == bar.maximum():
            self._scrolled(scroller.bottom)
        elif abs(value - self._bar_value) < self.viewport().height():
            self._scrolled(lambda: scroller.move(value - self._bar_value))
        else:
            self._scrolled(lambda: scroller.jump(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """By pixels, past what the bar guesses: heights above are known only when they are seen."""
        pixels = event.pixelDelta().y() or event.angleDelta().y() * 3 * STEP // 120
        self._scrolled(lambda: self.stage.scroller.move(-pixels))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new width."""
        super().resizeEvent(event)
        self.stage.resize(self.viewport().width(), self.viewport().height())
        self._arrange()
        self.viewport().update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing moves while nobody looks."""
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the parts that need it."""
        with QPainter(self.viewport()) as painter:
            for rect in event.region():  # type: ignore[attr-defined]
                painter.save()
                painter.setClipRect(rect)
                self.stage.paint(painter, QRectF(rect), self._state)
                self._paint_cursor(painter)
                self._jump.paint(painter)
                painter.restore()

    def _state(self, seen: Seen, clip: QRectF) -> RowState:
        met = self._met(seen.place)
        at_cursor = self.hasFocus() and seen.place == self._cursor.place
        found = self._cursor.spot() if at_cursor else None
        spot = (
            self._pointer.spot
            if seen.place == self._pointer.hovered
            else found[1].action
            if found is not None
            else None
        )
        return RowState(
            selection=self.stage.selection.span(seen.place),
            hovered=met,
            focused=at_cursor,
            spot=spot,
            find=self.stage.find,
            clip=clip,
        )

    def _met(self, place: Place) -> bool:
        """Whether the mouse is over a row, or over the prompt whose actions a row offers."""
        hovered = self._pointer.hovered
        if hovered is None or place == hovered:
            return place == hovered
        return place.block == hovered.block and isinstance(self.stage.row(place).body, AgentBody)

    def _paint_cursor(self, painter: QPainter) -> None:
        place = self._cursor.place
        if place is None or not (self.hasFocus() or self.stage.find):
            return
        card = self.stage.row(place).frame != "none"
        rect = QRectF()
        for seen in self.stage.scroller.seen():
            same = card and seen.place.block == place.block and self.stage.row(seen.place).frame != "none"
            rect = rect.united(self.stage.rect(seen)) if same or seen.place == place else rect
        if not rect.isEmpty():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-5, -4, 5, 4), METRICS.radius_card, METRICS.radius_card)

    def _on_motion_changed(self) -> None:
        self._timer.stop()
        self._arrange()

    def _on_timer_tick(self) -> None:
        for seen in self._seen_or_none():
            row = self.stage.row(seen.place)
            if row.live:
                self.viewport().update(self.stage.painter(row).live_rect(row, self.stage.rect(seen)).toAlignedRect())

    def _on_colours_ready(self) -> None:
        self.stage.documents.forget_plain()
        self.viewport().update()

    def _on_picture_ready(self, _key: str) -> None:
        self.viewport().update()
