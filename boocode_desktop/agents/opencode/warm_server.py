"""opencode's warm server: started when first needed, again when it died, put aside when one of its sessions wedged."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boocode_desktop.agents.opencode.api import Api
from boocode_desktop.agents.opencode.launching import (
    banner_address,
    free_port,
    new_password,
    no_start,
    server_spec,
)
from boocode_desktop.agents.opencode.server import OpencodeServer
from boocode_desktop.agents.programs import find_program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.processes.child_specs import Exit
from boocode_desktop.processes.children import Child, Children
from boocode_desktop.processes.restart_policy import Ends, GiveUp, RestartPolicy, decide, note_end
from boocode_desktop.processes.sandbox import Sandbox

_log = logging.getLogger(__name__)
Box = Callable[[str], Awaitable[Sandbox | None]]
PORTS = 3
"""How many ports are tried: another program may take one between our look and the server's start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds: until the banner, until a silent event stream counts as broken (heartbeats come every 10), and how long
    the other chats of a wedged server may go on with their turns."""

    banner_s: float = 60.0
    health_s: float = 10.0
    stall_s: float = 30.0
    quarantine_s: float = 60.0


class WarmServer:
    """Keeps one server. `confinement` says how the newest one is bound, "" where there is nothing that could bind it.

    Args:
        spec: Which program.
        children: Who owns processes.
        folder: Where the server lives; sessions have folders of their own.
        environ: Our environment, to choose from.
        box: Makes the sandbox of a program; none where there is none.
    """

    def __init__(
        self,
        spec: AgentSpec,
        children: Children,
        folder: Path,
        environ: Mapping[str, str],
        *,
        box: Box | None = None,
        patience: Patience | None = None,
        policy: RestartPolicy | None = None,
    ) -> None:
        self._spec = spec
        self._children = children
        self._folder = folder
        self._environ = environ
        self._box = box
        self.sandboxed = False
        self.confinement = ""
        self._patience = patience or Patience()
        self._policy = policy or RestartPolicy()
        self._ends = Ends()
        self._server: OpencodeServer | None = None
        self._leaving: dict[asyncio.Task[None], OpencodeServer] = {}
        self._starting = asyncio.Lock()

    @property
    def known(self) -> OpencodeServer | None:
        """The server that runs, if one does."""
        return self._server if self._server is not None and self._server.alive else None

    def living(self) -> list[OpencodeServer]:
        """Every server that runs, those that are put aside included."""
        return [*([self.known] if self.known else []), *self._leaving.values()]

    async def get(self) -> OpencodeServer:
        """The warm server, or a new one where there is none or it died.

        Raises:
            AdapterError: it is not installed, does not come up, or died too often.
        """
        async with self._starting:
            if self.known is not None:
                return self.known
            if self._server is not None:
                await self._bury(self._server)
            self._server = await self._start()
            return self._server

    async def retire(self, server: OpencodeServer) -> None:
        """One of its sessions is wedged: no new turn goes there, and it ends when its other turns have."""
        if self._server is server:
            self._server = None
        if not server.busy():
            await server.close(at_once=True)
            return
        leaving = asyncio.create_task(self._see_off(server), name=f"quarantine {self._spec.name}")
        self._leaving[leaving] = server
        leaving.add_done_callback(lambda task: self._leaving.pop(task, None))

    async def close_if_empty(self, server: OpencodeServer) -> None:
        """End a server without sessions."""
        if not server.sessions:
            if self._server is server:
                self._server = None
            await server.close()

    async def close(self) -> None:
        """End all of them."""
        ending = [*([self._server] if self._server else []), *self._leaving.values()]
        self._server = None
        await asyncio.gather(*(server.close() for server in ending))

    async def _bury(self, server: OpencodeServer) -> None:
        """Clear away a dead server; after its unasked ends the next start waits, or is refused."""
        self._server = None
        await server.close()
        ended = server.ended.result()
        if ended.asked:
            return
        lived = server.ended_at - server.started
        self._ends = note_end(self._policy, self._ends, at=server.ended_at, lived_s=lived)
        decision = decide(self._policy, self._ends)
        if isinstance(decision, GiveUp):
            self._ends = Ends()
            raise AdapterError(
                f"The server of {self._spec.label} ended {decision.ends} times within a minute.",
                "It is not started again by itself. Send the prompt again to try once more, or choose another agent.",
            )
        await asyncio.sleep(max(0.0, server.ended_at + decision.delay_s - time.monotonic()))

    async def _start(self) -> OpencodeServer:
        program = await asyncio.to_thread(find_program, self._spec, self._environ.get("PATH"))
        if program is None:
            hint = f"Install it with: {self._spec.install}" if self._spec.install else "Check agents.toml."
            raise AdapterError(f"{self._spec.label} is not installed.", hint)
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        box = await self._box(program) if self._box is not None else None
        self.sandboxed = box is not None and box.sandboxed
        self.confinement = box.description if box is not None else ""
        for tries_left in reversed(range(PORTS)):
            outcome = await self._start_on(program, free_port(), box)
            if isinstance(outcome, OpencodeServer):
                return outcome
            if not tries_left or outcome is None or not _port_was_taken(outcome):
                raise no_start(self._spec, outcome, self._patience.banner_s)
        raise AssertionError("unreachable")

    async def _start_on(self, program: str, port: int, box: Sandbox | None) -> OpencodeServer | Exit | None:
        """A server that listens and answers; how it ended instead, None if it only never listened."""
        password = new_password()
        announced: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def hear(line: bytes) -> None:
            address = banner_address(line.decode("utf-8", "replace"), port)
            if address and not announced.done():
                announced.set_result(address)

        spec = server_spec(self._spec, program, port, password, self._folder, self._environ, box)
        child = await self._children.spawn(spec, on_line=hear)
        try:
            ended = await self._announced(child, announced)
            if ended is not None or not announced.done():
                await child.kill()
                return ended
            api = Api(announced.result(), password, stall_s=self._patience.stall_s)
            return OpencodeServer(self._spec, child, api, await api.version(self._patience.health_s))
        except BaseException:
            await asyncio.shield(asyncio.ensure_future(child.kill()))
            raise

    async def _announced(self, child: Child, announced: asyncio.Future[str]) -> Exit | None:
        """Wait for the banner. A request before it would be taken and never answered."""
        ending = asyncio.create_task(child.wait())
        waited: set[asyncio.Future[Any]] = {announced, ending}
        await asyncio.wait(waited, timeout=self._patience.banner_s, return_when=asyncio.FIRST_COMPLETED)
        ended = ending.result() if ending.done() else None
        ending.cancel()
        return ended

    async def _see_off(self, server: OpencodeServer) -> None:
        try:
            async with asyncio.timeout(self._patience.quarantine_s):
                while turns := [session.turn.ended for session in server.busy() if session.turn]:
                    await asyncio.wait(turns)
        except TimeoutError:
            _log.warning("a wedged server of %s is ended with turns still running in it", self._spec.name)
        await server.close(at_once=True)


def _port_was_taken(ended: Exit) -> bool:
    said = "\n".join(ended.tail).lower()
    return "eaddrinuse" in said or "in use" in said or "failed to start server" in said
