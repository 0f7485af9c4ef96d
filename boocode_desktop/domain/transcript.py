"""The fold: events in, transcript entries out. Panes draw entries, storage saves them, tests compare them.

Nothing else interprets events. An entry has an id that never changes, so a change is "replace by id".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal, assert_never

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptEntry:
    """What the person asked; opens a turn."""

    kind: ClassVar = "prompt"
    id: str
    turn_id: str
    number: int
    text: str
    agent: str
    model: str = ""
    images: tuple[ev.ImageRef, ...] = ()
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEntry:
    """A run of answer text (Markdown); `done` once something else followed it."""

    kind: ClassVar = "text"
    id: str
    turn_id: str
    text: str
    step: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningEntry:
    """A run of thinking; `duration_ms` from its first to its last piece."""

    kind: ClassVar = "reasoning"
    id: str
    turn_id: str
    text: str
    step: int = 0
    done: bool = False
    started_at: float = 0.0
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolEntry:
    """A tool call; `outcome` is None while it runs. The id is the trace id, `parent` that of its subagent's call."""

    kind: ClassVar = "tool"
    id: str
    turn_id: str
    step: int
    tool: str
    input: dict[str, Any]
    title: str = ""
    output: str = ""
    outcome: ev.Outcome | None = None
    latency_ms: float | None = None
    error: str = ""
    details: dict[str, Any] | None = None
    started_at: float = 0.0
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskEntry:
    """A question to the person; `resolved` holds the answer once there is one."""

    kind: ClassVar = "ask"
    id: str
    turn_id: str
    request: ev.PermissionRequested
    resolved: ev.PermissionResolved | None = None
    asked_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """The plan of a turn as it stands."""

    kind: ClassVar = "plan"
    id: str
    turn_id: str
    items: tuple[ev.PlanItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageEntry:
    """An image in the answer."""

    kind: ClassVar = "image"
    id: str
    turn_id: str
    image: ev.ImageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEntry:
    """A line about the turn: a notice, a retry with its countdown, an error, a steering message.

    `skippable`: the wait for the next try can be cut short. `told`: what the agent was told with it.
    """

    kind: ClassVar = "note"
    id: str
    turn_id: str
    level: Literal["info", "warn", "bad"]
    code: str
    message: str
    hint: str = ""
    until: float | None = None
    skippable: bool = False
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEntry:
    """How a turn ended, with what it cost."""

    kind: ClassVar = "end"
    id: str
    turn_id: str
    status: ev.TurnStatus
    stop_reason: str = ""
    duration_ms: float = 0.0
    usage: Usage | None = None
    number: int = 0


Entry = PromptEntry | TextEntry | ReasoningEntry | ToolEntry | AskEntry | PlanEntry | ImageEntry | NoteEntry | EndEntry
OUTPUT_LIMIT = 64_000


@dataclass(slots=True)
class Transcript:
    """The entries of one chat, in order, and the state needed to fold the next event.

    `apply` returns the ids of the entries it added or replaced.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    _open: str = ""
    _chunks: list[str] = field(default_factory=list)
    _step: int = 0
    _usage: Usage = field(default_factory=Usage)
    _number: int = 0

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Transcript":
        """A transcript that goes on after stored entries."""
        return cls(entries={e.id: e for e in entries})

    def copy(self) -> "Transcript":
        """The transcript as it stands, to go back to."""
        return replace(self, entries=dict(self.entries), _chunks=list(self._chunks))

    def listing(self) -> list[Entry]:
        """All entries in order, open text included."""
        self._settle()
        return list(self.entries.values())

    def get(self, entry_id: str) -> Entry | None:
        """One entry as it stands."""
        if entry_id == self._open:
            self._settle()
        return self.entries.get(entry_id)

    def apply(self, envelope: ev.Envelope) -> tuple[str, ...]:
        """Fold one event; the ids of entries that are new or different."""
        event, turn = envelope.event, envelope.turn_id
        if isinstance(event, (ev.Text, ev.Reasoning)):
            return self._grow(envelope, event)
        closed = self._close(envelope.at) if _ends_text(event) else ()
        changed: tuple[str, ...]
        key = f"{turn or envelope.chat_id}:{envelope.seq}"
        match event:
            case ev.TurnStarted():
                self._step, self._usage, self._number = 0, Usage(), event.number
                changed = self._put(
                    PromptEntry(
                        id=f"{turn}:prompt",
                        turn_id=turn,
                        number=event.number,
                        text=event.prompt,
                        agent=event.agent,
                        model=event.model,
                        images=event.images,
                        at=envelope.at,
                    )
                )
            case ev.StepStarted():
                self._step = event.step
                changed = self._drop_retry(turn)
            case ev.ModeChanged():
                changed = self._name_model(turn, event.model)
            case ev.StepFinished() | ev.Commands() | ev.QueueChanged() | ev.AgentOpened():
                changed = ()
            case ev.CheckpointMade() | ev.ChangesUpdated():
                changed = ()
            case ev.ToolStarted():
                changed = self._put(
                    ToolEntry(
                        id=event.trace_id,
                        turn_id=turn,
                        step=event.step,
                        tool=event.tool,
                        input=event.input,
                        title=event.title,
                        started_at=envelope.at,
                        parent=event.parent,
                    )
                )
            case ev.ToolUpdated():
                changed = self._update_tool(event)
            case ev.ToolFinished():
                changed = self._finish_tool(event)
            case ev.PermissionRequested():
                changed = self._put(AskEntry(id=event.request_id, turn_id=turn, request=event, asked_at=envelope.at))
            case ev.PermissionResolved():
                ask = self.entries.get(event.request_id)
                changed = self._put(replace(ask, resolved=event)) if isinstance(ask, AskEntry) else ()
            case ev.Plan():
                changed = self._put(PlanEntry(id=f"{turn}:plan", turn_id=turn, items=event.items))
            case ev.Image():
                changed = self._put(ImageEntry(id=key, turn_id=turn, image=event.image))
            case ev.UsageReported():
                self._usage = self._usage + event.usage
                changed = ()
            case ev.Retry():
                changed = self._put(
                    NoteEntry(
                        id=f"{turn}:retry",
                        turn_id=turn,
                        level="warn",
                        code="retry",
                        message=event.reason,
                        hint=f"attempt {event.attempt}",
                        until=envelope.at + event.delay_s,
                        skippable=event.skippable,
                    )
                )
            case ev.Steered():
                changed = self._put(NoteEntry(id=key, turn_id=turn, level="info", code="steered", message=event.text))
            case ev.Notice():
                changed = self._put(
                    NoteEntry(
                        id=key,
                        turn_id=turn,
                        level=event.level,
                        code=event.code,
                        message=event.message,
                        hint=event.hint,
                        told=event.told,
                    )
                )
            case ev.Error():
                changed = self._drop_retry(turn) + self._put(
                    NoteEntry(id=key, turn_id=turn, level="bad", code="error", message=event.message, hint=event.hint)
                )
            case ev.TurnFinished():
                changed = self._drop_retry(turn) + self._end(turn, event)
            case _:
                assert_never(event)
        return closed + changed

    def _grow(self, envelope: ev.Envelope, event: ev.Text | ev.Reasoning) -> tuple[str, ...]:
        wanted = TextEntry if isinstance(event, ev.Text) else ReasoningEntry
        current = self.entries.get(self._open)
        if isinstance(current, wanted) and current.turn_id == envelope.turn_id and current.step == self._step:
            self._chunks.append(event.delta)
            return (self._open,)
        closed = self._close(envelope.at)
        key = f"{envelope.turn_id}:{envelope.seq}"
        if isinstance(event, ev.Text):
            self._put(TextEntry(id=key, turn_id=envelope.turn_id, text="", step=self._step))
        else:
            self._put(
                ReasoningEntry(id=key, turn_id=envelope.turn_id, text="", step=self._step, started_at=envelope.at)
            )
        self._open, self._chunks = key, [event.delta]
        return (*closed, *self._drop_retry(envelope.turn_id), key)

    def _settle(self) -> None:
        current = self.entries.get(self._open)
        if self._chunks and isinstance(current, (TextEntry, ReasoningEntry)):
            self.entries[self._open] = replace(current, text=current.text + "".join(self._chunks))
        self._chunks = []

    def _close(self, at: float) -> tuple[str, ...]:
        self._settle()
        key, self._open = self._open, ""
        current = self.entries.get(key)
        if isinstance(current, ReasoningEntry):
            self.entries[key] = replace(current, done=True, duration_ms=max(0.0, (at - current.started_at) * 1000))
        elif isinstance(current, TextEntry):
            self.entries[key] = replace(current, done=True)
        else:
            return ()
        return (key,)

    def _put(self, entry: Entry) -> tuple[str, ...]:
        self.entries[entry.id] = entry
        return (entry.id,)

    def _name_model(self, turn: str, model: str) -> tuple[str, ...]:
        asked = self.entries.get(f"{turn}:prompt")
        return self._put(replace(asked, model=model)) if isinstance(asked, PromptEntry) and model else ()

    def _drop_retry(self, turn: str) -> tuple[str, ...]:
        note = self.entries.get(f"{turn}:retry")
        if isinstance(note, NoteEntry) and note.until is not None:
            return self._put(replace(note, until=None, code="retried", level="info", skippable=False))
        return ()

    def _update_tool(self, event: ev.ToolUpdated) -> tuple[str, ...]:
        tool = self.entries.get(event.trace_id)
        if not isinstance(tool, ToolEntry):
            return ()
        return self._put(
            replace(
                tool,
                output=(tool.output + event.output)[-OUTPUT_LIMIT:] if event.output else tool.output,
                title=event.title or tool.title,
                input=tool.input if event.input is None else event.input,
            )
        )

    def _finish_tool(self, event: ev.ToolFinished) -> tuple[str, ...]:
        tool = self.entries.get(event.trace_id)
        if not isinstance(tool, ToolEntry):
            return ()
        return self._put(
            replace(
                tool,
                outcome=event.outcome,
                latency_ms=event.latency_ms,
                error=event.error,
                details=event.details,
                output=(event.output or tool.output)[-OUTPUT_LIMIT:],
            )
        )

    def _end(self, turn: str, event: ev.TurnFinished) -> tuple[str, ...]:
        outcome: ev.Outcome = "interrupted" if event.status == "interrupted" else "cancelled"
        changed: list[str] = []
        for entry in list(self.entries.values()):
            if isinstance(entry, ToolEntry) and entry.turn_id == turn and entry.outcome is None:
                changed += self._put(replace(entry, outcome=outcome))
        usage = self._usage if self._usage != Usage() else None
        changed += self._put(
            EndEntry(
                id=f"{turn}:end",
                turn_id=turn,
                status=event.status,
                stop_reason=event.stop_reason,
                duration_ms=event.duration_ms,
                usage=usage,
                number=self._number,
            )
        )
        return tuple(changed)


def _ends_text(event: ev.AgentEvent) -> bool:
    return isinstance(
        event,
        ev.TurnStarted
        | ev.StepStarted
        | ev.ToolStarted
        | ev.Image
        | ev.PermissionRequested
        | ev.Steered
        | ev.Error
        | ev.TurnFinished
        | ev.Retry,
    )
