"""The keyboard's place among the rows: up and down between rows, left and right between what a row offers."""

from boocode_desktop.ui.transcript.blocks import Place
from boocode_desktop.ui.transcript.painting import Spot
from boocode_desktop.ui.transcript.rows import AskBody, CodeBody, FailureBody, PlanBody, Row, TextBody
from boocode_desktop.ui.transcript.scroller import Seen
from boocode_desktop.ui.transcript.stage import Stage


class RowCursor:
    """Remembers the row by its entry, so that it stays where rows come and go."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._entry_id = ""
        self._row = 0
        self._spot = 0

    @property
    def place(self) -> Place | None:
        """Where it is, None before it was first moved."""
        index = self._stage.blocks.index_of(self._entry_id)
        if index is None:
            return None
        rows = self._stage.blocks.rows(index)
        return Place(index, min(self._row, len(rows) - 1)) if rows else None

    def set(self, place: Place) -> None:
        """Go to a row."""
        self._entry_id, self._row, self._spot = self._stage.blocks.entry(place.block).id, place.row, 0

    def clear(self) -> None:
        """Nowhere."""
        self._entry_id = ""

    def step(self, by: int) -> Place | None:
        """The next row that can be stood on, down or up; the first step begins at the end of what is seen."""
        blocks = self._stage.blocks
        place = self.place
        if place is None:
            seen = self._stage.scroller.seen()
            place = next((s.place for s in reversed(seen) if stands(self._stage.row(s.place))), blocks.last())
        else:
            place = self._next(place, by) or place
        if place is not None:
            self.set(place)
        return place

    def turn(self, by: int) -> None:
        """The next thing that the row offers."""
        self._spot += by

    def spot(self) -> tuple[Seen, Spot] | None:
        """What Enter does here."""
        place = self.place
        seen = next((s for s in self._stage.scroller.seen() if s.place == place), None)
        spots = self._stage.spots(seen) if seen is not None else []
        return (seen, spots[self._spot % len(spots)]) if seen is not None and spots else None

    def _next(self, place: Place, by: int) -> Place | None:
        blocks = self._stage.blocks
        at: Place | None = place
        while at is not None:
            at = blocks.following(at) if by > 0 else blocks.preceding(at)
            if at is not None and stands(self._stage.row(at)):
                return at
        return None


def stands(row: Row) -> bool:
    """Whether the keyboard stops here: not at the inner parts of a card."""
    inner = isinstance(row.body, CodeBody | TextBody | FailureBody | PlanBody) and row.frame in ("middle", "bottom")
    return not inner or isinstance(row.body, AskBody)
