"""Terminals of the person: a shell, or an agent's own program, alive as long as this program is.

A terminal draws into its own screen whether or not a pane shows it, a little at a time; panes come and go.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from boocode_desktop.content.terminal.feed import TerminalFeed
from boocode_desktop.content.terminal.reflow import Past, flowed_lines
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.orchestrator.ports.agents import TerminalLaunch, TerminalStatus
from boocode_desktop.processes.child_specs import ChildSpec, Ladder, our_environment
from boocode_desktop.processes.children import Child, Children

_log = logging.getLogger(__name__)
COLUMNS, LINES = 100, 30
SLICE_S = 0.003
PAUSE_S = 0.002
CLOSING_S = 2.0
WAITING_LIMIT = 1024 * 1024
"""Output that waits to be drawn; beyond it the program has to wait."""
_LEFT_BEHIND = "\x1b[?9;1000;1002;1003;1004;1006;2004l\x1b[?1049l\x1b[!p"
"""Takes back what a program that was killed had switched on."""
_LADDER = Ladder(close_stdin_s=0, terminate_s=0.4, kill_s=1.0)
Listener = Callable[[], None]


RootOf = Callable[[str], Awaitable[Path]]
"""The folder of a session's worktree, by the session's id."""
LaunchOf = Callable[[str, Mapping[str, str]], Awaitable[TerminalLaunch]]
"""How an agent's program is run in a terminal with an environment, by the agent's name."""


class Terminal:
    """One terminal. `name` is what people call it; `title` what its program says it does; `agent` is who runs in it
    ("" for a shell), and `status` with `message` how that agent stands, as far as it tells."""

    def __init__(self, terminal_id: str, name: str, cwd: Path, session_id: str, agent: str = "") -> None:
        self.id = terminal_id
        self.name = name
        self.cwd = cwd
        self.session_id = session_id
        self.agent = agent
        self.status: TerminalStatus = ""
        self.message = ""
        self.feed = TerminalFeed(COLUMNS, LINES)
        self.child: Child | None = None
        self.ended = ""
        self._listeners: list[Listener] = []
        self._handle: asyncio.TimerHandle | None = None
        self._flowing: asyncio.Future[list[Past]] | None = None

    @property
    def running(self) -> bool:
        """Whether its program lives."""
        return self.child is not None and not self.ended

    @property
    def title(self) -> str:
        """What its program calls itself."""
        return self.feed.screen.title

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear that something changed; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def type(self, data: bytes) -> None:
        """Send keys."""
        if self.running and self.child is not None and self.child.terminal is not None:
            self.child.terminal.write(data)

    def resize(self, columns: int, lines: int) -> None:
        """The pane has another size."""
        columns, lines = max(2, columns), max(2, lines)
        if (columns, lines) == (self.feed.screen.columns, self.feed.screen.lines):
            return
        self.feed.resize(columns, lines)
        if self.child is not None and self.child.terminal is not None:
            self.child.terminal.resize(columns, lines)
        self._flow()
        self._tell()

    def begin(self, child: Child) -> None:
        """Show a program's output from now on."""
        assert child.terminal is not None
        self.child, self.ended = child, ""
        child.terminal.resize(self.feed.screen.columns, self.feed.screen.lines)
        child.terminal.listen(self._on_data, self._on_hang_up)

    def tell_status(self, status: TerminalStatus, message: str) -> None:
        """The agent in it says how it stands."""
        self.status, self.message = status, message
        self._tell()

    def clean(self) -> None:
        """Take back what the program had switched on that was stopped."""
        self.feed.put(f"{_LEFT_BEHIND}\r\n".encode())

    def end(self, words: str) -> None:
        """The program is gone."""
        self.ended, self.status, self.message = words, "", ""
        self.feed.put(f"{_LEFT_BEHIND}\r\n\x1b[0;2m[{words}. Enter starts it again.]\x1b[0m\r\n".encode())
        self._on_data(b"")

    def _on_data(self, data: bytes) -> None:
        self.feed.put(data)
        if self._handle is None:
            self._handle = asyncio.get_running_loop().call_later(0, self._work)
        if self.feed.waiting > WAITING_LIMIT:
            self._read(False)

    def _work(self) -> None:
        self._handle = None
        more = self.feed.work(SLICE_S)
        answers = self.feed.answers()
        if answers:
            self.type(answers)
        self._tell()
        if more:
            self._handle = asyncio.get_running_loop().call_later(PAUSE_S, self._work)
            return
        self._read(True)
        if self.feed.passed:
            self.feed.passed = False
            self._flow()

    def _flow(self) -> None:
        """Break the lines that scrolled off at the present width, in a thread."""
        history, columns = self.feed.history, self.feed.screen.columns
        if self._flowing is None and history.flows(columns):
            first, lines = history.first, history.now()
            self._flowing = asyncio.get_running_loop().run_in_executor(None, flowed_lines, lines, columns)
            self._flowing.add_done_callback(lambda made: self._on_flowed(made, first, lines, columns))

    def _on_flowed(self, made: "asyncio.Future[list[Past]]", first: int, lines: list[Past], columns: int) -> None:
        self._flowing = None
        if made.cancelled():
            return
        if made.result() != lines and self.feed.history.put_back(first, len(lines), made.result()):
            self._tell()
        if columns != self.feed.screen.columns:
            self._flow()

    def _read(self, wanted: bool) -> None:
        if self.child is not None and self.child.terminal is not None:
            self.child.terminal.read(wanted)

    def _on_hang_up(self) -> None:
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


