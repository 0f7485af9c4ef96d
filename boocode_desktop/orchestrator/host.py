"""One turn as its agent sees it: the `TurnHost` of the orchestrator."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from boocode_desktop.domain.events import (
    AgentEvent,
    AskOption,
    ImageRef,
    Notice,
    PermissionRequested,
    PermissionResolved,
    Retry,
    Steered,
    ToolFinished,
)
from boocode_desktop.domain.permissions import Action
from boocode_desktop.domain.records import AgentSession, QueuedPrompt
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.orchestrator.ports.agents import Authorization
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.questions import QuestionDesk
from boocode_desktop.orchestrator.recorder import ChatRecorder
from boocode_desktop.orchestrator.skills import STEERED_SKILL_CODE, with_skill


@dataclass(slots=True, kw_only=True)
class Host:
    """Implements `TurnHost` for one turn of one chat."""

    session_id: str
    chat_id: str
    turn_id: str
    number: int
    root: Path
    model: str
    effort: str
    base_url: str
    read_only: bool
    trusted: bool
    instructions: str
    max_wait_s: float | None
    agent_session: AgentSession
    scopes: tuple[str, ...]
    store: Store
    recorder: ChatRecorder
    questions: QuestionDesk
    publish_queue: Callable[[], Awaitable[None]]
    mode: str = ""
    skill_of: Callable[[str], Awaitable[Notice | None]] | None = None
    """What is said of a skill that a steering message calls."""
    waiting: tuple[Retry, Callable[[], None]] | None = None
    """The wait for the next try that can be cut short."""
    waited_ms: dict[str, float] = field(default_factory=dict)
    """How long each call waited for a person: its latency is the tool's alone."""

    async def emit(self, event: AgentEvent) -> None:
        """Publish an event of this turn; late ones of an ended turn are dropped."""
        turn = self.recorder.turn
        if self.waiting is not None and not isinstance(event, Retry):
            self.waiting = None  # it goes on: there is nothing left to cut short
        if isinstance(event, ToolFinished) and (waited := self.waited_ms.pop(event.trace_id, 0.0)):
            event = replace(event, latency_ms=max(0.0, event.latency_ms - waited))
        if turn is not None and turn.id == self.turn_id:
            await self.recorder.emit(event)

    async def wait_begins(self, retry: Retry, skip: Callable[[], None] | None) -> None:
        """Publish a wait, and keep the way to end it."""
        self.waiting = (retry, skip) if skip is not None else None
        await self.emit(replace(retry, skippable=skip is not None))

    async def try_now(self) -> bool:
        """End the wait for the next try; False when there is none."""
        if self.waiting is None:
            return False
        (retry, skip), self.waiting = self.waiting, None
        await self.emit(replace(retry, delay_s=0.0, skippable=False))
        skip()
        return True

    async def authorize(
        self, action: Action, *, trace_id: str = "", title: str = "", options: tuple[AskOption, ...] = ()
    ) -> Authorization:
        """Ask the only door."""
        asked = time.monotonic()
        try:
            return await self.questions.authorize(
                self.recorder,
                self.scopes,
                replace(action, read_only=self.read_only),
                trace_id=trace_id,
                title=title,
                options=options,
            )
        finally:
            waited = (time.monotonic() - asked) * 1000
            self.waited_ms[trace_id] = self.waited_ms.get(trace_id, 0.0) + waited

    async def ask(self, request: PermissionRequested) -> PermissionResolved:
        """Ask a person a question."""
        return await self.questions.ask(self.recorder, request)

    async def take_steering(self) -> Sequence[QueuedPrompt]:
        """Steering messages, taken off the queue and published."""
        taken = []
        for queued in await self.store.queue(self.chat_id):
            if queued.mode == "steer" and await self.store.delete_queued(queued.id):
                told = await self._tell_skill(queued.text)
                await self.emit(Steered(text=queued.text, queue_id=queued.id))
                taken.append(replace(queued, text=with_skill(told, queued.text)))
        if taken:
            await self.publish_queue()
        return taken

    async def _tell_skill(self, text: str) -> str:
        notice = await self.skill_of(text) if self.skill_of else None
        if notice is None:
            return ""
        await self.emit(replace(notice, code=STEERED_SKILL_CODE) if notice.told else notice)
        return notice.told

    async def history(self) -> Sequence[Entry]:
        """Entries of the chat's earlier turns, without rewound ones."""
        return [row.entry for row in await self.store.memory(self.chat_id, without_turn=self.turn_id)]

    async def attachment(self, image: ImageRef) -> bytes:
        """The bytes of an image."""
        return await self.store.attachment(image.sha256)

    async def attach(self, data: bytes, media_type: str) -> ImageRef:
        """Keep an image that the agent made."""
        return await self.store.add_attachment(data, media_type=media_type)

    async def remember(
        self,
        *,
        external_id: str | None = None,
        memory: dict[str, Any] | None = None,
        fingerprint: str | None = None,
        opened: str | None = None,
    ) -> None:
        """Save what the agent needs to find its own conversation again."""
        kept = self.agent_session
        self.agent_session = replace(
            kept,
            external_id=kept.external_id if external_id is None else external_id,
            memory=kept.memory if memory is None else memory,
            fingerprint=kept.fingerprint if fingerprint is None else fingerprint,
            opened=kept.opened if opened is None else opened,
            last_turn=self.number,
        )
        await self.store.save(self.agent_session)
