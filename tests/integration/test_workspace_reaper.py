"""Folders that nobody owns: real worktrees of real repositories, and a clock that the tests turn."""

import time
from pathlib import Path

import pytest

from boocode_desktop.orchestrator.ports.upkeep import Owner
from boocode_desktop.workspace.disk_meter import measure
from boocode_desktop.workspace.reaper import Reaper
from boocode_desktop.workspace.reaping import ASIDE_S, GRACE_S
from boocode_desktop.workspace.session_lock import session_lock
from tests.fakes.workspace_sessions import Drive, git, repository, run, write

LATER, MUCH_LATER = GRACE_S + 60, GRACE_S + ASIDE_S + 120


@pytest.fixture
def drive(tmp_path):
    folder = repository(tmp_path / "repo", {"a.txt": "one\n", ".gitignore": "ignored/\n"})
    write(folder, {"yours.txt": "untracked, came along\n"})
    return Drive.start(tmp_path / "data", folder)


def tidy(drive, after_s, *owners):
    data = drive.workspace._data_dir
    return Reaper(data, {o.session_id: o for o in owners}, now=lambda: time.time() + after_s).tidy()


def owner(drive, *, archived=False):
    return Owner(session_id=drive.worktree.session_id, archived=archived, worktree=drive.worktree)


def aside(drive):
    return list((drive.workspace._data_dir / "worktrees").glob(".aside-*"))


def test_an_orphan_without_work_is_moved_aside_and_later_removed(drive):
    name, branch = drive.worktree.session_id, drive.worktree.branch
    assert tidy(drive, GRACE_S - 60) == []
    (said,) = tidy(drive, LATER)
    assert name in said and "no session owns it" in said
    assert not drive.root.exists() and len(aside(drive)) == 1
    assert (aside(drive)[0] / "yours.txt").exists()
    assert tidy(drive, LATER + ASIDE_S - 120) == []
    (said,) = tidy(drive, MUCH_LATER)
    assert said == f"{name} was removed: it was moved aside a week ago."
    assert not aside(drive)
    assert not list((drive.workspace._data_dir / "checkpoints").glob("*.git"))
    assert branch not in git(drive.folder, "branch", "--list")
    assert "boocode" not in git(drive.folder, "worktree", "list")


def test_moved_back_by_hand_it_works_again(drive):
    tidy(drive, LATER)
    aside(drive)[0].rename(drive.root)
    assert git(drive.root, "status", "--porcelain") == "?? yours.txt\n"
    assert tidy(drive, MUCH_LATER, owner(drive)) == []


def dirty_file(drive):
    (drive.root / "a.txt").write_text("changed\n")


def new_file(drive):
    (drive.root / "new.txt").write_text("new\n")


def deleted_file(drive):
    (drive.root / "yours.txt").unlink()


def commit(drive):
    write(drive.root, {"c.txt": "c"})
    git(drive.root, "add", "c.txt")
    git(drive.root, "commit", "-q", "-m", "work")


def detached_commit(drive):
    git(drive.root, "checkout", "-q", "--detach")
    commit(drive)


def rewound_work(drive):
    base = drive.head
    drive.play("goose", {"work.txt": "w\n"})
    drive.rewind(base.commit, 0)


def approved_work(drive):
    drive.play("goose", {"work.txt": "w\n"})
    drive.approve()


def broken_pointer(drive):
    (drive.root / ".git").write_text("gitdir: /nowhere\n")


def another_pointer(drive):
    (drive.root / ".git").write_text(f"gitdir: {drive.folder / '.git'}\n")


def broken_chain(drive):
    for file in (drive.workspace._data_dir / "checkpoints").glob("*.git/HEAD"):
        file.unlink()


WORK = [
    dirty_file, new_file, deleted_file, commit, detached_commit, rewound_work, approved_work, broken_pointer,
    another_pointer, broken_chain,
]  # fmt: skip


@pytest.mark.parametrize("make", WORK, ids=lambda make: make.__name__)
def test_whatever_may_be_work_is_never_touched(drive, make):
    make(drive)
    (said,) = tidy(drive, MUCH_LATER)
    assert "was left" in said
    assert drive.root.is_dir() and not aside(drive)


def test_a_commit_that_was_merged_is_no_work(drive):
    commit(drive)
    git(drive.folder, "merge", "-q", drive.worktree.branch)
    (drive.root / "c.txt").unlink()
    (said,) = tidy(drive, MUCH_LATER)
    assert "was moved to" in said and aside(drive)


def test_ignored_files_are_no_work(drive):
    write(drive.root, {"ignored/cache": "x"})
    tidy(drive, MUCH_LATER)
    assert (aside(drive)[0] / "ignored/cache").exists()


def test_what_a_session_owns_stays(drive):
    assert tidy(drive, MUCH_LATER, owner(drive)) == []
    assert tidy(drive, MUCH_LATER, owner(drive, archived=True)) == []
    assert drive.root.is_dir()


def test_archiving_that_was_killed_is_finished(drive):
    drive.play("goose", {"work.txt": "w\n"})
    run(drive.workspace.archive(drive.worktree, drive.head))
    (said,) = tidy(drive, 0, owner(drive, archived=True))
    assert "given back" in said
    assert not drive.root.exists()
    drive.worktree = run(drive.workspace.recreate(drive.worktree, drive.head))
    assert (drive.root / "work.txt").read_text() == "w\n"


def test_a_deletion_that_was_killed_is_finished(drive, monkeypatch):
    class KilledError(BaseException):
        """As if the program ended here."""

    def killed(_path):
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr("boocode_desktop.workspace.worktrees.remove_tree", killed)
        with pytest.raises(KilledError):
            run(drive.workspace.remove(drive.worktree))
    assert not drive.root.exists()
    assert tidy(drive, 60) == []
    (said,) = tidy(drive, LATER)
    assert "deletion was interrupted" in said
    assert not list((drive.workspace._data_dir / "worktrees").glob(".gone-*"))


def test_who_works_there_is_not_disturbed(drive):
    with session_lock(Path(drive.worktree.chain)):
        assert tidy(drive, MUCH_LATER) == []
    assert drive.root.is_dir()


def test_the_meter_counts_what_sessions_take(drive):
    data = drive.workspace._data_dir
    before = measure(data)
    assert before.live == 1 and before.complete and before.checkpoints > 0
    (drive.root / "big").write_bytes(b"x" * (1 << 20))
    (drive.root / "same").hardlink_to(drive.root / "big")
    after = measure(data)
    assert (1 << 20) <= after.worktrees - before.worktrees < (1 << 20) + 65536
    assert after.total == after.worktrees + after.checkpoints + after.archives
    assert not measure(data, budget_s=0).complete
