"""The timeline of the chat on screen: choosing a line scrolls the chat to it."""

from collections.abc import Sequence

from boocode_desktop.domain import events as ev
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.line_pane import LinePane
from boocode_desktop.ui.timeline.rows import EARLIER, timeline
from boocode_desktop.ui.widgets.line_list import Line

_PAGE = 300


class TimelinePane(LinePane):
    """Lists turns from the oldest loaded one to the newest."""

    name = "Timeline of the chat"
    empty = (
        "No turns yet. Every prompt is listed here with the files read, edits made and commands run for it; "
        "choose a line to see it in the chat."
    )
    news = (
        ev.TurnStarted,
        ev.TurnFinished,
        ev.ToolStarted,
        ev.ToolFinished,
        ev.PermissionRequested,
        ev.PermissionResolved,
        ev.Error,
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._limit = _PAGE
        context.selection.chat_changed.connect(self._on_chat_changed)

    async def read(self) -> Sequence[Line]:
        """The newest entries of the chat on screen, folded into turns."""
        chat_id = self.context.selection.chat_id
        if not chat_id:
            return ()
        page = await self.context.front.chats.entries(chat_id, limit=self._limit)
        return timeline([row.entry for row in page.rows], has_earlier=page.before is not None)

    def choose(self, line_id: str) -> None:
        """Scroll the chat, or read further back."""
        if line_id == EARLIER:
            self._limit += _PAGE
            self.refresh()
        else:
            self.context.selection.reveal_asked.emit(self.context.selection.chat_id, line_id)

    def concerns(self, envelope: ev.Envelope) -> bool:
        """Events of the chat on screen."""
        return envelope.chat_id == self.context.selection.chat_id

    def _on_chat_changed(self, _chat_id: str) -> None:
        self._limit = _PAGE
