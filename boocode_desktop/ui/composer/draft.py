"""Keeps what is being written, 300 ms after the last key, so that a crash loses nothing."""

import logging

from PySide6.QtCore import QObject, QTimer

from boocode_desktop.ui.context import Context

_log = logging.getLogger(__name__)
_DEBOUNCE_MS = 300


class DraftKeeper(QObject):
    """Saves the text of one chat, one write at a time, the newest text last."""

    def __init__(self, context: Context, chat_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._chat_id = context, chat_id
        self._text = self._saved = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DEBOUNCE_MS)
        self._timer.timeout.connect(self._save)

    @property
    def pending(self) -> bool:
        """Whether there is text that is not saved yet."""
        return self._text != self._saved

    def loaded(self, text: str) -> None:
        """This is what is stored."""
        self._text = self._saved = text

    def write(self, text: str) -> None:
        """The text is this now."""
        self._text = text
        if self.pending:
            self._timer.start()

    async def save_now(self) -> None:
        """Write what is not saved; for leaving."""
        self._timer.stop()
        if self.pending:
            text = self._text
            await self._context.front.chats.save_draft(self._chat_id, text)
            self._saved = text

    def flush(self) -> None:
        """Write what is not saved although the text's field goes now."""
        self._timer.stop()
        if self.pending:
            save = self._context.front.chats.save_draft(self._chat_id, self._text)
            self._saved = self._text
            self._context.bridge.run(save, error=lambda problem: _log.info("a draft was not kept: %s", problem.message))

    def _save(self) -> None:
        if self.pending and not self._context.bridge.run(
            self.save_now(), owner=self, key=f"draft.{self._chat_id}", done=lambda _: self._save()
        ):
            self._timer.start()
