"""Things that break around a session: deleted folders, locks, a full disk, damaged files, rivals."""

import asyncio
import ctypes
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import BusyError, UserFacingError
from boocode_desktop.workspace.session_lock import session_lock
from tests.fakes.workspace_sessions import Drive, contents, git, repository, run, write

ROOT = Path(__file__).parents[2]


@pytest.fixture
def drive(tmp_path: Path) -> Drive:
    """A session with one turn."""
    made = Drive.start(tmp_path / "data", repository(tmp_path / "p"))
    made.play("alpha", {"a.txt": "one\nTWO\nthree\n", "n.txt": "new\n"})
    return made


def test_worktree_deleted_under_it(drive: Drive) -> None:
    before = contents(drive.root)
    shutil.rmtree(drive.root)
    for ask in (drive.changes, lambda: drive.approve("a.txt"), lambda: drive.checkpoint("after", "alpha")):
        with pytest.raises(UserFacingError, match="was deleted") as told:
            ask()
        assert "Recreate" in told.value.hint
    assert drive.at_risk().unapproved == ("a.txt", "n.txt")
    git(drive.folder, "worktree", "prune")
    drive.worktree = run(drive.workspace.recreate(drive.worktree, drive.head))
    assert contents(drive.root) == before
    assert drive.audit() == [] and drive.listed() == {"a.txt": ("modified", "open"), "n.txt": ("added", "open")}
    assert git(drive.root, "rev-parse", "--abbrev-ref", "HEAD").strip() == drive.worktree.branch
    with pytest.raises(UserFacingError, match="still there"):
        run(drive.workspace.recreate(drive.worktree, drive.head))


def test_worktree_and_branch_deleted(drive: Drive) -> None:
    before = contents(drive.root)
    git(drive.folder, "worktree", "remove", "--force", str(drive.root))
    git(drive.folder, "branch", "-D", drive.worktree.branch)
    drive.worktree = run(drive.workspace.recreate(drive.worktree, drive.head))
    assert contents(drive.root) == before
    run(drive.workspace.remove(drive.worktree))
    run(drive.workspace.remove(drive.worktree))
    assert git(drive.folder, "branch", "--list", "boocode/*") == "" and not drive.root.exists()


def test_project_folder_deleted(drive: Drive) -> None:
    shutil.rmtree(drive.folder)
    assert drive.listed()["n.txt"][0] == "added"
    drive.play("beta", {"m.txt": "m\n"})
    with pytest.raises(UserFacingError):
        drive.approve("n.txt")
    assert not drive.folder.exists()
    drive.rewind(drive.checkpoints[0].commit, 0)
    run(drive.workspace.remove(drive.worktree))
    assert not drive.root.exists()


def test_index_lock_of_the_user_is_never_touched_and_never_in_the_way(drive: Drive) -> None:
    locks = [drive.folder / ".git" / "index.lock", Path(drive.worktree.gitdir) / "index.lock"]
    for lock in locks:
        lock.write_text("held by somebody")
    drive.play("beta", {"m.txt": "m\n"})
    drive.approve()
    drive.listed("uncommitted")
    other = Drive.start(Path(drive.worktree.chain).parents[1], drive.folder, session="ses_2")
    assert contents(other.root) == contents(drive.folder)
    assert [lock.read_text() for lock in locks] == ["held by somebody"] * 2


def test_a_stale_index_lock_of_ours_is_cleared(drive: Drive) -> None:
    (Path(drive.worktree.chain) / "index.lock").write_text("")
    made = drive.play("beta", {"m.txt": "m\n"})
    assert made.files == ("m.txt",)


def test_a_damaged_index_of_ours_is_made_again(drive: Drive) -> None:
    index = Path(drive.worktree.chain) / "index"
    for damage in (b"", b"DIRC garbage", index.read_bytes()[:-30]):
        index.write_bytes(damage)
        assert drive.listed() == {"a.txt": ("modified", "open"), "n.txt": ("added", "open")}
    index.unlink()
    assert drive.play("beta", {"m.txt": "m\n"}).files == ("m.txt",)


def test_a_lost_or_damaged_chain_is_said(drive: Drive) -> None:
    chain = Path(drive.worktree.chain)
    facts = (chain / "boocode.json").read_text()
    (chain / "boocode.json").write_text("{")
    with pytest.raises(UserFacingError, match="cannot be opened"):
        drive.changes()
    (chain / "boocode.json").write_text(facts)
    commit = drive.checkpoints[-1].commit
    for path in (chain / "objects" / commit[:2]).glob(commit[2:]):
        path.chmod(0o600)
        path.write_bytes(b"damaged")
    with pytest.raises(UserFacingError):
        drive.changes()
    shutil.rmtree(chain)
    with pytest.raises(UserFacingError, match="are gone"):
        drive.changes()
    assert not drive.at_risk().any
    assert (drive.root / "n.txt").read_text() == "new\n"


FULL = """
import resource, signal, sys, pickle
from boocode_desktop.domain.errors import UserFacingError
drive = pickle.loads(bytes.fromhex(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    getattr(drive, sys.argv[2])(*sys.argv[4:])
except UserFacingError as error:
    print(error.message, "|", error.hint)
    sys.exit(7)
"""


