"""Files that a prompt names with an at sign, as links for agents that read what they are linked to.

The text keeps its words. A link is only made to what an agent should take in whole: a regular text file of the
session's folder that is not large. All else stays words, and the agent may open it with its own tools.
"""

import mimetypes
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_FILES = 20
MOST_BYTES = 64_000
_LOOKED_AT = 8_000
_MENTION = re.compile(r'(?<![^\s("\'\[{,;])@(?:"(?P<quoted>[^"\n]+)"|(?P<bare>[^\s"]+))')
_AFTER = ".,;:!?)]}'\""
_LINE = re.compile(r":\d+(?:[-:]\d+)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionedFile:
    """A file to link to: `path` is absolute and free of links, `name` its path in the folder, `size` in bytes."""

    path: Path
    name: str
    size: int
    media_type: str

    @property
    def uri(self) -> str:
        """Its address."""
        return self.path.as_uri()


def mentioned_names(text: str) -> Iterator[tuple[str, ...]]:
    """For each mention what it may name, the longest first: with and without a full stop or a line number after it."""
    for found in _MENTION.finditer(text):
        whole = found["quoted"] or found["bare"]
        bare = whole if found["quoted"] else whole.rstrip(_AFTER)
        yield tuple(dict.fromkeys((whole, bare, _LINE.sub("", bare))))


def mentioned_files(text: str, root: Path) -> tuple[MentionedFile, ...]:
    """The files of a prompt, each once, in order. Looks at the disk: call it in a thread."""
    if "@" not in text:
        return ()
    top = root.resolve()
    files: dict[Path, MentionedFile] = {}
    for names in mentioned_names(text):
        file = next((f for name in names if (f := _file(top, name)) is not None), None)
        if file is not None:
            files.setdefault(file.path, file)
        if len(files) == MOST_FILES:
            break
    return tuple(files.values())


def _file(top: Path, name: str) -> MentionedFile | None:
    try:
        path = (top / name).resolve(strict=True)
        if not path.is_relative_to(top) or ".git" in path.relative_to(top).parts:
            return None
        about = path.stat()
        if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
            return None
        with path.open("rb") as stream:
            if b"\0" in stream.read(_LOOKED_AT):
                return None
    except (OSError, ValueError, RuntimeError):
        return None
    known = mimetypes.guess_type(path.name)[0]
    return MentionedFile(
        path=path,
        name=path.relative_to(top).as_posix(),
        size=about.st_size,
        media_type=known if known and known.startswith(("text/", "application/")) else "text/plain",
    )
