"""What agents remember of the chats of the session on screen: choosing a line opens its chat."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from boocode_desktop.config.agent_profiles import read_profile
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.records import Chat
from boocode_desktop.ui.line_pane import LinePane
from boocode_desktop.ui.memory.rows import INSTRUCTIONS, SKILL, Instructions, Remembered, memory
from boocode_desktop.ui.widgets.line_list import Line

_BUILT_IN = "boocode"


class MemoryPane(LinePane):
    """Lists, per chat, every agent that took turns in it and how it came to what it knows. Nothing is changed here."""

    name = "What agents remember"
    empty = "No session is open. For each chat this lists which agents worked in it and what they remember of it."
    news = (ev.TurnFinished, ev.AgentOpened)

    async def read(self) -> Sequence[Line]:
        """The agent sessions of all open chats."""
        session_id = self.context.selection.session_id
        if not session_id:
            return ()
        chats = await self.context.front.store.chats(session_id)
        shelf = self.context.front.skills
        return memory(
            [(chat, await self._agents(chat)) for chat in chats],
            await self._instructions(session_id),
            await shelf.of_session(session_id) if shelf else None,
        )

    def choose(self, line_id: str) -> None:
        """Go to the chat; show where a skill lies."""
        if line_id.startswith(SKILL):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(line_id.removeprefix(SKILL)).parent)))
        elif line_id != INSTRUCTIONS:
            self.context.selection.open_asked.emit(self.context.selection.session_id, line_id)

    def concerns(self, envelope: ev.Envelope) -> bool:
        """Events of the session on screen."""
        return envelope.session_id == self.context.selection.session_id

    async def _agents(self, chat: Chat) -> list[Remembered]:
        store = self.context.front.store
        turns: dict[str, list[int]] = {}
        for turn in await store.turns(chat_id=chat.id):
            if not turn.rewound:
                turns.setdefault(turn.agent, []).append(turn.number)
        return [
            Remembered(
                agent=agent,
                session=await store.agent_session(chat.id, agent),
                turns=tuple(numbers),
                built_in=agent == _BUILT_IN,
            )
            for agent, numbers in turns.items()
        ]

    async def _instructions(self, session_id: str) -> Instructions:
        store = self.context.front.store
        session = await store.session(session_id)
        project = await store.project(session.project_id) if session is not None else None
        if project is None:
            return Instructions(trusted=False)
        profile = await asyncio.to_thread(read_profile, Path(project.path))
        if profile is None:
            return Instructions(trusted=project.trusted)
        length = await asyncio.to_thread(lambda: profile.path.stat().st_size)
        return Instructions(trusted=project.trusted, length=length, digest=profile.digest)
