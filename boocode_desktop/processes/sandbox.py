"""The sandbox launcher: what an agent starts runs under bubblewrap where that works, and it is said where not.

Inside, the disk is read-only but for the session's worktree (its `.git` stays closed) and a private /tmp; keys, our
data folder and the sockets of the session are hidden; processes cannot outlive their command.
"""

import asyncio
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.confinement import Confinement, unconfined
from boocode_desktop.processes.sandbox_secrets import find_hidden
from boocode_desktop.processes.sandbox_views import (
    CACHES,
    ISOLATION,
    VIEWS,
    bubblewrap_obstacle,
    covered,
    needed_from_tmp,
    part_of,
    whole_worktrees,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """How one command is launched: arguments before it, variables for it, and an honest word about both."""

    prefix: tuple[str, ...]
    environment: dict[str, str]
    sandboxed: bool
    description: str


class SandboxLauncher:
    """Makes sandboxes. Whether bubblewrap works is tried once, at the first use.

    Args:
        private: Folders of ours that nothing an agent starts may see; worktrees in them are shown all the same.
        readable: Folders in them that everything may see.
        enabled: False where the person wants no sandbox.
    """

    def __init__(
        self,
        *,
        private: Sequence[Path] = (),
        readable: Sequence[Path] = (),
        enabled: bool = True,
        home: Path | None = None,
    ) -> None:
        self._private, self._readable = tuple(private), tuple(readable)
        self._enabled = enabled
        self._home = home or Path.home()
        self._obstacle: str | None = None
        self._probing = asyncio.Lock()

    async def sandbox(self, root: Path, cwd: Path, *, writable: Sequence[Path] = (), network: bool = True) -> Sandbox:
        """The sandbox for a command in `cwd` that may write below `root` and the folders of `writable`."""
        bound = await self.confinement()
        if bound.kind != "sandboxed":
            return Sandbox(prefix=(), environment={}, sandboxed=False, description=bound.text)
        prefix = await asyncio.to_thread(self._arguments, root, cwd, tuple(writable), network)
        return Sandbox(prefix=prefix, environment=dict(CACHES), sandboxed=True, description=bound.text)

    async def confinement(self) -> Confinement:
        """What binds the commands."""
        async with self._probing:
            if self._obstacle is None:
                self._obstacle = await asyncio.to_thread(self._probe)
        if self._obstacle:
            return unconfined(self._obstacle)
        return Confinement(kind="sandboxed", by="bubblewrap")

    def _probe(self) -> str:
        """What stands in the way of bubblewrap; "" where it works."""
        return bubblewrap_obstacle() if self._enabled else "turned off in the settings"

    def _arguments(self, root: Path, cwd: Path, writable: Sequence[Path], network: bool) -> tuple[str, ...]:
        hidden = find_hidden(self._home, self._private)
        arguments = [shutil.which("bwrap") or "bwrap", "--ro-bind", "/", "/", *VIEWS]
        arguments += covered(part_of(hidden, [root], below=False))
        needed = needed_from_tmp([root], os.environ.get("PATH", ""), self._private)
        shown = (folder for folder in self._readable if folder.is_dir())
        for folder in (*whole_worktrees([root], hidden), *needed, *shown):
            arguments += ["--ro-bind", str(folder), str(folder)]
        for folder in (root, *(folder for folder in writable if folder.is_dir())):
            arguments += ["--bind", str(folder), str(folder)]
        arguments += covered(part_of(hidden, [root], below=True))
        if (root / ".git").exists():
            arguments += ["--ro-bind", str(root / ".git"), str(root / ".git")]
        arguments += [*ISOLATION, *(() if network else ("--unshare-net",)), "--chdir", str(cwd), "--"]
        return tuple(arguments)
