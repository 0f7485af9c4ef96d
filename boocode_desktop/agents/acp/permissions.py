"""What an agent wants to do, read from its tool call, and which of its own answers carries a decision.

Pure, but for following symlinks in the paths that a call names.
"""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from boocode_desktop.agents.acp.loose import first_text, objects_of, text_of
from boocode_desktop.agents.acp.tool_calls import CallView
from boocode_desktop.domain.events import AskOption, Json
from boocode_desktop.domain.permissions import Action
from boocode_desktop.orchestrator.ports.agents import Authorization

_PLAIN_COMMAND = re.compile(r"[\w\s./:=@%+,'\"-]+")
_COMMAND_NAMES = ("command", "cmd", "commandLine", "script")
_PATH_NAMES = ("path", "file_path", "filePath", "absolute_path", "abs_path", "filename")
_CONTENT_NAMES = ("content", "file_text", "new_text", "newText", "new_str", "new_string", "after")
Effect = Literal["allow_once", "allow_always", "deny", "deny_always", "answer"]
_WRITING = frozenset({"edit", "delete", "move"})


def parse_options(params: Json) -> tuple[AskOption, ...]:
    """The agent's own answers, ids and names exactly as given; what a name means is read from its kind."""
    return tuple(
        AskOption(id=option_id, label=text_of(item.get("name")) or option_id, effect=_effect(text_of(item.get("kind"))))
        for item in objects_of(params.get("options"))
        if (option_id := text_of(item.get("optionId")))
    )


def _effect(kind: str) -> Effect:
    """A kind nobody knows counts as consent for good (`allow_forever`): a rule never picks it, a person may."""
    if kind == "allow_once":
        return "allow_once"
    if kind.startswith(("reject", "deny")):
        return "deny" if kind == "reject_once" else "deny_always"
    return "allow_always"


def choose_answer(decision: Authorization, options: Sequence[AskOption]) -> str | None:
    """The id of the agent's answer that carries the decision; None where none of them does.

    A person's own choice is taken as it is. A rule's decision never picks an answer that the agent would remember.
    """
    if any(option.id == decision.option_id for option in options):
        return decision.option_id
    wanted = "allow_once" if decision.allowed else "deny"
    return next((option.id for option in options if option.effect == wanted), None)


def action_of(agent: str, call: CallView, root: Path) -> Action:
    """The side effect that a tool call announces, as our rules know it."""
    argv = command_of(call.input)
    if argv and call.kind in ("execute", "other", ""):
        return Action(kind="run", tool="terminal", root=str(root), argv=argv, cwd=_cwd_of(call.input, root))
    path = call.path or first_text(call.input, *_PATH_NAMES)
    writes = call.kind in _WRITING or (call.kind in ("other", "") and any(n in call.input for n in _CONTENT_NAMES))
    if path and (writes or call.kind == "read"):
        resolved = resolved_below(root, path)
        if call.kind == "read":
            return Action(kind="read", tool="read", root=str(root), path=resolved)
        return Action(
            kind="delete" if call.kind == "delete" else "write", tool=call.kind, root=str(root), path=resolved
        )
    host = urlsplit(first_text(call.input, "url", "uri")).hostname
    if call.kind == "fetch" and host:
        return Action(kind="fetch", tool="fetch", root=str(root), subject=host)
    return Action(kind="agent_tool", tool=call.kind or "other", root=str(root), subject=f"{agent}/{call.title}")


def command_of(given: Json) -> tuple[str, ...]:
    """The command in a call's input, as the words that will be executed."""
    for name in _COMMAND_NAMES:
        value = given.get(name)
        if isinstance(value, str) and value.strip():
            return shell_argv(value)
        if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
            return tuple(value)
    return ()


def shell_argv(line: str) -> tuple[str, ...]:
    """A shell's line as words; where a shell would do more than split it, the shell is shown too."""
    if _PLAIN_COMMAND.fullmatch(line) and "\n" not in line.strip():
        try:
            words = tuple(shlex.split(line))
        except ValueError:
            words = ()
        if words and "=" not in words[0]:
            return words
    return ("bash", "-c", line)


def _cwd_of(given: Json, root: Path) -> str:
    named = first_text(given, "cwd", "workdir", "directory", "dir")
    return resolved_below(root, named) if named else str(root)


def resolved_below(root: Path, name: str) -> str:
    """The absolute path that a name means, links followed; "", which no rule allows, for what is no path."""
    try:
        return str((root / name).resolve())
    except (OSError, RuntimeError, ValueError):
        return ""
