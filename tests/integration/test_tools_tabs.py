"""read_tab_by_number over the real database: another chat's turns by the number on its tab."""

import asyncio
from dataclasses import replace
from pathlib import Path

from boocode_desktop.domain.events import Text
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.orchestrator.tabs import TabDesk
from boocode_desktop.tools.registry import BuiltinToolbox
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, WrittenAgent, rig
from tests.fakes.tool_rig import ToolRig


async def echo(host: TurnHost, prompt: Prompt) -> None:
    await host.emit(Text(delta=f"You said: {prompt.text}"))


async def reading(made: Rig, folder: Path, **arguments: int) -> ToolOutput:
    """The call as an agent of the session's first chat makes it."""
    toolbox = BuiltinToolbox(tabs=TabDesk(made.store))
    tools = ToolRig(root=folder, toolbox=toolbox)
    context = replace(tools.context(), session_id=made.session.id, chat_id=made.chat.id)
    return await toolbox.call("read_tab_by_number", arguments, context)


def with_two_chats(tmp_path: Path, look) -> None:
    async def run() -> None:
        folder = make_repository(tmp_path / "repository", {"a.py": "x = 1\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", echo)) as made:
            first = made.chat
            made.chat = await made.chats.create(made.session.id)
            await made.ask("Why is it slow?")
            other, made.chat = made.chat, first
            await look(made, folder, other)

    asyncio.run(run())


def test_another_chat_is_read_by_its_number(tmp_path: Path):
    async def look(made, folder, other):
        output = await reading(made, folder, number=other.number)
        assert output.outcome == "success"
        assert output.text.startswith(f"Chat {other.number}")
        assert "User: Why is it slow?\nYou said: Why is it slow?" in output.text
        assert output.details == {"path": "chat 2", "hits": 1, "truncated": False}

    with_two_chats(tmp_path, look)


def test_a_closed_chat_keeps_its_number_and_says_that_it_is_closed(tmp_path: Path):
    async def look(made, folder, other):
        await made.chats.archive(other.id)
        fresh = await made.chats.create(made.session.id)
        assert fresh.number == other.number + 1
        output = await reading(made, folder, number=other.number)
        assert "closed" in output.text.splitlines()[0]
        empty = await reading(made, folder, number=fresh.number)
        assert empty.text.endswith("[nothing was said yet]")

    with_two_chats(tmp_path, look)


def test_rewound_turns_are_not_read(tmp_path: Path):
    async def look(made, folder, other):
        turns = await made.store.turns(chat_id=other.id)
        await made.store.save(*(replace(turn, rewound=True) for turn in turns))
        output = await reading(made, folder, number=other.number)
        assert output.text.endswith("[nothing was said yet]")

    with_two_chats(tmp_path, look)


def test_its_own_and_unknown_chats_are_refused_with_the_numbers_there_are(tmp_path: Path):
    async def look(made, folder, other):
        own = await reading(made, folder, number=made.chat.number)
        assert (own.outcome, "is this chat" in own.error) == ("error", True)
        missing = await reading(made, folder, number=9)
        assert missing.outcome == "error"
        assert missing.error == "This session has no chat 9. Its chats are 1, 2."

    with_two_chats(tmp_path, look)


def test_without_chats_at_hand_it_says_so(tmp_path: Path):
    assert "cannot be read here" in ToolRig(root=tmp_path).run("read_tab_by_number", number=2).error
