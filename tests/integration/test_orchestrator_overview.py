"""What the sidebar reads: every session's state, in the same few queries however many there are."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from boocode_desktop.domain import records as rec
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost
from boocode_desktop.processes.process_identity import this_process
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, WrittenAgent, rig


def play(tmp_path: Path, scenario: Callable[[Rig], Awaitable[None]]) -> None:
    """A scenario on a rig whose agent does nothing."""

    async def nothing(_host: TurnHost, _prompt: Prompt) -> None:
        return

    async def run() -> None:
        folder = make_repository(tmp_path / "repository", {"a.py": "x = 1\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", nothing)) as made:
            await scenario(made)

    asyncio.run(run())


async def add(made: Rig, name: str, *turns: rec.TurnStatus | None, pid: int | None = None) -> list[rec.Turn]:
    """A session with turns of these states, the open ones owned by this process unless said otherwise."""
    session = replace(made.session, id=name, title=name)
    chat = replace(made.chat, id=f"chat of {name}", session_id=name)
    owner = {"owner_pid": os.getpid() if pid is None else pid, "owner_started": this_process().started}
    made_turns = [
        rec.Turn(
            id=f"{name} {n}", session_id=name, chat_id=chat.id, number=n, prompt="p", agent=f"agent {n}", status=status,
            **owner,
        )
        for n, status in enumerate(turns, 1)
    ]  # fmt: skip
    await made.store.save(session, chat, *made_turns)
    return made_turns


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that reach the database."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_every_session_says_how_it_stands(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        await add(made, "done", "failed", "completed")
        await add(made, "failed", "completed", "failed")
        await add(made, "stopped", "completed", "cancelled")
        await add(made, "running", "completed", None)
        await add(made, "older one runs", None, "completed")
        await add(made, "died", "completed", None, pid=2**22 + 1)
        await add(made, "waiting", None)
        await made.store.save(
            rec.Ask(id="q", session_id="waiting", chat_id="chat of waiting", turn_id="waiting 1", kind="tool", body={})
        )
        (project,) = await made.projects.overview()
        found = {v.session.id: (v.state, v.detail, v.waiting, v.agent) for v in project.sessions}
        assert found == {
            made.session.id: ("idle", "new", 0, ""),
            "done": ("done", "done", 0, "agent 2"),
            "failed": ("failed", "failed", 0, "agent 2"),
            "stopped": ("idle", "stopped", 0, "agent 2"),
            "running": ("running", "running", 0, "agent 2"),
            "older one runs": ("running", "running", 0, "agent 2"),
            "died": ("interrupted", "interrupted", 0, "agent 2"),
            "waiting": ("waiting", "needs you", 1, "agent 1"),
        }
        for view in project.sessions:
            assert await made.sessions.view(view.session.id) == view

    play(tmp_path, scenario)


def test_a_turn_of_another_program_is_elsewhere(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        await add(made, "theirs", None)
        views = {v.session.id: v.elsewhere for v in await made.sessions.views()}
        assert views == {made.session.id: False, "theirs": True}

    play(tmp_path, scenario)


def test_more_sessions_take_no_more_queries(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        with counted() as few:
            await made.projects.overview()
        for number in range(30):
            await add(made, f"session {number}", "completed", "completed")
        with counted() as many:
            (project,) = await made.projects.overview()
        assert len(project.sessions) == 31
        assert len(many) == len(few)

    play(tmp_path, scenario)


def test_a_forks_copy_of_a_turn_is_the_newest(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        (first, second) = await add(made, "forked", "completed", "failed")
        await made.store.save(replace(second, id="copy"), replace(first, id="copy of the first"))
        assert [t.id for t in await made.store.newest_turns(session_id="forked")] == ["copy"]
        assert await made.store.newest_turns(session_id=made.session.id) == []
        assert [t.id for t in await made.store.newest_turns()] == ["copy"]

    play(tmp_path, scenario)


def test_every_chat_says_how_it_stands_from_its_last_and_its_open_turns(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        await add(made, "long", "completed", "failed", "completed", None, "completed", "cancelled")
        second = replace(made.chat, id="second", session_id="long", number=2)
        closed = replace(made.chat, id="closed", session_id="long", number=3, archived=True)
        failed = rec.Turn(id="x", session_id="long", chat_id="second", number=1, prompt="p", agent="a", status="failed")
        await made.store.save(second, closed, failed, replace(failed, id="y", chat_id="closed"))
        await add(made, "another", None)
        views = await made.chats.views("long")
        assert [(v.chat.id, v.state, v.turn_id) for v in views] == [
            ("chat of long", "running", "long 4"),
            ("second", "failed", ""),
        ]
        standing = await made.store.standing_turns("long")
        assert [t.id for t in standing] == ["x", "y", "long 4", "long 6"]

    play(tmp_path, scenario)
