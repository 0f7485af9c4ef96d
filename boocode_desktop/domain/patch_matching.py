"""Finds the place an agent means and replaces it: exact text, then a ladder of ever kinder comparisons.

The ladder: exact, trailing space, indentation, Unicode look-alikes, similarity. The first rung with a match decides;
two matches on it are refused, with both line numbers, because a wrong place is worse than a second call. Line ends of
the file are kept, also mixed ones; so are lines that the agent repeated without change, as the file writes them.
"""

import bisect
import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.similar_lines import (
    IndentMap,
    Place,
    align,
    best_size,
    learn_indents,
    most_similar,
    plain,
)
from boocode_desktop.domain.text_files import Line, join_lines, normal, split_lines, usual_end

Rung = Literal["exact", "trailing space", "indentation", "look-alikes", "similarity"]

LEAST_SIMILARITY = 0.66
_EQUALLY_WELL = 0.02
_SHORTEST_SIMILAR = 12
_SHOWN_LINES = 12
_WORTH_SHOWING = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The new text and how its place was found. `lines` are the first and last replaced lines, counted from 1."""

    text: str
    rung: Rung
    lines: tuple[tuple[int, int], ...]
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines `start` to `stop` (from 0, end excluded) become `text`, whose line ends are LF."""

    start: int
    stop: int
    text: str


def replace_text(text: str, old: str, new: str, *, replace_all: bool = False) -> Edited:
    """`text` with `old` replaced by `new` at the one place that matches, or at every exact one.

    Raises:
        UserFacingError: nothing to do, no place matches, or several do; the message says where to look.
    """
    old, new = normal(old), normal(new)
    if not old.strip("\n"):
        raise UserFacingError("old_string is empty.", "Quote the lines to replace, or use create_file for a new file.")
    if old == new:
        raise UserFacingError("old_string and new_string are the same.", "Write in new_string what shall stand there.")
    lines = split_lines(text)
    exact = _exact_regions(lines, old, new, replace_all=replace_all)
    if exact:
        return _edited(lines, exact, "exact")
    if replace_all:
        raise _not_found([line.text for line in lines], old.split("\n"), "replace_all needs the exact text. ")
    return _edit_nearly(lines, old, new)


def _exact_regions(lines: list[Line], old: str, new: str, *, replace_all: bool) -> list[_Region]:
    whole = "".join(line.text + ("\n" if line.end else "") for line in lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.text) + (1 if line.end else 0))
    found = _occurrences(whole, old, overlapping=not replace_all)
    if len(found) > 1 and not replace_all:
        raise _ambiguous([bisect.bisect_right(starts, at) for at in found])
    regions: list[_Region] = []
    for at in found:
        first = min(bisect.bisect_right(starts, at), len(lines)) - 1
        last = bisect.bisect_left(starts, at + len(old), lo=first + 1)
        before, after = whole[starts[first] : at], whole[at + len(old) : starts[last]]
        if regions and regions[-1].stop > first:  # two places on one line: go on from what the first one made
            previous = regions.pop()
            kept = previous.text[: len(previous.text) - (starts[previous.stop] - at)]
            regions.append(_Region(previous.start, last, kept + new + after))
        else:
            regions.append(_Region(first, last, before + new + after))
    return regions


def _occurrences(whole: str, old: str, *, overlapping: bool) -> list[int]:
    found: list[int] = []
    at = whole.find(old)
    while at >= 0:
        found.append(at)
        at = whole.find(old, at + (1 if overlapping else len(old)))
    return found


def _edited(lines: list[Line], regions: Sequence[_Region], rung: Rung, score: float = 1.0) -> Edited:
    usual = usual_end(lines)
    out: list[Line] = []
    done = 0
    for region in regions:
        out += lines[done : region.start]
        out += _with_ends(lines[region.start : region.stop], region.text, usual)
        done = region.stop
    out += lines[done:]
    numbers = tuple((region.start + 1, max(region.start + 1, region.stop)) for region in regions)
    return Edited(text=join_lines(out), rung=rung, lines=numbers, score=score)


def _with_ends(old: Sequence[Line], text: str, usual: str) -> list[Line]:
    """New lines with the line ends of those they replace."""
    new = split_lines(text)
    ends = {line.end for line in old if line.end}
    if len(ends) <= 1:
        end = ends.pop() if ends else usual
        return [Line(line.text, end if line.end else "") for line in new]
    before, after = [line.text for line in old], [line.text for line in new]
    given = [usual] * len(new)
    for _, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for j in range(j1, j2):
            given[j] = old[min(i1 + j - j1, max(i2 - 1, i1), len(old) - 1)].end or usual
    return [Line(line.text, end if line.end else "") for line, end in zip(new, given, strict=True)]


