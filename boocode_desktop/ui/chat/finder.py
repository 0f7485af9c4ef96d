"""Find in one chat: what is loaded at once, older pages from the store while the person already looks at matches."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from boocode_desktop.domain.transcript import Entry
from boocode_desktop.ui.chat.find_bar import FindBar
from boocode_desktop.ui.chat.finding import first_after, found_words, holding, stepped
from boocode_desktop.ui.chat.stream import ChatStream
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.transcript.view import TranscriptView

PAGE = 500
WAIT_MS = 120


class Finder(QObject):
    """Owns the bar, the matches and which of them is shown. `go_to` shows an entry, loaded or not."""

    def __init__(
        self,
        context: Context,
        chat_id: str,
        view: TranscriptView,
        stream: ChatStream,
        go_to: Callable[[str, Callable[[], bool]], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context, self._chat_id = context, chat_id
        self._view, self._stream, self._go_to = view, stream, go_to
        self._matches: list[str] = []
        self._current = -1
        self._query = ""
        self._searching = False
        self._round = 0
        self.bar = FindBar(context.theme)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._search)
        self.bar.field.textChanged.connect(lambda _: self._timer.start())
        self.bar.field.stepped.connect(self.step)
        self.bar.closed.connect(self.close)

    @property
    def matches(self) -> tuple[str, ...]:
        """The entries found so far, oldest first."""
        return tuple(self._matches)

    def open(self) -> None:
        """Show the bar; what is selected is looked for."""
        chosen = self._view.stage.selection.text().strip()
        if chosen and "\n" not in chosen:
            self.bar.field.setText(chosen)
        self.bar.show()
        self.bar.field.setFocus()
        self.bar.field.selectAll()
        if self.bar.field.text() and not self._query:
            self._search()

    def close(self) -> None:
        """Hide the bar and the marks; the keyboard goes to the match that was shown."""
        self._timer.stop()
        self._round += 1
        self._query, self._matches, self._current, self._searching = "", [], -1, False
        self._view.mark("")
        self.bar.hide()
        self._view.setFocus()

    def step(self, by: int) -> None:
        """Show the next match, or the one before."""
        if self._timer.isActive():
            self._timer.stop()
            self._search()
            return
        self._current = stepped(self._current, len(self._matches), by)
        self._show()

    def _search(self) -> None:
        self._round += 1
        self._query = self.bar.field.text()
        self._matches, self._current = [], -1
        self._view.mark(self._query)
        self._searching = bool(self._query.strip())
        self._say()
        if self._searching:
            self._context.bridge.run(self._look(self._round, self._query), owner=self)

    async def _look(self, round_: int, query: str) -> None:
        """What is loaded first, then page after page what is older."""
        loaded = self._view.entries()
        found = await asyncio.to_thread(holding, loaded, query)
        if round_ != self._round:
            return
        self._take_first(found, loaded)
        before = self._stream.before
        while before is not None and round_ == self._round:
            page = await self._context.front.chats.entries(self._chat_id, before=before, limit=PAGE)
            rows = [row.entry for row in page.rows]
            older = await asyncio.to_thread(holding, rows, query)
            before = page.before
            if round_ == self._round:
                self._take_older(older)
        if round_ == self._round:
            self._searching = False
            self._say()

    def _take_first(self, found: list[str], loaded: list[Entry]) -> None:
        self._matches = found
        self._current = first_after(found, [entry.id for entry in loaded], self._view.top_entry())
        self._show()

    def _take_older(self, older: list[str]) -> None:
        known = set(self._matches)
        fresh = [key for key in older if key not in known]
        nothing = not self._matches
        self._matches = [*fresh, *self._matches]
        if nothing and fresh:
            self._current = len(self._matches) - 1
            self._show()
        elif self._current >= 0:
            self._current += len(fresh)
        self._say()

    def _show(self) -> None:
        self._say()
        if 0 <= self._current < len(self._matches):
            key, query = self._matches[self._current], self._query
            self._go_to(key, lambda: self._view.show_found(key, query))

    def _say(self) -> None:
        self.bar.say(found_words(self._current, len(self._matches), query=self._query, searching=self._searching))
