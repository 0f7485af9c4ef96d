"""An agent's shell, or the repository itself, means harm: the chain stays whole, nothing runs, the user is told."""

import os
import shutil
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import UserFacingError
from tests.fakes.workspace_sessions import Drive, contents, git, repository, run, write


@pytest.fixture
def drive(tmp_path: Path) -> Drive:
    """A session with two turns."""
    made = Drive.start(tmp_path / "data", repository(tmp_path / "p"))
    made.play("alpha", {"a.txt": "one\nTWO\nthree\n"})
    made.play("beta", {"n.txt": "new\n", "src/b.py": None})
    return made


def whole(drive: Drive) -> None:
    """Every checkpoint can still be gone to, and blame still knows everyone."""
    for number in (1, 0, 2):
        target = next(c for c in drive.checkpoints if c.turn_number == number and c.phase in ("after", "base"))
        drive.rewind(target.commit, number)
    assert contents(drive.root) == {"a.txt": b"one\nTWO\nthree\n", "n.txt": b"new\n"}
    assert [line.author for line in drive.blame("a.txt")] == ["", "alpha", ""]
    assert git(Path(drive.worktree.chain), "--git-dir=.", "fsck", "--full").strip() == ""


def test_gc_and_mirror_push_reach_nothing_of_ours(drive: Drive, tmp_path: Path) -> None:
    ours = {
        line.split()[0] for line in git(Path(drive.worktree.chain), "--git-dir=.", "rev-list", "--all").splitlines()
    }
    mirror = tmp_path / "mirror.git"
    git(tmp_path, "init", "-q", "--bare", str(mirror))
    for place in (drive.folder, drive.root):
        git(place, "reflog", "expire", "--expire=now", "--all")
        git(place, "gc", "-q", "--prune=now", "--aggressive")
        git(place, "push", "-q", "--mirror", str(mirror))
    pushed = git(mirror, "for-each-ref", "--format=%(refname)").split()
    assert set(pushed) == {"refs/heads/main", f"refs/heads/{drive.worktree.branch}"}
    known = git(mirror, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    assert not ours & set(known)
    assert not ours & set(git(drive.folder, "log", "--all", "--format=%H").split())
    whole(drive)


def test_the_shell_deletes_every_ref_and_object(drive: Drive) -> None:
    git(drive.root, "update-ref", "--no-deref", "-d", f"refs/heads/{drive.worktree.branch}")
    git(drive.folder, "tag", "marked")
    shutil.rmtree(drive.folder / ".git" / "objects")
    (drive.folder / ".git" / "objects").mkdir()
    whole(drive)
    assert "The tag marked was added (nothing → " in " ".join(drive.audit())
    drive.approve()
    assert (drive.folder / "a.txt").read_text() == "one\nTWO\nthree\n"


def test_a_poisoned_repository_runs_nothing(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p", {".gitattributes": "*.txt filter=evil diff=evil merge=evil\n", "a.txt": "a\n"})
    trap = tmp_path / "ran"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\necho ran >> {trap}\ncat\n")
    script.chmod(0o755)
    for name in (
        "pre-commit",
        "post-commit",
        "post-checkout",
        "reference-transaction",
        "post-index-change",
        "post-rewrite",
    ):
        shutil.copy(script, folder / ".git" / "hooks" / name)
    for key in (
        "core.fsmonitor",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.evil.command",
        "merge.evil.driver",
        "core.sshCommand",
        "core.editor",
        "diff.external",
        "credential.helper",
        "core.askPass",
        "gpg.program",
    ):
        git(folder, "config", key, str(script))
    git(folder, "config", "filter.evil.required", "true")
    git(folder, "config", "commit.gpgSign", "true")
    trap.unlink(missing_ok=True)
    write(folder, {"a.txt": "dirty\n", "u.txt": "untracked\n"})
    drive = Drive.start(tmp_path / "data", folder)
    drive.play("alpha", {"a.txt": "agent\n", "n.txt": "n\n"})
    for scope in ("session", "turn", "branch", "uncommitted"):
        assert "a.txt" in drive.listed(scope)  # type: ignore[arg-type]
    drive.diff("a.txt", "branch")
    (decision, *_) = drive.approve().decisions
    drive.undo(decision)
    drive.reject()
    drive.blame("a.txt")
    drive.rewind(drive.checkpoints[0].commit, 0)
    drive.audit()
    shutil.rmtree(drive.root)
    run(drive.workspace.recreate(drive.worktree, drive.head))
    run(drive.workspace.remove(drive.worktree))
    assert not trap.exists()


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["config", "core.hooksPath", "/tmp/evil"], "setting core.hookspath was added: /tmp/evil"),
        (["config", "alias.st", "!evil"], "setting alias.st was added: !evil"),
        (["config", "filter.x.clean", "evil"], "setting filter.x.clean was added: evil"),
        (["config", "user.name", "Someone"], "git file config was changed"),
        (["branch", "sneaky"], "The branch sneaky was added"),
        (["update-ref", "-d", "refs/heads/main"], "The branch main was removed"),
        (["tag", "-f", "v1"], "The tag v1 was added"),
        (["worktree", "add", "-q", "--detach", "../../../elsewhere"], ""),
    ],
)
def test_what_the_shell_does_to_the_repository_is_told(drive: Drive, command: list[str], sentence: str) -> None:
    assert drive.audit() == []
    git(drive.root, *command)
    told = " ".join(drive.audit())
    assert sentence in told
    assert drive.audit() == [], "told once"
    whole(drive)


