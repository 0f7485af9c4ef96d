"""Which agents there are, which of them are installed and what they can do; and the agents themselves."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from boocode_desktop.agents.agents_file import FILE_NAME, is_agent_name
from boocode_desktop.agents.agents_file_edits import alter, drop, put, switch
from boocode_desktop.agents.builtin_agents import BUILTIN, NATIVE_NAME
from boocode_desktop.agents.catalogue import MORE, entries
from boocode_desktop.agents.confining import AgentConfiner
from boocode_desktop.agents.deferred import DeferredAgent
from boocode_desktop.agents.diagnosis import diagnosis
from boocode_desktop.agents.installing import run_install
from boocode_desktop.agents.making import Workshop, make_agent, make_terminal
from boocode_desktop.agents.pool import AgentPool
from boocode_desktop.agents.pool_policy import PoolLimits, limits_from
from boocode_desktop.agents.probe_desk import ProbeDesk
from boocode_desktop.agents.roster import Roster
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.agents.tour import tour_agent_spec
from boocode_desktop.domain.confinement import Confinement
from boocode_desktop.domain.errors import NotFoundError, UsageError, UserFacingError
from boocode_desktop.orchestrator.ports.agents import (
    Agent,
    AgentChild,
    AgentInfo,
    AgentStart,
    CatalogueAgent,
    TerminalLaunch,
)
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.sandbox import SandboxLauncher


class Registry:
    """Implements `AgentRegistry`.

    Args:
        native: The built-in agent.
        settings_folder: Where `agents.toml` may be; it is read here, and again when it changed.
        run_folder: What lives as long as a process: records of children, locks, and the folder agents start in.
        data_folder: Where what agents can do is remembered; `run_folder` without it.
        launcher: Makes the sandboxes of commands that agents run through us; none without it.
        confiner: Puts agents themselves into sandboxes; without it the snapshot has no word on that.
        tour_executable: A program that plays the tour instead of the scripted agent.
        tour_pace: How slowly the scripted agent plays; 0 without pauses.
        pool_limits: What may stay warm now; the environment may say otherwise.
        environ: Our environment.
    """

    def __init__(
        self,
        native: Agent,
        *,
        settings_folder: Path,
        run_folder: Path,
        data_folder: Path | None = None,
        launcher: SandboxLauncher | None = None,
        confiner: AgentConfiner | None = None,
        tour_executable: str = "",
        tour_pace: float = 1.0,
        pool_limits: Callable[[], PoolLimits] = PoolLimits,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._native = native
        tour = tour_agent_spec(tour_executable or None, pace=tour_pace)
        self._roster = Roster(settings_folder, run_folder / "locks", tour)
        self._children = Children(run_folder)
        own = dict(os.environ if environ is None else environ)
        self._pool = AgentPool(lambda: limits_from(own, pool_limits()))
        self._shop = Workshop(
            children=self._children,
            folder=run_folder / "agents",
            environ=own,
            launcher=launcher,
            confiner=confiner,
            pool=self._pool,
        )
        self._bound: dict[str, Confinement] = {}
        self._desk = ProbeDesk(self._shop, data_folder or run_folder)
        self._agents: dict[str, tuple[AgentSpec, DeferredAgent]] = {}
        self._retiring: dict[asyncio.Task[None], DeferredAgent] = {}

    @property
    def problems(self) -> Sequence[str]:
        """What is wrong with `agents.toml`."""
        return self._roster.problems

    def snapshot(self, *, scripted: bool = False) -> Sequence[AgentInfo]:
        """What is known now, from the cache; the tour's agent only if asked for."""
        return [self._info(spec) for spec in self._roster.specs.values() if scripted or not spec.scripted]

    async def refresh(self) -> Sequence[AgentInfo]:
        """Look again which agents are installed: by the search path alone, none is started."""
        await asyncio.to_thread(self._roster.reread)
        self._retire_changed()
        await self._look()
        return self.snapshot()

    async def probe(self, name: str, *, force: bool = False) -> AgentInfo:
        """Ask an agent what it can do; from the cache for a day unless forced.

        Raises:
            NotFoundError: there is no such agent.
        """
        spec = self._roster.spec(name)
        if spec.enabled and spec.protocol != "native":
            await self._desk.ask(spec, force=force)
        return self._info(spec)

    async def diagnose(self, name: str) -> str:
        """Everything that helps to find out why an agent does not work, as text to paste.

        Raises:
            NotFoundError: there is no such agent.
        """
        info = await self.probe(name, force=True)
        spec = self._desk.spoken(self._roster.spec(name))
        known = self._desk.program(spec), self._desk.result(spec)
        return await diagnosis(spec, info, *known, shop=self._shop, file=self._roster.file, problems=self.problems)

    async def set_enabled(self, name: str, on: bool) -> AgentInfo:
        """Offer an agent, or do not.

        Raises:
            NotFoundError: there is no such agent.
            UserFacingError: nothing was changed; the message says why.
        """
        spec = self._roster.spec(name)
        if spec.scripted:
            raise NotFoundError(f"The agent “{name}” only plays the tour.", "It is neither enabled nor disabled.")
        if spec.enabled != on:
            await self._roster.edit(switch(name, on))
        return await self._changed(name)

    async def add(
        self,
        name: str,
        command: Sequence[str] = (),
        *,
        label: str = "",
        env: Mapping[str, str] | None = None,
        env_prefixes: Sequence[str] = (),
    ) -> AgentInfo:
        """Add any agent that speaks ACP, or one of the catalogue (without a command).

        Raises:
            UsageError: the name is taken or no name, or there is no command.
            UserFacingError: nothing was changed; the message says why.
        """
        if not is_agent_name(name):
            raise UsageError(f"“{name}” cannot be an agent's name.", "Use a-z, 0-9, `-`, `_` and `.`.")
        if name in self._roster.specs:
            raise UsageError(f"There is an agent “{name}” already.", f"Change it in {self._roster.file}.")
        if not command and name not in {spec.name for spec in MORE}:
            offered = ", ".join(spec.name for spec in MORE)
            raise UsageError(f"No command is known for “{name}”.", f"Give its command, or choose one of: {offered}.")
        table = {
            "enabled": True,
            "label": label,
            "command": list(command),
            "env": dict(env or {}),
            "env_prefixes": list(env_prefixes),
        }
        await self._roster.edit(put(name, table))
        return await self._changed(name)

    def start_of(self, name: str) -> AgentStart:
        """How an agent is started.

        Raises:
            NotFoundError: there is no such agent.
        """
        spec = self._roster.spec(name)
        # The arguments are those of an ACP agent; a server is started with ours.
        args = () if spec.protocol == "opencode" else spec.args
        return AgentStart(
            command=(*spec.commands[:1], *args) if spec.commands else (),
            env=spec.env,
            env_prefixes=spec.env_prefixes,
        )

    async def change(
        self,
        name: str,
        *,
        command: Sequence[str] | None = None,
        env: Mapping[str, str] | None = None,
        env_prefixes: Sequence[str] | None = None,
    ) -> AgentInfo:
        """Start an agent in another way from its next start on. None leaves a part as it is.

        Raises:
            NotFoundError: there is no such agent.
            UserFacingError: nothing was changed; the message says why.
        """
        spec = self._roster.spec(name)
        program = command[0] if command and len(command) == 1 and spec.protocol == "opencode" else ""
        parts = {
            "command": None if command is None else program or list(command),
            "env": None if env is None else dict(env),
            "env_prefixes": None if env_prefixes is None else list(env_prefixes),
        }
        await self._roster.edit(alter(name, {key: value for key, value in parts.items() if value is not None}))
        return await self._changed(name)

    async def remove(self, name: str) -> None:
        """Take an agent out of `agents.toml`.

        Raises:
            NotFoundError: the file does not name it.
            UserFacingError: nothing was changed; the message says why.
        """
        await self._roster.edit(drop(name))
        self._retire_changed()
        await self._look()

    def catalogue(self) -> Sequence[CatalogueAgent]:
        """Agents to add from, those that are there already included."""
        return entries(self._roster.specs, (*BUILTIN, *MORE), self._desk.programs)

    async def install(self, name: str) -> AsyncGenerator[str, None]:
        """Run an agent's install command, line by line, and look for its program.

        Raises:
            NotFoundError: there is no such agent, or no command that installs it.
            AdapterError: the command cannot be run or fails.
        """
        offered = {spec.name: spec for spec in MORE}
        spec = offered[name] if name in offered and name not in self._roster.specs else self._roster.spec(name)
        async with aclosing(run_install(spec, self._shop)) as lines:
            async for line in lines:
                yield line
        await self._desk.look([spec])

    async def in_terminal(self, name: str, environ: Mapping[str, str]) -> TerminalLaunch:
        """How to run an agent's program in a person's terminal.

        Raises:
            NotFoundError: there is no such agent, it is disabled or it has no program for terminals.
        """
        spec = self._roster.spec(name)
        if not spec.enabled:
            raise NotFoundError(f"The agent “{name}” is disabled.", f"Enable it in {FILE_NAME} or the settings.")
        return await asyncio.to_thread(make_terminal, spec, self._shop.folder / "terminals", environ)

    def children(self) -> Sequence[AgentChild]:
        """The running processes of agents."""
        return self._pool.children()

    async def end_child(self, pid: int) -> None:
        """End a process with its warm sessions; its chats come back by resuming in another one.

        Raises:
            UserFacingError: a turn runs in it, or it is gone; nothing was ended.
        """
        if not await self._pool.end(pid):
            raise UserFacingError(
                "The process is working, or has ended already. Nothing was ended.", "Stop its turn first."
            )

    def get(self, name: str) -> Agent:
        """The agent of that name.

        Raises:
            NotFoundError: there is none, or it is disabled.
        """
        spec = self._roster.spec(name)
        if not spec.enabled:
            raise NotFoundError(f"The agent “{name}” is disabled.", f"Enable it in {FILE_NAME} or the settings.")
        if name == NATIVE_NAME:
            return self._native
        if name not in self._agents:
            self._agents[name] = spec, self._deferred(spec)
        return self._agents[name][1]

    async def close(self) -> None:
        """End every agent's children."""
        await self._pool.close()
        for task in self._retiring:
            task.cancel()
        agents = [agent for _, agent in self._agents.values()] + list(self._retiring.values())
        await asyncio.gather(self._native.close(), self._desk.close(), *(agent.close() for agent in agents))
        await self._children.stop_all()

    async def _look(self) -> None:
        offered = (spec for spec in MORE if spec.name not in self._roster.specs)
        await self._desk.look([*self._roster.specs.values(), *offered])
        await self._bind(*self._roster.specs.values())

    async def _changed(self, name: str) -> AgentInfo:
        self._retire_changed()
        spec = self._roster.spec(name)
        await self._desk.look([spec])
        await self._bind(spec)
        return self._info(spec)

    async def _bind(self, *specs: AgentSpec) -> None:
        """Find out what would confine agents that are started now."""
        if self._shop.confiner is not None:
            self._bound |= {spec.name: await self._shop.confiner.confinement(spec) for spec in specs}

    def _info(self, spec: AgentSpec) -> AgentInfo:
        info, bound = self._desk.info(spec), self._bound.get(spec.name)
        return info if bound is None else replace(info, sandbox=bound.word, sandbox_reason=bound.reason)

    def _deferred(self, spec: AgentSpec) -> DeferredAgent:
        return DeferredAgent(
            spec.name,
            lambda: make_agent(spec, self._shop, on_known=lambda v, models: self._desk.learn(spec, v, models)),
        )

    def _retire_changed(self) -> None:
        """Agents that the file changed are made anew; what they are doing they may finish."""
        for name, (spec, agent) in list(self._agents.items()):
            if self._roster.specs.get(name) != spec:
                del self._agents[name]
                task = asyncio.create_task(agent.retire(), name=f"retire {name}")
                self._retiring[task] = agent
                task.add_done_callback(lambda done: self._retiring.pop(done, None))
