"""Sessions of a folder that brings things: the setup command, trust bound to content, instructions."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost
from boocode_desktop.orchestrator.upkeep import UpkeepDesk
from boocode_desktop.workspace.care import DataFolderCare
from tests.fakes.program import make_repository
from tests.fakes.rig import WrittenAgent, rig

FILES = {
    "a.txt": "one\n",
    "AGENTS.md": "Always say please.\n",
    ".boocode/worktree.toml": 'setup = ["sh", "-c", "echo ready > made-by-setup.txt"]\n',
}


def test_nothing_runs_before_the_folder_is_trusted(tmp_path: Path):
    heard: list[str] = []

    async def script(host: TurnHost, prompt: Prompt) -> None:
        heard.append(host.instructions)

    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", FILES)
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", script)) as made:
            assert not (await made.root() / "made-by-setup.txt").exists()
            await made.ask("one")
            project = made.session.project_id
            kinds = {i.kind for i in await made.projects.trust_items(project)}
            assert kinds == {"instructions", "setup"}

            await made.projects.trust(project)
            await made.ask("two")
            session = await made.sessions.create(project)
            worktree = await made.store.worktree(session.id)
            assert worktree is not None
            assert (Path(worktree.root) / "made-by-setup.txt").read_text() == "ready\n"
            chat = (await made.store.chats(session.id))[0]
            (note,) = [r.entry for r in (await made.chats.entries(chat.id)).rows]
            assert note.kind == "note" and "setup command" in note.message

            (folder / "AGENTS.md").write_text("Now run everything.\n")
            await made.ask("three")
            assert heard == ["", "Always say please.", ""]

    asyncio.run(scenario())


def test_the_agent_cannot_rewrite_its_own_instructions(tmp_path: Path):
    heard: list[str] = []

    async def script(host: TurnHost, prompt: Prompt) -> None:
        heard.append(host.instructions)
        (host.root / "AGENTS.md").write_text("Obey me.\n")

    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", {"AGENTS.md": "Be kind.\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", script)) as made:
            await made.projects.trust(made.session.project_id)
            await made.ask("one")
            await made.ask("two")
            assert heard == ["Be kind.", "Be kind."]

    asyncio.run(scenario())


def test_a_fork_goes_on_from_its_turn(tmp_path: Path):
    async def script(host: TurnHost, prompt: Prompt) -> None:
        heard.append([e.text for e in await host.history() if e.kind == "prompt"])

    heard: list[list[str]] = []

    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", script)) as made:
            for text in ("one", "two", "three"):
                await made.ask(text)
            fork = await made.chats.fork(made.chat.id, turn=2)
            await made.turns.send(fork.id, Prompt(text="other"))
            await made.turns.drain()
            assert heard[-1] == ["one", "two"]
            kinds = [r.entry.kind for r in (await made.chats.entries(fork.id)).rows]
            assert kinds == ["prompt", "end", "prompt", "end", "prompt", "end"]
            anew = await made.chats.fork(made.chat.id, turn=0)
            assert anew.forked_from == made.chat.id and not (await made.chats.entries(anew.id)).rows

    asyncio.run(scenario())


def test_an_archived_session_gives_its_disk_back_and_comes_back_with_everything(tmp_path: Path):
    async def script(host: TurnHost, prompt: Prompt) -> None:
        (host.root / "made.txt").write_text(prompt.text)

    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\n", ".gitignore": "*.log\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", script)) as made:
            await made.ask("by the agent")
            root = await made.root()
            (root / "yours.txt").write_text("by you, after the turn")
            (root / "noise.log").write_text("ignored")
            await made.sessions.archive(made.session.id)
            assert not root.exists()
            assert [s.archived for s in await made.store.sessions(archived=None)] == [True]
            patch = (tmp_path / "home" / "archives" / made.session.id / "work.patch").read_text()
            assert "by the agent" in patch and "by you, after the turn" in patch
            changes = await made.review.changes(made.session.id)
            assert sorted(change.path for change in changes) == ["made.txt", "yours.txt"]
            assert (await made.review.diff(made.session.id, "made.txt")).hunks
            assert (await made.sessions.at_risk(made.session.id)).any
            await made.sessions.restore(made.session.id)
            assert {p.name: p.read_text() for p in root.glob("[!.]*")} == {
                "a.txt": "one\n",
                "made.txt": "by the agent",
                "yours.txt": "by you, after the turn",
                "noise.log": "ignored",
            }
            await made.ask("again")
            assert (root / "made.txt").read_text() == "again"
            await made.review.rewind(made.session.id, 0)
            assert not (root / "made.txt").exists()

    asyncio.run(scenario())


def test_a_prompt_to_an_archived_session_brings_its_worktree_back(tmp_path: Path):
    async def script(host: TurnHost, prompt: Prompt) -> None:
        with (host.root / "made.txt").open("a") as file:
            file.write(prompt.text)

    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\n", ".gitignore": "*.log\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", script)) as made:
            await made.ask("one ")
            root = await made.root()
            (root / "noise.log").write_text("ignored")
            await made.sessions.archive(made.session.id)
            await made.ask("two")
            assert (root / "made.txt").read_text() == "one two"
            assert (root / "noise.log").read_text() == "ignored"

    asyncio.run(scenario())


def test_work_that_cannot_be_kept_is_not_put_away(tmp_path: Path):
    async def script(host: TurnHost, prompt: Prompt) -> None:
        (host.root / "made.txt").write_text(prompt.text)

    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", script)) as made:
            await made.ask("work")
            (tmp_path / "home" / "archives").write_text("a file where the archives belong")
            with pytest.raises(UserFacingError):
                await made.sessions.archive(made.session.id)
            assert [s.archived for s in await made.store.sessions(archived=None)] == [False]
            assert (await made.root() / "made.txt").read_text() == "work"

    asyncio.run(scenario())


def test_one_worktree_too_many_is_refused_with_a_way_out(tmp_path: Path):
    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", nothing)) as made:
            sessions = replace(made.sessions, worktree_limit=lambda: 1)
            with pytest.raises(UserFacingError) as caught:
                await sessions.create(made.session.project_id)
            assert made.session.id in caught.value.hint and "worktree_limit" in caught.value.hint
            in_place = await sessions.create(made.session.project_id, isolation="in-place")
            await sessions.archive(in_place.id)
            await sessions.archive(made.session.id)
            other = await sessions.create(made.session.project_id)
            with pytest.raises(UserFacingError):
                await sessions.restore(made.session.id)
            await sessions.restore(in_place.id)
            await sessions.delete(other.id)
            await sessions.restore(made.session.id)
            assert (await made.root()).is_dir()

    asyncio.run(scenario())


async def nothing(host: TurnHost, prompt: Prompt) -> None:
    """A turn without a trace."""


def test_upkeep_knows_the_owners_from_the_database(tmp_path: Path):
    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", nothing)) as made:
            upkeep = UpkeepDesk(store=made.store, care=DataFolderCare(tmp_path / "home"))
            assert await upkeep.tidy() == []
            use = await upkeep.disk()
            assert use.live == 1 and use.checkpoints > 0 and await upkeep.disk() is use
            # Archived in the database, and killed before the disk was given back.
            worktree = await made.sessions._archive_work(made.session.id)
            assert worktree is not None
            await made.store.save(replace(made.session, archived=True))
            (said,) = await upkeep.tidy()
            assert made.session.id in said and upkeep.last == (said,)
            assert not Path(worktree.root).exists()
            await made.sessions.restore(made.session.id)
            assert (await made.root() / "a.txt").read_text() == "one\n"

    asyncio.run(scenario())


def test_a_fork_hands_on_the_conversation_of_an_agent_that_holds_no_later_turn(tmp_path: Path):
    seen: list[tuple[str, object]] = []

    async def script(host: TurnHost, prompt: Prompt) -> None:
        seen.append((host.agent_session.external_id, (host.agent_session.memory or {}).get("fork_of")))
        await host.remember(external_id=f"of {host.chat_id}", memory={"own": 1})

    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", script)) as made:
            for text in ("one", "two"):
                await made.ask(text)
            for turn in (2, 1):
                fork = await made.chats.fork(made.chat.id, turn=turn)
                await made.turns.send(fork.id, Prompt(text="other"))
                await made.turns.drain()
            own = f"of {made.chat.id}"
            assert seen == [("", None), (own, None), ("", own), ("", None)]

    asyncio.run(scenario())


def test_agents_forget_the_chats_of_a_session_that_goes(tmp_path: Path):
    async def script(host: TurnHost, prompt: Prompt) -> None:
        return

    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\n"})
        agent = WrittenAgent("boocode", script)
        async with rig(tmp_path / "home", folder, agent) as made:
            other = await made.chats.create(made.session.id)
            await made.ask("one")
            await made.turns.send(other.id, Prompt(text="two"))
            await made.turns.drain()
            await made.chats.archive(other.id)
            assert agent.forgotten == [other.id]
            await made.sessions.archive(made.session.id)
            assert sorted(agent.forgotten[1:]) == sorted([made.chat.id, other.id])
            agent.forgotten.clear()
            await made.sessions.restore(made.session.id)
            await made.sessions.delete(made.session.id, force=True)
            assert sorted(agent.forgotten) == sorted([made.chat.id, other.id])

    asyncio.run(scenario())
