"""Prompts and what becomes of them: the queue, the lease of the worktree, and one turn from prompt to end."""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from boocode_desktop.config.agent_profiles import instructions
from boocode_desktop.domain import events as ev
from boocode_desktop.domain import records as rec
from boocode_desktop.domain.errors import AdapterError, BooCodeError, NotFoundError, UserFacingError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.orchestrator.checkpoints import YOU, Checkpoints
from boocode_desktop.orchestrator.feedback import FEEDBACK_CODE, feedback_of, with_feedback
from boocode_desktop.orchestrator.host import Host
from boocode_desktop.orchestrator.leases import Lease, Leases
from boocode_desktop.orchestrator.ports.agents import AgentRegistry, Prompt, TurnResult
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.ports.workspace import Workspace
from boocode_desktop.orchestrator.projects import TrustDesk
from boocode_desktop.orchestrator.questions import QuestionDesk
from boocode_desktop.orchestrator.recorder import ChatRecorder, Recorder
from boocode_desktop.orchestrator.recovery import settle_orphans
from boocode_desktop.orchestrator.skills import SkillDesk, with_skill
from boocode_desktop.orchestrator.titles import title_of
from boocode_desktop.orchestrator.views import Sent
from boocode_desktop.processes.process_identity import ProcessIdentity, is_alive

_log = logging.getLogger(__name__)
RESUME_PROMPT = "Continue where you were interrupted."
DEFAULT_AGENT = "boocode"


def _owner_alive(pid: int, started: str) -> bool:
    return pid == os.getpid() or is_alive(ProcessIdentity(pid=pid, started=started))


@dataclass(slots=True, kw_only=True)
class _Running:
    """A turn of this process."""

    turn: rec.Turn
    chat: rec.Chat
    session: rec.Session | None
    recorder: ChatRecorder
    lease: Lease
    started: float
    task: asyncio.Task[None] | None = None
    cancelled: bool = False
    ending: bool = False
    host: Host | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOptions:
    """What this process gives to every turn: limits and overrides from its command line or settings."""

    default_agent: Callable[[], str] = lambda: DEFAULT_AGENT
    base_url: str = ""
    max_wait_s: float | None = None
    wait_for_lease: bool = False
    owner_started: str = ""


def _used(session: rec.Session, prompt: str, now: float) -> rec.Session:
    """The session with its last use, and with a title if it had none."""
    title = session.title if session.title or session.title_by_user else title_of(prompt)
    return replace(session, title=title, updated_at=now)


