"""The comments of a session that wait to be sent: read, kept, and found again in diffs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from boocode_desktop.content.diff_rows import Spot
from boocode_desktop.content.review_comments import (
    Comment,
    Placed,
    from_stored,
    made,
    placed,
    prompt_of,
    texts_of,
    to_stored,
)
from boocode_desktop.domain.changes import FileDiff
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.ui.context import Context


def comments_key(session_id: str) -> str:
    """The setting that keeps a session's comments."""
    return f"review.comments.{session_id}"


class ReviewComments(QObject):
    """The comments of the session on screen, saved with every change.

    Signals:
        changed: others are there now.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._session = ""
        self.all: tuple[Comment, ...] = ()

    def read(self, session_id: str) -> None:
        """Show another session's comments."""
        self._session, self.all = session_id, ()
        self.changed.emit()
        if session_id:
            work = self._context.front.store.setting(comments_key(session_id))
            self._context.bridge.run(work, owner=self, done=lambda stored: self._on_read(session_id, stored))

    def _on_read(self, session_id: str, stored: object) -> None:
        if session_id == self._session:
            known = {comment.id for comment in self.all}
            self.all = (*(c for c in from_stored(stored) if c.id not in known), *self.all)
            self.changed.emit()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many comments each path has."""
        return Counter(comment.path for comment in self.all)

    def get(self, comment_id: str) -> Comment | None:
        """A comment by its id."""
        return next((c for c in self.all if c.id == comment_id), None)

    def placed(self, diff: FileDiff) -> list[Placed]:
        """The comments of a file, each at its line as the file reads now."""
        mine = [c for c in self.all if c.path == diff.change.path]
        texts = {side: texts_of(diff, side) for side in {c.side for c in mine}}
        return [placed(comment, texts[comment.side]) for comment in mine]

    def add(self, diff: FileDiff, spot: Spot, text: str) -> None:
        """Say something about a line."""
        self._put((*self.all, made(new_id("com"), diff, spot, text)))

    def edit(self, comment_id: str, text: str) -> None:
        """Say it differently."""
        self._put(tuple(replace(c, text=text) if c.id == comment_id else c for c in self.all))

    def remove(self, comment_id: str) -> None:
        """Take it back."""
        self._put(tuple(c for c in self.all if c.id != comment_id))

    async def send(self, chat_id: str) -> int:
        """Send all of them to a chat as one prompt, and only then forget them; how many they were."""
        session, sending = self._session, self.all
        found: list[Placed] = []
        for path in dict.fromkeys(comment.path for comment in sending):
            found += await self._located(session, path, [c for c in sending if c.path == path])
        await self._context.front.turns.send(chat_id, Prompt(text=prompt_of(found)))
        await self._forget(session, {comment.id for comment in sending})
        return len(sending)

    async def _located(self, session: str, path: str, comments: Sequence[Comment]) -> list[Placed]:
        """Where comments stand in the diff as it is now; where they were, for a file that does not differ any more."""
        try:
            diff = await self._context.front.review.diff(session, path)
        except NotFoundError:
            return [Placed(comment=c, line=c.line, stale=True) for c in comments]
        texts = {side: texts_of(diff, side) for side in ("old", "new")}
        return [placed(comment, texts[comment.side]) for comment in comments]

    async def _forget(self, session: str, ids: set[str]) -> None:
        store = self._context.front.store
        left = [c for c in from_stored(await store.setting(comments_key(session))) if c.id not in ids]
        if session == self._session:
            left = [c for c in self.all if c.id not in ids]
            self.all = tuple(left)
            self.changed.emit()
        await store.set_setting(comments_key(session), to_stored(left))

    def _put(self, comments: tuple[Comment, ...]) -> None:
        self.all = comments
        self.changed.emit()
        work = self._context.front.store.set_setting(comments_key(self._session), to_stored(comments))
        self._context.bridge.run(work)
