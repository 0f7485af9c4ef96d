"""The little language that scripts a model from its prompt, so that demos and tests need no second file.

Lines of the prompt that begin with `@@` are played in order, one step (model reply) per tool call:

    @@write PATH TEXT        create_file; `\\n`, `\\t` and `\\\\` in TEXT stand for what they do in Python
    @@edit PATH OLD => NEW   edit_file
    @@read PATH              read_file            @@delete PATH       delete_file
    @@run CMD ARG...         run_command, split like a shell would, without a shell
    @@call NAME {JSON}       any tool
    @@par @@read PATH        neighbouring `@@par` lines share one step
    @@say TEXT               answer text          @@reason TEXT       thinking
    @@slow N SECONDS         N pieces of text, so far apart
    @@gate NAME              wait until the one who runs the script opens the gate
    @@hang                   go silent for good
    @@http CODE [TIMES]      refuse with that status, the first TIMES attempts (every one by default)
    @@drop N [TIMES]         cut the connection after N pieces, the first TIMES attempts
    @@finish REASON          end the step with that finish reason
    @@begin                  forget the lines above: some agents join a cancelled prompt with the next one

What does not call a tool belongs to the step of the next call, or to the answer after the last one. Which step comes
next is told by the number of tool results that follow the prompt, so a script needs no memory.
"""

import json
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

_BEGIN = "@@begin"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


class DirectiveError(ValueError):
    """A line begins with `@@` and means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Answer text, in pieces of a word."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Think:
    """Thinking text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """`pieces` of text, each after `delay_s`."""

    pieces: int
    delay_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Wait until the gate of that name is opened."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """Say nothing more and keep the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Answer with an HTTP status; `times` None means at every attempt."""

    status: int
    times: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Cut the connection after so many pieces; `times` None means at every attempt."""

    after: int
    times: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """End the step with this finish reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A tool call."""

    tool: str
    arguments: dict[str, Any]


