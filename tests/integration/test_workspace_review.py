"""Approving into a folder that somebody else works in, and taking decisions back."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.records import CheckpointRecord
from boocode_desktop.orchestrator.ports.workspace import Workspace
from boocode_desktop.workspace import changes
from tests.fakes.workspace_sessions import Drive, contents, repository, write

TEXT = "".join(f"line {n}\n" for n in range(30))


def text_with(**lines: str) -> str:
    """The text with some lines replaced: `l3="three"`."""
    text = TEXT
    for key, new in lines.items():
        text = text.replace(f"line {key[1:]}\n", f"{new}\n")
    return text


@pytest.fixture
def drive(tmp_path: Path) -> Drive:
    """A session over one file."""
    return Drive.start(tmp_path / "data", repository(tmp_path / "p", {"a.txt": TEXT, "b.txt": "b\n"}))


def test_your_edit_elsewhere_in_the_file_is_merged(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l20="agent")})
    write(drive.folder, {"a.txt": text_with(l3="mine")})
    assert drive.listed() == {"a.txt": ("modified", "open")}
    reviewed = drive.approve("a.txt")
    assert (drive.folder / "a.txt").read_text() == text_with(l3="mine", l20="agent")
    assert drive.listed() == {"a.txt": ("modified", "approved")}
    assert drive.undo(reviewed.decisions[0]).result.conflicts is None
    assert (drive.folder / "a.txt").read_text() == text_with(l3="mine")
    assert drive.listed() == {"a.txt": ("modified", "open")}


def test_your_edit_of_the_same_line_is_a_conflict_and_nothing_is_written(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l20="agent"), "b.txt": "agent\n"})
    write(drive.folder, {"a.txt": text_with(l20="mine")})
    (change,) = [c for c in drive.changes() if c.path == "a.txt"]
    assert change.status == "conflict" and "same lines" in change.note
    reviewed = drive.approve()
    assert reviewed.result.decided == ("b.txt",)
    assert list(reviewed.result.conflicts or {}) == ["a.txt"]
    assert (drive.folder / "a.txt").read_text() == text_with(l20="mine")
    assert (drive.folder / "b.txt").read_text() == "agent\n"
    drive.play("alpha", {"a.txt": text_with(l20="mine", l2="agent")})
    assert drive.approve("a.txt").result.conflicts is None
    assert (drive.folder / "a.txt").read_text() == text_with(l20="mine", l2="agent")


@pytest.mark.parametrize(
    ("yours", "reason"), [("delete", "deleted there"), ("replace", "folder"), ("link", "symbolic link")]
)
def test_other_things_that_stand_in_the_way(drive: Drive, yours: str, reason: str) -> None:
    drive.play("alpha", {"a.txt": text_with(l1="agent")})
    target = drive.folder / "a.txt"
    target.unlink()
    if yours == "replace":
        target.mkdir()
    elif yours == "link":
        target.symlink_to("b.txt")
    reviewed = drive.approve("a.txt")
    assert reason in (reviewed.result.conflicts or {})["a.txt"] and not reviewed.decisions
    assert (drive.folder / "b.txt").read_text() == "b\n"
    assert drive.worktree.baseline == drive.worktree.base


def test_a_new_file_where_you_made_one_too(drive: Drive) -> None:
    drive.play("alpha", {"same.txt": "both\n", "other.txt": "agent\n"})
    write(drive.folder, {"same.txt": "both\n", "other.txt": "mine\n"})
    reviewed = drive.approve()
    assert reviewed.result.decided == ("same.txt",)
    assert "exists there already" in (reviewed.result.conflicts or {})["other.txt"]
    assert (drive.folder / "other.txt").read_text() == "mine\n"


def test_a_deletion_of_what_you_changed(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": None})
    write(drive.folder, {"a.txt": text_with(l1="mine")})
    assert "to be deleted" in (drive.approve("a.txt").result.conflicts or {})["a.txt"]
    assert (drive.folder / "a.txt").exists()


def test_no_link_is_followed_on_the_way(drive: Drive, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (drive.folder / "sub").symlink_to(outside)
    drive.play("alpha", {"sub/x.txt": "x\n"})
    reviewed = drive.approve("sub/x.txt")
    assert "symbolic link" in (reviewed.result.conflicts or {})["sub/x.txt"]
    assert list(outside.iterdir()) == []


def test_links_that_lead_outside_are_not_approved(drive: Drive) -> None:
    (drive.root / "out").symlink_to("/etc/passwd")
    (drive.root / "up").symlink_to("../../secret")
    (drive.root / "in").symlink_to("a.txt")
    (drive.root / "sub").mkdir()
    (drive.root / "sub" / "in").symlink_to("../b.txt")
    drive.play("alpha", {})
    reviewed = drive.approve()
    assert set(reviewed.result.conflicts or {}) == {"out", "up"}
    assert (drive.folder / "in").readlink() == Path("a.txt")
    assert (drive.folder / "sub" / "in").readlink() == Path("../b.txt")
    assert not os.path.lexists(drive.folder / "out")


def test_permissions_of_your_file_stay(drive: Drive) -> None:
    (drive.folder / "a.txt").chmod(0o640)
    drive.play("alpha", {"a.txt": text_with(l1="agent")})
    drive.approve("a.txt")
    assert (drive.folder / "a.txt").stat().st_mode & 0o777 == 0o640
    (drive.root / "a.txt").chmod(0o755)
    drive.play("alpha", {})
    (decision,) = drive.approve("a.txt").decisions
    assert (drive.folder / "a.txt").stat().st_mode & 0o777 == 0o750
    drive.undo(decision)
    assert (drive.folder / "a.txt").stat().st_mode & 0o777 == 0o640


def test_no_temporary_file_is_left(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l1="x"), "deep/n/n.txt": "n\n"})
    drive.approve()
    names = {path.name for path in [*drive.folder.rglob("*"), *drive.root.rglob("*")]}
    assert not [name for name in names if name.startswith(".boocode-tmp")]


def test_a_hunk_that_is_out_of_date_is_refused(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l1="agent")})
    (hunk,) = drive.diff("a.txt").hunks
    drive.play("beta", {"a.txt": text_with(l1="other")})
    for verb in (drive.approve, drive.reject):
        with pytest.raises(UserFacingError, match="changed since"):
            verb("a.txt", hunk)
    assert (drive.folder / "a.txt").read_text() == TEXT


def test_a_hunk_seen_with_much_context_is_decided_alone(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l2="two", l12="twelve", l28="end")})
    first, second = drive.diff("a.txt", context=6).hunks
    drive.approve("a.txt", first)
    assert (drive.folder / "a.txt").read_text() == text_with(l2="two", l12="twelve")
    drive.reject("a.txt", second)
    assert (drive.root / "a.txt").read_text() == text_with(l2="two", l12="twelve")


def test_files_without_hunks_say_so(drive: Drive) -> None:
    drive.play("alpha", {"bin": b"\0\1", "a.txt": text_with(l1="x")})
    (hunk,) = drive.diff("a.txt").hunks
    with pytest.raises(UserFacingError, match="binary"):
        drive.approve("bin", hunk)
    with pytest.raises(NotFoundError):
        drive.approve("nothing.txt")
    with pytest.raises(NotFoundError):
        drive.diff("nothing.txt")


def test_statuses_through_a_life(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l2="two", l20="twenty"), "n.txt": "n\n"})
    drive.reject("n.txt")
    assert drive.listed()["n.txt"] == ("added", "rejected")
    drive.approve("a.txt", drive.diff("a.txt").hunks[0])
    assert drive.listed()["a.txt"] == ("modified", "partly")
    assert drive.at_risk().unapproved == ("a.txt",)
    drive.approve("a.txt")
    assert drive.listed()["a.txt"] == ("modified", "approved")
    assert not drive.at_risk().any
    drive.play("beta", {"a.txt": text_with(l2="two", l20="twenty", l25="more"), "n.txt": "n\n"})
    assert drive.listed() == {"a.txt": ("modified", "partly"), "n.txt": ("added", "open")}
    assert {c.path: c.agents for c in drive.changes()} == {"a.txt": ("alpha", "beta"), "n.txt": ("alpha", "beta")}
    write(drive.root, {"n.txt": "mine\n"})
    assert {c.path: c.agents for c in drive.changes()}["n.txt"] == ("alpha", "beta", "you")


def test_an_approval_is_reversed_and_your_later_edit_stays(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l2="two"), "n.txt": "n\n", "b.txt": None})
    decisions = drive.approve().decisions
    write(drive.folder, {"a.txt": text_with(l2="two", l20="mine")})
    for decision in decisions:
        reviewed = drive.reverse(decision)
        assert reviewed.result.conflicts is None
        assert [d.action for d in reviewed.decisions] == ["reverse"]
    assert contents(drive.folder) == {"a.txt": text_with(l20="mine").encode(), "b.txt": b"b\n"}
    assert {c.status for c in drive.changes()} == {"open"}
    for reversal in [d for d in drive.decisions if d.action == "reverse"]:
        assert drive.undo(reversal).result.conflicts is None
    assert contents(drive.folder) == {"a.txt": text_with(l2="two", l20="mine").encode(), "n.txt": b"n\n"}
    assert {c.status for c in drive.changes()} == {"approved"}


def test_reversing_what_you_changed_since_is_a_conflict(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l2="two")})
    (decision,) = drive.approve().decisions
    write(drive.folder, {"a.txt": text_with(l2="mine")})
    assert drive.reverse(decision).result.conflicts
    assert drive.undo(decision).result.conflicts
    assert (drive.folder / "a.txt").read_text() == text_with(l2="mine")
    write(drive.folder, {"a.txt": text_with(l2="two")})
    assert drive.undo(decision).result.conflicts is None
    with pytest.raises(UserFacingError, match="undone"):
        drive.undo(decision)


def test_an_older_decision_below_a_newer_one_waits_for_it(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l2="two", l20="twenty")})
    (first,) = drive.approve("a.txt", drive.diff("a.txt").hunks[0]).decisions
    (second,) = drive.approve("a.txt", drive.diff("a.txt").hunks[0]).decisions
    assert "newer" in (drive.undo(first).result.conflicts or {})["a.txt"]
    assert drive.undo(second).result.conflicts is None
    assert drive.undo(first).result.conflicts is None
    assert (drive.folder / "a.txt").read_text() == TEXT


def test_a_rewind_leaves_what_was_approved_in_the_folder_and_says_so(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l2="two")})
    drive.approve()
    drive.play("beta", {"a.txt": text_with(l2="two", l9="nine")})
    seen = drive.preview(0)
    assert seen.approved == ("a.txt",) and seen.turns == (1, 2) and seen.to_turn == 0
    drive.rewind(drive.checkpoints[0].commit, 0)
    assert (drive.folder / "a.txt").read_text() == text_with(l2="two")
    assert drive.listed() == {"a.txt": ("modified", "open")}
    assert drive.changes()[0].agents == ()


def test_nothing_foreign_is_rewound_to(drive: Drive, tmp_path: Path) -> None:
    other = Drive.start(tmp_path / "other", repository(tmp_path / "q"), session="ses_other")
    made = other.play("alpha", {"a.txt": "x\n"})
    before = contents(drive.root)
    for commit in (made.commit, "0" * 40, "nonsense", ""):
        with pytest.raises(UserFacingError, match="not one of this session's"):
            drive.rewind(commit, 1)
    with pytest.raises(UserFacingError, match="no turn 7"):
        drive.preview(7)
    assert contents(drive.root) == before
    drive.worktree = replace(drive.worktree, root=str(tmp_path / "q"))
    with pytest.raises(UserFacingError, match="another session or another folder"):
        drive.rewind(drive.checkpoints[0].commit, 0)
    assert contents(tmp_path / "q") == {"a.txt": b"one\ntwo\nthree\n", "src/b.py": b"x = 1\n"}


def test_in_place_rejecting_keeps_what_you_wrote(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p", {"a.txt": TEXT})
    drive = Drive.start(tmp_path / "data", folder, isolation="in-place")
    drive.play("alpha", {"a.txt": text_with(l3="agent", l20="agent too")})
    write(folder, {"a.txt": text_with(l3="agent", l10="mine", l20="agent too")})
    drive.checkpoint("before", "you", turn=1)
    first, mine, last = drive.diff("a.txt", context=0).hunks
    assert "you changed" in (drive.reject("a.txt", mine).result.conflicts or {})["a.txt"]
    drive.reject("a.txt", last)
    assert (folder / "a.txt").read_text() == text_with(l3="agent", l10="mine")
    drive.approve("a.txt", first)
    drive.reject("a.txt")
    assert (folder / "a.txt").read_text() == text_with(l3="agent", l10="mine")
    (decision,) = [d for d in drive.decisions if d.action == "approve"]
    assert drive.reverse(decision).result.conflicts is None
    assert (folder / "a.txt").read_text() == text_with(l10="mine")


def test_what_a_running_turn_did_so_far_is_its_agents(drive: Drive) -> None:
    drive.play("alpha", {"a.txt": text_with(l1="x")})
    drive.turn += 1
    write(drive.root, {"mine.txt": "m\n"})
    drive.checkpoint("before", "you")
    write(drive.root, {"b.txt": "running\n"})
    agents = {c.path: c.agents for c in drive.changes(running="beta")}
    assert agents == {"a.txt": ("alpha",), "b.txt": ("beta",), "mine.txt": ("you",)}
    assert [c.path for c in drive.changes("turn", running="beta")] == ["b.txt"]
    drive.checkpoint("after", "beta")
    assert set(drive.listed("turn")) == {"b.txt"}
    assert drive.diff("b.txt", "turn").new_text == "running\n"
    assert {c.path: c.agents for c in drive.changes()}["b.txt"] == ("beta",)


def test_turns_without_a_checkpoint_before(drive: Drive) -> None:
    """The orchestrator stores a `before` only where something changed between the turns."""
    for number, (agent, text) in enumerate((("alpha", "one"), ("beta", "two")), 1):
        write(drive.root, {"a.txt": text_with(l1=text), f"{agent}.txt": "n\n"})
        drive.turn = number
        drive.checkpoint("after", agent)
    assert set(drive.listed("turn")) == {"a.txt", "beta.txt"}
    drive.rewind(drive.checkpoints[1].commit, 1)
    assert set(drive.listed("turn")) == {"a.txt", "alpha.txt"}


def test_huge_texts_are_shown_in_part(drive: Drive) -> None:
    drive.play("alpha", {"huge.txt": "x" * 79 + "\n" + ("y" * 79 + "\n") * 30_000})
    diff = drive.diff("huge.txt")
    assert diff.truncated and diff.new_text is None and diff.hunks
    assert diff.change.added == 30_001


def test_the_same_tree_is_the_same_checkpoint(drive: Drive) -> None:
    made: CheckpointRecord = drive.checkpoint("after", "alpha", turn=1)
    assert made.commit == drive.checkpoints[0].commit and made.files == () and made.phase == "after"
    assert made.author == "alpha" and made.turn_number == 1


def test_files_too_large_to_compare_are_decided_whole(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "COMPARE_LIMIT", 1000)
    drive.play("alpha", {"large.txt": "line\n" * 1000})
    (change,) = drive.changes()
    assert change.binary and "too large" in change.note and not drive.diff("large.txt").hunks
    assert drive.approve("large.txt").result.conflicts is None
    assert (drive.folder / "large.txt").read_text() == "line\n" * 1000


def test_it_is_the_workspace_that_the_orchestrator_asks_for(drive: Drive) -> None:
    workspace: Workspace = drive.workspace
    methods = [name for name in vars(Workspace) if not name.startswith("_")]
    assert len(methods) >= 18 and all(callable(getattr(workspace, name)) for name in methods)


def test_in_place_a_file_of_yours_that_was_moved_goes_back(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p", {"a.txt": TEXT})
    drive = Drive.start(tmp_path / "data", folder, isolation="in-place")
    write(folder, {"mine.txt": "mine\n" * 5})
    drive.checkpoint("before", "you", turn=0)
    drive.play("alpha", {"mine.txt": None, "moved.txt": "mine\n" * 5 + "agent\n"})
    (decision,) = drive.reject("moved.txt").decisions
    assert contents(folder) == {"a.txt": TEXT.encode(), "mine.txt": b"mine\n" * 5}
    assert drive.undo(decision).result.conflicts is None
    assert contents(folder) == {"a.txt": TEXT.encode(), "moved.txt": b"mine\n" * 5 + b"agent\n"}
    left = contents(folder)
    before, after = drive.rewind(drive.checkpoints[0].commit, 0)
    assert contents(folder) == {"a.txt": TEXT.encode(), "mine.txt": b"mine\n" * 5} and not after.skipped
    assert [line.author for line in drive.blame("mine.txt")] == ["you"] * 5
    drive.rewind(before.commit, 1)
    assert contents(folder) == left


def test_in_place_a_rewind_says_what_stays(tmp_path: Path) -> None:
    folder = repository(tmp_path / "p", {"a.txt": TEXT, "b.txt": "b\n"})
    drive = Drive.start(tmp_path / "data", folder, isolation="in-place")
    drive.play("alpha", {"a.txt": text_with(l3="agent"), "b.txt": "agent\n"})
    write(folder, {"a.txt": text_with(l3="agent and me")})
    drive.checkpoint("before", "you")
    for _ in range(2):
        assert "you changed it too" in drive.preview(0).lost["a.txt"]
        _, after = drive.rewind(drive.checkpoints[0].commit, 0)
        assert "stays as it is" in (after.skipped or {})["a.txt"]
        assert contents(folder) == {"a.txt": text_with(l3="agent and me").encode(), "b.txt": b"b\n"}
