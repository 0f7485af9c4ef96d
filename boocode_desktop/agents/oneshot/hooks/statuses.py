"""From what a hook of an agent said to how the agent stands: pure."""

from dataclasses import dataclass
from typing import Literal

from boocode_desktop.agents.acp.loose import object_of, text_of
from boocode_desktop.domain.events import Json

Status = Literal["working", "blocked", "done"]
"""It works; it waits for its person; it ended its turn."""

_NAMES: dict[str, Status] = {
    "SessionStart": "done",
    "UserPromptSubmit": "working",
    "PreToolUse": "working",
    "PostToolUse": "working",
    "BeforeAgent": "working",
    "BeforeTool": "working",
    "AfterTool": "working",
    "PermissionRequest": "blocked",
    "Stop": "done",
    "StopFailure": "done",
    "AfterAgent": "done",
    "SessionEnd": "done",
    "agent-turn-complete": "done",
    "session.idle": "done",
    "session.error": "done",
    "permission.asked": "blocked",
    "permission.updated": "blocked",
    "permission.replied": "working",
    "question.asked": "blocked",
    "tool.execute.before": "working",
    "chat.message": "working",
}
_IDLE = ("idle_prompt", "auth_success")
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStatus:
    """How an agent stands, and what it waits for or said last ("" if it did not tell)."""

    status: Status
    message: str = ""


def read_status(told: Json) -> AgentStatus | None:
    """What one line of the spool means; None for what says nothing about it."""
    event = object_of(told.get("event"))
    name = text_of(told.get("name")) or text_of(event.get("hook_event_name")) or text_of(event.get("type"))
    message = (text_of(event.get("message")) or text_of(event.get("last-assistant-message")))[:_LONGEST]
    if name == "Notification":
        # It also reminds of an empty prompt; that is no question.
        idle = text_of(event.get("notification_type")) in _IDLE
        return None if idle else AgentStatus(status="blocked", message=message)
    status = _NAMES.get(name)
    return AgentStatus(status=status, message=message) if status is not None else None
