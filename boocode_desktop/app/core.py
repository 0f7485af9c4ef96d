"""Everything behind the front ends, wired: one `Core` per process."""

import asyncio
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from boocode_desktop.agents.command_files import CommandFolders
from boocode_desktop.agents.confining import AgentConfiner
from boocode_desktop.agents.deferred import DeferredAgent
from boocode_desktop.agents.making import ONE_SHOT_FOLDER, QUIET_FOLDER
from boocode_desktop.agents.pool_policy import PoolLimits
from boocode_desktop.agents.registry import Registry
from boocode_desktop.agents.skill_files import SkillFolders
from boocode_desktop.app.late_parts import LateParts
from boocode_desktop.app.late_terminals import LateTerminals
from boocode_desktop.config.paths import Paths
from boocode_desktop.config.settings_file import SettingsFile
from boocode_desktop.llm.secrets import Secrets
from boocode_desktop.orchestrator.bus import Bus
from boocode_desktop.orchestrator.chats import ChatDesk
from boocode_desktop.orchestrator.checkpoints import Checkpoints
from boocode_desktop.orchestrator.front import Front, MentionFinder, Workflows
from boocode_desktop.orchestrator.leases import Leases
from boocode_desktop.orchestrator.ledger import LedgerDesk
from boocode_desktop.orchestrator.ports.agents import Agent
from boocode_desktop.orchestrator.ports.models import ModelCatalog
from boocode_desktop.orchestrator.ports.upkeep import WorktreeCare
from boocode_desktop.orchestrator.ports.workspace import Workspace
from boocode_desktop.orchestrator.projects import ProjectDesk, TrustDesk
from boocode_desktop.orchestrator.questions import Policy, QuestionDesk
from boocode_desktop.orchestrator.recorder import Recorder
from boocode_desktop.orchestrator.recovery import settle_orphans
from boocode_desktop.orchestrator.review import ReviewDesk
from boocode_desktop.orchestrator.sessions import SessionDesk
from boocode_desktop.orchestrator.skills import SkillDesk
from boocode_desktop.orchestrator.turns import DEFAULT_AGENT, TurnDesk, TurnOptions
from boocode_desktop.orchestrator.upkeep import UpkeepDesk
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.engine import LocalEngine
from boocode_desktop.processes.process_identity import ProcessIdentity, is_alive, this_process
from boocode_desktop.processes.sandbox import SandboxLauncher
from boocode_desktop.processes.sandbox_agents import AgentLauncher
from boocode_desktop.storage.opening import OpenReport, open_store
from boocode_desktop.storage.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from boocode_desktop.llm.catalog import Catalog
    from boocode_desktop.orchestrator.mentions import MentionDesk
    from boocode_desktop.orchestrator.terminals import TerminalDesk

_log = logging.getLogger(__name__)
# A program that speaks ACP and plays the tour in place of the scripted agent.
TOUR_AGENT = "BOOCODE_TOUR_AGENT"

PART_S = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreOptions:
    """What a front end decides about its process.

    `attended`: a person can answer questions in it. `show_first`: it says by `core.late.begin()` when heavy parts may
    be loaded, because something is to be shown before.
    """

    attended: bool
    policy: Policy = "ask"
    base_url: str = ""
    max_wait_s: float | None = None
    wait_for_lease: bool = False
    tour_executable: str = ""
    tour_pace: float = 1.0
    show_first: bool = False


@dataclass(slots=True, kw_only=True)
class Core:
    """The wired program. `close()` interrupts what runs, ends children and writes what waits."""

    paths: Paths
    settings: SettingsFile
    front: Front
    store: SqliteStore
    recorder: Recorder
    turns: TurnDesk
    engine: LocalEngine
    secrets: Secrets
    catalog: "Catalog"
    upkeep: "asyncio.Task[None] | None"
    report: OpenReport
    late: LateParts
    terminals: LateTerminals
    notes: list[str] = field(default_factory=list)

    async def close(self) -> None:
        """Bounded: nothing here waits longer than a few seconds."""
        if self.upkeep is not None:
            self.upkeep.cancel()
        for part in (
            self.turns.close(),
            self.front.agents.close(),
            self.terminals.close(),
            self.engine.stop(),
            self.catalog.close(),
            *([self.front.mentions.close()] if self.front.mentions else []),
            self.recorder.flush(),
        ):
            try:
                await asyncio.wait_for(part, PART_S)
            except Exception:
                _log.exception("a part of the program did not close")
        await self.store.close()


