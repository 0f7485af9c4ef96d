"""One chat: its header, its transcript, its composer, and the stream that feeds them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from boocode_desktop.domain.events import Envelope, TurnFinished, TurnStarted
from boocode_desktop.domain.records import Chat
from boocode_desktop.domain.transcript import Entry, PromptEntry
from boocode_desktop.orchestrator.views import ChatView
from boocode_desktop.ui.chat.empty import EmptyChat
from boocode_desktop.ui.chat.header import ChatHeader
from boocode_desktop.ui.chat.stream import ChatStream
from boocode_desktop.ui.chat.transcript import ChatTranscript
from boocode_desktop.ui.composer.composer import Composer
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.scrolled import scrolled

_SIDE = 16


class ChatPane(QWidget):
    """A tab's content; it reads the chat when it is first shown.

    Signals:
        chat_chosen(str): another chat of the session was chosen in the empty state.
        rewind_asked(int): go back to the state after this turn.
        forked(str): a chat was made from this one and wants to be shown.
        told(str, str): something was done, in words; what to do next.
        opened: the newest entries are on screen.
    """

    chat_chosen = Signal(str)
    rewind_asked = Signal(int)
    forked = Signal(str)
    told = Signal(str, str)
    opened = Signal()

    def __init__(
        self,
        context: Context,
        view: ChatView,
        session_title: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self.chat = context, view.chat
        self._started = self._loaded = False
        self._stream = ChatStream(context.front, view.chat.id)
        self._lane = context.bridge.lane(self._on_envelopes)
        self.setAccessibleName(f"Chat {view.chat.title or view.chat.number}")
        self.header = ChatHeader(context, view.chat, self)
        self.transcript = ChatTranscript(context, view, self._stream, self)
        self.empty = EmptyChat(context.theme, view.chat, session_title)
        self.composer = Composer(context, view.chat, self)
        self.composer.set_running(bool(view.turn_id))
        self._pages = QStackedWidget()
        self._lay_out()
        self.empty.starter_chosen.connect(self.composer.write)
        self.empty.chat_chosen.connect(self.chat_chosen)
        self.composer.configured.connect(self.show_chat)
        self.composer.sent.connect(self.transcript.view.scroll_to_end)
        # The card goes when it is answered; without this the focus would fall on whatever comes next in the window.
        self.transcript.view.permission_answered.connect(lambda *_: self.composer.editor.setFocus())
        self.transcript.messages.rewind_asked.connect(self.rewind_asked)
        self.transcript.messages.forked.connect(self.forked)
        self.transcript.applier.told.connect(self.told)
        self.transcript.messages.quoted.connect(self._on_quoted)
        context.theme.changed.connect(self.update)
        self.destroyed.connect(_closer(self._stream, self._lane.close))

    def show_chat(self, chat: Chat) -> None:
        """The chat's record is this now."""
        self.chat = chat
        self.composer.show_chat(chat)
        self.header.access.setVisible(chat.read_only)

    def show_turn(self, turn_id: str) -> None:
        """Show a turn's prompt, once the chat is read."""
        if self._loaded:
            self.transcript.go_to(f"{turn_id}:prompt")
        else:
            once = Qt.ConnectionType.SingleShotConnection
            self.opened.connect(lambda: self.transcript.go_to(f"{turn_id}:prompt"), once)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the chat the first time."""
        super().showEvent(event)
        if not self._started:
            self._started = True
            self._context.bridge.run(
                self._stream.open(self._on_opened, self._lane.put), owner=self, done=lambda _: self.opened.emit()
            )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The canvas."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._context.theme.color("bg0"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        self._pages.addWidget(self.transcript.widget)
        self._pages.addWidget(scrolled(centred(self.empty, METRICS.column), "Empty chat, scrolled"))
        column.addWidget(self._pages, 1)
        column.addWidget(centred(self.composer, METRICS.composer))

    def _on_opened(self, entries: Sequence[Entry]) -> None:
        self._loaded = True
        self.transcript.show(entries, has_older=self._stream.has_older)
        self.composer.remember(e.text for e in entries if isinstance(e, PromptEntry))
        self._pages.setCurrentIndex(0 if entries or self.composer.running else 1)

    def _on_quoted(self, quote: str) -> None:
        written = self.composer.editor.toPlainText().rstrip("\n")
        self.composer.write(f"{written}\n\n{quote}" if written.strip() else quote)

    def _on_envelopes(self, envelopes: Sequence[Envelope]) -> None:
        self.transcript.apply(envelopes)
        self.composer.apply(envelopes)
        if any(isinstance(e.event, TurnStarted) for e in envelopes):
            self._pages.setCurrentIndex(0)
        if any(isinstance(e.event, TurnFinished) for e in envelopes):
            self.header.refresh()


def centred(widget: QWidget, most: int) -> QWidget:
    """A widget in the middle of its row, at most `most` px wide."""
    widget.setMaximumWidth(most)
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(_SIDE, 0, _SIDE, 0)
    row.addStretch(1)
    row.addWidget(widget, 1_000)
    row.addStretch(1)
    return holder


def _closer(stream: ChatStream, close_lane: Callable[[], None]) -> Callable[[QObject | None], None]:
    def close(_gone: QObject | None = None) -> None:
        stream.close()
        close_lane()

    return close
