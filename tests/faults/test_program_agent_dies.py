"""An agent's process is killed while the whole program records its turn: the turn fails with words, nothing is lost."""

import asyncio
import random
import signal
from pathlib import Path

import psutil

from boocode_desktop.app.core import CoreOptions, open_core
from boocode_desktop.app.tour import TourPlace, begin_tour
from boocode_desktop.config.paths import Paths
from boocode_desktop.domain.codec import envelope_to_plain
from boocode_desktop.domain.events import Envelope, PermissionRequested
from boocode_desktop.orchestrator.ports.agents import Prompt
from tests.fakes.aftermath import assert_at_rest, assert_gone, assert_nothing_lost, assert_sound
from tests.fakes.moments import at_random_moments

STATES = 30
"""How many events of an undisturbed tour are no text, about."""


async def tour_with_a_kill(home: Path, after: int) -> tuple[list[Envelope], TourPlace]:
    """A tour whose agent is killed after so many events; what was published, and what is stored in the end."""
    options = CoreOptions(attended=True, tour_pace=0.0)
    core = await open_core(Paths(home=home, settings_file=home / "settings.toml"), options)
    published: list[Envelope] = []
    asks: asyncio.Queue[PermissionRequested] = asyncio.Queue()
    family: list[psutil.Process] = []

    def hear(envelope: Envelope) -> None:
        published.append(envelope)
        if isinstance(envelope.event, PermissionRequested):
            asks.put_nowait(envelope.event)
        if not family and sum(e.event.type not in ("text", "reasoning") for e in published) >= after:
            agents = [p for p in psutil.Process().children() if "scripted_agent" in " ".join(p.cmdline())]
            for agent in agents:
                family.extend([agent, *agent.children(recursive=True)])
                agent.send_signal(signal.SIGKILL)

    async def allow() -> None:
        while True:
            request = await asks.get()
            option = next(o for o in request.options if o.effect == "allow_once")
            await core.front.questions.answer(request.request_id, option_id=option.id)

    try:
        place = await begin_tour(core)
        subscription = await core.front.chats.join(place.chat_id, 0, hear)
        answering = asyncio.create_task(allow())
        await core.front.turns.send(place.chat_id, Prompt(text="Repair the tea timer."))
        await core.turns.drain()
        answering.cancel()
        subscription.cancel()
        assert_gone(family)
        await assert_at_rest(core, place.chat_id)
        (turn,) = await core.store.turns(chat_id=place.chat_id)
        assert turn.status == ("failed" if family else "completed")
        if family:
            errors = [e.event for e in published if e.event.type == "error"]
            assert errors and "killed by SIGKILL" in errors[0].message and "kept" in errors[0].hint
        await core.front.turns.send(place.chat_id, Prompt(text="@@say alive"))
        await core.turns.drain()
        assert [t.status for t in await core.store.turns(chat_id=place.chat_id)][-1] == "completed"
        return published, place
    finally:
        await core.close()


@at_random_moments
def test_kill_agent_child_mid_turn_in_the_program(tmp_path: Path, moment: int):
    after = random.Random(moment).randint(1, STATES)
    published, _place = asyncio.run(tour_with_a_kill(tmp_path / "boo", after))
    assert_sound(tmp_path / "boo")
    died_at = published[-1].at + 1
    assert_nothing_lost([envelope_to_plain(e) for e in published], tmp_path / "boo", died_at=died_at)
