"""The agents there are, as `agents.toml` makes them, kept true to it: read when it changed, written under a lock."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from boocode_desktop.agents.agents_file import FILE_NAME, LoadedAgents, load_agents
from boocode_desktop.agents.agents_file_edits import Change, edit_agents_file
from boocode_desktop.agents.builtin_agents import BUILTIN
from boocode_desktop.agents.catalogue import MORE
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.config.text_file import Signature, signature
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.processes.locks import FileLock

LOCK_S = 10.0


class Roster:
    """Specs by name.

    Args:
        folder: Where `agents.toml` may be; it is read here.
        locks: Where lock files are, the same for every process of ours.
        own: Agents that are there whatever the file says, and that it cannot touch.
    """

    def __init__(self, folder: Path, locks: Path, *own: AgentSpec) -> None:
        self.file = folder / FILE_NAME
        self.problems: tuple[str, ...] = ()
        self.specs: Mapping[str, AgentSpec] = {}
        self._own = own
        self._lock_file = locks / "agents-file.lock"
        self._editing = asyncio.Lock()
        self._seen: Signature = None
        self._read()

    def spec(self, name: str) -> AgentSpec:
        """The agent of that name.

        Raises:
            NotFoundError: there is none.
        """
        found = self.specs.get(name)
        if found is None:
            known = ", ".join(spec.name for spec in self.specs.values() if not spec.scripted)
            raise NotFoundError(f"There is no agent “{name}”.", f"There are: {known}.")
        return found

    def reread(self) -> None:
        """Read the file again if it changed. Blocks."""
        if signature(self.file) != self._seen:
            self._read()

    async def edit(self, change: Change) -> None:
        """Change the file and take over what it says then; edits of other processes are kept.

        Raises:
            UserFacingError: nothing was changed; the message says why.
        """
        async with self._editing:
            # A lock holds for one edit: an object that is locked twice would let the second one in.
            lock = FileLock(self._lock_file)
            await lock.acquire(f"changing {FILE_NAME}", wait=True, timeout_s=LOCK_S)
            try:
                await asyncio.to_thread(self._edit, change)
            finally:
                await lock.release()

    def _edit(self, change: Change) -> None:
        loaded = edit_agents_file(self.file, BUILTIN, MORE, change)
        self._seen = signature(self.file)
        self._take(loaded)

    def _read(self) -> None:
        self._seen = signature(self.file)
        self._take(load_agents(self.file, BUILTIN, MORE))

    def _take(self, loaded: LoadedAgents) -> None:
        self.problems = loaded.problems
        if not loaded.broken or not self.specs:
            own = {spec.name: spec for spec in self._own}
            self.specs = {spec.name: spec for spec in loaded.specs if spec.name not in own} | own
