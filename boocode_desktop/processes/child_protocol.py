"""Between asyncio's transport and a child: routes what it prints, and tells its end apart from the end of its pipes.

`asyncio.subprocess.Process.wait()` returns only once every pipe is closed, and a grandchild may hold one for ever.
"""

import asyncio
from asyncio.subprocess import SubprocessStreamProtocol
from collections.abc import Callable
from typing import Any, Protocol

from boocode_desktop.processes.child_specs import ChildSpec

STDOUT, STDERR = 1, 2


class Sink(Protocol):
    """Takes what a child prints on one of its outputs."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""

    def close(self) -> None:
        """Nothing more comes."""


class ChildProtocol(SubprocessStreamProtocol):
    """Outputs with a sink are fed to it; the other one becomes the usual StreamReader."""

    def __init__(self, sinks: dict[int, Sink], *, limit: int, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=limit, loop=loop)
        self.exited = loop.create_future()
        self.drained = loop.create_future()
        self.received = 0
        self._sinks = sinks
        self._outputs: set[int] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note which outputs there are."""
        super().connection_made(transport)
        if isinstance(transport, asyncio.SubprocessTransport):
            self._outputs = {fd for fd in (STDOUT, STDERR) if transport.get_pipe_transport(fd) is not None}
        self._note_drained()

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        """Feed the sink of this output."""
        self.received += len(data)
        sink = self._sinks.get(fd)
        if sink is None:
            super().pipe_data_received(fd, data)
        elif isinstance(data, bytes):
            sink.feed(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Close the sink of this output."""
        if fd in self._outputs and fd in self._sinks:
            self._sinks[fd].close()
        self._outputs.discard(fd)
        self._note_drained()
        super().pipe_connection_lost(fd, exc)

    def process_exited(self) -> None:
        """The child itself ended; its pipes may still be open."""
        if not self.exited.done():
            self.exited.set_result(None)
        super().process_exited()

    def _note_drained(self) -> None:
        if not self._outputs and not self.drained.done():
            self.drained.set_result(None)


async def open_child(
    argv: list[str],
    spec: ChildSpec,
    env: dict[str, str],
    make: Callable[[], ChildProtocol],
    options: dict[str, Any],
    *,
    slave: int | None = None,
) -> tuple[asyncio.SubprocessTransport, ChildProtocol]:
    """Fork and exec; the event loop's own subprocess machinery underneath.

    Raises:
        OSError: the program or its folder cannot be used.
    """
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    if slave is not None:
        return await asyncio.get_running_loop().subprocess_exec(
            make, *argv, stdin=slave, stdout=slave, stderr=slave, cwd=spec.cwd, env=env, **options
        )
    return await asyncio.get_running_loop().subprocess_exec(
        make,
        *argv,
        stdin=pipe if spec.stdin == "pipe" else null,
        stdout=null if spec.stdout == "null" else pipe,
        stderr=asyncio.subprocess.STDOUT if spec.stderr == "stdout" else pipe,
        cwd=spec.cwd,
        env=env,
        **options,
    )
