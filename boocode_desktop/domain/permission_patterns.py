"""The grammar of permission rules, and what a pattern matches.

    run: git push origin *        argument words; `*` `?` `[…]` match inside one word, a last bare `*` any rest
    run: bash -lc 'make all'      quotes as in a shell, for grouping only: what is quoted is taken as it stands
    read: /usr/share/doc/**       an absolute path; `*` stays inside one folder, `**` crosses folders
    write: docs/**                relative: below the session's worktree (also covers deleting)
    read: .env                    relative and without `/`: that name at any depth of the worktree
    delete: build/**              deleting alone
    fetch: *.example.com          a host, or host:port
    mcp: server/tool              a tool of an MCP server
    tool: name                    a foreign agent's own tool; a deny or ask also covers the built-in tool of that name

A backslash before `*`, `?` or `[` takes it literally. Words are compared one by one with the exact arguments and never
with a joined line, so quoting inside an argument cannot become another argument.
"""

import fnmatch
import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from boocode_desktop.domain.errors import UsageError

PatternKind = Literal["run", "read", "write", "delete", "fetch", "mcp", "tool"]

_WILD = "*?["
_SPACE = " \t\n\r"
_EXAMPLES = "Examples: `run: git push origin *`, `read: /usr/share/**`, `write: docs/**`, `fetch: example.com`."
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")


@dataclass(frozen=True, slots=True)
class Word:
    """One piece of a pattern: a command word, a folder name, a host. `deep` is a path's `**`, `any` a bare `*`."""

    exact: re.Pattern[str]
    loose: re.Pattern[str]
    any: bool
    literal: bool
    deep: bool = False

    def matches(self, text: str, *, loose: bool) -> bool:
        """Whether `text` is this word; loosely, without regard to case and Unicode composition."""
        if loose:
            return self.loose.match(unicodedata.normalize("NFC", text)) is not None
        return self.exact.match(text) is not None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed rule. `absolute` is about paths; `literal` says that no wildcard stands in it."""

    kind: PatternKind
    words: tuple[Word, ...]
    absolute: bool = False

    @property
    def literal(self) -> bool:
        """Whether it names one thing only."""
        return all(word.literal for word in self.words)

    def matches_argv(self, argv: Sequence[str], *, loose: bool = False) -> bool:
        """Whether the words are exactly these arguments; a last bare `*` takes any rest, also none."""
        words = self.words
        if len(words) > 1 and words[-1].any:
            words = words[:-1]
        elif len(words) != len(argv) and not (len(words) == 1 and words[0].any):
            return False
        return len(argv) >= len(words) and all(
            word.matches(argument, loose=loose) for word, argument in zip(words, argv, strict=False)
        )

    def matches_path(self, path: str, root: str, *, loose: bool = False) -> bool:
        """Whether an absolute path fits; relative patterns fit only below `root`."""
        parts = split_path(path)
        if not self.absolute:
            inner = below(parts, split_path(root), fold=is_windows(root))
            if not inner:
                return False
            parts = inner
        return _match_parts(self.words, parts, loose=loose or is_windows(path))

    def matches_name(self, name: str, *, loose: bool = False) -> bool:
        """Whether a host, `server/tool` or tool name fits."""
        parts = name.split("/", len(self.words) - 1)
        return len(parts) == len(self.words) and all(
            word.matches(part, loose=loose) for word, part in zip(self.words, parts, strict=True)
        )


def is_windows(path: str) -> bool:
    """Whether a path has a drive letter or names a network share."""
    return _WINDOWS.match(path) is not None


def split_path(path: str) -> tuple[str, ...]:
    """The parts of an absolute path, without empty ones; a Windows path's separators are understood."""
    text = path.replace("\\", "/") if is_windows(path) else path
    return tuple(part for part in text.split("/") if part)


def below(parts: tuple[str, ...], root: tuple[str, ...], *, fold: bool = False) -> tuple[str, ...] | None:
    """The parts after `root`, None where they are not below it."""
    head = parts[: len(root)]
    same = [p.casefold() for p in head] == [r.casefold() for r in root] if fold else head == root
    return parts[len(root) :] if same else None


@functools.lru_cache(maxsize=1024)
def parse_pattern(text: str) -> Pattern:
    """The pattern of a rule.

    Raises:
        UsageError: it is not one; the message says where.
    """
    name, colon, rest = text.partition(":")
    kind = name.strip().lower()
    if not colon or kind not in get_args(PatternKind):
        known = ", ".join(get_args(PatternKind))
        raise UsageError(f"A rule begins with one of {known} and a colon: {text!r} does not.", _EXAMPLES)
    if "\0" in rest:
        raise UsageError("A rule cannot hold a NUL character.", _EXAMPLES)
    rest = rest.strip(_SPACE)
    if not rest:
        raise UsageError(f"The rule {text!r} says nothing after the colon.", _EXAMPLES)
    match kind:
        case "run":
            return Pattern("run", tuple(_word(word) for word in _lex(rest)))
        case "read" | "write" | "delete":
            return _path_pattern(kind, rest)
        case "fetch":
            return Pattern("fetch", (_word(_unescape(_host(rest))),))
        case "mcp":
            return Pattern("mcp", _mcp_words(rest))
        case _:
            return Pattern("tool", (_word(_unescape(rest)),))