def _alive(pid: int, started: str) -> bool:
    return is_alive(ProcessIdentity(pid=pid, started=started))


async def open_core(paths: Paths, options: CoreOptions) -> Core:
    """Open the database, settle what a crash left, and wire the parts.

    Raises:
        UserFacingError: the database cannot be used; the message says what was kept.
    """
    settings = SettingsFile(paths.settings_file)
    store, report = await open_store(paths.database_dir, attachments=paths.attachments)
    children = Children(paths.run)
    swept = await children.sweep()
    await settle_orphans(store, _alive)
    engine = LocalEngine(children=children, run_dir=paths.run)
    secrets = Secrets(paths.keys_file)
    late = LateParts()
    if not options.show_first:
        late.begin()
    catalog: Catalog = late.part(lambda: _catalog(settings, engine, paths, secrets))
    workspace: Workspace = late.part(lambda: _workspace(paths))
    care: WorktreeCare = late.part(lambda: _care(paths))
    mentions: MentionFinder = late.part(lambda: _mentions(store))
    upkeep = UpkeepDesk(store=store, care=care)
    bus = Bus()
    recorder = Recorder(store, bus)
    registry = Registry(
        DeferredAgent(DEFAULT_AGENT, lambda: _native_agent(settings, paths, catalog, store)),
        settings_folder=paths.settings_file.parent,
        run_folder=paths.run,
        data_folder=paths.agents,
        launcher=SandboxLauncher(private=_private(paths), readable=(_own_skills(paths),)),
        confiner=_confiner(settings, paths),
        tour_executable=options.tour_executable or os.environ.get(TOUR_AGENT, ""),
        tour_pace=options.tour_pace,
        pool_limits=lambda: _pool_limits(settings),
    )
    checkpoints, leases, trust = Checkpoints(store, workspace), Leases(paths.locks), TrustDesk(store)
    questions = QuestionDesk(
        store,
        attended=options.attended,
        policy=options.policy,
        commands=lambda: settings.value.permission_default,
    )
    chats = ChatDesk(
        store=store, bus=bus, recorder=recorder, agents=registry, command_files=CommandFolders(Path.home())
    )
    skill_files = SkillFolders(Path.home(), _own_skills(paths))
    skills = SkillDesk(store=store, trust=trust, files=skill_files, commands=chats.known_commands)
    turns = TurnDesk(
        store=store,
        recorder=recorder,
        questions=questions,
        agents=registry,
        workspace=workspace,
        checkpoints=checkpoints,
        leases=leases,
        trust=trust,
        options=_turn_options(settings, options),
        skills=skills,
    )
    sessions = SessionDesk(
        store=store,
        workspace=workspace,
        trust=trust,
        leases=leases,
        agents=registry,
        live_here=turns.live,
        recorder=recorder,
        worktree_limit=lambda: settings.value.worktree_limit,
    )
    terminals = LateTerminals(lambda: _terminals(children, checkpoints, registry))
    front = Front(
        bus=bus,
        store=store,
        projects=ProjectDesk(store, workspace, trust, sessions.views),
        sessions=sessions,
        chats=chats,
        turns=turns,
        questions=questions,
        review=ReviewDesk(
            store=store, workspace=workspace, checkpoints_of=checkpoints, leases=leases, recorder=recorder
        ),
        ledger=LedgerDesk(store),
        agents=registry,
        models=catalog,
        upkeep=upkeep,
        terminals=terminals,
        mentions=mentions,
        skills=skills,
        workflows=late.part(lambda: _workflows(paths, store, trust)),
    )
    return Core(
        paths=paths,
        settings=settings,
        front=front,
        store=store,
        recorder=recorder,
        turns=turns,
        engine=engine,
        secrets=secrets,
        catalog=catalog,
        # A window lives for days; commands come and go, and people wait for them.
        upkeep=asyncio.create_task(upkeep.daily(), name="upkeep") if options.show_first else None,
        report=report,
        late=late,
        terminals=terminals,
        notes=[*settings.problems, *registry.problems, *filter(None, (report.message, swept.words))],
    )


