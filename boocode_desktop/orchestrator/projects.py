"""Folders: which are known, what they would run by themselves, and whether they are trusted.

Trust is bound to the content of everything that would run: a change of any of it makes the folder untrusted again
until a person has seen the change.
"""

import asyncio
import hashlib
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from boocode_desktop.content.front_matter import FrontMatterError, read_front_matter
from boocode_desktop.domain.changes import FolderInfo
from boocode_desktop.domain.errors import BusyError, NotFoundError, UserFacingError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.records import Project
from boocode_desktop.orchestrator.ports.skills import MOST_SKILLS, PROJECT_PLACES, SKILL_BYTES, SKILL_FILE
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.ports.workspace import Workspace
from boocode_desktop.orchestrator.views import ProjectView, SessionView, TrustItem
from boocode_desktop.processes.small_files import UnreadableError, names_in, read_small

SIZE_LIMIT = 1_000_000
_SINGLE = {
    "AGENTS.md": ("instructions", "Instructions for agents"),
    ".boocode/worktree.toml": ("setup", "Worktree setup"),
    ".mcp.json": ("mcp", "MCP servers"),
    ".boocode/settings.toml": ("settings", "Settings of the folder"),
}
_FOLDERS = {
    ".boocode/hooks": ("hook", "Hook"),
    ".boocode/workflows": ("workflow", "Workflow"),
    ".claude/workflows": ("workflow", "Workflow"),
}


def find_trust_items(folder: Path) -> list[TrustItem]:
    """Everything in a folder that would run or steer agents once trusted; reads files, runs nothing."""
    items = [_item(folder, folder / name, kind, title) for name, (kind, title) in _SINGLE.items()]
    for name, (kind, title) in _FOLDERS.items():
        place = folder / name
        if place.is_dir() and not place.is_symlink():
            items += [_item(folder, file, kind, title) for file in sorted(place.iterdir())]
    for place in (folder / name for name in PROJECT_PLACES):
        names, _ = names_in(place, MOST_SKILLS)
        items += [_skill_item(folder, place / name / SKILL_FILE) for name in names]
    return [item for item in items if item is not None]


def _item(folder: Path, file: Path, kind: str, title: str) -> TrustItem | None:
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > SIZE_LIMIT:
            return None
        data = file.read_bytes()
    except OSError:
        return None
    first = data.decode("utf-8", "replace").strip().split("\n", 1)[0][:120]
    return TrustItem(
        kind=kind,  # type: ignore[arg-type]
        title=title,
        detail=first,
        source=file.relative_to(folder).as_posix(),
        digest=hashlib.sha256(data).hexdigest(),
    )


def _skill_item(folder: Path, file: Path) -> TrustItem | None:
    """A skill by exactly the bytes that an agent would be told."""
    try:
        data = read_small(file, root=folder, limit=SKILL_BYTES)
    except UnreadableError:
        return None
    try:
        description = read_front_matter(data.decode("utf-8", "replace")).values.get("description", "")
    except FrontMatterError:
        description = ""
    return TrustItem(
        kind="skill",
        title=f"Skill {file.parent.name}",
        detail=" ".join(description.split())[:120],
        source=file.relative_to(folder).as_posix(),
        digest=hashlib.sha256(data).hexdigest(),
    )


def digest_of(items: Sequence[TrustItem]) -> str:
    """One hash over all items; the same whatever their order."""
    lines = sorted(f"{i.source}\0{i.digest}" for i in items)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TrustDesk:
    """Says whether a project is trusted as it stands now."""

    store: Store

    async def items(self, project_id: str) -> Sequence[TrustItem]:
        """What the folder would run."""
        project = await self.need(project_id)
        return await asyncio.to_thread(find_trust_items, Path(project.path))

    async def trusted(self, project_id: str) -> bool:
        """Whether the folder was trusted with exactly what it holds now."""
        project = await self.need(project_id)
        if not project.trusted:
            return False
        return digest_of(await self.items(project_id)) == project.trusted_hash

    async def need(self, project_id: str) -> Project:
        """The project of an id.

        Raises:
            NotFoundError: there is none.
        """
        project = await self.store.project(project_id)
        if project is None:
            raise NotFoundError(f"There is no project {project_id}.", "`boocode projects list` shows them.")
        return project


@dataclass(frozen=True, slots=True)
class ProjectDesk:
    """Implements `front.Projects`."""

    store: Store
    workspace: Workspace
    trust_desk: TrustDesk
    session_views: Callable[[], Awaitable[Sequence[SessionView]]]

    async def overview(self) -> Sequence[ProjectView]:
        """Projects with their sessions, last used first."""
        projects = await self.store.projects()
        sessions: defaultdict[str, list[SessionView]] = defaultdict(list)
        for view in await self.session_views():
            sessions[view.session.project_id].append(view)
        there = await asyncio.to_thread(lambda: {p.id for p in projects if Path(p.path).is_dir()})
        return [ProjectView(project=p, sessions=tuple(sessions[p.id]), missing=p.id not in there) for p in projects]

    async def inspect(self, folder: Path) -> FolderInfo:
        """What a folder is."""
        return await self.workspace.inspect(folder)

    async def open(self, folder: Path) -> Project:
        """Remember a folder, or the one already remembered.

        Raises:
            UserFacingError: it is no folder.
        """
        path = await asyncio.to_thread(lambda: folder.expanduser().resolve())
        if not await asyncio.to_thread(path.is_dir):
            raise UserFacingError(f"{path} is no folder.", "Choose an existing folder.")
        known = await self.store.project_at(str(path))
        now = time.time()
        fresh = Project(id=new_id("prj"), path=str(path), name=path.name or str(path), created_at=now)
        project = replace(known or fresh, opened_at=now)
        try:
            await self.store.save(project)
        except BusyError:
            # Another program may have remembered the same folder at this very moment.
            known = await self.store.project_at(str(path))
            if known is None:
                raise
            project = replace(known, opened_at=now)
            await self.store.save(project)
        return project

    async def remove(self, project_id: str) -> None:
        """Forget a project.

        Raises:
            UserFacingError: it still has sessions.
        """
        project = await self.trust_desk.need(project_id)
        if await self.store.sessions(project_id=project_id, archived=None):
            hint = "Delete its sessions first; the folder itself is never touched."
            raise UserFacingError(f"{project.name} still has sessions.", hint)
        await self.store.delete_project(project_id)

    async def trust_items(self, project_id: str) -> Sequence[TrustItem]:
        """What the folder would run by itself."""
        return await self.trust_desk.items(project_id)

    async def trust(self, project_id: str) -> Project:
        """Trust the folder as it is now."""
        project = await self.trust_desk.need(project_id)
        digest = digest_of(await self.trust_desk.items(project_id))
        project = replace(project, trusted=True, trusted_hash=digest)
        await self.store.save(project, durable=True)
        return project

    async def untrust(self, project_id: str) -> Project:
        """Take trust back."""
        project = replace(await self.trust_desk.need(project_id), trusted=False, trusted_hash="")
        await self.store.save(project, durable=True)
        return project
