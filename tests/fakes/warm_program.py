"""The program without its start-up time: forked from a process that has imported it, driven from outside all the same.

It is a process of its own with its own environment, standard streams, signals and children. Only `exec` and the
imports are spared, which are nine tenths of the time of a short command.
"""

import contextlib
import json
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

PRELOADED = (
    "boocode_desktop.app.entry",
    "boocode_desktop.app.headless",
    "boocode_desktop.app.window",
    "boocode_desktop.app.window_life",
    "boocode_desktop.app.furnishing",
    "boocode_desktop.agents.acp.agent",
    "tests.fakes.warm_program",
)
TIMEOUT_S = 60


@dataclass(slots=True, kw_only=True)
class Start:
    """What a forked program is given. `file_limit` is RLIMIT_FSIZE in bytes; `before` runs in it first."""

    argv: Sequence[str]
    env: Mapping[str, str]
    file_limit: int | None = None
    before: str = ""


def _live(start: Start, out: Connection, err: Connection) -> None:
    """The forked process: become the program."""
    os.setsid()
    os.environ.clear()
    os.environ.update(start.env)
    for stream, number in ((out, 1), (err, 2)):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8", buffering=1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if start.file_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (start.file_limit, start.file_limit))
    if start.before:
        exec(start.before, {})  # the test's own words, run before the program
    from boocode_desktop.app.entry import run

    sys.exit(run(list(start.argv)))


class Running:
    """A forked program: its lines, its signals, its end."""

    def __init__(self, start: Start) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(PRELOADED))
        read_out, write_out = context.Pipe(duplex=False)
        read_err, write_err = context.Pipe(duplex=False)
        self._process = context.Process(target=_live, args=(start, write_out, write_err))
        self._process.start()
        for end in (write_out, write_err):
            end.close()
        self.pid = int(self._process.pid or 0)
        self._out, self._err = (_lines_of(end) for end in (read_out, read_err))
        self.errors: list[str] = []
        self._drain = threading.Thread(target=lambda: self.errors.extend(self._err), daemon=True)
        self._drain.start()

    def lines(self) -> Iterator[str]:
        """Whole lines of standard output, until its end."""
        return (line for line in self._out if line.endswith("\n"))

    def events(self) -> Iterator[dict[str, Any]]:
        """What `--json` prints."""
        return (json.loads(line) for line in self.lines())

    def until(self, kind: str, **wanted: Any) -> list[dict[str, Any]]:
        """Events up to the next one of a kind with those fields."""
        seen = []
        for event in self.events():
            seen.append(event)
            if event["type"] == kind and all(event.get(k) == v for k, v in wanted.items()):
                return seen
        raise AssertionError(f"no {kind}: {[e['type'] for e in seen]} {self.errors}")

    def close_output(self) -> None:
        """Stop listening, as `| head` does."""
        self._out.close()

    def send(self, number: int) -> None:
        """A signal; nothing when it has ended by itself."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def family(self) -> list[psutil.Process]:
        """Every living descendant."""
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.is_alive()

    def wait(self, timeout_s: float = TIMEOUT_S) -> int:
        """The exit code."""
        self._process.join(timeout_s)
        assert self._process.exitcode is not None, f"still running after {timeout_s} s"
        self._drain.join(5)
        return self._process.exitcode

    def end(self) -> None:
        """Make sure that it is gone."""
        if self._process.is_alive():
            for process in self.family():
                process.kill()
            self._process.kill()
        self._process.join(10)


def _lines_of(end: Connection) -> Generator[str, None, None]:
    """The lines that come through a pipe, which closes at their end."""
    with os.fdopen(os.dup(end.fileno()), encoding="utf-8", errors="replace") as stream:
        end.close()
        yield from stream


@dataclass(slots=True)
class WarmProgram:
    """Starts `boocode` commands against one BOOCODE_HOME."""

    home: Path
    base_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    started: list[Running] = field(default_factory=list)

    def env(self) -> dict[str, str]:
        """The environment of a child."""
        kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return {**kept, "BOOCODE_HOME": str(self.home), **self.environment}

    def start(self, *argv: str, file_limit: int | None = None, before: str = "") -> Running:
        """A command that goes on."""
        running = Running(Start(argv=argv, env=self.env(), file_limit=file_limit, before=before))
        self.started.append(running)
        return running

    def start_run(self, prompt: str, *options: str, **more: Any) -> Running:
        """`boocode run --json` with the scripted model."""
        server = ["--base-url", self.base_url] if self.base_url else []
        return self.start("run", "--json", *server, *options, prompt, **more)

    def call(self, *argv: str, code: int | None = 0, **more: Any) -> tuple[list[str], list[str]]:
        """Run a command to its end: lines of output, lines of errors. `code` None accepts any exit code."""
        running = self.start(*argv, **more)
        out = list(running.lines())
        found = running.wait()
        assert code is None or found == code, f"{argv}: exit {found}\n{out}\n{running.errors}"
        return out, running.errors

    def json(self, *argv: str, code: int | None = 0) -> Any:
        """A command's JSON value."""
        out, _errors = self.call(*argv, "--json", code=code)
        return json.loads("".join(out))

    def run(self, prompt: str, *options: str, code: int | None = 0, **more: Any) -> list[dict[str, Any]]:
        """`boocode run --json` to its end: every event."""
        running = self.start_run(prompt, *options, **more)
        events = list(running.events())
        found = running.wait()
        assert code is None or found == code, f"exit {found}\n{events}\n{running.errors}"
        return events

    def close(self) -> None:
        """End whatever still runs."""
        for running in self.started:
            running.end()
