"""Selected text across rows, and copying it as text or as Markdown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from boocode_desktop.ui.transcript.blocks import Blocks, Place
from boocode_desktop.ui.transcript.laid_text import LaidText
from boocode_desktop.ui.transcript.rows import HeadBody, NoteBody, Row

ROW_LIMIT = 20_000
TextOf = tuple[LaidText | None, Row]


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A character: its entry, its row there, its position in the row's text. It survives changes of other entries."""

    entry_id: str
    row: int
    position: int


class Selection:
    """From where the person began to where they are; nothing while both are the same."""

    def __init__(self, blocks: Blocks, text_of: Callable[[Place], TextOf]) -> None:
        self._blocks = blocks
        self._text_of = text_of
        self._begin: TextPlace | None = None
        self._end: TextPlace | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is selected."""
        return self._bounds() is None

    @property
    def begin(self) -> TextPlace | None:
        """Where the person began."""
        return self._begin

    @property
    def end(self) -> TextPlace | None:
        """Where they are."""
        return self._end

    @property
    def row_of_begin(self) -> Place | None:
        """The row where they began, None when it is gone."""
        found = self._found(self._begin)
        return found[0] if found is not None else None

    @property
    def row_of_end(self) -> Place | None:
        """The row where they are, None when it is gone."""
        found = self._found(self._end)
        return found[0] if found is not None else None

    def start(self, place: TextPlace) -> None:
        """Begin anew."""
        self._begin = self._end = place

    def extend(self, place: TextPlace) -> None:
        """Reach to here."""
        self._end = place
        if self._begin is None:
            self._begin = place

    def take(self, begin: TextPlace, end: TextPlace) -> None:
        """Select exactly this."""
        self._begin, self._end = begin, end

    def clear(self) -> None:
        """Select nothing."""
        self._begin = self._end = None

    def select_all(self) -> None:
        """From the first character to the last."""
        first, last = self._blocks.first(), self._blocks.last()
        if first is None or last is None:
            return
        laid, _ = self._text_of(last)
        self._begin = TextPlace(self._blocks.entry(first.block).id, first.row, 0)
        end = laid.length if laid is not None else 1
        self._end = TextPlace(self._blocks.entry(last.block).id, last.row, end)

    def span(self, place: Place) -> tuple[int, int] | None:
        """The selected positions of a row; a large end stands for the whole rest."""
        bounds = self._bounds()
        if bounds is None:
            return None
        (first, start), (last, end) = bounds
        if not first <= place <= last:
            return None
        return (start if place == first else 0, end if place == last else 1 << 30)

    def text(self) -> str:
        """The selected text, rows apart."""
        parts = []
        for place, span in self._selected():
            laid, row = self._text_of(place)
            piece = laid.text(*span) if laid is not None else _label(row)
            if piece:
                parts.append((row, piece))
        return "".join(_joint(parts, index) + piece for index, (_, piece) in enumerate(parts))

    def markdown(self) -> str:
        """The source of rows that are selected as a whole, the plain text of the others."""
        out: list[str] = []
        whole = ""
        for place, span in self._selected():
            laid, row = self._text_of(place)
            if whole == row.entry_id and row.frame in ("middle", "bottom"):
                continue
            complete = laid is None or (span[0] == 0 and span[1] >= laid.length)
            whole = row.entry_id if complete and row.source else ""
            piece = row.source if complete else laid.text(*span) if laid is not None else ""
            if piece:
                out.append(piece)
        return "\n\n".join(out)

    def _selected(self) -> Iterator[tuple[Place, tuple[int, int]]]:
        bounds = self._bounds()
        place = bounds[0][0] if bounds is not None else None
        for _ in range(ROW_LIMIT):
            span = self.span(place) if place is not None else None
            if place is None or span is None:
                return
            yield place, span
            place = self._blocks.following(place)

    def _bounds(self) -> tuple[tuple[Place, int], tuple[Place, int]] | None:
        begin, end = self._found(self._begin), self._found(self._end)
        if begin is None or end is None or begin == end:
            return None
        return (begin, end) if begin < end else (end, begin)

    def _found(self, place: TextPlace | None) -> tuple[Place, int] | None:
        index = self._blocks.index_of(place.entry_id) if place is not None else None
        if place is None or index is None:
            return None
        last = len(self._blocks.rows(index)) - 1
        if last < 0:
            return None
        return Place(index, min(place.row, last)), place.position


def _label(row: Row) -> str:
    body = row.body
    if isinstance(body, HeadBody):
        return " ".join(part for part in (body.title, body.argument or body.words) if part)
    if isinstance(body, NoteBody):
        return " ".join(part for part in (body.title, body.detail) if part)
    return ""


def _joint(parts: list[tuple[Row, str]], index: int) -> str:
    """Between two pieces: one line break inside a card, an empty line elsewhere."""
    if not index:
        return ""
    same = parts[index][0].entry_id == parts[index - 1][0].entry_id
    return "\n" if same and parts[index][0].frame in ("middle", "bottom") else "\n\n"
