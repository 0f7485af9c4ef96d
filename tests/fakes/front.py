"""A small `Front` in memory, good enough to drive the window by hand: projects, chats, queues and scripted turns."""

import asyncio
import hashlib
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from boocode_desktop.content.fuzzy_index import FuzzyIndex
from boocode_desktop.domain import changes as ch
from boocode_desktop.domain import events as ev
from boocode_desktop.domain import records as rec
from boocode_desktop.domain.codec import to_plain
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.domain.transcript import Transcript
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.bus import Bus, Subscription
from boocode_desktop.orchestrator.front import Front
from boocode_desktop.orchestrator.ports.agents import (
    AgentChild,
    AgentInfo,
    AgentStart,
    AgentState,
    CatalogueAgent,
    Prompt,
)
from boocode_desktop.orchestrator.ports.skills import Skill
from boocode_desktop.orchestrator.ports.store import EntryPage, EntryRow, TracePage
from boocode_desktop.orchestrator.ports.workflows import WorkflowScript
from boocode_desktop.orchestrator.ports.workspace import WorkAtRisk
from boocode_desktop.orchestrator.skills import Skills, sorted_out
from boocode_desktop.orchestrator.views import (
    ChatStanding,
    ChatView,
    FileMention,
    Mentions,
    ProjectView,
    Sent,
    SessionView,
    SymbolMention,
    TrustItem,
)
from boocode_desktop.orchestrator.workflows import WorkflowShelf, with_trust

Script = Sequence[tuple[float, ev.AgentEvent]]


