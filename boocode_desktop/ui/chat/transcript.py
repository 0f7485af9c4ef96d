"""A chat's transcript on screen: folds events into entries for the view, and does what is clicked in it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.events import Envelope
from boocode_desktop.domain.transcript import Entry, NoteEntry
from boocode_desktop.orchestrator.views import ChatView
from boocode_desktop.ui.chat.applying import CodeApplier
from boocode_desktop.ui.chat.finder import Finder
from boocode_desktop.ui.chat.link_dialog import LinkDialog
from boocode_desktop.ui.chat.messages import MessageDesk
from boocode_desktop.ui.chat.picture import PictureSheet
from boocode_desktop.ui.chat.pins import Pins
from boocode_desktop.ui.chat.stream import ChatStream
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.reading import ReadingDialog
from boocode_desktop.ui.transcript.feed import TranscriptFeed
from boocode_desktop.ui.transcript.view import TranscriptView

# Many at once: their rows are made only when they are seen.
REACH_PAGE = 500


class ChatTranscript(QObject):
    """One `TranscriptView` with its feed and its pins, together in `widget`.

    While it is hidden, events are folded and nothing is drawn.
    """

    def __init__(self, context: Context, view: ChatView, stream: ChatStream, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._chat_id, self._stream = context, view.chat.id, stream
        self.widget = QWidget(parent)
        self.view = TranscriptView(context.theme, parent=self.widget)
        self.messages = MessageDesk(context, view.chat.id, self.view.messages, self)
        self.pins = Pins(context, view.chat.id, self)
        self.finder = Finder(context, view.chat.id, self.view, stream, self._show, self)
        self.pins.changed.connect(self.view.set_pinned)
        self.pins.chosen.connect(self.go_to)
        self.view.messages.pin_requested.connect(self.pins.toggle)
        self._feed = TranscriptFeed(self.view, context.pace)
        self.applier = CodeApplier(context, view.chat.session_id, self.view, self)
        self.view.apply_requested.connect(self.applier.ask)
        self._lay_out()
        self.view.set_image_source(self._read_image)
        self.view.older_requested.connect(self._on_older_requested)
        self.view.permission_answered.connect(self._on_permission_answered)
        self.view.continue_requested.connect(self._on_continue_requested)
        self.view.stop_requested.connect(self._on_stop_requested)
        self.view.try_now_requested.connect(self._on_try_now_requested)
        self.view.told_requested.connect(self._on_told_requested)
        self.view.link_activated.connect(self._on_link_activated)
        self.view.image_activated.connect(self._on_image_activated)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.finder.bar)
        column.addWidget(self.pins.strip)
        column.addWidget(self.view, 1)

    def show(self, entries: Sequence[Entry], *, has_older: bool) -> None:
        """Show stored entries, the newest ones at the bottom."""
        self.view.has_older = has_older
        self._feed.load(entries)

    def apply(self, envelopes: Sequence[Envelope]) -> None:
        """Fold events; what changed is drawn in this frame or a later one, if it can be seen."""
        self._feed.accept(envelopes)

    def go_to(self, entry_id: str) -> None:
        """Show an entry, reading older pages until it is there."""
        self._show(entry_id, lambda: self.view.go_to(entry_id))

    def _show(self, entry_id: str, show: Callable[[], bool]) -> None:
        """Do `show`, again after older pages were read where the entry is not loaded."""

        def done(found: bool) -> None:
            self.view.has_older = self._stream.has_older
            if not (found and show()):
                gone = UserFacingError("That message is not in this chat any more.", "Unpin it, or look for its words.")
                self._context.bridge.refused.emit(gone)

        if not show():
            self._context.bridge.run(self._reach(entry_id), owner=self, done=done, key=f"older.{self._chat_id}")

    async def _reach(self, entry_id: str) -> bool:
        while not self.view.holds(entry_id) and self._stream.has_older:
            self._feed.prepend(await self._stream.older(limit=REACH_PAGE))
        return self.view.holds(entry_id)

    def _on_older_requested(self) -> None:
        self._context.bridge.run(
            self._stream.older(), owner=self, done=self._on_older_read, key=f"older.{self._chat_id}"
        )

    def _on_older_read(self, entries: Sequence[Entry]) -> None:
        self.view.has_older = self._stream.has_older
        self._feed.prepend(entries)

    def _on_permission_answered(self, request_id: str, option_id: str, text: str) -> None:
        answer = self._context.front.questions.answer(request_id, option_id=option_id, text=text)
        self._context.bridge.run(answer, key=f"answer.{request_id}")

    def _on_continue_requested(self, _turn_id: str) -> None:
        self._context.bridge.run(self._context.front.turns.resume(self._chat_id), key=f"send.{self._chat_id}")

    def _on_stop_requested(self) -> None:
        self._context.bridge.run(self._context.front.turns.cancel(self._chat_id), key=f"cancel.{self._chat_id}")

    def _on_try_now_requested(self) -> None:
        self._context.bridge.run(self._context.front.turns.try_now(self._chat_id), key=f"try.{self._chat_id}")

    def _on_told_requested(self, note: NoteEntry) -> None:
        about = "This went to the agent in front of the prompt, and goes with it again in later turns."
        ReadingDialog(
            self._context.theme, self.view.window(), note.message, note.told, icon="book-open", about=about
        ).open()

    def _on_link_activated(self, address: str, label: str) -> None:
        LinkDialog(self._context.theme, self.view.window(), address, label).open()

    def _on_image_activated(self, sha256: str) -> None:
        PictureSheet(self._context, self.view.window(), sha256).open()

    def _read_image(self, sha256: str, give: Callable[[bytes | None], None]) -> None:
        def missing(_problem: UserFacingError) -> None:
            give(None)

        self._context.bridge.run(self._context.front.store.attachment(sha256), owner=self, done=give, error=missing)
