"""Line edits between two byte strings: hunks for showing, hunks applied, three-way merges. Byte exact, no disk.

A line ends after its `\\n`; `\\r` belongs to the line, and a last line may have no end.
"""

import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygit2
from pygit2.enums import DiffOption

from boocode_desktop.domain.changes import DiffLine, Hunk

BINARY_PROBE = 8000
"""Bytes looked at for a NUL, as git does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Old lines `old_lo:old_hi` became new lines `new_lo:new_hi`; 0-based, half open."""

    old_lo: int
    old_hi: int
    new_lo: int
    new_hi: int


def is_binary(data: bytes) -> bool:
    """Whether git would call it binary."""
    return b"\0" in data[:BINARY_PROBE]


def split_lines(data: bytes) -> list[bytes]:
    """Lines with their ends; joined they are the data again."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def edits(old: bytes, new: bytes) -> list[Edit]:
    """The smallest runs of changed lines, in order."""
    if old == new:
        return []
    flags = DiffOption.FORCE_TEXT | DiffOption.INDENT_HEURISTIC
    patch = pygit2.Patch.create_from(old, new, context_lines=0, interhunk_lines=0, flag=flags)
    found = []
    for hunk in patch.hunks:
        old_lo = hunk.old_start - (1 if hunk.old_lines else 0)
        new_lo = hunk.new_start - (1 if hunk.new_lines else 0)
        found.append(Edit(old_lo=old_lo, old_hi=old_lo + hunk.old_lines, new_lo=new_lo, new_hi=new_lo + hunk.new_lines))
    return found


def grouped(changes: Sequence[Edit], context: int) -> list[list[Edit]]:
    """Edits that share a hunk: those with at most `2 * context` unchanged lines between them."""
    groups: list[list[Edit]] = []
    for edit in changes:
        if groups and edit.old_lo - groups[-1][-1].old_hi <= 2 * context:
            groups[-1].append(edit)
        else:
            groups.append([edit])
    return groups


def hunks(old: bytes, new: bytes, context: int = 3) -> tuple[Hunk, ...]:
    """The hunks between two texts, for showing."""
    if old == new:
        return ()
    old_lines, new_lines = split_lines(old), split_lines(new)
    groups = grouped(edits(old, new), context)
    return tuple(_hunk(i, group, old_lines, new_lines, context) for i, group in enumerate(groups, 1))


def counts(old: bytes, new: bytes) -> tuple[int, int, int]:
    """Added lines, removed lines and hunks (context 3)."""
    changes = edits(old, new)
    added = sum(edit.new_hi - edit.new_lo for edit in changes)
    removed = sum(edit.old_hi - edit.old_lo for edit in changes)
    return added, removed, len(grouped(changes, 3))


def _hunk(index: int, group: list[Edit], old: list[bytes], new: list[bytes], context: int) -> Hunk:
    old_lo = max(0, group[0].old_lo - context)
    new_lo = group[0].new_lo - (group[0].old_lo - old_lo)
    old_hi = min(len(old), group[-1].old_hi + context)
    new_hi = group[-1].new_hi + (old_hi - group[-1].old_hi)
    return Hunk(
        index=index,
        old_start=old_lo + (1 if old_hi > old_lo else 0),
        old_lines=old_hi - old_lo,
        new_start=new_lo + (1 if new_hi > new_lo else 0),
        new_lines=new_hi - new_lo,
        lines=tuple(_shown_lines(group, old, new, (old_lo, old_hi, new_lo))),
        heading=_heading(old, old_lo),
    )


def _shown_lines(group: list[Edit], old: list[bytes], new: list[bytes], span: tuple[int, int, int]) -> list[DiffLine]:
    at, old_hi, new_at = span
    lines: list[DiffLine] = []
    for edit in [*group, Edit(old_lo=old_hi, old_hi=old_hi, new_lo=0, new_hi=0)]:
        for number in range(at, edit.old_lo):
            lines.append(_line("context", old[number], number, new_at + number - at))
        lines += [_line("removed", old[n], n, None) for n in range(edit.old_lo, edit.old_hi)]
        lines += [_line("added", new[n], None, n) for n in range(edit.new_lo, edit.new_hi)]
        at, new_at = edit.old_hi, edit.new_hi
    return lines


def _line(kind: str, data: bytes, old: int | None, new: int | None) -> DiffLine:
    return DiffLine(
        kind=kind,  # type: ignore[arg-type]
        text=line_text(data),
        old=None if old is None else old + 1,
        new=None if new is None else new + 1,
        no_newline=not data.endswith(b"\n"),
    )


def line_text(data: bytes) -> str:
    """A line for showing, without its end."""
    return data.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "replace")


def _heading(old: list[bytes], before: int) -> str:
    for line in reversed(old[max(0, before - 400) : before]):
        if line[:1].isalpha() or line[:1] in (b"_", b"$"):
            return line_text(line)[:80]
    return ""


def locate(old: bytes, new: bytes, hunk: Hunk) -> list[Edit] | None:
    """The edits of a hunk that somebody saw, in today's texts; None where the texts are different by now.

    The hunk may have been made with any context, so its changed lines count, at the same place or, where they occur
    once, elsewhere.
    """
    old_lines, new_lines = split_lines(old), split_lines(new)
    wanted = _changed(hunk)
    groups: list[list[Edit]] = []
    changes = edits(old, new)
    for first in range(len(changes)):
        for last in range(first + 1, len(changes) + 1):
            signature = _signature(changes[first:last], old_lines, new_lines)
            if len(signature) >= len(wanted):
                if signature == wanted:
                    groups.append(changes[first:last])
                break
    exact = [group for group in groups if _starts(group) == _first_numbers(hunk)]
    if exact:
        return exact[0]
    return groups[0] if len(groups) == 1 else None


def _changed(hunk: Hunk) -> list[tuple[str, str, bool]]:
    return [(line.kind, line.text, line.no_newline) for line in hunk.lines if line.kind != "context"]


def _signature(group: Sequence[Edit], old: list[bytes], new: list[bytes]) -> list[tuple[str, str, bool]]:
    lines: list[tuple[str, str, bool]] = []
    for edit in group:
        lines += [("removed", line_text(x), not x.endswith(b"\n")) for x in old[edit.old_lo : edit.old_hi]]
        lines += [("added", line_text(x), not x.endswith(b"\n")) for x in new[edit.new_lo : edit.new_hi]]
    return lines


def _starts(group: Sequence[Edit]) -> tuple[int | None, int | None]:
    first = group[0]
    if first.old_hi > first.old_lo:
        return first.old_lo + 1, None
    return None, first.new_lo + 1


def _first_numbers(hunk: Hunk) -> tuple[int | None, int | None]:
    first = next(line for line in hunk.lines if line.kind != "context")
    return (first.old, None) if first.kind == "removed" else (None, first.new)


def apply_edits(old: bytes, new: bytes, chosen: Sequence[Edit]) -> bytes:
    """`old` with only the chosen edits of `edits(old, new)` made."""
    old_lines, new_lines = split_lines(old), split_lines(new)
    out: list[bytes] = []
    at = 0
    for edit in chosen:
        out += old_lines[at : edit.old_lo] + new_lines[edit.new_lo : edit.new_hi]
        at = edit.old_hi
    return b"".join(out + old_lines[at:])


def revert_edits(old: bytes, new: bytes, chosen: Sequence[Edit]) -> bytes:
    """`new` with the chosen edits of `edits(old, new)` taken back."""
    swapped = [Edit(old_lo=e.new_lo, old_hi=e.new_hi, new_lo=e.old_lo, new_hi=e.old_hi) for e in chosen]
    return apply_edits(new, old, swapped)


def merge(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Both sides' edits on the base; None where they touch the same or neighbouring lines differently."""
    if ours == theirs or base == theirs:
        return ours
    if base == ours:
        return theirs
    if is_binary(base) or is_binary(ours) or is_binary(theirs):
        return None
    lines = split_lines(base)
    plan = _plan(edits(base, ours), split_lines(ours), edits(base, theirs), split_lines(theirs))
    if plan is None:
        return None
    out: list[bytes] = []
    at = 0
    for lo, hi, text in plan:
        out += lines[at:lo] + text
        at = hi
    return _rejoined(out + lines[at:])


