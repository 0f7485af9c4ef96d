"""`boocode workflow …`: which scripts there are, and what each says and gets wrong. Nothing is run."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from boocode_desktop.cli.arguments import DONE
from boocode_desktop.cli.output import plain, print_json, print_table, say
from boocode_desktop.domain.errors import AdapterError, NotFoundError, UserFacingError
from boocode_desktop.orchestrator.front import Front
from boocode_desktop.orchestrator.ports.workflows import Finding, WorkflowScript
from boocode_desktop.orchestrator.workflows import WorkflowShelf

Command = Callable[[Front, argparse.Namespace], Awaitable[int]]
_TRUST = {
    "trusted": "trusted",
    "untrusted": "not trusted",
    "changed": "changed since the folder was trusted",
    "yours": "yours",
}


async def _shelf(front: Front, args: argparse.Namespace) -> WorkflowShelf:
    if front.workflows is None:
        raise AdapterError("This program was built without workflows.")
    wanted = args.directory or Path()
    folder = await asyncio.to_thread(lambda: wanted.expanduser().resolve())
    if not await asyncio.to_thread(folder.is_dir):
        raise UserFacingError(f"{folder} is no folder.", "Choose an existing folder.")
    return await front.workflows.of_folder(folder)


async def workflow_list(front: Front, args: argparse.Namespace) -> int:
    """`workflow list`."""
    shelf = await _shelf(front, args)
    if args.json:
        print_json([_object(script) for script in shelf.scripts])
        return DONE
    rows = [(s.name, _state(s), s.source, s.description or _first_error(s.findings)) for s in shelf.scripts]
    print_table(rows, empty=f"No workflows. A script is a .js file in {shelf.places[0]} or {shelf.own}.")
    return DONE


def _state(script: WorkflowScript) -> str:
    if script.broken:
        return "broken"
    return f"hidden by {script.hidden_by}" if script.hidden_by else _TRUST[script.trust]


def _first_error(findings: Sequence[Finding]) -> str:
    return next((finding.message for finding in findings if finding.level == "error"), "")


def _object(script: WorkflowScript, *, whole: bool = False) -> dict[str, Any]:
    told: dict[str, Any] = {**plain(script), "broken": script.broken}
    if not whole:
        told.pop("text")
    return told


async def workflow_show(front: Front, args: argparse.Namespace) -> int:
    """`workflow show NAME`: by its name, or by where it lies."""
    shelf = await _shelf(front, args)
    found = [s for s in shelf.scripts if args.name in (s.name, s.source, s.path)]
    if not found:
        raise NotFoundError(f"There is no workflow “{args.name}”.", "`boocode workflow list` shows them.")
    script = next((s for s in found if args.name in (s.source, s.path)), found[0])
    if args.json:
        print_json(_object(script, whole=True))
        return DONE
    _say_script(script)
    return DONE


def _say_script(script: WorkflowScript) -> None:
    say(f"{script.name}  {_state(script)}  {script.source}")
    if script.description:
        say(f"  {script.description}")
    if script.when_to_use:
        say(f"  When to use: {script.when_to_use}")
    for number, phase in enumerate(script.phases, 1):
        say(f"  {number}. {phase.title}" + (f": {phase.detail}" if phase.detail else ""))
    for finding in script.findings:
        place = f"line {finding.line}:{finding.column}  " if finding.line else ""
        say(f"  {finding.level}  {place}{finding.message} {finding.hint}".rstrip())
    if script.text:
        say()
        for line in script.text.splitlines():
            say(line)


WORKFLOW_COMMANDS: dict[tuple[str, str], Command] = {
    ("workflow", "list"): workflow_list,
    ("workflow", "show"): workflow_show,
}
