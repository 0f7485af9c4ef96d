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

RESOURCES = Path(__file__).parents[2] / "resources"
TIMES = 20
LADDER = CancelLadder(again_s=0.5, kill_s=1.0, notify_s=0.3)


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


def marks_of_a_tour(tmp_path):
    """How many marks an undisturbed tour has."""

    async def main():
        host = RecordingHost(root=tour.copy_sample(RESOURCES, tmp_path / "whole"))
        agent = AcpAgent(tour.tour_agent_spec(pace=0), Children(tmp_path / "run"), tmp_path)
        await agent.prompt(host, Prompt(text=tour.PROMPT))
        await agent.close()
        return len(host.of(MARKS))

    return asyncio.run(main())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_kill_agent_child_mid_turn(tmp_path, sign):
    count = marks_of_a_tour(tmp_path)
    dice = random.Random(sign)

    async def one(number, agent, children):
        host = Host(root=tour.copy_sample(RESOURCES, tmp_path / f"sample{number}"), chat_id=f"cht_{number}")
        host.at(dice.randrange(1, count), lambda: psutil.Process(children.living()[0].pid).send_signal(sign))
        try:
            await agent.prompt(host, Prompt(text=tour.PROMPT))
        except AdapterError as error:
            assert error.message == f"Scripted agent was killed by {sign.name}." and "kept" in error.hint
        check_whole(host)

    async def main():
        children = Children(tmp_path / "run")
        agent = AcpAgent(tour.tour_agent_spec(pace=0), children, tmp_path, restarts=AT_ONCE)
        for number in range(TIMES):
            await one(number, agent, children)
        host = RecordingHost(root=tmp_path)
        await agent.prompt(host, Prompt(text="@@say alive"))
        assert host.text().strip() == "alive"
        await agent.close()
        assert not children.living()

    asyncio.run(main())


@pytest.mark.timeout(300)
def test_cancel_at_any_moment_keeps_the_session_usable(tmp_path):
    count = marks_of_a_tour(tmp_path)
    dice = random.Random(7)

    async def one(number, agent):
        host = Host(root=tour.copy_sample(RESOURCES, tmp_path / f"sample{number}"), chat_id=f"cht_{number}")
        turn = asyncio.create_task(agent.prompt(host, Prompt(text=tour.PROMPT)))
        host.at(dice.randrange(1, count), turn.cancel)
        with pytest.raises(asyncio.CancelledError):
            await turn
        check_whole(host)
        after = RecordingHost(root=host.root, chat_id=host.chat_id)
        await agent.prompt(after, Prompt(text="@@say alive"))
        assert after.text().strip() == "alive"

    async def main():
        children = Children(tmp_path / "run")
        agent = AcpAgent(tour.tour_agent_spec(pace=0), children, tmp_path, ladder=LADDER)
        for number in range(TIMES):
            await one(number, agent)
            assert len(children.living()) == 1
        await agent.close()
        assert not children.living()

    asyncio.run(main())


def test_suspend_and_resume_of_an_agent_loses_nothing(tmp_path):
    async def main():
        children = Children(tmp_path / "run")
        agent = AcpAgent(tour.tour_agent_spec(pace=0), children, tmp_path)
        host = Host(root=tour.copy_sample(RESOURCES, tmp_path / "sample"))

        def freeze():
            process = psutil.Process(children.living()[0].pid)
            process.suspend()
            asyncio.get_running_loop().call_later(0.5, process.resume)

        host.at(10, freeze)
        await agent.prompt(host, Prompt(text=tour.PROMPT))
        assert "10 tests, all passed" in host.text()
        await agent.close()

    asyncio.run(main())


def test_a_frozen_agent_can_be_cancelled(tmp_path):
    async def main():
        children = Children(tmp_path / "run")
        agent = AcpAgent(tour.tour_agent_spec(pace=0), children, tmp_path, ladder=LADDER)
        host = Host(root=tour.copy_sample(RESOURCES, tmp_path / "sample"))
        turn = asyncio.create_task(agent.prompt(host, Prompt(text=tour.PROMPT)))

        def freeze():
            psutil.Process(children.living()[0].pid).suspend()
            turn.cancel()

        host.at(10, freeze)
        with pytest.raises(asyncio.CancelledError):
            await turn
        check_whole(host)
        assert not children.living()
        await agent.close()

    asyncio.run(main())
