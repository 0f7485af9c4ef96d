"""Which agents there are: those we know, those of `agents.toml`, and which of them are installed."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from boocode_desktop.agents.agents_file import FILE_NAME, load_agents
from boocode_desktop.agents.builtin_agents import BUILTIN, NATIVE_NAME
from boocode_desktop.agents.catalogue import MORE, entries
from boocode_desktop.agents.confining import AgentConfiner
from boocode_desktop.agents.deferred import DeferredAgent
from boocode_desktop.agents.making import Workshop, make_agent
from boocode_desktop.agents.programs import find_program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.agents.tour import tour_agent_spec
from boocode_desktop.domain.confinement import Confinement
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.orchestrator.ports.agents import Agent, AgentChild, AgentInfo, CatalogueAgent
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.sandbox import SandboxLauncher


class Registry:
    """Implements `AgentRegistry`.

    Args:
        native: The built-in agent.
        settings_folder: Where `agents.toml` may be; it is read once, here.
        run_folder: What lives as long as a process: records of children, and the folder they start in.
        launcher: Makes the sandboxes of commands that agents run through us; none without it.
        confiner: Puts agents themselves into sandboxes; without it the snapshot has no word on that.
        tour_executable: A program that plays the tour instead of the scripted agent.
        tour_pace: How slowly the scripted agent plays; 0 without pauses.
        environ: Our environment.
    """

    def __init__(
        self,
        native: Agent,
        *,
        settings_folder: Path,
        run_folder: Path,
        launcher: SandboxLauncher | None = None,
        confiner: AgentConfiner | None = None,
        tour_executable: str = "",
        tour_pace: float = 1.0,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        loaded = load_agents(settings_folder / FILE_NAME, BUILTIN)
        tour = tour_agent_spec(tour_executable or None, pace=tour_pace)
        self.problems = loaded.problems
        self._specs = {spec.name: spec for spec in (*loaded.specs, tour)}
        self._environ = dict(os.environ if environ is None else environ)
        self._children = Children(run_folder)
        self._shop = Workshop(
            children=self._children,
            folder=run_folder / "agents",
            environ=self._environ,
            launcher=launcher,
            confiner=confiner,
        )
        self._bound: dict[str, Confinement] = {}
        self._known: dict[str, tuple[str, tuple[ModelInfo, ...]]] = {}
        self._programs: dict[str, str | None] | None = None
        self._agents: dict[str, Agent] = {NATIVE_NAME: native}

    def snapshot(self, *, scripted: bool = False) -> Sequence[AgentInfo]:
        """What is known now, from the cache; the tour's agent only if asked for."""
        return [self._worded(self._info(spec)) for spec in self._specs.values() if scripted or not spec.scripted]

    async def refresh(self) -> Sequence[AgentInfo]:
        """Look again which agents are installed: by the search path alone, none is started."""
        self._programs = await asyncio.to_thread(self._find_programs)
        if self._shop.confiner is not None:
            self._bound = {spec.name: await self._shop.confiner.confinement(spec) for spec in self._specs.values()}
        return self.snapshot()

    async def probe(self, name: str, *, force: bool = False) -> AgentInfo:
        """Look whether the agent is installed."""
        self._known_spec(name)
        return next(info for info in await self.refresh() if info.name == name)

    async def diagnose(self, name: str) -> str:
        """What is known of the agent, as text."""
        info = await self.probe(name)
        return "\n".join([f"{info.label} ({info.name}): {info.state}", info.detail, *self.problems])

    async def set_enabled(self, name: str, on: bool) -> AgentInfo:
        """Not yet: people edit the file."""
        raise UserFacingError(f"Agents are changed in {FILE_NAME} for now.", f"`enabled = {str(on).lower()}`")

    async def add(
        self,
        name: str,
        command: Sequence[str] = (),
        *,
        label: str = "",
        env: Mapping[str, str] | None = None,
        env_prefixes: Sequence[str] = (),
    ) -> AgentInfo:
        """Not yet: people edit the file."""
        raise UserFacingError(f"Agents are added in {FILE_NAME} for now.", f"[{name}] with a `command`")

    async def remove(self, name: str) -> None:
        """Not yet: people edit the file."""
        raise UserFacingError(f"Agents are removed in {FILE_NAME} for now.")

    def catalogue(self) -> Sequence[CatalogueAgent]:
        """The agents we know."""
        return entries(self._specs, (*BUILTIN, *MORE), self._programs or {})

    async def install(self, name: str) -> AsyncIterator[str]:
        """Not yet: people run it."""
        yield f"Run this in a terminal: {self._known_spec(name).install}"

    def children(self) -> Sequence[AgentChild]:
        """None is known yet."""
        return ()

    def get(self, name: str) -> Agent:
        """The agent of that name.

        Raises:
            NotFoundError: there is none, or it is disabled.
        """
        spec = self._known_spec(name)
        if not spec.enabled:
            raise NotFoundError(f"The agent “{name}” is disabled.", f"Enable it in {FILE_NAME} or the settings.")
        if name not in self._agents:
            self._agents[name] = DeferredAgent(name, lambda: self._make(spec))
        return self._agents[name]

    async def close(self) -> None:
        """End every agent's children."""
        await asyncio.gather(*(agent.close() for agent in self._agents.values()))
        await self._children.stop_all()

    def _known_spec(self, name: str) -> AgentSpec:
        spec = self._specs.get(name)
        if spec is None:
            known = ", ".join(s.name for s in self._specs.values() if not s.scripted)
            raise NotFoundError(f"There is no agent “{name}”.", f"There are: {known}.")
        return spec

    def _make(self, spec: AgentSpec) -> Agent:
        def learn(version: str, models: Sequence[ModelInfo]) -> None:
            self._known[spec.name] = (version, tuple(models))

        return make_agent(spec, self._shop, on_known=learn)

    def _find_programs(self) -> dict[str, str | None]:
        path = self._environ.get("PATH")
        return {spec.name: find_program(spec, path) for spec in self._specs.values() if spec.protocol != "native"}

    def _worded(self, info: AgentInfo) -> AgentInfo:
        bound = self._bound.get(info.name)
        return info if bound is None else replace(info, sandbox=bound.word, sandbox_reason=bound.reason)

    def _info(self, spec: AgentSpec) -> AgentInfo:
        found = AgentInfo(name=spec.name, label=spec.label, state="ready", icon=spec.icon, scripted=spec.scripted)
        if not spec.enabled:
            return replace(found, state="disabled", detail=f"Disabled in {FILE_NAME}.")
        if spec.protocol == "native":
            return found
        if self._programs is None:
            return replace(found, state="loading")
        program = self._programs.get(spec.name)
        if program is None:
            detail = f"Not installed. {spec.install}" if spec.install else f"There is no program {spec.commands[0]}."
            return replace(found, state="unavailable", detail=detail)
        version, models = self._known.get(spec.name, ("", ()))
        return replace(found, detail=program, version=version, models=models)