def on_a_full_disk(drive: Drive, verb: str, limit: int, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a verb in a child whose files cannot grow beyond `limit` bytes."""
    command = [sys.executable, "-c", FULL, pickle.dumps(drive).hex(), verb, str(limit), *args]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on file sizes")
def test_disk_full_makes_no_checkpoint_and_says_so(drive: Drive) -> None:
    random = os.urandom(200_000)
    write(drive.root, {"big.bin": random})
    done = on_a_full_disk(drive, "checkpoint", 20_000, "after", "alpha")
    assert done.returncode == 7, done.stderr
    assert "No checkpoint was made" in done.stdout and "disk space" in done.stdout
    made = drive.checkpoint("after", "alpha")
    assert made.files == ("big.bin",)
    assert run(drive.workspace.file_text(drive.worktree, made.commit, "big.bin")) == random


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on file sizes")
def test_disk_full_leaves_the_folder_as_it_was(drive: Drive) -> None:
    write(drive.root, {"big.txt": "".join(f"{n}\n" for n in range(40_000))})
    drive.checkpoint("after", "alpha")
    before = contents(drive.folder)
    done = on_a_full_disk(drive, "approve", 100_000, "big.txt")
    assert done.returncode == 7, (done.stdout, done.stderr)
    assert contents(drive.folder) == before
    drive.approve("big.txt")
    assert contents(drive.folder).keys() - before.keys() == {"big.txt"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on file sizes")
def test_disk_full_takes_a_rewind_back(drive: Drive) -> None:
    write(drive.root, {"big.txt": "".join(f"{n}\n" for n in range(40_000))})
    full = drive.checkpoint("after", "alpha", turn=2)
    drive.play("beta", {"big.txt": None, "a.txt": "x\n", "n.txt": None})
    before = contents(drive.root)
    done = on_a_full_disk(drive, "rewind", 100_000, full.commit, "2")
    assert done.returncode == 7, (done.stdout, done.stderr)
    assert contents(drive.root) == before
    drive.rewind(full.commit, 2)
    assert (drive.root / "big.txt").stat().st_size > 100_000


@pytest.mark.skipif(sys.platform != "linux", reason="drops capabilities as Linux does")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_an_unreadable_file_means_no_checkpoint(drive: Drive) -> None:
    write(drive.root, {"secret.txt": "s\n"})
    (drive.root / "secret.txt").chmod(0)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _drop_capabilities()
            drive.checkpoint("after", "alpha")
        except UserFacingError as error:
            code = 0 if "No checkpoint was made" in error.message and "permission" in error.hint else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    (drive.root / "secret.txt").chmod(0o600)
    assert drive.checkpoint("after", "alpha").files == ("secret.txt",)


def _drop_capabilities() -> None:
    """Without them even root cannot read what its mode forbids."""
    header, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capset(header, nothing) == 0


def test_rivals_wait_for_each_other(drive: Drive) -> None:
    chain = Path(drive.worktree.chain)
    with session_lock(chain), pytest.raises(BusyError), session_lock(chain, patience_s=0.02):
        pass
    with session_lock(chain, patience_s=0):
        pass


def test_many_callers_at_once(drive: Drive) -> None:
    async def crowd() -> list[object]:
        workspace, tree = drive.workspace, drive.worktree
        jobs = [workspace.changes(tree, drive.checkpoints, []) for _ in range(6)]
        jobs += [workspace.diff(tree, drive.checkpoints, [], "a.txt") for _ in range(6)]  # type: ignore[misc]
        return list(await asyncio.gather(*jobs))

    found = run(crowd())
    assert len({str(value) for value in found[:6]}) == 1 and len(found) == 12


def test_a_cancelled_caller_leaves_the_session_usable(drive: Drive) -> None:
    async def cancel() -> None:
        task = asyncio.ensure_future(drive.workspace.approve(drive.worktree, drive.head, ""))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancel())
    reviewed = drive.approve()
    assert reviewed.result.conflicts is None
    assert contents(drive.folder) == contents(drive.root)


def test_two_processes_write_one_session(drive: Drive) -> None:
    """Checkpoints from several processes at once: each is whole, none is lost."""
    code = (
        "import pickle,sys; drive=pickle.loads(bytes.fromhex(sys.argv[1]))\n"
        "for n in range(5):\n"
        "    (drive.root / f'{sys.argv[2]}.txt').write_text(f'{n}')\n"
        "    drive.checkpoint('after', sys.argv[2])\n"
    )
    blob = pickle.dumps(drive).hex()
    rivals = [subprocess.Popen([sys.executable, "-c", code, blob, name], cwd=ROOT) for name in ("beta", "gamma")]
    assert [rival.wait(timeout=60) for rival in rivals] == [0, 0]
    assert {c.path for c in drive.changes()} == {"a.txt", "n.txt", "beta.txt", "gamma.txt"}
    assert git(Path(drive.worktree.chain), "--git-dir=.", "fsck", "--full").strip() == ""


def test_user_edits_the_same_file_while_it_is_approved(drive: Drive) -> None:
    """A late edit is noticed between the plan and the write."""
    from boocode_desktop.workspace.applying import carry_out
    from boocode_desktop.workspace.chain import Chain
    from boocode_desktop.workspace.journal import journal
    from boocode_desktop.workspace.merging import ConflictError
    from boocode_desktop.workspace.proposals import Move, plan
    from boocode_desktop.workspace.safe_files import FileState, Folder

    folder = Folder(drive.folder)
    before, after = (FileState(mode=0o100644, data=data) for data in (b"one\ntwo\nthree\n", b"agent\n"))
    other = Move(path="new.txt", before=None, after=after)
    writes = plan(folder, [other, Move(path="a.txt", before=before, after=after)])
    write(drive.folder, {"a.txt": "mine, just now\n"})
    with pytest.raises(ConflictError, match="right now"), journal(Chain.open(drive.worktree)) as notes:
        carry_out(folder, writes, notes)
    assert (drive.folder / "a.txt").read_text() == "mine, just now\n" and not (drive.folder / "new.txt").exists()
