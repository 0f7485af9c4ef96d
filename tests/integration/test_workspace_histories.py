"""Random histories: three agents, a shell and a person edit, approve, reject, rewind and undo over small text files.

The oracle keeps plain dicts and never looks at git: every line of text is unique, so who wrote it is known for good.
Lines keep their ends, of which files have either kind, and some files lack the last one.
"""

import random
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boocode_desktop.domain.changes import Hunk
from boocode_desktop.domain.records import CheckpointRecord, Decision, Isolation
from tests.fakes.workspace_sessions import Drive, contents, repository, write

Bytes = dict[str, bytes | str]
Files = dict[str, list[str]]
"""Lines with their ends, by path."""
AGENTS = ("alpha", "beta", "gamma")
GIT = "git -c user.name=Shell -c user.email=shell@example.org -c core.autocrlf=false"


@dataclass
class Taken:
    """A decision as the oracle remembers it: what it did to the lines of its file, and to the bytes on both sides."""

    decision: Decision
    path: str
    baseline: tuple[list[str] | None, list[str] | None]
    folder: tuple[Bytes, Bytes]
    root: tuple[Bytes, Bytes]


@dataclass
class World:
    """The session under test and what the oracle knows."""

    drive: Drive
    random: random.Random
    baseline: Files = field(default_factory=dict)
    authors: dict[str, tuple[str, int]] = field(default_factory=dict)
    revived: set[str] = field(default_factory=set)
    """Lines that a shell brought back or made twice: who wrote them is a matter of taste."""
    taken: list[Taken] = field(default_factory=list)
    ends: list[tuple[CheckpointRecord, Files, int]] = field(default_factory=list)
    counter: int = 0
    log: list[str] = field(default_factory=list)

    def lines(self, author: str, turn: int, count: int, end: str = "\n") -> list[str]:
        """New lines that nobody wrote before, with their author noted."""
        fresh = []
        for _ in range(count):
            self.counter += 1
            text = f"line {self.counter:04} of {author or 'base'}{end}"
            self.authors[text] = (author, turn)
            fresh.append(text)
        return fresh

    def text(self, author: str, turn: int, count: int) -> list[str]:
        """The lines of a new file."""
        end = self.random.choice(("\n", "\n", "\r\n"))
        lines = self.lines(author, turn, count, end)
        if lines and self.random.random() < 0.3:
            lines[-1:] = self.lines(author, turn, 1, "")
        return lines

    def edit(self, root: Path, author: str, turn: int) -> None:
        """A few random edits below a folder."""
        for _ in range(self.random.randint(1, 3)):
            self.random.choice((self.insert, self.insert, self.cut, self.make, self.drop))(root, author, turn)

    def insert(self, root: Path, author: str, turn: int) -> None:
        """New lines into a file."""
        name, text = self.pick(root)
        at, end = self.random.randint(0, len(text)), "\r\n" if text and text[0].endswith("\r\n") else "\n"
        # A line that gets an end is another line: its writer writes it anew.
        kept = text[: at - 1] if at == len(text) and text and not text[-1].endswith("\n") else text[:at]
        save(root, name, kept + self.lines(author, turn, self.random.randint(1, 3), end) + text[at:])

    def cut(self, root: Path, author: str, turn: int) -> None:
        """Some lines out of a file."""
        name, text = self.pick(root)
        if text:
            at = self.random.randrange(len(text))
            save(root, name, text[:at] + text[at + self.random.randint(1, 2) :])

    def shell(self, root: Path, author: str, turn: int, *, reset: bool) -> None:
        """What a shell does: a few commands in a row, git's among them."""
        before = {line for lines in read(root).values() for line in lines}
        script = []
        for _ in range(self.random.randint(1, 3)):
            name, _text = self.pick(root)
            self.counter += 1
            (fresh,) = self.lines(author, turn, 1)
            choices = [
                f"printf %s {shlex.quote(fresh)} > shell{self.counter:03}.txt",
                f"[ ! -f {name} ] || chmod $(expr {self.random.choice((644, 755))}) {name}",
                f"[ ! -f {name} ] || mv {name} shifted{self.counter:03}.txt",
                f"{GIT} add -A && {GIT} commit -qm step",
                f"{GIT} add -A && {GIT} commit -qm step && {GIT} reset -q --soft HEAD~1",
                f"{GIT} add -A && {GIT} stash -q && {GIT} stash pop -q",
                *([f"{GIT} reset -q --hard"] if reset else []),
            ]
            script.append(self.random.choice(choices))
        self.log += [f"  $ {line}" for line in script]
        done = subprocess.run(["sh", "-ec", "\n".join(f"{line} || true" for line in script)], cwd=root, check=False)
        assert done.returncode == 0
        now = [line for lines in read(root).values() for line in lines]
        self.revived |= {line for line in now if line not in before or now.count(line) > 1}

    def make(self, root: Path, author: str, turn: int) -> None:
        """A new file."""
        self.counter += 1
        folder = self.random.choice(("", "sub/", "sub/deep/"))
        save(root, f"{folder}new{self.counter:03}.txt", self.text(author, turn, self.random.randint(1, 8)))

    def drop(self, root: Path, author: str, turn: int) -> None:
        """A file less."""
        files = read(root)
        if len(files) > 2:
            (root / self.random.choice(sorted(files))).unlink()

    def whole(self, text: str) -> str:
        """A line with its end."""
        return next(line for line in (text, f"{text}\n", f"{text}\r\n") if line in self.authors)

    def pick(self, root: Path) -> tuple[str, list[str]]:
        """Some file."""
        files = read(root)
        if not files:
            return "again.txt", []
        name = self.random.choice(sorted(files))
        return name, files[name]