@dataclass
class World:
    """Everything the fake knows. Tests read and change it; `emit` is the recorder."""

    bus: Bus = field(default_factory=Bus)
    projects: dict[str, rec.Project] = field(default_factory=dict)
    sessions: dict[str, rec.Session] = field(default_factory=dict)
    states: dict[str, SessionView] = field(default_factory=dict)
    worktrees: dict[str, rec.WorktreeRecord] = field(default_factory=dict)
    chats: dict[str, rec.Chat] = field(default_factory=dict)
    stored: defaultdict[str, list[ev.Envelope]] = field(default_factory=lambda: defaultdict(list))
    queued: defaultdict[str, list[rec.QueuedPrompt]] = field(default_factory=lambda: defaultdict(list))
    drafts: dict[str, str] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    running: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    turn_ids: dict[str, str] = field(default_factory=dict)
    asks: dict[str, rec.Ask] = field(default_factory=dict)
    answers: dict[str, "asyncio.Future[ev.PermissionResolved]"] = field(default_factory=dict)
    rules: dict[str, rec.PermissionRule] = field(default_factory=dict)
    traces: list[rec.Trace] = field(default_factory=list)
    trust: dict[str, tuple[TrustItem, ...]] = field(default_factory=dict)
    risk: dict[str, WorkAtRisk] = field(default_factory=dict)
    preview: ch.RewindPreview | None = None
    agent_sessions: dict[tuple[str, str], rec.AgentSession] = field(default_factory=dict)
    changes: dict[str, tuple[ch.FileDiff, ...]] = field(default_factory=dict)
    versions: dict[str, ch.FileVersions] = field(default_factory=dict)
    put_files: dict[str, str] = field(default_factory=dict)
    decisions: defaultdict[str, list[rec.Decision]] = field(default_factory=lambda: defaultdict(list))
    blame: dict[str, Sequence[ch.BlameLine]] = field(default_factory=dict)
    agents: list[AgentInfo] = field(default_factory=list)
    agent_problems: list[str] = field(default_factory=list)
    agent_starts: dict[str, AgentStart] = field(default_factory=dict)
    agent_children: list[AgentChild] = field(default_factory=list)
    catalogue: list[CatalogueAgent] = field(default_factory=list)
    install_output: list[str] = field(default_factory=list)
    skills: list[Skill] = field(default_factory=list)
    workflows: list[WorkflowScript] = field(default_factory=list)
    workflow_places: tuple[str, ...] = ()
    files: list[str] = field(default_factory=list)
    symbols: list[SymbolMention] = field(default_factory=list)
    found_commands: dict[str, Sequence[ev.CommandInfo]] = field(default_factory=dict)
    models: list[ModelInfo] = field(default_factory=list)
    script: Callable[[str], Script] = lambda text: [(0.0, ev.Text(delta=f"You said: {text}"))]
    refusals: dict[str, UserFacingError] = field(default_factory=dict)
    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    clock: Callable[[], float] = time.time
    counter: int = 0

    def new_id(self, kind: str) -> str:
        """Readable ids that rise."""
        self.counter += 1
        return f"{kind}_{self.counter}"

    def note(self, name: str, *args: Any) -> None:
        """Remember a call; refuse it where a test asked for that."""
        self.calls.append((name, args))
        if name in self.refusals:
            raise self.refusals[name]

    def emit(self, chat_id: str, event: ev.AgentEvent, turn_id: str = "") -> ev.Envelope:
        """Store and publish an event, as the recorder does."""
        envelope = ev.Envelope(
            session_id=self.chats[chat_id].session_id,
            chat_id=chat_id,
            turn_id=turn_id or self.turn_ids.get(chat_id, ""),
            seq=len(self.stored[chat_id]) + 1,
            at=self.clock(),
            event=event,
        )
        self.stored[chat_id].append(envelope)
        self.bus.publish(envelope)
        return envelope

    def add_project(self, path: str, *, trusted: bool = False) -> rec.Project:
        """A remembered folder."""
        now = self.clock()
        project = rec.Project(
            id=self.new_id("prj"), path=path, name=Path(path).name, trusted=trusted, created_at=now, opened_at=now
        )
        self.projects[project.id] = project
        return project

    def add_session(self, project_id: str, title: str = "", **fields: Any) -> rec.Session:
        """A session with its worktree and first chat; `fields` are those of `SessionView` and `Session`."""
        now = fields.pop("updated_at", self.clock())
        session = rec.Session(
            id=self.new_id("ses"),
            project_id=project_id,
            title=title,
            isolation=fields.pop("isolation", "worktree"),
            next_turn=fields.pop("next_turn", 1),
            created_at=now,
            updated_at=now,
        )
        self.sessions[session.id] = session
        self.states[session.id] = SessionView(session=session, **{"state": "idle", **fields})
        path = self.projects[project_id].path
        self.worktrees[session.id] = rec.WorktreeRecord(
            session_id=session.id,
            root=f"/data/worktrees/{session.id}" if session.isolation == "worktree" else path,
            project_path=path,
            isolation=session.isolation,
            chain="",
            base="",
            baseline="",
            branch=f"boocode/{'-'.join(title.lower().split()[:3]) or session.id}",
        )
        self.add_chat(session.id, title)
        return session

    def add_chat(self, session_id: str, title: str = "", **fields: Any) -> rec.Chat:
        """A tab of a session."""
        number = 1 + sum(c.session_id == session_id for c in self.chats.values())
        defaults = {"agent": "boocode", "model": "", "effort": ""}
        chat = rec.Chat(
            id=self.new_id("cht"), session_id=session_id, number=number, title=title, **{**defaults, **fields}
        )
        self.chats[chat.id] = chat
        return chat

    def set_state(self, session_id: str, state: rec.SessionState, detail: str = "") -> None:
        """What the sidebar says of a session."""
        self.states[session_id] = replace(self.states[session_id], state=state, detail=detail)

    def play(self, chat_id: str, prompt: str, script: Iterable[ev.AgentEvent], *, status: Any = "completed") -> None:
        """A whole turn at once, for histories."""
        turn = self.begin(chat_id, prompt)
        for event in script:
            self.emit(chat_id, event, turn)
        self.emit(chat_id, ev.TurnFinished(status=status, stop_reason="end_turn", duration_ms=4_200.0), turn)
        self.turn_ids.pop(chat_id, None)

    def begin(self, chat_id: str, prompt: str, images: tuple[ev.ImageRef, ...] = ()) -> str:
        """Open a turn; returns its id."""
        chat = self.chats[chat_id]
        session = self.sessions[chat.session_id]
        self.sessions[session.id] = replace(session, next_turn=session.next_turn + 1, title=session.title or prompt)
        self.turn_ids[chat_id] = turn = self.new_id("trn")
        self.emit(
            chat_id,
            ev.TurnStarted(number=session.next_turn, prompt=prompt, agent=chat.agent, model=chat.model, images=images),
        )
        return turn


class FakeProjects:
    def __init__(self, world: World) -> None:
        self.world = world

    async def overview(self) -> Sequence[ProjectView]:
        self.world.note("projects.overview")
        return [self._view(p) for p in self.world.projects.values()]

    def _view(self, project: rec.Project) -> ProjectView:
        states = [
            replace(self.world.states[s.id], session=s)
            for s in self.world.sessions.values()
            if s.project_id == project.id and not s.archived
        ]
        return ProjectView(project=project, sessions=tuple(states))

    async def inspect(self, folder: Path) -> ch.FolderInfo:
        return ch.FolderInfo(path=str(folder), kind="git", branch="main", dirty=2)

    async def open(self, folder: Path) -> rec.Project:
        self.world.note("projects.open", folder)
        for project in self.world.projects.values():
            if project.path == str(folder):
                return project
        return self.world.add_project(str(folder))

    async def remove(self, project_id: str) -> None:
        self.world.note("projects.remove", project_id)
        del self.world.projects[project_id]

    async def trust_items(self, project_id: str) -> Sequence[TrustItem]:
        return self.world.trust.get(project_id, ())

    async def trust(self, project_id: str) -> rec.Project:
        return self._trusted(project_id, True)

    async def untrust(self, project_id: str) -> rec.Project:
        return self._trusted(project_id, False)

    def _trusted(self, project_id: str, trusted: bool) -> rec.Project:
        self.world.note("projects.trust" if trusted else "projects.untrust", project_id)
        self.world.projects[project_id] = replace(self.world.projects[project_id], trusted=trusted)
        return self.world.projects[project_id]


