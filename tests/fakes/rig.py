"""The orchestrator over the real database and real git, with an agent whose judgement a test writes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from boocode_desktop.agents.skill_files import SkillFolders
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.domain.records import Chat, Session
from boocode_desktop.orchestrator.bus import Bus
from boocode_desktop.orchestrator.chats import ChatDesk
from boocode_desktop.orchestrator.checkpoints import Checkpoints
from boocode_desktop.orchestrator.leases import Leases
from boocode_desktop.orchestrator.ports.agents import Agent, AgentInfo, Prompt, TurnHost, TurnResult
from boocode_desktop.orchestrator.projects import ProjectDesk, TrustDesk
from boocode_desktop.orchestrator.questions import Policy, QuestionDesk
from boocode_desktop.orchestrator.recorder import Recorder
from boocode_desktop.orchestrator.review import ReviewDesk
from boocode_desktop.orchestrator.sessions import SessionDesk
from boocode_desktop.orchestrator.skills import SkillDesk
from boocode_desktop.orchestrator.turns import TurnDesk, TurnOptions
from boocode_desktop.storage.opening import open_store
from boocode_desktop.storage.sqlite_store import SqliteStore
from boocode_desktop.workspace.git_workspace import GitWorkspace

Script = Callable[[TurnHost, Prompt], Awaitable[TurnResult | None]]


@dataclass(slots=True)
class WrittenAgent:
    """An agent that plays a coroutine of the test and remembers what it was asked."""

    name: str
    script: Script
    prompts: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    async def prompt(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        self.prompts.append(prompt.text)
        return await self.script(host, prompt) or TurnResult()

    async def forget(self, chat_id: str) -> None:
        self.forgotten.append(chat_id)

    async def close(self) -> None:
        return


@dataclass(slots=True)
class Agents:
    """A registry of written agents."""

    known: dict[str, Agent]

    def snapshot(self, *, scripted: bool = False) -> Sequence[AgentInfo]:
        return [AgentInfo(name=n, label=n, state="ready") for n in self.known]

    async def refresh(self) -> Sequence[AgentInfo]:
        return self.snapshot()

    def get(self, name: str) -> Agent:
        if name not in self.known:
            raise NotFoundError(f"There is no agent {name}.")
        return self.known[name]

    async def close(self) -> None:
        return


@dataclass(slots=True, kw_only=True)
class Rig:
    """Everything wired, with one session and one chat."""

    store: SqliteStore
    bus: Bus
    recorder: Recorder
    questions: QuestionDesk
    turns: TurnDesk
    chats: ChatDesk
    sessions: SessionDesk
    review: ReviewDesk
    projects: ProjectDesk
    session: Session
    chat: Chat
    folder: Path
    heard: list[ev.Envelope] = field(default_factory=list)

    async def ask(self, text: str) -> list[ev.AgentEvent]:
        """Send a prompt, wait until nothing runs, and return the events of that time."""
        start = len(self.heard)
        await self.turns.send(self.chat.id, Prompt(text=text))
        await self.turns.drain()
        return [e.event for e in self.heard[start:]]

    async def root(self) -> Path:
        """The session's working folder."""
        worktree = await self.store.worktree(self.session.id)
        assert worktree is not None
        return Path(worktree.root)

    async def until(self, kind: type[ev.AgentEvent]) -> ev.AgentEvent:
        """The next event of a kind."""
        found: asyncio.Future[ev.AgentEvent] = asyncio.get_running_loop().create_future()

        def hear(envelope: ev.Envelope) -> None:
            if isinstance(envelope.event, kind) and not found.done():
                found.set_result(envelope.event)

        subscription = self.bus.subscribe("", hear)
        try:
            return await asyncio.wait_for(found, 20)
        finally:
            subscription.cancel()


@asynccontextmanager
async def rig(
    home: Path,
    folder: Path,
    *agents: WrittenAgent,
    attended: bool = True,
    policy: Policy = "ask",
    commands: Callable[[], Policy] = lambda: "ask",
    waits: bool = False,
    person: Path | None = None,
) -> AsyncIterator[Rig]:
    """A wired orchestrator over `folder`, which must be a git repository; `person` is the home with their skills."""
    store, _report = await open_store(home / "database")
    bus, workspace = Bus(), GitWorkspace(home)
    recorder, trust = Recorder(store, bus), TrustDesk(store)
    registry = Agents({a.name: a for a in agents})
    questions = QuestionDesk(store, attended=attended, policy=policy, commands=commands)
    checkpoints, leases = Checkpoints(store, workspace), Leases(home / "locks")
    (home / "locks").mkdir(parents=True, exist_ok=True)
    chats = ChatDesk(store=store, bus=bus, recorder=recorder, agents=registry)
    person = person or home / "person"
    skill_files = SkillFolders(person, person / "own")
    turns = TurnDesk(
        store=store, recorder=recorder, questions=questions, agents=registry, workspace=workspace,
        checkpoints=checkpoints, leases=leases, trust=trust,
        options=TurnOptions(default_agent=lambda: agents[0].name, wait_for_lease=waits),
        skills=SkillDesk(store=store, trust=trust, files=skill_files, commands=chats.known_commands),
    )  # fmt: skip
    sessions = SessionDesk(
        store=store, workspace=workspace, trust=trust, leases=leases, agents=registry,
        live_here=turns.live,
        recorder=recorder,
    )  # fmt: skip
    projects = ProjectDesk(store, workspace, trust, sessions.views)
    project = await projects.open(folder)
    session = await sessions.create(project.id)
    made = Rig(
        store=store, bus=bus, recorder=recorder, questions=questions, turns=turns,
        chats=chats, sessions=sessions,
        review=ReviewDesk(
            store=store, workspace=workspace, checkpoints_of=checkpoints, leases=leases, recorder=recorder
        ),
        projects=projects, session=session, chat=(await store.chats(session.id))[0], folder=folder,
    )  # fmt: skip
    bus.subscribe("", made.heard.append)
    try:
        yield made
    finally:
        await turns.close()
        await store.close()