def test_hooks_and_other_files_are_watched(drive: Drive) -> None:
    hook = drive.folder / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\n")
    assert "hook pre-commit was added" in " ".join(drive.audit())
    hook.chmod(0o755)
    assert "hook pre-commit was changed" in " ".join(drive.audit())
    hook.unlink()
    assert "hook pre-commit was removed" in " ".join(drive.audit())
    write(drive.folder / ".git", {"info/attributes": "* filter=evil\n", "objects/info/alternates": "/tmp\n"})
    told = " ".join(drive.audit())
    assert "info/attributes was added" in told and "objects/info/alternates was added" in told
    git(drive.folder, "checkout", "-q", "--detach")
    assert "HEAD was moved" in " ".join(drive.audit())


def test_own_commits_of_agents_are_no_news(drive: Drive) -> None:
    git(drive.root, "add", "-A")
    git(drive.root, "commit", "-q", "-m", "agent")
    assert drive.audit() == []


@pytest.mark.parametrize("how", ["rewritten", "deleted", "link", "folder"])
def test_a_rewritten_git_file_is_told_and_put_back(drive: Drive, tmp_path: Path, how: str) -> None:
    evil = repository(tmp_path / "evil", {"e.txt": "e\n"})
    pointer = drive.root / ".git"
    kept = pointer.read_bytes()
    pointer.unlink()
    if how == "rewritten":
        pointer.write_text(f"gitdir: {evil / '.git'}\n")
    elif how == "link":
        pointer.symlink_to(evil / ".git")
    elif how == "folder":
        shutil.copytree(evil / ".git", pointer)
    made = drive.play("gamma", {"z.txt": "z\n"})
    assert made.files == ("z.txt",)
    assert "z.txt" in drive.listed("uncommitted"), "opened by the recorded git directory"
    assert ".git file" in drive.audit()[0]
    assert pointer.is_file() and not pointer.is_symlink() and pointer.read_bytes() == kept
    assert git(drive.root, "rev-parse", "--abbrev-ref", "HEAD").strip() == drive.worktree.branch
    assert drive.audit() == []
    assert git(evil, "status", "--porcelain") == ""


def test_a_redirected_git_directory_is_refused(drive: Drive, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    (Path(drive.worktree.gitdir) / "gitdir").write_text(f"{evil}/.git\n")
    with pytest.raises(UserFacingError, match="leads to"):
        drive.listed("uncommitted")
    assert "git file gitdir was changed" in " ".join(drive.audit())
    run(drive.workspace.remove(drive.worktree))
    assert evil.is_dir() and not drive.root.exists()


def test_the_folder_is_swapped_for_a_link_between_look_and_write(drive: Drive, tmp_path: Path) -> None:
    """The path is opened component by component: a link that appears late is seen, not followed."""
    from boocode_desktop.workspace.safe_files import BlockedPathError, FileState, Folder

    outside = tmp_path / "outside"
    outside.mkdir()
    inner = drive.folder / "sub"
    inner.mkdir()
    folder = Folder(drive.folder)

    def swap(_name: str) -> None:
        inner.rename(drive.folder / "moved")
        inner.symlink_to(outside)

    folder.replace("sub/x.txt", FileState(mode=0o100644, data=b"x"), before=swap)
    assert list(outside.iterdir()) == [] and (drive.folder / "moved" / "x.txt").read_bytes() == b"x"
    with pytest.raises(BlockedPathError):
        folder.replace("sub/y.txt", FileState(mode=0o100644, data=b"y"))
    with pytest.raises(BlockedPathError):
        folder.read("sub/y.txt")
    assert list(outside.iterdir()) == []


def test_a_rewind_follows_no_link_that_took_a_folders_place(drive: Drive, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, {"b.py": "precious\n"})
    shutil.rmtree(drive.root / "src", ignore_errors=True)
    (drive.root / "src").symlink_to(outside)
    drive.checkpoint("after", "gamma")
    drive.rewind(drive.checkpoints[0].commit, 0)
    assert (drive.root / "src" / "b.py").read_text() == "x = 1\n" and not (drive.root / "src").is_symlink()
    assert (outside / "b.py").read_text() == "precious\n"


def test_names_that_climb_out_are_refused_everywhere(drive: Drive, tmp_path: Path) -> None:
    for name in ("../p/a.txt", "/etc/passwd", "", ".git/config", "a/../../b", "a\0b"):
        for ask in (drive.approve, drive.reject, drive.diff, drive.blame):
            if name or ask not in (drive.approve, drive.reject):
                with pytest.raises(UserFacingError):
                    ask(name)
    assert run(drive.workspace.file_text(drive.worktree, drive.head.commit, "../a.txt")) is None
    assert os.listdir(tmp_path / "p") == os.listdir(drive.folder)
