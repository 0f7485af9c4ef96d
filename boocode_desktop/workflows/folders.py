"""Workflow scripts in the folders where people keep them: the session's, and their own."""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from boocode_desktop.orchestrator.ports.workflows import (
    MOST_SCRIPTS,
    PROJECT_WORKFLOWS,
    SCRIPT_BYTES,
    Finding,
    WorkflowScript,
)
from boocode_desktop.processes.shelves import Shelf, shelves
from boocode_desktop.processes.small_files import UnreadableError, names_in, read_small
from boocode_desktop.workflows.reading import ReadScript, read_script

ENDING = ".js"
_HOME_PLACES = (".claude/workflows",)
_MOST_NAMES = 2_000
_KEPT = 400


class WorkflowFolders:
    """Implements `ports.workflows.WorkflowFiles`.

    Args:
        home: The person's home folder.
        own: Our folder of workflows for every project.
    """

    def __init__(self, home: Path, own: Path) -> None:
        self._home, self._own = home, own
        self._read: dict[str, ReadScript] = {}

    @property
    def own(self) -> Path:
        """Our folder of workflows for every project."""
        return self._own

    def places(self, folder: Path | None) -> Sequence[Path]:
        """The folders that are looked into, the nearest first."""
        return [place.folder for place in self._places(folder)]

    async def find(self, folder: Path | None) -> Sequence[WorkflowScript]:
        """All there are, the nearest first."""
        return await asyncio.to_thread(lambda: with_hidden([s for p in self._places(folder) for s in self._scripts(p)]))

    def _places(self, folder: Path | None) -> Iterator[Shelf]:
        return shelves(folder, self._home, self._own, of_project=PROJECT_WORKFLOWS, of_home=_HOME_PLACES)

    def _scripts(self, place: Shelf) -> Iterator[WorkflowScript]:
        names, _ = names_in(place.folder, _MOST_NAMES)
        names = [name for name in names if name.endswith(ENDING) and not (place.folder / name).is_dir()]
        yield from (self._script(place, name) for name in names[:MOST_SCRIPTS])
        if len(names) > MOST_SCRIPTS:
            yield _unread(place, "…", f"Only the first {MOST_SCRIPTS} scripts of {place.shown} are read.")

    def _script(self, place: Shelf, name: str) -> WorkflowScript:
        try:
            data = read_small(place.folder / name, root=place.root, limit=SCRIPT_BYTES)
            text = data.decode("utf-8").removeprefix("\ufeff")
        except UnreadableError as error:
            return _unread(place, name, f"It is not read: {error.reason}.")
        except UnicodeDecodeError:
            return _unread(place, name, "It is not UTF-8 text.")
        digest = hashlib.sha256(data).hexdigest()
        read = self._known(digest, text)
        return WorkflowScript(
            name=read.name or name.removesuffix(ENDING),
            path=str(place.folder / name),
            source=f"{place.shown}/{name}",
            of_folder=place.of_project,
            description=read.description,
            when_to_use=read.when_to_use,
            phases=read.phases,
            findings=read.findings,
            text=text,
            digest=digest,
            trust="untrusted" if place.of_project else "yours",
        )

    def _known(self, digest: str, text: str) -> ReadScript:
        """What was found in the same text before; reading it again would cost some milliseconds."""
        found = self._read.get(digest)
        if found is None:
            if len(self._read) >= _KEPT:
                self._read.clear()
            found = self._read[digest] = read_script(text)
        return found


def _unread(place: Shelf, name: str, problem: str) -> WorkflowScript:
    return WorkflowScript(
        name=name.removesuffix(ENDING),
        path=str(place.folder / name),
        source=f"{place.shown}/{name}",
        of_folder=place.of_project,
        findings=(Finding(level="error", message=problem),),
        trust="untrusted" if place.of_project else "yours",
    )


def with_hidden(scripts: Sequence[WorkflowScript]) -> list[WorkflowScript]:
    """The scripts in their order, each told which nearer one of its name hides it."""
    first: dict[str, str] = {}
    out = []
    for script in scripts:
        nearer = first.setdefault(script.name, script.source)
        out.append(script if nearer == script.source else replace(script, hidden_by=nearer))
    return out