class FakeSessions:
    def __init__(self, world: World) -> None:
        self.world = world

    async def view(self, session_id: str) -> SessionView:
        if session_id not in self.world.sessions:
            raise NotFoundError(f"There is no session {session_id}.")
        return replace(self.world.states[session_id], session=self.world.sessions[session_id])

    async def create(
        self,
        project_id: str,
        *,
        isolation: rec.Isolation = "worktree",
        title: str = "",
        progress: Callable[[str], None] | None = None,
    ) -> rec.Session:
        self.world.note("sessions.create", project_id)
        if progress is not None:
            progress("copying 3 modified files")
        return self.world.add_session(project_id, title, isolation=isolation)

    async def rename(self, session_id: str, title: str) -> rec.Session:
        self.world.note("sessions.rename", session_id, title)
        return self._put(replace(self.world.sessions[session_id], title=title, title_by_user=True))

    def _put(self, session: rec.Session) -> rec.Session:
        self.world.sessions[session.id] = session
        return session

    async def archive(self, session_id: str) -> None:
        self.world.note("sessions.archive", session_id)
        self._put(replace(self.world.sessions[session_id], archived=True))

    async def restore(self, session_id: str) -> None:
        self.world.note("sessions.restore", session_id)
        self._put(replace(self.world.sessions[session_id], archived=False))

    async def at_risk(self, session_id: str) -> WorkAtRisk:
        return self.world.risk.get(session_id, WorkAtRisk())

    async def delete(self, session_id: str, *, force: bool = False) -> None:
        self.world.note("sessions.delete", session_id, force)
        if self.world.risk.get(session_id, WorkAtRisk()).any and not force:
            raise UserFacingError("The session has unapproved work.", "Approve it, or delete it with force.")
        del self.world.sessions[session_id]


class FakeChats:
    def __init__(self, world: World) -> None:
        self.world = world

    async def views(self, session_id: str) -> Sequence[ChatView]:
        chats = [c for c in self.world.chats.values() if c.session_id == session_id and not c.archived]
        return [self._view(c) for c in sorted(chats, key=lambda c: c.number)]

    def _view(self, chat: rec.Chat) -> ChatView:
        turn = self.world.turn_ids.get(chat.id, "")
        started = next((e.at for e in self.world.stored[chat.id] if turn and e.turn_id == turn), 0.0)
        return ChatView(chat=chat, state="running" if turn else "idle", turn_id=turn, started_at=started)

    async def create(self, session_id: str, *, read_only: bool = False) -> rec.Chat:
        self.world.note("chats.create", session_id, read_only)
        return self.world.add_chat(session_id, read_only=read_only)

    async def configure(
        self,
        chat_id: str,
        *,
        agent: str | None = None,
        model: str | None = None,
        effort: str | None = None,
        mode: str | None = None,
        read_only: bool | None = None,
    ) -> rec.Chat:
        self.world.note("chats.configure", chat_id, agent, model, effort)
        given = {"agent": agent, "model": model, "effort": effort, "mode": mode, "read_only": read_only}
        return self._put(replace(self.world.chats[chat_id], **{k: v for k, v in given.items() if v is not None}))

    def _put(self, chat: rec.Chat) -> rec.Chat:
        self.world.chats[chat.id] = chat
        return chat

    async def rename(self, chat_id: str, title: str) -> rec.Chat:
        self.world.note("chats.rename", chat_id, title)
        return self._put(replace(self.world.chats[chat_id], title=title))

    async def archive(self, chat_id: str) -> None:
        self.world.note("chats.archive", chat_id)
        self._put(replace(self.world.chats[chat_id], archived=True))

    async def restore(self, chat_id: str) -> None:
        self._put(replace(self.world.chats[chat_id], archived=False))

    async def fork(self, chat_id: str, *, turn: int) -> rec.Chat:
        self.world.note("chats.fork", chat_id, turn)
        source = self.world.chats[chat_id]
        return self.world.add_chat(source.session_id, f"{source.title} (fork)", forked_from=chat_id)

    async def entries(self, chat_id: str, *, before: int | None = None, limit: int = 50) -> EntryPage:
        transcript, positions = Transcript(), {}
        for envelope in self.world.stored[chat_id]:
            for key in transcript.apply(envelope):
                positions.setdefault(key, envelope.seq)
        rows = [EntryRow(chat_id=chat_id, position=positions[e.id], entry=e) for e in transcript.listing()]
        rows = [r for r in rows if before is None or r.position < before]
        page = rows[-limit:]
        left = page[0].position if len(rows) > limit else None
        return EntryPage(rows=tuple(page), before=left, last_seq=0 if before else len(self.world.stored[chat_id]))

    async def join(self, chat_id: str, after_seq: int, listener: Callable[[ev.Envelope], None]) -> Subscription:
        for envelope in list(self.world.stored[chat_id]):
            if envelope.seq > after_seq:
                listener(envelope)
        return self.world.bus.subscribe(chat_id, listener)

    def listen(self, chat_id: str, listener: Callable[[ev.Envelope], None]) -> Subscription:
        return self.world.bus.subscribe(chat_id, listener)

    async def standing(self, chat_id: str, agent: str) -> ChatStanding:
        standing, mine = ChatStanding(agent=agent), False
        for event in (e.event for e in self.world.stored[chat_id]):
            mine = event.agent == agent if isinstance(event, ev.TurnStarted) else mine
            match event if mine else None:
                case ev.AgentOpened(how=how, why=why):
                    standing = replace(standing, opened=how, why=why)
                case ev.UsageReported(usage=usage, context_used=used, context_size=size) if used:
                    standing = replace(standing, usage=usage, context_used=used, context_size=size)
                case ev.Commands(commands=commands):
                    standing = replace(standing, commands=commands)
        return standing

    async def found_commands(self, chat_id: str, agent: str) -> Sequence[ev.CommandInfo]:
        return tuple(self.world.found_commands.get(agent, ()))

    async def draft(self, chat_id: str) -> str:
        return self.world.drafts.get(chat_id, "")

    async def save_draft(self, chat_id: str, text: str) -> None:
        self.world.note("chats.save_draft", chat_id, text)
        self.world.drafts[chat_id] = text

    async def attach(self, data: bytes, *, media_type: str, name: str = "") -> ev.ImageRef:
        self.world.note("chats.attach", media_type, name)
        digest = hashlib.sha256(data).hexdigest()
        self.world.images[digest] = data
        return ev.ImageRef(sha256=digest, media_type=media_type, name=name)


