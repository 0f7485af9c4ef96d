"""How the chosen agent stands in its chat: read once per agent, then kept up by what is heard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.records import Chat
from boocode_desktop.orchestrator.skills import Skills
from boocode_desktop.orchestrator.views import ChatStanding
from boocode_desktop.ui.context import Context

_REWOUND = ("rewound", "rewind_undone")


def heard(standing: ChatStanding, event: ev.AgentEvent) -> ChatStanding:
    """The standing after an event of the agent's turn."""
    match event:
        case ev.AgentOpened():
            return replace(standing, opened=event.how, why=event.why)
        case ev.UsageReported() if event.context_used:
            size = event.context_size or standing.context_size
            return replace(standing, usage=event.usage, context_used=event.context_used, context_size=size)
        case ev.StepFinished(usage=usage) if usage is not None:
            size = event.context_size or standing.context_size
            return replace(standing, usage=usage, context_used=usage.input + usage.output, context_size=size)
        case ev.Commands():
            return replace(standing, commands=event.commands)
        case _:
            return standing


def joined(read: ChatStanding, live: ChatStanding) -> ChatStanding:
    """What was read, where nothing newer was heard."""
    newer = live if live.opened else read
    fuller = live if live.context_used else read
    return replace(
        read,
        opened=newer.opened,
        why=newer.why,
        context_used=fuller.context_used,
        context_size=fuller.context_size or read.context_size,
        usage=fuller.usage,
        commands=live.commands or read.commands,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    standing: ChatStanding
    found: Sequence[ev.CommandInfo]
    skills: Skills


class Standing(QObject):
    """Follows one chat.

    Signals:
        changed: something about the agent in question is other than before.
    """

    changed = Signal()

    def __init__(self, context: Context, chat: Chat, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._chat_id, self._session_id = context, chat.id, chat.session_id
        self._agent = self._running = ""
        self._read: dict[str, _Read] = {}
        self._live: dict[str, ChatStanding] = {}

    @property
    def now(self) -> ChatStanding:
        """How the agent in question stands."""
        live = self._live.get(self._agent, ChatStanding(agent=self._agent))
        read = self._read.get(self._agent)
        return joined(read.standing, live) if read else live

    @property
    def found(self) -> Sequence[ev.CommandInfo]:
        """Its commands that were found without it."""
        read = self._read.get(self._agent)
        return read.found if read else ()

    @property
    def skills(self) -> Skills:
        """The skills of the session."""
        read = self._read.get(self._agent)
        return read.skills if read else Skills()

    def follow(self, agent: str) -> None:
        """This agent is in question; nothing happens if it was already."""
        if agent != self._agent:
            self._agent = agent
            self.changed.emit()
            self.read()

    def read(self) -> None:
        """Ask again, in case its files or what it said before are others now."""
        agent = self._agent
        self._context.bridge.run(self._ask(agent), owner=self, done=lambda read: self._on_read(agent, read))

    def apply(self, events: Sequence[ev.AgentEvent]) -> None:
        """Follow what happens in the chat."""
        before = self.now
        for event in events:
            if isinstance(event, ev.TurnStarted):
                self._running = event.agent
            elif isinstance(event, ev.Notice) and event.code in _REWOUND:
                self._live.clear()
                self._read.clear()
                self.read()
            agent = self._running or self._agent
            live = self._live.get(agent, ChatStanding(agent=agent))
            self._live[agent] = heard(live, event)
        if self.now != before:
            self.changed.emit()

    async def _ask(self, agent: str) -> _Read:
        chats = self._context.front.chats
        standing = await chats.standing(self._chat_id, agent)
        found = await chats.found_commands(self._chat_id, agent)
        shelf = self._context.front.skills
        skills = await shelf.of_session(self._session_id) if shelf else Skills()
        return _Read(standing=standing, found=found, skills=skills)

    def _on_read(self, agent: str, read: _Read) -> None:
        self._read[agent] = read
        if agent == self._agent:
            self.changed.emit()
