"""Files that the person writes into a session by hand, in real folders under real git."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.changes import PutFile
from boocode_desktop.domain.errors import BusyError, UserFacingError
from boocode_desktop.domain.records import PermissionRule
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, WrittenAgent, rig


async def _say(host: TurnHost, _prompt: Prompt) -> None:
    await host.emit(ev.Text(delta="Done."))


def play(tmp_path: Path, scenario: Callable[[Rig], Awaitable[None]], agent: WrittenAgent | None = None) -> None:
    async def whole() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\ntwo\n", "dos.txt": "one\r\ntwo\r\n"})
        async with rig(tmp_path / "home", folder, agent or WrittenAgent("boocode", _say)) as made:
            await scenario(made)

    asyncio.run(whole())


def test_a_new_file_is_a_change_of_the_person_and_the_folder_waits_for_approval(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        done = await made.review.put_file(made.session.id, "src/new.py", "x = 1\ny = 2")
        assert done == PutFile(path="src/new.py", added=2)
        assert (await made.root() / "src/new.py").read_text() == "x = 1\ny = 2\n"
        (change,) = await made.review.changes(made.session.id)
        assert (change.path, change.agents, change.status) == ("src/new.py", ("you",), "open")
        assert not (made.folder / "src").exists()
        await made.review.approve(made.session.id, "src/new.py")
        assert (made.folder / "src/new.py").read_text() == "x = 1\ny = 2\n"

    play(tmp_path, scenario)


def test_a_look_says_what_would_be_replaced_and_writes_nothing(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        plan = await made.review.put_file(made.session.id, "a.txt", "one\nthree\n", dry_run=True)
        assert plan == PutFile(path="a.txt", existed=True, added=1, removed=1)
        assert (await made.root() / "a.txt").read_text() == "one\ntwo\n"
        same = await made.review.put_file(made.session.id, "a.txt", "one\ntwo", dry_run=True)
        assert same.same and (same.added, same.removed) == (0, 0)

    play(tmp_path, scenario)


def test_line_ends_stay_and_a_reject_takes_it_back(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        await made.review.put_file(made.session.id, "dos.txt", "one\nthree\n")
        assert (await made.root() / "dos.txt").read_bytes() == b"one\r\nthree\r\n"
        await made.review.reject(made.session.id, "dos.txt")
        assert (await made.root() / "dos.txt").read_bytes() == b"one\r\ntwo\r\n"

    play(tmp_path, scenario)


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt", ".git/config", "", "link/out.txt", "."])
def test_nothing_is_written_outside(tmp_path: Path, name: str):
    async def scenario(made: Rig) -> None:
        (await made.root() / "link").symlink_to(tmp_path)
        with pytest.raises(UserFacingError):
            await made.review.put_file(made.session.id, name, "x")
        assert not (tmp_path / "out.txt").exists()

    play(tmp_path, scenario)


def test_a_deny_rule_holds_for_the_person_too(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        await made.store.save(
            PermissionRule(id="r", effect="deny", pattern="write: secrets/**", scope=made.session.id, created_at=0.0)
        )
        with pytest.raises(UserFacingError, match="Nothing was written"):
            await made.review.put_file(made.session.id, "secrets/key.txt", "x")
        assert not (await made.root() / "secrets").exists()

    play(tmp_path, scenario)


def test_while_a_turn_writes_it_is_refused(tmp_path: Path):
    gate = asyncio.Event()
    at_work = asyncio.Event()

    async def script(_host: TurnHost, _prompt: Prompt) -> None:
        at_work.set()
        await gate.wait()

    async def scenario(made: Rig) -> None:
        await made.turns.send(made.chat.id, Prompt(text="go"))
        await at_work.wait()
        with pytest.raises(BusyError):
            await made.review.put_file(made.session.id, "a.txt", "x")
        gate.set()
        await made.turns.drain()

    play(tmp_path, scenario, WrittenAgent("boocode", script))
