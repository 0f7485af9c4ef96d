"""Files and folders made to exhaust: refused or cut, in bounded time, with words."""

import asyncio
import os
import sys
import time

import pytest

from tests.fakes.tool_rig import rig_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")


@pytest.fixture
def rig(tmp_path):
    return rig_in(tmp_path / "tree")


@pytest.fixture
def gigabyte(rig):
    with (rig.root / "big").open("wb") as stream:
        stream.truncate(1 << 30)
    return "big"


def test_huge_file_is_refused_with_its_size(rig, gigabyte):
    for name, more in (("read_file", {}), ("edit_file", {"old_string": "a", "new_string": "b"})):
        output = rig.run(name, path=gigabyte, **more)
        assert output.outcome == "error"
        assert "1024.0 MB" in output.error
    assert rig.run("search_text", pattern="x").outcome == "success"
    assert rig.run("delete_file", path=gigabyte).outcome == "success"


def test_what_grows_or_never_ends_is_not_read(rig):
    (rig.root / "zero").symlink_to("/dev/zero")
    (rig.root / "self").symlink_to("/proc/self/mem")
    os.mkfifo(rig.root / "pipe")
    for name in ("zero", "self", "pipe"):
        output = rig.run("read_file", path=name)
        assert output.outcome == "error"
        assert output.error


def test_a_very_deep_tree(rig):
    deep = rig.root
    for _ in range(400):
        deep = deep / "d"
        deep.mkdir()
    (deep / "leaf.txt").write_text("needle\n")
    assert rig.run("find_files", pattern="leaf.txt").text.endswith("d/leaf.txt")
    assert rig.run("search_text", pattern="needle").details["hits"] == 1
    assert "deeper than" in rig.run("read_file", path="d/" * 400 + "leaf.txt").error
    assert "deeper than" in rig.run("create_file", path="e/" * 400 + "x", content="x").error
    assert os.listdir(rig.root) == ["d"]


def test_a_name_too_long(rig):
    assert rig.run("create_file", path="n" * 300, content="x").outcome == "error"
    assert rig.run("read_file", path="n/" * 3000).outcome == "error"
    assert os.listdir(rig.root) == []


def test_a_folder_with_very_many_files(rig):
    for number in range(21_000):
        os.close(os.open(rig.root / f"f{number}", os.O_CREAT | os.O_WRONLY))
    output = rig.run("list_dir", path=".")
    assert len(output.text.split("\n")) == 1001
    assert "19,000+ more entries" in output.text
    assert rig.run("find_files", pattern="f2099*").details["hits"] == 11


def test_one_line_of_nine_megabytes(rig):
    (rig.root / "min.js").write_text("x=1;" * 2_250_000)
    assert len(rig.run("read_file", path="min.js").text) < 5000
    assert len(rig.run("search_text", pattern="x=1").text) < 1000
    output = rig.run("edit_file", path="min.js", old_string="y = 2 and something else", new_string="z")
    assert output.outcome == "error"
    assert len(output.error) < 2000


def test_an_expression_made_to_explode(rig):
    (rig.root / "a").write_text("a" * 5000 + "!")
    assert rig.run("search_text", pattern="(a+)+$").outcome == "success"
    assert rig.run("search_text", pattern="(((a{1,1000}){1,1000}){1,1000})").outcome == "error"
    assert rig.run("find_files", pattern="*a" * 60).outcome == "success"


def test_an_edit_of_a_large_repetitive_file_ends_and_holds_nobody_up(rig):
    """The comparison runs in a thread: the event loop goes on meanwhile."""
    (rig.root / "rows.txt").write_text("".join(f"    value = compute({n % 7}, 'row')\n" for n in range(60_000)))
    old = "\n".join(f"value := compute({n % 5}, 'raw')" for n in range(300))
    gaps = []

    async def beat(stop):
        while not stop.is_set():
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            gaps.append(time.perf_counter() - before)

    async def play():
        stop = asyncio.Event()
        beating = asyncio.create_task(beat(stop))
        output = await rig.call("edit_file", path="rows.txt", old_string=old, new_string="x")
        stop.set()
        await beating
        return output

    output = asyncio.run(play())
    assert output.outcome == "error"
    assert len(gaps) > 3


def test_the_same_file_edited_by_someone_meanwhile_is_not_lost(rig):
    """Edits race with a writer; each one is either applied to what is there or refused, never over it."""
    path = rig.root / "shared"
    path.write_text("ours: 0\ntheirs: 0\n")

    async def ours():
        return await rig.call("edit_file", path="shared", old_string="ours: 0", new_string="ours: 1")

    def theirs():
        path.write_text(path.read_text().replace("theirs: 0", "theirs: 1 and longer"))

    async def play():
        return (await asyncio.gather(ours(), asyncio.to_thread(theirs)))[0]

    for _ in range(20):
        path.write_text("ours: 0\ntheirs: 0\n")
        output = asyncio.run(play())
        text = path.read_text()
        assert text in (
            "ours: 1\ntheirs: 1 and longer\n",
            "ours: 0\ntheirs: 1 and longer\n",
            "ours: 1\ntheirs: 0\n",
        )
        assert (output.outcome == "success") or "ours: 0" in text
