"""What every pane of the window gets: the theme, the way to the program, the bridge, and what is chosen now."""

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from boocode_desktop.orchestrator.front import Front
from boocode_desktop.ui.actions import Actions
from boocode_desktop.ui.bridge import Bridge
from boocode_desktop.ui.setup_port import Setup
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.transcript.feed import FramePace


class Selection(QObject):
    """Which session and chat the window shows; "" where there is none.

    Signals:
        session_changed(str): another session is shown.
        chat_changed(str): another chat (of the same or another session) is shown.
        turn_asked(str, str): a chat and one of its turns, which are to be shown.
        open_asked(str, str): a pane wants this session and chat ("" for the one in front) to be shown.
        projects_changed: a folder is trusted now, or not any more.
        reveal_asked(str, str): a pane wants this chat to scroll to the entry of this id.
    """

    session_changed = Signal(str)
    chat_changed = Signal(str)
    turn_asked = Signal(str, str)
    open_asked = Signal(str, str)
    projects_changed = Signal()
    reveal_asked = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session_id = ""
        self._chat_id = ""

    @property
    def session_id(self) -> str:
        """The session on screen."""
        return self._session_id

    @property
    def chat_id(self) -> str:
        """The chat on screen."""
        return self._chat_id

    def choose(self, session_id: str, chat_id: str = "") -> None:
        """Show a session and one of its chats; announces only what is different."""
        session, chat = session_id != self._session_id, chat_id != self._chat_id
        self._session_id, self._chat_id = session_id, chat_id
        if session:
            self.session_changed.emit(session_id)
        if chat:
            self.chat_changed.emit(chat_id)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Context:
    """Handed to every pane and dialog."""

    theme: Theme
    front: Front
    bridge: Bridge
    setup: Setup
    actions: Actions
    selection: Selection
    pace: FramePace = field(default_factory=FramePace)
