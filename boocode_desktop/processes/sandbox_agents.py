"""The sandbox of a whole agent: bubblewrap, else Landlock, else none, and the honest word for it.

Inside bubblewrap the disk is read-only but for the worktrees in use, the agent's own folders and a private /tmp; every
`.git` is closed for writing, keys and our data folder are hidden, processes and abstract sockets outside are out of
reach. Under Landlock only writing is bound. The doors are fixed at the start: another worktree needs another child.
"""

import asyncio
import hashlib
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from boocode_desktop.domain.confinement import Confinement, SandboxWish, unconfined
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.processes import landlock
from boocode_desktop.processes.sandbox_secrets import Hidden, find_hidden
from boocode_desktop.processes.sandbox_state import open_state
from boocode_desktop.processes.sandbox_views import (
    CACHES,
    ISOLATION,
    TMP,
    VIEWS,
    bubblewrap_obstacle,
    covered,
    needed_from_tmp,
    part_of,
    whole_worktrees,
)

BUBBLEWRAP, LANDLOCK = "bubblewrap", "Landlock"
TURNED_OFF = "turned off in the settings"
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm")
_UNREACHABLE = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "SSH_AUTH_SOCK")
_SCRATCH_CACHES = {
    "TMPDIR": ".",
    "npm_config_cache": "npm",
    "YARN_CACHE_FOLDER": "yarn",
    "PIP_CACHE_DIR": "pip",
    "UV_CACHE_DIR": "uv",
}


class SandboxError(AdapterError):
    """A sandbox was asked for and cannot be had; nothing was started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What stays open to an agent.

    Attributes:
        worktrees: The roots of the sessions it serves, writable but for their `.git`.
        state: Its own folders and files in the home folder, writable (see `sandbox_state`).
        env: The environment it would have unsandboxed.
        program: Its program, which is shown even where it lies in /tmp.
        readable: Paths of ours that it is shown although they lie in a hidden folder.
        writable: More folders that it may write, such as a private copy of its settings.
        wish: What the person wants.
    """

    worktrees: tuple[Path, ...]
    env: Mapping[str, str] = field(repr=False)
    state: tuple[str, ...] = ()
    program: Path | None = None
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    network: bool = True
    wish: SandboxWish = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSandbox:
    """How an agent is launched: what comes before its command, its whole environment, and what binds it."""

    prefix: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    confinement: Confinement

    @property
    def dies_with_us(self) -> bool:
        """Whether the sandbox itself ends its processes when we die."""
        return self.confinement.by == BUBBLEWRAP


