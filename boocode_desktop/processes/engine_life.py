"""One life of a llama.cpp server: spawned, announced, healthy, watched until it ends or hangs, and always ended."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from boocode_desktop.processes.child_specs import ChildSpec, Exit, Ladder
from boocode_desktop.processes.children import Child, Children
from boocode_desktop.processes.engine_commands import announced_address
from boocode_desktop.processes.engine_status import ServerProps, parse_props
from boocode_desktop.processes.loopback_http import Answer, LoopbackError, get_json

HowOver = Literal["ended", "slow", "hung"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """Times in seconds. An engine that misses `misses` health checks in a row is taken as hung."""

    load_s: float = 120.0
    poll_loading_s: float = 0.1
    poll_ready_s: float = 5.0
    answer_s: float = 5.0
    misses: int = 3
    terminate_s: float = 3.0
    kill_s: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """It serves: where, what it says of itself, and how long that took."""

    child: Child
    url: str
    props: ServerProps
    load_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeOver:
    """How it went: whether it ever served, and whether it ended, was too slow to start, or hung.

    `limit_s` is the time it had to start."""

    served: bool
    how: HowOver
    exit: Exit
    limit_s: float


class EngineLife:
    """Runs one server once.

    Args:
        on_child: Called when there is a process.
        on_serving: Awaited when it serves.
    """

    def __init__(
        self,
        *,
        children: Children,
        spec: ChildSpec,
        api_key: str,
        limits: EngineLimits,
        on_child: Callable[[Child], None],
        on_serving: Callable[[Serving], Awaitable[None]],
    ) -> None:
        self._children = children
        self._spec = spec
        self._api_key = api_key
        self._limits = limits
        self._on_child = on_child
        self._on_serving = on_serving
        self._address: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def run(self) -> LifeOver:
        """Live. Cancelled, it ends the server before it lets go.

        Raises:
            SpawnError: there is no such program.
        """
        began = time.monotonic()
        hear = self._hear
        child = await self._children.spawn(self._spec, on_line=lambda line: hear(line.decode("latin-1")), on_log=hear)
        served = False
        how: HowOver = "slow"
        try:
            self._on_child(child)
            url = await self._starts_serving(child, began + self._limits.load_s)
            if url:
                served = True
                props = parse_props((await self._ask(url, "/props") or Answer(status=0, value=None)).value)
                load_s = time.monotonic() - began
                await self._on_serving(Serving(child=child, url=url, props=props, load_s=load_s))
                how = await self._stays(child, url)
            elif child.exit is not None:
                how = "ended"
        finally:
            await self._end(child)
        return LifeOver(served=served, how=how, exit=await child.stop(), limit_s=self._limits.load_s)

    async def _end(self, child: Child) -> None:
        """A server may wait for open streams at SIGTERM, hence the ladder; nothing reads its input to the end."""
        limits = self._limits
        await child.stop(Ladder(close_stdin_s=0, terminate_s=limits.terminate_s, kill_s=limits.kill_s))

    def _hear(self, line: str) -> None:
        address = announced_address(line)
        if address and not self._address.done():
            self._address.set_result(address)

    async def _starts_serving(self, child: Child, deadline: float) -> str:
        """Its address once it is healthy; "" if it ends or the time is over before."""
        url = await self._announced(child, deadline)
        while url and time.monotonic() < deadline:
            answer = await self._ask(url, "/health")
            if answer is not None and answer.status == 200:
                return url
            if await _ends_within(child, self._limits.poll_loading_s):
                return ""
        return ""

    async def _announced(self, child: Child, deadline: float) -> str:
        ending = asyncio.create_task(child.wait())
        try:
            left = max(0.0, deadline - time.monotonic())
            waited: set[asyncio.Future[Any]] = {self._address, ending}
            await asyncio.wait(waited, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
        return self._address.result() if self._address.done() else ""

    async def _stays(self, child: Child, url: str) -> Literal["ended", "hung"]:
        missed = 0
        while missed < self._limits.misses:
            if await _ends_within(child, self._limits.poll_ready_s):
                return "ended"
            answer = await self._ask(url, "/health")
            missed = 0 if answer is not None else missed + 1
        return "hung"

    async def _ask(self, url: str, path: str) -> Answer | None:
        try:
            return await get_json(url + path, api_key=self._api_key, timeout_s=self._limits.answer_s)
        except LoopbackError:
            return None


async def _ends_within(child: Child, seconds: float) -> bool:
    try:
        await child.wait(seconds)
    except TimeoutError:
        return False
    return True
