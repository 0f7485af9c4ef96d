"""What is asked of messages, done: quotes go into the composer, forks become chats, pins are kept."""

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from boocode_desktop.domain.records import Chat
from boocode_desktop.domain.transcript import PromptEntry
from boocode_desktop.ui.composer.pasted import draft_of, draft_to_text
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.transcript.message_actor import MessageActor


class MessageDesk(QObject):
    """Follows the messages of one chat.

    Signals:
        quoted(str): Markdown for the composer.
        forked(str): a new chat of the session, to be shown.
        rewind_asked(int): go back to the state after this turn.
    """

    quoted = Signal(str)
    forked = Signal(str)
    rewind_asked = Signal(int)

    def __init__(self, context: Context, chat_id: str, messages: MessageActor, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._chat_id = context, chat_id
        messages.quote_requested.connect(self.quoted)
        messages.rewind_requested.connect(self.rewind_asked)
        messages.fork_requested.connect(self.fork)
        messages.resend_requested.connect(self.edit_and_resend)

    def fork(self, turn: int) -> None:
        """A new chat with the turns up to this one."""
        front = self._context.front
        self._run(front.chats.fork(self._chat_id, turn=turn))

    def edit_and_resend(self, asked: PromptEntry) -> None:
        """A fork that ends before a message, with the message, its pictures and its pasted texts in its composer."""
        self._run(self._fork_before(asked))

    async def _fork_before(self, asked: PromptEntry) -> Chat:
        front = self._context.front
        turns = await front.store.turns(chat_id=self._chat_id)
        before = max((turn.number for turn in turns if turn.number < asked.number), default=0)
        fork = await front.chats.fork(self._chat_id, turn=before)
        await front.chats.save_draft(fork.id, draft_to_text(draft_of(asked.text, asked.images)))
        return fork

    def _run(self, work: Coroutine[Any, Any, Chat]) -> None:
        self._context.bridge.run(
            work,
            owner=self,
            done=lambda chat: self.forked.emit(chat.id),
            key=f"fork.{self._chat_id}",
        )
