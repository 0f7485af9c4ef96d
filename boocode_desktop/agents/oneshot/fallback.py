"""Which protocol an agent is spoken to by: its own where that program is there, one-shot where only the other is."""

from dataclasses import replace
from pathlib import Path, PurePath

from boocode_desktop.agents.builtin_agents import BUILTIN
from boocode_desktop.agents.programs import find_program, package_version
from boocode_desktop.agents.specs import AgentSpec


def as_one_shot(spec: AgentSpec) -> AgentSpec:
    """The agent run once for each turn.

    The program and the arguments that we know for its protocol give way to those of a one-shot; others are a
    person's and stay. One that says no way of being called is called as its program's name says.
    """
    known = next((one for one in BUILTIN if one.name == spec.name), None)
    ours = known is not None and spec.commands == known.commands
    commands = spec.oneshot_commands if ours and spec.oneshot_commands else spec.commands
    args = () if known is not None and spec.args == known.args else spec.args
    way = spec.oneshot or (PurePath(spec.commands[0]).stem if spec.commands else "")
    return replace(spec, protocol="one-shot", commands=commands, args=args, oneshot=way)


def has_server(version: str) -> bool:
    """Whether that version of opencode has the server we speak to; one that is not known has."""
    return not version.startswith("0.")


def spoken(spec: AgentSpec, path: str | None) -> tuple[AgentSpec, str | None]:
    """The spec to make the agent of, and its program on the search path `path`, None where neither form is there."""
    if spec.protocol == "one-shot":
        return (other := as_one_shot(spec)), find_program(other, path)
    program = find_program(spec, path)
    if spec.protocol == "opencode" and program is not None and not has_server(package_version(Path(program).resolve())):
        return replace(spec, protocol="acp"), program
    if program is not None or spec.protocol == "native" or not spec.oneshot:
        return spec, program
    other = as_one_shot(spec)
    found = find_program(other, path)
    return (other, found) if found is not None else (spec, None)
