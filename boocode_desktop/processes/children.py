"""Children are owned: every process this program starts is spawned, watched and ended here.

Each gets a process group of its own, pipes that are always drained, a log ring, a record for the next start, and a
shutdown ladder. No wait here is without a bound, whatever a child or its grandchildren do.
"""

import asyncio
import logging
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from boocode_desktop.processes.child_output import LineSplitter, LogRing
from boocode_desktop.processes.child_protocol import STDERR, STDOUT, ChildProtocol, Sink, open_child
from boocode_desktop.processes.child_records import ChildRecord, new_token, record_path, write_record
from boocode_desktop.processes.child_specs import CHILD_TOKEN, ChildSpec, Exit, Ladder, SpawnError, exit_of
from boocode_desktop.processes.conpty_terminal import open_in_console
from boocode_desktop.processes.process_groups import ProcessGroup, group_of, spawn_options
from boocode_desktop.processes.process_identity import identify, this_process
from boocode_desktop.processes.pty_terminal import open_terminal
from boocode_desktop.processes.sweep import Swept, end_bearers, sweep
from boocode_desktop.processes.terminal_ends import TerminalEnd

_log = logging.getLogger(__name__)

LINGER_S = 0.3
"""How long an output may be silent after its child ended before it is taken as held by a grandchild."""
LINGER_LIMIT_S = 5.0


