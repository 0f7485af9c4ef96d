"""Comments on lines of a diff: found again after edits, and put together as one prompt. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from boocode_desktop.content.diff_rows import Spot
from boocode_desktop.domain.changes import FileDiff


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a person says about a line. `anchor`, `before` and `after` are that line and its neighbours as they read
    when it was said; `line` is where it stood then, on `side` (`old` or `new`)."""

    id: str
    path: str
    side: str
    line: int
    anchor: str
    text: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A comment and where its line is now; `stale` when no line reads like that any more."""

    comment: Comment
    line: int
    stale: bool = False

    @property
    def spot(self) -> Spot:
        """Where it is shown."""
        return self.comment.side, self.line

    @property
    def note(self) -> str:
        """What is odd about its place, "" for nothing."""
        if self.stale:
            return "The line changed since this was said."
        return f"Was line {self.comment.line}." if self.line != self.comment.line else ""


def texts_of(diff: FileDiff, side: str) -> dict[int, str]:
    """The lines of a side by number: all of them where the text is known, else those in hunks."""
    text = diff.old_text if side == "old" else diff.new_text
    if text is not None and text:
        return dict(enumerate((line.removesuffix("\r") for line in text.split("\n")), 1))
    found = {}
    for hunk in diff.hunks:
        for line in hunk.lines:
            number = line.old if side == "old" else line.new
            if number is not None:
                found[number] = line.text
    return found


def made(key: str, diff: FileDiff, spot: Spot, text: str) -> Comment:
    """A new comment on a line of a diff."""
    side, line = spot
    lines = texts_of(diff, side)
    return Comment(
        id=key,
        path=diff.change.path,
        side=side,
        line=line,
        anchor=lines.get(line, ""),
        text=text,
        before=lines.get(line - 1, ""),
        after=lines.get(line + 1, ""),
    )


def placed(comment: Comment, lines: Mapping[int, str]) -> Placed:
    """Where a comment's line is now: the line that reads like it, with the neighbours and the place as tie breakers."""

    def fit(number: int) -> tuple[int, int]:
        near = (lines.get(number - 1, "") == comment.before) + (lines.get(number + 1, "") == comment.after)
        return near, -abs(number - comment.line)

    same = [number for number, text in lines.items() if text == comment.anchor]
    if not same:
        last = max(lines, default=comment.line)
        return Placed(comment=comment, line=min(comment.line, last), stale=True)
    return Placed(comment=comment, line=max(same, key=fit))


def prompt_of(found: Sequence[Placed]) -> str:
    """Every comment as one prompt, in the order of files and lines."""
    ordered = sorted(found, key=lambda p: (p.comment.path, p.line, p.comment.side))
    what = "this review comment" if len(ordered) == 1 else f"these {len(ordered)} review comments"
    parts = [f"Please address {what} on the changes of this session."]
    parts += [_item(number, one) for number, one in enumerate(ordered, 1)]
    return "\n\n".join(parts)


def _item(number: int, one: Placed) -> str:
    where = f"`{one.comment.path}`, line {one.line}"
    if one.comment.side == "old":
        where += " of the version before the changes"
    if one.stale:
        where += " (the line has changed since; it read as below)"
    quoted = f"   > `{one.comment.anchor.strip()}`\n" if one.comment.anchor.strip() else ""
    words = "\n".join(f"   {line}".rstrip() for line in one.comment.text.splitlines())
    return f"{number}. {where}:\n{quoted}{words}"


def to_stored(comments: Sequence[Comment]) -> list[dict[str, object]]:
    """Comments as plain values."""
    return [asdict(comment) for comment in comments]


def from_stored(stored: object) -> tuple[Comment, ...]:
    """Comments from what was stored; whatever is no comment is left out."""
    if not isinstance(stored, list):
        return ()
    names = {field.name for field in fields(Comment)}
    found = []
    for one in stored:
        if isinstance(one, dict) and set(one) == names and isinstance(one["line"], int):
            words = {name: str(value) for name, value in one.items() if name != "line"}
            found.append(Comment(line=one["line"], **words))
    return tuple(found)
