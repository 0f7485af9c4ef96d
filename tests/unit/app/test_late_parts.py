"""Parts that are made when first needed: once, in a thread, not before they may be."""

import asyncio
import inspect
import threading

import pytest

from boocode_desktop.app.late_parts import LateParts
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.llm.catalog import Catalog
from boocode_desktop.orchestrator.ports.models import ModelCatalog
from boocode_desktop.orchestrator.ports.workspace import Workspace


class Part:
    """A part that counts."""

    def __init__(self) -> None:
        self.thread = threading.current_thread()
        self.closed = 0

    async def add(self, a: int, *, b: int) -> int:
        return a + b

    async def refuse(self) -> None:
        raise UserFacingError("No.")

    async def close(self) -> None:
        self.closed += 1


def test_it_is_made_once_in_a_thread_by_the_first_call():
    made: list[Part] = []

    def make() -> Part:
        made.append(Part())
        return made[-1]

    async def main() -> None:
        late = LateParts()
        late.begin()
        part = late.part(make)
        await asyncio.sleep(0)
        assert made == []
        assert await asyncio.gather(part.add(1, b=2), part.add(3, b=4)) == [3, 7]
        with pytest.raises(UserFacingError, match="No"):
            await part.refuse()
        await part.close()

    asyncio.run(main())
    (part,) = made
    assert part.thread is not threading.main_thread()
    assert part.closed == 1


def test_calls_wait_until_parts_may_be_made():
    async def main() -> None:
        late = LateParts()
        part = late.part(Part)
        waiting = asyncio.create_task(part.add(1, b=1))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        late.begin()
        late.begin()
        assert await waiting == 2

    asyncio.run(main())


def test_what_was_never_made_is_not_made_to_be_closed():
    def make() -> Part:
        raise AssertionError("it was made")

    async def main() -> None:
        await LateParts().part(make).close()

    asyncio.run(main())


def test_a_part_that_cannot_be_made_says_so_to_every_caller():
    def make() -> Part:
        raise ImportError("no library")

    async def main() -> None:
        late = LateParts()
        late.begin()
        part = late.part(make)
        for _ in range(2):
            with pytest.raises(ImportError):
                await part.add(1, b=1)

    asyncio.run(main())


@pytest.mark.parametrize("port", [Workspace, ModelCatalog, Catalog])
def test_everything_that_is_made_late_is_a_coroutine(port):
    public = [m for name, m in inspect.getmembers(port, inspect.isfunction) if not name.startswith("_")]
    assert public
    assert all(inspect.iscoroutinefunction(m) for m in public)