class TerminalDesk:
    """Opens, names, restarts and closes terminals."""

    def __init__(self, children: Children, root_of: RootOf, launch_of: LaunchOf) -> None:
        self._children = children
        self._root_of = root_of
        self._launch_of = launch_of
        self._terminals: dict[str, Terminal] = {}
        self._watches: set[asyncio.Task[None]] = set()

    def listing(self) -> Sequence[Terminal]:
        """All terminals, oldest first."""
        return tuple(self._terminals.values())

    async def open(self, *, session_id: str = "", cwd: Path | None = None, name: str = "", agent: str = "") -> Terminal:
        """A shell, or an agent's own program, in a session's worktree or in a folder.

        Raises:
            UserFacingError: the folder is gone, or there is no such program.
        """
        folder = cwd or (await self._root_of(session_id) if session_id else Path.home())
        if not await asyncio.to_thread(folder.is_dir):
            raise UserFacingError(f"The folder {folder} does not exist.", "Recreate the worktree, or choose another.")
        terminal = Terminal(new_id("trm"), self._free_name(name or agent), folder, session_id, agent)
        await self._start(terminal)
        self._terminals[terminal.id] = terminal
        return terminal

    async def restart(self, terminal_id: str) -> Terminal:
        """Start the shell again; what was printed stays above."""
        terminal = self.need(terminal_id)
        await self._stop(terminal)
        terminal.clean()
        await self._start(terminal)
        return terminal

    def rename(self, terminal_id: str, name: str) -> None:
        """Call it otherwise."""
        self.need(terminal_id).name = " ".join(name.split()) or self.need(terminal_id).name

    async def close_terminal(self, terminal_id: str) -> None:
        """End it and forget it."""
        terminal = self._terminals.pop(terminal_id, None)
        if terminal is not None:
            await self._stop(terminal)

    def need(self, terminal_id: str) -> Terminal:
        """The terminal of an id.

        Raises:
            NotFoundError: there is none.
        """
        found = self._terminals.get(terminal_id)
        if found is None:
            raise NotFoundError("This terminal is closed.", "Open a new one.")
        return found

    async def close(self) -> None:
        """End all of them."""
        await asyncio.gather(*(self._stop(t) for t in self._terminals.values()))
        if self._watches:
            await asyncio.wait(self._watches, timeout=CLOSING_S)

    def _free_name(self, wanted: str) -> str:
        base = wanted or Path(_shell()[0]).name
        taken = {t.name for t in self._terminals.values()}
        names = (base if n == 1 else f"{base} {n}" for n in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    async def _start(self, terminal: Terminal) -> None:
        environment = our_environment(TERM="xterm-256color", COLORTERM="truecolor", TERM_PROGRAM="BooCode")
        launch = TerminalLaunch(argv=_shell())
        if terminal.agent:
            launch = await self._launch_of(terminal.agent, environment)
        screen = terminal.feed.screen
        spec = ChildSpec(
            name=f"terminal {terminal.name}",
            argv=launch.argv,
            cwd=terminal.cwd,
            env={**environment, **launch.env},
            terminal=(screen.columns, screen.lines),
            reach="descendants",
        )
        child = await self._children.spawn(spec)
        terminal.begin(child)
        watch = asyncio.create_task(self._watch(terminal, child, launch), name=spec.name)
        self._watches.add(watch)
        watch.add_done_callback(self._watches.discard)

    async def _watch(self, terminal: Terminal, child: Child, launch: TerminalLaunch) -> None:
        telling = asyncio.create_task(launch.watch(terminal.tell_status)) if launch.watch is not None else None
        try:
            ended = await child.wait()
        finally:
            if telling is not None:
                telling.cancel()
                await asyncio.wait([telling])
        if terminal.child is child and child.terminal is not None:
            terminal.end(f"{terminal.agent or 'The shell'} {ended.describe()}")

    async def _stop(self, terminal: Terminal) -> None:
        child = terminal.child
        if child is None:
            return
        terminal.child = None
        if child.terminal is not None:
            # A shell leaves when its terminal hangs up; asking it by signal first would only make it wait.
            child.terminal.close()
        await child.stop(_LADDER)


def _shell() -> tuple[str, ...]:
    if sys.platform == "win32":
        return (os.environ.get("COMSPEC", "cmd.exe"),)
    shell = os.environ.get("SHELL") or "/bin/sh"
    return (shell if os.access(shell, os.X_OK) else "/bin/sh",)
