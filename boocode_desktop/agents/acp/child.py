"""An ACP agent's process: found, given its own environment, started in its own group."""

import asyncio
import secrets
from collections.abc import Mapping
from pathlib import Path

from boocode_desktop.agents.environments import agent_environment
from boocode_desktop.agents.programs import find_program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.processes.child_specs import ChildSpec, Ladder
from boocode_desktop.processes.children import Child, Children

LADDER = Ladder(close_stdin_s=1.0, terminate_s=0.7, kill_s=1.0)


def child_spec(spec: AgentSpec, program: str, cwd: Path, environ: Mapping[str, str]) -> ChildSpec:
    """How to start the agent. It may start shells in sessions of their own, so all descendants count."""
    env = agent_environment(environ, spec.env_prefixes) | dict(spec.env)
    env |= {name: secrets.token_urlsafe(24) for name in spec.secret_env}
    return ChildSpec(name=spec.label, argv=(program, *spec.args), cwd=cwd, env=env, reach="descendants")


async def start_child(children: Children, spec: AgentSpec, cwd: Path, environ: Mapping[str, str]) -> Child:
    """Start the agent's process.

    Raises:
        AdapterError: it is not installed, or cannot be started in `cwd`.
    """
    program = await asyncio.to_thread(find_program, spec, environ.get("PATH"))
    if program is None:
        hint = f"Install it with: {spec.install}" if spec.install else "Check its command in agents.toml."
        raise AdapterError(f"{spec.label} is not installed.", hint)
    return await children.spawn(child_spec(spec, program, cwd, environ))
