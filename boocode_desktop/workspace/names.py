"""File names inside a session: bytes on disk, text on screen.

Inside this room a path is relative, with `/`, as `os.fsdecode` gives it (undecodable bytes are surrogates). Outside it
is what `shown` makes of it: plain text that can be stored, printed and typed back.
"""

import os
import re
from collections.abc import Iterable

from boocode_desktop.domain.errors import NotFoundError, UsageError

_DOT_GIT = re.compile(r"^(\.git|git~1)[ .]*(:.*)?$", re.IGNORECASE | re.DOTALL)


def shown(path: str) -> str:
    """The name for people: undecodable bytes as `\\xe9`, so that two names never look the same."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def raw_hex(path: str) -> str:
    """The name's bytes in hex where they are not UTF-8, else ""."""
    data = os.fsencode(path)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.hex()
    return ""


def storable(path: str) -> bool:
    """Whether git can hold the name: nothing that some file system would take for `.git`."""
    return not any(_DOT_GIT.match(part) for part in path.split("/"))


def checked(path: str) -> str:
    """A relative path that stays below its root.

    Raises:
        UsageError: it is empty, absolute or climbs out.
    """
    parts = path.split("/")
    if not path or "\0" in path or path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise UsageError(
            f"{shown(path)!r} is not a path inside the session.", "Give it relative to the session's root."
        )
    return path


def matching(name: str, paths: Iterable[str]) -> str:
    """The path among `paths` that a person's `name` means: exact, as shown, with U+FFFD, or in hex.

    Raises:
        NotFoundError: none or several match.
    """
    known = list(paths) if name else []
    if name in known:
        return name
    tests = (shown, raw_hex, lambda path: os.fsencode(path).decode("utf-8", "replace"))
    for test in tests:
        hits = [path for path in known if test(path) == name]
        if len(hits) == 1:
            return hits[0]
    raise NotFoundError(
        f"There is no {name or 'file without a name'} here.", "`boocode changes list` names every changed file."
    )
