"""Real agents that died, or whose client died: the conversation goes on, and nothing is shown twice."""

import asyncio
import json

from boocode_desktop.domain import events as ev
from tests.peers.stage import once, stage


def test_a_killed_agent_goes_on_where_it_was(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            first, _ = await on.turn(peer.running("echo a sound"), "@@say The first answer.", answer=once)
            (child,) = on.children.living()
            await child.kill()
            second, _ = await on.turn("@@say The second answer.")
            assert second.text().strip() == "The second answer."
            assert not second.of(ev.ToolStarted) and len(first.of(ev.ToolStarted)) == 1
            assert [len(on.sent(m)) for m in ("initialize", "session/new")] == [2, 1]
            assert len(on.sent("session/resume")) + len(on.sent("session/load")) >= 1
            told = json.dumps(on.server.turns[-1].conversation)
            assert told.count("The first answer.") >= 1 and "a sound" in told
            assert second.agent_session.external_id == first.agent_session.external_id

    asyncio.run(main())


def test_an_agent_killed_in_a_turn_fails_it_and_keeps_its_text(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            host = on.host()
            turn = asyncio.create_task(on.play(host, "@@slow 2000 0.1"))
            await host.until(lambda h: len(h.text()) > 10, timeout_s=60)
            (child,) = on.children.living()
            await child.kill()
            try:
                await turn
            except Exception as error:
                assert type(error).__name__ == "AdapterError", error
            else:
                raise AssertionError("the turn ended as if nothing had happened")
            assert "word" in host.text()
            after, _ = await on.turn("@@say And on.")
            assert after.text().strip() == "And on."

    asyncio.run(main())
