"""Fuzzy search in very many names at every key: paths of a repository, symbols of its files. Pure.

Cheap tests in the order of what people mean (the name begins so, holds it, the path holds it, its letters in order)
find a few dozen texts, and only those are scored. What one query left is where a longer one goes on.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from boocode_desktop.content.fuzzy import fold, match, prepare

_SCORED = 3


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
        self._last: tuple[str, Sequence[int]] = ("", range(len(texts)))

    def __len__(self) -> int:
        return len(self._texts)

    def find(self, query: str, limit: int) -> Sequence[IndexHit]:
        """The best texts for a query, best first; the shortest ones for an empty one."""
        wanted = fold("".join(query.split()))
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
        candidates, in_order = self._in_order(wanted)
        if "/" not in wanted:
            names = self._names
            yield (i for i in candidates if in_order(names[i]))
        yield candidates

    def _in_order(self, wanted: str) -> tuple[Sequence[int], Callable[[str], object]]:
        """The texts with all letters in their order, from those that a shorter query left; and the test for it."""
        # Each part ends at the first of its letter: nothing to go back to, however long the text.
        test = re.compile("".join(f"[^{(e := re.escape(letter))}]*{e}" for letter in wanted)).match
        before, candidates = self._last
        if not wanted.startswith(before):
            before, candidates = "", range(len(self._texts))
        folded = self._folded
        for letter in sorted(set(wanted) - set(before), key=self._by_path.count):
            candidates = [i for i in candidates if letter in folded[i]]
        candidates = [i for i in candidates if test(folded[i])]
        self._last = (wanted, candidates)
        return candidates, test

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

        self._counts: dict[str, int] = {}

    def count(self, letter: str) -> int:
        """How often a letter is in all of them."""
        if letter not in self._counts:
            self._counts[letter] = self._text.count(letter)
        return self._counts[letter]

    def holding(self, wanted: str) -> Iterable[int]:
        """The indices of the texts with it, in order; a line break before it asks for it at the start."""
        at = self._text.find(wanted)
        while at >= 0:
            index = bisect_right(self._starts, at) - 1
            yield index
            if index + 1 >= len(self._starts):
                return
            at = self._text.find(wanted, self._starts[index + 1])
