"""Files and symbols of a session by a few letters: an index for each folder, made and kept up in threads."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from boocode_desktop.content.fuzzy_index import FuzzyIndex
from boocode_desktop.content.symbols import ENDINGS, Symbol, symbols_of
from boocode_desktop.domain.errors import BooCodeError, NotFoundError
from boocode_desktop.orchestrator.ports.files import FileLister
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.views import FileMention, Mentions, SymbolMention

_log = logging.getLogger(__name__)
_FRESH_S = 2.0
_MOST_FOLDERS, _MOST_SOURCES, _SOURCE_BYTES = 4, 3_000, 300_000


@dataclass(slots=True)
class _Folder:
    """What is known of a root. Symbols are kept by path with the file's time and size."""

    root: Path
    listed: tuple[Sequence[str], FuzzyIndex] = field(default_factory=lambda: ((), FuzzyIndex(())))
    known: dict[str, tuple[int, int, Sequence[Symbol]]] = field(default_factory=dict)
    read: tuple[Sequence[tuple[str, Symbol]], FuzzyIndex] = field(default_factory=lambda: ((), FuzzyIndex(())))
    looked_at: float = 0.0
    looking: "asyncio.Task[None] | None" = None
    reading: "asyncio.Task[None] | None" = None


class MentionDesk:
    """Implements `front.MentionFinder`."""

    def __init__(self, store: Store, lister: FileLister) -> None:
        self._store, self._lister = store, lister
        self._folders: dict[str, _Folder] = {}

    async def find(self, session_id: str, query: str, *, limit: int = 12, fresh: bool = False) -> Mentions:
        """The best files and symbols; the first call in a folder waits for its listing, later ones look in memory.

        Raises:
            NotFoundError: the session has no folder.
            UserFacingError: the folder cannot be listed.
        """
        worktree = await self._store.worktree(session_id)
        if worktree is None:
            raise NotFoundError("This session has no folder.", "Restore the session, or write the path by hand.")
        folder = self._folder(worktree.root)
        old = not folder.looked_at or (fresh and time.monotonic() - folder.looked_at > _FRESH_S)
        if old and folder.looking is None:
            folder.looking = asyncio.create_task(self._look(folder), name="list files")
        if folder.looking is not None and not folder.looked_at:
            await asyncio.shield(folder.looking)
        return await asyncio.to_thread(_found, folder, query, limit)

    async def close(self) -> None:
        """Stop looking."""
        tasks = [t for f in self._folders.values() for t in (f.looking, f.reading) if t is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _folder(self, root: str) -> _Folder:
        folder = self._folders.pop(root, None) or _Folder(Path(root))
        self._folders[root] = folder
        for other in [r for r, f in self._folders.items() if not (f.looking or f.reading)][:-_MOST_FOLDERS]:
            del self._folders[other]
        return folder

    async def _look(self, folder: _Folder) -> None:
        try:
            paths = await self._lister.list_files(folder.root)
            if paths != folder.listed[0]:
                folder.listed = (paths, await asyncio.to_thread(FuzzyIndex, paths))
            folder.looked_at = time.monotonic()
            if folder.reading is None:
                folder.reading = asyncio.create_task(self._read(folder), name="read symbols")
        except BooCodeError:
            if not folder.looked_at:
                raise
            _log.warning("the files of %s could not be listed again", folder.root.name)
        finally:
            folder.looking = None

    async def _read(self, folder: _Folder) -> None:
        try:
            sources = [p for p in folder.listed[0] if p.rpartition(".")[2].lower() in ENDINGS][:_MOST_SOURCES]
            folder.read = await asyncio.to_thread(_symbols, folder, sources)
        finally:
            folder.reading = None


def _found(folder: _Folder, query: str, limit: int) -> Mentions:
    started = time.perf_counter()
    (paths, by_path), (places, by_name) = folder.listed, folder.read
    files = tuple(FileMention(path=paths[h.index], positions=h.positions) for h in by_path.find(query, limit))
    symbols = tuple(
        SymbolMention(
            name=places[h.index][1].name,
            kind=places[h.index][1].kind,
            path=places[h.index][0],
            line=places[h.index][1].line,
            positions=h.positions,
        )
        for h in (by_name.find(query, limit) if len(query) > 1 else ())
    )
    took = (time.perf_counter() - started) * 1000
    return Mentions(files=files, symbols=symbols, files_in_all=len(paths), took_ms=took)


def _symbols(folder: _Folder, sources: Sequence[str]) -> tuple[Sequence[tuple[str, Symbol]], FuzzyIndex]:
    places: list[tuple[str, Symbol]] = []
    known: dict[str, tuple[int, int, Sequence[Symbol]]] = {}
    for path in sources:
        kept = _file_symbols(folder.root / path, path, folder.known.get(path))
        if kept is not None:
            known[path] = kept
            places += [(path, symbol) for symbol in kept[2]]
    folder.known = known
    return places, FuzzyIndex([symbol.name for _, symbol in places])


def _file_symbols(
    file: Path, path: str, before: tuple[int, int, Sequence[Symbol]] | None
) -> tuple[int, int, Sequence[Symbol]] | None:
    try:
        state = file.lstat()
        stamp = (state.st_mtime_ns, state.st_size)
        if before is not None and before[:2] == stamp:
            return before
        if state.st_size > _SOURCE_BYTES or file.is_symlink():
            return None
        return (*stamp, symbols_of(file.read_text("utf-8", "replace"), path))
    except OSError:
        return None
