"""Which agents run in a sandbox, and how each is put into one."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.confinement import Confinement, SandboxWish, unconfined
from boocode_desktop.processes.sandbox import Sandbox
from boocode_desktop.processes.sandbox_agents import AgentLauncher, Doors

NOT_KNOWN = "it is not known which folders it needs (name them as `state` in agents.toml)"
IN_KEYRING = 'its keys may be in the system\'s keyring, which a sandbox hides (set `sandbox = "on"` if they are not)'


def wish_for(spec: AgentSpec, default: SandboxWish) -> SandboxWish:
    """What is wanted for an agent: its own setting, else the one for all."""
    return spec.sandbox or default


def decide(spec: AgentSpec, wish: SandboxWish, works: Confinement, *, keyring: bool) -> Confinement:
    """What binds an agent: `works` is the best there is here, `keyring` whether its keys may be there."""
    if wish == "off":
        return unconfined("turned off for this agent" if spec.sandbox else "turned off in the settings")
    if works.kind == "none" or wish == "on":
        return works
    if spec.protocol == "native":
        return works if works.kind == "sandboxed" else unconfined(works.reason)
    if spec.scripted:
        return unconfined("it is the scripted agent of this program")
    if spec.state is None:
        return unconfined(NOT_KNOWN)
    return unconfined(IN_KEYRING) if keyring else works


def may_use_keyring(spec: AgentSpec, env: Mapping[str, str], home: Path) -> bool:
    """Whether an agent may keep its keys in the keyring of this session. Looks for files."""
    if not spec.keyring_unless or not _has_session_bus(env):
        return False
    return not any(
        (home / mark[2:]).exists() if mark.startswith("~/") else env.get(mark) for mark in spec.keyring_unless
    )


def _has_session_bus(env: Mapping[str, str]) -> bool:
    if env.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    return os.name == "posix" and Path(f"/run/user/{os.getuid()}/bus").exists()


def _of(spec: AgentSpec, env: Mapping[str, str]) -> dict[str, str]:
    return {**env, **dict(spec.env)}


@dataclass(slots=True, kw_only=True)
class AgentConfiner:
    """Decides and makes the sandboxes of agents.

    Args:
        launcher: Makes them.
        default: The setting for agents that have none of their own.
        environ: Our environment.
        home: The person's home folder.
        readable: Folders of ours that agents must read (settings that we write for them).
    """

    launcher: AgentLauncher
    default: Callable[[], SandboxWish]
    environ: Mapping[str, str] = field(repr=False)
    home: Path = field(default_factory=Path.home)
    readable: tuple[Path, ...] = ()

    async def confinement(self, spec: AgentSpec) -> Confinement:
        """What would bind an agent that is started now, and why not more."""
        wish = wish_for(spec, self.default())
        works = await self.launcher.confinement(wish)
        keyring = await asyncio.to_thread(may_use_keyring, spec, _of(spec, self.environ), self.home)
        return decide(spec, wish, works, keyring=keyring)

    async def confines(self, spec: AgentSpec) -> bool:
        """Whether its doors are fixed when it starts, so that each worktree needs a child of its own."""
        return wish_for(spec, self.default()) == "on" or (await self.confinement(spec)).kind != "none"

    async def agent_sandbox(self, spec: AgentSpec, program: str, root: Path, env: Mapping[str, str]) -> Sandbox:
        """The sandbox for a child that works in one worktree; `env` is our environment, from which it gets its own.

        Raises:
            SandboxError: it must be sandboxed, and cannot be.
        """
        bound = await self.confinement(spec)
        wish = wish_for(spec, self.default())
        if bound.kind == "none" and wish != "on":
            return Sandbox(prefix=(), environment={}, sandboxed=False, description=bound.text)
        unsandboxed = _of(spec, env)
        doors = Doors(
            worktrees=(root,),
            env=unsandboxed,
            state=spec.state or (),
            program=Path(program),
            readable=tuple(folder for folder in self.readable if folder.is_dir()),
            wish=wish,
        )
        made = await self.launcher.sandbox(doors)
        more = {name: value for name, value in made.env.items() if unsandboxed.get(name) != value}
        return Sandbox(
            prefix=made.prefix,
            environment={**more, **dict(spec.sandbox_env)},
            sandboxed=made.confinement.kind == "sandboxed",
            description=made.confinement.text,
        )
