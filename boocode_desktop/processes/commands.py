"""Runs a command for an agent to its end: an argument array, no shell, bounded output, bounded time, nothing left over.

The command leads a process group of its own and reads nothing. A thread starts it, reads its output and waits for it,
so that the event loop is never held up; the thread lives as long as the command, which the kernel's parent-death
signal asks for. When the command ends, runs out of time or is cancelled, its group is ended, and so is whatever
left the group but still carries the command's token in its environment.
"""

import asyncio
from pathlib import Path

from boocode_desktop.processes.command_runner import CommandRunner, OnOutput
from boocode_desktop.processes.command_specs import Command, CommandResult


async def run_command(
    command: Command, on_output: OnOutput | None = None, *, records: Path | None = None
) -> CommandResult:
    """Run a command to its end.

    Args:
        command: What to run.
        on_output: Called on the event loop with new output, at most ten times a second.
        records: Where the record for the next start is kept, in case we are killed meanwhile.

    Raises:
        CommandError: it cannot be started.
        asyncio.CancelledError: the caller was cancelled; by then the command and all it started have ended.
    """
    runner = CommandRunner(command, asyncio.get_running_loop(), on_output, records)
    runner.start()
    try:
        return await asyncio.shield(runner.result)
    except asyncio.CancelledError:
        runner.cancel()
        await _settled(runner.result)
        raise


async def _settled(result: "asyncio.Future[CommandResult]") -> None:
    """Wait for the end of a cancelled command; it comes within seconds, whatever else is cancelled."""
    while not result.done():
        try:
            await asyncio.wait([result])
        except asyncio.CancelledError:
            continue
    result.exception()
