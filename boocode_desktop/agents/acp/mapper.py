"""From an agent's session updates to our events: pure, one mapper per turn, the only place that interprets them.

Nothing an agent sends makes it raise: what is unknown or malformed is passed over and counted.
"""

from collections.abc import Callable

from boocode_desktop.agents.acp.loose import first_text, object_of, objects_of, text_of
from boocode_desktop.agents.acp.media import image_of
from boocode_desktop.agents.acp.offers import current_choices
from boocode_desktop.agents.acp.tool_calls import ToolCalls
from boocode_desktop.agents.acp.tool_content import block_text
from boocode_desktop.agents.acp.usage import CostMeter, TurnUsage
from boocode_desktop.domain.events import (
    AgentEvent,
    CommandInfo,
    Commands,
    Image,
    Json,
    ModeChanged,
    Notice,
    Outcome,
    Plan,
    PlanItem,
    Reasoning,
    StepFinished,
    StepStarted,
    Text,
    UsageReported,
)
from boocode_desktop.domain.usage import Usage

_PLAN_STATES = ("pending", "in_progress", "completed", "dropped")
_ANSWERING = frozenset({"agent_message_chunk", "agent_thought_chunk", "tool_call", "tool_call_update", "plan"})
_SILENT = frozenset({"user_message_chunk", "session_info_update", "plan_removed"})


class TurnMapper:
    """Folds one turn. Times are seconds of any steady clock.

    Agents tell nothing about model calls, so steps are inferred: one ends when text follows finished tool calls.
    """

    def __init__(self, new_trace: Callable[[], str], *, started: float, cost: CostMeter | None = None) -> None:
        self.calls = ToolCalls(new_trace)
        self.usage = TurnUsage(cost or CostMeter())
        self.spoke = False
        self.worked = False
        self.unknown = 0
        self._step = 1
        self._used_tools = False
        self._started = started
        self._first: float | None = None
        self._shown: set[str] = set()

    def begin(self) -> list[AgentEvent]:
        """The events that open the turn's first step."""
        return [StepStarted(step=1)]

    def apply(self, update: Json, now: float) -> list[AgentEvent]:
        """One update, as it came over the wire."""
        kind = text_of(update.get("sessionUpdate"))
        if self._first is None and kind in _ANSWERING:
            self._first = now
        match kind:
            case "agent_message_chunk" | "agent_thought_chunk":
                return self._chunk(update, thought=kind == "agent_thought_chunk")
            case "tool_call" | "tool_call_update":
                events = self.calls.update(update, self._step, now)
                self._used_tools = self._used_tools or bool(events)
                self.worked = self.worked or self._used_tools
                return [*events, *self._images(update)]
            case "plan" | "plan_update":
                return _plan(update)
            case "usage_update":
                self.usage.update(update)
                return []
            case _:
                return self._about_session(kind, update)

    def _about_session(self, kind: str, update: Json) -> list[AgentEvent]:
        events = session_events(update)
        if not events and kind not in _SILENT:
            self.unknown += 1
        return events

    def finish(self, response: Json) -> list[AgentEvent]:
        """What the prompt's response adds, and the end of the last step."""
        stop = text_of(response.get("stopReason"))
        return [*self._settle_usage(self.usage.rest(response)), self._end_step(stop)]

    def close(self, outcome: Outcome, error: str, now: float) -> list[AgentEvent]:
        """End the calls that the agent left open."""
        return self.calls.close(outcome, error, now)

    def _chunk(self, update: Json, *, thought: bool) -> list[AgentEvent]:
        block = object_of(update.get("content"))
        events: list[AgentEvent] = []
        text = block_text(block)
        if text:
            self.spoke = True
            events = [*self._next_step(), Reasoning(delta=text) if thought else Text(delta=text)]
        elif (image := image_of(block)) is not None:
            self.spoke = True
            events = [*self._next_step(), Image(image=image)]
        elif block.get("type") in ("image", "audio"):
            what = "a sound" if block["type"] == "audio" else "an image that is none we know"
            events = [Notice(message=f"The agent sent {what}; it cannot be shown.", code="media")]
        told = object_of(object_of(update.get("_meta")).get("usage"))
        if told and (usage := self.usage.piece(told)) != Usage():
            events.append(UsageReported(usage=usage, step=self._step))
        return events

    def _images(self, update: Json) -> list[AgentEvent]:
        """Images that a tool call shows, each once in the turn: every update repeats what was there before."""
        found = [image_of(object_of(part.get("content"))) for part in objects_of(update.get("content"))]
        fresh = {image.sha256: image for image in found if image is not None and image.sha256 not in self._shown}
        self._shown |= set(fresh)
        return [Image(image=image) for image in fresh.values()]

    def _next_step(self) -> list[AgentEvent]:
        if not self._used_tools or self.calls.running:
            return []
        ended = self._end_step("tool_calls")
        self._used_tools = False
        self._step += 1
        return [ended, StepStarted(step=self._step)]

    def _end_step(self, reason: str) -> StepFinished:
        waited = (self._first - self._started) * 1000 if self._first is not None and self._step == 1 else None
        return StepFinished(step=self._step, ttft_ms=waited, finish_reason=reason, context_size=self.usage.context_size)

    def _settle_usage(self, usage: Usage) -> list[AgentEvent]:
        if usage == Usage() and not self.usage.context_used:
            return []
        used, size = self.usage.context_used, self.usage.context_size
        return [UsageReported(usage=usage, step=self._step, context_used=used, context_size=size)]


def session_events(update: Json) -> list[AgentEvent]:
    """Updates that hold for the session rather than the turn: commands, mode, model."""
    match update.get("sessionUpdate"):
        case "available_commands_update":
            return [Commands(commands=parse_commands(update))]
        case "current_mode_update":
            mode = first_text(update, "currentModeId", "modeId")
            return [ModeChanged(mode=mode)] if mode else []
        case "current_model_update":
            model = first_text(update, "currentModelId", "modelId")
            return [ModeChanged(model=model)] if model else []
        case "config_option_update":
            mode, model = current_choices(update)
            return [ModeChanged(mode=mode, model=model)] if mode or model else []
        case _:
            return []


def parse_commands(update: Json) -> tuple[CommandInfo, ...]:
    """The slash commands of an `available_commands_update`, without their slash."""
    return tuple(
        CommandInfo(
            name=name,
            description=text_of(item.get("description")),
            hint=text_of(object_of(item.get("input")).get("hint")),
        )
        for item in objects_of(update.get("availableCommands"))
        if (name := text_of(item.get("name")).removeprefix("/"))
    )


def _plan(update: Json) -> list[AgentEvent]:
    holder = object_of(update.get("plan")) or update
    if "entries" not in holder:
        return []
    entries = objects_of(holder.get("entries"))
    return [Plan(items=tuple(_plan_item(e) for e in entries if text_of(e.get("content"))))]


def _plan_item(entry: Json) -> PlanItem:
    state = entry.get("status")
    known = next((s for s in _PLAN_STATES if s == state), "pending")
    return PlanItem(text=text_of(entry.get("content")), status=known)  # type: ignore[arg-type]
