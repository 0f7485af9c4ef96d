"""Real agents told to stop: in text, in a command, while a question is open, and while their model hangs."""

import asyncio
from collections.abc import Callable

import pytest

from boocode_desktop.domain import events as ev
from tests.fakes.acp_host import RecordingHost
from tests.peers.stage import Stage, once, stage, unanswered, until

MINUTES = "987"
"""How long the command of these tests would sleep, which nothing else does."""


async def cancelled(on: Stage, host: RecordingHost, *lines: str, when: Callable[[], object]) -> None:
    """A turn that is cancelled once `when` is true; whatever was open must be closed."""
    turn = asyncio.create_task(on.play(host, *lines))
    met = asyncio.create_task(until(when))
    await asyncio.wait({turn, met}, return_when=asyncio.FIRST_COMPLETED)
    assert not turn.done(), f"the turn ended by itself: {turn.result()}"
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    started = [e.trace_id for e in host.of(ev.ToolStarted)]
    assert sorted(started) == sorted(e.trace_id for e in host.of(ev.ToolFinished))
    assert not any(e.outcome == "success" for e in host.of(ev.ToolFinished))


async def goes_on(on: Stage) -> None:
    """The next prompt of the chat is answered, and by its own script."""
    after, _ = await on.turn("@@say And on.", answer=once)
    assert after.text().strip() == "And on."


def sleeping(on: Stage) -> bool:
    """Whether the command runs."""
    return any(p.name() == "sleep" for p in on.processes())


def test_in_text(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            host = on.host()
            await cancelled(on, host, "@@slow 2000 0.1", when=host.text)
            assert "word" in host.text()
            await goes_on(on)
            assert len(on.sent("initialize")) == 1

    asyncio.run(main())


def test_in_a_command(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            host = on.host(answer=once)
            await cancelled(on, host, peer.running(f"echo begun; sleep {MINUTES}"), when=lambda: sleeping(on))
            await until(lambda: not sleeping(on), within_s=5)
            await goes_on(on)

    asyncio.run(main())


def test_with_a_question_open(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            host = on.host(answer=unanswered)
            await cancelled(on, host, peer.running("touch made.txt"), when=lambda: host.asked)
            await goes_on(on)
            assert not (on.root / "made.txt").exists()
            assert len(on.sent("initialize")) == 1

    asyncio.run(main())


def test_while_the_model_hangs(peer, tmp_path, record_property):
    """goose cannot be cancelled here at all: its process is replaced, and it remembers nevertheless."""

    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            await on.turn("@@say The first answer.")
            host, asked = on.host(), len(on.server.turns)
            await cancelled(on, host, "@@hang", when=lambda: len(on.server.turns) > asked)
            await goes_on(on)
            told = [str(m.get("content")) for m in on.server.turns[-1].conversation]
            assert any("The first answer." in text for text in told)

    asyncio.run(main())
