"""Sessions: made with their worktree, named, archived, and deleted only when nothing would be lost unseen."""

import asyncio
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.records import Chat, Isolation, Session, SessionState, Turn, WorktreeRecord
from boocode_desktop.orchestrator.agent_memory import forget_chats
from boocode_desktop.orchestrator.checkpoints import YOU, Checkpoints
from boocode_desktop.orchestrator.leases import Leases
from boocode_desktop.orchestrator.ports.agents import AgentRegistry
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.ports.workspace import WorkAtRisk, Workspace
from boocode_desktop.orchestrator.projects import TrustDesk
from boocode_desktop.orchestrator.recorder import Recorder
from boocode_desktop.orchestrator.views import SessionView
from boocode_desktop.orchestrator.worktree_setup import run_setup
from boocode_desktop.processes.process_identity import ProcessIdentity, is_alive

WORKTREE_LIMIT = 50
"""Sessions with a worktree of their own at the same time, unless the settings say otherwise."""


def worktree_ceiling(sessions: Sequence[Session], limit: int) -> str:
    """What to do where one more worktree would be too many; "" where it is not."""
    live = sorted((s for s in sessions if s.isolation == "worktree" and not s.archived), key=lambda s: s.updated_at)
    if len(live) < limit:
        return ""
    oldest = ", ".join(f"{s.id} ({s.title or 'without a title'})" for s in live[:3])
    return (
        f"Archive one that you do not need now; its work is kept and can be restored. Not used for longest: {oldest}. "
        "Or work in place, or raise `worktree_limit` in the settings."
    )


def _silent(_line: str) -> None:
    """Progress that nobody watches."""


def session_state(turns: Sequence[Turn], waiting: int) -> tuple[SessionState, str]:
    """A session's state and its word for people, from its open turns, its last one and the open questions."""
    running = [t for t in turns if t.status is None]
    if running and waiting:
        return "waiting", "needs you"
    if running:
        return "running", "running"
    if not turns:
        return "idle", "new"
    last = max(turns, key=lambda t: t.number)
    if last.status == "completed":
        return "done", "done"
    if last.status in ("failed", "interrupted"):
        return last.status, last.status
    return "idle", "stopped"


def session_view(session: Session, turns: Sequence[Turn], waiting: int, here: Set[str]) -> SessionView:
    """A session as the sidebar shows it: `turns` are its open ones and the last, `here` the ids of our own."""
    state, detail = session_state(turns, waiting)
    last = max(turns, key=lambda t: t.number, default=None)
    return SessionView(
        session=session,
        state=state,
        detail=detail,
        waiting=waiting,
        agent=last.agent if last else "",
        model=last.model if last else "",
        elsewhere=any(t.status is None and t.id not in here for t in turns),
    )


