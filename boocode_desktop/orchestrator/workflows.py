"""The library of workflow scripts: those of a session or a folder, each with whether it is trusted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.domain.records import Project
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.ports.workflows import WorkflowFiles, WorkflowScript
from boocode_desktop.orchestrator.projects import TrustDesk, digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowShelf:
    """What there is.

    Attributes:
        scripts: The nearest first.
        places: The folders that were looked into, the nearest first.
        own: The one among them that is the person's for every project.
    """

    scripts: tuple[WorkflowScript, ...] = ()
    places: tuple[str, ...] = ()
    own: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowDesk:
    """Implements `front.Workflows`."""

    store: Store
    trust: TrustDesk
    files: WorkflowFiles

    async def of_session(self, session_id: str) -> WorkflowShelf:
        """The scripts in a session's worktree, as they are there now, and the person's own.

        Raises:
            NotFoundError: there is no such session.
        """
        session, worktree = await self.store.session(session_id), await self.store.worktree(session_id)
        if session is None or worktree is None:
            raise NotFoundError(f"There is no session {session_id}.", "`boocode sessions list` shows them.")
        return await self._shelf(Path(worktree.root), await self.store.project(session.project_id))

    async def of_folder(self, folder: Path) -> WorkflowShelf:
        """The scripts of a project's folder, and the person's own. A folder within a project means that project."""
        for place in (folder, *folder.parents):
            project = await self.store.project_at(str(place))
            if project is not None:
                return await self._shelf(place, project)
        return await self._shelf(folder, None)

    async def _shelf(self, root: Path, project: Project | None) -> WorkflowShelf:
        approved = await self._approved(project)
        scripts = await self.files.find(root)
        places = tuple(str(place) for place in self.files.places(root))
        return WorkflowShelf(scripts=tuple(with_trust(scripts, approved)), places=places, own=str(self.files.own))

    async def _approved(self, project: Project | None) -> dict[str, str] | None:
        """The digest by source of each script that was there when the folder was trusted; None if it is not."""
        if project is None or not project.trusted:
            return None
        items = await self.trust.items(project.id)
        if digest_of(items) != project.trusted_hash:
            return None
        return {item.source: item.digest for item in items if item.kind == "workflow"}


def with_trust(scripts: Sequence[WorkflowScript], approved: dict[str, str] | None) -> list[WorkflowScript]:
    """The scripts, each with its state; `approved` has digests by source, None for a folder that is not trusted."""
    out: list[WorkflowScript] = []
    for script in scripts:
        if not script.of_folder:
            out.append(replace(script, trust="yours"))
        elif approved is None:
            out.append(replace(script, trust="untrusted"))
        else:
            same = script.digest and approved.get(script.source) == script.digest
            out.append(replace(script, trust="trusted" if same else "changed"))
    return out
