"""Many files are decided some at a time: watched, stopped between, and whole where the caller goes away."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import StoppedError
from boocode_desktop.orchestrator.deciding import LOT, whole
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, WrittenAgent, rig

COUNT = 2 * LOT + 5
NAMES = [f"part_{number:02}.txt" for number in range(COUNT)]


@asynccontextmanager
async def many(tmp_path: Path) -> AsyncIterator[Rig]:
    """A session in which an agent changed more files than one lot holds."""

    async def script(host: TurnHost, _prompt: Prompt) -> None:
        for name in NAMES:
            (host.root / name).write_text("two\n")

    folder = make_repository(tmp_path / "repo", dict.fromkeys(NAMES, "one\n"))
    async with rig(tmp_path / "home", folder, WrittenAgent("boocode", script)) as made:
        await made.ask("write")
        yield made


def texts(folder: Path) -> list[str]:
    return [(folder / name).read_text() for name in NAMES]


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_all_files_are_counted_and_each_is_undone_alone(tmp_path: Path, verb: str) -> None:
    async def scenario() -> None:
        async with many(tmp_path) as made:
            seen: list[tuple[int, int]] = []

            def watch(done: int, total: int) -> bool:
                seen.append((done, total))
                return True

            act = made.review.approve if verb == "approve" else made.review.reject
            result = await act(made.session.id, watch=watch)
            where, other = made.folder if verb == "approve" else await made.root(), "two\n" if verb == "approve" else ""
            assert seen == [(0, COUNT), (LOT, COUNT), (2 * LOT, COUNT)]
            assert len(result.decided) == len(result.decision_ids) == COUNT and result.left == ()
            assert texts(where) == [other or "one\n"] * COUNT
            await made.review.undo(made.session.id, result.decision_ids[3])
            await made.review.undo(made.session.id)
            assert [n for n, t in zip(NAMES, texts(where), strict=True) if t != (other or "one\n")] == [
                NAMES[3],
                NAMES[-1],
            ]
            statuses = {c.path: c.status for c in await made.review.changes(made.session.id)}
            assert statuses[NAMES[3]] == statuses[NAMES[-1]] == "open"
            assert list(statuses.values()).count("open") == 2

    asyncio.run(scenario())


def test_what_is_stopped_between_lots_says_what_is_left(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with many(tmp_path) as made:
            result = await made.review.approve(made.session.id, watch=lambda done, _total: done < LOT)
            assert list(result.decided) == NAMES[:LOT] and list(result.left) == NAMES[LOT:]
            assert texts(made.folder) == ["two\n"] * LOT + ["one\n"] * (COUNT - LOT)
            statuses = [c.status for c in await made.review.changes(made.session.id)]
            assert statuses == ["approved"] * LOT + ["open"] * (COUNT - LOT)
            rest = await made.review.approve(made.session.id)
            assert list(rest.decided) == NAMES[LOT:]

    asyncio.run(scenario())


def test_a_file_that_stopped_differing_meanwhile_holds_nothing_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with many(tmp_path) as made:
            root = await made.root()

            def watch(done: int, _total: int) -> bool:
                (root / NAMES[1]).write_text("one\n")
                return True

            result = await made.review.approve(made.session.id, watch=watch)
            assert result.conflicts == {NAMES[1]: "it does not differ any more"}
            assert len(result.decided) == COUNT - 1

    asyncio.run(scenario())


def test_a_rewind_that_is_stopped_takes_itself_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with many(tmp_path) as made:
            root, before = await made.root(), await made.review.checkpoints(made.session.id)
            with pytest.raises(StoppedError, match="stopped"):
                await made.review.rewind(made.session.id, 0, watch=lambda done, _total: done < 7)
            assert texts(root) == ["two\n"] * COUNT
            assert await made.review.checkpoints(made.session.id) == before
            assert not any(t.rewound for t in await made.store.turns(session_id=made.session.id))
            seen: list[tuple[int, int]] = []

            def watch(done: int, total: int) -> bool:
                seen.append((done, total))
                return True

            await made.review.rewind(made.session.id, 0, watch=watch)
            assert texts(root) == ["one\n"] * COUNT and seen[-1] == (COUNT - 1, COUNT)
            with pytest.raises(StoppedError):
                await made.review.undo_rewind(made.session.id, watch=lambda done, _total: done < 7)
            assert texts(root) == ["one\n"] * COUNT
            await made.review.undo_rewind(made.session.id)
            assert texts(root) == ["two\n"] * COUNT

    asyncio.run(scenario())


def test_a_caller_that_goes_away_leaves_nothing_unstored(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with many(tmp_path) as made:
            begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()

            def watch(_done: int, _total: int) -> bool:
                if not begun.done():
                    begun.set_result(None)
                return True

            work = asyncio.ensure_future(made.review.approve(made.session.id, watch=watch))
            await begun
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
            written = [n for n, t in zip(NAMES, texts(made.folder), strict=True) if t == "two\n"]
            stored = [d.path for d in await made.review.decisions(made.session.id)]
            assert stored == written == NAMES[:LOT]

    asyncio.run(scenario())


def test_work_is_done_to_its_end_although_nobody_waits() -> None:
    async def scenario() -> None:
        gate, ended = threading.Event(), []

        async def work() -> None:
            await asyncio.to_thread(gate.wait, 20)
            ended.append(True)

        task = asyncio.ensure_future(whole(work()))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended == [True]

    asyncio.run(scenario())