def quote_word(word: str) -> str:
    """An argument as it is written in a `run:` pattern so that it stands for itself."""
    if word and re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"


def quote_path(path: str) -> str:
    """A path or name as it is written in a pattern so that it stands for itself."""
    text = path.replace("\\", "/") if is_windows(path) else path.replace("\\", "\\\\")
    text = re.sub(r"[*?\[]", r"[\g<0>]", text)
    return re.sub(r"^[ \t\n\r]|[ \t\n\r]$", r"[\g<0>]", text)


def _match_parts(words: tuple[Word, ...], parts: tuple[str, ...], *, loose: bool) -> bool:
    """Positions reachable in `parts` after each word: linear in words times parts, whatever the pattern."""
    reachable = {0}
    for word in words:
        if word.deep:
            reachable = set(range(min(reachable), len(parts) + 1))
        else:
            reachable = {i + 1 for i in reachable if i < len(parts) and word.matches(parts[i], loose=loose)}
        if not reachable:
            return False
    return len(parts) in reachable


def _word(pattern: str) -> Word:
    literal = not any(c in _WILD for c in re.sub(r"\[[*?\[\s]\]", "", pattern))
    composed = unicodedata.normalize("NFC", pattern)
    return Word(
        exact=re.compile(fnmatch.translate(pattern)),
        loose=re.compile(fnmatch.translate(composed), re.IGNORECASE),
        any=pattern == "*",
        literal=literal,
    )


def _protect(char: str) -> str:
    """A character that stands for itself, in the notation of `fnmatch`."""
    return f"[{char}]" if char in _WILD else char


def _unescape(text: str) -> str:
    """Backslash escapes to the notation of `fnmatch`."""
    if re.search(r"(?<!\\)(?:\\\\)*\\$", text):
        raise UsageError(f"The pattern {text!r} ends in a backslash that escapes nothing.", _EXAMPLES)
    return re.sub(r"\\(.)", lambda found: _protect(found[1]), text, flags=re.DOTALL)


def _path_pattern(kind: Literal["read", "write", "delete"], text: str) -> Pattern:
    if text.startswith("~"):
        raise UsageError(f"Write the whole path instead of {text!r}: `~` is not expanded in rules.", _EXAMPLES)
    absolute = text.startswith("/") or re.match(r"[A-Za-z]:/", text) is not None
    parts = [part for part in _unescape(text).split("/") if part and part != "."]
    if ".." in parts:
        raise UsageError(f"A rule's path cannot hold `..`: {text!r}.", "Write the path it leads to.")
    if not absolute and "/" not in text:
        parts.insert(0, "**")
    deep = Word(re.compile(""), re.compile(""), any=True, literal=False, deep=True)
    return Pattern(kind, tuple(deep if part == "**" else _word(part) for part in parts), absolute)


def _host(text: str) -> str:
    if "/" in text or any(c in _SPACE for c in text):
        raise UsageError(f"A fetch rule names a host, without scheme or path: {text!r}.", "For example fetch: docs.rs")
    return text.lower()


def _mcp_words(text: str) -> tuple[Word, ...]:
    server, slash, tool = _unescape(text).partition("/")
    if not slash or not server or not tool:
        raise UsageError(f"An mcp rule is written server/tool: {text!r}.", "For example mcp: github/create_issue")
    return (_word(server), _word(tool))


def _lex(text: str) -> list[str]:
    """Shell-like words in the notation of `fnmatch`; quotes group and protect, and mean nothing else."""
    words: list[str] = []
    current: list[str] | None = None
    quote = ""
    chars = iter(text)
    for char in chars:
        if not quote and char in _SPACE:
            if current is not None:
                words.append("".join(current))
            current = None
            continue
        current = [] if current is None else current
        if quote and char == quote:
            quote = ""
        elif quote:
            current.append(_protect(char))
        elif char in "'\"":
            quote = char
        else:
            current.append(_escaped(chars, text) if char == "\\" else char)
    if quote:
        raise UsageError(f"The quote {quote} is not closed in {text!r}.", _EXAMPLES)
    return [*words, "".join(current)] if current is not None else words


def _escaped(chars: Iterator[str], text: str) -> str:
    following = next(chars, None)
    if following is None:
        raise UsageError(f"The pattern {text!r} ends in a backslash that escapes nothing.", _EXAMPLES)
    return _protect(following)
