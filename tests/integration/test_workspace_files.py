"""Every kind of file through checkpoint, approval, rewind and back, byte for byte."""

import os
import subprocess
from pathlib import Path

import pytest

from boocode_desktop.workspace.skipped import UNTRACKED_LIMIT
from tests.fakes.workspace_sessions import Drive, contents, git, repository, write


def there_and_back(drive: Drive, files: dict[str, str | bytes | None]) -> None:
    """A turn writes files; rewinding and coming back restores every byte."""
    before = contents(drive.root)
    drive.play("alpha", files)
    after = contents(drive.root)
    assert after != before
    drive.rewind(drive.checkpoints[0].commit, 0)
    assert contents(drive.root) == before
    done = next(c for c in reversed(drive.checkpoints) if c.phase == "after")
    drive.rewind(done.commit, 1)
    assert contents(drive.root) == after


def test_line_ends_survive_whatever_gitattributes_say(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        ".gitattributes": "* text=auto eol=lf\n*.bat eol=crlf\n*.utf16 working-tree-encoding=UTF-16\n*.id ident\n",
        "unix.txt": b"one\ntwo\n",
        "dos.bat": b"one\r\ntwo\r\n",
    }
    folder = repository(tmp_path / "p", files)
    git(folder, "config", "core.autocrlf", "true")
    mixed: dict[str, str | bytes] = {
        "unix.txt": b"one\r\ntwo\nthree",
        "dos.bat": b"one\ntwo\r\nthree\r",
        "x.utf16": "grüße\n".encode("utf-16"),
        "x.id": b"$Id$\n",
        "new.txt": b"\r\n\r\n\n",
    }
    write(folder, {"dos.bat": b"one\r\ntwo\r\n", "brought.txt": b"a\r\nb\n"})
    drive = Drive.start(tmp_path / "data", folder)
    assert contents(drive.root) == contents(folder)
    there_and_back(drive, dict(mixed))
    drive.approve()
    assert contents(folder) == contents(drive.root)
    assert (folder / "unix.txt").read_bytes() == mixed["unix.txt"]


def test_a_hunk_of_a_crlf_file_keeps_every_end(tmp_path: Path) -> None:
    lines = [b"line %d\r\n" % n for n in range(30)]
    folder = repository(tmp_path / "p", {"a.txt": b"".join(lines)})
    drive = Drive.start(tmp_path / "data", folder)
    changed = [*lines[:2], b"two\r\n", *lines[3:25], b"twentyfive\n", *lines[26:-1], b"end"]
    drive.play("alpha", {"a.txt": b"".join(changed)})
    hunks = drive.diff("a.txt").hunks
    assert len(hunks) == 2 and hunks[1].lines[-1].no_newline
    drive.approve("a.txt", hunks[0])
    assert (folder / "a.txt").read_bytes() == b"".join([*lines[:2], b"two\r\n", *lines[3:]])
    drive.approve("a.txt", drive.diff("a.txt").hunks[0])
    assert (folder / "a.txt").read_bytes() == b"".join(changed)


def test_modes_links_binaries_and_folders_that_become_files(tmp_path: Path) -> None:
    folder = repository(
        tmp_path / "p", {"a.txt": "a\n", "dir/x.txt": "x\n", "tool.sh": "#!/bin/sh\n", "b.bin": b"\0\1"}
    )
    (folder / "tool.sh").chmod(0o755)
    (folder / "link").symlink_to("a.txt")
    drive = Drive.start(tmp_path / "data", folder)
    assert contents(drive.root) == contents(folder)
    root = drive.root
    drive.turn = 1
    drive.checkpoint("before", "you")
    before = contents(root)
    (root / "tool.sh").chmod(0o644)
    (root / "a.txt").chmod(0o755)
    (root / "link").unlink()
    (root / "link").write_text("now a file\n")
    (root / "dir/x.txt").unlink()
    (root / "dir").rmdir()
    (root / "dir").write_text("now a file\n")
    (root / "b.bin").write_bytes(b"\0\2")
    (root / "fresh").symlink_to("dir")
    done = drive.checkpoint("after", "alpha")
    after = contents(root)
    found = {c.path: c for c in drive.changes()}
    assert found["a.txt"].operation == "mode" and found["a.txt"].note == "made executable"
    assert found["tool.sh"].operation == "mode"
    assert found["link"].note == "is no longer a symbolic link"
    assert found["b.bin"].binary
    assert (found["dir"].operation, found["dir/x.txt"].operation) == ("added", "deleted")
    drive.rewind(drive.checkpoints[0].commit, 0)
    assert contents(root) == before
    drive.rewind(done.commit, 1)
    assert contents(root) == after
    for path in ("dir/x.txt", "dir", "link", "a.txt", "tool.sh", "b.bin", "fresh"):
        assert drive.approve(path).result.conflicts is None, path
    assert contents(folder) == after
    for decision in reversed(drive.decisions):
        assert drive.undo(decision).result.conflicts is None
    assert contents(folder) == before


