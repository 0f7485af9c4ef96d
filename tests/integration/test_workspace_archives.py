"""Archived sessions give their disk back and come back exactly, by real git."""

import os
import subprocess

import pytest

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.workspace import archives
from boocode_desktop.workspace.chain import Chain
from tests.fakes.workspace_sessions import Drive, contents, git, repository, run, write

MINE = {"new/deep.txt": "fresh\n", "a.txt": "one\ntwo by agent\nthree\n", "odd name é.bin": b"\x00\xff\x00binary"}


@pytest.fixture
def drive(tmp_path):
    folder = repository(tmp_path / "repo")
    git(folder, "config", "user.name", "Test")
    git(folder, "config", "user.email", "test@example.org")
    write(folder, {".gitignore": "ignored.log\nnode_modules/\n", "yours.txt": "untracked\n", "src/b.py": "x = 2\n"})
    return Drive.start(tmp_path / "data", folder)


def worked(drive):
    """A session with everything in it that could be lost."""
    drive.play("goose", dict(MINE))
    drive.play("boocode", {"b2.txt": "second\n", "src/b.py": None})
    write(drive.root, {"ignored.log": "log\n", "node_modules/m/index.js": "m", "big.bin": b"x" * (11 << 20)})
    (drive.root / "link").symlink_to("a.txt")
    (drive.root / "b2.txt").chmod(0o755)
    drive.checkpoint("before", "you", turn=3)
    return drive


def put_away(drive):
    patch = run(drive.workspace.archive(drive.worktree, drive.head))
    run(drive.workspace.free(drive.worktree))
    return patch


def bring_back(drive):
    drive.worktree = run(drive.workspace.recreate(drive.worktree, drive.head))


def without(found, *names):
    return {name: data for name, data in found.items() if not name.startswith(names)}


def test_what_comes_back_is_the_same_byte_for_byte(drive):
    worked(drive)
    before, status = contents(drive.root), git(drive.root, "status", "--porcelain", "-uall")
    log = git(drive.root, "log", "--format=%H")
    put_away(drive)
    assert not drive.root.exists()
    assert "boocode" not in git(drive.folder, "worktree", "list")
    bring_back(drive)
    assert contents(drive.root) == without(before, "node_modules/")
    assert git(drive.root, "status", "--porcelain", "-uall") == status
    assert git(drive.root, "log", "--format=%H") == log
    assert not archives.place_of(drive.workspace._data_dir, drive.worktree.session_id).exists()


def test_only_what_no_checkpoint_holds_stays_on_the_disk(drive):
    worked(drive)
    data = drive.workspace._data_dir
    put_away(drive)
    rest = archives.place_of(data, drive.worktree.session_id) / archives.REST
    assert sorted(contents(rest)) == ["big.bin", "ignored.log"]


def test_the_work_is_committed_on_the_branch_by_those_who_did_it(drive):
    worked(drive)
    put_away(drive)
    branch = drive.worktree.branch
    log = git(drive.folder, "log", "--reverse", "--format=%an|%s", f"main..{branch}").splitlines()
    assert log == ["goose|Work of goose (turn 1)", "boocode|Work of boocode (turn 2)", "Test|Work of Test (turn 3)"]
    assert git(drive.folder, "show", f"{branch}:new/deep.txt") == "fresh\n"
    names = git(drive.folder, "-c", "core.quotepath=off", "diff", "--name-only", "main", branch).splitlines()
    assert names == ["a.txt", "b2.txt", "link", "new/deep.txt", "odd name é.bin", "src/b.py"]


def test_no_hook_runs_for_those_commits(drive, tmp_path):
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction"):
        hook = drive.folder / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/hook-ran\n")
        hook.chmod(0o755)
    worked(drive)
    put_away(drive)
    bring_back(drive)
    assert not (tmp_path / "hook-ran").exists()


def test_the_patch_holds_what_was_not_approved(drive, tmp_path):
    worked(drive)
    drive.approve("a.txt")
    patch = put_away(drive)
    assert patch.stat().st_mode & 0o077 == 0
    clone = tmp_path / "clone"
    clone.mkdir()
    git(clone, "init", "-q")
    write(clone, {"src/b.py": "x = 2\n"})
    done = subprocess.run(["git", "apply", "--binary", str(patch)], cwd=clone, capture_output=True, check=False)
    text = patch.read_bytes()
    assert b"fresh" in text and b"GIT binary patch" in text
    assert b"two by agent" not in text
    assert done.returncode == 0, done.stderr
    assert (clone / "odd name é.bin").read_bytes() == MINE["odd name é.bin"]
    assert not (clone / "src/b.py").exists()


def test_a_branch_that_went_on_is_left_as_it_is(drive, tmp_path):
    worked(drive)
    put_away(drive)
    other = tmp_path / "other"
    git(drive.folder, "worktree", "add", "-q", str(other), drive.worktree.branch)
    write(other, {"more.txt": "more"})
    git(other, "add", "more.txt")
    git(other, "commit", "-q", "-m", "more")
    with pytest.raises(UserFacingError, match="checked out somewhere else"):
        bring_back(drive)
    assert archives.read_note(drive.workspace._data_dir, drive.worktree.session_id) is not None
    tip = git(other, "rev-parse", "HEAD")
    git(drive.folder, "worktree", "remove", str(other))
    bring_back(drive)
    assert git(drive.root, "rev-parse", "HEAD") == tip
    assert (drive.root / "new/deep.txt").read_text() == "fresh\n"
    assert (drive.root / "ignored.log").exists()


