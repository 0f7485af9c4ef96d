"""Which file a code block of an answer is meant for, where the answer says so."""

import re

LOOKED_AT = 300
_PATH = r"(?:[\w@+-][\w@.+-]*/)*[\w@.+-]+\.[A-Za-z][\w]{0,9}"
_KNOWN = r"(?:[\w@+-][\w@.+-]*/)*(?:Makefile|Dockerfile|Justfile|\.gitignore|\.editorconfig)"
_WHOLE = re.compile(rf"(?:\./)?(?P<path>{_PATH}|{_KNOWN})")
_NAMED = re.compile(r"(?:title|filename|file|path)=[\"']?(?P<path>[^\"'\s]+)", re.IGNORECASE)
_COMMENT = re.compile(
    r"\s*(?:#|//|--|;|/\*|<!--|%)\s*(?:file(?:name)?:\s*)?(?P<path>\S+?)\s*(?:\*/|-->)?\s*$", re.IGNORECASE
)
_QUOTED = re.compile(r"[`*_]{1,3}(?P<path>[^`*\s]+)[`*_]{1,3}\s*(?:\([^)]*\)\s*)?:?\s*$")
_HEADING = re.compile(r"#{1,6}\s+`?(?P<path>[^`\s]+?)`?:?\s*$")


def path_hint(info: str, code: str, before: str) -> str:
    """The path that a fence's words, the first comment in the code or the line before it name; "" for none.

    `info` is what stands behind the fence, `before` the text up to it.
    """
    info = info[:LOOKED_AT]
    named = _NAMED.search(info)
    words = info.split()
    language, _, behind = (words[0] if words else "").partition(":")
    candidates = [named["path"] if named else "", behind, *words[1:], language if "/" in language else ""]
    first = _COMMENT.match(code[:LOOKED_AT].split("\n", 1)[0])
    candidates.append(first["path"] if first else "")
    line = before[-LOOKED_AT:].rstrip().rsplit("\n", 1)[-1]
    for pattern in (_HEADING, _QUOTED):
        found = pattern.search(line)
        candidates.append(found["path"] if found else "")
    return next((path for path in map(_clean, candidates) if path), "")


def can_be_a_file(language: str, code: str) -> bool:
    """Whether a block may be the content of a file: not a difference, not what a terminal showed, not empty."""
    return bool(code.strip()) and language not in ("diff", "patch", "console", "terminal", "shell-session", "output")


def _clean(word: str) -> str:
    match = _WHOLE.fullmatch(word)
    return match["path"] if match and ".." not in word else ""
