"""Which words of a changed line changed: spans for a removed line and the line that replaced it."""

import difflib
import re

LENGTH_LIMIT = 2_000
LEAST_RATIO = 0.35
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

Spans = tuple[tuple[int, int], ...]


def changed_words(old: str, new: str) -> tuple[Spans, Spans]:
    """`(start, end)` spans in `old` and in `new` that differ; both empty where the lines have too little in common.

    Lines above 2,000 characters are not compared.
    """
    if max(len(old), len(new)) > LENGTH_LIMIT or old == new:
        return (), ()
    left, right = _WORDS.findall(old), _WORDS.findall(new)
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    if matcher.real_quick_ratio() < LEAST_RATIO or matcher.ratio() < LEAST_RATIO:
        return (), ()
    left_at, right_at = _offsets(left), _offsets(right)
    old_spans: list[tuple[int, int]] = []
    new_spans: list[tuple[int, int]] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            _add(old_spans, left_at[a], left_at[b])
            _add(new_spans, right_at[c], right_at[d])
    return tuple(old_spans), tuple(new_spans)


def _offsets(words: list[str]) -> list[int]:
    offsets, total = [0], 0
    for word in words:
        total += len(word)
        offsets.append(total)
    return offsets


def _add(spans: list[tuple[int, int]], start: int, end: int) -> None:
    if start == end:
        return
    if spans and spans[-1][1] >= start:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))