def _as_it_is(turn: Turn) -> Turn:
    """A turn whose program died meanwhile is interrupted, though nobody has written that down yet."""
    if turn.status is not None or turn.owner_pid == os.getpid():
        return turn
    owner = ProcessIdentity(pid=turn.owner_pid, started=turn.owner_started)
    return turn if is_alive(owner) else replace(turn, status="interrupted")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDesk:
    """Implements `front.Sessions`."""

    store: Store
    workspace: Workspace
    trust: TrustDesk
    leases: Leases
    agents: AgentRegistry
    live_here: Callable[[], list[Turn]]
    recorder: Recorder
    worktree_limit: Callable[[], int] = lambda: WORKTREE_LIMIT

    async def need(self, session_id: str) -> Session:
        """The session of an id.

        Raises:
            NotFoundError: there is none.
        """
        session = await self.store.session(session_id)
        if session is None:
            raise NotFoundError(f"There is no session {session_id}.", "`boocode sessions list` shows them.")
        return session

    async def view(self, session_id: str) -> SessionView:
        """A session with its state."""
        return (await self._views([await self.need(session_id)], session_id))[0]

    async def views(self) -> Sequence[SessionView]:
        """All sessions that are not archived, last used first, in the same few queries however many there are."""
        return await self._views(await self.store.sessions(), "")

    async def _views(self, sessions: Sequence[Session], session_id: str) -> Sequence[SessionView]:
        asks, still_open, newest = await asyncio.gather(
            self.store.open_asks(session_id=session_id),
            self.store.open_turns(),
            self.store.newest_turns(session_id=session_id),
        )
        waiting = Counter(a.session_id for a in asks)
        turns: defaultdict[str, dict[str, Turn]] = defaultdict(dict)
        for turn in (*still_open, *newest):
            turns[turn.session_id][turn.id] = _as_it_is(turn)
        here = {t.id for t in self.live_here()}
        return [session_view(s, tuple(turns[s.id].values()), waiting[s.id], here) for s in sessions]

    async def create(
        self,
        project_id: str,
        *,
        isolation: Isolation = "worktree",
        title: str = "",
        progress: Callable[[str], None] | None = None,
    ) -> Session:
        """A session with its worktree, checkpoint 0 and a first chat.

        Raises:
            UserFacingError: the folder cannot carry a worktree, or there are too many; the hint offers a way out.
        """
        project = await self.trust.need(project_id)
        if isolation == "worktree":
            await self._refuse_too_many()
        session_id, now = new_id("ses"), time.time()
        trusted = await self.trust.trusted(project_id)
        worktree, base = await self.workspace.create(
            session_id,
            Path(project.path),
            isolation,
            trusted=trusted,
            progress=progress or _silent,
        )
        session = Session(
            id=session_id,
            project_id=project_id,
            title=title,
            isolation=isolation,
            created_at=now,
            updated_at=now,
            title_by_user=bool(title),
        )
        await self.store.save(session, worktree, replace(base, created_at=base.created_at or now))
        number = await self.store.allocate_chat(session_id)
        chat = Chat(id=new_id("cht"), session_id=session_id, number=number, title="", created_at=now, updated_at=now)
        await self.store.save(chat, durable=True)
        if trusted and isolation == "worktree":
            (progress or _silent)("Running the setup command")
            notice = await run_setup(Path(project.path), Path(worktree.root))
            if notice is not None:
                await self.recorder.chat(session_id, chat.id).emit(notice)
        return session

    async def rename(self, session_id: str, title: str) -> Session:
        """Give a session a name of the person's own."""
        title = " ".join(title.split())
        if not title:
            raise UserFacingError("The name is empty.", "The old one was kept.")
        session = replace(await self.need(session_id), title=title, title_by_user=True)
        await self.store.save(session)
        return session

    async def archive(self, session_id: str) -> None:
        """Put a session away: its history stays, its work is kept as a patch, on its branch and in its checkpoints,
        and the disk that its worktree takes is given back.

        Raises:
            UserFacingError: a turn runs, or the work could not be kept; then nothing was put away.
        """
        await self.need(session_id)
        self._refuse_live(session_id)
        lease = await self.leases.acquire(session_id, "archiving the session")
        try:
            await self._forget_agents(session_id)
            worktree = await self._archive_work(session_id)
            await self.store.save(replace(await self.need(session_id), archived=True), durable=True)
            if worktree is not None:
                await self.workspace.free(worktree)
        finally:
            await lease.release()

    async def _archive_work(self, session_id: str) -> WorktreeRecord | None:
        """Keep the work of a session that has a worktree to give back."""
        worktree = await self.store.worktree(session_id)
        if worktree is None or worktree.isolation != "worktree":
            return None
        if not await asyncio.to_thread(Path(worktree.root).is_dir):
            return None
        checkpoints = Checkpoints(self.store, self.workspace)
        await checkpoints.settle(session_id)
        number = (await self.need(session_id)).next_turn
        head = await checkpoints.take(session_id, turn=number, phase="before", author=YOU)
        await self.workspace.archive(worktree, head)
        return worktree

    async def restore(self, session_id: str) -> None:
        """Take a session out of the archive, its worktree as it was.

        Raises:
            UserFacingError: the worktree cannot be made again, or there are too many; the session stays archived.
        """
        session = await self.need(session_id)
        if session.archived and session.isolation == "worktree":
            await self._refuse_too_many()
        lease = await self.leases.acquire(session_id, "restoring the session")
        try:
            worktree = await self.store.worktree(session_id)
            if worktree is not None and await self.workspace.is_archived(worktree):
                head = await Checkpoints(self.store, self.workspace).head(session_id)
                await self.store.save(await self.workspace.recreate(worktree, head))
            await self.store.save(replace(await self.need(session_id), archived=False), durable=True)
        finally:
            await lease.release()

    async def _refuse_too_many(self) -> None:
        limit = self.worktree_limit()
        way_out = worktree_ceiling(await self.store.sessions(), limit)
        if way_out:
            raise UserFacingError(
                f"There are {limit} sessions with a worktree already, and no more are wanted.", way_out
            )

    async def at_risk(self, session_id: str) -> WorkAtRisk:
        """What deleting the session would lose."""
        worktree = await self.store.worktree(session_id)
        if worktree is None:
            return WorkAtRisk()
        checkpoints = await self.store.checkpoints(session_id)
        return await self.workspace.at_risk(worktree, checkpoints, await self.store.decisions(session_id))

    async def delete(self, session_id: str, *, force: bool = False) -> None:
        """Delete a session, its worktree and its checkpoints.

        Raises:
            UserFacingError: a turn runs, or work would be lost and `force` is off.
        """
        await self.need(session_id)
        self._refuse_live(session_id)
        lease = await self.leases.acquire(session_id, "deleting the session")
        try:
            if not force:
                await self._refuse_loss(session_id)
            await self._forget_agents(session_id)
            worktree = await self.store.worktree(session_id)
            if worktree is not None:
                await self.workspace.remove(worktree)
            await self.store.delete_session(session_id)
        finally:
            await lease.release()

    async def _refuse_loss(self, session_id: str) -> None:
        risk = await self.at_risk(session_id)
        if risk.any:
            files = ", ".join(risk.unapproved[:5]) + (" …" if len(risk.unapproved) > 5 else "")
            detail = risk.detail or f"not approved: {files}"
            hint = f"At risk: {detail}. Approve or reject it first, or delete with --force. Nothing was deleted."
            raise UserFacingError("This session holds work that is nowhere else.", hint)

    def _refuse_live(self, session_id: str) -> None:
        if any(t.session_id == session_id for t in self.live_here()):
            raise UserFacingError("A turn is running in this session.", "Stop it first.")

    async def _forget_agents(self, session_id: str) -> None:
        chats = await self.store.chats(session_id, archived=None)
        await forget_chats(self.store, self.agents, [chat.id for chat in chats])
