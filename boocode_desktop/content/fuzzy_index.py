"""Fuzzy search in very many names at every key: paths of a repository, symbols of its files. Pure.

Cheap tests in the order of what people mean (the name begins so, holds it, the path holds it, its letters in order)
find a few dozen texts, and only those are scored. What one query left is where a longer one goes on.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress, islice

from boocode_desktop.content.fuzzy import fold, match, prepare

_SCORED = 3
# So many texts are tried before one that was found is handed on.
_TRIED = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexHit:
    """A text that matches: its place in the given order, and the matched letters of its last part."""

    index: int
    positions: tuple[int, ...]


class FuzzyIndex:
    """Texts made ready once; `find` may be called from any thread."""

    def __init__(self, texts: Sequence[str]) -> None:
        """`texts` are paths with slashes, or plain names."""
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
        self._order = order
        self._texts = [texts[i].replace("\n", " ") for i in order]
        self._folded = [fold(text) for text in self._texts]
        self._names = [text[text.rfind("/") + 1 :] for text in self._folded]
        self._by_path, self._by_name = _Joined(self._folded), _Joined(self._names)
        self._letters = _Letters(self._folded)
        self._paths_in_order, self._names_in_order = _InOrder(self._folded), _InOrder(self._names)

    def __len__(self) -> int:
        return len(self._texts)

    def find(self, query: str, limit: int) -> Sequence[IndexHit]:
        """The best texts for a query, best first; the shortest ones for an empty one."""
        wanted = fold("".join(query.split()))
        self._letters.learn(wanted)
        if not wanted:
            return [IndexHit(index=self._order[i], positions=()) for i in range(min(limit, len(self._texts)))]
        found: dict[int, None] = {}
        for tier in self._tiers(wanted):
            if len(found) >= limit:
                break
            found.update(dict.fromkeys(islice(tier, limit * _SCORED)))
        return self._ranked(wanted, list(found), limit)

    def _tiers(self, wanted: str) -> Iterable[Iterable[int]]:
        if "/" not in wanted:
            yield self._by_name.holding(f"\n{wanted}")
            yield self._by_name.holding(wanted)
        yield self._by_path.holding(wanted)
        # Each part ends at the first of its letter: nothing to go back to, however long the text.
        test = re.compile("".join(f"[^{(e := re.escape(letter))}]*{e}" for letter in wanted))
        having = self._letters.having(wanted)
        if "/" not in wanted:
            yield self._names_in_order.found(wanted, test, having)
        yield self._paths_in_order.found(wanted, test, having)

    def _ranked(self, wanted: str, found: Sequence[int], limit: int) -> Sequence[IndexHit]:
        scored = []
        for i in found[: limit * _SCORED]:
            text = self._texts[i]
            start = text.rfind("/") + 1
            if (hit := match(wanted, prepare(text[start:]))) is not None:
                scored.append((-hit.score, len(text), i, hit.positions))
            elif (hit := match(wanted, prepare(text))) is not None:
                inside = tuple(p - start for p in hit.positions if p >= start)
                scored.append((100_000 - hit.score, len(text), i, inside))
        scored.sort()
        return [IndexHit(index=self._order[i], positions=positions) for _, _, i, positions in scored[:limit]]


class _Joined:
    """Texts as one, so that the interpreter's own search runs over all of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._text = "\n" + "\n".join(texts)
        self._starts = list(accumulate((len(text) + 1 for text in texts), initial=0))[:-1]

    def holding(self, wanted: str) -> Iterable[int]:
        """The indices of the texts with it, in order; a line break before it asks for it at the start."""
        at = self._text.find(wanted)
        while at >= 0:
            index = bisect_right(self._starts, at) - 1
            yield index
            if index + 1 >= len(self._starts):
                return
            at = self._text.find(wanted, self._starts[index + 1])


class _Letters:
    """Which texts hold a letter at all, as one byte for each text."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._known: dict[str, int] = {}

    def learn(self, letters: str) -> None:
        """Look for letters that were not asked for before, so that a query pays for its newest letter only."""
        for letter in set(letters) - set(self._known):
            self._known[letter] = int.from_bytes(bytes([letter in text for text in self._texts]), "little")

    def having(self, letters: str) -> bytes:
        """For each text 1 if it holds all letters, else 0."""
        self.learn(letters)
        every, *others = set(letters)
        left = self._known[every]
        for letter in others:
            left &= self._known[letter]
        return left.to_bytes(len(self._texts), "little")


class _InOrder:
    """Texts that hold the letters of a query in their order; what a query left is where a longer one goes on."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._last: tuple[str, Sequence[int]] = ("", ())

    def found(self, wanted: str, test: "re.Pattern[str]", having: bytes) -> Iterator[int]:
        """The indices of the texts that pass, of those that have all letters; looks only as far as it is asked."""
        before, left = self._last
        texts, matches = self._texts, test.match
        narrowed = bool(before) and wanted.startswith(before)
        candidates = [i for i in left if having[i]] if narrowed else list(compress(range(len(texts)), having))
        every: list[int] = []
        for start in range(0, len(candidates), _TRIED):
            passed = [i for i in candidates[start : start + _TRIED] if matches(texts[i])]
            yield from passed
            every += passed
        self._last = (wanted, every)
