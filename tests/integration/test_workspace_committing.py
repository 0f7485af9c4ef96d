"""Approved work as a commit: only what was approved, under the user's name, beside whatever else is going on."""

from pathlib import Path

import pytest

from boocode_desktop.domain.errors import UserFacingError
from tests.fakes.workspace_sessions import Drive, git, repository, write

TEXT = "".join(f"line {n}\n" for n in range(30))


def text_with(**lines: str) -> str:
    """The text with some lines replaced: `l3="three"`."""
    text = TEXT
    for key, new in lines.items():
        text = text.replace(f"line {key[1:]}\n", f"{new}\n")
    return text


@pytest.fixture
def drive(tmp_path: Path) -> Drive:
    """A session over a few files."""
    files = {"a.txt": TEXT, "b.txt": "b\n", "gone.txt": "gone\n", ".gitignore": "*.log\n"}
    folder = repository(tmp_path / "p", files)
    git(folder, "config", "user.name", "Boo Reviewer")
    git(folder, "config", "user.email", "boo@example.org")
    return Drive.start(tmp_path / "data", folder)


def committed(drive: Drive, path: str) -> str:
    """A file of the last commit."""
    return git(drive.folder, "show", f"HEAD:{path}")


def status(drive: Drive) -> list[str]:
    """What git says is not committed."""
    return git(drive.folder, "status", "--porcelain").splitlines()


def test_only_approved_files_are_committed_under_the_users_name(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l3="agent"), "b.txt": "open\n", "n/new.txt": "new\n", "gone.txt": None})
    for path in ("a.txt", "n/new.txt", "gone.txt"):
        drive.approve(path)
    plan = drive.plan_commit()
    assert plan.operations == {"a.txt": "modified", "gone.txt": "deleted", "n/new.txt": "added"}
    assert (plan.branch, plan.author) == ("main", "Boo Reviewer <boo@example.org>")
    done = drive.commit("Do it\n\nWith care.\n")
    assert (done.branch, done.summary, done.paths) == ("main", "Do it", ("a.txt", "gone.txt", "n/new.txt"))
    assert git(drive.folder, "log", "-1", "--format=%H %an %ae %cn %s %b").split("\n")[0] == (
        f"{done.commit} Boo Reviewer boo@example.org Boo Reviewer Do it With care."
    )
    assert git(drive.folder, "show", "--name-status", "--format=").split() == [
        "M", "a.txt", "D", "gone.txt", "A", "n/new.txt",
    ]  # fmt: skip
    assert status(drive) == []
    assert drive.listed()["b.txt"] == ("modified", "open")


def test_approved_hunks_leave_the_open_ones_out(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l3="first", l25="second")})
    drive.approve("a.txt", drive.diff("a.txt").hunks[0])
    drive.commit()
    assert committed(drive, "a.txt") == text_with(l3="first")
    drive.approve("a.txt")
    drive.commit()
    assert committed(drive, "a.txt") == text_with(l3="first", l25="second")
    with pytest.raises(UserFacingError, match="no approved work"):
        drive.commit()


def test_your_own_edits_in_the_same_file_stay_uncommitted(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l3="agent")})
    write(drive.folder, {"a.txt": text_with(l20="mine"), "b.txt": "mine\n"})
    drive.approve("a.txt")
    drive.commit()
    assert committed(drive, "a.txt") == text_with(l3="agent") and committed(drive, "b.txt") == "b\n"
    assert (drive.folder / "a.txt").read_text() == text_with(l3="agent", l20="mine")
    assert status(drive) == [" M a.txt", " M b.txt"]


def test_edits_you_had_before_the_session_stay_uncommitted_too(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p", {"a.txt": TEXT})
    write(folder, {"a.txt": text_with(l20="mine")})
    drive = Drive.start(tmp_path / "data", folder)
    drive.play("alpha", {"a.txt": text_with(l20="mine", l3="agent")})
    drive.approve()
    drive.commit()
    assert committed(drive, "a.txt") == text_with(l3="agent")
    assert status(drive) == [" M a.txt"]


def test_what_you_staged_stays_staged_and_is_not_committed(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l3="agent"), "b.txt": "agent\n"})
    write(drive.folder, {"other.txt": "staged\n"})
    git(drive.folder, "add", "other.txt")
    drive.approve()
    write(drive.folder, {"b.txt": "staged by me\n"})
    git(drive.folder, "add", "b.txt")
    done = drive.commit()
    assert done.paths == ("a.txt",) and "staged other changes" in done.left["b.txt"]
    assert status(drive) == ["M  b.txt", "A  other.txt"]


def test_what_you_staged_of_the_approved_work_itself_is_no_obstacle(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l3="agent")})
    drive.approve()
    git(drive.folder, "add", "a.txt")
    drive.commit()
    assert committed(drive, "a.txt") == text_with(l3="agent") and status(drive) == []