class FakeTurns:
    def __init__(self, world: World) -> None:
        self.world = world

    async def send(self, chat_id: str, prompt: Prompt, *, mode: rec.QueueMode = "after_turn") -> Sent:
        self.world.note("turns.send", chat_id, prompt, mode)
        if chat_id in self.world.running:
            return self._enqueue(chat_id, prompt, mode)
        turn = self.world.begin(chat_id, prompt.text, prompt.images)
        self.world.running[chat_id] = asyncio.ensure_future(self._take(chat_id, turn, prompt.text))
        return Sent(turn_id=turn)

    def _enqueue(self, chat_id: str, prompt: Prompt, mode: rec.QueueMode) -> Sent:
        waiting = self.world.queued[chat_id]
        item = rec.QueuedPrompt(
            id=self.world.new_id("que"),
            chat_id=chat_id,
            text=prompt.text,
            mode=mode,
            position=len(waiting),
            images=prompt.images,
        )
        waiting.append(item)
        self._announce(chat_id)
        return Sent(queue_id=item.id)

    async def try_now(self, chat_id: str) -> bool:
        self.world.note("turns.try_now", chat_id)
        return chat_id in self.world.running

    def _announce(self, chat_id: str) -> None:
        waiting = self.world.queued[chat_id]
        self.world.emit(chat_id, ev.QueueChanged(queued=tuple((q.id, q.text, q.mode) for q in waiting)))

    async def _take(self, chat_id: str, turn: str, text: str) -> None:
        status: ev.TurnStatus = "completed"
        self.world.set_state(self.world.chats[chat_id].session_id, "running")
        try:
            for delay, event in self.world.script(text):
                await asyncio.sleep(delay)
                self.world.emit(chat_id, event, turn)
                if isinstance(event, ev.PermissionRequested):
                    await self._ask(chat_id, turn, event)
        except asyncio.CancelledError:
            status = "cancelled"
        self.world.set_state(self.world.chats[chat_id].session_id, "idle")
        self.world.running.pop(chat_id, None)
        self.world.turn_ids.pop(chat_id, None)
        self.world.emit(chat_id, ev.TurnFinished(status=status, duration_ms=1_200.0), turn)
        await self._next(chat_id)

    async def _next(self, chat_id: str) -> None:
        if self.world.queued[chat_id]:
            item = self.world.queued[chat_id].pop(0)
            self._announce(chat_id)
            await self.send(chat_id, Prompt(text=item.text, images=item.images))

    async def _ask(self, chat_id: str, turn: str, event: ev.PermissionRequested) -> None:
        answer: asyncio.Future[ev.PermissionResolved] = asyncio.get_running_loop().create_future()
        self.world.answers[event.request_id] = answer
        session_id = self.world.chats[chat_id].session_id
        self.world.asks[event.request_id] = rec.Ask(
            id=event.request_id,
            session_id=session_id,
            chat_id=chat_id,
            turn_id=turn,
            kind=event.kind,
            body=to_plain(event),
        )
        self.world.set_state(session_id, "waiting", "needs approval")
        resolved = await answer
        self.world.set_state(session_id, "running")
        self.world.emit(chat_id, resolved, turn)

    async def cancel(self, chat_id: str) -> None:
        self.world.note("turns.cancel", chat_id)
        task = self.world.running.get(chat_id)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def running(self, chat_id: str) -> str:
        return self.world.turn_ids.get(chat_id, "")

    async def resume(self, chat_id: str) -> Sent:
        return await self.send(chat_id, Prompt(text="Continue."))

    async def queue(self, chat_id: str) -> Sequence[rec.QueuedPrompt]:
        return tuple(self.world.queued[chat_id])

    async def edit_queued(
        self,
        queue_id: str,
        chat_id: str,
        *,
        text: str | None = None,
        mode: rec.QueueMode | None = None,
        position: int | None = None,
    ) -> None:
        self.world.note("turns.edit_queued", queue_id, text, mode)
        waiting = self.world.queued[chat_id]
        for i, item in enumerate(waiting):
            if item.id == queue_id:
                waiting[i] = replace(item, text=text or item.text, mode=mode or item.mode)
        if position is not None:
            item = next(q for q in waiting if q.id == queue_id)
            waiting.remove(item)
            waiting.insert(max(0, position), item)
        self._announce(chat_id)

    async def remove_queued(self, queue_id: str, chat_id: str) -> None:
        self.world.note("turns.remove_queued", queue_id)
        self.world.queued[chat_id] = [q for q in self.world.queued[chat_id] if q.id != queue_id]
        self._announce(chat_id)


