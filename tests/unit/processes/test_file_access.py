"""Guarded files: bounded, atomic, through no link, never in .git."""

import os
import stat
import sys

import pytest

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes import beneath
from boocode_desktop.processes.beneath import MovedError
from boocode_desktop.processes.file_access import READ_LIMIT, WRITE_LIMIT, FileError, delete, read_bytes, write_bytes
from boocode_desktop.processes.places import PathRefusedError, local_place

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")


@pytest.fixture
def place(tmp_path):
    (tmp_path / "tree").mkdir()
    return local_place(tmp_path / "tree")


def test_written_and_read_back(place):
    path = place.root / "deep" / "er" / "a.txt"
    write_bytes(place, path, b"one\r\n\xff")
    assert read_bytes(place, path).data == b"one\r\n\xff"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.txt"]


@posix
def test_the_mode_is_kept_and_new_files_follow_the_umask(place):
    path = place.root / "run.sh"
    write_bytes(place, path, b"#!/bin/sh\n")
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    path.chmod(0o750)
    write_bytes(place, path, b"#!/bin/sh\nexit\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o750


def test_the_old_file_is_whole_until_the_new_one_is(place):
    path = place.root / "a"
    write_bytes(place, path, b"old")
    before = path.stat().st_ino
    write_bytes(place, path, b"new")
    assert path.stat().st_ino != before


def test_a_changed_file_is_not_overwritten(place):
    path = place.root / "a"
    write_bytes(place, path, b"old")
    file = read_bytes(place, path)
    write_bytes(place, path, b"theirs, longer")
    with pytest.raises(FileError, match="changed by someone else"):
        write_bytes(place, path, b"ours", expected=file.stamp)
    assert path.read_bytes() == b"theirs, longer"
    path.unlink()
    with pytest.raises(FileError, match="changed by someone else"):
        write_bytes(place, path, b"ours", expected=file.stamp)
    assert not path.exists()


@pytest.mark.parametrize("name", [".git", ".git/config", "sub/.GIT/hooks/x", ".git/refs/heads/main"])
def test_git_data_is_never_changed(place, name):
    path = place.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with pytest.raises(PathRefusedError):
        write_bytes(place, path, b"x")
    with pytest.raises(PathRefusedError):
        delete(place, path)
    assert not path.exists() or path.is_dir()


def test_nothing_outside_or_the_root_itself_is_changed(place, tmp_path):
    (tmp_path / "other").write_text("x")
    for path in (tmp_path / "other", tmp_path / "tree2", place.root):
        with pytest.raises(PathRefusedError):
            write_bytes(place, path, b"y")
        with pytest.raises(PathRefusedError):
            delete(place, path)
    assert (tmp_path / "other").read_text() == "x"


def test_too_much_is_refused_with_the_size(place):
    path = place.root / "big"
    with path.open("wb") as stream:
        stream.truncate(READ_LIMIT + 1)
    with pytest.raises(FileError, match=r"10\.0 MB"):
        read_bytes(place, path)
    with pytest.raises(FileError, match="written"):
        write_bytes(place, place.root / "x", bytes(WRITE_LIMIT + 1))
    assert not (place.root / "x").exists()


def test_refusals_in_words(place):
    (place.root / "folder").mkdir()
    (place.root / "file").write_text("")
    for path, words in (("missing", "no file"), ("folder", "is a folder"), ("file/x", "not a folder")):
        with pytest.raises(FileError, match=words):
            read_bytes(place, place.root / path)
    with pytest.raises(FileError, match="is a folder"):
        write_bytes(place, place.root / "folder", b"x")
    with pytest.raises(FileError):
        delete(place, place.root / "missing")


@posix
def test_pipes_devices_and_sockets_are_refused_at_once(place):
    os.mkfifo(place.root / "pipe")
    with pytest.raises(FileError, match="not a regular file"):
        read_bytes(place, place.root / "pipe")
    with pytest.raises(UserFacingError):
        write_bytes(place, place.root / "pipe", b"x")
    assert stat.S_ISFIFO((place.root / "pipe").stat().st_mode)


@posix
def test_deleting_takes_the_link_and_empty_folders(place, tmp_path):
    target = tmp_path / "target"
    target.write_text("kept")
    (place.root / "link").symlink_to(target)
    (place.root / "empty").mkdir()
    (place.root / "full").mkdir()
    (place.root / "full" / "x").write_text("")
    delete(place, place.root / "link")
    delete(place, place.root / "empty")
    with pytest.raises(FileError):
        delete(place, place.root / "full")
    assert target.read_text() == "kept"
    assert sorted(os.listdir(place.root)) == ["full"]


@posix
@pytest.mark.parametrize("act", ["read", "write", "delete"])
def test_a_link_that_appears_on_the_way_is_not_followed(place, tmp_path, act):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_text("secret")
    (place.root / "dir").symlink_to(outside)  # after resolving, as far as the guard knows
    path = place.root / "dir" / "a"
    with pytest.raises(UserFacingError):
        {
            "read": lambda: read_bytes(place, path),
            "write": lambda: write_bytes(place, path, b"x"),
            "delete": lambda: delete(place, path),
        }[act]()
    assert (outside / "a").read_text() == "secret"


@posix
def test_a_link_in_the_place_of_the_file_is_not_followed(place, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (place.root / "a").symlink_to(secret)
    with pytest.raises(MovedError):
        read_bytes(place, place.root / "a")
    with pytest.raises(MovedError):
        write_bytes(place, place.root / "a", b"x")
    assert secret.read_text() == "secret"


def test_where_there_is_no_walk_the_path_is_resolved_again(place, tmp_path, monkeypatch):
    for module in (beneath, sys.modules["boocode_desktop.processes.file_access"]):
        monkeypatch.setattr(module, "HAS_WALK", False)
    path = place.root / "sub" / "a"
    write_bytes(place, path, b"one")
    assert read_bytes(place, path).data == b"one"
    delete(place, path)
    assert not path.exists()
    (tmp_path / "outside").mkdir()
    (place.root / "dir").symlink_to(tmp_path / "outside")
    with pytest.raises(MovedError):
        write_bytes(place, place.root / "dir" / "a", b"x")
    assert not (tmp_path / "outside" / "a").exists()


@posix
def test_a_failed_write_leaves_no_draft(place):
    (place.root / "a").mkdir()
    with pytest.raises(FileError):
        write_bytes(place, place.root / "a", b"x")
    assert os.listdir(place.root) == ["a"]
