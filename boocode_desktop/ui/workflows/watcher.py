"""Notices when scripts come, change or go."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

_DEBOUNCE_MS = 200
_MOST = 400


def watchable(places: Iterable[str], files: Iterable[str], *, home: Path) -> list[str]:
    """The files, and for each place the nearest folder that is there, never the whole home. Blocks."""
    wanted: list[str] = []
    for place in places:
        near = (Path(place), *Path(place).parents[:2])
        found = next((folder for folder in near if folder.is_dir()), None)
        if found is not None and found != home:
            wanted.append(str(found))
    wanted += [file for file in files if Path(file).is_file()]
    return list(dict.fromkeys(wanted))[:_MOST]


class ScriptWatcher(QObject):
    """Watches places and files; an editor that saves by renaming is noticed too.

    Signals:
        changed: something there is other than before, a moment ago.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DEBOUNCE_MS)
        self._timer.timeout.connect(self.changed)
        self._watcher.directoryChanged.connect(lambda _: self._timer.start())
        self._watcher.fileChanged.connect(lambda _: self._timer.start())

    async def watchable(self, places: Sequence[str], files: Sequence[str]) -> list[str]:
        """What there is to watch, found out off the loop."""
        return await asyncio.to_thread(watchable, places, files, home=Path.home())

    def watch(self, paths: Sequence[str]) -> None:
        """Watch exactly these."""
        before = {*self._watcher.directories(), *self._watcher.files()}
        gone, fresh = before - set(paths), [p for p in paths if p not in before]
        if gone:
            self._watcher.removePaths(sorted(gone))
        if fresh:
            self._watcher.addPaths(fresh)
