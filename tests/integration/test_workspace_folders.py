"""What folders are, and how sessions start in each kind."""

import asyncio
import os
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import Isolation
from boocode_desktop.workspace.folders import inspect
from boocode_desktop.workspace.git_workspace import GitWorkspace
from tests.fakes.workspace_sessions import Drive, contents, git, repository, write


def test_a_plain_folder_can_be_worked_in_place(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    write(folder, {"a.txt": "a\n", ".gitignore": "*.log\n", "x.log": "noise\n"})
    assert inspect(folder).kind == "plain"
    with pytest.raises(UserFacingError, match="not in a git repository") as refusal:
        Drive.start(tmp_path / "data", folder)
    assert "in-place" in refusal.value.hint
    assert not (tmp_path / "data" / "checkpoints").exists()
    drive = Drive.start(tmp_path / "data", folder, isolation="in-place")
    assert drive.root == folder and drive.worktree.branch == drive.worktree.gitdir == ""
    drive.play("alpha", {"a.txt": "b\n"})
    assert drive.listed() == {"a.txt": ("modified", "open")}
    assert drive.listed("branch") == drive.listed("uncommitted") == drive.listed()
    assert sorted(p.name for p in folder.iterdir()) == [".gitignore", "a.txt", "x.log"]
    assert drive.audit() == []
    assert not drive.at_risk().any


def test_missing_and_broken(tmp_path: Path) -> None:
    assert inspect(tmp_path / "nowhere").kind == "missing"
    folder = tmp_path / "broken"
    (folder / ".git").mkdir(parents=True)
    assert inspect(folder).kind == "plain"
    (folder / ".git" / "HEAD").write_text("garbage")
    assert inspect(folder).kind == "plain"
    (folder / "linked").mkdir()
    (folder / "linked" / ".git").write_text("gitdir: /nowhere\n")
    assert inspect(folder / "linked").kind == "broken"
    repo = repository(tmp_path / "cut")
    (repo / ".git" / "config").write_text("[core\nnonsense")
    assert inspect(repo).kind == "broken"
    with pytest.raises(UserFacingError):
        Drive.start(tmp_path / "data", repo)


def test_a_git_folder_that_is_no_repository_is_walked_past_as_git_does(tmp_path: Path) -> None:
    above = tmp_path / "above"
    (above / ".git").mkdir(parents=True)
    plain, own = above / "plain", repository(above / "own")
    write(plain, {"a.txt": "a\n"})
    assert inspect(plain).kind == "plain"
    assert inspect(own).kind == "git"
    inside = own / "inside"
    (inside / ".git").mkdir(parents=True)
    assert inspect(inside).kind == "git" and not inspect(inside).problem
    drive = Drive.start(tmp_path / "data", plain, isolation="in-place")
    drive.play("alpha", {"a.txt": "b\n"})
    assert drive.listed() == {"a.txt": ("modified", "open")}


def test_no_commit_yet(tmp_path: Path) -> None:
    folder = tmp_path / "unborn"
    folder.mkdir()
    git(folder, "init", "-q")
    info = inspect(folder)
    assert info.kind == "git" and info.unborn and info.problem
    with pytest.raises(UserFacingError, match="no commit yet") as refusal:
        Drive.start(tmp_path / "data", folder)
    assert "first commit" in refusal.value.hint and "in-place" in refusal.value.hint
    write(folder, {"a.txt": "a\n"})
    drive = Drive.start(tmp_path / "data", folder, isolation="in-place")
    drive.play("alpha", {"a.txt": "b\n"})
    assert [c.path for c in drive.changes()] == ["a.txt"]


def test_detached_head(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p")
    git(folder, "checkout", "-q", "--detach")
    info = inspect(folder)
    assert info.detached and info.branch == ""
    drive = Drive.start(tmp_path / "data", folder)
    assert contents(drive.root) == contents(folder)
    assert git(folder, "rev-parse", "HEAD").strip() == drive.worktree.source_head


def test_bare_partial_and_sha256_are_said_and_refused(tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    bare.mkdir()
    git(bare, "init", "-q", "--bare")
    assert inspect(bare).kind == "bare"
    source = repository(tmp_path / "source")
    git(source, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-local", "--filter=blob:none", str(source), "partial")
    sha = tmp_path / "sha"
    sha.mkdir()
    git(sha, "init", "-q", "--object-format=sha256")
    write(sha, {"a.txt": "a\n"})
    for folder, kind in ((tmp_path / "partial", "partial-clone"), (sha, "sha256"), (bare, "bare")):
        info = inspect(folder)
        assert (info.kind, info.worktrees) == (kind, False) and info.problem
        with pytest.raises(UserFacingError) as refusal:
            Drive.start(tmp_path / "data", folder)
        assert "in-place" in refusal.value.hint
    for folder in (tmp_path / "partial", sha):
        drive = Drive.start(tmp_path / "data", folder, isolation="in-place", session=f"ses_{folder.name}")
        drive.play("alpha", {"a.txt": "changed\n"})
        assert drive.listed() == {"a.txt": ("modified", "open")}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to give a folder away")
def test_a_foreign_repository_is_refused_until_it_is_allowed(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p")
    for place in (folder, folder / ".git"):
        os.chown(place, 12345, 12345)
    info = inspect(folder)
    assert info.kind == "foreign-owner" and "safe.directory" in info.problem
    with pytest.raises(UserFacingError):
        Drive.start(tmp_path / "data", folder)
    drive = Drive.start(tmp_path / "data", folder, isolation="in-place")
    drive.play("alpha", {"a.txt": "x\n"})
    assert drive.listed() == {"a.txt": ("modified", "open")}


def test_a_part_of_a_repository(tmp_path: Path) -> None:
    files = {
        ".gitignore": "*.tmp\n/only-top\n/pkg/out/\n!keep.tmp\n",
        "top.txt": "t\n",
        "pkg/a.txt": "a\n",
        "pkg/.gitignore": "local\n",
    }
    top = repository(tmp_path / "p", files)
    write(top, {"top.txt": "changed\n", "pkg/new.txt": "n\n"})
    folder = top / "pkg"
    info = inspect(folder)
    assert info.kind == "git" and any("Part of the repository" in note for note in info.notes)
    drive = Drive.start(tmp_path / "data", folder)
    assert drive.root.name == "pkg" and contents(drive.root) == contents(folder)
    assert (drive.root.parent / "top.txt").read_text() == "changed\n"
    made = {"x.tmp": "", "keep.tmp": "k\n", "only-top": "o\n", "out/x": "", "local": "", "b.txt": "b\n"}
    drive.play("alpha", dict(made))
    assert set(drive.listed()) == {"keep.tmp", "only-top", "b.txt"}
    assert set(drive.listed("uncommitted")) == {"keep.tmp", "only-top", "b.txt", "new.txt"}
    drive.approve()
    assert (folder / "b.txt").read_text() == "b\n"


def test_a_folder_that_its_repository_ignores_counts_as_plain(tmp_path: Path) -> None:
    top = repository(tmp_path / "p", {".gitignore": "inner/\n"})
    write(top, {"inner/a.txt": "a\n"})
    info = inspect(top / "inner")
    assert info.kind == "plain" and info.notes


def test_a_worktree_of_the_users_own_can_be_the_project(tmp_path: Path) -> None:
    main = repository(tmp_path / "p")
    git(main, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    write(tmp_path / "side", {"a.txt": "side\n"})
    drive = Drive.start(tmp_path / "data", tmp_path / "side")
    assert (drive.root / "a.txt").read_text() == "side\n"
    assert "boocode/" in git(main, "worktree", "list")
    drive.play("alpha", {"n.txt": "n\n"})
    drive.approve()
    assert (tmp_path / "side" / "n.txt").exists() and not (main / "n.txt").exists()
    assert drive.audit() == []


def test_submodules_are_one_line_and_never_entered(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"i.txt": "i\n"})
    folder = repository(tmp_path / "p")
    git(folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "mod")
    git(folder, "commit", "-q", "-m", "module")
    assert any("submodule" in note for note in inspect(folder).notes)
    drive = Drive.start(tmp_path / "data", folder)
    assert drive.changes() == []
    git(drive.root, "-c", "protocol.file.allow=always", "submodule", "update", "-q", "--init")
    drive.play("alpha", {"a.txt": "x\n"})
    assert drive.listed() == {"a.txt": ("modified", "open")}
    write(drive.root / "mod", {"i.txt": "changed\n"})
    git(drive.root / "mod", "commit", "-q", "-am", "inside")
    drive.play("beta", {})
    (change,) = [c for c in drive.changes() if c.path == "mod"]
    assert change.operation == "submodule" and ".." in change.note
    reviewed = drive.approve("mod")
    assert "never entered" in (reviewed.result.conflicts or {})["mod"]
    reviewed = drive.reject("mod")
    assert "never entered" in (reviewed.result.conflicts or {})["mod"]
    seen = drive.preview(0)
    assert "submodule" in seen.lost["mod"]
    drive.rewind(drive.checkpoints[0].commit, 0)
    assert (drive.root / "mod" / "i.txt").read_text() == "changed\n"
    assert (drive.root / "a.txt").read_text() == "one\ntwo\nthree\n"


def test_lfs_pointers_are_noted_and_what_the_folder_holds_comes_along(tmp_path: Path) -> None:
    folder = repository(
        tmp_path / "p", {".gitattributes": "*.bin filter=lfs -text\n", "x.bin": "version https://git\n"}
    )
    assert any("LFS" in note for note in inspect(folder).notes)
    write(folder, {"x.bin": b"\0real content"})
    git(folder, "config", "filter.lfs.clean", "printf 'version https://git\\n'")
    git(folder, "add", "x.bin")
    assert git(folder, "status", "--porcelain") == ""
    drive = Drive.start(tmp_path / "data", folder)
    assert (drive.root / "x.bin").read_bytes() == b"\0real content"


def test_a_failed_start_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p")
    write(folder, {".boocode/worktree.toml": "carry = 3\n"})
    before = contents(folder, skip=())
    with pytest.raises(UserFacingError, match=r"worktree\.toml"):
        Drive.start(tmp_path / "data", folder)
    write(folder, {".boocode/worktree.toml": 'carry = ["../secret"]\n'})
    with pytest.raises(UserFacingError, match=r"worktree\.toml"):
        Drive.start(tmp_path / "data", folder)
    write(folder, {".boocode/worktree.toml": "carry = 3\n"})
    assert contents(folder, skip=()) == before
    assert not list((tmp_path / "data").rglob("*.txt"))


@pytest.mark.parametrize("isolation", ["worktree", "in-place"])
def test_our_data_may_lie_inside_the_project(tmp_path: Path, isolation: Isolation) -> None:
    folder = repository(tmp_path / "p")
    first = Drive.start(folder / "state", folder, isolation=isolation, session="ses_one")
    drive = Drive.start(folder / "state", folder, isolation=isolation, session="ses_two")
    drive.play("alpha", {"a.txt": "x\n"})
    assert drive.listed() == {"a.txt": ("modified", "open")}
    assert "state" not in " ".join(drive.head.skipped or {})
    if isolation == "worktree":
        assert not (drive.root / "state").exists()
    drive.rewind(drive.checkpoints[0].commit, 0)
    assert first.changes() == [] and (folder / "state" / "checkpoints").is_dir()


def test_a_cancelled_start_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p", {f"f{n}.txt": f"{n}\n" for n in range(50)})
    before = contents(folder, skip=())

    async def cancel() -> None:
        workspace = GitWorkspace(tmp_path / "data")
        started = asyncio.Event()
        loop = asyncio.get_running_loop()
        creation = workspace.create(
            "ses_x", folder, "worktree", trusted=True, progress=lambda _: loop.call_soon_threadsafe(started.set)
        )
        task = asyncio.ensure_future(creation)
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert contents(folder, skip=()) == before
    assert (
        list((tmp_path / "data" / "worktrees").iterdir()) == list((tmp_path / "data" / "checkpoints").iterdir()) == []
    )


def test_a_folder_in_the_middle_of_a_merge(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p", {"a.txt": "base\n", "b.txt": "b\n"})
    git(folder, "checkout", "-q", "-b", "side")
    write(folder, {"a.txt": "side\n"})
    git(folder, "commit", "-q", "-am", "side")
    git(folder, "checkout", "-q", "main")
    write(folder, {"a.txt": "main\n"})
    git(folder, "commit", "-q", "-am", "main")
    git(folder, "merge", "-q", "side", check=False)
    assert "<<<<<<<" in (folder / "a.txt").read_text()
    before = contents(folder, skip=())
    drive = Drive.start(tmp_path / "data", folder)
    assert contents(drive.root) == contents(folder)
    drive.play("alpha", {"a.txt": "merged\n"})
    drive.approve()
    after = contents(folder, skip=())
    assert {n for n in before if after[n] != before[n]} == {"a.txt"} and (folder / "a.txt").read_text() == "merged\n"


def test_a_sparse_folder_and_special_index_entries(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p", {"in/a.txt": "a\n", "out/b.txt": "b\n", "c.txt": "c\n"})
    git(folder, "sparse-checkout", "set", "in")
    assert not (folder / "out").exists()
    write(folder, {"in/new.txt": "n\n", "in/a.txt": "changed\n"})
    git(folder, "add", "-N", "in/new.txt")
    git(folder, "update-index", "--assume-unchanged", "in/a.txt")
    drive = Drive.start(tmp_path / "data", folder)
    expected = contents(folder)
    assert {name: data for name, data in contents(drive.root).items() if name in expected} == expected
    drive.play("alpha", {"in/a.txt": "agent\n"})
    assert drive.listed() == {"in/a.txt": ("modified", "open")}
    assert drive.approve().result.conflicts is None
    assert (folder / "in/a.txt").read_text() == "agent\n"


def test_an_unknown_kind_of_repository_is_said(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p")
    git(folder, "config", "core.repositoryformatversion", "1")
    git(folder, "config", "extensions.refstorage", "reftable")
    info = inspect(folder)
    assert info.kind == "broken" and "refstorage" in info.problem
    with pytest.raises(UserFacingError) as refusal:
        Drive.start(tmp_path / "data", folder)
    assert "in-place" in refusal.value.hint


def test_sessions_side_by_side_and_their_removal(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p")
    before = contents(folder, skip=())
    first = Drive.start(tmp_path / "data", folder, session="ses_aaaaaaaasame")
    second = Drive.start(tmp_path / "data", folder, session="ses_bbbbbbbbsame")
    assert first.worktree.branch != second.worktree.branch
    first.play("alpha", {"a.txt": "first\n"})
    second.play("beta", {"a.txt": "second\n"})
    asyncio.run(first.workspace.remove(first.worktree))
    assert second.listed() == {"a.txt": ("modified", "open")} and second.audit() == []
    git(folder, "checkout", "-q", "--ignore-other-worktrees", second.worktree.branch)
    asyncio.run(second.workspace.remove(second.worktree))
    assert git(folder, "branch", "--show-current").strip() == second.worktree.branch
    git(folder, "checkout", "-q", "main")
    git(folder, "branch", "-D", second.worktree.branch)
    gits_own = {".git/packed-refs"}
    now, then = (
        {name for name in found if not name.startswith(".git/logs")} for found in (contents(folder, skip=()), before)
    )
    assert now - gits_own == then