def read(root: Path) -> Files:
    """Every text file below a folder, as lines."""
    found = contents(root).items()
    return {
        name.rstrip("*"): data.decode().splitlines(keepends=True) for name, data in found if isinstance(data, bytes)
    }


def save(root: Path, name: str, lines: list[str]) -> None:
    """Write lines."""
    write(root, {name: "".join(lines)})


def patched(world: World, old: list[str], hunks: tuple[Hunk, ...]) -> list[str]:
    """Hunks applied the plain way, by their line numbers; their lines come without ends, which are known."""
    out, at = [], 0
    for hunk in hunks:
        start = hunk.old_start - (1 if hunk.old_lines else 0)
        out += old[at:start] + [world.whole(line.text) for line in hunk.lines if line.kind != "removed"]
        at = start + hunk.old_lines
    return out + old[at:]


def agent_turn(world: World) -> None:
    """An agent edits; sometimes its shell renames a file or flips a mode."""
    drive, agent = world.drive, world.random.choice(AGENTS)
    drive.turn += 1
    drive.checkpoint("before", "you")
    world.log.append(f"turn {drive.turn} {agent}")
    shell = world.random.random() if read(drive.root) else 1
    if shell < 0.15:
        name, _ = world.pick(drive.root)
        (drive.root / name).chmod(0o755)
    elif shell < 0.6:
        world.shell(drive.root, agent, drive.turn, reset=drive.worktree.isolation == "worktree")
    elif shell < 0.7:
        name, _ = world.pick(drive.root)
        world.counter += 1
        (drive.root / name).rename(drive.root / f"moved{world.counter:03}.txt")
    else:
        world.edit(drive.root, agent, drive.turn)
    world.ends.append((drive.checkpoint("after", agent), read(drive.root), world.counter))


def your_edit(world: World) -> None:
    """The person edits in the worktree between two turns."""
    world.log.append("you edit")
    world.edit(world.drive.root, "you", world.drive.turn)
    world.drive.checkpoint("before", "you")


def folder_edit(world: World) -> None:
    """The person edits the project folder (in place, that is the session's root)."""
    world.log.append("folder edit")
    world.edit(world.drive.folder, "you", world.drive.turn)
    world.drive.checkpoint("before", "you")


