"""The local engine: a real llama.cpp server, started, watched, restarted and ended as a child of ours.

A start that was asked for fails at once with its reason. An engine that had served and ends is started again, within
a budget. Other programs of ours on this computer find it through its record, and do not start a second one.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.child_specs import SpawnError, our_environment
from boocode_desktop.processes.children import Child, Children
from boocode_desktop.processes.engine_errors import EngineFailure, explain_life
from boocode_desktop.processes.engine_life import EngineLife, EngineLimits, LifeOver, Serving
from boocode_desktop.processes.engine_orders import CannotStart, EngineOrder, prepare_order
from boocode_desktop.processes.engine_record import (
    EngineRecord,
    record_file,
    remove_engine_record,
    write_engine_record,
)
from boocode_desktop.processes.engine_status import EngineOptions, EngineState, EngineStatus
from boocode_desktop.processes.locks import FileLock
from boocode_desktop.processes.process_identity import identify, this_process
from boocode_desktop.processes.restart_policy import RestartPolicy
from boocode_desktop.processes.supervisor import Down, LifeEnd, Supervisor, Waiting

Listener = Callable[[EngineStatus], None]


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
        self._order: EngineOrder | None = None
        self._supervisor: Supervisor[EngineFailure] | None = None
        self._refused: frozenset[str] = frozenset()
        self._served = False
        self._recorded = False
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
            self._order = order = await asyncio.to_thread(prepare_order, model, asked, self._environ)
        except CannotStart as error:
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

    async def _life(self, order: EngineOrder) -> LifeEnd[EngineFailure]:
        """One life, begun again without an option that it fails over and can do without."""
        while True:
            try:
                over = await self._engine_life(order).run()
            except SpawnError as error:
                return LifeEnd(why=EngineFailure(message=error.message, hint=error.hint, lasting=True), final=True)
            refused = "" if over.served else order.expendable(over.exit.tail)
            if not refused or refused in self._refused:
                return await self._explain(order, over)
            self._refused |= {refused}

    def _engine_life(self, order: EngineOrder) -> EngineLife:
        return EngineLife(
            children=self._children,
            spec=order.child_spec(self._environ, self._refused),
            api_key=order.api_key,
            limits=self._limits,
            on_child=self._on_child,
            on_serving=partial(self._on_serving, order),
        )

    def _on_child(self, child: Child) -> None:
        self._child = child
        self._become(replace(self._status, state="starting", pid=child.pid, started_at=time.time(), retry_at=0.0))

    async def _on_serving(self, order: EngineOrder, serving: Serving) -> None:
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
        self._recorded = await asyncio.to_thread(_write_record, self._run_dir, self._status)
        self._settled.set()

    async def _explain(self, order: EngineOrder, over: LifeOver) -> LifeEnd[EngineFailure]:
        if over.served and self._recorded and not await asyncio.to_thread(record_file(self._run_dir).exists):
            return LifeEnd(why=EngineFailure(message="Another program stopped the engine.", wanted=True), final=True)
        why = explain_life(over, order.model)
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


def _write_record(run_dir: Path, status: EngineStatus) -> bool:
    engine = identify(status.pid)
    if engine is None:
        return False
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
    write_engine_record(run_dir, record)
    return True


def _bug(error: Exception) -> EngineFailure:
    hint = "This is a defect: please report it."
    return EngineFailure(message=f"The engine could not be watched: {error}", hint=hint)
