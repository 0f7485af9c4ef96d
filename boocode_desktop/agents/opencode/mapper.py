"""From opencode's events to ours: pure, one mapper per turn, the only place that interprets them.

Nothing it sends makes it raise: what is unknown or malformed is passed over and counted. The same function takes what
the stream brings and what is read again after the stream broke, so nothing is lost or told twice.
"""

from collections.abc import Callable, Iterable

from boocode_desktop.agents.acp.loose import count_of, number_of, object_of, objects_of, text_of
from boocode_desktop.agents.acp.tool_calls import CallView, ToolCalls
from boocode_desktop.agents.opencode.child_sessions import TOLD_STATES, ChildSessions
from boocode_desktop.agents.opencode.correlation import TurnMessages
from boocode_desktop.agents.opencode.pieces import Pieces
from boocode_desktop.agents.opencode.tool_parts import announced, tool_update
from boocode_desktop.domain.events import (
    AgentEvent,
    Json,
    ModeChanged,
    Notice,
    Outcome,
    Plan,
    PlanItem,
    Retry,
    StepFinished,
    StepStarted,
    UsageReported,
)
from boocode_desktop.domain.usage import Usage

_SILENT_EVENTS = frozenset(
    {"session.updated", "session.diff", "permission.asked", "permission.replied", "session.created", "file.edited"}
    | {"question.asked", "question.replied", "question.rejected", "session.compacted", "message.removed"}
    | {"message.part.removed", "command.executed"}
)
_SILENT_PARTS = frozenset({"snapshot", "patch", "agent", "subtask", "retry"})
_PLAN_STATES = {"in_progress": "in_progress", "completed": "completed", "cancelled": "dropped"}


