"""What a tool changed in one file, as unified text for showing. Pure, and bounded in time and size."""

import difflib
import re
from dataclasses import dataclass

from boocode_desktop.domain.events import Json
from boocode_desktop.domain.text_files import normal

_MOST_COMPARED = 4000
_LONGEST_DIFF = 64_000
_CONTEXT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    """A unified diff and its counts; `truncated` where the diff was cut for showing."""

    path: str
    diff: str
    added: int
    removed: int
    truncated: bool = False

    def details(self) -> Json:
        """As `ToolFinished.details` holds it."""
        facts: Json = {"path": self.path, "diff": self.diff, "added": self.added, "removed": self.removed}
        return {**facts, "truncated": True} if self.truncated else facts


def diff_of(path: str, old: str | None, new: str | None) -> FileDiff:
    """The difference between two texts; None is a file that is not there."""
    before, after = _lines(old), _lines(new)
    head = _same_head(before, after)
    tail = _same_head(before[head:][::-1], after[head:][::-1])
    start = max(0, head - _CONTEXT)
    ours, theirs = before[start : len(before) - tail + _CONTEXT], after[start : len(after) - tail + _CONTEXT]
    if tail < _CONTEXT:
        ours, theirs = before[start:], after[start:]
    names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
    return _unified(path, ours, theirs, names, start)


def _lines(text: str | None) -> list[str]:
    """Lines with their ends; unlike `splitlines`, only a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", normal(text or ""))


def _same_head(a: list[str], b: list[str]) -> int:
    count = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        count += 1
    return count


def _unified(path: str, before: list[str], after: list[str], names: tuple[str, str], start: int) -> FileDiff:
    if len(before) + len(after) > _MOST_COMPARED:
        groups = [[("replace", 0, len(before), 0, len(after))]]
    else:
        groups = list(difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_CONTEXT))
    out = [f"--- {names[0]}\n", f"+++ {names[1]}\n"] if groups else []
    added = removed = 0
    for group in groups:
        i1, i2, j1, j2 = group[0][1], group[-1][2], group[0][3], group[-1][4]
        out.append(f"@@ -{_range(start + i1, i2 - i1)} +{_range(start + j1, j2 - j1)} @@\n")
        for tag, a1, a2, b1, b2 in group:
            if tag == "equal":
                out += (_marked(" ", line) for line in before[a1:a2])
                continue
            removed += a2 - a1
            added += b2 - b1
            out += (_marked("-", line) for line in before[a1:a2])
            out += (_marked("+", line) for line in after[b1:b2])
    text = "".join(out)
    cut = len(text) > _LONGEST_DIFF
    shown = text[: text.rfind("\n", 0, _LONGEST_DIFF) + 1] if cut else text
    return FileDiff(path=path, diff=shown, added=added, removed=removed, truncated=cut)


def _range(start: int, length: int) -> str:
    return f"{start + 1 if length else start},{length}"


def _marked(mark: str, line: str) -> str:
    return f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"