def _edit_nearly(lines: list[Line], old: str, new: str) -> Edited:
    """The rungs below the exact one; they compare whole lines."""
    old_lines, new_lines = _whole_lines(old, new)
    texts = [line.text for line in lines]
    comparisons: tuple[tuple[Rung, Callable[[str], str]], ...] = (
        ("trailing space", lambda line: line.rstrip()),
        ("indentation", lambda line: line.strip()),
        ("look-alikes", lambda line: plain(line).strip()),
    )
    for rung, key in comparisons:
        starts = _same_lines([key(t) for t in texts], [key(o) for o in old_lines])
        if len(starts) > 1:
            raise _ambiguous([start + 1 for start in starts], rung)
        if starts:
            return _merged(lines, Place(starts[0], len(old_lines), 1.0), old_lines, new_lines, rung)
    return _edit_similar(lines, texts, old_lines, new_lines)


def _edit_similar(lines: list[Line], texts: list[str], old: list[str], new: list[str]) -> Edited:
    enough = len("".join("".join(old).split())) >= _SHORTEST_SIMILAR
    places = most_similar(texts, old) if enough else []
    best = best_size(texts, old, places[0]) if places else None
    if best is None or best.score < LEAST_SIMILARITY:
        raise _not_found(texts, old)
    rivals = [place for place in places[1:] if place.score >= places[0].score - _EQUALLY_WELL]
    if rivals:
        raise _ambiguous(sorted([best.start + 1, *(place.start + 1 for place in rivals)]), "similarity")
    return _merged(lines, best, old, new, "similarity")


def _whole_lines(old: str, new: str) -> tuple[list[str], list[str]]:
    """Both texts as lines; a last line end that both have is the file's own."""
    if old.endswith("\n"):
        return old[:-1].split("\n"), new.removesuffix("\n").split("\n") if new else []
    return old.split("\n"), new.split("\n")


def _same_lines(keys: Sequence[str], wanted: Sequence[str]) -> list[int]:
    if not any(wanted):
        return []
    size = len(wanted)
    return [at for at in range(len(keys) - size + 1) if keys[at] == wanted[0] and keys[at : at + size] == wanted]


def _merged(lines: list[Line], place: Place, old: list[str], new: list[str], rung: Rung) -> Edited:
    """Takes over what the agent changed between `old` and `new`; what it repeated stays as the file has it."""
    stop = place.start + place.size
    found = [line.text for line in lines[place.start : stop]]
    places = align(old, found)
    indents = learn_indents((line, found[j]) for line, j in zip(old, places, strict=True) if j is not None)
    out: list[str] = []
    done = 0
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        here = [j for j in places[i1:i2] if j is not None]
        if tag == "equal" and here:
            out += found[done : here[-1] + 1]
        elif tag != "equal":
            if here and here[-1] - here[0] + 1 != len(here):  # lines the agent never saw stand between: do not guess
                raise _not_found([line.text for line in lines], old)
            out += found[done : here[0]] if here else []
            out += _written(found, here, old[i1:i2], new[j1:j2], indents, rung)
        done = here[-1] + 1 if here else done
    text = "".join(f"{line}\n" for line in [*out, *found[done:]])
    if stop == len(lines) and not lines[-1].end:
        text = text.removesuffix("\n")
    return _edited(lines, [_Region(place.start, stop, text)], rung, place.score)


def _written(
    found: list[str], here: list[int], old: list[str], new: list[str], indents: IndentMap, rung: Rung
) -> list[str]:
    """Changed lines as the file would write them."""
    out = [indents.apply(line) for line in new] if rung != "trailing space" else new
    if rung == "look-alikes" and len(here) == len(old):
        kept = [_keep_signs(found[j], indents.apply(was), now) for j, was, now in zip(here, old, out, strict=False)]
        out = [*kept, *out[len(kept) :]]
    return out


def _keep_signs(found: str, old: str, new: str) -> str:
    """`new`, with the file's own quotes and dashes where the agent only wrote their look-alikes."""
    if len(found) != len(old):
        return new
    pieces = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        pieces.append(found[i1:i2] if tag == "equal" else new[j1:j2])
    return "".join(pieces)


def _ambiguous(numbers: Sequence[int], rung: Rung = "exact") -> UserFacingError:
    shown = ", ".join(map(str, numbers[:5])) + (f" and {len(numbers) - 5} more" if len(numbers) > 5 else "")
    how = "old_string stands" if rung == "exact" else f"old_string fits equally well (but for {rung})"
    hint = "Add lines before or after it to old_string until it fits one place only"
    return UserFacingError(
        f"{how} in {len(numbers)} places: lines {shown}. Nothing was changed.",
        hint + (", or set replace_all." if rung == "exact" else "."),
    )


def _not_found(texts: Sequence[str], old: Sequence[str], reason: str = "") -> UserFacingError:
    nearest = most_similar(texts, old)[:1]
    hint = "Read the file again and copy the lines exactly."
    if nearest and nearest[0].score >= _WORTH_SHOWING:
        place = nearest[0]
        shown = texts[place.start : place.start + min(place.size, _SHOWN_LINES)]
        body = "\n".join(line[:300] for line in shown)
        hint = f"The most similar lines ({place.score:.2f}) begin at line {place.start + 1}:\n{body}\n{hint}"
    return UserFacingError(f"{reason}old_string was not found in the file. Nothing was changed.", hint)
