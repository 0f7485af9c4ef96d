"""The tour: a scripted agent repairs a small sample project. The agent's judgement is a script; the rest is real."""

import asyncio
import secrets
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.agents.tour import AGENT_NAME, PROMPT, copy_sample
from boocode_desktop.app.core import Core
from boocode_desktop.cli.arguments import DONE, FAILED
from boocode_desktop.cli.commands import say_diff
from boocode_desktop.cli.output import say
from boocode_desktop.cli.turn_printer import TurnPrinter
from boocode_desktop.config.resources import resource_path
from boocode_desktop.domain.changes import FileChange
from boocode_desktop.domain.events import Envelope, PermissionRequested
from boocode_desktop.domain.records import Project
from boocode_desktop.orchestrator.ports.agents import Prompt

FOLDER = "tea-timer"


@dataclass(frozen=True, slots=True, kw_only=True)
class TourPlace:
    """Where the tour plays."""

    project: Project
    session_id: str
    chat_id: str


async def begin_tour(core: Core) -> TourPlace:
    """A fresh copy of the sample project with a session whose agent is the scripted one; earlier ones are removed."""
    await remove_tours(core)
    folder = core.paths.home / "tour" / secrets.token_hex(4) / FOLDER
    await asyncio.to_thread(_make_sample, folder)
    project = await core.front.projects.open(folder)
    session = await core.front.sessions.create(project.id, title="Tour: the tea timer")
    chat = (await core.store.chats(session.id))[0]
    await core.front.chats.configure(chat.id, agent=AGENT_NAME)
    return TourPlace(project=project, session_id=session.id, chat_id=chat.id)


def _make_sample(folder: Path) -> None:
    # Late, because it brings the git library with it; this runs in a thread.
    from boocode_desktop.workspace.new_repository import start_repository

    folder.parent.mkdir(parents=True)
    copy_sample(resource_path("."), folder)
    start_repository(folder, "The tea timer")


async def remove_tours(core: Core) -> None:
    """Take away what earlier tours left: their sessions, their projects and their folders."""
    root = core.paths.home / "tour"
    for project in await core.store.projects():
        if not Path(project.path).is_relative_to(root):
            continue
        for session in await core.store.sessions(project_id=project.id, archived=None):
            await core.front.sessions.delete(session.id, force=True)
        await core.front.projects.remove(project.id)
    await asyncio.to_thread(shutil.rmtree, root, ignore_errors=True)


@dataclass(slots=True)
class Guide:
    """Leads through the tour in a terminal. Without one it answers for the person and says so."""

    core: Core
    place: TourPlace
    printer: TurnPrinter
    interactive: bool

    async def lead(self) -> int:
        """From the prompt to the reviewed change; the exit code."""
        await self._play()
        if self.printer.status != "completed":
            say("The turn did not complete; nothing of it reached the sample project's folder.")
            return FAILED
        changes = await self.core.front.review.changes(self.place.session_id)
        await self._review(changes)
        say(WINDOW_WORD)
        return DONE

    async def _play(self) -> None:
        asks: asyncio.Queue[PermissionRequested] = asyncio.Queue()

        def hear(envelope: Envelope) -> None:
            self.printer.hear(envelope)
            if isinstance(envelope.event, PermissionRequested):
                asks.put_nowait(envelope.event)

        subscription = await self.core.front.chats.join(self.place.chat_id, 0, hear)
        answering = asyncio.create_task(self._answer(asks), name="tour answers")
        try:
            await self.core.front.turns.send(self.place.chat_id, Prompt(text=PROMPT))
            await self.printer.ended.wait()
            await self.core.turns.drain()
        finally:
            answering.cancel()
            subscription.cancel()

    async def _answer(self, asks: "asyncio.Queue[PermissionRequested]") -> None:
        while True:
            request = await asks.get()
            say(f"\n? {request.title}")
            if request.argv:
                say(f"    argv  {' | '.join(request.argv)}\n    in    {request.cwd}")
            allow = next((o for o in request.options if o.effect == "allow_once"), request.options[0])
            deny = next((o for o in request.options if o.effect == "deny"), request.options[-1])
            yes = await self._yes(f"  {allow.label}? [Y/n] ")
            await self.core.front.questions.answer(request.request_id, option_id=(allow if yes else deny).id)

    async def _yes(self, question: str) -> bool:
        if not self.interactive:
            say(f"{question}yes (no terminal: the tour answers for you)")
            return True
        sys.stdout.write(question)
        sys.stdout.flush()
        line = await asyncio.to_thread(sys.stdin.readline)
        return line.strip().lower() in ("", "y", "yes")

    async def _review(self, changes: Sequence[FileChange]) -> None:
        review, session = self.core.front.review, self.place.session_id
        say(f"\nThe review: {len(changes)} changed files wait in a copy. The sample project's folder is untouched.\n")
        for change in changes:
            say_diff(await review.diff(session, change.path), None)
            if await self._yes(f"  Approve {change.path}? [Y/n] "):
                result = await review.approve(session, change.path)
                for path, why in (result.conflicts or {}).items():
                    say(f"  conflict in {path}: {why}")
            else:
                await review.reject(session, change.path)
            say()
        approved = [c.path for c in await review.changes(session) if c.status == "approved"]
        say(f"Now in the folder: {', '.join(approved) or 'nothing'}.")


WINDOW_WORD = """
That was the main job: ask, watch, review, keep. With your own repository:
  boocode run -C DIR --base-url URL PROMPT     in a terminal
  boocode                                      in a window, where there is a display
"""


async def tour_in_terminal(core: Core) -> int:
    """Play the tour here; the sample project and its session are removed at the end."""
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    say("The BooCode tour. The agent is a script: no model, no network. Its process, its edits, the test run and the")
    say("review are real, on a small sample project that is removed at the end.\n")
    place = await begin_tour(core)
    say(f"> {PROMPT}\n")
    try:
        return await Guide(core, place, TurnPrinter(False), interactive).lead()
    finally:
        await core.turns.close()
        await remove_tours(core)
