"""What the sessions that a turn's `task` calls begin say and do, told as part of those calls. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from boocode_desktop.agents.acp.loose import object_of, objects_of, text_of
from boocode_desktop.agents.acp.tool_calls import ToolCalls
from boocode_desktop.agents.opencode.pieces import Pieces
from boocode_desktop.agents.opencode.tool_parts import tool_update
from boocode_desktop.domain.events import AgentEvent, Json, Text, ToolUpdated

TOLD_STATES = ("running", "completed", "error")


@dataclass(slots=True)
class _Child:
    """One session: its messages that are the model's, its text so far, and the part of it that spoke last."""

    answers: set[str] = field(default_factory=set)
    pieces: Pieces = field(default_factory=Pieces)
    spoke: str = ""


class ChildSessions:
    """The child sessions of one turn, at any depth.

    Args:
        calls: The calls of the turn; a child's calls are among them, each with the call that began the child.
        since: The id of the message that the turn answers. A child may be older: what it did before is not told again.
    """

    def __init__(self, calls: ToolCalls, since: str) -> None:
        self._calls = calls
        self._since = since
        self._began: dict[str, str] = {}
        self._children: dict[str, _Child] = {}

    def link(self, part: Json) -> None:
        """A tool part as it stands: a `task` names the session that it began."""
        child = text_of(object_of(object_of(part.get("state")).get("metadata")).get("sessionId"))
        if child and part.get("tool") == "task":
            self._began[child] = text_of(part.get("id"))

    def open(self) -> list[str]:
        """The sessions whose calls have not ended."""
        return [child for child, call in self._began.items() if self._calls.view(call).trace_id]

    def apply(self, session_id: str, kind: str, about: Json, step: int, now: float) -> list[AgentEvent]:
        """One event of a child."""
        child = self._children.setdefault(session_id, _Child())
        match kind:
            case "message.updated":
                self._note(child, object_of(about.get("info")))
            case "message.part.updated":
                return self._part(session_id, child, object_of(about.get("part")), step, now)
            case "message.part.delta" if about.get("field") == "text" and about.get("messageID") in child.answers:
                part_id = text_of(about.get("partID"))
                return self._told(session_id, child, part_id, child.pieces.delta(part_id, text_of(about.get("delta"))))
        return []

    def restore(self, session_id: str, messages: Iterable[Json], step: int, now: float) -> list[AgentEvent]:
        """A child's messages as they were read again: what was missed of them."""
        child = self._children.setdefault(session_id, _Child())
        events: list[AgentEvent] = []
        child.pieces.rereading = True
        for message in messages:
            self._note(child, object_of(message.get("info")))
            for part in objects_of(message.get("parts")):
                events += self._part(session_id, child, part, step, now)
        child.pieces.rereading = False
        return events

    def _note(self, child: _Child, info: Json) -> None:
        message = text_of(info.get("id"))
        if info.get("role") == "assistant" and message > self._since and info.get("summary") is not True:
            child.answers.add(message)

    def _part(self, session_id: str, child: _Child, part: Json, step: int, now: float) -> list[AgentEvent]:
        if text_of(part.get("messageID")) not in child.answers:
            return []
        match part.get("type"):
            case "text":
                return self._told(session_id, child, text_of(part.get("id")), child.pieces.whole(part))
            case "tool" if text_of(object_of(part.get("state")).get("status")) in TOLD_STATES:
                self.link(part)
                return self.call(session_id, tool_update(part), step, now)
        return []

    def call(self, session_id: str, update: Json, step: int, now: float) -> list[AgentEvent]:
        """A child's call, as one of the call that began it."""
        return self._calls.update({**update, "parentToolCallId": self._began.get(session_id, "")}, step, now)

    def _told(self, session_id: str, child: _Child, part_id: str, events: list[AgentEvent]) -> list[AgentEvent]:
        """What a child says is what its call has put out so far; the call's own result takes its place at the end."""
        said = "".join(event.delta for event in events if isinstance(event, Text))
        trace = self._calls.view(self._began.get(session_id, "")).trace_id
        if not said or not trace:
            return []
        gap = "\n\n" if child.spoke not in ("", part_id) else ""
        child.spoke = part_id
        return [ToolUpdated(trace_id=trace, output=gap + said)]
