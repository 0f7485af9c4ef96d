"""What goes on in all sessions: choosing a line opens it."""

import time
from collections.abc import Sequence

from boocode_desktop.domain import events as ev
from boocode_desktop.orchestrator.views import ChatView, SessionView
from boocode_desktop.ui.background.rows import Queue, background, target, watched
from boocode_desktop.ui.line_pane import LinePane
from boocode_desktop.ui.widgets.line_list import Line

# Sessions at rest have no queue worth looking for, but the one on screen may.
_MOST = 40


class BackgroundPane(LinePane):
    """Lists sessions that run, wait, stopped or have queued prompts, of every project."""

    name = "What runs and waits"
    empty = (
        "Nothing runs and nothing waits. Sessions at work, questions to you and queued prompts of all projects are "
        "listed here; choose a line to go there."
    )
    news = (
        ev.TurnStarted,
        ev.TurnFinished,
        ev.PermissionRequested,
        ev.PermissionResolved,
        ev.QueueChanged,
    )

    async def read(self) -> Sequence[Line]:
        """The overview, and the chats and queues of what is not at rest."""
        overview = await self.context.front.projects.overview()
        views = {v.session.id: v for p in overview for v in p.sessions}
        busy = watched(overview)[:_MOST]
        here = views.get(self.context.selection.session_id)
        if here is not None and here not in busy:
            busy.append(here)
        chats: dict[str, Sequence[ChatView]] = {}
        queues: list[Queue] = []
        for view in busy:
            chats[view.session.id] = await self.context.front.chats.views(view.session.id)
            queues += await self._queues(view, chats[view.session.id])
        return background(overview, chats, queues, time.time())

    def choose(self, line_id: str) -> None:
        """Go there."""
        self.context.selection.open_asked.emit(*target(line_id))

    async def _queues(self, view: SessionView, chats: Sequence[ChatView]) -> list[Queue]:
        found = []
        for chat in chats:
            prompts = await self.context.front.turns.queue(chat.chat.id)
            if prompts:
                found.append(Queue(session=view, chat=chat, prompts=tuple(prompts)))
        return found
