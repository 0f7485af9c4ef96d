"""What can be done with panes and the places of tabs: split, move, focus, close, reopen, fork beside."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint

from boocode_desktop.domain.records import Chat, Turn
from boocode_desktop.ui.commands.desk import Desk

TAB_MENU = (
    "chat.rename",
    "chat.fork_beside",
    "",
    "pane.split",
    "pane.move_tab",
    "chat.tear_off",
    "chat.move_left",
    "chat.move_right",
    "",
    "chat.reopen",
    "chat.close",
)


class PaneCommands(QObject):
    """The rows of the `chat` menu that say where chats stand."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk, self._context, self._area = desk, desk.context, desk.area
        for action_id, act in self._handlers().items():
            desk.context.actions.bind(action_id, act)
        desk.area.tab_dropped.connect(self.tear_off)
        desk.area.tab_menu_asked.connect(self._on_tab_menu_asked)

    def reopen(self) -> None:
        """Open the chat again that was closed last."""
        self._context.bridge.run(self._desk.places.take_closed(), owner=self, done=self._reopen, key="chat.reopen")

    def fork_beside(self) -> None:
        """A copy of the chat with everything up to its last finished turn, in the pane to the right."""
        if self._area.pane is None:
            return
        chat = self._area.pane.chat
        turns = self._context.front.store.turns(chat_id=chat.id)
        self._context.bridge.run(turns, owner=self, done=lambda found: self._fork(chat, found), key="chat.fork")

    def new_beside(self, *, read_only: bool) -> None:
        """A new chat in the pane to the right."""
        session_id = self._context.selection.session_id
        if session_id:
            create = self._context.front.chats.create(session_id, read_only=read_only)
            self._context.bridge.run(create, owner=self, done=self._show_beside, key="chat.create")

    def step(self, by: int) -> None:
        """Give the keyboard to the next pane, round the end."""
        arrangement = self._area.arrangement
        at = (arrangement.place(arrangement.active) + by) % len(arrangement.panes)
        self._area.arrange(arrangement.focused(arrangement.panes[at].id))

    def move_tab(self) -> None:
        """Move the chat to the next pane, round the end; with one pane, into a new one."""
        arrangement, chat_id = self._area.arrangement, self._context.selection.chat_id
        if not chat_id:
            return
        if len(arrangement.panes) < 2:
            self._area.split(chat_id)
            return
        at = (arrangement.place(arrangement.active) + 1) % len(arrangement.panes)
        self._area.arrange(arrangement.moved(chat_id, arrangement.panes[at].id))

    def tear_off(self, chat_id: str, at: QPoint | None = None) -> None:
        """Put the chat into a window of its own, at a place on the screen; closing that window brings it back."""
        view = next((v for v in self._area.chats if v.chat.id == chat_id), None)
        if view is not None:
            self._desk.windows.tear_off(view, at)

    def shift(self, by: int) -> None:
        """Move the tab within its row."""
        arrangement, chat_id = self._area.arrangement, self._context.selection.chat_id
        row = arrangement.here
        if chat_id in row.chats:
            at = row.chats.index(chat_id) + by
            if 0 <= at < len(row.chats):
                self._area.arrange(arrangement.moved(chat_id, row.id, at))

    def close(self) -> None:
        """Close the pane with the keyboard."""
        if len(self._area.arrangement.panes) < 2:
            self._desk.notices.tell("This is the only pane", "Close its chats one by one instead.", tone="info")
        else:
            self._area.close_pane(self._area.arrangement.active)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "chat.reopen": self.reopen,
            "chat.move_left": lambda: self.shift(-1),
            "chat.move_right": lambda: self.shift(1),
            "chat.fork_beside": self.fork_beside,
            "chat.tear_off": lambda: self.tear_off(self._context.selection.chat_id),
            "pane.split": lambda: self._area.split(self._context.selection.chat_id),
            "pane.new": self._area.split,
            "pane.new_code": lambda: self.new_beside(read_only=False),
            "pane.new_ask": lambda: self.new_beside(read_only=True),
            "pane.next": lambda: self.step(1),
            "pane.previous": lambda: self.step(-1),
            "pane.move_tab": self.move_tab,
            "pane.close": self.close,
        }

    def _reopen(self, chat: Chat | None) -> None:
        if chat is None:
            self._desk.notices.tell("No chat to reopen", "The last ten that were closed come back here.", tone="info")
            return
        self._context.bridge.run(
            self._context.front.chats.restore(chat.id),
            owner=self,
            done=lambda _: self._desk.navigator.show_session(chat.session_id, chat.id),
        )

    def _fork(self, chat: Chat, turns: Sequence[Turn]) -> None:
        ended = [t.number for t in turns if t.status is not None and not t.rewound]
        if not ended:
            self._desk.notices.tell("Nothing to fork yet", "The chat has no finished turn.", tone="info")
            return
        fork = self._context.front.chats.fork(chat.id, turn=ended[-1])
        self._context.bridge.run(fork, owner=self, done=self._show_beside, key="chat.fork.copy")

    def _show_beside(self, chat: Chat) -> None:
        self._area.expect_beside(chat.id)
        self._desk.navigator.show_session(chat.session_id, chat.id)

    def _on_tab_menu_asked(self, chat_id: str, at: QPoint) -> None:
        if any(v.chat.id == chat_id for v in self._area.chats):
            self._area.arrange(self._area.arrangement.brought(chat_id))
            menu = self._context.actions.menu(self._desk.window, *TAB_MENU)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(at)
