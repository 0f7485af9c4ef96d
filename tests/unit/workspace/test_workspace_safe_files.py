"""Files below a folder: read and replaced, never through a link, never half."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boocode_desktop.domain.product import TEMPORARY
from boocode_desktop.workspace.directories import Directory, PathDirectory, open_directory
from boocode_desktop.workspace.safe_files import EXECUTABLE, FILE, LINK, BlockedPathError, FileState, Folder

STATES = st.builds(
    FileState, mode=st.sampled_from([FILE, EXECUTABLE, LINK]), data=st.binary(min_size=1, max_size=60)
).map(lambda s: FileState(mode=LINK, data=s.data.replace(b"\0", b"-")) if s.mode == LINK else s)


Opener = Callable[[Path], Directory]
OPENERS = pytest.mark.parametrize("opener", [open_directory, PathDirectory])


@OPENERS
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STATES, min_size=1, max_size=5))
def test_what_is_written_is_read(tmp_path: Path, opener: Opener, states: list[FileState]) -> None:
    folder = Folder(tmp_path, opener)
    for state in states:
        folder.replace("a/b/c", state)
        assert folder.read("a/b/c") == state
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(TEMPORARY)]
    folder.remove("a/b/c")
    assert folder.read("a/b/c") is None
    assert list(tmp_path.iterdir()) == []


@OPENERS
def test_a_folder_that_still_holds_something_stays(tmp_path: Path, opener: Opener) -> None:
    folder = Folder(tmp_path, opener)
    for name in ("a/x", "a/y"):
        folder.replace(name, FileState(mode=FILE, data=b"1"))
    folder.remove("a/x")
    folder.remove("a/never")
    folder.remove("none/never")
    assert (tmp_path / "a" / "y").exists()


@OPENERS
def test_things_that_are_no_files_are_blocked(tmp_path: Path, opener: Opener) -> None:
    folder, state = Folder(tmp_path, opener), FileState(mode=FILE, data=b"1")
    (tmp_path / "dir").mkdir()
    (tmp_path / "file").write_text("f")
    (tmp_path / "link").symlink_to(tmp_path / "dir")
    os.mkfifo(tmp_path / "pipe")
    for path in ("dir", "file/x", "link/x"):
        with pytest.raises(BlockedPathError):
            folder.replace(path, state)
    for path in ("dir", "link/x", "pipe"):
        with pytest.raises(BlockedPathError):
            folder.read(path)
    assert folder.read("file/x") is None and folder.read("link") == FileState(
        mode=LINK, data=os.fsencode(tmp_path / "dir")
    )
    folder.replace("link", state)
    assert not (tmp_path / "link").is_symlink() and (tmp_path / "dir").is_dir()


@OPENERS
def test_a_failed_write_leaves_the_old_file(tmp_path: Path, opener: Opener) -> None:
    folder = Folder(tmp_path, opener)
    folder.replace("a", FileState(mode=FILE, data=b"old"))

    def fail(_name: str) -> None:
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        folder.replace("a", FileState(mode=FILE, data=b"new"), before=fail)
    assert folder.read("a") == FileState(mode=FILE, data=b"old")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_stamps_tell_every_write(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.stamp("a") is None and folder.stamp("b/a") is None
    seen = set()
    for number in range(5):
        folder.replace("a", FileState(mode=FILE, data=b"%d" % number))
        seen.add(folder.stamp("a"))
    assert len(seen) == 5


def test_the_folder_itself_may_be_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to("real")
    Folder(tmp_path / "alias").replace("a", FileState(mode=FILE, data=b"1"))
    assert (tmp_path / "real" / "a").read_bytes() == b"1"
