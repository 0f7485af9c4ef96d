"""The entries of a chat with their rows and heights: what exists, where it is, and what one change touches.

A block is one entry. Its rows are made when it is first seen; until then its height is a guess.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest

from boocode_desktop.content.markdown import Segment, grow_segments, split_segments
from boocode_desktop.domain.transcript import EndEntry, Entry, PromptEntry, TextEntry, ToolEntry
from boocode_desktop.ui.transcript.estimates import entry_height, row_height
from boocode_desktop.ui.transcript.fenwick import Fenwick
from boocode_desktop.ui.transcript.groups import Group, belongs
from boocode_desktop.ui.transcript.row_builder import RowBuilder, text_rows
from boocode_desktop.ui.transcript.rows import Row


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A row: the index of its block and its index there."""

    block: int
    row: int


@dataclass(slots=True, eq=False)
class Block:
    """One entry. `rows` is None until it was seen. `starts` is where the rows of each of `segments` begin.

    `joined` says that it is a call that ran beside the one before it and shares its card.
    """

    entry: Entry
    rows: list[Row] | None = None
    segments: list[Segment] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    joined: bool = False


class Blocks:
    """All blocks, and the tree of their heights. `measure` gives a row's exact height, gap included.

    `version` rises with every change of rows or heights.
    """

    def __init__(self, builder: RowBuilder, measure: Callable[[Row], int], forget: Callable[[Row], None]) -> None:
        self._builder = builder
        self._measure = measure
        self._forget = forget
        self._blocks: list[Block] = []
        self._index: dict[str, int] = {}
        self._heights = Fenwick()
        self.width = 780
        self.version = 0

    def __len__(self) -> int:
        return len(self._blocks)

    @property
    def total(self) -> int:
        """The height of everything, as far as it is known."""
        return self._heights.total

    def entry(self, index: int) -> Entry:
        """The entry of a block."""
        return self._blocks[index].entry

    def index_of(self, entry_id: str) -> int | None:
        """The block of an entry."""
        return self._index.get(entry_id)

    def turn(self, index: int) -> list[Entry]:
        """The loaded entries of the turn that a block belongs to, in order."""
        turn = self._blocks[index].entry.turn_id
        before = takewhile(lambda block: block.entry.turn_id == turn, reversed(self._blocks[:index]))
        after = takewhile(lambda block: block.entry.turn_id == turn, self._blocks[index:])
        return [block.entry for block in (*reversed(list(before)), *after)]

    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Show these and nothing else."""
        self._forget_rows(self._blocks)
        self._blocks = [Block(entry) for entry in entries]
        self._join(range(len(self._blocks)))
        self._reindex()
        self.resize(self.width)

    def prepend(self, entries: Sequence[Entry]) -> int:
        """Older entries before all others; those already there are left out. The height they add."""
        fresh = [Block(entry) for entry in entries if entry.id not in self._index]
        self._blocks[:0] = fresh
        self._reindex()
        heights = [entry_height(block.entry, self.width, self._builder.folds) for block in fresh]
        self._heights.prepend(heights)
        self._join(range(len(fresh)))
        self._join_seam(len(fresh))
        return sum(heights)

    def put(self, entry: Entry) -> int:
        """Add an entry at the end, or replace it by its id; the index of its block."""
        index = self._index.get(entry.id)
        if index is None:
            self.version += 1
            index = self._index[entry.id] = len(self._blocks)
            self._blocks.append(Block(entry))
            self._heights.append(entry_height(entry, self.width, self._builder.folds))
            self._join(range(index, index + 1))
            if self._blocks[index].joined:
                self._renew_group(index)
            if isinstance(entry, PromptEntry):
                self._settle_ends(index)
            return index
        block = self._blocks[index]
        grown = block.entry
        block.entry = entry
        if block.rows is None:
            self._heights.set(index, entry_height(entry, self.width, self._builder.folds))
        else:
            self._renew(index, grown)
        first = self._first_of_group(index)
        if first is not None and first != index:
            self._renew_made(first)
        return index

    def rebuild(self, index: int) -> None:
        """Make a block's rows again, because its folds changed."""
        self._renew_made(index)

    def group(self, index: int) -> Group | None:
        """The calls that share a card with this one, None when it stands alone."""
        first = self._first_of_group(index)
        if first is None:
            return None
        entries = [self._blocks[first].entry]
        for block in self._blocks[first + 1 :]:
            if not block.joined:
                break
            entries.append(block.entry)
        members = tuple(entry for entry in entries if isinstance(entry, ToolEntry))
        return Group(members=members, at=index - first)

    def rebuild_group(self, index: int) -> None:
        """Make the rows of a group's calls again, because its fold changed."""
        self._renew_group(index)

    def resize(self, width: int) -> None:
        """Another column width: all heights are guesses again."""
        self.version += 1
        self.width = width
        for block in self._blocks:
            for row in block.rows or ():
                row.height, row.exact = row_height(row, width), False
        self._heights = Fenwick(self._guess(block) for block in self._blocks)

    def rows(self, index: int) -> list[Row]:
        """The rows of a block, made now if need be."""
        block = self._blocks[index]
        if block.rows is None:
            self._renew(index, None)
        return block.rows or []

    def made(self) -> Iterator[tuple[int, list[Row]]]:
        """The blocks that have rows."""
        for index, block in enumerate(self._blocks):
            if block.rows is not None:
                yield index, block.rows

    def row(self, place: Place) -> Row:
        """The row at a place."""
        return self.rows(place.block)[place.row]

    def height(self, place: Place) -> int:
        """The exact height of a row."""
        row = self.row(place)
        if not row.exact:
            height = self._measure(row)
            row.exact = True
            self.version += 1
            if height != row.height:
                self._heights.set(place.block, self._heights[place.block] + height - row.height)
                row.height = height
        return row.height

    def stale(self, place: Place) -> None:
        """The row must be measured again."""
        self.version += 1
        self.row(place).exact = False

    def top(self, place: Place) -> int:
        """Where a row begins."""
        return self._heights.prefix(place.block) + sum(row.height for row in self.rows(place.block)[: place.row])

    def find(self, y: int) -> tuple[Place, int] | None:
        """The row at a height and how far into it; None when there is none."""
        if not self._blocks:
            return None
        index, rest = self._heights.find(y)
        while index < len(self._blocks):
            for number, row in enumerate(self.rows(index)):
                if rest < row.height:
                    return Place(index, number), rest
                rest -= row.height
            index += 1
        last = self.last()
        return None if last is None else (last, max(0, self.row(last).height - 1))

    def following(self, place: Place) -> Place | None:
        """The next row."""
        if place.row + 1 < len(self.rows(place.block)):
            return Place(place.block, place.row + 1)
        return self._first_from(place.block + 1)

    def preceding(self, place: Place) -> Place | None:
        """The row before."""
        if place.row > 0:
            return Place(place.block, place.row - 1)
        return self._last_before(place.block)

    def first(self) -> Place | None:
        """The first row."""
        return self._first_from(0)

    def last(self) -> Place | None:
        """The last row."""
        return self._last_before(len(self._blocks))

    def _first_from(self, index: int) -> Place | None:
        for at in range(index, len(self._blocks)):
            if self.rows(at):
                return Place(at, 0)
        return None

    def _last_before(self, index: int) -> Place | None:
        for at in range(index - 1, -1, -1):
            rows = self.rows(at)
            if rows:
                return Place(at, len(rows) - 1)
        return None

    def _renew(self, index: int, before: Entry | None) -> None:
        """Make a block's rows; rows that would be the same stay, with what was laid out for them."""
        self.version += 1
        block = self._blocks[index]
        old = block.rows or []
        settled = 0
        if isinstance(block.entry, TextEntry):
            settled, new = self._text(block, block.entry, before)
        else:
            new = self._builder.rows(block.entry, newest=self._newest(index), group=self.group(index))
        kept = [self._kept(was, row) for was, row in zip_longest(old[settled:], new) if row is not None]
        fresh = set(map(id, kept))
        for row in old[settled:]:
            if id(row) not in fresh:
                self._forget(row)
        block.rows = old[:settled] + kept
        self._heights.set(index, sum(row.height for row in block.rows))

    def _text(self, block: Block, entry: TextEntry, before: Entry | None) -> tuple[int, list[Row]]:
        """How many rows stay as they are, and the rows after them; text that grew is cut at its end alone."""
        known = block.segments
        grows = isinstance(before, TextEntry) and bool(known) and entry.text.startswith(before.text)
        block.segments = grow_segments(known, entry.text) if grows else split_segments(entry.text)
        keep = 0
        if grows and "]:" not in entry.text:
            pairs = zip(known[:-1], block.segments[:-1], strict=False)
            keep = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))
        settled = block.starts[keep] if keep else 0
        block.starts = block.starts[:keep]
        rows: list[Row] = []
        for number in range(keep, len(block.segments)):
            block.starts.append(settled + len(rows))
            rows += text_rows(entry, block.segments, number)
        return settled, rows

    def _kept(self, was: Row | None, row: Row) -> Row:
        if was is not None and was.body == row.body and was.frame == row.frame and was.gap == row.gap:
            was.source = row.source
            return was
        row.height = row_height(row, self.width)
        return row

    def _join(self, indices: Iterable[int]) -> None:
        """Find out which of these blocks share the card of the block before them, in order."""
        for index in indices:
            block = self._blocks[index]
            called = isinstance(block.entry, ToolEntry)
            block.joined = called and belongs(self._calls_before(index), block.entry)

    def _join_seam(self, index: int) -> None:
        """Older entries came before a block: it and its group may go on from them."""
        end = index
        while end < len(self._blocks) and isinstance(self._blocks[end].entry, ToolEntry):
            end += 1
        was = [block.joined for block in self._blocks[index:end]]
        self._join(range(index, end))
        if was != [block.joined for block in self._blocks[index:end]]:
            for at in range(index, end):
                self._renew_made(at)

    def _calls_before(self, index: int) -> Iterator[ToolEntry]:
        """The calls of the group that ends right before a block."""
        at = index - 1
        while at > 0 and self._blocks[at].joined:
            at -= 1
        for block in self._blocks[max(0, at) : index]:
            if isinstance(block.entry, ToolEntry):
                yield block.entry

    def _first_of_group(self, index: int) -> int | None:
        """Where the group of a block begins, None when it stands alone."""
        blocks, first = self._blocks, index
        while first > 0 and blocks[first].joined:
            first -= 1
        alone = first == index and not (index + 1 < len(blocks) and blocks[index + 1].joined)
        return None if alone else first

    def _renew_group(self, index: int) -> None:
        first = self._first_of_group(index)
        at = index if first is None else first
        self._renew_made(at)
        while at + 1 < len(self._blocks) and self._blocks[at + 1].joined:
            at += 1
            self._renew_made(at)

    def _renew_made(self, index: int) -> None:
        if self._blocks[index].rows is not None:
            self._renew(index, None)

    def _newest(self, index: int) -> bool:
        return not any(isinstance(block.entry, PromptEntry) for block in self._blocks[index + 1 : index + 40])

    def _settle_ends(self, index: int) -> None:
        """A new turn began: the end before it offers nothing any more."""
        for at in range(index - 1, max(-1, index - 10), -1):
            if isinstance(self._blocks[at].entry, EndEntry):
                self.rebuild(at)
                return

    def _guess(self, block: Block) -> int:
        if block.rows is None:
            return entry_height(block.entry, self.width, self._builder.folds)
        return sum(row.height for row in block.rows)

    def _reindex(self) -> None:
        self.version += 1
        self._index = {block.entry.id: index for index, block in enumerate(self._blocks)}

    def _forget_rows(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            for row in block.rows or ():
                self._forget(row)
