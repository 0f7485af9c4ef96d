"""How each program is called for one turn: arguments, environment and standard input, as data and pure functions."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from boocode_desktop.agents.oneshot.access import Access
from boocode_desktop.agents.oneshot.claude_dialect import ClaudeDialect
from boocode_desktop.agents.oneshot.dialects import Dialect
from boocode_desktop.agents.oneshot.goose_dialect import GooseDialect
from boocode_desktop.agents.oneshot.kimi_dialect import KimiDialect
from boocode_desktop.agents.oneshot.opencode_dialect import OpencodeDialect
from boocode_desktop.domain.errors import AdapterError, UserFacingError

ARGUMENT_LIMIT = 100_000
"""Bytes that a prompt may have where it must be an argument; the kernel refuses more than 128 KiB."""
Environment = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How a program is held to an access."""

    args: tuple[str, ...] = ()
    env: Environment = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image for the agent: its bytes, and a file of ours that holds them."""

    data: bytes = field(repr=False)
    media_type: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one call is about. `session` is the agent's conversation to go on with, `fresh` the name of a new one."""

    text: str
    session: str = ""
    fresh: str = ""
    model: str = ""
    effort: str = ""
    access: Access = "read"
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A program's call: what follows its name, what its environment has more, and what it reads."""

    args: tuple[str, ...]
    env: Mapping[str, str]
    stdin: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one program is used.

    Attributes:
        held: What it can be held to, and how.
        base: Arguments of every call.
        resume: Before the id of a conversation to go on with.
        name: Before the name of a new conversation, for programs that let us choose it.
        model: The flag before a model, effort likewise; "" where there is none.
        pictures: How images are given: as JSON on standard input, as files, or not at all.
        prompt: The flag for a prompt that must be an argument; "" where the program reads standard input.
        has_end: Its stream ends with a line of its own, so one without it broke off.
        lost: Parts of what it says when it does not know the conversation.
    """

    dialect: Callable[[], Dialect]
    held: Mapping[Access, Held]
    base: tuple[str, ...]
    resume: tuple[str, ...]
    lost: tuple[str, ...]
    name: str = ""
    model: str = "--model"
    effort: str = ""
    pictures: str = ""
    prompt: str = ""
    has_end: bool = True


def _permission(edit: str, command: str) -> Environment:
    """Without a person it refuses what would ask; running commands is allowed in a sandbox only, which sets bounds."""
    rules = {"edit": edit, "bash": command, "external_directory": command, "webfetch": command, "doom_loop": "deny"}
    return (("OPENCODE_PERMISSION", json.dumps(rules)),)


WAYS: Mapping[str, Way] = {
    "claude": Way(
        dialect=ClaudeDialect,
        # Accepting edits alone would also run commands such as `touch` and `rm`.
        held={
            "read": Held(args=("--permission-mode=plan", "--disallowedTools=Bash,Edit,Write,NotebookEdit")),
            "edit": Held(args=("--permission-mode=acceptEdits", "--disallowedTools=Bash")),
            "full": Held(args=("--permission-mode=acceptEdits", "--allowedTools=Bash")),
        },
        base=("-p", "--output-format=stream-json", "--verbose", "--include-partial-messages"),
        resume=("--resume",),
        lost=("No conversation found",),
        effort="--effort",
        pictures="json",
    ),
    "qwen": Way(
        dialect=partial(ClaudeDialect, cumulative=True),
        # Without a person its default mode leaves out the tools that change things.
        held={
            "read": Held(args=("--approval-mode=default",)),
            "edit": Held(args=("--approval-mode=auto-edit",)),
            "full": Held(args=("--approval-mode=yolo",)),
        },
        base=("--output-format=stream-json", "--include-partial-messages"),
        resume=("--resume",),
        lost=("No saved session found",),
    ),
    "goose": Way(
        dialect=GooseDialect,
        # It has nothing between talking only and doing everything.
        held={"read": Held(env=(("GOOSE_MODE", "chat"),)), "full": Held(env=(("GOOSE_MODE", "auto"),))},
        base=("run", "--output-format=stream-json", "--with-builtin=developer", "--instructions=-"),
        resume=("--resume", "--name"),
        lost=("No session found",),
        name="--name",
    ),
    "opencode": Way(
        dialect=OpencodeDialect,
        # Its plan agent writes all the same where the person's settings allow edits.
        held={
            "read": Held(env=_permission("deny", "deny")),
            "edit": Held(env=_permission("allow", "deny")),
            "full": Held(env=_permission("allow", "allow")),
        },
        base=("run", "--format=json", "--thinking"),
        resume=("--session",),
        lost=("Session not found",),
        effort="--variant",
        pictures="files",
        has_end=False,
    ),
    "kimi": Way(
        dialect=KimiDialect,
        # Without a window it approves everything itself.
        held={"full": Held()},
        base=("--output-format=stream-json",),
        resume=("--session",),
        lost=("not found",),
        prompt="--prompt",
        has_end=False,
    ),
}


def way_named(name: str, label: str) -> Way:
    """The way of that name.

    Raises:
        UserFacingError: there is none.
    """
    if name not in WAYS:
        raise UserFacingError(
            f"How {label} is called one-shot is not known.", f"These programs are known: {', '.join(WAYS)}."
        )
    return WAYS[name]


def compose(way: Way, turn: Turn) -> Call:
    """The call for one turn.

    Raises:
        AdapterError: the prompt must be an argument and is too long for one.
    """
    held = way.held[turn.access]
    args = [*way.base, *held.args]
    if turn.session:
        *before, flag = way.resume
        args += [*before, f"{flag}={turn.session}"]
    elif way.name:
        args.append(f"{way.name}={turn.fresh}")
    if turn.model and way.model:
        args.append(f"{way.model}={turn.model}")
    if turn.effort and way.effort:
        args.append(f"{way.effort}={turn.effort}")
    env = dict(held.env)
    if way.prompt:
        return Call(args=(*args, f"{way.prompt}={_argument(turn.text)}"), env=env, stdin=b"")
    if turn.pictures and way.pictures == "json":
        return Call(args=(*args, "--input-format=stream-json"), env=env, stdin=_message(turn.text, turn.pictures))
    if way.pictures == "files":
        args += [f"--file={picture.path}" for picture in turn.pictures]
    return Call(args=tuple(args), env=env, stdin=turn.text.encode("utf-8", "replace"))


def is_lost(way: Way, words: Sequence[str]) -> bool:
    """Whether a program says that it does not know the conversation it should go on with."""
    return any(sign in line for sign in way.lost for line in words)


def _argument(text: str) -> str:
    """A prompt as an argument; a NUL character cannot be in one."""
    if len(text.encode("utf-8", "replace")) > ARGUMENT_LIMIT:
        raise AdapterError(
            "The message is too long for this agent, which takes it as an argument.",
            "Put the long part into a file and name the file.",
        )
    return text.replace("\0", "")


def _message(text: str, pictures: Sequence[Picture]) -> bytes:
    content: list[object] = [{"type": "text", "text": text}]
    for picture in pictures:
        data = base64.b64encode(picture.data).decode("ascii")
        source = {"type": "base64", "media_type": picture.media_type, "data": data}
        content.append({"type": "image", "source": source})
    line = {"type": "user", "message": {"role": "user", "content": content}}
    return json.dumps(line).encode() + b"\n"