class Child:
    """A running child. Made by `Children.spawn`.

    `stdin`, `stdout` and `terminal` are None unless the spec asks for them. Bound every `stdin.drain()`: a child that
    does not read blocks it for as long as it likes.
    """

    def __init__(
        self,
        spec: ChildSpec,
        token: str,
        transport: asyncio.SubprocessTransport,
        protocol: ChildProtocol,
        log: LogRing,
        terminal: TerminalEnd | None = None,
    ) -> None:
        self.spec = spec
        self.token = token
        self.pid: int = transport.get_pid()
        self.stdin: asyncio.StreamWriter | None = protocol.stdin
        self.stdout: asyncio.StreamReader | None = protocol.stdout if spec.stdout == "stream" else None
        self.terminal = terminal
        self._transport = transport
        self._protocol = protocol
        self._log = log
        self._group: ProcessGroup = group_of(self.pid)
        self._asked = False
        self._ended: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        self._stopping: asyncio.Task[Exit] | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.spec.name

    @property
    def exit(self) -> Exit | None:
        """How it ended; None while it runs."""
        return self._ended.result() if self._ended.done() else None

    def tail(self, count: int = 50) -> tuple[str, ...]:
        """The last lines it logged, oldest first."""
        return self._log.tail(count)

    async def wait(self, timeout_s: float | None = None) -> Exit:
        """Wait for its end (not for its grandchildren).

        Raises:
            TimeoutError: it still runs after `timeout_s`.
        """
        async with asyncio.timeout(timeout_s):
            return await asyncio.shield(self._ended)

    async def stop(self, ladder: Ladder | None = None) -> Exit:
        """End it step by step: close stdin, SIGTERM to the group, SIGKILL. Later calls join the first one."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._descend(ladder or Ladder()), name=f"stop {self.name}")
        return await asyncio.shield(self._stopping)

    def abandon(self) -> None:
        """End it at once without waiting; its owner sees to the rest."""
        self._asked = True
        self._group.kill()

    async def kill(self) -> Exit:
        """End it at once."""
        self.abandon()
        return await self.stop(Ladder(close_stdin_s=0, terminate_s=0))

    async def _descend(self, ladder: Ladder) -> Exit:
        self._asked = self._asked or not self._protocol.exited.done()
        if ladder.close_stdin_s and self.stdin is not None:
            self.stdin.close()
            if await self._ends_within(ladder.close_stdin_s):
                return self._ended.result()
        if ladder.terminate_s:
            self._group.terminate()
            if await self._ends_within(ladder.terminate_s):
                return self._ended.result()
        self._group.kill()
        if await self._ends_within(ladder.kill_s):
            return self._ended.result()
        _log.error("child %s (pid %d) does not react to SIGKILL", self.name, self.pid)
        return self._describe_end()

    async def _ends_within(self, seconds: float) -> bool:
        done, _ = await asyncio.wait([self._protocol.exited], timeout=seconds)
        if done:
            await asyncio.wait([self._ended])
        return bool(done)

    async def watch(self) -> None:
        """See it to its end: last output, leftovers of its group, pipes. For its owner, once, then `conclude`.
        Cancelled, it kills."""
        try:
            await asyncio.shield(self._protocol.exited)
            await self._linger()
        finally:
            self._group.kill()
            self._transport.close()
            await asyncio.wait([self._protocol.exited, self._protocol.drained], timeout=1)
            if self.spec.reach == "descendants":
                await asyncio.to_thread(end_bearers, self.token)
            self._group.close()

    def conclude(self) -> None:
        """Tell those who wait. For its owner, once, when nothing of the child is left."""
        self._ended.set_result(self._describe_end())

    def _describe_end(self) -> Exit:
        code = self._transport.get_returncode()
        if code is None:
            return Exit(code=None, tail=self.tail(), asked=True, stuck=True)
        return exit_of(code, tail=self.tail(), asked=self._asked)

    async def _linger(self) -> None:
        """Wait for the last output as long as some comes or our reader has not taken it yet."""
        loop = asyncio.get_running_loop()
        until = loop.time() + (LINGER_S if self._asked else LINGER_LIMIT_S)
        while not self._protocol.drained.done() and loop.time() < until:
            before = self._protocol.received
            await asyncio.wait([self._protocol.drained], timeout=LINGER_S)
            if self._protocol.received == before and not self._reader_is_behind():
                return

    def _reader_is_behind(self) -> bool:
        pipe = self._transport.get_pipe_transport(STDOUT)
        return isinstance(pipe, asyncio.ReadTransport) and not pipe.is_closing() and not pipe.is_reading()


class Children:
    """All children of this program. Spawn from the thread that lives as long as the program, normally the main one:
    the kernel's parent-death signal follows the thread that forked.

    Args:
        run_dir: A folder of ours for records, the same for every process of ours on this computer.
    """

    def __init__(self, run_dir: Path) -> None:
        self._records = run_dir / "children"
        self._living: dict[Child, asyncio.Task[None]] = {}

    async def sweep(self) -> Swept:
        """End what a crashed program of ours left running; call once at start."""
        return await asyncio.to_thread(sweep, self._records)

    def living(self) -> tuple[Child, ...]:
        """Children that have not ended."""
        return tuple(self._living)

    async def spawn(
        self,
        spec: ChildSpec,
        *,
        on_line: Callable[[bytes], None] | None = None,
        on_log: Callable[[str], None] | None = None,
    ) -> Child:
        """Start a child.

        Args:
            spec: What to start.
            on_line: Called with each line of its output, without line end, if `spec.stdout` is `lines`.
            on_log: Called with each line it logs (stderr, and stdout if that is `log`).

        Raises:
            SpawnError: there is no such program or folder, or the system refuses.
        """
        argv = await asyncio.to_thread(_command, spec)
        log = LogRing(max_bytes=spec.log_bytes, max_lines=spec.log_lines)
        if on_log is not None:
            log.listen(on_log)
        token = new_token()
        child = await _open(spec, argv, token, log, on_line)
        recording = asyncio.get_running_loop().run_in_executor(None, self._remember, child)
        self._living[child] = asyncio.create_task(self._own(child, recording), name=f"child {child.name}")
        try:
            await asyncio.wait([recording])
        except asyncio.CancelledError:
            child.abandon()
            raise
        return child

    async def stop_all(self, ladder: Ladder | None = None) -> None:
        """End all children, side by side."""
        await asyncio.gather(*(child.stop(ladder) for child in self.living()))
        if self._living:
            await asyncio.wait(self._living.values(), timeout=1)

    async def _own(self, child: Child, recording: asyncio.Future[None]) -> None:
        try:
            await child.watch()
        finally:
            await asyncio.wait([recording])
            await asyncio.to_thread(record_path(self._records, child.token).unlink, missing_ok=True)
            del self._living[child]
            child.conclude()

    def _remember(self, child: Child) -> None:
        identity = identify(child.pid)
        if identity is None:
            return
        record = ChildRecord(name=child.name, token=child.token, pgid=child.pid, child=identity, owner=this_process())
        try:
            write_record(self._records, record)
        except OSError as error:
            _log.warning("no record of child %s: %s", child.name, error)


async def _open(
    spec: ChildSpec, argv: list[str], token: str, log: LogRing, on_line: Callable[[bytes], None] | None
) -> Child:
    loop = asyncio.get_running_loop()
    sinks: dict[int, Sink] = {STDERR: log.sink()}
    if spec.stdout == "lines":
        sinks[STDOUT] = LineSplitter(on_line or _ignore, limit=spec.line_limit)
    elif spec.stdout == "log":
        sinks[STDOUT] = log.sink()
    env = {**spec.env, CHILD_TOKEN: token}

    def protocol_of() -> ChildProtocol:
        return ChildProtocol(sinks, limit=spec.line_limit, loop=loop)

    if spec.terminal and sys.platform == "win32":
        console, protocol, end = await open_in_console(argv, spec, env, protocol_of)
        return Child(spec, token, console, protocol, log, end)
    terminal, slave = open_terminal(*spec.terminal) if spec.terminal else (None, None)
    try:
        transport, protocol = await open_child(argv, spec, env, protocol_of, spawn_options(), slave=slave)
    except (OSError, ValueError) as error:
        if terminal is not None:
            terminal.close()
        raise SpawnError(f"{spec.name} cannot be started: {error}") from error
    finally:
        if slave is not None:
            os.close(slave)
    return Child(spec, token, transport, protocol, log, terminal)


def _ignore(line: bytes) -> None:
    """Drop a line nobody asked for."""


def _command(spec: ChildSpec) -> list[str]:
    """The arguments to execute: the program's full path, behind the launcher where we have one."""
    if not spec.cwd.is_dir():
        raise SpawnError(f"{spec.name} cannot be started: the folder {spec.cwd} does not exist")
    program = _find(spec)
    if program is None:
        raise SpawnError(f"{spec.name} cannot be started: there is no program {spec.argv[0]}", "Is it installed?")
    command = [program, *spec.argv[1:]]
    if sys.platform == "win32":
        return command
    if spec.terminal is None and (not spec.die_with_us or sys.platform != "linux"):
        return command
    launcher = Path(__file__).with_name("die_with_parent.py")
    parent = f"{os.getpid()}{'t' if spec.terminal else ''}"
    return [sys.executable, "-I", "-S", str(launcher), parent, *command]


def _find(spec: ChildSpec) -> str | None:
    name = spec.argv[0]
    if os.sep in name:
        path = spec.cwd / name
        return str(path) if os.access(path, os.X_OK) and path.is_file() else None
    return shutil.which(name, path=spec.env.get("PATH", os.defpath))
