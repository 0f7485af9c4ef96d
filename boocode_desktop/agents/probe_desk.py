"""What is known of each agent's program: where it is, what it answered, and who is being asked right now."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from boocode_desktop.agents.agent_infos import describe
from boocode_desktop.agents.making import Workshop
from boocode_desktop.agents.oneshot.fallback import spoken
from boocode_desktop.agents.probe_cache import FILE_NAME, ProbeCache
from boocode_desktop.agents.probe_results import ProbeResult
from boocode_desktop.agents.programs import Program, fingerprint, look_for
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.orchestrator.ports.agents import AgentInfo

_log = logging.getLogger(__name__)
AT_ONCE = 2
"""Agents that are started beside each other; some take a second of a whole core."""


class ProbeDesk:
    """Programs and answers by agent.

    Args:
        shop: What children are started with.
        data_folder: Where answers are kept.
    """

    def __init__(self, shop: Workshop, data_folder: Path) -> None:
        self._shop = shop
        self._cache = ProbeCache(data_folder / FILE_NAME)
        self._keys: dict[str, str] = {}
        self._spoken: dict[str, tuple[AgentSpec, AgentSpec]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self.programs: Mapping[str, Program | None] = {}

    def program(self, spec: AgentSpec) -> Program | None:
        """Its program as the newest look found it."""
        return self.programs.get(spec.name)

    def result(self, spec: AgentSpec) -> ProbeResult | None:
        """What it answered, if it is still the same program, called the same way."""
        return self._cache.get(spec.name, self._keys.get(spec.name, ""))

    def info(self, spec: AgentSpec) -> AgentInfo:
        """The agent as front ends see it."""
        looked, asking = spec.name in self.programs, spec.name in self._running
        return describe(self.spoken(spec), self.program(spec), self.result(spec), looked=looked, asking=asking)

    def spoken(self, spec: AgentSpec) -> AgentSpec:
        """The agent as it is spoken to: one-shot where the newest look found that form only."""
        asked, answer = self._spoken.get(spec.name, (spec, spec))
        return answer if asked == spec else spec

    async def look(self, specs: Iterable[AgentSpec]) -> None:
        """Look for programs, without starting any."""
        foreign = [spec for spec in specs if spec.protocol != "native"]
        found = await asyncio.to_thread(self._look, foreign)
        self.programs = {**self.programs, **{spec.name: program for spec, program, _ in found}}
        self._keys |= {spec.name: key for spec, _, key in found}
        self._spoken |= {asked.name: (asked, spec) for asked, (spec, _, _) in zip(foreign, found, strict=True)}

    async def ask(self, spec: AgentSpec, *, force: bool = False) -> None:
        """Ask an agent whose program is there, unless its last answer holds; those who ask at once share the answer."""
        await self.look([spec])
        if self.program(spec) is None:
            return
        known = self.result(spec)
        if spec.name not in self._running:
            if known is not None and known.fresh(time.time()) and not force:
                return
            task = asyncio.create_task(self._ask(spec), name=f"probe {spec.name}")
            self._running[spec.name] = task
            task.add_done_callback(lambda _: self._running.pop(spec.name, None))
        await asyncio.shield(self._running[spec.name])

    def learn(self, spec: AgentSpec, version: str, models: Sequence[ModelInfo]) -> None:
        """A turn opened a session: that is an answer too."""
        key = self._keys.get(spec.name)
        if key is not None:
            known = self.result(spec) or ProbeResult(at=0.0)
            works = replace(known, problem="", hint="", sign_in=False, version=version, models=tuple(models))
            self._cache.put(spec.name, key, works)

    async def close(self) -> None:
        """Stop asking."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    def _look(self, specs: Sequence[AgentSpec]) -> list[tuple[AgentSpec, Program | None, str]]:
        path = self._shop.environ.get("PATH")
        found = [(spec, look_for(spec, path)) for spec in (spoken(spec, path)[0] for spec in specs)]
        self._cache.load()
        return [(spec, program, fingerprint(spec, program) if program else "") for spec, program in found]

    async def _ask(self, spec: AgentSpec) -> None:
        key = self._keys[spec.name]
        async with self._slots:
            result = await self._answer(self.spoken(spec))
        self._cache.put(spec.name, key, result)
        await asyncio.to_thread(self._cache.save)

    async def _answer(self, spec: AgentSpec) -> ProbeResult:
        if spec.protocol not in ("acp", "opencode"):
            return ProbeResult(at=time.time())
        try:
            return await (_ask_acp if spec.protocol == "acp" else _ask_opencode)(spec, self._shop)
        except OSError as error:
            _log.warning("%s could not be asked: %s", spec.name, error)
            return ProbeResult(at=time.time(), problem=f"{spec.label} could not be asked: {error}.")


async def _ask_opencode(spec: AgentSpec, shop: Workshop) -> ProbeResult:
    from boocode_desktop.agents.opencode.probe import ask

    return await ask(spec, shop)


async def _ask_acp(spec: AgentSpec, shop: Workshop) -> ProbeResult:
    await asyncio.to_thread(_load)
    from boocode_desktop.agents.probe import ask

    return await ask(spec, shop)


def _load() -> None:
    """Import what speaks ACP where it does not hold up the event loop."""
    import boocode_desktop.agents.probe  # noqa: F401
