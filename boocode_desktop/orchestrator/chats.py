"""Chats: tabs of a session. Joining one gives every event after a place, no gap and no double."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from boocode_desktop.domain.codec import event_from_plain
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.events import AgentOpened, CommandInfo, Commands, Envelope, ImageRef, UsageReported
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.records import Chat, Turn
from boocode_desktop.domain.transcript import ToolEntry
from boocode_desktop.orchestrator.agent_memory import forget_chats, forked_sessions
from boocode_desktop.orchestrator.bus import Bus, Subscription
from boocode_desktop.orchestrator.ports.agents import AgentRegistry
from boocode_desktop.orchestrator.ports.commands import CommandFiles
from boocode_desktop.orchestrator.ports.store import EntryPage, EntryRow, EventRow, Store
from boocode_desktop.orchestrator.recorder import Recorder
from boocode_desktop.orchestrator.sessions import session_state
from boocode_desktop.orchestrator.views import ChatStanding, ChatView


def envelopes_of(row: EventRow, after: int) -> list[Envelope]:
    """A stored row as envelopes with a seq above `after`; joined text is cut at its recorded pieces."""
    bodies = [(row.seq, row.body)]
    if row.until > row.seq:
        bodies, start = [], 0
        for index, length in enumerate(row.lengths):
            delta = row.body["delta"][start : start + length]
            bodies.append((row.seq + index, {**row.body, "delta": delta}))
            start += length
    return [
        Envelope(
            session_id=row.session_id,
            chat_id=row.chat_id,
            turn_id=row.turn_id,
            seq=seq,
            at=row.at,
            event=event_from_plain(body),
        )
        for seq, body in bodies
        if seq > after
    ]


def _chat_view(chat: Chat, turns: Sequence[Turn], waiting: int) -> ChatView:
    state, _detail = session_state(turns, waiting)
    running = next((t for t in turns if t.status is None), None)
    return ChatView(
        chat=chat,
        state=state,
        turn_id=running.id if running else "",
        started_at=running.started_at if running else 0.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDesk:
    """Implements `front.Chats`."""

    store: Store
    bus: Bus
    recorder: Recorder
    agents: AgentRegistry
    command_files: CommandFiles | None = None

    async def need(self, chat_id: str) -> Chat:
        """The chat of an id.

        Raises:
            NotFoundError: there is none.
        """
        chat = await self.store.chat(chat_id)
        if chat is None:
            raise NotFoundError(f"There is no chat {chat_id}.", "`boocode chats list` shows them.")
        return chat

    async def views(self, session_id: str) -> Sequence[ChatView]:
        """The open chats of a session with their state."""
        chats, turns, asks = await asyncio.gather(
            self.store.chats(session_id),
            self.store.standing_turns(session_id),
            self.store.open_asks(session_id=session_id),
        )
        waiting = Counter(a.chat_id for a in asks)
        of_chat: defaultdict[str, list[Turn]] = defaultdict(list)
        for turn in turns:
            of_chat[turn.chat_id].append(turn)
        return [_chat_view(chat, of_chat[chat.id], waiting[chat.id]) for chat in chats]

    async def create(self, session_id: str, *, read_only: bool = False) -> Chat:
        """A new chat of a session."""
        now = time.time()
        chat = Chat(
            id=new_id("cht"),
            session_id=session_id,
            number=await self.store.allocate_chat(session_id),
            title="",
            read_only=read_only,
            created_at=now,
            updated_at=now,
        )
        await self.store.save(chat)
        return chat

    async def configure(
        self,
        chat_id: str,
        *,
        agent: str | None = None,
        model: str | None = None,
        effort: str | None = None,
        mode: str | None = None,
        read_only: bool | None = None,
    ) -> Chat:
        """Choose who takes the next turn, and whether it may edit.

        Raises:
            NotFoundError: there is no such agent.
        """
        chat = await self.need(chat_id)
        if agent:
            self.agents.get(agent)
        # A model and a mode belong to their agent: another one would not know them.
        other = agent is not None and agent != chat.agent
        kept_model, kept_mode = ("", "") if other else (chat.model, chat.mode)
        changed = replace(
            chat,
            agent=chat.agent if agent is None else agent,
            model=kept_model if model is None else model,
            effort=chat.effort if effort is None else effort,
            mode=kept_mode if mode is None else mode,
            read_only=chat.read_only if read_only is None else read_only,
        )
        await self.store.save(changed)
        return changed

    async def rename(self, chat_id: str, title: str) -> Chat:
        """Name a chat."""
        chat = replace(await self.need(chat_id), title=" ".join(title.split()))
        await self.store.save(chat)
        return chat

    async def archive(self, chat_id: str) -> None:
        """Close a chat; its number is not given again."""
        chat = await self.need(chat_id)
        if self.recorder.chat(chat.session_id, chat_id).turn is not None:
            raise UserFacingError("A turn is running in this chat.", "Stop it first.")
        await forget_chats(self.store, self.agents, [chat_id])
        await self.store.save(replace(chat, archived=True))

    async def restore(self, chat_id: str) -> None:
        """Open a closed chat again."""
        await self.store.save(replace(await self.need(chat_id), archived=False))

    async def fork(self, chat_id: str, *, turn: int) -> Chat:
        """A new chat with the turns up to and including number `turn`; 0 for one that begins anew.

        Raises:
            NotFoundError: the chat has no such turn.
        """
        chat = await self.need(chat_id)
        kept = [t for t in await self.store.turns(chat_id=chat_id) if t.number <= turn]
        if turn and (not kept or kept[-1].number != turn):
            raise NotFoundError(f"This chat has no turn {turn}.", "`boocode chats show` lists its turns.")
        number, now = await self.store.allocate_chat(chat.session_id), time.time()
        title = f"{chat.title or f'Chat {chat.number}'} (fork)"
        fork = replace(
            chat, id=new_id("cht"), number=number, title=title, forked_from=chat_id, created_at=now, updated_at=now
        )
        await self.store.save(fork)
        for old in kept:
            await self._copy_turn(old, fork)
        await self.store.save(*await forked_sessions(self.store, chat_id, fork.id, kept))
        return fork

    async def _copy_turn(self, old: Turn, fork: Chat) -> None:
        new = replace(old, id=new_id("trn"), chat_id=fork.id)
        rows = []
        for row in await self.store.entries_of_turn(old.id):
            fresh = new_id("trc") if isinstance(row.entry, ToolEntry) else row.entry.id.replace(old.id, new.id)
            if fresh == row.entry.id:
                fresh = new_id("ent")
            entry = replace(row.entry, id=fresh, turn_id=new.id)
            rows.append(EntryRow(chat_id=fork.id, position=row.position, entry=entry))
        await self.store.save(new, *rows)

    async def entries(self, chat_id: str, *, before: int | None = None, limit: int = 50) -> EntryPage:
        """A page of stored entries."""
        return await self.store.entries(chat_id, before=before, limit=limit)

    async def join(self, chat_id: str, after_seq: int, listener: Callable[[Envelope], None]) -> Subscription:
        """Stored envelopes above `after_seq`, then live ones."""
        held: list[Envelope] = []
        reached = after_seq
        live = False

        def hear(envelope: Envelope) -> None:
            nonlocal reached
            if not live:
                held.append(envelope)
            elif envelope.seq > reached:
                reached = envelope.seq
                listener(envelope)

        subscription = self.bus.subscribe(chat_id, hear)
        chat = await self.need(chat_id)
        await self.recorder.chat(chat.session_id, chat_id).flush()
        for row in await self.store.events_after(chat_id, after_seq):
            for envelope in envelopes_of(row, reached):
                reached = envelope.seq
                listener(envelope)
        live = True
        for envelope in held:
            hear(envelope)
        return subscription

    def listen(self, chat_id: str, listener: Callable[[Envelope], None]) -> Subscription:
        """Live envelopes of this process alone."""
        return self.bus.subscribe(chat_id, listener)

    async def standing(self, chat_id: str, agent: str) -> ChatStanding:
        """How an agent stands in a chat, by what it said last."""
        rows = await self.store.newest_events(chat_id, agent, (AgentOpened.type, UsageReported.type, Commands.type))
        kept = await self.store.agent_session(chat_id, agent)
        standing = ChatStanding(agent=agent, opened=kept.opened if kept else "")
        for row in rows:
            match event_from_plain(row.body):
                case AgentOpened(how=how, why=why):
                    standing = replace(standing, opened=how, why=why)
                case UsageReported(usage=usage, context_used=used, context_size=size):
                    standing = replace(standing, usage=usage, context_used=used, context_size=size)
                case Commands(commands=commands):
                    standing = replace(standing, commands=commands)
        return standing

    async def found_commands(self, chat_id: str, agent: str) -> Sequence[CommandInfo]:
        """Slash commands of an agent before it tells them itself: of its newest probe, then of its files."""
        chat = await self.need(chat_id)
        worktree = await self.store.worktree(chat.session_id)
        root = Path(worktree.root) if worktree else None
        files = await self.command_files.find(agent, root) if self.command_files else ()
        told = next((info.commands for info in self.agents.snapshot(scripted=True) if info.name == agent), ())
        found: dict[str, CommandInfo] = {}
        for command in (*told, *files):
            found.setdefault(command.name, command)
        return tuple(found.values())

    async def known_commands(self, chat_id: str, agent: str) -> Sequence[CommandInfo]:
        """All slash commands that an agent knows here, as it told them and as they were found."""
        return (*(await self.standing(chat_id, agent)).commands, *await self.found_commands(chat_id, agent))

    async def draft(self, chat_id: str) -> str:
        """What was typed and not sent."""
        return await self.store.draft(chat_id)

    async def save_draft(self, chat_id: str, text: str) -> None:
        """Keep what is typed."""
        await self.store.save_draft(chat_id, text)

    async def attach(self, data: bytes, *, media_type: str, name: str = "") -> ImageRef:
        """Keep an image by its content."""
        return await self.store.add_attachment(data, media_type=media_type, name=name)
