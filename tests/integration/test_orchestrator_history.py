"""What an agent is given of a long chat: all of it."""

import asyncio
from pathlib import Path

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.transcript import Entry, PromptEntry
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost
from boocode_desktop.orchestrator.ports.store import EntryRow
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, WrittenAgent, rig

TURNS = 450


async def fill(made: Rig) -> None:
    """More turns than a page of the store holds; the last one is rewound."""
    rows: list[rec.Turn | EntryRow] = []
    for number in range(1, TURNS + 1):
        turn = rec.Turn(
            id=f"turn {number}", session_id=made.session.id, chat_id=made.chat.id, number=number, prompt="p",
            agent="boocode", status="completed", rewound=number == TURNS,
        )  # fmt: skip
        entry = PromptEntry(id=f"entry {number}", turn_id=turn.id, number=number, text=str(number), agent="boocode")
        rows += [turn, EntryRow(chat_id=made.chat.id, position=number, entry=entry)]
    await made.store.save(*rows)


def test_the_whole_chat_is_given_in_order_without_rewound_turns(tmp_path: Path):
    given: list[Entry] = []

    async def remember(host: TurnHost, _prompt: Prompt) -> None:
        given.extend(await host.history())

    async def run() -> None:
        folder = make_repository(tmp_path / "repository", {"a.py": "x = 1\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", remember)) as made:
            await fill(made)
            made.chat = await made.chats.need(made.chat.id)
            await made.ask("And now?")

    asyncio.run(run())
    assert [e.id for e in given] == [f"entry {number}" for number in range(1, TURNS)]