Piece = tuple[int, int, list[bytes]]


def _plan(
    ours: Sequence[Edit], our_lines: list[bytes], theirs: Sequence[Edit], their_lines: list[bytes]
) -> list[Piece] | None:
    mine = [(e.old_lo, e.old_hi, our_lines[e.new_lo : e.new_hi]) for e in ours]
    other = [(e.old_lo, e.old_hi, their_lines[e.new_lo : e.new_hi]) for e in theirs]
    same = [piece for piece in mine if piece in other]
    pieces = sorted([*mine, *(piece for piece in other if piece not in same)], key=_place)
    for before, after in itertools.pairwise(pieces):
        if after[0] <= before[1]:
            return None
    return pieces


def _place(piece: Piece) -> tuple[int, int]:
    return piece[0], piece[1]


def _rejoined(lines: list[bytes]) -> bytes | None:
    # A last line without its end may only stay last: gluing it to the next line would invent a third one.
    if any(not line.endswith(b"\n") for line in lines[:-1]):
        return None
    return b"".join(lines)


def unified(old: bytes, new: bytes, only: Sequence[Edit] | None = None) -> str:
    """A unified diff body for people and models; `only` restricts it to some edits."""
    target = new if only is None else apply_edits(old, new, only)
    out: list[str] = []
    marks = {"context": " ", "removed": "-", "added": "+"}
    for hunk in hunks(old, target):
        out.append(f"@@ -{hunk.old_start},{hunk.old_lines} +{hunk.new_start},{hunk.new_lines} @@")
        for line in hunk.lines:
            out.append(marks[line.kind] + line.text)
            if line.no_newline:
                out.append("\\ No newline at end of file")
    return "\n".join(out) + "\n" if out else ""


def digest(read: Callable[[int], bytes]) -> str:
    """A short hash of a stream, for telling whether a file that is not kept has changed."""
    state = hashlib.sha1(usedforsecurity=False)
    while block := read(1 << 16):
        state.update(block)
    return state.hexdigest()[:16]
