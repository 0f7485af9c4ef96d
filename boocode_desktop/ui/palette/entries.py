"""What the palette offers and how it is grouped for a query. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boocode_desktop.content.fuzzy import Candidate, prepare, rank

GROUPS = ("Actions", "Sessions and chats", "Projects", "Settings")
PREFIXES: dict[str, tuple[str, ...]] = {
    ">": ("Actions", "Settings"),
    "#": ("Sessions and chats", "Projects"),
    "@": ("Files", "Symbols"),
}
"""The first letter of a query that narrows it to groups. Files and symbols are searched elsewhere and come later."""
_MOST, _MOST_PER_GROUP = 60, 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """One thing to do or to go to. `right` is shown at the right edge, `keys` as key boxes there."""

    title: str
    group: str
    icon: str
    act: Callable[[], object]
    detail: str = ""
    right: str = ""
    tone: str = "tx2"
    keys: str = ""


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
    """The lines to show and how many entries matched in all."""

    lines: tuple[Line, ...]
    matched: int


def sought(query: str) -> str:
    """What to look for among files, "" for nothing: without its sign, and not while it is narrowed to other groups."""
    if query[:1] == "@":
        return query[1:].strip()
    return "" if query[:1] in PREFIXES else query.strip()


class Index:
    """All entries, prepared once when the palette opens."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._candidates: list[Candidate] = [prepare(e.title) for e in entries]

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    @property
    def groups(self) -> int:
        """How many groups they are in."""
        return len({e.group for e in self._entries})

    def find(self, query: str) -> Found:
        """The groups that match, the one with the best hit first; `>`, `#` and `@` narrow it."""
        wanted = PREFIXES.get(query[:1])
        text = query[1:] if wanted else query
        chosen = [i for i, e in enumerate(self._entries) if wanted is None or e.group in wanted]
        ranked = rank(text, [self._candidates[i] for i in chosen], limit=len(chosen) or 1)
        hits = [Hit(entry=self._entries[chosen[i]], positions=match.positions) for i, match in ranked]
        order = list(dict.fromkeys(h.entry.group for h in hits))
        if not text.strip():
            order.sort(key=lambda group: GROUPS.index(group) if group in GROUPS else -1)
        lines: list[Line] = []
        for group in order:
            inside = [h for h in hits if h.entry.group == group][: _MOST_PER_GROUP if text.strip() else _MOST]
            lines += [Caption(title=group), *inside] if inside else []
        return Found(lines=tuple(lines), matched=len(hits))