class AgentLauncher:
    """Makes sandboxes for agents. What works here is tried once, at the first use.

    Args:
        private: Folders of ours that no agent may see; worktrees in them are shown all the same.
        scratch: A folder of ours for temporary files of agents that get no private /tmp.
        home: The person's home folder.
        methods: What may be used, best first.
    """

    def __init__(
        self,
        *,
        private: Sequence[Path],
        scratch: Path,
        home: Path | None = None,
        methods: Sequence[str] = (BUBBLEWRAP, LANDLOCK),
    ) -> None:
        self._private = tuple(private)
        self._scratch = scratch
        self._home = home or Path.home()
        self._methods = tuple(methods)
        self._best: Confinement | None = None
        self._abi = 0
        self._probing = asyncio.Lock()

    async def confinement(self, wish: SandboxWish = "auto") -> Confinement:
        """What would bind an agent that is started now."""
        if wish == "off":
            return unconfined(TURNED_OFF)
        async with self._probing:
            if self._best is None:
                self._best = await asyncio.to_thread(self._probe)
        return self._best

    async def sandbox(self, doors: Doors) -> AgentSandbox:
        """The sandbox for one child.

        Raises:
            SandboxError: one is wished for and none works here.
        """
        bound = await self.confinement(doors.wish)
        if bound.kind == "none" and doors.wish == "on":
            raise SandboxError(
                f"The agent was not started, because it shall be sandboxed and is not: {bound.reason}.",
                'Install bubblewrap, or set `sandbox = "off"` for this agent in agents.toml.',
            )
        if bound.kind == "none":
            return AgentSandbox(prefix=(), env=doors.env, confinement=bound)
        make = self._in_bubblewrap if bound.kind == "sandboxed" else self._under_landlock
        prefix, env = await asyncio.to_thread(make, doors)
        return AgentSandbox(prefix=prefix, env=env, confinement=bound)

    def _probe(self) -> Confinement:
        self._abi = landlock.landlock_abi()
        obstacle = bubblewrap_obstacle() if BUBBLEWRAP in self._methods else f"{BUBBLEWRAP} is not to be used"
        if not obstacle:
            return Confinement(kind="sandboxed", by=BUBBLEWRAP)
        if LANDLOCK in self._methods and self._abi >= landlock.LEAST_ABI:
            return Confinement(kind="writes", by=LANDLOCK, reason=obstacle)
        old = LANDLOCK in self._methods and self._abi
        return unconfined(f"{obstacle}, and this kernel's Landlock is too old" if old else obstacle)

    def _in_bubblewrap(self, doors: Doors) -> tuple[tuple[str, ...], dict[str, str]]:
        opened = self._opened(doors)
        hidden = find_hidden(self._home, self._private, except_below=_homely(opened, self._home))
        writable = [*opened, *(root.resolve() for root in doors.worktrees)]
        words = [shutil.which("bwrap") or "bwrap", "--ro-bind", "/", "/", *VIEWS]
        words += covered(part_of(hidden, writable, below=False))
        words += _bound("--ro-bind", self._shown(doors, hidden))
        words += _bound("--bind", writable)
        words += covered(part_of(hidden, writable, below=True))
        words += _bound("--ro-bind", _git_data(doors.worktrees))
        for cache in (path for path in opened if path.parent.name == ".cache"):
            words += ["--bind", str(cache), f"{CACHES['XDG_CACHE_HOME']}/{cache.name}"]
        for folder in (path for path in hidden.folders if path not in writable):
            words += ["--remount-ro", str(folder)]
        words += [*ISOLATION, *(() if doors.network else ("--unshare-net",))]
        words += ["--chdir", str(doors.worktrees[0].resolve()) if doors.worktrees else "/", "--", *self._scope()]
        return tuple(words), {**_reachable(doors.env), **CACHES}

    def _under_landlock(self, doors: Doors) -> tuple[tuple[str, ...], dict[str, str]]:
        scratch = self._scratch_of(doors)
        folders = {name: scratch / part for name, part in _SCRATCH_CACHES.items()}
        devices = [Path("/dev") / name for name in _DEVICES]
        words = [sys.executable, "-I", "-S", str(Path(landlock.__file__))]
        for path in (*(root.resolve() for root in doors.worktrees), *self._opened(doors), scratch, *devices):
            words += ["--write", str(path)]
        return (*words, "--"), {**_reachable(doors.env), **{name: str(path) for name, path in folders.items()}}

    def _opened(self, doors: Doors) -> tuple[Path, ...]:
        secret = find_hidden(self._home, self._private, except_below=[self._home])
        state = open_state(doors.state, self._home, doors.env, (*secret.folders, *secret.files))
        return (*state, *(path.resolve() for path in doors.writable))

    def _shown(self, doors: Doors, hidden: Hidden) -> list[Path]:
        """What covers would hide by accident: programs in /tmp, and the worktree around a root that is a part of it."""
        shown = whole_worktrees(doors.worktrees, hidden)
        shown += needed_from_tmp(doors.worktrees, doors.env.get("PATH", ""), self._private)
        if doors.program is not None:
            real = doors.program.resolve()
            shown += [real] if any(real.is_relative_to(tmp) for tmp in TMP) else []
        return [*shown, *(path.resolve() for path in doors.readable)]

    def _scope(self) -> tuple[str, ...]:
        """Abstract sockets (the X server's among them) ignore every mount; Landlock closes them."""
        if self._abi < landlock.SCOPE_ABI:
            return ()
        return (sys.executable, "-I", "-S", str(Path(landlock.__file__)), "--scope", "--")

    def _scratch_of(self, doors: Doors) -> Path:
        name = hashlib.sha256("\0".join(map(str, doors.worktrees)).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        folder = self._scratch / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


def _bound(how: str, paths: Sequence[Path]) -> list[str]:
    return [word for path in paths for word in (how, str(path), str(path))]


def _git_data(worktrees: Sequence[Path]) -> list[Path]:
    """What git keeps at each root: the pointer of a worktree, or the repository itself where one works in place."""
    return [root.resolve() / ".git" for root in worktrees if (root / ".git").exists()]


def _homely(opened: Sequence[Path], home: Path) -> list[Path]:
    """The agent's folders as they are spelled below the home folder, whatever links led there."""
    real = home.resolve()
    return [*opened, *(home / path.relative_to(real) for path in opened if path.is_relative_to(real))]


def _reachable(env: Mapping[str, str]) -> dict[str, str]:
    """The environment without the ways to sockets that are not there."""
    return {name: value for name, value in env.items() if name not in _UNREACHABLE}
