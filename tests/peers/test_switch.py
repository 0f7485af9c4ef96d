"""One chat, two agents by turns: the built-in one sees what the real one did, and the real one remembers."""

import asyncio
import json
import os

from boocode_desktop.app.core import Core, CoreOptions, open_core
from boocode_desktop.config.paths import Paths
from boocode_desktop.domain.transcript import TextEntry
from boocode_desktop.orchestrator.ports.agents import Prompt
from tests.peers.stage import PATIENCE_S
from tests.peers.whole_program import installation


async def take(core: Core, chat_id: str, agent: str, *lines: str) -> str:
    """One turn of an agent in the chat; its answer."""
    await core.front.chats.configure(chat_id, agent=agent)
    await core.front.turns.send(chat_id, Prompt(text="\n".join(("@@begin", *lines))))
    async with asyncio.timeout(PATIENCE_S):
        await core.turns.drain()
    turn = (await core.store.turns(chat_id=chat_id))[-1]
    entries = [row.entry for row in await core.store.entries_of_turn(turn.id)]
    assert (turn.status, turn.agent) == ("completed", agent), entries
    return "".join(entry.text for entry in entries if isinstance(entry, TextEntry)).strip()


def told(server) -> str:
    """What the model was told last."""
    return json.dumps(server.turns[-1].conversation)


def test_boocode_and_an_agent_by_turns(peer, tmp_path, record_property, monkeypatch):
    async def main(on):
        paths = Paths(home=on.home, settings_file=on.home / "settings.toml")
        core = await open_core(paths, CoreOptions(attended=False, policy="allow", base_url=on.server.base_url))
        try:
            project = await core.front.projects.open(on.repository)
            session = await core.front.sessions.create(project.id)
            (chat,) = await core.store.chats(session.id)
            worktree = await core.store.worktree(session.id)
            name = peer.spec.name
            answer = await take(core, chat.id, "boocode", "@@write one.txt first", "@@say BooCode wrote one.")
            assert answer == "BooCode wrote one."
            two = os.path.join(worktree.root, "two.txt")
            answer = await take(core, chat.id, name, peer.writing(two, "second\n"), "@@say The agent wrote two.")
            assert answer == "The agent wrote two."
            first_told = told(on.server).count("BooCode wrote one.")
            assert first_told
            answer = await take(core, chat.id, "boocode", "@@read two.txt", "@@say BooCode read two.")
            assert answer == "BooCode read two."
            assert "The agent wrote two." in told(on.server) and "second" in told(on.server)
            calls = [c for m in on.server.turns[-1].conversation for c in m.get("tool_calls", ())]
            assert any("two.txt" in c["function"]["arguments"] for c in calls[:-1])
            answer = await take(core, chat.id, name, "@@say The agent remembers.")
            assert answer == "The agent remembers."
            assert "The agent wrote two." in told(on.server) and "BooCode read two." in told(on.server)
            assert told(on.server).count("BooCode wrote one.") == first_told, "it was told again what it knew"
            changes = {c.path: c.agents for c in await core.front.review.changes(session.id)}
            assert changes == {"one.txt": ("boocode",), "two.txt": (name,)}
        finally:
            await core.close()
        counts = [len(on.sent(method)) for method in ("initialize", "session/new", "session/prompt")]
        assert counts == [1, 1, 2] and len({frame["pid"] for frame in on.frames()}) == 1
        record_property("peer", f"{peer} {on.version()}")

    with installation(peer, tmp_path) as on:
        for key, value in on.environment().items():
            monkeypatch.setenv(key, value)
        asyncio.run(main(on))
