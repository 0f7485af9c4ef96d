"""Pictures in the review: read when one is chosen, shown below what is said of the file."""

import asyncio
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QVBoxLayout

from boocode_desktop.content.pictures import is_picture
from boocode_desktop.domain.changes import FileChange, FileVersions, Scope
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.changes.diff_view import DiffView
from boocode_desktop.ui.changes.picture_compare import PictureCompare
from boocode_desktop.ui.changes.picture_side import PictureSide, read_side
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.going_on import Going

MOST = 16_777_215
LATE_MS = 300
"""How long the pictures before stay while others are read."""
NEW = ("New", "There was no picture before.")
GONE = ("Removed", "There is no picture any more.")
Sides = tuple[PictureSide, PictureSide]


class Picturing(QObject):
    """Ties the comparison of pictures to the file on screen. It is built for the first picture."""

    def __init__(self, context: Context, view: DiffView, column: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._view, self._column = context, view, column
        self.compare: PictureCompare | None = None
        self._shown = ""
        self._wanted = ""
        self._late = QTimer(self, interval=LATE_MS, singleShot=True)
        self._late.timeout.connect(self._on_late)
        context.actions.bind("changes.picture_mode", self._step_mode)
        context.actions.bind("changes.picture_zoom", self._step_zoom)

    def show(self, change: FileChange | None, scope: Scope) -> None:
        """Another file is on screen, or the same one again."""
        if change is None or not is_picture(change):
            self._hide()
            return
        session = self._context.selection.session_id
        self._wanted = f"{session} {scope} {change.path}"
        compare = self._build()
        # What is said of the file needs a row or two; the pictures get the rest.
        self._view.setMaximumHeight(max(self._view.sheet.total, 1))
        compare.show()
        if self._shown != self._wanted:
            self._late.start()
        wanted = self._wanted
        self._context.bridge.run(
            self._read(session, change.path, scope),
            owner=self,
            done=lambda sides: self._on_read(wanted, sides),
            error=lambda problem: self._on_refused(wanted, problem),
            slow=Going(words="Reading the pictures", stop="at once"),
        )

    async def _read(self, session: str, path: str, scope: Scope) -> Sides:
        versions = await self._context.front.review.versions(session, path, scope=scope)
        return await asyncio.to_thread(_sides, versions)

    def _on_read(self, wanted: str, sides: Sides) -> None:
        if wanted == self._wanted and self.compare is not None:
            self._late.stop()
            self._shown = wanted
            self.compare.show_sides(sides)

    def _on_refused(self, wanted: str, problem: UserFacingError) -> None:
        title, words = problem.message.removesuffix("."), problem.hint
        sides = tuple(PictureSide(label=label, title=title, words=words, broken=True) for label in ("Before", "After"))
        self._on_read(wanted, (sides[0], sides[1]))

    def _on_late(self) -> None:
        if self.compare is not None:
            self.compare.show_sides(None)

    def _hide(self) -> None:
        self._wanted = self._shown = ""
        self._late.stop()
        self._view.setMaximumHeight(MOST)
        if self.compare is not None and not self.compare.isHidden():
            self.compare.hide()
            self.compare.show_sides(None)

    def _build(self) -> PictureCompare:
        if self.compare is None:
            self.compare = PictureCompare(self._context.theme, self._in_thread)
            self._column.addWidget(self.compare, 1)
        return self.compare

    def _in_thread(self, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._context.bridge.run(asyncio.to_thread(job), owner=self, done=done)

    def _step_mode(self) -> None:
        if self.compare is not None and not self.compare.isHidden():
            self.compare.step_mode()

    def _step_zoom(self) -> None:
        if self.compare is not None and not self.compare.isHidden():
            self.compare.step_zoom()


def _sides(versions: FileVersions) -> Sides:
    return read_side("Before", versions.before, NEW), read_side("After", versions.after, GONE)
