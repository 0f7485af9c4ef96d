"""The local engine: a real llama.cpp server, started, watched, restarted and ended as a child of ours.

A start that was asked for fails at once with its reason. An engine that had served and ends is started again, within
a budget. Other programs of ours on this computer find it through its record, and do not start a second one.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.child_specs import ChildSpec, SpawnError, our_environment
from boocode_desktop.processes.children import Child, Children
from boocode_desktop.processes.engine_commands import (
    KEY_VARIABLE,
    FoundServer,
    find_server,
    refused_option,
    server_command,
)
from boocode_desktop.processes.engine_errors import EngineFailure, explain_end, explain_header, explain_start
from boocode_desktop.processes.engine_life import EngineLife, EngineLimits, LifeOver, Serving
from boocode_desktop.processes.engine_record import (
    EngineRecord,
    record_file,
    remove_engine_record,
    write_engine_record,
)
from boocode_desktop.processes.engine_status import EngineOptions, EngineState, EngineStatus
from boocode_desktop.processes.gguf import GgufError, read_header
from boocode_desktop.processes.locks import FileLock
from boocode_desktop.processes.memory import machine_memory
from boocode_desktop.processes.memory_fit import choose_context
from boocode_desktop.processes.process_identity import identify, this_process
from boocode_desktop.processes.restart_policy import RestartPolicy
from boocode_desktop.processes.supervisor import Down, LifeEnd, Supervisor, Waiting

Listener = Callable[[EngineStatus], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What was asked for, and what came of it: it holds for every life until the next start."""

    model: Path
    asked: EngineOptions
    options: EngineOptions
    server: FoundServer
    api_key: str


