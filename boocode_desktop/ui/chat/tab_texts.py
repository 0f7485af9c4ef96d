"""What a tab says of its chat: its name, and the state that an event brings. Pure."""

from boocode_desktop.domain.events import Envelope, PermissionRequested, PermissionResolved, TurnFinished, TurnStarted
from boocode_desktop.domain.records import SessionState
from boocode_desktop.orchestrator.views import ChatView


def tab_title(view: ChatView, session_title: str = "") -> str:
    """A chat's name in its tab; a session's first chat goes by the session's until it has one of its own."""
    own = " ".join(view.chat.title.split())
    return own or (session_title if view.chat.number == 1 else "") or f"Chat {view.chat.number}"


def tab_of(chat_id: str, view: ChatView | None, session_title: str) -> tuple[str, str, int, str]:
    """Id, title, number and icon of a tab; the welcome page is the one without a chat."""
    if view is None:
        return chat_id, "Welcome", 0, "house"
    return chat_id, tab_title(view, session_title), view.chat.number, "eye" if view.chat.read_only else "message-square"


def tab_state(envelope: Envelope) -> SessionState | None:
    """What an event says of its chat's state, None for most."""
    match envelope.event:
        case TurnStarted() | PermissionResolved():
            return "running"
        case PermissionRequested():
            return "waiting"
        case TurnFinished(status="failed"):
            return "failed"
        case TurnFinished(status="interrupted"):
            return "interrupted"
        case TurnFinished():
            return "idle"
        case _:
            return None
