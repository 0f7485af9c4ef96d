"""Runs git to look at the history, never to change it, and so that nothing from the repository is run by it.

A repository's own configuration may name programs: hooks, a file-system monitor, filters, diff drivers, pagers,
signature checkers. All are turned off for each call, filters and drivers by the names that the configuration holds.
Nothing is fetched, no lock is taken, and a repository above the worktree is not looked for.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.command_environment import command_environment
from boocode_desktop.processes.command_specs import Command, CommandResult, find_program
from boocode_desktop.processes.commands import run_command
from boocode_desktop.tools.tool import Call

_TIMEOUT_S = 30.0
_OFF = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.pager": "cat",
    "core.untrackedCache": "false",
    "core.quotePath": "false",
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.attributesFile": "/dev/null",
    "credential.helper": "",
    "diff.external": "",
    "color.ui": "false",
    "gpg.program": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    "status.submoduleSummary": "false",
}


async def git(call: Call, arguments: Sequence[str]) -> CommandResult:
    """Run a git command that only looks.

    Raises:
        UserFacingError: there is no git, no repository, or git refuses; in words for the agent.
    """
    environment = git_environment(call.place.root)
    if find_program("git", call.place.root, environment) is None:
        raise UserFacingError("git is not installed here, so there is no history to look at.", "Go on without it.")
    if not (call.place.root / ".git").exists():
        raise UserFacingError("This folder is not a git repository.", "Go on without git; list_dir shows the files.")
    named = dict.fromkeys(await _named_programs(call, environment), "")
    result = await _run(call, ["git", "--no-pager", *arguments], environment | as_environment(named | _OFF))
    if result.timed_out:
        raise UserFacingError("git took too long.", "Ask for less, for example one path.")
    if result.exit_code != 0:
        raise UserFacingError(f"git says: {result.output.strip()[:600]}", "Check the arguments.")
    return result


def pathspec(name: str) -> list[str]:
    """What limits git to a path of the worktree, taken by the letter; nothing for the worktree itself."""
    return [] if name == "." else [f":(top,literal){name}"]


def git_environment(root: Path) -> dict[str, str]:
    """Variables that keep git from prompting, locking, fetching and looking above the worktree."""
    return command_environment(
        GIT_OPTIONAL_LOCKS="0",
        GIT_NO_LAZY_FETCH="1",
        GIT_NO_REPLACE_OBJECTS="1",
        GIT_CEILING_DIRECTORIES=str(root.parent),
        GIT_ATTR_NOSYSTEM="1",
        LC_ALL="C.UTF-8",
    )


def as_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as variables; unlike `-c`, these hold names with an equals sign in them."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


async def _named_programs(call: Call, environment: dict[str, str]) -> list[str]:
    """Keys of filters and diff drivers in the configuration; reading them runs nothing."""
    pattern = r"^(filter\..*\.(clean|smudge|process|required)|diff\..*\.(command|textconv))$"
    listed = await _run(call, ["git", "config", "--name-only", "-z", "--get-regexp", pattern], environment)
    return sorted({key for key in listed.kept.split("\0") if key.strip()}) if listed.exit_code == 0 else []


async def _run(call: Call, argv: Sequence[str], environment: dict[str, str]) -> CommandResult:
    root = call.place.root
    sandbox = await call.kit.launcher.sandbox(root, root)
    command = Command(
        argv=tuple(argv),
        cwd=root,
        env=environment | sandbox.environment,
        prefix=sandbox.prefix,
        timeout_s=_TIMEOUT_S,
        brief=True,
    )
    return await run_command(command, records=call.kit.records)
