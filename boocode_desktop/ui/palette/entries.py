"""What the palette offers and how it is grouped for a query. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boocode_desktop.content.fuzzy import Candidate, Match, fold, match, prepare, rank
from boocode_desktop.content.fuzzy_index import FuzzyIndex
from boocode_desktop.content.misspelt import meant

RECENT = "Used lately"
CHATS = "Chats"
GROUPS = (RECENT, "Actions", "Sessions and chats", CHATS, "Projects", "Settings")
PREFIXES: dict[str, tuple[str, ...]] = {
    ">": ("Actions", "Settings"),
    "#": ("Sessions and chats", CHATS, "Projects"),
    "@": ("Files", "Symbols"),
}
"""The first letter of a query that narrows it to groups. Files and symbols are searched elsewhere and come later."""
_MOST, _MOST_PER_GROUP, _MOST_RECENT = 60, 12, 5
# What was used last is worth so much more, and each use since so much less: never more than what kind of hit it is.
_LATELY, _OLDER = 60, 6
# Letters in a row score so much at least, letters here and there never do.
_AS_TYPED = 700


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """One thing to do or to go to. `right` is shown at the right edge, `keys` as key boxes there.

    `key` names it from one time to the next, "" for what is not worth remembering.
    """

    title: str
    group: str
    icon: str
    act: Callable[[], object]
    detail: str = ""
    right: str = ""
    tone: str = "tx2"
    keys: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Caption:
    """The head of a group."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hit:
    """An entry with the letters of its title that matched."""

    entry: Entry
    positions: tuple[int, ...]


Line = Caption | Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The lines to show and how many entries matched in all. `meant`: only what was probably meant was found."""

    lines: tuple[Line, ...]
    matched: int
    meant: bool = False


def sought(query: str) -> str:
    """What to look for among files, "" for nothing: without its sign, and not while it is narrowed to other groups."""
    if query[:1] == "@":
        return query[1:].strip()
    return "" if query[:1] in PREFIXES else query.strip()


class Shelf:
    """Very many entries of one group, made ready in any thread; they are found, not listed."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._index = FuzzyIndex([e.title.replace("/", " ") for e in entries])

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, text: str) -> list[tuple[int, Hit]]:
        """The best entries with their scores."""
        wanted = fold(text.strip())
        found = []
        for hit in self._index.find(wanted, _MOST_PER_GROUP) if wanted else ():
            entry = self._entries[hit.index]
            scored = match(wanted, prepare(entry.title))
            if scored is not None:
                found.append((scored.score, Hit(entry=entry, positions=scored.positions)))
        return found


class Index:
    """All entries, prepared once when the palette opens. `recent` are the keys of what was used last, newest first."""

    def __init__(self, entries: Sequence[Entry], recent: Sequence[str] = ()) -> None:
        self._entries = entries
        self._candidates: list[Candidate] = [prepare(e.title) for e in entries]
        self._shelf = Shelf(())
        self._worth: dict[str, int] = {}
        self.remember(recent)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self._entries) + len(self._shelf)

    @property
    def groups(self) -> int:
        """How many groups they are in."""
        return len({e.group for e in self._entries})

    def remember(self, recent: Sequence[str]) -> None:
        """The keys of what was used lately, newest first."""
        self._worth = {key: _LATELY - _OLDER * at for at, key in enumerate(recent) if _OLDER * at < _LATELY}

    def add(self, shelf: Shelf) -> None:
        """More to be found."""
        self._shelf = shelf

    def find(self, query: str) -> Found:
        """The groups that match, the one with the best hit first; `>`, `#` and `@` narrow it."""
        wanted = PREFIXES.get(query[:1])
        text = (query[1:] if wanted else query).strip()
        chosen = [i for i, e in enumerate(self._entries) if wanted is None or e.group in wanted]
        hits, sure = self._ranked(text, chosen, with_shelf=wanted is None or CHATS in wanted)
        near = [] if sure else self._near(text, chosen)
        guessed = bool(near) and not hits
        known = {hit.entry for hit in near}
        hits = near + [hit for hit in hits if hit.entry not in known]
        lines = _grouped(hits, _MOST_PER_GROUP) if text else self._all(hits)
        return Found(lines=tuple(lines), matched=len(hits), meant=guessed)

    def _ranked(self, text: str, chosen: Sequence[int], *, with_shelf: bool) -> tuple[list[Hit], bool]:
        """The hits, best first; True when the best one holds the text as it was typed."""
        ranked = rank(text, [self._candidates[i] for i in chosen], limit=len(chosen) or 1)
        if not text:
            return [self._hit(chosen[i], found) for i, found in ranked], True
        scored = [(found.score + self._lately(chosen[i]), self._hit(chosen[i], found)) for i, found in ranked]
        if with_shelf:
            scored += self._shelf.find(text)
        scored.sort(key=lambda pair: -pair[0])
        return [hit for _, hit in scored], bool(scored) and scored[0][0] >= _AS_TYPED

    def _near(self, text: str, chosen: Sequence[int]) -> list[Hit]:
        found = meant(fold(text), [self._candidates[i].folded for i in chosen])
        return [Hit(entry=self._entries[chosen[i]], positions=()) for i in found]

    def _all(self, hits: Sequence[Hit]) -> list[Line]:
        """Without a query: what was used lately, then everything in the order of its groups."""
        lately = [h for h in hits if h.entry.key in self._worth]
        lately.sort(key=lambda h: -self._worth[h.entry.key])
        lines: list[Line] = [Caption(title=RECENT), *lately[:_MOST_RECENT]] if lately else []
        return lines + _grouped(sorted(hits, key=lambda h: _place(h.entry.group)), _MOST)

    def _lately(self, index: int) -> int:
        return self._worth.get(self._entries[index].key, 0)

    def _hit(self, index: int, found: Match) -> Hit:
        return Hit(entry=self._entries[index], positions=found.positions)


def _place(group: str) -> int:
    return GROUPS.index(group) if group in GROUPS else -1


def _grouped(hits: Sequence[Hit], most: int) -> list[Line]:
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.entry.group, []).append(hit)
    lines: list[Line] = []
    for title, inside in groups.items():
        lines += [Caption(title=title), *inside[:most]]
    return lines
