"""index.lock comes and goes at random moments of a session: nothing waits for it, nothing touches it."""

import random
from collections.abc import Callable
from pathlib import Path

from tests.fakes.moments import at_random_moments
from tests.fakes.workspace_sessions import Drive, contents, git, repository, run

FILES: dict[str, str | bytes] = {"a.txt": "".join(f"line {n}\n" for n in range(20)), "b.txt": "b\n"}


def session(base: Path, before_each: Callable[[int, Drive | None], object]) -> tuple[object, ...]:
    """Everything a session does, with something happening before each step; what is there in the end."""
    folder = repository(base / "p", dict(FILES))
    before_each(0, None)
    drive = Drive.start(base / "data", folder)
    edited = [f"line {n}\n" if n not in (2, 17) else f"agent {n}\n" for n in range(20)]
    steps: list[Callable[[], object]] = [
        lambda: drive.play("alpha", {"a.txt": "".join(edited), "n.txt": "new\n"}),
        lambda: drive.approve("a.txt", drive.diff("a.txt").hunks[0]),
        lambda: drive.play("beta", {"b.txt": None, "m.txt": "m\n"}),
        lambda: drive.reject("b.txt"),
        lambda: drive.rewind(drive.checkpoints[0].commit, 0),
        lambda: drive.rewind(drive.checkpoints[-2].commit, 2),
        lambda: drive.approve("m.txt"),
        lambda: drive.undo(drive.decisions[-1]),
        lambda: drive.listed("uncommitted"),
    ]
    for number, step in enumerate(steps, 1):
        before_each(number, drive)
        step()
    found = drive.listed(), contents(drive.folder), contents(drive.root), drive.audit()
    run(drive.workspace.remove(drive.worktree))
    return *found, git(folder, "branch", "--list", "boocode/*")


@at_random_moments
def test_index_lock_present_at_any_moment(tmp_path: Path, moment: int) -> None:
    chance = random.Random(moment)
    comes = chance.randrange(10)
    goes = chance.randrange(comes + 1, 12)
    locks: list[Path] = []

    def happen(number: int, drive: Drive | None) -> None:
        if number == comes:
            places = [tmp_path / "locked" / "p" / ".git"]
            if drive is not None:
                places.append(Path(drive.worktree.gitdir))
                (Path(drive.worktree.chain) / "index.lock").write_text("left by a kill of ours")
            locks.extend(place / "index.lock" for place in places)
            for lock in locks:
                lock.write_text("held by somebody")
        if comes < number < goes:
            assert [lock.read_text() for lock in locks] == ["held by somebody"] * len(locks)
        if number == goes:
            for lock in locks:
                lock.unlink()

    locked = session(tmp_path / "locked", happen)
    free = session(tmp_path / "free", lambda _number, _drive: None)
    assert locked == free
    if goes > 9:
        assert locks[0].read_text() == "held by somebody", "never deleted unasked"
