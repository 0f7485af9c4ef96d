"""A small unified diff of what an agent says it changed. Bounded: agents send whole files, and twice."""

import difflib
from dataclasses import dataclass

CONTEXT = 3
MIDDLE_LIMIT = 1_500
"""Lines of one side beyond which the changed middle is shown as replaced as a whole, instead of compared."""
SIZE_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDiff:
    """A file's change as unified text, with its line counts; `text` is empty when it is too large to show."""

    path: str
    text: str
    added: int
    removed: int


def diff_texts(path: str, old: str | None, new: str) -> TextDiff:
    """The change from `old` (None: there was no file) to `new`."""
    if len(old or "") + len(new) > SIZE_LIMIT:
        return TextDiff(path=path, text="", added=new.count("\n"), removed=(old or "").count("\n"))
    before, after = (old or "").splitlines(keepends=True), new.splitlines(keepends=True)
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    lead, trail = min(head, CONTEXT), min(tail, CONTEXT)
    left = before[head - lead : len(before) - tail + trail]
    right = after[head - lead : len(after) - tail + trail]
    body = _compare(left, right, head - lead)
    return TextDiff(
        path=path,
        text="".join([f"--- {path if old is not None else '/dev/null'}\n", f"+++ {path}\n", *body]) if body else "",
        added=sum(line.startswith("+") for line in body),
        removed=sum(line.startswith("-") for line in body),
    )


def _shared(left: list[str], right: list[str]) -> int:
    for number, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return number
    return min(len(left), len(right))


def _compare(left: list[str], right: list[str], offset: int) -> list[str]:
    """Hunks of the changed middle; their line numbers moved by what was cut off before it."""
    if left == right:
        return []
    if max(len(left), len(right)) > MIDDLE_LIMIT:
        return [_header(offset, len(left), len(right)), *(_mark("-", s) for s in left), *(_mark("+", s) for s in right)]
    lines: list[str] = []
    for group in difflib.SequenceMatcher(None, left, right, autojunk=True).get_grouped_opcodes(CONTEXT):
        first, last = group[0], group[-1]
        lines.append(_header(offset + first[1], last[2] - first[1], last[4] - first[3], first[3] - first[1]))
        for tag, a0, a1, b0, b1 in group:
            if tag == "equal":
                lines += [_mark(" ", s) for s in left[a0:a1]]
                continue
            lines += [_mark("-", s) for s in left[a0:a1]]
            lines += [_mark("+", s) for s in right[b0:b1]]
    return lines


def _header(start: int, old: int, new: int, shift: int = 0) -> str:
    return f"@@ -{_range(start, old)} +{_range(start + shift, new)} @@\n"


def _range(start: int, length: int) -> str:
    return f"{start + 1 if length else start},{length}"


def _mark(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
