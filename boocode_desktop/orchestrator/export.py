"""Sessions as a zip that people can keep and read without us: each chat as Markdown and as JSON, with its images."""

import asyncio
import json
import logging
import re
import threading
import zipfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.content.conversation_text import conversation_text
from boocode_desktop.domain import records as rec
from boocode_desktop.domain.codec import to_plain
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.transcript import Entry, ImageEntry, PromptEntry
from boocode_desktop.orchestrator.ports.store import Store

_log = logging.getLogger(__name__)
_PAGE = 200
_UNFIT = re.compile(r"[^\w .-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written, and images that are not there any more."""

    path: Path
    sessions: int
    chats: int
    missing_images: int = 0


async def export_sessions(
    store: Store,
    target: Path,
    *,
    session_ids: Collection[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Exported:
    """Write sessions into a zip, archived ones included; the file appears when it is whole.

    Args:
        store: Where they are read.
        target: The zip; one that is there is replaced.
        session_ids: Those to write; None for all.
        progress: Gets the title of each session as it begins.

    Raises:
        UserFacingError: it cannot be written; nothing is left of it.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        archive = await asyncio.to_thread(zipfile.ZipFile, part, "w", zipfile.ZIP_DEFLATED)
        export = _Export(store, archive, progress or (lambda _: None))
        try:
            done = await export.run(session_ids)
        finally:
            await asyncio.to_thread(export.close)
        await asyncio.to_thread(part.replace, target)
    except OSError as error:
        raise UserFacingError(
            f"{target} could not be written: {error.strerror or error}. Nothing was exported.",
            "Make room on the disk or choose another folder, then export again.",
        ) from error
    finally:
        await asyncio.to_thread(part.unlink, True)
    return Exported(path=target, sessions=done[0], chats=done[1], missing_images=done[2])


class _Export:
    """One run."""

    def __init__(self, store: Store, archive: zipfile.ZipFile, progress: Callable[[str], None]) -> None:
        self._store, self._archive, self._progress = store, archive, progress
        # A cancelled export closes the file while a thread may still write to it.
        self._writing = threading.Lock()
        self._images: set[str] = set()
        self._missing = 0

    async def run(self, session_ids: Collection[str] | None) -> tuple[int, int, int]:
        """The counts of sessions, chats, and missing images."""
        projects = {project.id: project for project in await self._store.projects()}
        sessions = [
            session
            for session in await self._store.sessions(archived=None)
            if session_ids is None or session.id in session_ids
        ]
        chats = 0
        for session in sessions:
            self._progress(session.title)
            chats += await self._session(session, projects.get(session.project_id))
        return len(sessions), chats, self._missing

    def close(self) -> None:
        """Finish the file. Blocks."""
        with self._writing:
            self._archive.close()

    async def _session(self, session: rec.Session, project: rec.Project | None) -> int:
        name = project.name if project else "without a project"
        folder = f"{_fit(name)}/{_fit(session.title or 'session')} ({session.id})"
        about = {"project": to_plain(project), "session": to_plain(session)}
        await self._write(f"{folder}/session.json", _json(about))
        chats = await self._store.chats(session.id, archived=None)
        for chat in chats:
            await self._chat(folder, chat)
        return len(chats)

    async def _chat(self, folder: str, chat: rec.Chat) -> None:
        entries = await self._entries(chat.id)
        title = chat.title or f"Chat {chat.number}"
        text = await asyncio.to_thread(conversation_text, title, entries)
        body = {"chat": to_plain(chat), "entries": [{"kind": e.kind, **to_plain(e)} for e in entries]}
        await self._write(f"{folder}/chat-{chat.number}.md", text)
        await self._write(f"{folder}/chat-{chat.number}.json", await asyncio.to_thread(_json, body))
        for entry in entries:
            for image in _images(entry):
                await self._image(folder, image)

    async def _entries(self, chat_id: str) -> Sequence[Entry]:
        pages: list[Sequence[Entry]] = []
        before: int | None = None
        while True:
            page = await self._store.entries(chat_id, before=before, limit=_PAGE)
            pages.append([row.entry for row in page.rows])
            before = page.before
            if before is None:
                return [entry for found in reversed(pages) for entry in found]

    async def _image(self, folder: str, sha256: str) -> None:
        name = f"{folder}/attachments/{sha256}"
        if name in self._images:
            return
        self._images.add(name)
        try:
            data = await self._store.attachment(sha256)
        except UserFacingError as problem:
            _log.warning("an image is not in the export: %s", problem)
            self._missing += 1
            return
        await self._write(name, data)

    async def _write(self, name: str, data: str | bytes) -> None:
        def write() -> None:
            with self._writing:
                self._archive.writestr(name, data)

        await asyncio.to_thread(write)


def _images(entry: Entry) -> Sequence[str]:
    if isinstance(entry, PromptEntry):
        return [image.sha256 for image in entry.images]
    return [entry.image.sha256] if isinstance(entry, ImageEntry) else []


def _fit(name: str) -> str:
    """A name that every file system takes."""
    return _UNFIT.sub("_", name).strip(" .")[:80] or "_"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
