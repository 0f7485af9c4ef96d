"""The composer of one chat: text, attachments, queue, pickers, and one button that is Send, Queue or Stop."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import Chat, QueuedPrompt, QueueMode
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.orchestrator.views import Sent
from boocode_desktop.ui.composer.attachments import Attachments
from boocode_desktop.ui.composer.completer import Completer
from boocode_desktop.ui.composer.draft import DraftKeeper
from boocode_desktop.ui.composer.editor import PromptEditor
from boocode_desktop.ui.composer.gauge import ContextGauge
from boocode_desktop.ui.composer.hint_painter import HintPainter
from boocode_desktop.ui.composer.memory import MemoryChip, memory_look
from boocode_desktop.ui.composer.mention_lines import mention
from boocode_desktop.ui.composer.mention_search import MentionSearch
from boocode_desktop.ui.composer.pasted import Draft, draft_from_text, draft_to_text, with_pasted
from boocode_desktop.ui.composer.prompts import PromptHistory, faces
from boocode_desktop.ui.composer.queue_list import QueueList, fill_modes
from boocode_desktop.ui.composer.standing import Standing
from boocode_desktop.ui.composer.takers import NATIVE, Takers
from boocode_desktop.ui.composer.triggers import index_of
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_NARROW = 680
_HINT_IDLE = "Enter sends · Shift Enter for a new line · ↑ for older prompts"
_HINT_RUNNING = "Enter queues while the agent runs · Ctrl Enter steers it now · Esc stops"


class Composer(QWidget):
    """Sends to its chat and follows the chat's events.

    Signals:
        sent: a prompt became a turn or went into the queue.
        configured(Chat): the chat's record is this now.
    """

    sent = Signal()
    configured = Signal(object)

    def __init__(self, context: Context, chat: Chat, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._chat_id = context, chat.id
        self._running = False
        self._history = PromptHistory(prompts=[])
        self.setAccessibleName("Your message and who answers it")
        self.draft = DraftKeeper(context, chat.id, self)
        self.editor = PromptEditor(self)
        self._hints = HintPainter(context.theme, self.editor.document(), self)
        self.queue = QueueList(context.theme, self)
        self.attachments = Attachments(context, self)
        self.memory = MemoryChip(context.theme, self)
        self.takers = Takers(context, chat, self.memory, self)
        self.standing = Standing(context, chat, self)
        self.gauge = ContextGauge(context.theme, self)
        self.send_button = Button(context.theme, "Send", "primary", icon="arrow-up", height=METRICS.composer_button)
        self.stop_button = Button(context.theme, "Stop", "stop", icon="square", height=METRICS.composer_button)
        self.when_button = IconButton(
            context.theme, "chevron-down", "Choose when it is delivered", size=METRICS.composer_button
        )
        self._hint = QLabel(_HINT_IDLE)
        self._lay_out()
        search = MentionSearch(context, chat.session_id, self)
        self.completer = Completer(context, self.editor, self._card, self.takers, self.standing, search)
        self._connect()
        self._load()
        self._show_faces()

    @property
    def running(self) -> bool:
        """Whether a turn of this chat runs."""
        return self._running

    def apply(self, envelopes: Sequence[ev.Envelope]) -> None:
        """Follow what happens in the chat."""
        for envelope in envelopes:
            match envelope.event:
                case ev.TurnStarted():
                    self.set_running(True)
                    self._history.add(envelope.event.prompt)
                    self._show_standing()
                case ev.TurnFinished():
                    self.set_running(False)
                    self._show_standing()
                case ev.QueueChanged():
                    self.queue.show_items(envelope.event.queued)
                case _:
                    pass
        self.standing.apply([envelope.event for envelope in envelopes])

    def show_chat(self, chat: Chat) -> None:
        """The chat's record is this now."""
        self.takers.show_chat(chat)
        self.standing.follow(self.takers.agent_name)

    def set_running(self, running: bool) -> None:
        """A turn began or ended."""
        self._running = running
        self._show_faces()

    def remember(self, prompts: Iterable[str]) -> None:
        """Older prompts of the chat, oldest first."""
        self._history = PromptHistory.of(prompts)
        self._show_standing()

    def write(self, text: str) -> None:
        """Put text into the field, as if it had been typed."""
        self.editor.show_text(text)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def mention(self, text: str) -> None:
        """Name a file or a symbol where the cursor is."""
        cursor = self.editor.textCursor()
        text_now = self.editor.toPlainText()
        before = text_now[: index_of(text_now, cursor.position())]
        gap = " " if before and not before[-1].isspace() else ""
        self.editor.insertPlainText(f"{gap}{text} ")
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self, mode: QueueMode = "after_turn") -> None:
        """Send what is written, or queue it while a turn runs; `mode` says when a queued one is delivered."""
        text = self.editor.toPlainText().strip()
        images = self.attachments.images
        pasted = self.attachments.pasted
        if self.attachments.reading or not (text or images or pasted):
            return
        prompt = Prompt(text=with_pasted(text, pasted), images=images)
        self._history.send(prompt.text)
        self.editor.clear()
        self.attachments.clear()
        self._context.bridge.run(
            self._context.front.turns.send(self._chat_id, prompt, mode=mode),
            owner=self,
            done=self._on_sent,
            error=lambda problem: self._on_send_failed(Draft(text=text, pasted=pasted, images=images), problem),
        )

    def stop(self) -> None:
        """Stop the running turn."""
        if self._running:
            turns = self._context.front.turns
            self._context.bridge.run(turns.cancel(self._chat_id), key=f"cancel.{self._chat_id}")

    def choose_picture(self) -> None:
        """Ask for a picture file."""
        dialog = QFileDialog(self, "Attach a picture")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter("Pictures (*.png *.jpg *.jpeg *.webp *.gif)")
        dialog.filesSelected.connect(lambda names: self._on_files_given([Path(n) for n in names]))
        dialog.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow one says less."""
        super().resizeEvent(event)
        self.gauge.set_compact(self.width() < _NARROW)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The card's edge shows the focus."""
        if watched is self.editor and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._card.update()
        return False

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 10)
        column.setSpacing(6)
        column.addWidget(self.queue)
        self._card = _Card(self._context, self.editor)
        inner = QVBoxLayout(self._card)
        inner.setContentsMargins(14, 10, 8, 8)
        inner.setSpacing(6)
        inner.addWidget(self.attachments)
        inner.addWidget(self.editor)
        inner.addLayout(self._foot())
        column.addWidget(self._card)
        self._hint.setFont(ui_font(METRICS.caption))
        self._hint.setProperty("tone", "faint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._hint)
        self.editor.setPlaceholderText("Ask for a change, or ask a question")

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        attach = IconButton(self._context.theme, "paperclip", "Attach a picture", tone="tx2")
        attach.setToolTip(self._context.actions.tip("composer.attach"))
        attach.clicked.connect(self.choose_picture)
        row.addWidget(attach)
        row.addWidget(self._sign("at-sign", "Mention a file, a symbol or a chat", "@"))
        row.addWidget(self._sign("slash", "Commands", "/"))
        row.addWidget(self.takers, 1)
        row.addWidget(self.gauge)
        row.addWidget(self.stop_button)
        row.addWidget(self.send_button)
        row.addWidget(self.when_button)
        return row

    def _sign(self, icon: str, name: str, sign: str) -> IconButton:
        button = IconButton(self._context.theme, icon, name, tone="tx2")
        button.setToolTip(plain_tip(f"{name}  {sign}"))
        button.clicked.connect(lambda: self.completer.open(sign))
        return button

    def _connect(self) -> None:
        self.editor.installEventFilter(self)
        self.editor.textChanged.connect(self._on_text_changed)
        self.editor.submitted.connect(lambda: self.submit())
        self.editor.stopped.connect(self.stop)
        self.editor.older_asked.connect(self._on_older_asked)
        self.editor.newer_asked.connect(self._on_newer_asked)
        self.editor.image_given.connect(self.attachments.add_image)
        self.editor.files_given.connect(self._on_files_given)
        self.attachments.changed.connect(self._on_text_changed)
        self.attachments.text_inserted.connect(self._on_text_inserted)
        self.editor.long_text_given.connect(self.attachments.add_text)
        self.send_button.clicked.connect(lambda: self.submit())
        self.stop_button.clicked.connect(self.stop)
        self.queue.mode_chosen.connect(self._on_queue_mode_chosen)
        self.queue.edited.connect(lambda queue_id, text: self._edit_queued(queue_id, text=text))
        self.queue.moved.connect(lambda queue_id, place: self._edit_queued(queue_id, position=place))
        self.queue.orphaned.connect(self._bring_text_back)
        self.queue.removed.connect(self._on_queue_removed)
        self.when_button.clicked.connect(self._on_when_clicked)
        self.editor.steered.connect(lambda: self.submit("steer"))
        self.takers.configured.connect(self._on_configured)
        self.standing.changed.connect(self._show_standing)

    def _load(self) -> None:
        run, front = self._context.bridge.run, self._context.front
        run(front.chats.draft(self._chat_id), owner=self, done=self._on_draft_read)
        run(front.turns.queue(self._chat_id), owner=self, done=self._on_queue_read)
        self.standing.follow(self.takers.agent_name)

    def _show_faces(self) -> None:
        beside = self.attachments.images or self.attachments.pasted
        written = bool(self.editor.toPlainText().strip() or beside)
        shown = faces(running=self._running, written=written)
        self.stop_button.setVisible("stop" in shown)
        self.send_button.setVisible("send" in shown or "queue" in shown)
        if "queue" in shown:
            self.send_button.set_look("Queue", icon="list-ordered")
        else:
            self.send_button.set_look("Send", icon="arrow-up")
        self.when_button.setVisible("queue" in shown)
        self.send_button.setEnabled(written and not self.attachments.reading)
        self._hint.setText(_HINT_RUNNING if self._running else _HINT_IDLE)

    def _show_standing(self) -> None:
        standing, agent = self.standing.now, self.takers.agent
        size = standing.context_size or self.takers.context_size
        self.gauge.show_usage(standing.context_used, size, standing.usage)
        turns, native = len(self._history.prompts), standing.agent == NATIVE
        look = memory_look(standing, label=agent.text(), native=native, turns=turns, running=self._running)
        self.memory.show_look(look)
        self.takers.fit()

    def _edit_queued(
        self, queue_id: str, *, text: str | None = None, mode: QueueMode | None = None, position: int | None = None
    ) -> None:
        turns = self._context.front.turns
        change = turns.edit_queued(queue_id, self._chat_id, text=text, mode=mode, position=position)

        def failed(problem: UserFacingError) -> None:
            self._bring_text_back(text or "")
            self._context.bridge.refused.emit(problem)

        self._context.bridge.run(change, error=failed if text else None)

    def _on_when_clicked(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_modes(menu, self._context.theme, self.submit)
        menu.popup(self.when_button.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    def _on_configured(self, chat: Chat) -> None:
        self.show_chat(chat)
        self.configured.emit(chat)

    def _on_text_changed(self) -> None:
        self._write_draft()
        self._show_faces()

    def _write_draft(self) -> None:
        beside = self.attachments
        draft = Draft(text=self.editor.toPlainText(), pasted=beside.pasted, images=beside.images)
        self.draft.write(draft_to_text(draft))

    def _on_draft_read(self, stored: str) -> None:
        if self.editor.toPlainText() or self.attachments.pasted or self.attachments.images:
            return
        self.draft.loaded(stored)
        draft = draft_from_text(stored)
        self._bring_back(draft)
        if draft.text:
            self.editor.show_text(draft.text)

    def _on_queue_read(self, queued: Sequence[QueuedPrompt]) -> None:
        self.queue.show_items([(q.id, q.text, q.mode) for q in queued])

    def _on_sent(self, sent: Sent) -> None:
        if sent.turn_id:
            self.set_running(True)
        self.sent.emit()

    def _on_send_failed(self, draft: Draft, problem: UserFacingError) -> None:
        self._bring_text_back(draft.text)
        self._bring_back(draft)
        self._context.bridge.refused.emit(problem)

    def _bring_text_back(self, text: str) -> None:
        """Before what was written meanwhile."""
        meanwhile = self.editor.toPlainText()
        self.editor.show_text(f"{text}\n\n{meanwhile}" if text and meanwhile.strip() else text or meanwhile)

    def _bring_back(self, draft: Draft) -> None:
        if draft.images:
            self.attachments.restore(draft.images)
        for text in draft.pasted:
            self.attachments.add_text(text)

    def _on_older_asked(self) -> None:
        text = self._history.older(self.editor.toPlainText())
        if text is not None:
            self.editor.show_text(text)

    def _on_newer_asked(self) -> None:
        text = self._history.newer()
        if text is not None:
            self.editor.show_text(text)

    def _on_text_inserted(self, text: str) -> None:
        self.editor.insertPlainText(text)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_files_given(self, files: Sequence[Path]) -> None:
        for path in files:
            if path.suffix.lower() in _PICTURES:
                self.attachments.add_file(path)
            else:
                self.mention(mention(str(path)))

    def _on_queue_mode_chosen(self, queue_id: str, mode: QueueMode) -> None:
        self._edit_queued(queue_id, mode=mode)

    def _on_queue_removed(self, queue_id: str) -> None:
        self._context.bridge.run(self._context.front.turns.remove_queued(queue_id, self._chat_id))


class _Card(QWidget):
    """The rounded field around everything; its edge is stronger while the text has the focus."""

    def __init__(self, context: Context, editor: PromptEditor) -> None:
        super().__init__()
        self._theme, self._editor = context.theme, editor
        context.theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface and edge."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("line2" if self._editor.hasFocus() else "line1"), 1))
            painter.setBrush(self._theme.color("bg2"))
            rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(rect, METRICS.radius_bubble, METRICS.radius_bubble)
