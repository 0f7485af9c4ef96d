"""Random histories: three agents, a shell and a person edit, approve, reject, rewind and undo over small text files.

The oracle keeps plain dicts and never looks at git: every line of text is unique, so who wrote it is known for good.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boocode_desktop.domain.changes import Hunk
from boocode_desktop.domain.records import CheckpointRecord, Isolation
from tests.fakes.workspace_sessions import Drive, contents, repository, write

Files = dict[str, list[str]]
AGENTS = ("alpha", "beta", "gamma")


@dataclass
class World:
    """The session under test and what the oracle knows."""

    drive: Drive
    random: random.Random
    baseline: Files = field(default_factory=dict)
    authors: dict[str, tuple[str, int]] = field(default_factory=dict)
    ends: list[tuple[CheckpointRecord, Files, int]] = field(default_factory=list)
    counter: int = 0
    log: list[str] = field(default_factory=list)

    def lines(self, author: str, turn: int, count: int) -> list[str]:
        """New lines that nobody wrote before, with their author noted."""
        fresh = []
        for _ in range(count):
            self.counter += 1
            text = f"line {self.counter:04} of {author or 'base'}"
            self.authors[text] = (author, turn)
            fresh.append(text)
        return fresh

    def edit(self, root: Path, author: str, turn: int) -> None:
        """A few random edits below a folder."""
        for _ in range(self.random.randint(1, 3)):
            self.random.choice((self.insert, self.insert, self.cut, self.make, self.drop))(root, author, turn)

    def insert(self, root: Path, author: str, turn: int) -> None:
        """New lines into a file."""
        name, text = self.pick(root)
        at = self.random.randint(0, len(text))
        save(root, name, text[:at] + self.lines(author, turn, self.random.randint(1, 3)) + text[at:])

    def cut(self, root: Path, author: str, turn: int) -> None:
        """Some lines out of a file."""
        name, text = self.pick(root)
        if text:
            at = self.random.randrange(len(text))
            save(root, name, text[:at] + text[at + self.random.randint(1, 2) :])

    def make(self, root: Path, author: str, turn: int) -> None:
        """A new file."""
        self.counter += 1
        folder = self.random.choice(("", "sub/", "sub/deep/"))
        save(root, f"{folder}new{self.counter:03}.txt", self.lines(author, turn, self.random.randint(1, 8)))

    def drop(self, root: Path, author: str, turn: int) -> None:
        """A file less."""
        files = read(root)
        if len(files) > 2:
            (root / self.random.choice(sorted(files))).unlink()

    def pick(self, root: Path) -> tuple[str, list[str]]:
        """Some file."""
        files = read(root)
        if not files:
            return "again.txt", []
        name = self.random.choice(sorted(files))
        return name, files[name]


def read(root: Path) -> Files:
    """Every text file below a folder, as lines."""
    return {
        name.rstrip("*"): data.decode().splitlines() for name, data in contents(root).items() if isinstance(data, bytes)
    }


def save(root: Path, name: str, lines: list[str]) -> None:
    """Write lines."""
    write(root, {name: "".join(f"{line}\n" for line in lines)})


def patched(old: list[str], hunks: tuple[Hunk, ...]) -> list[str]:
    """Hunks applied the plain way, by their line numbers."""
    out, at = [], 0
    for hunk in hunks:
        start = hunk.old_start - (1 if hunk.old_lines else 0)
        out += old[at:start] + [line.text for line in hunk.lines if line.kind != "removed"]
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
    elif shell < 0.35:
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
    if world.random.random() < 0.4:
        world.log.append("  and undo")
        undone = drive.undo(reviewed.decisions[0])
        assert undone.result.conflicts is None
        assert (contents(drive.folder), contents(drive.root)) == before[:2]
        return
    old = world.baseline.get(change.path)
    if approving:
        _approved(world, change.path, hunk, old, before)
    elif drive.worktree.isolation == "worktree":
        _rejected(world, change.path, hunk, old)


def _approved(world: World, path: str, hunk: Hunk | None, old: list[str] | None, before: tuple[object, ...]) -> None:
    drive = world.drive
    disk = read(drive.root).get(path)
    new = disk if hunk is None else patched(old or [], (hunk,))
    if not new and disk is None:
        new = None
    set_lines(world.baseline, path, new)
    assert contents(drive.root) == before[1]
    if drive.worktree.isolation == "worktree":
        folder = read(drive.folder)
        assert isinstance(before[0], dict)
        was = before[0].get(path, before[0].get(path + "*"))
        if was == (None if old is None else "".join(f"{x}\n" for x in old).encode()):
            assert folder.get(path) == new
        else:
            gained = set(new or []) - set(old or [])
            assert gained <= set(folder.get(path, []))


def _rejected(world: World, path: str, hunk: Hunk | None, old: list[str] | None) -> None:
    disk = read(world.drive.root).get(path)
    if hunk is None:
        assert disk == old
    else:
        taken = {line.text for line in hunk.lines if line.kind == "added"}
        back = {line.text for line in hunk.lines if line.kind == "removed"}
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
    standing = [d for d in drive.decisions if not d.undone]
    if not standing:
        return
    decision = world.random.choice(standing)
    before = contents(drive.folder), contents(drive.root)
    baseline = drive.worktree.baseline
    world.log.append(f"undo older {decision.action} {decision.path}")
    if drive.undo(decision).result.conflicts:
        assert (contents(drive.folder), contents(drive.root)) == before
    elif decision.action == "approve":
        assert drive.worktree.baseline != baseline
        world.baseline = files_at(drive, drive.worktree.baseline)


def files_at(drive: Drive, commit: str) -> Files:
    """A checkpoint's files, read with nothing but git's own plumbing."""
    from tests.fakes.workspace_sessions import git

    chain = Path(drive.worktree.chain)
    names = git(chain, "--git-dir=.", "ls-tree", "-r", "--name-only", commit).splitlines()
    return {name: git(chain, "--git-dir=.", "show", f"{commit}:{name}").splitlines() for name in names}


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
            assert patched(old, drive.diff(path).hunks) == new
    for path, lines in disk.items():
        blamed = [(line.text, line.author, line.turn) for line in drive.blame(path)]
        assert blamed == [(text, *world.authors[text]) for text in lines], path


def play(base: Path, seed: int, steps: list[Callable[[World], None]], isolation: Isolation) -> None:
    """One history, checked at its end and in between."""
    world = World(drive=None, random=random.Random(seed))  # type: ignore[arg-type]
    start = {f"f{n}.txt": world.lines("", 0, world.random.choice((0, 5, 30, 60))) for n in range(3)}
    folder = repository(base / "project", {name: "".join(f"{x}\n" for x in text) for name, text in start.items()})
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
    before, mine = contents(drive.root), yours(world)
    if world.random.random() < 0.5:
        world.log.append(f"approve {change.path}")
        drive.approve(change.path)
        assert contents(drive.root) == before
        set_lines(world.baseline, change.path, read(drive.root).get(change.path))
        return
    world.log.append(f"reject {change.path}")
    reviewed = drive.reject(change.path)
    if reviewed.result.conflicts:
        assert contents(drive.root) == before
        return
    assert mine <= yours(world)
    known = set(world.baseline.get(change.path, []))
    assert all(text in known or world.authors[text][0] == "you" for text in read(drive.root).get(change.path, []))
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


IN_PLACE_STEPS = [agent_turn, agent_turn, agent_turn, your_edit, your_edit, decide_in_place, decide_in_place]
IN_PLACE_STEPS += [rewind_in_place, rewind_in_place]


@SETTINGS
@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(IN_PLACE_STEPS), min_size=4, max_size=14))
def test_histories_in_place(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: list[Callable[[World], None]]
) -> None:
    play(tmp_path_factory.mktemp("history"), seed, steps, "in-place")