class FakeQuestions:
    def __init__(self, world: World) -> None:
        self.world = world

    async def open(self, *, chat_id: str = "", session_id: str = "") -> Sequence[rec.Ask]:
        asks = [a for a in self.world.asks.values() if a.answer is None]
        return [a for a in asks if chat_id in ("", a.chat_id) and session_id in ("", a.session_id)]

    async def answer(self, request_id: str, *, option_id: str = "", text: str = "") -> None:
        self.world.note("questions.answer", request_id, option_id, text)
        resolved = ev.PermissionResolved(request_id=request_id, option_id=option_id, text=text)
        if request_id not in self.world.asks:
            raise NotFoundError("The question is gone.")
        self.world.asks[request_id] = replace(self.world.asks[request_id], answer=to_plain(resolved))
        self.world.answers[request_id].set_result(resolved)

    async def answered(self, *, limit: int = 50) -> Sequence[rec.Ask]:
        return [a for a in reversed(self.world.asks.values()) if a.answer is not None][:limit]

    async def rules(self, scopes: Sequence[str] = ("",)) -> Sequence[rec.PermissionRule]:
        return [rule for rule in self.world.rules.values() if rule.scope in scopes]

    async def add_rule(self, effect: str, pattern: str, *, scope: str = "") -> rec.PermissionRule:
        self.world.note("questions.add_rule", effect, pattern, scope)
        rule = rec.PermissionRule(id=self.world.new_id("rul"), effect=effect, pattern=pattern, scope=scope)  # type: ignore[arg-type]
        self.world.rules[rule.id] = rule
        return rule

    async def remove_rule(self, rule_id: str) -> None:
        self.world.note("questions.remove_rule", rule_id)
        del self.world.rules[rule_id]


