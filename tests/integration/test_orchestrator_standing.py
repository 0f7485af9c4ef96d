"""How an agent stands in a chat is known after a restart too: its memory, its context, its commands."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from boocode_desktop.domain import events as ev
from boocode_desktop.domain import records as rec
from boocode_desktop.domain.codec import event_to_plain
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.bus import Bus
from boocode_desktop.orchestrator.chats import ChatDesk
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.orchestrator.ports.store import EventRow
from boocode_desktop.orchestrator.recorder import Recorder
from boocode_desktop.orchestrator.views import ChatStanding
from tests.fakes.front import FakeAgents, World
from tests.fakes.stored import TURN, event, opened, parents

REVIEW = ev.CommandInfo(name="review", description="of the probe")


class Files:
    """Commands in files."""

    async def find(self, agent, root):
        return (ev.CommandInfo(name="tidy", description=f"{agent} in {root}"), ev.CommandInfo(name="review"))


def row(seq: int, told: ev.AgentEvent, turn: str = "trn_1") -> EventRow:
    return EventRow(
        chat_id="cha_1", seq=seq, until=seq, session_id="ses_1", turn_id=turn, at=1.0, body=event_to_plain(told)
    )


def used(count: int, size: int = 0) -> ev.UsageReported:
    return ev.UsageReported(usage=Usage(input=count), context_used=count, context_size=size)


def desk_of(store) -> ChatDesk:
    bus = Bus()
    agents = FakeAgents(World(agents=[AgentInfo(name="goose", label="goose", state="ready", commands=(REVIEW,))]))
    return ChatDesk(store=store, bus=bus, recorder=Recorder(store, bus), agents=agents, command_files=Files())


async def fill(store) -> None:
    turns = [
        rec.Turn(id=f"trn_{n}", session_id="ses_1", chat_id="cha_1", number=n, prompt="x", agent=agent, rewound=gone)
        for n, agent, gone in ((2, "goose", False), (3, "boocode", False), (4, "goose", True))
    ]
    await store.save(*parents(), TURN, *turns)
    await store.save(
        row(1, used(10, 100)),
        event(2),
        row(3, ev.AgentOpened(agent="goose", how="new", why="it was lost"), "trn_2"),
        row(4, ev.Commands(commands=(REVIEW,)), "trn_2"),
        row(5, used(40, 200), "trn_2"),
        row(6, used(50, 200), "trn_2"),
        row(7, ev.UsageReported(usage=Usage(input=7)), "trn_2"),
        row(8, used(20, 100), "trn_3"),
        row(9, used(999, 1_000), "trn_4"),
    )


def test_the_newest_words_of_each_agent_count_and_rewound_turns_do_not(tmp_path: Path) -> None:
    async def restart() -> list[ChatStanding]:
        async with opened(tmp_path) as store:
            await fill(store)
        async with opened(tmp_path) as store:
            desk = desk_of(store)
            return [await desk.standing("cha_1", agent) for agent in ("goose", "boocode", "qwen")]

    goose, own, none = asyncio.run(restart())
    assert (goose.opened, goose.why, goose.context_used, goose.context_size) == ("new", "it was lost", 50, 200)
    assert (goose.usage, goose.commands) == (Usage(input=50), (REVIEW,))
    assert (own.opened, own.context_used, own.context_size) == ("", 20, 100)
    assert (none.opened, none.context_used, none.usage, none.commands) == ("", 0, None, ())


def test_an_agents_memory_is_known_from_its_record_when_no_event_says_it(tmp_path: Path) -> None:
    async def stand() -> ChatStanding:
        async with opened(tmp_path) as store:
            await store.save(*parents(), rec.AgentSession(chat_id="cha_1", agent="goose", opened="resumed"))
            return await desk_of(store).standing("cha_1", "goose")

    assert asyncio.run(stand()).opened == "resumed"


def test_found_commands_are_those_of_files_and_of_the_probe(tmp_path: Path) -> None:
    async def find() -> Sequence[ev.CommandInfo]:
        async with opened(tmp_path) as store:
            await store.save(*parents())
            return await desk_of(store).found_commands("cha_1", "goose")

    found = asyncio.run(find())
    assert {c.name: c.description for c in found} == {"review": "of the probe", "tidy": "goose in None"}
