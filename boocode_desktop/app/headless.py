"""The headless front end's process: one loop, one core, one command, and an orderly end on signals."""

import argparse
import asyncio
import contextlib
import signal

from boocode_desktop.app.core import Core, CoreOptions, open_core
from boocode_desktop.app.doctor import doctor
from boocode_desktop.app.engine_command import engine_command
from boocode_desktop.app.logs import start_logging
from boocode_desktop.app.tour import tour_in_terminal
from boocode_desktop.cli.arguments import CANCELLED, FAILED, USAGE
from boocode_desktop.cli.commands import COMMANDS
from boocode_desktop.cli.output import complain, mute, report
from boocode_desktop.cli.run import run
from boocode_desktop.config.paths import Paths, find_paths
from boocode_desktop.domain.errors import AdapterError, UsageError, UserFacingError


def run_headless(arguments: argparse.Namespace) -> int:
    """Run one command; returns the exit code."""
    paths = find_paths()
    paths.create()
    start_logging(paths.logs)
    try:
        return asyncio.run(_guarded(arguments, paths))
    except KeyboardInterrupt:
        return CANCELLED
    except BrokenPipeError:
        mute()
        return FAILED


async def _guarded(arguments: argparse.Namespace, paths: Paths) -> int:
    task = asyncio.ensure_future(_command(arguments, paths))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return CANCELLED
    except UsageError as error:
        report(error, as_json=arguments.json)
        return USAGE
    except (UserFacingError, AdapterError) as error:
        report(error, as_json=arguments.json)
        return FAILED


async def _command(arguments: argparse.Namespace, paths: Paths) -> int:
    if arguments.command == "doctor":
        return await doctor(paths, as_json=arguments.json)
    core = await open_core(paths, _options(arguments))
    try:
        for note in core.notes:
            complain(f"boocode: {note}")
        return await _run(core, arguments)
    finally:
        await asyncio.shield(asyncio.ensure_future(core.close()))


def _options(arguments: argparse.Namespace) -> CoreOptions:
    if arguments.command == "run":
        return CoreOptions(
            attended=arguments.stdin_json and arguments.permissions == "ask",
            policy=arguments.permissions,
            base_url=arguments.base_url,
            max_wait_s=arguments.max_wait,
            wait_for_lease=arguments.queue,
        )
    return CoreOptions(attended=arguments.command == "tour")


async def _run(core: Core, arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "run":
            return await run(core.front, arguments)
        case "tour":
            return await tour_in_terminal(core)
        case "engine":
            return await engine_command(core, arguments)
        case name:
            command = COMMANDS[name, getattr(arguments, "verb", "")]
            return await command(core.front, arguments)