Action = Say | Think | Slow | Gate | Hang | Refuse | Drop | Finish | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptStep:
    """One reply of the model."""

    actions: tuple[Action, ...] = ()

    @property
    def calls(self) -> tuple[Call, ...]:
        """The tool calls of this reply."""
        return tuple(a for a in self.actions if isinstance(a, Call))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of the conversation as far as scripts care; `calls` counts the tool calls of an assistant message."""

    role: str
    text: str = ""
    calls: int = 0


@dataclass(slots=True)
class _Steps:
    done: list[ScriptStep] = field(default_factory=list)
    open: list[Action] = field(default_factory=list)
    together: bool = False

    def add(self, action: Action, together: bool) -> None:
        if isinstance(action, Call):
            if self.together and not together:
                self.end()
            self.open.append(action)
            self.together = together
            if not together:
                self.end()
            return
        if self.together:
            self.end()
        self.open.append(action)

    def end(self) -> None:
        self.done.append(ScriptStep(actions=tuple(self.open)))
        self.open, self.together = [], False


def parse(prompt: str) -> tuple[ScriptStep, ...]:
    """The steps of a prompt; the last one calls no tool. Empty when the prompt has no directive.

    Raises:
        DirectiveError: a directive is not known or lacks something.
    """
    steps = _Steps()
    lines = [line.strip() for line in prompt.splitlines() if line.strip().startswith("@@")]
    if _BEGIN in lines:
        lines = lines[len(lines) - lines[::-1].index(_BEGIN) :]
    for line in lines:
        together = bool(re.match(r"@@par\s", line))
        word, _, rest = (line.removeprefix("@@par").strip() if together else line).removeprefix("@@").partition(" ")
        if word not in _READERS:
            raise DirectiveError(f"no such directive: {line}")
        try:
            steps.add(_READERS[word](rest.strip()), together)
        except (ValueError, IndexError) as error:
            raise DirectiveError(f"not understood: {line} ({error})") from error
    if not lines:
        return ()
    if steps.together:
        steps.end()
    if not any(isinstance(a, (Say, Slow, Finish)) for a in steps.open):
        steps.open.append(Say(text="Done."))
    steps.end()
    return tuple(steps.done)


def next_step(conversation: Sequence[Said]) -> ScriptStep:
    """What the scripted model replies now: a pure function of the conversation, so that it survives restarts."""
    script: tuple[ScriptStep, ...] = ()
    results = 0
    for number, message in enumerate(conversation):
        if message.role == "user" and has_directives(message.text):
            script, results = _parse_or_tell(message.text), 0
        elif message.role == "assistant" and not message.calls and number + 1 < len(conversation):
            script = ()
        elif message.role == "tool":
            results += 1
    for step in script:
        if results < len(step.calls) or not step.calls:
            return step
        results -= len(step.calls)
    return ScriptStep(actions=(Say(text=_plain_answer(conversation)),))


def has_directives(text: str) -> bool:
    """Whether a message scripts the model."""
    return re.search(r"^\s*@@\w", text, re.MULTILINE) is not None


def pieces(text: str) -> list[str]:
    """Text as it is streamed: a word and the space after it."""
    return re.findall(r"\s*\S+\s*|\s+", text)


def _parse_or_tell(text: str) -> tuple[ScriptStep, ...]:
    try:
        return parse(text)
    except DirectiveError as error:
        return (ScriptStep(actions=(Say(text=f"This script cannot be played: {error}."),)),)


def _plain_answer(conversation: Sequence[Said]) -> str:
    asked = next((m.text for m in reversed(conversation) if m.role == "user"), "")
    first = next((line.strip() for line in asked.splitlines() if line.strip()), "")
    return f"This is the scripted model. It was asked: {first[:200]}" if first else "This is the scripted model."


def _unescape(text: str) -> str:
    return re.sub(r"\\([ntr\\])", lambda found: _ESCAPES[found[1]], text)


def _write(rest: str) -> Call:
    path, _, content = rest.partition(" ")
    return Call(tool="create_file", arguments={"path": _needed(path), "content": _unescape(content)})


def _edit(rest: str) -> Call:
    path, _, change = rest.partition(" ")
    old, arrow, new = change.partition(" =>")
    if not arrow:
        raise ValueError("wants PATH OLD => NEW")
    arguments = {"path": _needed(path), "old_string": _unescape(old), "new_string": _unescape(new.removeprefix(" "))}
    return Call(tool="edit_file", arguments=arguments)


def _run(rest: str) -> Call:
    command, *args = shlex.split(rest)
    return Call(tool="run_command", arguments={"command": command, "args": args})


def _call(rest: str) -> Call:
    name, _, arguments = rest.partition(" ")
    return Call(tool=_needed(name), arguments=json.loads(arguments or "{}"))


def _needed(word: str) -> str:
    if not word:
        raise ValueError("something is missing")
    return word


def _numbers(rest: str) -> tuple[int, int | None]:
    first, *more = rest.split()
    return int(first), int(more[0]) if more else None


def _slow(rest: str) -> Slow:
    count, delay = rest.split()
    return Slow(pieces=int(count), delay_s=float(delay))


def _refuse(rest: str) -> Refuse:
    status, times = _numbers(rest)
    return Refuse(status=status, times=times)


def _drop(rest: str) -> Drop:
    after, times = _numbers(rest)
    return Drop(after=after, times=times)


_READERS: dict[str, Callable[[str], Action]] = {
    "write": _write,
    "edit": _edit,
    "read": lambda rest: Call(tool="read_file", arguments={"path": _needed(rest)}),
    "delete": lambda rest: Call(tool="delete_file", arguments={"path": _needed(rest)}),
    "run": _run,
    "call": _call,
    "say": lambda rest: Say(text=_unescape(rest)),
    "reason": lambda rest: Think(text=_unescape(rest)),
    "slow": _slow,
    "gate": lambda rest: Gate(name=_needed(rest)),
    "hang": lambda rest: Hang(),
    "http": _refuse,
    "drop": _drop,
    "finish": lambda rest: Finish(reason=_needed(rest)),
}