@pytest.mark.parametrize("count", [1, 400])
def test_link_targets_are_kept_to_the_letter(tmp_path: Path, count: int) -> None:
    folder = repository(tmp_path / "p", {f"f{n}.txt": f"{n}\n" for n in range(count)})
    targets = {"a": "./f0.txt", "b": "dir/", "c": "x//y/../z/.", "d": "..", "e": os.fsdecode(b"caf\xe9/")}
    for name, target in targets.items():
        os.symlink(target, folder / name)
    drive = Drive.start(tmp_path / "data", folder)
    assert {name: os.readlink(drive.root / name) for name in targets} == targets
    assert drive.changes() == []
    for name, target in targets.items():
        (drive.root / name).unlink()
        os.symlink(target + "/", drive.root / name)
    drive.play("alpha", {})
    drive.rewind(drive.checkpoints[0].commit, 0)
    assert {name: os.readlink(drive.root / name) for name in targets} == targets


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p")
    name = b"caf\xe9.txt"
    (folder / os.fsdecode(name)).write_text("old\n")
    drive = Drive.start(tmp_path / "data", folder)
    drive.play("alpha", {os.fsdecode(name): "new\n", os.fsdecode(b"caf\xe8.txt"): "other\n", "naïve ☃.txt": "s\n"})
    found = {c.path: c for c in drive.changes()}
    assert set(found) == {"caf\\xe9.txt", "caf\\xe8.txt", "naïve ☃.txt"}
    assert found["caf\\xe9.txt"].raw == name.hex() and found["naïve ☃.txt"].raw == ""
    for record in drive.checkpoints:
        assert all(path.encode() for path in record.files)
    assert [line.author for line in drive.blame("caf\\xe9.txt")] == ["alpha"]
    for spelling in ("caf\\xe9.txt", name.hex(), os.fsdecode(name)):
        assert drive.diff(spelling).new_text == "new\n"
    decision = drive.approve("caf\\xe9.txt").decisions[0]
    assert (folder / os.fsdecode(name)).read_text() == "new\n"
    assert drive.undo(decision).result.conflicts is None
    assert (folder / os.fsdecode(name)).read_text() == "old\n"
    drive.reject("caf\\xe8.txt")
    assert os.fsdecode(b"caf\xe8.txt") not in os.listdir(drive.root)
    drive.rewind(drive.checkpoints[0].commit, 0)
    assert (drive.root / os.fsdecode(name)).read_text() == "old\n"


