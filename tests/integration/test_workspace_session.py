"""A session from its worktree to review and rewind, over real repositories."""

from pathlib import Path

from tests.fakes.workspace_sessions import Drive, contents, git, repository, write


def test_a_worktree_starts_equal_to_the_folder_and_leaves_the_repository_alone(tmp_path: Path) -> None:
    folder = repository(
        tmp_path / "p", {"a.txt": "one\n", "gone.txt": "x\n", "staged.txt": "1\n", ".gitignore": "*.o\n"}
    )
    write(folder, {"a.txt": "changed\n", "new/untracked.txt": "u\n", "staged.txt": "2\n", "junk.o": "o"})
    git(folder, "add", "staged.txt")
    (folder / "gone.txt").unlink()
    (folder / "link").symlink_to("a.txt")
    before = contents(folder, skip=())
    drive = Drive.start(tmp_path / "data", folder)
    expected = contents(folder)
    del expected["junk.o"]
    assert contents(drive.root) == expected
    after = contents(folder, skip=())
    grown = {name for name in after if name not in before}
    assert {n for n in after if after[n] != before.get(n)} == grown
    assert all(
        n.startswith((".git/worktrees/", ".git/refs/heads/boocode/", ".git/logs/refs/heads/boocode/")) for n in grown
    )
    assert git(folder, "branch", "--list", "boocode/*").strip("+ \n") == drive.worktree.branch
    assert drive.changes() == []


def test_the_main_path(tmp_path: Path) -> None:
    text = "".join(f"line {n}\n" for n in range(40))
    folder = repository(tmp_path / "p", {"a.txt": text, "src/b.py": "x = 1\n"})
    drive = Drive.start(tmp_path / "data", folder)
    edited = text.replace("line 3\n", "line three\n").replace("line 30\n", "line thirty\n")
    drive.play("alpha", {"a.txt": edited, "src/b.py": None, "n.txt": "new\n"})
    assert drive.listed() == {
        "a.txt": ("modified", "open"),
        "n.txt": ("added", "open"),
        "src/b.py": ("deleted", "open"),
    }
    assert contents(folder) == {"a.txt": text.encode(), "src/b.py": b"x = 1\n"}
    diff = drive.diff("a.txt")
    assert [(h.index, h.old_start, h.new_start) for h in diff.hunks] == [(1, 1, 1), (2, 28, 28)]
    drive.approve("a.txt", diff.hunks[1])
    assert (folder / "a.txt").read_text() == text.replace("line 30\n", "line thirty\n")
    assert drive.listed()["a.txt"] == ("modified", "partly")
    drive.reject("a.txt", drive.diff("a.txt").hunks[0])
    assert (drive.root / "a.txt").read_text() == text.replace("line 30\n", "line thirty\n")
    assert drive.listed()["a.txt"] == ("modified", "approved")
    drive.approve()
    assert contents(folder) == contents(drive.root)
    assert set(contents(folder)) == {"a.txt", "n.txt"}
    assert {status for _, status in drive.listed().values()} == {"approved"}
    lines = drive.blame("a.txt")
    assert [(line.line, line.author, line.turn) for line in lines if line.author] == [(31, "alpha", 1)]
    for decision in reversed(drive.decisions):
        assert drive.undo(decision).result.conflicts is None
    assert contents(folder) == {"a.txt": text.encode(), "src/b.py": b"x = 1\n"}
    assert (drive.root / "a.txt").read_text() == edited


def test_rewind_and_its_undo(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p")
    drive = Drive.start(tmp_path / "data", folder)
    first = drive.play("alpha", {"a.txt": "one\nTWO\nthree\n", "deep/er/x.txt": "x\n"})
    drive.play("beta", {"deep/er/x.txt": None, "y.txt": "y\n", "a.txt": "ONE\nTWO\nthree\n"})
    write(drive.root, {"mine.txt": "unsaved\n"})
    left = contents(drive.root)
    seen = drive.preview(1)
    assert {f.path for f in seen.files} == {"a.txt", "deep/er/x.txt", "y.txt", "mine.txt"}
    assert seen.turns == (2,)
    before, after = drive.rewind(first.commit, 1)
    assert contents(drive.root) == {"a.txt": b"one\nTWO\nthree\n", "deep/er/x.txt": b"x\n", "src/b.py": b"x = 1\n"}
    assert after.commit == first.commit
    assert [line.author for line in drive.blame("a.txt")] == ["", "alpha", ""]
    drive.rewind(before.commit, 2)
    assert contents(drive.root) == left
    assert [line.author for line in drive.blame("a.txt")] == ["beta", "alpha", ""]
    assert [line.author for line in drive.blame("mine.txt")] == ["you"]
