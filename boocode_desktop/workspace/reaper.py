"""Looks at the folders that sessions left, and carries out what `reaping` decides. Moved aside first, removed later."""

import contextlib
import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pygit2

from boocode_desktop.domain.errors import BusyError, UserFacingError
from boocode_desktop.orchestrator.ports.upkeep import Owner
from boocode_desktop.workspace import archives, worktrees
from boocode_desktop.workspace.chain import Chain
from boocode_desktop.workspace.disk_meter import live_names
from boocode_desktop.workspace.orphan_dirt import dirt, gitdir_of, pseudo_record
from boocode_desktop.workspace.reaping import Leftover, decide, needs_a_look
from boocode_desktop.workspace.removal import remove_tree
from boocode_desktop.workspace.risk import unmerged_commits
from boocode_desktop.workspace.session_lock import file_lock, session_lock
from boocode_desktop.workspace.unfinished import sweep

_log = logging.getLogger(__name__)
_ASIDE = re.compile(r"\.aside-(?P<name>.+)-(?P<at>\d+)")
Clock = Callable[[], float]


class Reaper:
    """One look over a data folder. `now` is the wall clock."""

    def __init__(self, data_dir: Path, owners: Mapping[str, Owner], *, now: Clock = time.time) -> None:
        self._data_dir = data_dir
        self._worktrees = data_dir / "worktrees"
        self._owners = owners
        self._now = now

    def tidy(self) -> list[str]:
        """Do it; one sentence for each thing done, or left although nobody owns it. Blocks."""
        sweep(self._data_dir)
        said = []
        for folder, found in self._leftovers():
            try:
                sentence = self._handle(folder, found)
            except (OSError, UserFacingError, pygit2.GitError) as error:
                _log.warning("the folder %s could not be tidied: %s", folder, error)
                sentence = f"{folder.name} could not be tidied ({error}); it was left."
            said += [sentence] if sentence else []
        return said

    def _leftovers(self) -> Iterator[tuple[Path, Leftover]]:
        for name in live_names(self._data_dir):
            yield self._worktrees / name, self._worktree(name)
        with contextlib.suppress(OSError):
            for folder in sorted(self._worktrees.iterdir()):
                if match := _ASIDE.fullmatch(folder.name):
                    age = self._now() - int(match["at"])
                    yield folder, Leftover(name=match["name"], kind="aside", age_s=age)
                elif folder.name.startswith(worktrees.GONE):
                    yield folder, Leftover(name=folder.name, kind="gone", age_s=self._age(folder))

    def _worktree(self, name: str) -> Leftover:
        owner = self._owners.get(name)
        top, chain = self._worktrees / name, self._chain(name)
        return Leftover(
            name=name,
            kind="worktree",
            age_s=min(self._age(top), self._age(chain), self._age(chain / "index")),
            owner="none" if owner is None else "archived" if owner.archived else "live",
            archive=archives.read_note(self._data_dir, name) is not None,
            making=chain.with_suffix(".making").exists(),
        )

    def _handle(self, folder: Path, found: Leftover) -> str:
        if not needs_a_look(found) and decide(found).step == "leave":
            return ""
        with self._alone(found.name) as free:
            if not free:
                return ""
            if needs_a_look(found):
                found = replace(found, dirt=dirt(folder, self._chain(found.name)))
            decision = decide(found)
            match decision.step:
                case "finish":
                    return self._finish(found.name)
                case "set_aside":
                    return self._set_aside(folder, found.name, decision.why)
                case "remove":
                    self._remove(folder, found)
                    return f"{found.name} was removed: {decision.why}."
                case "leave":
                    return f"{found.name} has no session and was left: {decision.why}." if found.dirt else ""

    @contextlib.contextmanager
    def _alone(self, name: str) -> Iterator[bool]:
        """Whether nobody works on a session right now, which stays so for the time of the block."""
        chain = self._chain(name)
        try:
            with session_lock(chain, patience_s=0) if chain.is_dir() else file_lock(self._worktrees / ".tidy.lock"):
                yield True
        except BusyError:
            yield False

    def _finish(self, name: str) -> str:
        owner = self._owners[name]
        if owner.worktree is None:
            return ""
        archives.free(owner.worktree, Chain.open(owner.worktree), self._data_dir)
        return f"The disk of the archived session {name} was given back, which had been interrupted."

    def _set_aside(self, folder: Path, name: str, why: str) -> str:
        place = self._worktrees / f".aside-{name}-{int(self._now())}"
        folder.rename(place)
        return f"{name} was moved to {place}, to be removed in a week: {why}."

    def _remove(self, folder: Path, found: Leftover) -> None:
        gitdir = gitdir_of(folder)
        remove_tree(folder)
        came_back = found.name in self._owners or (self._worktrees / found.name).exists()
        if found.kind != "aside" or came_back:
            return
        if gitdir is not None:
            record = pseudo_record(self._worktrees / found.name, gitdir, self._chain(found.name))
            if not unmerged_commits(record):
                worktrees.remove(record)
        remove_tree(self._chain(found.name))

    def _chain(self, name: str) -> Path:
        return self._data_dir / "checkpoints" / f"{name}.git"

    def _age(self, path: Path) -> float:
        try:
            info = os.lstat(path)
            return self._now() - max(info.st_mtime, info.st_ctime)
        except OSError:
            return float("inf")