def decide(world: World) -> None:
    """Approve or reject a file or a hunk; now and then take it back at once, byte for byte."""
    drive = world.drive
    open_ones = [c for c in drive.changes() if c.status in ("open", "partly", "conflict") and c.operation != "renamed"]
    if not open_ones:
        return
    change = world.random.choice(open_ones)
    diff = drive.diff(change.path)
    hunk = world.random.choice(diff.hunks) if diff.hunks and world.random.random() < 0.6 else None
    before = contents(drive.folder, skip=(".git",)), contents(drive.root), read(drive.root)
    approving = world.random.random() < 0.5
    world.log.append(f"{'approve' if approving else 'reject'} {change.path} {hunk.index if hunk else 'all'}")
    reviewed = (drive.approve if approving else drive.reject)(change.path, hunk)
    if reviewed.result.conflicts:
        assert (contents(drive.folder), contents(drive.root)) == before[:2], "a conflict must leave everything alone"
        return
    assert reviewed.result.decided == (change.path,)
    after = contents(drive.folder, skip=(".git",)), contents(drive.root)
    if world.random.random() < 0.4:
        world.log.append("  and undo")
        undone = drive.undo(reviewed.decisions[0])
        assert undone.result.conflicts is None
        assert (contents(drive.folder), contents(drive.root)) == before[:2]
        return
    old = world.baseline.get(change.path)
    if approving:
        _approved(world, change.path, hunk, old, before)
    new = world.baseline.get(change.path)
    world.taken.append(
        Taken(reviewed.decisions[0], change.path, (old, new), (before[0], after[0]), (before[1], after[1]))
    )
    if not approving and drive.worktree.isolation == "worktree":
        _rejected(world, change.path, hunk, old)


def _approved(world: World, path: str, hunk: Hunk | None, old: list[str] | None, before: tuple[object, ...]) -> None:
    drive = world.drive
    disk = read(drive.root).get(path)
    new = disk if hunk is None else patched(world, old or [], (hunk,))
    if not new and disk is None:
        new = None
    set_lines(world.baseline, path, new)
    assert contents(drive.root) == before[1]
    if drive.worktree.isolation == "worktree":
        folder = read(drive.folder)
        assert isinstance(before[0], dict)
        was = before[0].get(path, before[0].get(path + "*"))
        if was == (None if old is None else "".join(old).encode()):
            assert folder.get(path) == new
        else:
            gained = set(new or []) - set(old or [])
            assert gained <= set(folder.get(path, []))


def _rejected(world: World, path: str, hunk: Hunk | None, old: list[str] | None) -> None:
    disk = read(world.drive.root).get(path)
    if hunk is None:
        assert disk == old
    else:
        taken = {world.whole(line.text) for line in hunk.lines if line.kind == "added"}
        back = {world.whole(line.text) for line in hunk.lines if line.kind == "removed"}
        assert not taken & set(disk or []) and back <= set(disk or [])


def set_lines(files: Files, path: str, lines: list[str] | None) -> None:
    """Set or remove."""
    if lines is None:
        files.pop(path, None)
    else:
        files[path] = lines


def rewind(world: World) -> None:
    """Rewind to some turn, and perhaps straight back."""
    drive = world.drive
    if not world.ends:
        return
    target, files, _ = world.random.choice(world.ends)
    before = contents(drive.root)
    world.log.append(f"rewind to {target.turn_number}")
    start, _ = drive.rewind(target.commit, target.turn_number)
    assert read(drive.root) == files
    if world.random.random() < 0.5:
        world.log.append("  and back")
        drive.rewind(start.commit, drive.turn)
        assert contents(drive.root) == before


def undo_some(world: World) -> None:
    """Undo any older decision: it works byte for byte or changes nothing."""
    drive = world.drive
    standing = [t for t in world.taken if not drive.stored(t.decision).undone]
    if not standing:
        return
    taken = world.random.choice(standing)
    before = contents(drive.folder), contents(drive.root)
    world.log.append(f"undo older {taken.decision.action} {taken.path}")
    undone = drive.undo(taken.decision)
    after = contents(drive.folder), contents(drive.root)
    if undone.result.conflicts:
        assert after == before
        return
    approving = taken.decision.action == "approve"
    for then, now, came in zip((taken.folder, taken.root), before, after, strict=True):
        assert without(now, taken.path) == without(came, taken.path), "nothing else is touched"
        if at(now, taken.path) == at(then[1], taken.path):
            assert at(came, taken.path) == at(then[0], taken.path), "as before the decision, byte for byte"
    if approving:
        old, new = taken.baseline
        now = world.baseline.get(taken.path)
        if now == new:
            set_lines(world.baseline, taken.path, old)
        else:
            set_lines(world.baseline, taken.path, taken_back(now or [], old or [], new or []))
    assert files_at(drive, drive.worktree.baseline) == world.baseline