def test_odd_names(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p")
    drive = Drive.start(tmp_path / "data", folder)
    names = [
        "-rf",
        "a b",
        "new\nline",
        "back\\slash",
        "quote'\"",
        "con",
        "nul.txt",
        "x:y",
        "*",
        "[a]",
        "!neg",
        "#hash",
        "end. ",
    ]
    there_and_back(drive, {name: f"{name}\n" for name in names})
    assert {c.path for c in drive.changes()} == set(names)
    drive.approve()
    assert contents(folder) == contents(drive.root)
    write(drive.root, {"git~1": "x", ".git.": "y", "sub/.GIT ": "z"})
    (drive.root / ".gitmodules").symlink_to("a.txt")
    made = drive.checkpoint("after", "alpha")
    assert {"git~1", ".git.", "sub/.GIT ", ".gitmodules"} <= set(made.skipped or {})
    drive.play("alpha", {"a.txt": "still works\n"})
    assert drive.listed()["a.txt"] == ("modified", "open")


def test_special_files_are_passed_by(tmp_path: Path) -> None:
    drive = Drive.start(tmp_path / "data", repository(tmp_path / "p"))
    os.mkfifo(drive.root / "pipe")
    drive.play("alpha", {"a.txt": "x\n"})
    assert drive.listed() == {"a.txt": ("modified", "open")}
    drive.rewind(drive.checkpoints[0].commit, 0)
    assert (drive.root / "pipe").exists()


def test_big_and_ignored_files_are_named_but_not_kept(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p", {".gitignore": "*.log\nbuild/\n", "a.txt": "a\n"})
    with (folder / "big.bin").open("wb") as file:
        file.truncate(UNTRACKED_LIMIT + 1)
    write(folder, {"x.log": "noise\n"})
    drive = Drive.start(tmp_path / "data", folder)
    assert "left in your folder" in (drive.head.skipped or {})["big.bin"]
    assert not (drive.root / "big.bin").exists() and not (drive.root / "x.log").exists()
    first = drive.play("alpha", {"y.log": "one\n", "build/out/o.o": "o", "a.txt": "b\n"})
    assert set(first.files) == {"a.txt"}
    assert {"y.log", "build/"} <= set(first.skipped or {})
    with (drive.root / "made.bin").open("wb") as file:
        file.truncate(UNTRACKED_LIMIT + 1)
    second = drive.play("beta", {"y.log": "two\n", "build/out/p.o": "p"})
    assert "over 10 MB" in (second.skipped or {})["made.bin"]
    seen = drive.preview(1)
    assert {"y.log", "build/", "made.bin"} <= set(seen.lost) and not seen.files
    drive.rewind(first.commit, 1)
    assert (drive.root / "y.log").read_text() == "two\n" and (drive.root / "made.bin").exists()


def test_tracked_files_are_kept_however_big_or_ignored(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    write(folder, {"big.bin": b"\0" * (UNTRACKED_LIMIT + 1), "kept.log": "k\n", ".gitignore": "*.log\n"})
    git(folder, "init", "-q")
    git(folder, "add", "-f", ".")
    git(folder, "commit", "-q", "-m", "all")
    for isolation in ("worktree", "in-place"):
        drive = Drive.start(tmp_path / f"data-{isolation}", folder, isolation=isolation)  # type: ignore[arg-type]
        drive.play("alpha", {"big.bin": b"\1" * (UNTRACKED_LIMIT + 2), "kept.log": None})
        assert {c.path for c in drive.changes()} == {"big.bin", "kept.log"}
        drive.rewind(drive.checkpoints[0].commit, 0)
        assert (drive.root / "big.bin").read_bytes() == b"\0" * (UNTRACKED_LIMIT + 1)
        assert (drive.root / "kept.log").read_text() == "k\n"


def test_carried_files_come_along_and_are_kept(tmp_path: Path) -> None:
    rules = 'carry = [".env", "node_modules", "absent"]\nlink = [".venv"]\nsetup = ["make", "all"]\n'
    ignore = ".env\nnode_modules/\n.venv/\nother/\n"
    folder = repository(tmp_path / "p", {".gitignore": ignore, ".boocode/worktree.toml": rules, "a.txt": "a\n"})
    write(folder, {".env": "KEY=1\n", "node_modules/m/i.js": "1\n", ".venv/bin/python": "py\n", "other/x": "x"})
    (folder / "node_modules" / "bin").symlink_to("m/i.js")
    drive = Drive.start(tmp_path / "data", folder)
    root = drive.root
    assert (root / ".env").read_text() == "KEY=1\n" and (root / "node_modules/bin").is_symlink()
    assert (root / ".venv").readlink() == folder / ".venv" and not (root / "other").exists()
    assert "not isolated" in (drive.head.skipped or {})[".venv"]
    assert drive.changes() == []
    there_and_back(drive, {".env": "KEY=2\n", "node_modules/m/i.js": None, "node_modules/n/new.js": "n\n"})
    assert {c.path for c in drive.changes()} == {".env", "node_modules/m/i.js", "node_modules/n/new.js"}
    assert (folder / ".env").read_text() == "KEY=1\n"
    drive.approve(".env")
    assert (folder / ".env").read_text() == "KEY=2\n"


def test_linking_needs_trust_and_nothing_is_carried_from_outside(tmp_path: Path) -> None:
    import asyncio

    from boocode_desktop.workspace.git_workspace import GitWorkspace

    (tmp_path / "outside").mkdir()
    write(tmp_path / "outside", {"secret": "s\n"})
    rules = 'carry = ["out/secret"]\nlink = [".venv"]\n'
    folder = repository(tmp_path / "p", {".gitignore": ".venv\nout\n", ".boocode/worktree.toml": rules})
    (folder / "out").symlink_to(tmp_path / "outside")
    write(folder, {".venv/x": "x\n"})
    workspace = GitWorkspace(tmp_path / "data")
    made = workspace.create("ses_x", folder, "worktree", trusted=False, progress=lambda _: None)
    worktree, base = asyncio.run(made)
    skipped = base.skipped or {}
    assert "not trusted" in skipped[".venv"] and "symbolic link" in skipped["out/secret"]
    assert not (Path(worktree.root) / ".venv").exists() and not (Path(worktree.root) / "out").exists()


def test_repositories_made_inside(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p", {"a.txt": "a\n", "lib/x.txt": "x\n"})
    drive = Drive.start(tmp_path / "data", folder)
    root = drive.root
    for name in ("lib", "fresh"):
        (root / name).mkdir(exist_ok=True)
        git(root / name, "init", "-q")
    write(root, {os.fsdecode(b"fresh/caf\xe9"): "c\n"})
    made = drive.play("alpha", {"fresh/f.txt": "f\n", "fresh/d/g.txt": "g\n", "lib/new.txt": "n\n", "lib/x.txt": "y\n"})
    assert "history" in (made.skipped or {})["fresh/.git"]
    assert set(drive.listed()) == {"fresh/f.txt", "fresh/d/g.txt", "lib/new.txt", "lib/x.txt", "fresh/caf\\xe9"}
    drive.play("beta", {"fresh/f.txt": "ff\n", "fresh/h.txt": "h\n", "fresh/d/g.txt": None})
    after = contents(root, skip=(".git", "fresh/.git"))
    drive.rewind(made.commit, 1)
    assert (root / "fresh/f.txt").read_text() == "f\n" and not (root / "fresh/h.txt").exists()
    assert (root / "fresh/.git/HEAD").exists() and (root / "lib/.git/HEAD").exists()
    drive.rewind(drive.checkpoints[-2].commit, 2)
    assert contents(root, skip=(".git", "fresh/.git")) == after
    drive.approve()
    assert (folder / "fresh/f.txt").read_text() == "ff\n" and not (folder / "fresh/.git").exists()


def test_a_new_ignore_rule_hides_nothing_that_was_kept(tmp_path: Path) -> None:
    drive = Drive.start(tmp_path / "data", repository(tmp_path / "p"))
    drive.play("alpha", {"n.txt": "1\n"})
    done = drive.play("beta", {".gitignore": "*\n", "n.txt": "2\n", "a.txt": "x\n"})
    assert set(done.files) == {"n.txt", "a.txt", ".gitignore"} or set(done.files) == {"n.txt", "a.txt"}
    drive.rewind(drive.checkpoints[2].commit, 1)
    assert (drive.root / "n.txt").read_text() == "1\n"


def test_what_the_agent_commits_is_still_a_change(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p")
    drive = Drive.start(tmp_path / "data", folder)
    drive.play("alpha", {"a.txt": "x\n", "n.txt": "n\n"})
    git(drive.root, "add", "-A")
    git(drive.root, "commit", "-q", "-m", "done")
    drive.play("alpha", {"more.txt": "m\n"})
    assert set(drive.listed()) == {"a.txt", "n.txt", "more.txt"}
    assert set(drive.listed("turn")) == {"more.txt"}
    assert set(drive.listed("uncommitted")) == {"more.txt"}
    assert set(drive.listed("branch")) == {"a.txt", "n.txt", "more.txt"}
    assert drive.at_risk().unmerged_commits == 1
    diff = drive.diff("a.txt", "branch")
    assert [line.text for line in diff.hunks[0].lines if line.kind == "added"] == ["x"]
    git(folder, "merge", "-q", drive.worktree.branch)
    assert drive.at_risk().unmerged_commits == 0


def test_quick_edits_of_the_same_size_are_never_missed(tmp_path: Path) -> None:
    drive = Drive.start(tmp_path / "data", repository(tmp_path / "p"))
    path = drive.root / "a.txt"
    for number in range(40):
        path.write_text(f"edit {number % 10}\n")
        stamp = path.stat()
        made = drive.checkpoint("after", "alpha", turn=number + 1)
        path.write_text(f"EDIT {number % 10}\n")
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        again = drive.checkpoint("after", "beta", turn=number + 1)
        assert again.commit != made.commit and again.files == ("a.txt",)


def test_a_carried_folder_is_shared_block_by_block_where_possible(tmp_path: Path) -> None:
    from boocode_desktop.workspace.copies import copy_file

    source, target = tmp_path / "s", tmp_path / "deep" / "t"
    source.write_bytes(os.urandom(100_000))
    source.chmod(0o750)
    copy_file(source, target)
    assert target.read_bytes() == source.read_bytes() and target.stat().st_mode == source.stat().st_mode
    target.write_text("changed")
    assert source.stat().st_size == 100_000


def test_renames_are_seen_and_decided_as_one(tmp_path: Path) -> None:
    text = "".join(f"line {n}\n" for n in range(20))
    folder = repository(tmp_path / "p", {"old.txt": text})
    drive = Drive.start(tmp_path / "data", folder)
    before = contents(folder)
    drive.play("alpha", {"old.txt": None, "sub/new.txt": text.replace("line 9\n", "line nine\n")})
    (change,) = drive.changes()
    assert (change.operation, change.path, change.old_path) == ("renamed", "sub/new.txt", "old.txt")
    assert (change.added, change.removed, change.hunks) == (1, 1, 1)
    assert [line.author for line in drive.blame("sub/new.txt")].count("alpha") == 1
    (decision,) = drive.approve("sub/new.txt").decisions
    assert contents(folder) == contents(drive.root)
    assert drive.undo(decision).result.conflicts is None
    assert contents(folder) == before
    (decision,) = drive.reject("sub/new.txt").decisions
    assert contents(drive.root) == before
    assert drive.undo(decision).result.conflicts is None
    assert set(contents(drive.root)) == {"sub/new.txt"}
    (decision,) = drive.approve("old.txt").decisions
    assert drive.reverse(decision).result.conflicts is None
    assert contents(folder) == before


@pytest.mark.parametrize("isolation", ["worktree", "in-place"])
def test_git_sees_the_chain_as_a_sound_repository(tmp_path: Path, isolation: str) -> None:
    files: dict[str, str | bytes] = {f"d{n % 7}/f{n}.txt": f"file {n}\n" * (n % 50) for n in range(700)}
    folder = repository(tmp_path / "p", files)
    drive = Drive.start(tmp_path / "data", folder, isolation=isolation)  # type: ignore[arg-type]
    drive.play("alpha", {"d0/f0.txt": "x\n", "d1/f1.txt": None})
    done = subprocess.run(["git", "--git-dir", drive.worktree.chain, "fsck", "--full", "--strict"], capture_output=True)
    assert done.returncode == 0 and b"error" not in done.stderr
    assert not list((folder / ".git").glob("boocode*")) and (Path(drive.worktree.chain) / "objects/pack").exists()