def test_a_deleted_branch_does_not_stand_in_the_way(drive):
    worked(drive)
    before = contents(drive.root)
    put_away(drive)
    git(drive.folder, "branch", "-D", drive.worktree.branch)
    bring_back(drive)
    assert contents(drive.root) == without(before, "node_modules/")


def test_archiving_again_after_a_crash_does_not_stack_up(drive):
    worked(drive)
    before, log = contents(drive.root), git(drive.root, "log", "--format=%H")
    run(drive.workspace.archive(drive.worktree, drive.head))
    put_away(drive)
    assert len(git(drive.folder, "log", "--format=%H", f"main..{drive.worktree.branch}").splitlines()) == 3
    bring_back(drive)
    assert contents(drive.root) == without(before, "node_modules/")
    assert git(drive.root, "log", "--format=%H") == log


def test_taken_back_before_the_disk_was_freed_nothing_changed(drive):
    worked(drive)
    before, status = contents(drive.root), git(drive.root, "status", "--porcelain")
    run(drive.workspace.archive(drive.worktree, drive.head))
    bring_back(drive)
    assert contents(drive.root) == before
    assert git(drive.root, "status", "--porcelain") == status


@pytest.mark.parametrize("stop", ["move", "forget", "strip"])
def test_freeing_that_was_killed_is_finished_by_the_next(drive, monkeypatch, stop):
    worked(drive)
    before = contents(drive.root)
    run(drive.workspace.archive(drive.worktree, drive.head))

    class KilledError(BaseException):
        """As if the program ended here."""

    def killed(*_):
        raise KilledError

    with monkeypatch.context() as patched:
        if stop == "move":
            patched.setattr(archives.Path, "rename", killed)
        elif stop == "forget":
            patched.setattr(archives.worktrees, "forget", killed)
        else:
            patched.setattr(archives, "_remove_empty", killed)
        with pytest.raises(KilledError):
            archives.free(drive.worktree, Chain.open(drive.worktree), drive.workspace._data_dir)
    run(drive.workspace.free(drive.worktree))
    assert not drive.root.exists()
    bring_back(drive)
    assert contents(drive.root) == without(before, "node_modules/")


def test_a_file_that_changed_after_the_last_checkpoint_is_not_lost(drive):
    worked(drive)
    run(drive.workspace.archive(drive.worktree, drive.head))
    write(drive.root, {"a.txt": "changed while archiving\n"})
    run(drive.workspace.free(drive.worktree))
    rest = archives.place_of(drive.workspace._data_dir, drive.worktree.session_id) / archives.REST
    assert (rest / "a.txt").read_text() == "changed while archiving\n"


def test_keys_that_were_carried_along_reach_no_branch(tmp_path):
    folder = repository(tmp_path / "repo", {"a.txt": "a\n", ".gitignore": ".env\n"})
    write(folder, {".env": "KEY=old\n", ".boocode/worktree.toml": 'carry = [".env"]\n'})
    drive = Drive.start(tmp_path / "data", folder)
    drive.play("goose", {".env": "KEY=new\n", "a.txt": "b\n"})
    put_away(drive)
    assert git(drive.folder, "diff", "--name-only", "main", drive.worktree.branch) == "a.txt\n"
    bring_back(drive)
    assert (drive.root / ".env").read_text() == "KEY=new\n"


def test_line_ends_of_a_checkout_are_committed_as_git_would(tmp_path):
    folder = repository(tmp_path / "repo", {"w.txt": "one\n", ".gitattributes": "*.txt text eol=crlf\n"})
    (folder / "w.txt").unlink()
    git(folder, "checkout", "-q", "--", "w.txt")
    assert (folder / "w.txt").read_bytes() == b"one\r\n"
    drive = Drive.start(tmp_path / "data", folder)
    drive.play("goose", {"w.txt": "one\r\ntwo\r\n"})
    put_away(drive)
    assert git(drive.folder, "cat-file", "-p", f"{drive.worktree.branch}:w.txt") == "one\ntwo\n"
    bring_back(drive)
    assert (drive.root / "w.txt").read_bytes() == b"one\r\ntwo\r\n"


def test_a_part_of_a_repository_is_committed_at_its_place(tmp_path):
    folder = repository(tmp_path / "repo", {"top.txt": "t\n", "part/in.txt": "i\n"})
    drive = Drive.start(tmp_path / "data", folder / "part")
    drive.play("goose", {"in.txt": "changed\n", "x/y.txt": "y\n"})
    write(drive.root.parent, {"beside.txt": "an agent's shell wrote this\n"})
    before = contents(drive.root.parent)
    put_away(drive)
    assert git(folder, "diff", "--name-only", "main", drive.worktree.branch) == "part/in.txt\npart/x/y.txt\n"
    bring_back(drive)
    assert contents(drive.root.parent) == before


def test_deleting_an_archived_session_leaves_nothing(drive):
    worked(drive)
    put_away(drive)
    run(drive.workspace.remove(drive.worktree))
    data = drive.workspace._data_dir
    assert not list((data / "archives").iterdir()) and not list((data / "checkpoints").iterdir())
    assert drive.worktree.branch not in git(drive.folder, "branch", "--list")
    assert not os.listdir(data / "worktrees")
