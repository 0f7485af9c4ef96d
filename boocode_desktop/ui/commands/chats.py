"""What can be done with chats, and with the composer of the one on screen."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt

from boocode_desktop.domain.records import Chat
from boocode_desktop.orchestrator.views import Sent
from boocode_desktop.ui.chat.pane import ChatPane
from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, LineDialog


class ChatCommands(QObject):
    """The rows of the `chat` menu."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk, self._context = desk, desk.context
        bind = desk.context.actions.bind
        bind("chat.new", lambda: self.new())
        bind("chat.new_read_only", lambda: self.new(read_only=True))
        bind("chat.next", lambda: desk.area.step(1))
        bind("chat.previous", lambda: desk.area.step(-1))
        bind("chat.rename", self._with_pane(lambda pane: self.rename(pane.chat)))
        bind("chat.close", self._with_pane(lambda pane: self.close(pane.chat.id)))
        bind("chat.stop", self._with_pane(lambda pane: pane.composer.stop()))
        bind("chat.resume", self._with_pane(self.resume))
        bind("chat.question", self._with_pane(lambda pane: pane.transcript.view.focus_question()))
        bind("chat.find", self._with_pane(lambda pane: pane.transcript.finder.open()))
        bind("chat.focus", self._with_pane(lambda pane: pane.composer.editor.setFocus(_SHORTCUT)))
        bind("composer.send", self._with_pane(lambda pane: pane.composer.submit()))
        bind("composer.steer", self._with_pane(lambda pane: pane.composer.submit("steer")))
        bind("composer.newline", self._with_pane(lambda pane: pane.composer.editor.insertPlainText("\n")))
        bind("composer.stop", self._with_pane(lambda pane: pane.composer.stop()))
        bind("composer.older", self._with_pane(lambda pane: pane.composer.editor.older_asked.emit()))
        bind("composer.newer", self._with_pane(lambda pane: pane.composer.editor.newer_asked.emit()))
        bind("composer.attach", self._with_pane(lambda pane: pane.composer.choose_picture()))
        bind("composer.agent", self._with_pane(lambda pane: pane.composer.takers.agent.open_menu()))
        bind("composer.model", self._with_pane(lambda pane: pane.composer.takers.model.open_menu()))
        bind("composer.effort", self._with_pane(lambda pane: pane.composer.takers.effort.open_menu()))
        desk.context.actions.install("chat", desk.area)
        desk.area.close_asked.connect(self.close)
        desk.area.restore_asked.connect(self.restore)
        desk.area.rename_asked.connect(self._on_rename_asked)
        desk.area.forked.connect(self._show_fork)
        desk.area.told.connect(lambda title, detail: desk.notices.tell(title, detail))

    def new(self, *, read_only: bool = False) -> None:
        """A new chat in the session on screen; without one, a new session."""
        session_id = self._context.selection.session_id
        if not session_id:
            self._context.actions.action("session.new").trigger()
            return
        create = self._context.front.chats.create(session_id, read_only=read_only)
        self._context.bridge.run(
            create,
            owner=self,
            done=lambda chat: self._desk.navigator.show_session(session_id, chat.id),
            key="chat.create",
        )

    def rename(self, chat: Chat) -> None:
        """Ask for a title."""
        dialog = LineDialog(
            self._context.theme,
            self._desk.window,
            "Rename chat",
            label="Title",
            text=chat.title,
            button="Rename",
        )
        dialog.entered.connect(lambda title: self._rename(chat, title))
        dialog.open()

    def close(self, chat_id: str) -> None:
        """Put a chat away; while it runs, ask first. The last chat of a session stays."""
        if len(self._desk.area.chats) < 2:
            self._desk.notices.tell("A session keeps one chat", "Archive the session instead.", tone="info")
        elif self._context.front.turns.running(chat_id):
            dialog = ConfirmDialog(
                self._context.theme,
                self._desk.window,
                "Stop the turn and close the chat?",
                "Its agent is still at work. What it wrote and changed so far is kept.",
                button="Stop and close",
                danger=True,
                cancel="Let it run",
            )
            dialog.finished.connect(lambda yes: self._close(chat_id) if yes else None)
            dialog.open()
        else:
            self._close(chat_id)

    def resume(self, pane: ChatPane) -> None:
        """Go on after an interruption."""

        def done(sent: Sent) -> None:
            pane.composer.set_running(bool(sent.turn_id))

        resume = self._context.front.turns.resume(pane.chat.id)
        self._context.bridge.run(resume, owner=pane, done=done, key=f"send.{pane.chat.id}")

    def _on_rename_asked(self, chat_id: str) -> None:
        def done(chat: Chat | None) -> None:
            if chat is not None:
                self.rename(chat)

        self._context.bridge.run(self._context.front.store.chat(chat_id), owner=self, done=done)

    def _show_fork(self, chat_id: str) -> None:
        self._desk.navigator.show_session(self._context.selection.session_id, chat_id)
        self._desk.notices.tell("A fork of the chat", "The files of the session stay as they are.", tone="info")

    def _rename(self, chat: Chat, title: str) -> None:
        rename = self._context.front.chats.rename(chat.id, title)
        self._context.bridge.run(rename, owner=self, done=lambda _: self._desk.navigator.reload())

    def _close(self, chat_id: str) -> None:
        def done(_: object) -> None:
            ids = self._desk.area.tabs.ids()
            at = ids.index(chat_id) if chat_id in ids else 0
            rest = [i for i in ids if i != chat_id]
            here = self._context.selection.chat_id
            there = rest[min(at, len(rest) - 1)] if here == chat_id and rest else here
            self._desk.places.remember_closed(chat_id)
            self._desk.windows.drop(chat_id)
            self._desk.navigator.show_session(self._context.selection.session_id, there)
            self._desk.notices.tell("Chat closed", action="Undo", act=lambda: self.restore(chat_id))

        self._context.bridge.run(self._close_stopped(chat_id), owner=self, done=done, key=f"chat.close.{chat_id}")

    async def _close_stopped(self, chat_id: str) -> None:
        if self._context.front.turns.running(chat_id):
            await self._context.front.turns.cancel(chat_id)
        await self._context.front.chats.archive(chat_id)

    def restore(self, chat_id: str) -> None:
        """Open a closed chat of the session on screen again."""
        session_id = self._context.selection.session_id
        self._context.bridge.run(
            self._context.front.chats.restore(chat_id),
            owner=self,
            done=lambda _: self._desk.navigator.show_session(session_id, chat_id),
        )

    def _with_pane(self, act: Callable[[ChatPane], object]) -> Callable[[], None]:
        def run() -> None:
            pane = self._desk.windows.active_pane() or self._desk.area.pane
            if pane is not None:
                act(pane)

        return run


_SHORTCUT = Qt.FocusReason.ShortcutFocusReason
