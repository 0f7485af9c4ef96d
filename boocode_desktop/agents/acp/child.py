"""An ACP agent's process: found, given its own environment, confined where that is wanted, started in its own group."""

import asyncio
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from boocode_desktop.agents.environments import agent_environment
from boocode_desktop.agents.programs import find_program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.processes.child_specs import ChildSpec, Ladder
from boocode_desktop.processes.children import Child, Children
from boocode_desktop.processes.sandbox import Sandbox

LADDER = Ladder(close_stdin_s=1.0, terminate_s=0.7, kill_s=1.0)
OPEN = Sandbox(prefix=(), environment={}, sandboxed=False, description="not sandboxed")


class Confiner(Protocol):
    """Makes the sandboxes of whole agents. `env` is our environment, from which an agent gets its own."""

    async def confines(self, spec: AgentSpec) -> bool:
        """Whether its doors are fixed when it starts, so that each worktree needs a child of its own."""

    async def agent_sandbox(self, spec: AgentSpec, program: str, root: Path, env: Mapping[str, str]) -> Sandbox:
        """The sandbox for a child that works in one worktree.

        Raises:
            AdapterError: it must be confined, and cannot be.
        """


def child_spec(
    spec: AgentSpec, program: str, cwd: Path, environ: Mapping[str, str], sandbox: Sandbox = OPEN
) -> ChildSpec:
    """How to start the agent. It may start shells in sessions of their own, so all descendants count."""
    env = agent_environment(environ, spec.env_prefixes) | dict(spec.env) | sandbox.environment
    env |= {name: secrets.token_urlsafe(24) for name in spec.secret_env}
    argv = (*sandbox.prefix, program, *spec.args)
    return ChildSpec(name=spec.label, argv=argv, cwd=cwd, env=env, reach="descendants")


async def find_or_refuse(spec: AgentSpec, environ: Mapping[str, str]) -> str:
    """The path of the agent's program.

    Raises:
        AdapterError: it is not installed.
    """
    program = await asyncio.to_thread(find_program, spec, environ.get("PATH"))
    if program is None:
        hint = f"Install it with: {spec.install}" if spec.install else "Check its command in agents.toml."
        raise AdapterError(f"{spec.label} is not installed.", hint)
    return program


async def start_child(
    children: Children, spec: AgentSpec, cwd: Path, environ: Mapping[str, str], sandbox: Sandbox = OPEN
) -> Child:
    """Start the agent's process.

    Raises:
        AdapterError: it is not installed, or cannot be started in `cwd`.
    """
    program = await find_or_refuse(spec, environ)
    return await children.spawn(child_spec(spec, program, cwd, environ, sandbox))