def test_reversed_work_is_not_committed(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l3="agent"), "b.txt": "agent\n"})
    drive.approve("b.txt")
    drive.reverse(drive.approve("a.txt").decisions[0])
    assert drive.commit().paths == ("b.txt",)
    assert committed(drive, "a.txt") == TEXT


@pytest.mark.parametrize("unfinished", ["merge", "rebase", "conflict", "lock", "name", "signing", "message"])
def test_it_refuses_with_words_and_changes_nothing(drive: Drive, unfinished: str) -> None:
    drive.play("alpha", {"a.txt": text_with(l3="agent")})
    drive.approve()
    head, gitdir, message = git(drive.folder, "rev-parse", "HEAD"), drive.folder / ".git", "Work"
    match unfinished:
        case "merge":
            (gitdir / "MERGE_HEAD").write_text(head)
        case "rebase":
            (gitdir / "rebase-merge").mkdir()
        case "conflict":
            blob = git(drive.folder, "rev-parse", "HEAD:b.txt").strip()
            lines = "".join(f"100644 {blob} {stage}\tb.txt\n" for stage in (1, 2, 3))
            (drive.folder / "stages").write_text(f"0 {'0' * 40}\tb.txt\n{lines}")
            git(drive.folder, "-c", "alias.x=!git update-index --index-info < stages", "x")
        case "lock":
            (gitdir / "index.lock").write_bytes(b"")
        case "name":
            git(drive.folder, "config", "user.name", "")
        case "signing":
            git(drive.folder, "config", "commit.gpgsign", "true")
        case "message":
            message = " \n"
    with pytest.raises(UserFacingError) as refused:
        drive.commit(message)
    words = {"merge": "a merge", "rebase": "a rebase", "conflict": "conflicts", "lock": "Another git command"}
    words |= {"name": "your name", "signing": "signed", "message": "needs a message"}
    assert words[unfinished] in refused.value.message and refused.value.hint
    assert git(drive.folder, "rev-parse", "HEAD") == head


def test_no_hook_runs_and_line_ends_follow_gits_settings(drive: Drive) -> None:
    hook = drive.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch ran\nexit 1\n")
    hook.chmod(0o755)
    git(drive.folder, "config", "core.autocrlf", "input")
    drive.play("alpha", {"crlf.txt": "one\r\ntwo\r\n"})
    drive.approve()
    drive.commit()
    assert not (drive.folder / "ran").exists()
    assert committed(drive, "crlf.txt") == "one\ntwo\n"
    assert (drive.folder / "crlf.txt").read_bytes() == b"one\r\ntwo\r\n"


@pytest.mark.parametrize(
    ("path", "attributes", "why"), [("x.log", "", "ignores"), ("big.bin", "*.bin filter=lfs\n", "filter")]
)
def test_files_that_git_treats_specially_are_left_with_a_reason(
    drive: Drive, path: str, attributes: str, why: str
) -> None:
    (drive.folder / ".git" / "info").mkdir(exist_ok=True)
    (drive.folder / ".git" / "info" / "attributes").write_text(attributes)
    drive.play("alpha", {path: "x\n", "b.txt": "agent\n"})
    drive.approve("b.txt")
    if path in drive.listed():
        drive.approve(path)
        assert why in drive.plan_commit().left[path]
    assert drive.commit().paths == ("b.txt",)


def test_no_agent_is_blamed_for_the_moved_branch(drive: Drive) -> None:
    drive.audit()
    drive.play("alpha", {"a.txt": text_with(l3="agent")})
    drive.approve()
    drive.commit()
    assert drive.audit() == []
    git(drive.folder, "branch", "sneaky")
    assert "sneaky" in " ".join(drive.audit())


def test_in_place_and_part_of_a_repository(tmp_path: Path) -> None:
    top = repository(tmp_path / "p", {"sub/a.txt": TEXT, "b.txt": "b\n"})
    drive = Drive.start(tmp_path / "data", top / "sub", isolation="in-place")
    drive.play("alpha", {"a.txt": text_with(l3="agent"), "c.txt": "open\n"})
    drive.approve("a.txt")
    assert drive.commit().paths == ("a.txt",)
    assert committed(drive, "sub/a.txt") == text_with(l3="agent")
    assert status(drive) == ["?? sub/c.txt"]


def test_a_folder_without_git_has_nowhere_to_commit_to(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    drive = Drive.start(tmp_path / "data", folder, isolation="in-place")
    drive.play("alpha", {"a.txt": "x\n"})
    drive.approve()
    with pytest.raises(UserFacingError, match="no git repository"):
        drive.plan_commit()
