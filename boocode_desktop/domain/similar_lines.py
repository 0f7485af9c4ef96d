"""Compares runs of lines: how alike they are, where an altered run stands in a long file, how indents map."""

import difflib
import itertools
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ´", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad"),
    }
)
_LONGEST_LINE = 2000
_MOST_PLACES = 24
_COMMON_WORD = 60
_WORD = re.compile(r"\w+|[^\w\s]")


def plain(text: str) -> str:
    """The text with typographic quotes, dashes, spaces and invisible signs as a keyboard would write them."""
    return unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)


def align(old: Sequence[str], found: Sequence[str]) -> list[int | None]:
    """For each line of `old` the line of `found` that corresponds to it, if one does; the numbers rise."""
    ours, theirs = [plain(line).strip() for line in old], [plain(line).strip() for line in found]
    out: list[int | None] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            out += range(j1, j2)
        else:
            out += (None if j is None else j1 + j for j in _pair(ours[i1:i2], theirs[j1:j2]))
    return out


def _pair(ours: Sequence[str], theirs: Sequence[str]) -> list[int | None]:
    """Pairs differing lines in order; where one side has more, the least alike ones stay alone."""
    spare, missing = max(0, len(theirs) - len(ours)), max(0, len(ours) - len(theirs))
    out: list[int | None] = []
    at = 0
    for line in ours:
        options = range(at, min(at + spare + 1, len(theirs)))
        best = max(options, key=lambda j: _line_ratio(line, theirs[j]) if spare else 1.0, default=None)
        if best is None or (missing and _line_ratio(line, theirs[best]) < 0.5):
            missing -= 1
            out.append(None)
            continue
        out.append(best)
        spare -= best - at
        at = best + 1
    return out


def similarity(old: Sequence[str], found: Sequence[str]) -> float:
    """How alike two runs of lines are, 0 to 1: like `difflib`'s ratio, counted line by line, indents left out."""
    ours, theirs = [plain(line).strip() for line in old], [plain(line).strip() for line in found]
    total = sum(map(len, ours)) + sum(map(len, theirs))
    common = 0.0
    for line, j in zip(ours, align(old, found), strict=True):
        if j is not None:
            common += _line_ratio(line, theirs[j]) * (len(line) + len(theirs[j]))
    return common / total if total else 0.0


def _line_ratio(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if len(a) > _LONGEST_LINE or len(b) > _LONGEST_LINE:
        return 0.0
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


@dataclass(frozen=True, slots=True)
class Place:
    """A run of lines that resembles another: `start` counts from 0."""

    start: int
    size: int
    score: float


def most_similar(lines: Sequence[str], old: Sequence[str]) -> list[Place]:
    """Places as long as `old` that are like it, best first. The cost is bounded, also in long files."""
    places = []
    for start in _likely_starts(lines, old):
        size = min(len(old), len(lines) - start)
        places.append(Place(start, size, similarity(old, lines[start : start + size])))
    return sorted(places, key=lambda place: (-place.score, place.start))


def best_size(lines: Sequence[str], old: Sequence[str], place: Place) -> Place:
    """The place made up to two lines longer or shorter, where lines were left out or added in between."""
    best = place
    for size in (place.size - 1, place.size + 1, place.size - 2, place.size + 2):
        if size >= 1 and place.start + size <= len(lines):
            score = similarity(old, lines[place.start : place.start + size])
            best = Place(place.start, size, score) if score > best.score else best
    return best


def _likely_starts(lines: Sequence[str], old: Sequence[str]) -> list[int]:
    """Where `old` may begin: its rarer words vote for the line they would put its beginning at."""
    where: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        for word in _words(line):
            where[word].append(number)
    votes: Counter[int] = Counter()
    for offset, line in enumerate(old):
        for word in _words(line):
            numbers = where.get(word, ())
            if len(numbers) <= _COMMON_WORD:
                for number in numbers:
                    votes[max(0, number - offset)] += math.ceil(100 / len(numbers))
    if not votes and len(lines) <= _MOST_PLACES:
        return list(range(len(lines)))
    return [start for start, _ in votes.most_common(_MOST_PLACES)]


def _words(line: str) -> set[str]:
    return set(_WORD.findall(plain(line[:_LONGEST_LINE])))


def indent_of(line: str) -> str:
    """The white space a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


@dataclass(frozen=True, slots=True)
class IndentMap:
    """How indents of one text are written in another. `certain` where no indent would need two answers."""

    known: dict[str, str]
    certain: bool

    def apply(self, line: str) -> str:
        """The line with the other text's indent; blank lines and indents that fit nowhere stay."""
        indent, rest = indent_of(line), line.lstrip(" \t")
        if not rest or not self.known:
            return line
        if indent in self.known:
            return self.known[indent] + rest
        outer = max((known for known in self.known if indent.startswith(known)), key=len, default=None)
        if outer is not None:
            return self.known[outer] + self._deeper(indent[len(outer) :]) + rest
        shallowest = min(self.known, key=len)
        missing = shallowest.removeprefix(indent)
        if shallowest.startswith(indent) and self.known[shallowest].endswith(missing):
            return self.known[shallowest].removesuffix(missing) + rest
        return line

    def _deeper(self, extra: str) -> str:
        """Further indent, in the other text's unit where both units are known (two spaces here, a tab there)."""
        for step, written in self._steps():
            times = len(extra) // len(step)
            if times and extra == step * times:
                return written * times
        return extra

    def _steps(self) -> Iterator[tuple[str, str]]:
        indents = sorted(self.known, key=len)
        for outer, inner in itertools.pairwise(indents):
            if inner.startswith(outer) and self.known[inner].startswith(self.known[outer]):
                step, written = inner.removeprefix(outer), self.known[inner].removeprefix(self.known[outer])
                if step and written:
                    yield step, written
        for here, there in self.known.items():  # one indent alone tells the units only where tabs meet spaces
            if here and there and set(here) != set(there) and len(set(there)) == 1:
                yield here, there


def learn_indents(pairs: Iterable[tuple[str, str]]) -> IndentMap:
    """The map from indents on the left to those on the right, by lines that correspond; the majority decides."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for ours, theirs in pairs:
        if ours.strip() and theirs.strip():
            seen[indent_of(ours)][indent_of(theirs)] += 1
    known = {indent: counted.most_common(1)[0][0] for indent, counted in seen.items()}
    return IndentMap(known, certain=all(len(counted) == 1 for counted in seen.values()))