class FakeReview:
    def __init__(self, world: World) -> None:
        self.world = world

    async def changes(self, session_id: str, *, scope: ch.Scope = "session") -> Sequence[ch.FileChange]:
        return [d.change for d in self._diffs(session_id, scope)]

    async def diff(self, session_id: str, path: str, *, scope: ch.Scope = "session", context: int = 3) -> ch.FileDiff:
        found = next((d for d in self._diffs(session_id, scope) if d.change.path == path), None)
        if found is None:
            raise NotFoundError(f"{path} does not differ.", "")
        return found

    async def versions(self, session_id: str, path: str, *, scope: ch.Scope = "session") -> ch.FileVersions:
        self.world.note("review.versions", session_id, path, scope)
        return self.world.versions.get(path, ch.FileVersions(before=None, after=None))

    def _diffs(self, session_id: str, scope: ch.Scope) -> tuple[ch.FileDiff, ...]:
        """The session's, unless a test gave a scope its own."""
        own = self.world.changes.get(session_id, ())
        return self.world.changes.get(f"{session_id} {scope}", own)

    async def approve(
        self, session_id: str, path: str = "", hunk: int | ch.Hunk | None = None, *, watch: ch.Watch = ch.unwatched
    ) -> ch.ReviewResult:
        return self._decide("approved", session_id, path, hunk)

    async def reject(
        self, session_id: str, path: str = "", hunk: int | ch.Hunk | None = None, *, watch: ch.Watch = ch.unwatched
    ) -> ch.ReviewResult:
        return self._decide("rejected", session_id, path, hunk)

    def _decide(self, status: ch.FileStatus, session_id: str, path: str, seen: int | ch.Hunk | None) -> ch.ReviewResult:
        hunk = seen.index if isinstance(seen, ch.Hunk) else seen
        self.world.note(f"review.{status}", session_id, path, hunk)
        diffs = self.world.changes.get(session_id, ())
        decided = tuple(d.change.path for d in diffs if path in ("", d.change.path))
        self.world.changes[session_id] = tuple(
            replace(
                d,
                change=replace(d.change, status=status if hunk is None or len(d.hunks) == 1 else "partly"),
                hunks=tuple(h for h in d.hunks if hunk is not None and h.index != hunk),
            )
            if d.change.path in decided
            else d
            for d in diffs
        )
        return ch.ReviewResult(decided=decided, decision_ids=(self.world.new_id("dec"),))

    async def put_file(self, session_id: str, path: str, text: str, *, dry_run: bool = False) -> ch.PutFile:
        self.world.note("review.put_file", session_id, path, text, dry_run)
        known = self.world.put_files.get(path)
        if not dry_run:
            self.world.put_files[path] = text
        return ch.PutFile(path=path, existed=known is not None, added=text.count("\n") + 1, same=known == text)

    async def reverse(self, session_id: str, path: str) -> ch.ReviewResult:
        self.world.note("review.reverse", session_id, path)
        return ch.ReviewResult(decided=(path,))

    async def undo(self, session_id: str, decision_id: str = "") -> ch.ReviewResult:
        self.world.note("review.undo", session_id, decision_id)
        return ch.ReviewResult()

    async def decisions(self, session_id: str) -> Sequence[rec.Decision]:
        return self.world.decisions[session_id]

    async def checkpoints(self, session_id: str) -> Sequence[rec.CheckpointRecord]:
        return ()

    async def blame(self, session_id: str, path: str) -> Sequence[ch.BlameLine]:
        self.world.note("review.blame", session_id, path)
        return self.world.blame.get(path, ())

    async def commit_plan(self, session_id: str) -> ch.CommitPlan:
        self.world.note("review.commit_plan", session_id)
        paths = {d.change.path: "modified" for d in self._diffs(session_id, "session") if d.change.status == "approved"}
        return ch.CommitPlan(
            branch="main", author="Boo <boo@example.org>", operations=paths, left={}, message="Fix flaky retry test"
        )

    async def commit(self, session_id: str, message: str) -> ch.Committed:
        self.world.note("review.commit", session_id, message)
        plan = await self.commit_plan(session_id)
        return ch.Committed(
            commit="4e1b7a2c", branch="main", summary=message, paths=tuple(plan.operations), left=plan.left
        )

    async def rewind_preview(self, session_id: str, to_turn: int) -> ch.RewindPreview:
        return self.world.preview or ch.RewindPreview(to_turn=to_turn, files=(), lost={})

    async def rewind(self, session_id: str, to_turn: int, *, watch: ch.Watch = ch.unwatched) -> ch.RewindPreview:
        self.world.note("review.rewind", session_id, to_turn)
        return await self.rewind_preview(session_id, to_turn)

    async def undo_rewind(self, session_id: str, *, watch: ch.Watch = ch.unwatched) -> ch.RewindPreview:
        self.world.note("review.undo_rewind", session_id)
        return ch.RewindPreview(to_turn=0, files=(), lost={})


class FakeLedger:
    def __init__(self, world: World) -> None:
        self.world = world

    async def traces(self, chat_id: str, *, turn: int | None = None, limit: int = 50, cursor: str = "") -> TracePage:
        return TracePage(traces=tuple(t for t in self.world.traces if t.chat_id == chat_id), next_cursor=None)

    async def usage(self, *, chat_id: str = "", session_id: str = "", project_id: str = "") -> Usage:
        total = Usage()
        for chat in self.world.chats.values():
            if chat_id in ("", chat.id) and session_id in ("", chat.session_id):
                for envelope in self.world.stored[chat.id]:
                    if isinstance(envelope.event, ev.UsageReported):
                        total = total + envelope.event.usage
        return total


