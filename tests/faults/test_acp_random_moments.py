"""The scripted tour, killed, frozen or cancelled at random moments: nothing hangs, nothing is left, all is told."""

import asyncio
import random
import signal
from pathlib import Path

import psutil
import pytest

from boocode_desktop.agents import tour
from boocode_desktop.agents.acp.agent import AcpAgent
from boocode_desktop.agents.acp.turn import CancelLadder
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.transcript import Transcript
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.children import Children
from tests.fakes.acp_host import RecordingHost
from tests.fakes.acp_rig import AT_ONCE
from tests.fakes.moments import at_random_moments

RESOURCES = Path(__file__).parents[2] / "resources"
LADDER = CancelLadder(again_s=0.2, kill_s=0.4, notify_s=0.2)


MARKS = (ev.StepStarted, ev.ToolStarted, ev.ToolFinished, ev.Plan, ev.PermissionRequested, ev.PermissionResolved)
"""Events whose number is the same in each run: text is joined as it comes."""


class Host(RecordingHost):
    """Lets something happen once so many marks were recorded."""

    moment = 0

    def at(self, moment, happen):
        """Plan it."""
        self.moment, self.happen = moment, happen

    async def emit(self, event):
        await RecordingHost.emit(self, event)
        if isinstance(event, MARKS) and len(self.of(MARKS)) == self.moment:
            self.happen()


def check_whole(host):
    """Every call that began has ended, once, and the events fold."""
    started = [e.trace_id for e in host.of(ev.ToolStarted)]
    finished = [e.trace_id for e in host.of(ev.ToolFinished)]
    assert sorted(started) == sorted(finished)
    folded = Transcript()
    for seq, event in enumerate(host.events, 1):
        folded.apply(ev.Envelope(session_id="s", chat_id="c", turn_id="t", seq=seq, at=0.0, event=event))
    assert not [e for e in folded.listing() if e.kind == "tool" and e.outcome is None]


@pytest.fixture(scope="module")
def count(tmp_path_factory):
    """How many marks an undisturbed tour has."""
    folder = tmp_path_factory.mktemp("tour")

    async def main():
        host = RecordingHost(root=tour.copy_sample(RESOURCES, folder / "whole"))
        agent = AcpAgent(tour.tour_agent_spec(pace=0), Children(folder / "run"), folder)
        await agent.prompt(host, Prompt(text=tour.PROMPT))
        await agent.close()
        return len(host.of(MARKS))

    return asyncio.run(main())


class Tour:
    """The scripted agent in a child of its own, and a host that does something at one mark."""

    def __init__(self, folder):
        self.children = Children(folder / "run")
        spec = tour.tour_agent_spec(pace=0)
        self.agent = AcpAgent(spec, self.children, folder, ladder=LADDER, restarts=AT_ONCE)
        self.host = Host(root=tour.copy_sample(RESOURCES, folder / "sample"))

    @property
    def process(self):
        return psutil.Process(self.children.living()[0].pid)

    async def play(self):
        await self.agent.prompt(self.host, Prompt(text=tour.PROMPT))

    async def end(self):
        """The chat goes on, and then nothing is left."""
        after = RecordingHost(root=self.host.root)
        await self.agent.prompt(after, Prompt(text="@@say alive"))
        assert after.text().strip() == "alive"
        await self.agent.close()
        assert not self.children.living()


def some_mark(moment, count):
    return random.Random(moment).randrange(1, count)


@at_random_moments
def test_kill_agent_child_mid_turn(tmp_path, count, moment):
    sign = signal.SIGTERM if moment % 4 == 3 else signal.SIGKILL

    async def main():
        played = Tour(tmp_path)
        played.host.at(some_mark(moment, count), lambda: played.process.send_signal(sign))
        try:
            await played.play()
        except AdapterError as error:
            assert error.message == f"Scripted agent was killed by {sign.name}." and "kept" in error.hint
        check_whole(played.host)
        await played.end()

    asyncio.run(main())


@at_random_moments
def test_cancel_at_any_moment_keeps_the_session_usable(tmp_path, count, moment):
    async def main():
        played = Tour(tmp_path)
        turn = asyncio.create_task(played.play())
        played.host.at(some_mark(moment, count), turn.cancel)
        with pytest.raises(asyncio.CancelledError):
            await turn
        check_whole(played.host)
        assert len(played.children.living()) == 1
        await played.end()

    asyncio.run(main())


@at_random_moments
def test_suspend_and_resume_of_an_agent_loses_nothing(tmp_path, count, moment):
    async def main():
        played = Tour(tmp_path)

        def freeze():
            process = played.process
            process.suspend()
            asyncio.get_running_loop().call_later(0.2, process.resume)

        played.host.at(some_mark(moment, count), freeze)
        await played.play()
        assert "10 tests, all passed" in played.host.text()
        check_whole(played.host)
        await played.end()

    asyncio.run(main())


@at_random_moments
def test_agent_hangs_at_any_moment_and_is_cancelled(tmp_path, count, moment):
    async def main():
        played = Tour(tmp_path)
        turn = asyncio.create_task(played.play())

        def freeze():
            played.process.suspend()
            turn.cancel()

        played.host.at(some_mark(moment, count), freeze)
        with pytest.raises(asyncio.CancelledError):
            await turn
        check_whole(played.host)
        assert not played.children.living()
        await played.end()

    asyncio.run(main())
