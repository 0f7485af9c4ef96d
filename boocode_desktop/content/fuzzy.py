"""Fuzzy ranking of short titles: a subsequence scorer that prefers whole words and word starts. Pure."""

import heapq
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WHOLE, _AT_START, _AT_WORD = 1_000, 300, 200
_WORD_START, _NEIGHBOUR, _MOST_GAP = 30, 15, 12
_NO_START = "\0"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A title prepared for matching. `starts` is `folded` with everything but word starts blanked out."""

    text: str
    folded: str
    starts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A hit: `score` (higher is better) and the indices in the title that matched, for highlighting."""

    score: int
    positions: tuple[int, ...]


def prepare(text: str) -> Candidate:
    """A title made ready once, to be matched at every key."""
    folded = fold(text)
    starts = [_NO_START] * len(folded)
    for run in _WORD.finditer(text):
        begin, end = run.span()
        starts[begin] = folded[begin]
        if not run.group().islower():
            for at in range(begin + 1, end):
                if text[at].isupper() and text[at - 1].islower():
                    starts[at] = folded[at]
    return Candidate(text=text, folded=folded, starts="".join(starts))


def fold(text: str) -> str:
    """Lower case of the same length, so that indices stay true (`İ` would become two characters)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def match(query: str, candidate: Candidate) -> Match | None:
    """How well a folded query matches, or None. Blanks in the query only separate words."""
    at = candidate.folded.find(query)
    if at >= 0:
        return _whole(query, candidate, at)
    letters = "".join(query.split())
    positions = _walk(letters, candidate, prefer_starts=True) or _walk(letters, candidate, prefer_starts=False)
    return Match(score=_score(positions, candidate), positions=positions) if positions else None


def rank(query: str, candidates: Iterable[Candidate], *, limit: int = 50) -> Sequence[tuple[int, Match]]:
    """The best candidates as (index, match), best first, equal ones in their given order. An empty query keeps all."""
    wanted = fold(query.strip())
    hits = ((i, match(wanted, c)) for i, c in enumerate(candidates))
    found = [(i, hit) for i, hit in hits if hit is not None]
    return heapq.nsmallest(limit, found, key=lambda pair: (-pair[1].score, pair[0]))


def _whole(query: str, candidate: Candidate, at: int) -> Match:
    if not query:
        return Match(score=0, positions=())
    word = at
    while word >= 0 and candidate.starts[word] == _NO_START:
        word = candidate.folded.find(query, word + 1)
    best = at if word < 0 else word
    bonus = _AT_START if best == 0 else _AT_WORD if word >= 0 else 0
    return Match(score=_WHOLE + bonus - len(candidate.text), positions=tuple(range(best, best + len(query))))


def _walk(letters: str, candidate: Candidate, *, prefer_starts: bool) -> tuple[int, ...]:
    positions: list[int] = []
    here = 0
    for letter in letters:
        at = candidate.folded.find(letter, here)
        if at < 0:
            return ()
        neighbour = bool(positions) and at == here
        start = candidate.starts.find(letter, here) if prefer_starts and not neighbour else -1
        positions.append(start if start >= 0 else at)
        here = positions[-1] + 1
    return tuple(positions)


def _score(positions: Sequence[int], candidate: Candidate) -> int:
    score, last = -len(candidate.text), -1
    for position in positions:
        if candidate.starts[position] != _NO_START:
            score += _WORD_START
        if last >= 0:
            gap = position - last - 1
            score += _NEIGHBOUR if gap == 0 else -min(gap, _MOST_GAP)
        last = position
    return score
