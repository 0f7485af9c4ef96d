"""A turn's host for agents under test: records every event, answers questions as told, decides by the real rules."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.events import (
    AgentEvent,
    AskOption,
    ImageRef,
    PermissionRequested,
    PermissionResolved,
    Retry,
)
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.permissions import Action, decide
from boocode_desktop.domain.records import AgentSession, PermissionRule, QueuedPrompt
from boocode_desktop.domain.transcript import Entry, Transcript
from boocode_desktop.orchestrator.ports.agents import Authorization

Answer = Callable[[PermissionRequested], str | None]


@dataclass(slots=True, kw_only=True)
class RecordingHost:
    """Implements `TurnHost`. `answer` names the option to choose; None leaves the question open until cancelled."""

    root: Path
    agent: str = "tour"
    chat_id: str = "cht_1"
    session_id: str = "ses_1"
    turn_id: str = field(default_factory=lambda: new_id("trn"))
    number: int = 1
    model: str = ""
    effort: str = ""
    mode: str = ""
    base_url: str = ""
    read_only: bool = False
    trusted: bool = True
    max_wait_s: float | None = None
    agent_session: AgentSession = field(default_factory=lambda: AgentSession(chat_id="cht_1", agent="tour"))
    rules: list[PermissionRule] = field(default_factory=list)
    answer: Answer = lambda request: request.options[0].id if request.options else ""
    past: list[Entry] = field(default_factory=list)
    images: dict[str, bytes] = field(default_factory=dict)
    events: list[AgentEvent] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    asked: list[PermissionRequested] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def emit(self, event: AgentEvent) -> None:
        self.events.append(event)
        self.arrived.set()

    async def wait_begins(self, retry: Retry, skip: Callable[[], None] | None) -> None:
        await self.emit(replace(retry, skippable=skip is not None))

    async def authorize(
        self, action: Action, *, trace_id: str = "", title: str = "", options: tuple[AskOption, ...] = ()
    ) -> Authorization:
        self.actions.append(action)
        verdict = decide(action, self.rules)
        if verdict.effect != "ask":
            return Authorization(allowed=verdict.effect == "allow", why=verdict.why, rule=verdict.rule)
        request = PermissionRequested(
            request_id=new_id("ask"),
            kind="tool",
            title=title,
            options=options or (AskOption(id="once", label="Once", effect="allow_once"),),
            trace_id=trace_id,
            tool=action.tool,
            argv=action.argv,
            cwd=action.cwd,
            path=action.path,
        )
        reply = await self.ask(request)
        effect = next((o.effect for o in request.options if o.id == reply.option_id), "deny")
        return Authorization(allowed=effect.startswith("allow"), why="asked", option_id=reply.option_id)

    async def ask(self, request: PermissionRequested) -> PermissionResolved:
        self.asked.append(request)
        await self.emit(request)
        chosen = self.answer(request)
        if chosen is None:
            await asyncio.Event().wait()
        free = chosen if not request.options else ""
        reply = PermissionResolved(
            request_id=request.request_id, option_id=chosen if request.options else "", text=free
        )
        await self.emit(reply)
        return reply

    async def take_steering(self) -> Sequence[QueuedPrompt]:
        return []

    async def history(self) -> Sequence[Entry]:
        return self.past

    async def attachment(self, image: ImageRef) -> bytes:
        return self.images[image.sha256]

    async def attach(self, data: bytes, media_type: str) -> ImageRef:
        sha256 = hashlib.sha256(data).hexdigest()
        self.images[sha256] = data
        return ImageRef(sha256=sha256, media_type=media_type)

    async def remember(
        self,
        *,
        external_id: str | None = None,
        memory: dict[str, Any] | None = None,
        fingerprint: str | None = None,
        opened: str | None = None,
    ) -> None:
        told = {"external_id": external_id, "memory": memory, "fingerprint": fingerprint, "opened": opened}
        changes = {name: value for name, value in told.items() if value is not None}
        self.agent_session = replace(self.agent_session, last_turn=self.number, **changes)

    def of(self, kind: type) -> list[Any]:
        """The recorded events of one type."""
        return [event for event in self.events if isinstance(event, kind)]

    def text(self) -> str:
        """The whole answer."""
        return "".join(event.delta for event in self.of(ev.Text))

    def transcript(self, *, prompt: str = "") -> list[Entry]:
        """The events as a chat's entries, as later turns see them."""
        started = ev.TurnStarted(number=self.number, prompt=prompt, agent=self.agent)
        folded = Transcript()
        for seq, event in enumerate([started, *self.events, ev.TurnFinished(status="completed")], 1):
            folded.apply(
                ev.Envelope(session_id="s", chat_id=self.chat_id, turn_id=self.turn_id, seq=seq, at=seq, event=event)
            )
        return folded.listing()

    async def until(self, happened: Callable[["RecordingHost"], bool], timeout_s: float = 20) -> None:
        """Wait until an emitted event makes `happened` true."""
        async with asyncio.timeout(timeout_s):
            while not happened(self):
                self.arrived.clear()
                await self.arrived.wait()
