"""The threads that start one command, read it, wait for it and end what is left of it."""

import asyncio
import codecs
import functools
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.processes.child_records import ChildRecord, new_token, write_record
from boocode_desktop.processes.child_specs import CHILD_TOKEN
from boocode_desktop.processes.command_specs import (
    Command,
    CommandError,
    CommandResult,
    cannot_start,
    launched,
    signal_name,
)
from boocode_desktop.processes.output_buffer import SHOWN_LIMIT, OutputBuffer
from boocode_desktop.processes.process_groups import ProcessGroup, group_of, spawn_options
from boocode_desktop.processes.process_identity import ProcessIdentity, identify, is_alive, this_process
from boocode_desktop.processes.process_tree import descendants
from boocode_desktop.processes.sweep import bearers, end_bearers

_REPORT_EVERY_S = 0.1
_REPORTED_AT_ONCE = 16_000
_GRACE_S = 0.7
_LINGER_S = 0.25
_LONGEST_LINGER_S = 2.0
_CHUNK = 1 << 16

OnOutput = Callable[[str], None]


@dataclass(slots=True)
class _Spawned:
    process: "subprocess.Popen[bytes]"
    group: ProcessGroup
    token: str
    output: int


class CommandRunner:
    """One command: a thread that starts, waits and ends, and a thread that reads."""

    def __init__(
        self, command: Command, loop: asyncio.AbstractEventLoop, on_output: OnOutput | None, records: Path | None
    ) -> None:
        self.result: asyncio.Future[CommandResult] = loop.create_future()
        self._command = command
        self._loop = loop
        self._on_output = on_output
        self._records = records
        self._buffer = OutputBuffer(command.kept_bytes)
        self._events: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._last_read = 0.0
        self._over = False

    def start(self) -> None:
        """Begin; the result comes through `result`."""
        threading.Thread(target=self._run, name=f"command {self._command.argv[0]}", daemon=True).start()

    def cancel(self) -> None:
        """End it early."""
        self._events.put("cancel")

    def _run(self) -> None:
        started = time.monotonic()
        try:
            result = self._supervise(started)
        except Exception as error:  # handed to the one who waits: nothing may leave it waiting for ever
            self._post(functools.partial(self._fail, error))
        else:
            self._post(functools.partial(self._finish, result))

    def _post(self, call: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    def _finish(self, result: CommandResult) -> None:
        if not self.result.done():
            self.result.set_result(result)

    def _fail(self, error: Exception) -> None:
        if not self.result.done():
            self.result.set_exception(error)

    def _supervise(self, started: float) -> CommandResult:
        spawned = self._spawn()
        record = self._remember(spawned)
        try:
            return self._see_to_the_end(spawned, started)
        finally:
            if record is not None:
                record.unlink(missing_ok=True)

    def _see_to_the_end(self, spawned: _Spawned, started: float) -> CommandResult:
        reader = threading.Thread(target=self._read, args=(spawned.output,), name="command output", daemon=True)
        reader.start()
        threading.Thread(target=self._watch, args=(spawned.process,), name="command exit", daemon=True).start()
        timed_out = False
        left = 0
        try:
            event = self._next_event(started + self._command.timeout_s)
            timed_out = event == "timeout"
            if event != "exit":
                self._end(spawned)
            else:
                self._linger(reader)
        finally:
            left = self._end_the_rest(spawned, ended_by_us=timed_out)
            reader.join(1.0)
            self._over = True
        return self._described(spawned, timed_out, left, time.monotonic() - started)

    def _spawn(self) -> _Spawned:
        token = new_token()
        ours, theirs = os.pipe()
        os.set_inheritable(ours, False)
        command = self._command
        try:
            process = subprocess.Popen(
                [*command.prefix, *launched(command)],
                cwd=command.cwd,
                env={**command.env, CHILD_TOKEN: token},
                stdin=subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                **spawn_options(),
            )
        except (OSError, ValueError, CommandError) as error:
            os.close(ours)
            raise error if isinstance(error, CommandError) else cannot_start(command, error) from error
        finally:
            os.close(theirs)
        return _Spawned(process, group_of(process.pid), token, ours)

    def _remember(self, spawned: _Spawned) -> Path | None:
        identity = identify(spawned.process.pid)
        if self._records is None or identity is None:
            return None
        record = ChildRecord(
            name=f"command {self._command.argv[0]}",
            token=spawned.token,
            pgid=spawned.process.pid,
            child=identity,
            owner=this_process(),
        )
        try:
            return write_record(self._records, record)
        except OSError:  # a full disk must not stop a command; the kernel still ends it with us
            return None

    def _next_event(self, deadline: float) -> str:
        try:
            return self._events.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return "timeout"

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        """Tell of the exit without reaping it: until it is reaped, its group's number cannot be used again."""
        if sys.platform != "win32" and hasattr(os, "waitid"):
            try:
                os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            except ChildProcessError:
                pass
        else:
            process.wait()
        self._events.put("exit")

    def _end(self, spawned: _Spawned) -> None:
        """SIGTERM, a moment of grace, SIGKILL; also to descendants that lead sessions of their own."""
        family = descendants(spawned.process.pid)
        spawned.group.terminate()
        self._next_event(time.monotonic() + _GRACE_S)
        spawned.group.kill()
        for process in family:
            _kill(process)

    def _linger(self, reader: threading.Thread) -> None:
        """The last output may still be in the pipe; a pipe held open by a leftover must not hold us up."""
        until = time.monotonic() + _LONGEST_LINGER_S
        while reader.is_alive() and time.monotonic() < until:
            reader.join(_LINGER_S)
            if time.monotonic() - self._last_read > _LINGER_S:
                return

    def _end_the_rest(self, spawned: _Spawned, *, ended_by_us: bool) -> int:
        """End what the command left behind; how many processes that were."""
        left = 0 if ended_by_us else len([p for p in bearers(spawned.token) if p.pid != spawned.process.pid])
        spawned.group.kill()
        end_bearers(spawned.token)
        try:
            spawned.process.wait(2.0)
        except subprocess.TimeoutExpired:
            pass
        spawned.group.close()
        return left

    def _read(self, descriptor: int) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        waiting, due = "", 0.0
        with os.fdopen(descriptor, "rb", buffering=0) as stream:
            while not self._over:
                now = time.monotonic()
                if waiting and now >= due:
                    self._report(waiting)
                    waiting, due = "", now + _REPORT_EVERY_S
                if not _readable(descriptor, due - now if waiting else _REPORT_EVERY_S):
                    continue
                data = stream.read(_CHUNK)
                if not data:
                    break
                self._last_read = time.monotonic()
                self._buffer.add(data)
                waiting = (waiting + decoder.decode(data))[-_REPORTED_AT_ONCE:] if self._on_output else ""
        if waiting and not self._over:
            self._report(waiting)

    def _report(self, text: str) -> None:
        report = self._on_output
        if report is not None:
            self._post(lambda: report(text))

    def _described(self, spawned: _Spawned, timed_out: bool, left: int, duration_s: float) -> CommandResult:
        code = spawned.process.returncode
        return CommandResult(
            exit_code=code if code is not None and code >= 0 else None,
            signal=signal_name(code),
            timed_out=timed_out,
            output=self._buffer.shown(),
            kept=self._buffer.kept(),
            total_bytes=self._buffer.total,
            truncated=self._buffer.total > SHOWN_LIMIT,
            left_running=left,
            duration_s=duration_s,
        )


def _kill(process: ProcessIdentity) -> None:
    if not is_alive(process):
        return
    try:
        if sys.platform == "win32":
            os.kill(process.pid, signal.SIGTERM)  # which ends it at once there
        else:
            os.kill(process.pid, signal.SIGKILL)
    except OSError:
        return


def _readable(descriptor: int, seconds: float) -> bool:
    """Whether a read would return at once within that time; where that cannot be asked, the read itself waits."""
    if sys.platform == "win32":
        return True
    else:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(max(0.0, seconds) * 1000))
