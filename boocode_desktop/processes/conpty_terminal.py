"""A terminal on Windows: a pseudo console of ConPTY, which starts the child itself. Untested on Windows so far.

The console is read, written and waited for by threads, because its handles fit no event loop.
"""

import asyncio
import codecs
import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from boocode_desktop.processes.child_protocol import ChildProtocol
from boocode_desktop.processes.child_specs import ChildSpec, SpawnError
from boocode_desktop.processes.terminal_ends import INPUT_LIMIT

JOIN_S = 1.0
"""How long the last output may take after the child ended."""


class Console(Protocol):
    """What is used of a pseudo console of pywinpty. Reading raises when nothing more can come."""

    @property
    def pid(self) -> int | None: ...
    def spawn(
        self, appname: str, cmdline: str | None = None, cwd: str | None = None, env: str | None = None
    ) -> bool: ...
    def read(self, blocking: bool = False) -> str: ...
    def write(self, to_write: str) -> int: ...
    def set_size(self, cols: int, rows: int) -> None: ...
    def isalive(self) -> bool: ...
    def get_exitstatus(self) -> int | None: ...
    def cancel_io(self) -> bool: ...


Wait = Callable[[int], int | None]
"""Waits for the end of a process by its id, in a thread; its exit code, if that can be known."""


class ConsoleEnd:
    """Our end of a pseudo console; a `TerminalEnd`."""

    def __init__(self, console: Console, errors: tuple[type[Exception], ...]) -> None:
        self._console, self._errors = console, errors
        self._loop = asyncio.get_running_loop()
        self._on_data: Callable[[bytes], None] = lambda _data: None
        self._on_end: Callable[[], None] = lambda: None
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="console")
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._typed = 0
        self._reader = threading.Thread(target=self._read_all, name="console reader", daemon=True)

    def listen(self, on_data: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Hear what is printed, and once that nothing more comes."""
        self._on_data, self._on_end = on_data, on_end
        self._wanted.set()
        self._reader.start()

    def read(self, wanted: bool) -> None:
        """Go on or pause; while paused the program waits as soon as the console's buffer is full."""
        (self._wanted.set if wanted else self._wanted.clear)()

    def write(self, data: bytes) -> None:
        """Type. What a program does not read is kept up to a limit."""
        if self._ended.is_set() or self._typed + len(data) > INPUT_LIMIT:
            return
        self._typed += len(data)
        self._writer.submit(self._write, self._decoder.decode(data), len(data))

    def resize(self, columns: int, lines: int) -> None:
        """Tell the program another size."""
        if not self._ended.is_set():
            with contextlib.suppress(*self._errors):
                self._console.set_size(columns, lines)

    def close(self) -> None:
        """Hang up; harmless when repeated."""
        self._ended.set()
        self._wanted.set()
        self._writer.shutdown(wait=False, cancel_futures=True)
        with contextlib.suppress(*self._errors):
            self._console.cancel_io()

    def drain(self) -> None:
        """The child is gone: let its last output come, but not for ever. For a thread."""
        self.close()
        if self._reader.is_alive():
            self._reader.join(JOIN_S)

    def _read_all(self) -> None:
        while self._read_once():
            pass
        self._tell(self._on_end)

    def _read_once(self) -> bool:
        self._wanted.wait()
        over = self._ended.is_set()
        try:
            text = self._console.read(blocking=not over)
        except self._errors:
            # After the end the console is asked once more for what a broken off wait left in it.
            return self._ended.is_set() and not over
        if text:
            self._tell(self._on_data, text.encode())
        return bool(text) or not over

    def _write(self, text: str, size: int) -> None:
        with contextlib.suppress(*self._errors):
            self._console.write(text)
        self._tell(self._on_written, size)

    def _on_written(self, size: int) -> None:
        self._typed -= size

    def _tell(self, function: Callable[..., None], *arguments: Any) -> None:
        # The loop may be closed before a thread notices that everything is over.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *arguments)


class ConsoleTransport(asyncio.SubprocessTransport):
    """A child in a pseudo console as asyncio knows children: an id, an end, and no pipes."""

    def __init__(self, console: Console, end: ConsoleEnd, protocol: ChildProtocol, wait: Wait) -> None:
        super().__init__()
        self._console, self._end, self._protocol, self._wait = console, end, protocol, wait
        self._loop = asyncio.get_running_loop()
        self._pid = console.pid or 0
        self._code: int | None = None
        protocol.connection_made(self)
        threading.Thread(target=self._see_end, name=f"console {self._pid}", daemon=True).start()

    def get_pid(self) -> int:
        """The child's process."""
        return self._pid

    def get_returncode(self) -> int | None:
        """How it ended; None while it runs."""
        return self._code

    def get_pipe_transport(self, _fd: int) -> None:
        """There are no pipes."""

    def is_closing(self) -> bool:
        """Whether the child is gone."""
        return self._code is not None

    def close(self) -> None:
        """Hang up."""
        self._end.close()

    def _see_end(self) -> None:
        waited = self._wait(self._pid)
        told = None if self._console.isalive() else self._console.get_exitstatus()
        self._end.drain()
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._on_end, told if told is not None else waited or 0)

    def _on_end(self, code: int) -> None:
        self._code = code
        self._protocol.process_exited()
        self._protocol.connection_lost(None)


Made = tuple[Console, tuple[type[Exception], ...], Wait]


def make_console(columns: int, lines: int) -> Made:
    """A pseudo console of this system, what its methods raise, and how its child is waited for. Blocks.

    Raises:
        SpawnError: there are none on this system.
    """
    if sys.platform != "win32":
        raise SpawnError("Pseudo consoles are a part of Windows.")
    else:
        import psutil
        from winpty import PTY, Backend, WinptyError

        try:
            console = PTY(columns, lines, backend=Backend.ConPTY)
        except WinptyError as error:
            raise SpawnError(
                f"No terminal could be opened: {error}", "Windows 10 of 2018 or newer has them."
            ) from error

        def wait(pid: int) -> int | None:
            try:
                return psutil.Process(pid).wait()
            except psutil.NoSuchProcess:
                return None

        return console, (WinptyError, OSError), wait


async def open_in_console(
    argv: Sequence[str],
    spec: ChildSpec,
    env: Mapping[str, str],
    make_protocol: Callable[[], ChildProtocol],
    *,
    make: Callable[[int, int], Made] = make_console,
) -> tuple[ConsoleTransport, ChildProtocol, ConsoleEnd]:
    """Start a child in a pseudo console of its own.

    Raises:
        SpawnError: there are no consoles, or the program cannot be started in one.
    """
    columns, lines = spec.terminal or (80, 24)
    console, errors, wait = await asyncio.to_thread(make, columns, lines)
    block = "".join(f"{name}={value}\0" for name, value in sorted(env.items())) + "\0"
    rest = f" {subprocess.list2cmdline(argv[1:])}" if len(argv) > 1 else None
    try:
        started = await asyncio.to_thread(console.spawn, argv[0], rest, str(spec.cwd), block)
    except errors as error:
        raise SpawnError(f"{spec.name} cannot be started: {error}") from error
    if not started or not console.pid:
        raise SpawnError(f"{spec.name} cannot be started in a terminal.")
    end, protocol = ConsoleEnd(console, errors), make_protocol()
    return ConsoleTransport(console, end, protocol, wait), protocol, end
