"""Other ways to write the same command, so that a rule that denies or asks is not dodged by spelling.

Only such rules look here; a rule that allows is compared with the exact arguments alone. What a program does once it
runs cannot be told from its arguments: the operating system's sandbox is the border for that.
"""

import functools
import posixpath
import re
import shlex
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

Argv = tuple[str, ...]

_LAUNCHERS = frozenset({
    "env", "sudo", "doas", "nice", "ionice", "nohup", "setsid", "stdbuf", "timeout", "time", "command", "exec",
    "builtin", "eval", "xargs", "busybox", "chroot", "unshare", "flock", "watch", "find", "parallel", "script",
    "strace",
})  # fmt: skip
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "mksh"})
_KEYWORDS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "for", "in", "case", "!", "time"})
_GIT_OPTIONS_WITH_VALUE = frozenset({
    "-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--super-prefix", "--config-env",
})  # fmt: skip
_MOST_SPELLINGS = 4096
_MOST_LAUNCHED = 256
_LONGEST_SCRIPT = 32_768
_PUNCTUATION = ";&|()<>\n`{}"
_OPERATOR = re.compile(r"[;&|()<>\n`{}]+")


@dataclass(frozen=True, slots=True)
class Spellings:
    """The commands that arguments stand for; `complete` is False where they are too tangled to follow."""

    commands: tuple[Argv, ...]
    complete: bool


@functools.lru_cache(maxsize=64)
def spellings(argv: Argv) -> Spellings:
    """The command itself, then without its folder, its launcher (`env`, `sudo`, …), git's global options, and every
    command of a shell's script."""
    found: dict[Argv, None] = {}
    waiting = deque([(argv, True)] if argv else [])
    while waiting:
        command, launched = waiting.popleft()
        if command in found:
            continue
        if len(found) >= _MOST_SPELLINGS or _is_tangled(command):
            return Spellings((*found, command), complete=False)
        found[command] = None
        program = _program(command[0])
        waiting.extend((inner, True) for inner in _respelled(program, command))
        if launched and program in _LAUNCHERS:
            waiting.extend((command[start:], False) for start in range(1, len(command)))
    return Spellings(tuple(found), complete=True)


def _is_tangled(argv: Argv) -> bool:
    program = _program(argv[0])
    if program in _LAUNCHERS and len(argv) > _MOST_LAUNCHED:
        return True
    return (program in _LAUNCHERS or program in _SHELLS) and sum(map(len, argv)) > _LONGEST_SCRIPT


def mentioned_paths(argv: Argv, cwd: str) -> Iterator[str]:
    """Absolute paths that the arguments may mean, read from `cwd` without looking at the disk."""
    words = dict.fromkeys(word for command in spellings(argv).commands for word in command)
    for word in words:
        for part in (word, word.rpartition("=")[2], word.rpartition(":")[2], word.lstrip("@<>-")):
            if part and "\0" not in part:
                yield posixpath.normpath(posixpath.join(cwd, part))


def _program(word: str) -> str:
    name = word.replace("\\", "/").rpartition("/")[2]
    return name[:-4] if name.lower().endswith(".exe") else name


def _respelled(program: str, argv: Argv) -> Iterator[Argv]:
    if program != argv[0]:
        yield (program, *argv[1:])
    if program == "git":
        yield _without_git_options(argv)
    if program in _SHELLS or program == "eval":
        for word in argv[1:]:
            yield from _script_commands(word)


def _without_git_options(argv: Argv) -> Argv:
    index = 1
    while index < len(argv) and argv[index].startswith("-"):
        index += 2 if argv[index] in _GIT_OPTIONS_WITH_VALUE else 1
    return (argv[0], *argv[index:])


def _script_commands(script: str) -> Iterator[Argv]:
    """The simple commands of a shell script, roughly: words between operators, quotes taken off."""
    command: list[str] = []
    for word in _script_words(script):
        if _OPERATOR.fullmatch(word):
            yield from _without_prefix(command)
            command = []
            continue
        command.append(word.lstrip("$"))
        if word != script and ("$(" in word or "`" in word):
            yield from _script_commands(word)
    yield from _without_prefix(command)


def _script_words(script: str) -> list[str]:
    lexer = shlex.shlex(script, posix=True, punctuation_chars=_PUNCTUATION)
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:  # a quote is not closed: take the words as they come
        return re.findall(r"[;&|()<>\n`{}]+|[^\s;&|()<>`{}]+", script.replace("'", "").replace('"', ""))


def _without_prefix(words: list[str]) -> Iterator[Argv]:
    """A command without the `NAME=value` before it and without keywords such as `then`."""
    index = 0
    while index < len(words) and (re.match(r"\w+=", words[index]) or words[index] in _KEYWORDS):
        index += 1
    if words[index:]:
        yield tuple(words[index:])