# What follows is imported late: none of it is needed to show what was on screen last.


def _catalog(settings: SettingsFile, engine: LocalEngine, paths: Paths, secrets: Secrets) -> "Catalog":
    from boocode_desktop.app.engine_address import engine_address
    from boocode_desktop.llm.catalog import Catalog

    return Catalog(lambda: settings.value, lambda: engine_address(engine, paths.run), secrets)


def _terminals(children: Children, checkpoints: Checkpoints, agents: Registry) -> "TerminalDesk":
    from boocode_desktop.orchestrator.terminals import TerminalDesk

    return TerminalDesk(children, checkpoints.root, agents.in_terminal)


def _mentions(store: SqliteStore) -> "MentionDesk":
    from boocode_desktop.orchestrator.mentions import MentionDesk
    from boocode_desktop.tools.file_listing import RipgrepLister

    return MentionDesk(store, RipgrepLister())


def _workflows(paths: Paths, store: SqliteStore, trust: TrustDesk) -> Workflows:
    from boocode_desktop.orchestrator.workflows import WorkflowDesk
    from boocode_desktop.workflows.folders import WorkflowFolders

    files = WorkflowFolders(Path.home(), paths.settings_file.parent / "workflows")
    return WorkflowDesk(store=store, trust=trust, files=files)


def _workspace(paths: Paths) -> Workspace:
    from boocode_desktop.workspace.git_workspace import GitWorkspace

    return GitWorkspace(paths.home)


def _care(paths: Paths) -> WorktreeCare:
    from boocode_desktop.workspace.care import DataFolderCare

    return DataFolderCare(paths.home)


def _native_agent(settings: SettingsFile, paths: Paths, catalog: ModelCatalog, store: SqliteStore) -> Agent:
    from boocode_desktop.agents.native.agent import NativeAgent, NativeOptions
    from boocode_desktop.orchestrator.tabs import TabDesk
    from boocode_desktop.tools.registry import BuiltinToolbox

    launcher = SandboxLauncher(private=_private(paths), readable=(_own_skills(paths),))
    toolbox = BuiltinToolbox(launcher=launcher, run_dir=paths.run, tabs=TabDesk(store))

    def options() -> NativeOptions:
        wanted = settings.value
        return NativeOptions(step_limit=wanted.step_limit, after_write=wanted.after_write)

    return NativeAgent(catalog, toolbox, options)


def _own_skills(paths: Paths) -> Path:
    """The person's skills for every project and agent."""
    return paths.settings_file.parent / "skills"


def _private(paths: Paths) -> tuple[Path, ...]:
    """What is ours, which no agent and no command of one gets to see; the worktree in use is shown all the same."""
    parts = (paths.database_dir, paths.worktrees, paths.checkpoints, paths.attachments, paths.logs, paths.run)
    # The parts too: where the person's home folder was chosen as ours, it is not hidden as a whole.
    return (paths.home, *parts, paths.keys_file, paths.settings_file.parent)


def _confiner(settings: SettingsFile, paths: Paths) -> AgentConfiner:
    launcher = AgentLauncher(
        private=_private(paths),
        scratch=paths.run / "agents" / "scratch",
    )
    return AgentConfiner(
        launcher=launcher,
        default=lambda: settings.value.agent_sandbox,
        environ=os.environ,
        readable=(paths.run / "agents" / QUIET_FOLDER, paths.run / "agents" / ONE_SHOT_FOLDER, _own_skills(paths)),
    )


def _pool_limits(settings: SettingsFile) -> PoolLimits:
    wanted = settings.value
    return PoolLimits(
        idle_ttl_s=wanted.agent_idle_minutes * 60.0,
        max_live=wanted.agent_max_live,
        memory_bytes=wanted.agent_memory_mb * 1_000_000,
    )


def _turn_options(settings: SettingsFile, options: CoreOptions) -> TurnOptions:
    return TurnOptions(
        default_agent=lambda: settings.value.default_agent,
        base_url=options.base_url,
        max_wait_s=options.max_wait_s,
        wait_for_lease=options.wait_for_lease,
        owner_started=this_process().started,
    )
