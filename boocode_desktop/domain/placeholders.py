"""Recognises arguments that stand for something instead of being it: `...`, `<path>`, `path/to/file`."""

import re
from typing import Literal

Kind = Literal["path", "prose", "pattern", "word", "argument"]

_DOTS = re.compile(r"[\s\"'`]*(?:\.\.\.|…|\. \. \.)[\s\"'`]*")
_YOURS = re.compile(
    r"<(?:your|insert|the|new|old|actual|full|some|enter|add)[ _-][^<>\n]{1,60}>|<(?:content|contents|placeholder)>"
    r"|\[(?:your|insert|enter)[ _-][^\[\]\n]{1,60}\]|\{\{(?:your|insert|content|path)[\w \-]{0,40}\}\}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"<[\w -]{0,24}(?:path|file|filename|dir|directory|folder|command|cmd|name|url|value|string|query|pattern|arg\d*"
    r"|args|argument|code|text|id)>|\{(?:path|file|filename|file_path)\}",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"<[^<>/\n]{1,60}>|\{\{?[\w \-]{1,40}\}?\}")
_WORDS = frozenset({"placeholder", "todo", "tbd", "fixme", "file_path", "filepath", "your_path", "your_file"})
_PATH_TO = re.compile(r"(?:^|[/\\<{])(?:path|your[/\\]path|absolute[/\\]path)[/\\]to(?:[/\\]|$)", re.IGNORECASE)
_YOUR = re.compile(r"(?:^|[/\\])(?:your|insert)[_-](?:[\w-]*[_-])?(?:here|file|path|name|project|folder|dir)\b", re.I)


_ELISION = re.compile(
    r"^[ \t]*(?:#|//|--|/\*|<!--|;|%|\{/\*)?[ \t]*(?:\.\.\.|…|\[\.\.\.\])[ \t]*\(?(?:the[ ])?"
    r"(?:rest|existing|remaining|previous|unchanged|other|same|keep|omitted|your|original|code)\b[^\n]{0,80}$",
    re.IGNORECASE | re.MULTILINE,
)


def elision(new: str, old: str = "") -> str:
    """The line by which new text only hints at code (`# ... rest of the code ...`), "" if it is all there.

    A line that the old text has as well is content, not a hint.
    """
    known = {found[0].strip() for found in _ELISION.finditer(old)}
    return next((line for found in _ELISION.finditer(new) if (line := found[0].strip()) not in known), "")


def problem(text: str, kind: Kind) -> str:
    """What the model should write instead of this placeholder; "" if it is none.

    What counts depends on where it stands: `<path>` is a placeholder as a path and a tag as a file's content; an
    argument of a command may be dots.
    """
    stripped = text.strip()
    if kind != "argument" and _DOTS.fullmatch(text):
        return "Write the whole value instead of dots: nothing is filled in for you."
    if _YOURS.fullmatch(stripped):
        return "Write the real value instead of a description of it."
    if kind in ("word", "argument", "path") and _NAMED.fullmatch(stripped):
        return "Write the real value instead of a name in brackets."
    if kind in ("word", "path") and stripped.lower() in _WORDS:
        return "Write the real value."
    if kind == "path" and (_PATH_TO.search(stripped) or _YOUR.search(stripped) or _IN_BRACKETS.fullmatch(stripped)):
        return "Write the path of something that is there, relative to the worktree; list_dir shows what there is."
    return ""


def looks_like_path(text: str) -> bool:
    """Whether text in angle brackets is a link to a file rather than a placeholder."""
    return ("." in text or "/" in text) and " " not in text and _PATH_TO.search(text) is None and bool(text.strip(". "))
