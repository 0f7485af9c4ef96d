"""Where the view stands: an anchor row and how far into it. Heights that turn out different never move what is seen."""

from dataclasses import dataclass

from boocode_desktop.ui.transcript.blocks import Blocks, Place

BOTTOM_ROOM = 28


@dataclass(frozen=True, slots=True)
class Seen:
    """A row on screen: its place, its top in the viewport, its height with the gap."""

    place: Place
    y: int
    height: int


class Scroller:
    """Moves over blocks in px. `stick` means that the end is on screen and stays there."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self.height = 0
        self.stick = True
        self._anchor: Place | None = None
        self._offset = 0
        self._seen: list[Seen] = []
        self._seen_at: tuple[Place | None, int, int, int] | None = None

    @property
    def value(self) -> int:
        """What the scroll bar shows."""
        return 0 if self._anchor is None else self._blocks.top(self._anchor) + self._offset

    @property
    def maximum(self) -> int:
        """The end of the scroll bar."""
        return max(0, self._blocks.total + BOTTOM_ROOM - self.height)

    @property
    def anchor(self) -> tuple[str, int] | None:
        """The anchor row by its entry's id and its number there, to find it again after a change."""
        if self._anchor is None:
            return None
        return self._blocks.entry(self._anchor.block).id, self._anchor.row

    def restore(self, anchor: tuple[str, int] | None) -> None:
        """Take an anchor again after blocks changed."""
        index = self._blocks.index_of(anchor[0]) if anchor is not None else None
        if anchor is None or index is None:
            self.top()
            return
        rows = self._blocks.rows(index)
        if rows:
            self._anchor = Place(index, min(anchor[1], len(rows) - 1))
            self._offset = self._offset if anchor[1] < len(rows) else 0
        else:
            self._anchor, self._offset = self._blocks.following(Place(index, 0)) or self._blocks.last(), 0

    def move(self, delta: int) -> int:
        """Scroll by so many px; how many it really was."""
        if self._anchor is None:
            return 0
        self._offset += delta
        moved = delta
        while self._offset < 0:
            before = self._blocks.preceding(self._anchor)
            if before is None:
                moved, self._offset = moved - self._offset, 0
                break
            self._anchor = before
            self._offset += self._blocks.height(before)
        moved -= self._settle()
        self.stick = self._at_end()
        return moved

    def jump(self, value: int) -> None:
        """Go to a scroll bar value."""
        found = self._blocks.find(max(0, value))
        if found is None:
            self._anchor = None
            return
        self._anchor, self._offset = found
        self._offset = min(self._offset, max(0, self._blocks.height(self._anchor) - 1))
        self._settle()
        self.stick = self._at_end()

    def top(self) -> None:
        """Go to the beginning."""
        self._anchor, self._offset = self._blocks.first(), 0
        self._settle()
        self.stick = self._at_end()

    def bottom(self) -> None:
        """Go to the end and stay there."""
        self.stick = True
        place = self._blocks.last()
        room = self.height - BOTTOM_ROOM
        while place is not None:
            room -= self._blocks.height(place)
            if room <= 0:
                break
            before = self._blocks.preceding(place)
            if before is None:
                break
            place = before
        self._anchor, self._offset = place, max(0, -room)

    def settle(self) -> None:
        """After a change: stay at the end, or where it was, with everything on screen measured."""
        if self.stick or self._anchor is None:
            self.bottom()
        else:
            self._settle()

    def seen(self) -> list[Seen]:
        """The rows on screen, measured, from the top; do not change the list."""
        if self._seen_at == (self._anchor, self._offset, self.height, self._blocks.version):
            return self._seen
        out: list[Seen] = []
        place, y = self._anchor, -self._offset
        while place is not None and y < self.height:
            height = self._blocks.height(place)
            out.append(Seen(place, y, height))
            y += height
            place = self._blocks.following(place)
        self._seen, self._seen_at = out, (self._anchor, self._offset, self.height, self._blocks.version)
        return out

    def reveal(self, place: Place, margin: int = 24) -> int:
        """Scroll as little as needed to show a row; how many px that was, a page or more for a jump."""
        margin = min(margin, self.height // 4)  # in a low window the row itself comes first
        for seen in self.seen():
            if seen.place == place:
                if seen.y < margin:
                    return self.move(seen.y - margin)
                beyond = seen.y + seen.height - (self.height - margin)
                return self.move(min(beyond, seen.y - margin)) if beyond > 0 else 0
        # From the row up: what lies above may turn out higher than it was guessed.
        self._anchor, self._offset = place, 0
        self.move(-(self.height // 3))
        return self.height

    def _settle(self) -> int:
        """Move the anchor into its row's bounds and back from beyond the end; how many px it went back."""
        while self._anchor is not None:
            height = self._blocks.height(self._anchor)
            if self._offset < height:
                break
            following = self._blocks.following(self._anchor)
            if following is None:
                break
            self._anchor = following
            self._offset -= height
        missing = self._missing()
        if missing <= 0:
            return 0
        before = self.value
        self.bottom()
        return max(0, before - self.value)

    def _missing(self) -> int:
        """How many px of the viewport lie below the end."""
        place, y = self._anchor, -self._offset
        room = self.height - BOTTOM_ROOM
        while place is not None and y < room:
            y += self._blocks.height(place)
            place = self._blocks.following(place)
        return room - y

    def _at_end(self) -> bool:
        return self.value >= self.maximum - 2