def at(files: Bytes, path: str) -> bytes | str | None:
    """A file's bytes, whatever its mode."""
    return files.get(path, files.get(f"{path}*"))


def without(files: Bytes, path: str) -> Bytes:
    """All the others."""
    return {name: data for name, data in files.items() if name.rstrip("*") != path}


def taken_back(now: list[str], old: list[str], new: list[str]) -> list[str] | None:
    """Lines without what a decision added, and with what it removed, each behind the neighbour it had."""
    lines = [line for line in now if line in old or line not in new]
    for place, line in enumerate(old):
        if line not in new and line not in lines:
            earlier = next((known for known in reversed(old[:place]) if known in lines), None)
            lines.insert(lines.index(earlier) + 1 if earlier is not None else 0, line)
    return lines


def files_at(drive: Drive, commit: str) -> Files:
    """A checkpoint's files, read with nothing but git's own plumbing."""
    from tests.fakes.workspace_sessions import git

    chain = Path(drive.worktree.chain)
    names = git(chain, "--git-dir=.", "ls-tree", "-r", "--name-only", commit).splitlines()
    return {name: git(chain, "--git-dir=.", "show", f"{commit}:{name}").splitlines(keepends=True) for name in names}


def check(world: World) -> None:
    """The change list equals the disk, and every line of blame the oracle."""
    drive = world.drive
    disk = read(drive.root)
    listed = {}
    for change in drive.changes():
        if change.status in ("open", "partly", "conflict"):
            listed |= {path: change for path in (change.path, change.old_path) if path}
    differing = {p for p in disk.keys() | world.baseline.keys() if disk.get(p) != world.baseline.get(p)}
    assert {path for path, change in listed.items() if change.operation != "mode"} == differing
    for path in differing:
        change = listed[path]
        old_path = change.old_path or path
        if change.path == path:
            old, new = world.baseline.get(old_path, []), disk.get(path, [])
            assert (change.added, change.removed) == (len(set(new) - set(old)), len(set(old) - set(new)))
            assert patched(world, old, drive.diff(path).hunks) == new
    for path, lines in disk.items():
        blamed = [(world.whole(line.text), line.author, line.turn) for line in drive.blame(path)]
        assert [text for text, *_ in blamed] == lines, path
        known = [found for found in blamed if found[0] not in world.revived]
        assert known == [(text, *world.authors[text]) for text in lines if text not in world.revived], path


def play(base: Path, seed: int, steps: list[Callable[[World], None]], isolation: Isolation) -> None:
    """One history, checked at its end and in between."""
    world = World(drive=None, random=random.Random(seed))  # type: ignore[arg-type]
    start = {f"f{n}.txt": world.text("", 0, world.random.choice((0, 5, 30, 60))) for n in range(3)}
    folder = repository(base / "project", {name: "".join(text).encode() for name, text in start.items()})
    world.drive = Drive.start(base / "data", folder, isolation=isolation)
    world.baseline = dict(start)
    try:
        for number, step in enumerate(steps):
            step(world)
            if number % 4 == 3:
                check(world)
        check(world)
    except BaseException:
        print("\n".join(world.log))
        raise


WORKTREE_STEPS = [agent_turn, agent_turn, agent_turn, your_edit, folder_edit, decide, decide, decide, rewind, undo_some]
SETTINGS = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@SETTINGS
@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(WORKTREE_STEPS), min_size=4, max_size=14))
def test_histories_in_a_worktree(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: list[Callable[[World], None]]
) -> None:
    play(tmp_path_factory.mktemp("history"), seed, steps, "worktree")