class FakeAgents:
    def __init__(self, world: World) -> None:
        self.world = world

    def snapshot(self, *, scripted: bool = False) -> Sequence[AgentInfo]:
        return tuple(a for a in self.world.agents if scripted or not a.scripted)

    async def refresh(self) -> Sequence[AgentInfo]:
        self.world.note("agents.refresh")
        return self.snapshot()

    @property
    def problems(self) -> Sequence[str]:
        return tuple(self.world.agent_problems)

    async def probe(self, name: str, *, force: bool = False) -> AgentInfo:
        self.world.note("agents.probe", name, force)
        return self._agent(name)

    async def diagnose(self, name: str) -> str:
        self.world.note("agents.diagnose", name)
        info = self._agent(name)
        return f"{info.label} ({info.name}): {info.state}\n{info.problem or info.detail}"

    async def set_enabled(self, name: str, on: bool) -> AgentInfo:
        self.world.note("agents.set_enabled", name, on)
        state: AgentState = "ready" if on else "disabled"
        return self._put(replace(self._agent(name), enabled=on, state=state))

    async def add(self, name: str, command: Sequence[str] = (), **options: Any) -> AgentInfo:
        self.world.note("agents.add", name, tuple(command))
        known = {agent.name: agent for agent in self.world.catalogue}
        if not command and name not in known:
            raise UserFacingError(f"No command is known for “{name}”.", "Give its command.")
        words = tuple(command) or known[name].command
        return self._put(AgentInfo(name=name, label=name, state="ready", source="agents.toml", command=words))

    def start_of(self, name: str) -> AgentStart:
        self._agent(name)
        return self.world.agent_starts.get(name, AgentStart(command=(name, "acp")))

    async def change(self, name: str, **parts: Any) -> AgentInfo:
        self.world.note("agents.change", name, parts)
        return self._put(replace(self._agent(name), changed=True))

    async def end_child(self, pid: int) -> None:
        self.world.note("agents.end_child", pid)
        self.world.agent_children[:] = [child for child in self.world.agent_children if child.pid != pid]

    async def remove(self, name: str) -> None:
        self.world.note("agents.remove", name)
        self.world.agents.remove(self._agent(name))

    def catalogue(self) -> Sequence[CatalogueAgent]:
        return tuple(self.world.catalogue)

    async def install(self, name: str) -> AsyncGenerator[str, None]:
        self.world.note("agents.install", name)
        for line in self.world.install_output:
            yield line

    async def in_terminal(self, name: str, environ: Any) -> Any:
        raise NotFoundError(f"{name} has no program for a terminal here.")

    def children(self) -> Sequence[AgentChild]:
        return tuple(self.world.agent_children)

    def _agent(self, name: str) -> AgentInfo:
        for agent in self.world.agents:
            if agent.name == name:
                return agent
        raise NotFoundError(f"There is no agent {name}.")

    def _put(self, info: AgentInfo) -> AgentInfo:
        names = [agent.name for agent in self.world.agents]
        if info.name in names:
            self.world.agents[names.index(info.name)] = info
        else:
            self.world.agents.append(info)
        return info

    def get(self, name: str) -> Any:
        raise NotFoundError(f"There is no agent {name}.")

    async def close(self) -> None:
        """Nothing to end."""


class FakeModels:
    def __init__(self, world: World) -> None:
        self.world = world

    async def available(self) -> Sequence[ModelInfo]:
        return tuple(self.world.models)

    async def client(self, model: str = "", base_url: str = "") -> Any:
        raise UserFacingError("The fake has no model.")

    async def close(self) -> None:
        """Nothing to close."""


