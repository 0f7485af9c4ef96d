"""Asks for what an at sign offers: one question at a time, the newest one last, and never an old answer shown."""

from PySide6.QtCore import QObject, Signal

from boocode_desktop.orchestrator.views import Mentions
from boocode_desktop.ui.composer.mention_lines import Others
from boocode_desktop.ui.context import Context


class MentionSearch(QObject):
    """Serves one composer.

    Signals:
        answered(str): there is an answer for this query.
    """

    answered = Signal(str)

    def __init__(self, context: Context, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._session_id = context, session_id
        self._wanted: str | None = None
        self._current = ""
        self._fresh = self._asking = False
        self.found = Mentions(files=(), symbols=())
        self.others = Others()

    def open(self, *, others: bool = True) -> None:
        """A menu opens: files, and with `others` what else there is, may be other than last time."""
        self._fresh = True
        if not others:
            return
        self._context.bridge.run(self._others(), owner=self, done=self._on_others_read, key=f"others.{id(self)}")

    def ask(self, query: str) -> None:
        """Look for this next, unless it is being looked for."""
        if self._asking and query == self._current:
            self._wanted = None
            return
        self._wanted = query
        if not self._asking:
            self._next()

    def _next(self) -> None:
        query, finder = self._wanted, self._context.front.mentions
        self._wanted = None
        if query is None or finder is None:
            return
        self._asking, self._current = True, query
        fresh, self._fresh = self._fresh, False
        self._context.bridge.run(
            finder.find(self._session_id, query, fresh=fresh),
            owner=self,
            done=lambda found: self._on_found(query, found),
            error=lambda _: self._on_found(query, Mentions(files=(), symbols=())),
        )

    def _on_found(self, query: str, found: Mentions) -> None:
        self._asking = False
        self.found = found
        self.answered.emit(query)
        self._next()

    async def _others(self) -> Others:
        front = self._context.front
        overview = await front.projects.overview()
        sessions = [s for p in overview for s in p.sessions if s.session.id != self._session_id]
        return Others(
            changes=await front.review.changes(self._session_id),
            chats=await front.chats.views(self._session_id),
            sessions=sessions,
            agents=[a for a in front.agents.snapshot() if a.state in ("ready", "loading")],
        )

    def _on_others_read(self, others: Others) -> None:
        self.others = others
        if not self._asking:
            self.answered.emit("")
