"""What people meant when they hit a wrong key: words that differ by one letter from those of a title. Pure."""

from collections.abc import Iterable, Sequence

_SHORTEST = 4
"""Shorter words are too much like too many others, letters."""


def one_slip(typed: str, word: str) -> bool:
    """Whether a word, or its beginning, is what was typed but for one letter: wrong, missing, too many or swapped."""
    at = 0
    while at < min(len(typed), len(word)) and typed[at] == word[at]:
        at += 1
    rest, left = typed[at:], word[at:]
    return (
        not rest
        or left.startswith(rest[1:])
        or left[1:].startswith(rest[1:])
        or left[1:].startswith(rest)
        or (len(left) > 1 and rest[:2] == left[1] + left[0] and left[2:].startswith(rest[2:]))
    )


def meant(query: str, titles: Iterable[str]) -> Sequence[int]:
    """The places of the titles that hold every word of a query, each with one slip at most; for folded texts.

    The first letter is held to be right, and so are short words.
    """
    words = query.split()
    if not any(len(word) >= _SHORTEST for word in words):
        return ()
    return [at for at, title in enumerate(titles) if all(_holds(title.split(), word) for word in words)]


def _holds(inside: Sequence[str], typed: str) -> bool:
    if len(typed) < _SHORTEST:
        return any(word.startswith(typed) for word in inside)
    return any(word[0] == typed[0] and len(word) >= len(typed) - 1 and one_slip(typed, word) for word in inside)
