"""Terminals on Windows, with a stand-in for the pseudo console: the same calls, over a real terminal of this system."""

import asyncio
import contextlib
import os
import select
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from boocode_desktop.processes.child_output import LogRing
from boocode_desktop.processes.child_protocol import ChildProtocol
from boocode_desktop.processes.child_specs import ChildSpec, Ladder, SpawnError
from boocode_desktop.processes.children import Child
from boocode_desktop.processes.conpty_terminal import Made, make_console, open_in_console

if sys.platform == "win32":
    pytest.skip("the stand-in needs a terminal of Unix", allow_module_level=True)


class ConsoleError(Exception):
    """What the stand-in raises where pywinpty raises its own."""


class StandIn:
    """Has the methods of pywinpty's `PTY`; text instead of bytes, blocking reads, an error at the end."""

    def __init__(self, columns: int, lines: int) -> None:
        self.size = (columns, lines)
        self.spawned: tuple[str, str | None, str | None, str | None] | None = None
        self.child: subprocess.Popen[bytes] | None = None
        self._ours, self._theirs = os.openpty()
        self._wake, self._waker = os.pipe()
        self.read_by: set[str] = set()

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child else None

    def spawn(self, appname: str, cmdline: str | None = None, cwd: str | None = None, env: str | None = None) -> bool:
        self.spawned = (appname, cmdline, cwd, env)
        variables = dict(v.split("=", 1) for v in (env or "").split("\0") if v)
        try:
            self.child = subprocess.Popen(
                [appname, *shlex.split(cmdline or "")],
                cwd=cwd, env=variables, stdin=self._theirs, stdout=self._theirs, stderr=self._theirs,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise ConsoleError(str(error)) from error
        os.close(self._theirs)
        return True

    def read(self, blocking: bool = False) -> str:
        self.read_by.add(threading.current_thread().name)
        ready = select.select([self._ours, self._wake], [], [], None if blocking else 0)[0]
        if self._ours not in ready:
            if self._wake in ready and blocking:
                raise ConsoleError("broken off")
            return ""
        try:
            data = os.read(self._ours, 65_536)
        except OSError as error:
            raise ConsoleError("EOF") from error
        return data.decode()

    def write(self, to_write: str) -> int:
        try:
            return os.write(self._ours, to_write.encode())
        except OSError as error:
            raise ConsoleError(str(error)) from error

    def set_size(self, cols: int, rows: int) -> None:
        self.size = (cols, rows)

    def isalive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def get_exitstatus(self) -> int | None:
        return self.child.poll() if self.child else None

    def cancel_io(self) -> bool:
        os.write(self._waker, b"x")
        return True

    def free(self) -> None:
        if self.child is None:
            os.close(self._theirs)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, 9)
            self.child.wait(10)
        for fd in (self._ours, self._wake, self._waker):
            os.close(fd)


@pytest.fixture
def console():
    made = StandIn(80, 24)
    yield made
    made.free()


def spec_of(folder: Path, *argv: str) -> ChildSpec:
    return ChildSpec(
        name="shell", argv=argv, cwd=folder, env={"PATH": os.defpath, "ONE": "1"}, terminal=(91, 17), stdout="null"
    )


async def start(console: StandIn, spec: ChildSpec) -> tuple[Child, list[bytes], asyncio.Event]:
    """A child in the stand-in, watched to its end as `Children` does, with what it prints."""
    loop = asyncio.get_running_loop()

    def make(columns: int, lines: int) -> Made:
        console.set_size(columns, lines)
        return console, (ConsoleError, OSError), lambda _pid: console.child.wait()

    def protocol() -> ChildProtocol:
        return ChildProtocol({}, limit=1 << 16, loop=loop)

    transport, made, end = await open_in_console(spec.argv, spec, spec.env, protocol, make=make)
    child = Child(spec, "token", transport, made, LogRing(max_bytes=1000, max_lines=10), end)
    printed, over = [], asyncio.Event()
    end.listen(printed.append, over.set)

    async def own() -> None:
        await child.watch()
        child.conclude()

    child.owner = asyncio.create_task(own())  # type: ignore[attr-defined]
    return child, printed, over


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


def test_a_program_is_started_typed_to_and_seen_to_its_end(console: StandIn, tmp_path: Path):
    async def scenario() -> None:
        child, printed, over = await start(console, spec_of(tmp_path, "/bin/sh", "-c", "read x; echo got $x; exit 7"))
        assert console.spawned is not None and console.size == (91, 17)
        program, rest, folder, env = console.spawned
        assert (program, folder) == ("/bin/sh", str(tmp_path)) and rest == ' -c "read x; echo got $x; exit 7"'
        assert env == f"ONE=1\0PATH={os.defpath}\0\0"
        child.terminal.write("grüße\n".encode()[:3])
        child.terminal.write("grüße\n".encode()[3:])
        ended = await child.wait(20)
        assert "got grüße" in b"".join(printed).decode() and ended.code == 7
        await asyncio.wait_for(over.wait(), 20)
        assert console.read_by == {"console reader"}

    asyncio.run(scenario())


def test_the_last_output_comes_before_the_end_is_told(console: StandIn, tmp_path: Path):
    async def scenario() -> None:
        child, printed, _over = await start(console, spec_of(tmp_path, "/bin/sh", "-c", "seq 20000; echo last"))
        ended = await child.wait(20)
        assert b"".join(printed).decode().rstrip().endswith("last") and ended.ok

    asyncio.run(scenario())


def test_pausing_stops_reading_and_another_size_is_told(console: StandIn, tmp_path: Path):
    async def scenario() -> None:
        child, printed, _over = await start(console, spec_of(tmp_path, "/bin/sh", "-c", "cat"))
        child.terminal.resize(40, 10)
        assert console.size == (40, 10)
        child.terminal.write(b"first\n")
        await until(lambda: b"first\r\nfirst" in b"".join(printed))
        child.terminal.read(False)
        # The one read that waits already may bring one more piece.
        child.terminal.write(b"second\n")
        await until(lambda: b"second" in b"".join(printed))
        child.terminal.write(b"third\n")
        await asyncio.to_thread(select.select, [console._ours], [], [], 20)
        assert b"third" not in b"".join(printed)
        child.terminal.read(True)
        await until(lambda: b"third" in b"".join(printed))
        await child.stop(Ladder(close_stdin_s=0, terminate_s=2, kill_s=2))

    asyncio.run(scenario())


def test_hanging_up_and_stopping_leave_nothing(console: StandIn, tmp_path: Path):
    async def scenario() -> None:
        child, _printed, over = await start(console, spec_of(tmp_path, "/bin/sh", "-c", "sleep 600"))
        child.terminal.close()
        child.terminal.close()
        child.terminal.write(b"into the void")
        ended = await child.stop(Ladder(close_stdin_s=0, terminate_s=2, kill_s=2))
        assert ended.asked and not console.isalive()
        await asyncio.wait_for(over.wait(), 20)
        assert not [t for t in threading.enumerate() if t.name == "console reader" and t.is_alive()]

    asyncio.run(scenario())


def test_a_program_that_cannot_be_started_is_said(console: StandIn, tmp_path: Path):
    with pytest.raises(SpawnError, match="shell cannot be started"):
        asyncio.run(start(console, spec_of(tmp_path, "/no/such/program")))


def test_elsewhere_there_are_no_consoles():
    with pytest.raises(SpawnError, match="part of Windows"):
        make_console(80, 24)
