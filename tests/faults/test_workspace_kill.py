"""kill -9 at random moments of every operation that writes: each file is the old or the new one, and work goes on.

The child counts the Python calls of its operation and kills itself at a random one, so that a failing seed can be
repeated; every fourth child is killed from outside after a random time instead.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from boocode_desktop.workspace import places, review, rewind
from boocode_desktop.workspace.chain import Chain, Mark
from boocode_desktop.workspace.checkpoints import make
from boocode_desktop.workspace.journal import settle
from boocode_desktop.workspace.session_lock import session_lock
from boocode_desktop.workspace.worktrees import GONE
from tests.fakes.moments import MOMENTS
from tests.fakes.workspace_sessions import Drive, contents, git, repository, write

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


@dataclass
class Killer:
    """Runs an operation in a child that dies in the middle of it."""

    random: random.Random
    events: int = 400
    seconds: float = 0.05
    killed: int = 0

    def run(self, operation: Callable[[], object], *, outside: bool) -> None:
        """One child. `events` and `seconds` are learned from those that lived."""
        at = self.random.randint(1, self.events)
        read, write = os.pipe()
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            self._child(operation, None if outside else at, write)
        os.close(write)
        if outside:
            time.sleep(self.random.uniform(0, self.seconds))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        with os.fdopen(read, "rb") as pipe:
            counted = pipe.read()
        if os.WIFSIGNALED(status):
            self.killed += 1
        else:
            assert os.WEXITSTATUS(status) == 0, counted.decode()
            self.events = max(50, int(counted or 50))
            self.seconds = time.monotonic() - started

    @staticmethod
    def _child(operation: Callable[[], object], at: int | None, pipe: int) -> None:
        count = 0

        def look(_frame: object, _event: str, _argument: object) -> None:
            nonlocal count
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)

        code = 1
        try:
            sys.setprofile(look)
            operation()
            sys.setprofile(None)
            os.write(pipe, str(count).encode())
            code = 0
        except BaseException as error:
            sys.setprofile(None)
            os.write(pipe, repr(error).encode())
        finally:
            os._exit(code)


@pytest.fixture
def drive(tmp_path: Path) -> Drive:
    """A session over a few files."""
    files: dict[str, str | bytes] = {f"d{n % 3}/f{n}.txt": f"file {n}\nsecond\nthird\n" for n in range(12)}
    return Drive.start(tmp_path / "data", repository(tmp_path / "p", files))


def locked(drive: Drive, work: Callable[[Chain], object]) -> Callable[[], object]:
    """An operation as `GitWorkspace` runs it."""

    def operation() -> None:
        with session_lock(Path(drive.worktree.chain)):
            chain = Chain.open(drive.worktree)
            settle(chain)
            work(chain)

    return operation


def edit(drive: Drive, number: int) -> None:
    """What an agent does in a turn: edits, a new file, a deletion."""
    for index in range(4):
        write(drive.root, {f"d{index % 3}/f{index}.txt": f"turn {number}\nsecond\nthird {number}\n"})
    write(drive.root, {f"new/n{number}.txt": f"new {number}\n"})
    (drive.root / "new" / f"n{number - 1}.txt").unlink(missing_ok=True)


def sound(drive: Drive) -> None:
    """The chain is a whole repository and holds exactly what is on disk."""
    made = drive.checkpoint("after", "alpha")
    chain = Path(drive.worktree.chain)
    report = git(chain, "--git-dir=.", "fsck", "--full", check=True)
    assert "missing" not in report and "error" not in report
    names = git(chain, "--git-dir=.", "ls-tree", "-r", "-z", "--name-only", made.commit).split("\0")[:-1]
    assert {name: git(chain, "--git-dir=.", "show", f"{made.commit}:{name}") for name in names} == {
        name: data.decode() for name, data in contents(drive.root).items() if isinstance(data, bytes)
    }


def no_leftovers(drive: Drive) -> None:
    """No temporary file stands anywhere."""
    places_to_look = [drive.folder, drive.root]
    assert not [p for place in places_to_look for p in place.rglob(".boocode-tmp*")]
    assert not (Path(drive.worktree.chain) / "boocode.pending").exists()


def test_kill_app_during_checkpoint(drive: Drive) -> None:
    killer = Killer(random.Random(1))
    base = contents(drive.root)
    for number in range(1, MOMENTS + 1):
        drive.turn = number
        edit(drive, number)
        before = contents(drive.root)
        mark = Mark(author="alpha", turn=number, phase="after")
        killer.run(locked(drive, lambda chain, mark=mark: make(chain, drive.head, mark)), outside=number % 4 == 0)
        assert contents(drive.root) == before
        sound(drive)
        assert {c.path for c in drive.changes()} >= {"d0/f0.txt", f"new/n{number}.txt"}
    assert killer.killed >= MOMENTS // 3
    drive.rewind(drive.checkpoints[0].commit, 0)
    assert contents(drive.root) == base


def test_kill_app_during_approve(drive: Drive) -> None:
    killer = Killer(random.Random(2))
    for number in range(1, MOMENTS + 1):
        edit(drive, number)
        drive.turn = number
        drive.checkpoint("after", "alpha")
        before, after = contents(drive.folder), contents(drive.root)
        operation = locked(drive, lambda chain: review.approve(chain, drive.worktree, drive.head, ""))
        killer.run(operation, outside=number % 4 == 0)
        _each_old_or_new(contents(drive.folder), before, after)
        drive.changes()
        no_leftovers(drive)
        assert contents(drive.root) == after
        reviewed = drive.approve()
        assert reviewed.result.conflicts is None
        assert contents(drive.folder) == after
    assert killer.killed >= MOMENTS // 3
    sound(drive)


def _each_old_or_new(found: dict, before: dict, after: dict) -> None:
    for name in found.keys() | before.keys() | after.keys():
        if not name.rpartition("/")[2].startswith(".boocode-tmp"):
            assert found.get(name) in (before.get(name), after.get(name)), name


def test_kill_app_during_reject(drive: Drive) -> None:
    killer = Killer(random.Random(3))
    baseline = contents(drive.root)
    for number in range(1, MOMENTS + 1):
        edit(drive, number)
        drive.turn = number
        drive.checkpoint("after", "alpha")
        before = contents(drive.root)
        operation = locked(drive, lambda chain: review.reject(chain, drive.worktree, drive.head, ""))
        killer.run(operation, outside=number % 4 == 0)
        _each_old_or_new(contents(drive.root), before, baseline)
        sound(drive)
        no_leftovers(drive)
        if drive.changes():
            drive.reject()
        assert contents(drive.root) == baseline
    assert killer.killed >= MOMENTS // 3


def test_kill_app_during_rewind(drive: Drive) -> None:
    killer = Killer(random.Random(4))
    undone = 0
    for number in range(1, MOMENTS + 1):
        edit(drive, number)
        drive.turn = number
        drive.checkpoint("after", "alpha")
        before = contents(drive.root)
        goal = drive.checkpoints[0].commit
        operation = locked(
            drive, lambda chain, goal=goal: rewind.rewind(chain, drive.worktree, drive.checkpoints, goal, turn=0)
        )
        killer.run(operation, outside=number % 4 == 0)
        drive.changes()
        no_leftovers(drive)
        assert contents(drive.root) in (before, contents(drive.folder)), "all of it or nothing"
        undone += contents(drive.root) == before
        sound(drive)
    assert killer.killed >= MOMENTS // 3 and undone


def test_kill_during_a_rewind_spares_what_was_changed_since(drive: Drive) -> None:
    """A file that somebody wrote after the crash is not taken back with the rest."""
    edit(drive, 1)
    drive.checkpoint("after", "alpha", turn=1)
    chain = Path(drive.worktree.chain)
    start = git(chain, "--git-dir=.", "rev-parse", f"{drive.head.commit}^{{tree}}").strip()
    goal = git(chain, "--git-dir=.", "rev-parse", f"{drive.checkpoints[0].commit}^{{tree}}").strip()
    (chain / "boocode.pending").write_text(f'{{"from": "{start}", "to": "{goal}"}}\n')
    first = {"d0/f0.txt": "file 0\nsecond\nthird\n", "d1/f1.txt": "mine since\n"}
    write(drive.root, dict(first))
    drive.changes()
    assert (drive.root / "d0/f0.txt").read_text() == "turn 1\nsecond\nthird 1\n"
    assert (drive.root / "d1/f1.txt").read_text() == "mine since\n"


@pytest.mark.parametrize("isolation", ["worktree", "in-place"])
def test_kill_app_during_create(tmp_path: Path, isolation: str) -> None:
    killer = Killer(random.Random(5), events=1500)
    folder = repository(tmp_path / "p", {f"f{n}.txt": f"{n}\n" for n in range(30)})
    write(folder, {"f1.txt": "dirty\n", "u.txt": "untracked\n"})
    before = contents(folder, skip=())
    for number in range(MOMENTS):

        def operation(number: int = number) -> None:
            places.create(
                tmp_path / "data",
                f"ses_kill{number:04}",
                folder,
                isolation,  # type: ignore[arg-type]
                trusted=True,
                progress=lambda _: None,
            )

        killer.run(operation, outside=number % 4 == 0)
    assert killer.killed >= MOMENTS // 3
    drive = Drive.start(tmp_path / "data", folder, isolation=isolation, session="ses_after")  # type: ignore[arg-type]
    drive.play("alpha", {"f2.txt": "x\n"})
    assert set(drive.listed()) == {"f2.txt"}
    assert not list((tmp_path / "data" / "checkpoints").glob("*.making"))
    chains = {path.name.removesuffix(".git") for path in (tmp_path / "data" / "checkpoints").glob("*.git")}
    assert len(chains) > MOMENTS - killer.killed, "a child may also be killed after its work was complete"
    if isolation == "worktree":
        # A deletion that was killed too is moved aside already; the reaper finishes it.
        kept = {path.name for path in (tmp_path / "data" / "worktrees").iterdir()}
        assert {name for name in kept if not name.startswith(GONE)} == chains
        assert len(git(folder, "branch", "--list", "boocode/*").split("\n")) - 1 == len(chains)
        assert len(git(folder, "worktree", "list").strip().split("\n")) == len(chains) + 1
        now = contents(folder, skip=())
        assert {name: now.get(name) for name in before} == before