def decide_in_place(world: World) -> None:
    """Approving moves the baseline alone; rejecting takes the session's lines and leaves yours."""
    drive = world.drive
    open_ones = [c for c in drive.changes() if c.status in ("open", "partly") and c.operation != "renamed"]
    if not open_ones:
        return
    change = world.random.choice(open_ones)
    diff = drive.diff(change.path)
    hunk = world.random.choice(diff.hunks) if diff.hunks and world.random.random() < 0.5 else None
    if world.random.random() < 0.5:
        _approve_in_place(world, change.path, hunk)
    else:
        _reject_in_place(world, change.path, hunk)


def _approve_in_place(world: World, path: str, hunk: Hunk | None) -> None:
    drive, before, old = world.drive, contents(world.drive.root), world.baseline.get(path)
    world.log.append(f"approve {path} {hunk.index if hunk else 'all'}")
    reviewed = drive.approve(path, hunk)
    assert contents(drive.root) == before
    disk = read(drive.root).get(path)
    new = disk if hunk is None else patched(world, old or [], (hunk,))
    set_lines(world.baseline, path, None if not new and disk is None else new)
    assert files_at(drive, drive.worktree.baseline) == world.baseline
    if world.random.random() < 0.4:
        world.log.append("  and undo")
        assert drive.undo(reviewed.decisions[0]).result.conflicts is None
        assert contents(drive.root) == before
        set_lines(world.baseline, path, old)
        assert files_at(drive, drive.worktree.baseline) == world.baseline
        return
    new = world.baseline.get(path)
    world.taken.append(Taken(reviewed.decisions[0], path, (old, new), (before, before), (before, before)))


def _reject_in_place(world: World, path: str, hunk: Hunk | None) -> None:
    drive, before, mine = world.drive, contents(world.drive.root), yours(world)
    was = read(drive.root).get(path, [])
    world.log.append(f"reject {path} {hunk.index if hunk else 'all'}")
    reviewed = drive.reject(path, hunk)
    if reviewed.result.conflicts:
        assert contents(drive.root) == before
        return
    assert mine <= yours(world)
    known = set(world.baseline.get(path, []))
    now = read(drive.root).get(path, [])
    if hunk is None:
        assert all(text in known or text in world.revived or world.authors[text][0] == "you" for text in now)
    else:
        gone = {world.whole(line.text) for line in hunk.lines if line.kind == "added"}
        assert set(was) - set(now) <= gone, "lines of other hunks stay"
        assert not {text for text in gone & set(now) if text not in world.revived} - mine
    if world.random.random() < 0.4:
        world.log.append("  and undo")
        assert drive.undo(reviewed.decisions[0]).result.conflicts is None
        assert contents(drive.root) == before


def yours(world: World) -> set[str]:
    """The lines of yours that stand."""
    return {text for lines in read(world.drive.root).values() for text in lines if world.authors[text][0] == "you"}


def rewind_in_place(world: World) -> None:
    """Your lines stay, later lines of agents go, and the way back is exact."""
    drive = world.drive
    if not world.ends:
        return
    target, files, newest = world.random.choice(world.ends)
    then = {text for lines in files.values() for text in lines}
    # A line that an agent had deleted by then, and that your later rejection brought back, goes with the rejection.
    mine = {text for text in yours(world) if text in then or int(text.split()[1]) > newest}
    before = contents(drive.root)
    world.log.append(f"rewind to {target.turn_number}")
    start, after = drive.rewind(target.commit, target.turn_number)
    assert mine <= yours(world)
    stuck = {name for name, reason in (after.skipped or {}).items() if "stays as it is" in reason}
    for path, lines in read(drive.root).items():
        if path not in stuck:
            assert all(text in then or world.authors[text][0] == "you" for text in lines), path
    if world.random.random() < 0.6:
        world.log.append("  and back")
        drive.rewind(start.commit, drive.turn)
        assert contents(drive.root) == before


IN_PLACE_STEPS = [agent_turn, agent_turn, agent_turn, your_edit, your_edit, decide_in_place, decide_in_place, undo_some]
IN_PLACE_STEPS += [rewind_in_place, rewind_in_place]


@SETTINGS
@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(IN_PLACE_STEPS), min_size=4, max_size=14))
def test_histories_in_place(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: list[Callable[[World], None]]
) -> None:
    play(tmp_path_factory.mktemp("history"), seed, steps, "in-place")