class FakeStore:
    """The few things the window asks the store for directly."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def setting(self, key: str) -> Any:
        return self.world.settings.get(key)

    async def set_setting(self, key: str, value: Any) -> None:
        self.world.note("store.set_setting", key)
        self.world.settings[key] = value

    async def chat(self, chat_id: str) -> rec.Chat | None:
        return self.world.chats.get(chat_id)

    async def chats(self, session_id: str, *, archived: bool | None = False) -> Sequence[rec.Chat]:
        return [c for c in self.world.chats.values() if c.session_id == session_id and archived in (None, c.archived)]

    async def chat_titles(self, limit: int) -> Sequence[rec.ChatTitle]:
        open_chats = [c for c in self.world.chats.values() if not c.archived and c.title]
        found = [c for c in open_chats if not self.world.sessions[c.session_id].archived]
        return [
            rec.ChatTitle(id=c.id, session_id=c.session_id, number=c.number, title=c.title)
            for c in sorted(found, key=lambda c: -c.updated_at)[:limit]
        ]

    async def agent_session(self, chat_id: str, agent: str) -> rec.AgentSession | None:
        return self.world.agent_sessions.get((chat_id, agent))

    async def project(self, project_id: str) -> rec.Project | None:
        return self.world.projects.get(project_id)

    async def session(self, session_id: str) -> rec.Session | None:
        return self.world.sessions.get(session_id)

    async def sessions(self, *, project_id: str = "", archived: bool | None = False) -> Sequence[rec.Session]:
        return [
            s
            for s in self.world.sessions.values()
            if project_id in ("", s.project_id) and archived in (None, s.archived)
        ]

    async def attachment(self, sha256: str) -> bytes:
        return self.world.images[sha256]

    async def projects(self) -> Sequence[rec.Project]:
        return list(self.world.projects.values())

    async def entries(self, chat_id: str, *, before: int | None = None, limit: int = 50) -> EntryPage:
        return await FakeChats(self.world).entries(chat_id, before=before, limit=limit)

    async def worktree(self, session_id: str) -> rec.WorktreeRecord | None:
        return self.world.worktrees.get(session_id)

    async def turns(self, *, chat_id: str = "", session_id: str = "") -> Sequence[rec.Turn]:
        chats = [c for c in self.world.chats.values() if chat_id in ("", c.id) and session_id in ("", c.session_id)]
        return [turn for chat in chats for turn in self._turns_of(chat)]

    def _turns_of(self, chat: rec.Chat) -> list[rec.Turn]:
        turns: dict[str, rec.Turn] = {}
        for envelope in self.world.stored[chat.id]:
            event, key = envelope.event, envelope.turn_id
            if isinstance(event, ev.TurnStarted):
                turns[key] = rec.Turn(
                    id=key,
                    session_id=chat.session_id,
                    chat_id=chat.id,
                    number=event.number,
                    prompt=event.prompt,
                    agent=event.agent,
                )
            elif isinstance(event, ev.TurnFinished) and key in turns:
                turns[key] = replace(turns[key], status=event.status)
        return list(turns.values())

    async def count_turns(self, chat_id: str) -> int:
        return len(self._turns_of(self.world.chats[chat_id]))


class FakeMentions:
    """Searches the paths of `World.files`, and symbols that are given."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def find(self, session_id: str, query: str, *, limit: int = 12, fresh: bool = False) -> Mentions:
        self.world.note("mentions.find", session_id, query, fresh)
        hits = FuzzyIndex(self.world.files).find(query, limit)
        files = tuple(FileMention(path=self.world.files[hit.index], positions=hit.positions) for hit in hits)
        symbols = tuple(s for s in self.world.symbols if query and query.lower() in s.name.lower())
        return Mentions(files=files, symbols=symbols, files_in_all=len(self.world.files), took_ms=8.0)

    async def close(self) -> None:
        """Nothing looks."""


class FakeSkills:
    """`front.SkillShelf`: those of a project count where the world's session's project is trusted."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def of_session(self, session_id: str) -> Skills:
        project = self.world.projects[self.world.sessions[session_id].project_id]
        approved = frozenset(s.digest for s in self.world.skills) if project.trusted else frozenset()
        return sorted_out(self.world.skills, approved)


class FakeWorkflows:
    """`front.Workflows`: those of a folder are trusted with it."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def of_session(self, session_id: str) -> WorkflowShelf:
        self.world.note("workflows.of_session", session_id)
        project = self.world.projects[self.world.sessions[session_id].project_id]
        approved = {s.source: s.digest for s in self.world.workflows} if project.trusted else None
        scripts = tuple(with_trust(self.world.workflows, approved))
        return WorkflowShelf(
            scripts=scripts, places=self.world.workflow_places, own=str(Path.home() / ".config/boocode/workflows")
        )

    async def of_folder(self, folder: Path) -> WorkflowShelf:
        return WorkflowShelf(scripts=tuple(self.world.workflows))


class FakeTerminals:
    """Real shells would need a real folder; tests that want them bring a `TerminalDesk`."""

    def __init__(self, world: World) -> None:
        self.world = world

    def listing(self) -> Sequence[Any]:
        return ()

    async def open(self, *, session_id: str = "", cwd: Path | None = None, name: str = "", agent: str = "") -> Any:
        self.world.note("terminals.open", session_id, cwd, name, agent)
        raise UserFacingError("The fake has no terminal.")

    async def restart(self, terminal_id: str) -> Any:
        raise NotFoundError("This terminal is closed.")

    def rename(self, terminal_id: str, name: str) -> None:
        self.world.note("terminals.rename", terminal_id, name)

    async def close_terminal(self, terminal_id: str) -> None:
        self.world.note("terminals.close_terminal", terminal_id)


def front_of(world: World) -> Front:
    """A `Front` over a world."""
    store: Any = FakeStore(world)
    return Front(
        bus=world.bus,
        store=store,
        projects=FakeProjects(world),
        sessions=FakeSessions(world),
        chats=FakeChats(world),
        turns=FakeTurns(world),
        questions=FakeQuestions(world),
        review=FakeReview(world),
        ledger=FakeLedger(world),
        agents=FakeAgents(world),
        models=FakeModels(world),
        terminals=FakeTerminals(world),
        mentions=FakeMentions(world),
        skills=FakeSkills(world),
        workflows=FakeWorkflows(world),
    )
