"""Sessions of a folder that brings things: the setup command, trust bound to content, instructions."""

import asyncio
from pathlib import Path

from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost
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

    asyncio.run(scenario())