class TurnDesk:
    """Starts, queues, cancels and resumes turns. One writing turn per session, one turn per chat."""

    def __init__(
        self,
        *,
        store: Store,
        recorder: Recorder,
        questions: QuestionDesk,
        agents: AgentRegistry,
        workspace: Workspace,
        checkpoints: Checkpoints,
        leases: Leases,
        trust: TrustDesk,
        options: TurnOptions,
        skills: SkillDesk | None = None,
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._questions = questions
        self._agents = agents
        self._workspace = workspace
        self._checkpoints = checkpoints
        self._leases = leases
        self._trust = trust
        self._options = options
        self._skills = skills
        self._running: dict[str, _Running] = {}
        self._starting: set[str] = set()
        self._followers: set[asyncio.Task[None]] = set()
        self._closing = False

    def running(self, chat_id: str) -> str:
        """The id of the chat's running turn, or ""."""
        found = self._running.get(chat_id)
        return found.turn.id if found else ""

    def live(self) -> list[rec.Turn]:
        """Turns that run in this process."""
        return [r.turn for r in self._running.values()]

    async def send(self, chat_id: str, prompt: Prompt, *, mode: rec.QueueMode = "after_turn") -> Sent:
        """Start a turn, or queue the prompt when one runs or waits in this chat or writes in this session.

        Raises:
            UserFacingError: the prompt is empty, the chat is archived, or another process holds the session.
        """
        if not prompt.text.strip() and not prompt.images:
            raise UserFacingError("The prompt is empty.", "Write what should be done.")
        chat, waiting = await asyncio.gather(self._need_chat(chat_id), self._store.queue(chat_id))
        if chat.archived:
            raise UserFacingError("This chat is archived.", "Restore it first.")
        if self._occupied(chat) or waiting:
            queued = await self._enqueue(chat, prompt, mode)
            if mode == "interrupt" and chat_id in self._running:
                await self.cancel(chat_id)
            elif not self._occupied(chat):
                return await self._start_next(chat.session_id, chat.id) or Sent(queue_id=queued.id)
            return Sent(queue_id=queued.id)
        return await self._start(chat, prompt)

    def _occupied(self, chat: rec.Chat) -> bool:
        if chat.id in self._running or chat.session_id in self._starting:
            return True
        writing = any(r.chat.session_id == chat.session_id and not r.chat.read_only for r in self._running.values())
        return writing and not chat.read_only

    async def _enqueue(self, chat: rec.Chat, prompt: Prompt, mode: rec.QueueMode) -> rec.QueuedPrompt:
        queue = await self._store.queue(chat.id)
        first, last = (queue[0].position, queue[-1].position) if queue else (0, 0)
        queued = rec.QueuedPrompt(
            id=new_id("que"),
            chat_id=chat.id,
            text=prompt.text,
            images=prompt.images,
            mode=mode,
            position=first - 1 if mode == "interrupt" else last + 1,
            created_at=time.time(),
        )
        await self._store.save(queued, durable=True)
        await self._publish_queue(chat.session_id, chat.id)
        return queued

    async def _publish_queue(self, session_id: str, chat_id: str) -> None:
        queue = await self._store.queue(chat_id)
        event = ev.QueueChanged(queued=tuple((q.id, q.text, q.mode) for q in queue))
        await self._recorder.chat(session_id, chat_id).emit(event)

    async def queue(self, chat_id: str) -> Sequence[rec.QueuedPrompt]:
        """Messages that wait in a chat, in order."""
        return await self._store.queue(chat_id)

    async def edit_queued(
        self,
        queue_id: str,
        chat_id: str,
        *,
        text: str | None = None,
        mode: rec.QueueMode | None = None,
        position: int | None = None,
    ) -> None:
        """Change a waiting message; `position` is its place among those that wait, an interrupting one is first.

        Raises:
            NotFoundError: it was delivered or removed meanwhile.
        """
        chat = await self._need_chat(chat_id)
        waiting = list(await self._store.queue(chat_id))
        found = next((q for q in waiting if q.id == queue_id), None)
        if found is None:
            raise NotFoundError("This message does not wait any more.", "It was delivered or removed.")
        changed = replace(
            found,
            text=found.text if text is None else text,
            mode=found.mode if mode is None else mode,
        )
        place = 0 if mode == "interrupt" and position is None else position
        await self._store.save(*([changed] if place is None else moved(waiting, changed, place)))
        await self._publish_queue(chat.session_id, chat_id)
        if mode == "interrupt" and chat_id in self._running:
            await self.cancel(chat_id)

    async def remove_queued(self, queue_id: str, chat_id: str) -> None:
        """Take a message out of the queue."""
        chat = await self._need_chat(chat_id)
        await self._store.delete_queued(queue_id)
        await self._publish_queue(chat.session_id, chat_id)

    async def resume(self, chat_id: str) -> Sent:
        """Continue after an interruption.

        Raises:
            UserFacingError: a turn runs already, or there is nothing to continue.
        """
        chat = await self._need_chat(chat_id)
        if self._occupied(chat):
            raise UserFacingError("A turn is running already.", "Wait for it or stop it.")
        await settle_orphans(self._store, _owner_alive)
        turns = await self._store.turns(chat_id=chat_id)
        if not turns or turns[-1].status not in ("interrupted", "cancelled", "failed"):
            raise UserFacingError("Nothing was interrupted here.", "Send a prompt instead.")
        answers = await self._late_answers(turns[-1])
        return await self._start(chat, Prompt(text="\n".join([RESUME_PROMPT, *answers])))

    async def _late_answers(self, turn: rec.Turn) -> list[str]:
        """Answers given after the interruption, in words for the agent."""
        lines = []
        for entry in await self._store.entries_of_turn(turn.id):
            asked = await self._store.ask(entry.entry.id) if entry.entry.kind == "ask" else None
            answer = asked.answer if asked else None
            if asked and answer and asked.kind != "tool" and answer.get("by") == "user":
                labels = {o["id"]: o["label"] for o in asked.body.get("options", [])}
                said = answer.get("text") or labels.get(answer.get("option_id", ""), "")
                lines.append(f"You had asked: {asked.body.get('title', '')} The answer: {said}")
        return lines

    async def cancel(self, chat_id: str) -> None:
        """Stop the running turn; returns when it has ended."""
        found = self._running.get(chat_id)
        if found is None or found.task is None:
            return
        found.cancelled = True
        await self._questions.withdraw(chat_id)
        if not found.ending:
            found.task.cancel()
        await asyncio.wait([found.task])

    async def try_now(self, chat_id: str) -> bool:
        """Cut the wait before the next try of a request short.

        Returns:
            False when nothing waits that can be cut short.
        """
        found = self._running.get(chat_id)
        return found is not None and found.host is not None and await found.host.try_now()

    async def drain(self) -> None:
        """Wait until nothing runs in this process."""
        while tasks := [r.task for r in self._running.values() if r.task is not None] + list(self._followers):
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """Interrupt what runs; bounded by the caller."""
        self._closing = True
        tasks = [r.task for r in self._running.values() if r.task is not None]
        for task in (*(r.task for r in self._running.values() if r.task and not r.ending), *self._followers):
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _need_chat(self, chat_id: str) -> rec.Chat:
        chat = await self._store.chat(chat_id)
        if chat is None:
            raise NotFoundError(f"There is no chat {chat_id}.", "`boocode chats list` shows them.")
        return chat

    async def _start(self, chat: rec.Chat, prompt: Prompt) -> Sent:
        if not chat.read_only:
            self._starting.add(chat.session_id)
        try:
            what = f"a turn in chat {chat.number}"
            lease = await self._leases.acquire(
                chat.session_id, what, wait=self._options.wait_for_lease, shared=chat.read_only
            )
            try:
                # The lease may have come from a program that died with it: its turn ends before ours begins.
                await settle_orphans(self._store, _owner_alive)
                return await self._begin(chat, prompt, lease)
            except BaseException:
                await lease.release()
                raise
        finally:
            self._starting.discard(chat.session_id)

    async def _begin(self, chat: rec.Chat, prompt: Prompt, lease: Lease) -> Sent:
        worktree, session = await asyncio.gather(
            self._checkpoints.worktree(chat.session_id), self._store.session(chat.session_id)
        )
        agent = chat.agent or self._options.default_agent()
        now = time.time()
        turn = rec.Turn(
            id=new_id("trn"),
            session_id=chat.session_id,
            chat_id=chat.id,
            number=await self._store.allocate_turn(chat.session_id),
            prompt=prompt.text,
            agent=agent,
            model=chat.model,
            started_at=now,
            owner_pid=os.getpid(),
            owner_started=self._options.owner_started,
            images=prompt.images,
        )
        recorder = self._recorder.chat(chat.session_id, chat.id)
        await recorder.begin(
            turn,
            ev.TurnStarted(
                number=turn.number,
                prompt=prompt.text,
                agent=agent,
                model=chat.model,
                worktree=worktree.root,
                images=prompt.images,
            ),
            extra=() if session is None else (_used(session, prompt.text, now),),
        )
        running = _Running(
            turn=turn, chat=chat, session=session, recorder=recorder, lease=lease, started=time.monotonic()
        )
        self._running[chat.id] = running
        running.task = asyncio.create_task(self._run(running, prompt), name=f"turn {turn.id}")
        return Sent(turn_id=turn.id)

    async def _run(self, running: _Running, prompt: Prompt) -> None:
        """One turn, from its first checkpoint to `TurnFinished`. Nothing leaves it but a log line."""
        status: ev.TurnStatus = "failed"
        reason = "error"
        try:
            result = await self._take_turn(running, prompt)
            status, reason = result.status, result.stop_reason
        except asyncio.CancelledError:
            status, reason = ("cancelled", "cancelled") if running.cancelled else ("interrupted", "closed")
        except (UserFacingError, AdapterError) as error:
            await self._report(running, error.message, error.hint)
        except Exception:
            _log.exception("turn %s failed", running.turn.id)
            hint = "The log has the details. What was done so far is kept."
            await self._report(running, "BooCode made a mistake and ended this turn.", hint)
        # From here on a cancellation would only take away the turn's end.
        running.ending = True
        try:
            await self._finish(running, status, reason)
        except Exception:
            _log.exception("turn %s could not be closed properly", running.turn.id)
        finally:
            self._running.pop(running.chat.id, None)
            await running.lease.release()
        if not self._closing:
            self._follow(running, status)

    def _follow(self, running: _Running, status: ev.TurnStatus) -> None:
        follower = asyncio.create_task(self._deliver_next(running, status), name=f"after {running.turn.id}")
        self._followers.add(follower)
        follower.add_done_callback(self._followers.discard)

    async def _deliver_next(self, running: _Running, status: ev.TurnStatus) -> None:
        """After a completed turn the queue goes on; after another end only an interrupting message does."""
        try:
            queue = await self._store.queue(running.chat.id)
            if status == "completed" or (queue and queue[0].mode == "interrupt"):
                await self._start_next(running.chat.session_id, running.chat.id)
            else:
                self._recorder.release(running.chat.id)
        except BooCodeError as error:
            _log.warning("the queue of chat %s waits: %s", running.chat.id, error)

    async def _start_next(self, session_id: str, first_chat: str) -> Sent | None:
        """Start the oldest waiting message of a session, the given chat's first."""
        chats = sorted(await self._store.chats(session_id), key=lambda c: c.id != first_chat)
        for chat in chats:
            for queued in await self._store.queue(chat.id):
                if self._occupied(chat):
                    break
                if await self._store.delete_queued(queued.id):
                    sent = await self._start(chat, Prompt(text=queued.text, images=queued.images))
                    await self._publish_queue(session_id, chat.id)
                    return sent
        return None

    async def _take_turn(self, running: _Running, prompt: Prompt) -> TurnResult:
        turn, chat, session, recorder = running.turn, running.chat, running.session, running.recorder
        agent = self._agents.get(turn.agent)
        if not chat.read_only:
            await self._checkpoint_before(running)
        note, worktree, kept, trusted = await asyncio.gather(
            self._feedback(running),
            self._checkpoints.worktree(chat.session_id),
            self._store.agent_session(chat.id, turn.agent),
            self._trusted(session),
        )
        if note:
            await recorder.emit(ev.Notice(message=note, code=FEEDBACK_CODE))
        root = Path(worktree.root)
        skill = await self._skill(chat, turn.agent, root, prompt.text)
        if skill is not None:
            await recorder.emit(skill)
        scopes = (chat.session_id, session.project_id) if session else (chat.session_id,)
        host = Host(
            session_id=chat.session_id,
            chat_id=chat.id,
            turn_id=turn.id,
            number=turn.number,
            root=root,
            model=chat.model,
            effort=chat.effort,
            mode=chat.mode,
            base_url=self._options.base_url,
            read_only=chat.read_only,
            trusted=trusted,
            instructions=await self._instructions(session, trusted),
            max_wait_s=self._options.max_wait_s,
            agent_session=kept or rec.AgentSession(chat_id=chat.id, agent=turn.agent),
            scopes=scopes,
            store=self._store,
            recorder=recorder,
            questions=self._questions,
            publish_queue=lambda: self._publish_queue(chat.session_id, chat.id),
            skill_of=lambda text: self._skill(chat, turn.agent, root, text),
        )
        running.host = host
        told = with_skill(skill.told if skill else "", prompt.text)
        return await agent.prompt(host, replace(prompt, text=with_feedback(note, told)))

    async def _skill(self, chat: rec.Chat, agent: str, root: Path, text: str) -> ev.Notice | None:
        return await self._skills.notice(chat, agent, root, text) if self._skills else None

    async def _trusted(self, session: rec.Session | None) -> bool:
        return await self._trust.trusted(session.project_id) if session else False

    async def _instructions(self, session: rec.Session | None, trusted: bool) -> str:
        """AGENTS.md of the project folder itself: the worktree's copy is in the agents' reach."""
        project = await self._store.project(session.project_id) if session and trusted else None
        if project is None:
            return ""
        return await asyncio.to_thread(instructions, Path(project.path), trusted=True)

    async def _checkpoint_before(self, running: _Running) -> None:
        turn = running.turn
        if await self._checkpoints.bring_back(turn.session_id):
            words = "The session's folder was deleted; it was made again from its last checkpoint."
            await running.recorder.emit(ev.Notice(message=words, level="warn", code="worktree_recreated"))
        await self._checkpoints.settle(turn.session_id, before=turn.number)
        made = await self._checkpoints.take(turn.session_id, turn=turn.number, phase="before", author=YOU)
        if made.turn_number == turn.number:
            await running.recorder.emit(ev.CheckpointMade(id=made.id, files=made.files))

    async def _feedback(self, running: _Running) -> str:
        decisions = await self._store.decisions(running.chat.session_id)
        if not decisions:
            return ""
        turns = [t for t in await self._store.turns(chat_id=running.chat.id) if t.id != running.turn.id]
        since = max((t.finished_at or t.started_at for t in turns), default=0.0)
        return feedback_of(decisions, since)

    async def _report(self, running: _Running, message: str, hint: str) -> None:
        event = ev.Error(message=message, hint=hint)
        try:
            await running.recorder.emit(event)
        except BooCodeError:
            await running.recorder.abandon(event)

    async def _finish(self, running: _Running, status: ev.TurnStatus, reason: str) -> None:
        recorder, turn = running.recorder, running.turn
        if not running.chat.read_only and not self._closing:
            await self._checkpoint_after(running)
        duration = (time.monotonic() - running.started) * 1000
        finished = ev.TurnFinished(status=status, stop_reason=reason, duration_ms=duration)
        try:
            await recorder.emit(finished)
        except BooCodeError as error:
            _log.error("the end of turn %s is not stored: %s", turn.id, error)
            await recorder.abandon(finished)

    async def _checkpoint_after(self, running: _Running) -> None:
        """The closing checkpoint, the audit of the repository, and the word that changes may be new."""
        recorder, turn = running.recorder, running.turn
        try:
            made = await self._checkpoints.take(turn.session_id, turn=turn.number, phase="after", author=turn.agent)
            await recorder.emit(ev.CheckpointMade(id=made.id, files=made.files))
            worktree, sentences = await self._workspace.audit(await self._checkpoints.worktree(turn.session_id))
            if sentences:
                await self._store.save(worktree)
            for sentence in sentences:
                await recorder.emit(ev.Notice(message=sentence, level="warn", code="repository_changed"))
            await recorder.emit(ev.ChangesUpdated(files=len(made.files)))
        except (UserFacingError, AdapterError) as error:
            await self._report(running, error.message, error.hint)


def moved(waiting: Sequence[rec.QueuedPrompt], item: rec.QueuedPrompt, place: int) -> Sequence[rec.QueuedPrompt]:
    """The messages with one of them at another place, numbered anew from where they began."""
    others = [q for q in waiting if q.id != item.id]
    others.insert(max(0, place), item)
    start = min(q.position for q in waiting)
    return [replace(q, position=start + n) for n, q in enumerate(others)]
