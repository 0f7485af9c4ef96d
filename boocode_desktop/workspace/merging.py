"""Three versions of one file into one, or the reason why not."""

import posixpath

from boocode_desktop.workspace.safe_files import LINK, FileState
from boocode_desktop.workspace.text_edits import is_binary, merge


class ConflictError(Exception):
    """Two sides changed the same thing; the text says what, for a conflict card."""


def merge_states(base: FileState | None, ours: FileState | None, theirs: FileState | None) -> FileState | None:
    """`ours` with what `theirs` changed since `base`; None is an absent file.

    Raises:
        ConflictError: both changed the same lines, or one of them is no text.
    """
    if base in (theirs, ours):
        return theirs if base == ours else ours
    if ours == theirs:
        return ours
    if base is None or ours is None or theirs is None:
        raise ConflictError(_absence(base, ours, theirs))
    if LINK in (base.mode, ours.mode, theirs.mode):
        raise ConflictError("it is a symbolic link on one side, and both sides changed it")
    data = merge(base.data, ours.data, theirs.data)
    if data is None:
        binary = any(is_binary(side.data) for side in (base, ours, theirs))
        raise ConflictError(
            "both sides changed it, and it is binary" if binary else "both sides changed the same lines"
        )
    return FileState(mode=theirs.mode if theirs.mode != base.mode else ours.mode, data=data)


def _absence(base: FileState | None, ours: FileState | None, theirs: FileState | None) -> str:
    if base is None:
        return "a different file of that name exists there already"
    if ours is None:
        return "it was deleted there"
    assert theirs is None
    return "it was changed there and is to be deleted"


def leads_outside(path: str, target: bytes) -> bool:
    """Whether a symbolic link at `path` points out of its folder."""
    text = target.decode("utf-8", "surrogateescape")
    if text.startswith("/") or (len(text) > 1 and text[1] == ":"):
        return True
    landing = posixpath.normpath(posixpath.join(posixpath.dirname(path), text))
    return landing == ".." or landing.startswith("../")
