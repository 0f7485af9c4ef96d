"""The scopes of the user's own repository: what lies between hunks, who changed what, and what is too large."""

import os
from pathlib import Path

import pytest

from boocode_desktop.content.diff_rows import RowWishes, rows_of
from boocode_desktop.domain.changes import FileDiff, Scope
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.workspace import changes, foreign_scopes
from tests.fakes.workspace_sessions import Drive, git, repository, run

TEXT = "".join(f"line {n}\n" for n in range(1, 101))
SCOPES: tuple[Scope, ...] = ("turn", "session", "branch", "uncommitted")


@pytest.fixture
def drive(tmp_path: Path) -> Drive:
    """A session in which an agent changed line 50 of a file and added another file."""
    made = Drive.start(tmp_path / "data", repository(tmp_path / "p", {"a.txt": TEXT, "b.txt": "b\n"}))
    made.play("alpha", {"a.txt": TEXT.replace("line 50\n", "fifty\n"), "new.txt": "new\n"})
    return made


def gaps(diff: FileDiff) -> list[str]:
    text = (diff.old_text or "").split("\n")[:-1]
    return [row.text for row in rows_of(diff, "unified", RowWishes(text=text)) if row.kind == "gap"]


@pytest.mark.parametrize("scope", SCOPES)
def test_what_lies_between_hunks_is_known_in_every_scope(drive: Drive, scope: Scope) -> None:
    diff = drive.diff("a.txt", scope)
    assert diff.old_text == TEXT and gaps(diff) == ["46 unchanged lines", "47 unchanged lines"]
    added = drive.diff("new.txt", scope)
    assert added.old_text is None and [line.text for line in added.hunks[0].lines] == ["new"]


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_names_who_changed_a_file(drive: Drive, scope: Scope) -> None:
    assert {c.path: c.agents for c in drive.changes(scope)} == {"a.txt": ("alpha",), "new.txt": ("alpha",)}
    assert drive.diff("a.txt", scope).change.agents == ("alpha",)


def test_what_is_committed_in_the_session_is_only_the_branchs(drive: Drive) -> None:
    git(drive.root, "add", "-A")
    git(drive.root, "commit", "-qm", "by hand")
    assert drive.listed("uncommitted") == {} and set(drive.listed("branch")) == {"a.txt", "new.txt"}
    assert drive.diff("a.txt", "branch").old_text == TEXT


def test_a_deleted_a_moved_and_an_executable_file(drive: Drive) -> None:
    (drive.root / "b.txt").unlink()
    (drive.root / "a.txt").rename(drive.root / "c.txt")
    (drive.root / "new.txt").chmod(0o755)
    listed = drive.listed("branch")
    assert listed["b.txt"][0] == "deleted" and listed["c.txt"][0] == "renamed"
    assert gaps(drive.diff("c.txt", "branch")) == ["46 unchanged lines", "47 unchanged lines"]
    assert drive.diff("b.txt", "branch").old_text == "b\n"


@pytest.mark.parametrize("scope", ["branch", "uncommitted"])
def test_what_is_too_large_is_said_and_not_read(drive: Drive, scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_scopes, "COMPARE_LIMIT", 600)
    change = next(c for c in drive.changes(scope) if c.path == "a.txt")
    assert change.binary and "too large" in change.note
    assert drive.diff("a.txt", scope).hunks == ()
    monkeypatch.setattr(foreign_scopes, "COMPARE_LIMIT", 10_000)
    monkeypatch.setattr(foreign_scopes, "TEXT_LIMIT", 600)
    diff = drive.diff("a.txt", scope)
    assert diff.truncated and diff.old_text is None and len(diff.hunks) == 1


def test_binary_files_say_so(drive: Drive) -> None:
    (drive.root / "b.txt").write_bytes(os.urandom(50) + b"\0")
    (change,) = [c for c in drive.changes("uncommitted") if c.path == "b.txt"]
    assert change.binary and change.added == 0
    diff = drive.diff("b.txt", "uncommitted")
    assert diff.change.binary and diff.hunks == ()


@pytest.mark.parametrize("scope", SCOPES)
def test_both_versions_of_a_file_are_read_as_bytes(drive: Drive, scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = b"\0old", b"\0newer"
    drive.play("beta", {"a.txt": new, "c.bin": old, "b.txt": None})

    def seen(path: str) -> tuple[bytes | None, bytes | None]:
        found = run(drive.workspace.versions(drive.worktree, drive.checkpoints, drive.decisions, path, scope=scope))
        return found.before and found.before.data, found.after and found.after.data

    before = TEXT.replace("line 50\n", "fifty\n") if scope == "turn" else TEXT
    assert seen("a.txt") == (before.encode(), new)
    assert seen("c.bin") == (None, old) and seen("b.txt") == (b"b\n", None)
    module = changes if scope in ("turn", "session") else foreign_scopes
    monkeypatch.setattr(module, "COMPARE_LIMIT", 5)
    assert seen("a.txt") == (None, None)
    with pytest.raises(NotFoundError):
        seen("nothing.txt")