class TurnMapper:
    """Folds one turn of one session. Times are seconds of any steady clock, but for `wall`, which is Unix time.

    Args:
        new_trace: Makes ids of tool calls.
        user_id: The id of the message that the turn answers.
        session_id: The session; events of others are those of its child sessions, and belong to the calls that began
            them.
        started: When the prompt was sent.
        chosen: Mode and model as they were told last.
    """

    def __init__(
        self,
        new_trace: Callable[[], str],
        *,
        user_id: str,
        session_id: str,
        started: float,
        chosen: tuple[str, str] = ("", ""),
        context_size: int = 0,
    ) -> None:
        self.calls = ToolCalls(new_trace)
        self.messages = TurnMessages(user_id)
        self.children = ChildSessions(self.calls, user_id)
        self.chosen = chosen
        self.total = Usage()
        self.unknown = 0
        self.context_size = context_size
        self._pieces = Pieces()
        self._session_id = session_id
        self._started = started
        self._first: float | None = None
        self._step = 1
        self._step_open = True
        self._steps: set[str] = set()
        self._tools: dict[tuple[str, str], Json] = {}
        self._diffs: dict[str, str] = {}
        self._told: set[str] = set()
        self._plan: tuple[PlanItem, ...] = ()

    @property
    def spoke(self) -> bool:
        """Whether anything can be seen of the turn."""
        return self._first is not None

    def begin(self) -> list[AgentEvent]:
        """The events that open the turn's first step."""
        return [StepStarted(step=1)]

    def apply(self, event: Json, now: float, wall: float = 0.0) -> list[AgentEvent]:
        """One event of the stream."""
        kind, about = text_of(event.get("type")), object_of(event.get("properties"))
        if (session := text_of(about.get("sessionID"))) != self._session_id:
            return self._of_child(session, kind, about, now)
        match kind:
            case "message.updated":
                return self._message(object_of(about.get("info")))
            case "message.part.updated":
                return self._part(object_of(about.get("part")), now)
            case "message.part.delta":
                return self._delta(about, now)
            case "session.status":
                return self._status(object_of(about.get("status")), wall)
            case "session.idle":
                self.messages.note_status("idle")
            case "session.error":
                self.messages.note_problem(object_of(about.get("error")))
            case "todo.updated":
                return self._todos(objects_of(about.get("todos")))
            case _ if kind not in _SILENT_EVENTS:
                self.unknown += 1
        return []

    def restore(self, messages: Iterable[Json], now: float) -> list[AgentEvent]:
        """The session's messages as they were read again: what was missed of this turn."""
        events: list[AgentEvent] = []
        self._pieces.rereading = True
        for message in messages:
            events += self._message(object_of(message.get("info")))
            for part in objects_of(message.get("parts")):
                events += self._part(part, now)
        self._pieces.rereading = False
        return events

    def restore_child(self, session_id: str, messages: Iterable[Json], now: float) -> list[AgentEvent]:
        """The messages of a child session as they were read again."""
        events: list[AgentEvent] = []
        messages = list(messages)
        for part in (part for message in messages for part in objects_of(message.get("parts"))):
            self._keep_tool(part)
            events += self._child_usage(part)
        return [*self.children.restore(session_id, messages, self._step, now), *events]

    def announce(self, permission: Json, now: float) -> list[AgentEvent]:
        """A permission request: the call it is about begins, if it did not yet."""
        part = self._tools.get(_call_key(object_of(permission.get("tool"))))
        if part is None:
            return []
        diff = text_of(object_of(permission.get("metadata")).get("diff"))
        if diff:
            self._diffs[text_of(part.get("id"))] = diff
        begun = announced(part, permission)
        asker = text_of(permission.get("sessionID"))
        if asker not in ("", self._session_id):
            return self.children.call(asker, tool_update(begun, diff), self._step, now)
        return self._tool(begun, now)

    def call_of(self, permission: Json) -> tuple[str, CallView]:
        """The call that a permission request is about: its id in the fold, and how it stands."""
        part_id = text_of(self._tools.get(_call_key(object_of(permission.get("tool"))), {}).get("id"))
        return part_id, self.calls.view(part_id)

    def finish(self, reason: str) -> list[AgentEvent]:
        """The end of the last step."""
        return self._end_step(reason)

    def close(self, outcome: Outcome, error: str, now: float) -> list[AgentEvent]:
        """End the calls that were left open."""
        return self.calls.close(outcome, error, now)

    def _message(self, info: Json) -> list[AgentEvent]:
        if not self.messages.note(info) or info.get("summary") is True:
            return []
        mode, provider, model = (text_of(info.get(key)) for key in ("mode", "providerID", "modelID"))
        chosen = (mode, f"{provider}/{model}" if provider and model else "")
        if chosen == self.chosen or not any(chosen):
            return []
        self.chosen = chosen
        return [ModeChanged(mode=chosen[0], model=chosen[1])]

    def _part(self, part: Json, now: float) -> list[AgentEvent]:
        message, kind = text_of(part.get("messageID")), text_of(part.get("type"))
        if kind == "compaction" and message > self.messages.user_id:
            return self._once(f"compaction {message}", _compaction(part))
        if not self.messages.holds(message):
            return []
        if kind == "step-finish":
            return self._step_finish(part)
        if not self.messages.answers(message):
            return []
        match kind:
            case "text" | "reasoning":
                return self._seen(self._pieces.whole(part), now)
            case "tool":
                self._keep_tool(part)
                self.children.link(part)
                return self._tool(part, now)
            case "step-start":
                return self._step_start(text_of(part.get("id")))
            case "file":
                what = text_of(part.get("mime")).partition("/")[0] or "file"
                said = Notice(message=f"The agent sent a file ({what}), which cannot be shown yet.", code="media")
                return self._once(text_of(part.get("id")), said)
            case _ if kind not in _SILENT_PARTS:
                self.unknown += 1
        return []

    def _delta(self, about: Json, now: float) -> list[AgentEvent]:
        if not self.messages.answers(text_of(about.get("messageID"))) or about.get("field") != "text":
            return []
        return self._seen(self._pieces.delta(text_of(about.get("partID")), text_of(about.get("delta"))), now)

    def _tool(self, part: Json, now: float) -> list[AgentEvent]:
        status = text_of(object_of(part.get("state")).get("status"))
        if status not in TOLD_STATES:
            return []
        update = tool_update(part, self._diffs.get(text_of(part.get("id")), ""))
        return self._seen(self.calls.update(update, self._step, now), now)

    def _step_start(self, part_id: str) -> list[AgentEvent]:
        if part_id in self._steps:
            return []
        self._steps.add(part_id)
        if len(self._steps) == 1:
            return []
        ended = self._end_step("tool_calls")
        self._step += 1
        self._step_open = True
        return [*ended, StepStarted(step=self._step)]

    def _step_finish(self, part: Json) -> list[AgentEvent]:
        part_id = text_of(part.get("id"))
        if part_id in self._told:
            return []
        self._told.add(part_id)
        usage = parse_usage(part)
        self.total = self.total + usage
        told = UsageReported(
            usage=usage,
            step=self._step,
            context_used=usage.input + usage.output,
            context_size=self.context_size,
        )
        own = self.messages.answers(text_of(part.get("messageID")))
        return [told, *(self._end_step(text_of(part.get("reason")).replace("-", "_")) if own else ())]

    def _end_step(self, reason: str) -> list[AgentEvent]:
        if not self._step_open:
            return []
        self._step_open = False
        waited = (self._first - self._started) * 1000 if self._first is not None and self._step == 1 else None
        return [StepFinished(step=self._step, ttft_ms=waited, finish_reason=reason, context_size=self.context_size)]

    def _status(self, status: Json, wall: float) -> list[AgentEvent]:
        kind = text_of(status.get("type"))
        self.messages.note_status(kind)
        if kind != "retry" or not self.messages.taken:
            return []
        attempt = count_of(status.get("attempt"))
        due = number_of(status.get("next")) or 0.0
        said = Retry(attempt=attempt, delay_s=max(0.0, due / 1000 - wall), reason=text_of(status.get("message"))[:500])
        return self._once(f"retry {attempt} {due}", said)

    def _todos(self, todos: list[Json]) -> list[AgentEvent]:
        items = tuple(
            PlanItem(text=text, status=_PLAN_STATES.get(text_of(t.get("status")), "pending"))  # type: ignore[arg-type]
            for t in todos
            if (text := text_of(t.get("content")))
        )
        if not self.messages.taken or items == self._plan:
            return []
        self._plan = items
        return [Plan(items=items)]

    def _of_child(self, session_id: str, kind: str, about: Json, now: float) -> list[AgentEvent]:
        """A child session's model calls cost too; what it says and does belongs to the call that began it."""
        if kind == "session.status":
            return self._child_waits(object_of(about.get("status")))
        if kind != "message.part.updated":
            return self.children.apply(session_id, kind, about, self._step, now)
        part = object_of(about.get("part"))
        self._keep_tool(part)
        return [*self.children.apply(session_id, kind, about, self._step, now), *self._child_usage(part)]

    def _child_waits(self, status: Json) -> list[AgentEvent]:
        """A child's request failed; the turn's own countdown is not for it, nothing would end it."""
        if status.get("type") != "retry":
            return []
        attempt, why = count_of(status.get("attempt")), text_of(status.get("message"))[:500]
        message, hint = f"A subagent's request failed: {why}", f"It is tried again (attempt {attempt})."
        said = Notice(message=message, hint=hint, level="warn", code="subagent_retry")
        return self._once(f"child retry {attempt} {status.get('next')}", said)

    def _keep_tool(self, part: Json) -> None:
        if part.get("type") == "tool":
            self._tools[_call_key(part)] = part

    def _child_usage(self, part: Json) -> list[AgentEvent]:
        part_id = text_of(part.get("id"))
        if part.get("type") != "step-finish" or part_id in self._told:
            return []
        self._told.add(part_id)
        usage = parse_usage(part)
        self.total = self.total + usage
        return [UsageReported(usage=usage, step=self._step)]

    def _once(self, key: str, event: AgentEvent) -> list[AgentEvent]:
        if key in self._told:
            return []
        self._told.add(key)
        return [event]

    def _seen(self, events: list[AgentEvent], now: float) -> list[AgentEvent]:
        if events and self._first is None:
            self._first = now
        return events


def parse_usage(part: Json) -> Usage:
    """Tokens and cost of one model call; what it read from the cache and wrote to it are told beside its input."""
    tokens, cache = object_of(part.get("tokens")), object_of(object_of(part.get("tokens")).get("cache"))
    cached, thought = count_of(cache.get("read")), count_of(tokens.get("reasoning"))
    return Usage(
        input=count_of(tokens.get("input")) + cached + count_of(cache.get("write")),
        output=count_of(tokens.get("output")) + thought,
        reasoning=thought,
        cached=cached,
        cost=number_of(part.get("cost")) or None,
    )


def _call_key(holder: Json) -> tuple[str, str]:
    return text_of(holder.get("messageID")), text_of(holder.get("callID"))


def _compaction(part: Json) -> Notice:
    why = "its context is nearly full" if part.get("auto") is True else "it was asked to"
    return Notice(
        code="agent_compacted",
        message=f"opencode sums up this conversation for itself, because {why}.",
        hint="What is shown here stays as it is; it may not remember every detail of it.",
    )
