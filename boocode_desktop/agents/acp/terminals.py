"""Terminals that agents run commands in: children of ours, with bounded output, ended with the turn."""

import asyncio
import codecs
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.agents.acp.feed import TerminalExit, TerminalOutput
from boocode_desktop.processes.child_specs import ChildSpec, Exit
from boocode_desktop.processes.children import Child, Children
from boocode_desktop.processes.sandbox import SandboxLauncher

DEFAULT_LIMIT = 1_000_000
MOST_LIMIT = 8_000_000
READ_SIZE = 1 << 16
SHOWN_AT_ONCE = 16_000
"""Characters shown of what was printed since the last time; output that fast is not read as it runs."""
QUICK_S, SLOW_S = 0.05, 1.0
QUICK_UNTIL = 256_000
"""Characters after which output is shown only every `SLOW_S`."""
SETTLE_S = 2.0

Show = Callable[[TerminalOutput | TerminalExit], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRequest:
    """What to run: exact arguments, where, what it may write below, and the most bytes of output to keep."""

    argv: tuple[str, ...]
    cwd: Path
    root: Path
    env: Mapping[str, str]
    limit: int = DEFAULT_LIMIT


class Scrollback:
    """The newest output within a limit of bytes, cut between characters."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept = bytearray()
        self.truncated = False

    def add(self, data: bytes) -> None:
        """Take the next bytes."""
        self._kept += data
        if len(self._kept) > 2 * self._limit + READ_SIZE:
            self._cut()

    def text(self) -> str:
        """What is kept; bytes that are no UTF-8 as U+FFFD."""
        self._cut()
        return self._kept.decode("utf-8", "replace")

    def _cut(self) -> None:
        over = len(self._kept) - self._limit
        if over <= 0:
            return
        self.truncated = True
        while over < len(self._kept) and self._kept[over] & 0xC0 == 0x80:
            over += 1
        del self._kept[:over]


class Terminal:
    """One running or ended command."""

    def __init__(self, name: str, child: Child, limit: int, show: Show) -> None:
        self.scrollback = Scrollback(limit)
        self._name = name
        self._child = child
        self._show = show
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = ""
        self._shown = 0
        self._due = 0.0
        self._reader = asyncio.create_task(self._read_to_the_end(), name=f"terminal {name}")

    @property
    def exit(self) -> Exit | None:
        """How the command ended, None while it runs or still prints."""
        return self._child.exit if self._reader.done() else None

    async def wait(self) -> Exit:
        """Wait for the end of the command and of its output."""
        ended = await self._child.wait()
        await asyncio.wait([self._reader], timeout=SETTLE_S)
        return ended

    async def kill(self) -> None:
        """End the command with everything it started."""
        await self._child.kill()
        await asyncio.wait([self._reader], timeout=SETTLE_S)

    async def _read_to_the_end(self) -> None:
        assert self._child.stdout is not None
        while True:
            try:
                async with asyncio.timeout(max(0.0, self._due - time.monotonic()) if self._waiting else None):
                    data = await self._child.stdout.read(READ_SIZE)
            except TimeoutError:
                await self._flush()
                continue
            self._take(data)
            if not data:
                break
            if time.monotonic() >= self._due:
                await self._flush()
        await self._flush()
        ended = await self._child.wait()
        await self._show(TerminalExit(self._name, ended.code))

    def _take(self, data: bytes) -> None:
        self.scrollback.add(data)
        text = self._waiting + self._decoder.decode(data, final=not data)
        if len(text) > SHOWN_AT_ONCE:
            text = "…\n" + text[-SHOWN_AT_ONCE:]
        self._waiting = text

    async def _flush(self) -> None:
        text, self._waiting = self._waiting, ""
        if not text:
            return
        self._shown += len(text)
        self._due = time.monotonic() + (QUICK_S if self._shown < QUICK_UNTIL else SLOW_S)
        await self._show(TerminalOutput(self._name, text))


class TerminalDesk:
    """The terminals of one agent session."""

    def __init__(self, children: Children, launcher: SandboxLauncher, show: Show) -> None:
        self._children = children
        self._launcher = launcher
        self._show = show
        self._open: dict[str, Terminal] = {}
        self._count = 0

    async def create(self, request: TerminalRequest) -> str:
        """Run a command; the id of its terminal.

        Raises:
            SpawnError: it cannot be started.
        """
        sandbox = await self._launcher.sandbox(request.root, request.cwd)
        spec = ChildSpec(
            name=f"command {request.argv[0]}",
            argv=(*sandbox.prefix, *one_output(request.argv)),
            cwd=request.cwd,
            env={**request.env, **sandbox.environment},
            stdin="null",
            reach="descendants",
            die_with_us=not sandbox.sandboxed,
        )
        child = await self._children.spawn(spec)
        self._count += 1
        name = f"term-{self._count}"
        self._open[name] = Terminal(name, child, min(max(request.limit, 1), MOST_LIMIT), self._show)
        return name

    def get(self, name: str) -> Terminal | None:
        """A terminal that was not released."""
        return self._open.get(name)

    @property
    def running(self) -> bool:
        """Whether a command runs."""
        return any(terminal.exit is None for terminal in self._open.values())

    async def release(self, name: str) -> None:
        """End and forget a terminal."""
        terminal = self._open.pop(name, None)
        if terminal is not None:
            await terminal.kill()

    async def release_all(self) -> None:
        """End and forget every terminal."""
        await asyncio.gather(*(self.release(name) for name in list(self._open)))


def one_output(argv: tuple[str, ...]) -> tuple[str, ...]:
    """The command with its errors among its output, in the order of writing, as a terminal shows them."""
    if os.name != "posix":
        return argv
    return ("/bin/sh", "-c", 'exec "$@" 2>&1', "sh", *argv)
