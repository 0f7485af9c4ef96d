"""An agent's own program in a person's terminal, with hooks of ours that tell how it stands."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from boocode_desktop.agents.oneshot.hooks.configs import PrivateConfig, private_config
from boocode_desktop.agents.oneshot.hooks.statuses import AgentStatus
from boocode_desktop.agents.oneshot.hooks.watcher import StatusWatcher
from boocode_desktop.agents.programs import find_program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.orchestrator.ports.agents import OnTerminalStatus, TerminalLaunch


def prepare_terminal(spec: AgentSpec, folder: Path, environ: Mapping[str, str]) -> TerminalLaunch:
    """Write the hooks of one start into a new private folder below `folder`. Blocks.

    Raises:
        NotFoundError: there is no program of the agent for terminals.
    """
    program = None
    if spec.oneshot:
        program = find_program(replace(spec, commands=spec.oneshot_commands or spec.commands), environ.get("PATH"))
    if program is None:
        raise NotFoundError(
            f"{spec.label} has no program for a terminal here.",
            f"Install it with: {spec.install}" if spec.install else "Choose another agent.",
        )
    own = folder / new_id("trm")
    config = private_config(spec, own, dict(environ))
    argv = (program, *config.args, *spec.terminal_args)
    return TerminalLaunch(argv=argv, env=config.env, watch=_watch(own, config))


def _watch(folder: Path, config: PrivateConfig) -> Callable[[OnTerminalStatus], Coroutine[Any, Any, None]]:
    async def watch(tell: OnTerminalStatus) -> None:
        async def changed(status: AgentStatus) -> None:
            tell(status.status, status.message)

        watcher = StatusWatcher(folder, changed)
        if config.tells:
            watcher.start()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.shield(watcher.stop())
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    return watch