class _Refused(Exception):
    """A start that cannot even be tried."""

    def __init__(self, failure: EngineFailure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class LocalEngine:
    """One engine of this program. `status` is how it stands; listeners hear every change, on the event loop.

    Args:
        children: Spawns and owns its process.
        run_dir: Where records and locks are, the same for every program of ours on this computer.
        environ: What it inherits, the PATH to look for llama-server included; our own environment by default.
    """

    def __init__(
        self,
        *,
        children: Children,
        run_dir: Path,
        environ: Mapping[str, str] | None = None,
        policy: RestartPolicy | None = None,
        limits: EngineLimits | None = None,
    ) -> None:
        self._children = children
        self._run_dir = run_dir
        self._environ = dict(our_environment() if environ is None else environ)
        self._limits = limits or EngineLimits()
        self._listeners: list[Listener] = []
        self._status = EngineStatus()
        self._policy = policy
        self._order: _Order | None = None
        self._supervisor: Supervisor[EngineFailure] | None = None
        self._refused: frozenset[str] = frozenset()
        self._served = False
        self._child: Child | None = None
        self._settled = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._lock = FileLock(run_dir / "engine.lock")

    @property
    def status(self) -> EngineStatus:
        """How it stands now, with the newest log lines."""
        return self._status if self._child is None else replace(self._status, log=self._child.tail())

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` at every change; the result ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def start(self, model: Path, options: EngineOptions | None = None) -> EngineStatus:
        """Run a model, instead of the one that runs; returns when it is ready.

        Raises:
            BusyError: another program of ours runs an engine.
            UserFacingError: it failed, with what to do; the status says the same.
        """
        asked = options or EngineOptions()
        async with self._one_at_a_time:
            if not self._runs(model, asked):
                await self._end()
                await self._begin(model, asked)
        await self._settled.wait()
        if self._status.state == "ready" and self._status.model == model:
            return self.status
        raise UserFacingError(self._status.error or "The engine was stopped.", self._status.hint)

    async def stop(self) -> None:
        """End it; works twice, and while it starts."""
        async with self._one_at_a_time:
            await self._end()
            self._become(EngineStatus())
            self._settled.set()

    def _runs(self, model: Path, asked: EngineOptions) -> bool:
        if self._order is None or self._supervisor is None or not self._supervisor.running:
            return False
        return (self._order.model, self._order.asked) == (model, asked)

    async def _begin(self, model: Path, asked: EngineOptions) -> None:
        await self._lock.acquire(f"it runs the local engine with {model.name}")
        self._settled.clear()
        self._refused, self._served = frozenset(), False
        self._become(EngineStatus(state="starting", model=model, started_at=time.time()))
        try:
            self._order = order = await asyncio.to_thread(_prepare, model, asked, self._environ)
        except _Refused as error:
            await self._fail(error.failure)
            return
        self._become(replace(self._status, source=order.server.source))
        self._supervisor = Supervisor(
            name="engine", life=partial(self._life, order), on_change=self._on_change, failed=_bug, policy=self._policy
        )
        self._supervisor.start()

    async def _end(self) -> None:
        if self._supervisor is not None:
            await self._supervisor.stop()
        self._child = None
        if self._lock.held:
            await asyncio.to_thread(remove_engine_record, self._run_dir)
            await self._lock.release()

    async def _life(self, order: _Order) -> LifeEnd[EngineFailure]:
        """One life, begun again without the option that an older server refuses."""
        while True:
            try:
                over = await self._engine_life(order).run()
            except SpawnError as error:
                return LifeEnd(why=EngineFailure(message=error.message, hint=error.hint, lasting=True), final=True)
            refused = "" if over.served else refused_option(over.exit.tail, order.server, order.options)
            if not refused or refused in self._refused:
                return await self._explain(order, over)
            self._refused |= {refused}

    def _engine_life(self, order: _Order) -> EngineLife:
        embedded = order.server.source == "embedded"
        spec = ChildSpec(
            name="engine",
            argv=server_command(order.server, order.model, order.options, refused=self._refused),
            cwd=order.model.parent,
            env={**self._environ, KEY_VARIABLE: order.api_key},
            stdin="pipe" if embedded else "null",
            stdout="lines",
        )
        return EngineLife(
            children=self._children,
            spec=spec,
            api_key=order.api_key,
            limits=self._limits,
            on_child=self._on_child,
            on_serving=partial(self._on_serving, order),
        )

    def _on_child(self, child: Child) -> None:
        self._child = child
        self._become(replace(self._status, state="starting", pid=child.pid, started_at=time.time(), retry_at=0.0))

    async def _on_serving(self, order: _Order, serving: Serving) -> None:
        props = serving.props
        self._served = True
        self._become(
            replace(
                self._status,
                state="ready",
                url=serving.url,
                api_key=order.api_key,
                context_size=props.context_size,
                slots=props.slots,
                abilities=props.abilities,
                load_s=serving.load_s,
                error="",
                hint="",
            )
        )
        await asyncio.to_thread(self._write_record, self._status)
        self._settled.set()

    def _write_record(self, status: EngineStatus) -> None:
        engine = identify(status.pid)
        if engine is None:
            return
        record = EngineRecord(
            engine=engine,
            owner=this_process(),
            model=str(status.model),
            url=status.url,
            api_key=status.api_key,
            context_size=status.context_size,
            abilities=tuple(sorted(status.abilities)),
            started_at=status.started_at,
        )
        write_engine_record(self._run_dir, record)

    async def _explain(self, order: _Order, over: LifeOver) -> LifeEnd[EngineFailure]:
        if over.how == "slow":
            why = EngineFailure(
                message=f"{order.model.name} was not loaded within {self._limits.load_s:.0f} s.",
                hint="Choose a smaller model, or a faster disk.",
            )
        elif over.how == "hung":
            why = EngineFailure(message="The engine did not answer any more and was ended.")
        else:
            why = explain_end(over.exit) if over.served else explain_start(over.exit, order.model)
        elsewhere = over.served and not await asyncio.to_thread(record_file(self._run_dir).exists)
        if elsewhere:
            return LifeEnd(why=EngineFailure(message="Another program stopped the engine.", wanted=True), final=True)
        return LifeEnd(why=why, final=not self._served or why.lasting)

    async def _on_change(self, change: Waiting[EngineFailure] | Down[EngineFailure]) -> None:
        if isinstance(change, Down):
            spent = f" It ended {change.ends} times within a minute and stays down." if change.ends else ""
            await self._fail(replace(change.why, message=change.why.message + spent))
            return
        await asyncio.to_thread(remove_engine_record, self._run_dir)
        self._settled.clear()
        self._become(
            replace(
                self.status,
                state="starting",
                url="",
                pid=0,
                error=change.why.message,
                hint=change.why.hint,
                restarts=self._status.restarts + 1,
                retry_at=time.time() + change.delay_s,
            )
        )

    async def _fail(self, failure: EngineFailure) -> None:
        await asyncio.to_thread(remove_engine_record, self._run_dir)
        await self._lock.release()
        state: EngineState = "stopped" if failure.wanted else "failed"
        status = replace(self.status, state=state, url="", api_key="", pid=0, error=failure.message, hint=failure.hint)
        self._child = None
        self._become(status)
        self._settled.set()

    def _become(self, status: EngineStatus) -> None:
        self._status = status
        for listener in tuple(self._listeners):
            listener(self.status)


def _prepare(model: Path, asked: EngineOptions, environ: Mapping[str, str]) -> _Order:
    """Look at the file and for a server, choose a context; blocks for some milliseconds."""
    try:
        header = read_header(model)
    except (GgufError, OSError) as error:
        raise _Refused(explain_header(error, model)) from error
    try:
        server = find_server(asked, environ)
    except UserFacingError as error:
        raise _Refused(EngineFailure(message=error.message, hint=error.hint)) from error
    context = asked.context or choose_context(header, machine_memory())
    options = replace(asked, context=context)
    return _Order(model=model, asked=asked, options=options, server=server, api_key=secrets.token_urlsafe(24))


def _bug(error: Exception) -> EngineFailure:
    return EngineFailure(
        message=f"The engine could not be watched: {error}", hint="This is a defect: please report it."
    )
