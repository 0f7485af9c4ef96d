"""Files and symbols of a session's folder by a few letters, on a real disk."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.orchestrator import mentions
from boocode_desktop.orchestrator.mentions import MentionDesk
from boocode_desktop.tools.file_listing import RipgrepLister, walked


class Store:
    """Knows one worktree."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def worktree(self, session_id: str) -> WorktreeRecord | None:
        fields = {"project_path": "", "chain": "", "base": "", "baseline": ""}
        return (
            WorktreeRecord(session_id="s", root=str(self.root), isolation="worktree", **fields) if session_id else None
        )


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").write_text(text)


def with_desk(root: Path, work: Callable[[MentionDesk], Awaitable[Any]], lister: Any = None) -> Any:
    async def run() -> Any:
        desk = MentionDesk(Store(root), lister or RipgrepLister())  # type: ignore[arg-type]
        try:
            return await work(desk)
        finally:
            await desk.close()

    return asyncio.run(run())


async def until(found: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(10):
        while not (value := await found()):
            await asyncio.sleep(0.01)
    return value


def test_files_at_once_and_symbols_when_they_are_read(tmp_path: Path) -> None:
    write(tmp_path, src__retry="class RetryClient: ...\n", src__http="\n\ndef retry_after(): ...\n", other="x = 1\n")

    async def work(desk: MentionDesk) -> Any:
        first = await desk.find("s", "retry")
        symbols = await until(lambda: _symbols(desk, "retry"))
        return first, symbols, await desk.find("s", "")

    first, symbols, everything = with_desk(tmp_path, work)
    assert [f.path for f in first.files] == ["src/retry.py"]
    assert [(s.name, s.path, s.line) for s in symbols] == [
        ("RetryClient", "src/retry.py", 1),
        ("retry_after", "src/http.py", 3),
    ]
    assert everything.files_in_all == 3
    assert everything.symbols == ()


async def _symbols(desk: MentionDesk, query: str, *, fresh: bool = False) -> Any:
    return (await desk.find("s", query, fresh=fresh)).symbols


def test_what_changed_is_found_when_asked_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mentions, "_FRESH_S", 0.0)
    write(tmp_path, one="def before(): ...\n")

    async def work(desk: MentionDesk) -> None:
        await until(lambda: _symbols(desk, "before"))
        write(tmp_path, one="def afterwards(): ...\n", two="")
        await until(lambda: _symbols(desk, "afterwards", fresh=True))
        assert (await desk.find("s", "two")).files[0].path == "two.py"
        assert await _symbols(desk, "before") == ()

    with_desk(tmp_path, work)


def test_without_a_folder_or_a_listing_it_says_so(tmp_path: Path) -> None:
    class Broken:
        async def list_files(self, _root: Path) -> list[str]:
            raise UserFacingError("It cannot be listed.")

    async def work(desk: MentionDesk) -> None:
        with pytest.raises(NotFoundError):
            await desk.find("", "x")
        with pytest.raises(UserFacingError, match="cannot be listed"):
            await desk.find("s", "x")

    with_desk(tmp_path, work, Broken())


def test_folders_that_hold_no_work_are_not_walked(tmp_path: Path) -> None:
    write(tmp_path, a__b="", node_modules__x="")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("")
    assert walked(tmp_path) == ["a/b.py"]
