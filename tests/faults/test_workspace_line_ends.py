"""Files with CRLF, LF and both: an edit keeps every other line end, the diff shows nothing but the edit."""

import random
from pathlib import Path

from tests.fakes.moments import at_random_moments
from tests.fakes.tool_rig import rig_in
from tests.fakes.workspace_sessions import Drive, contents, git, repository

ENDS = (b"\r\n", b"\n")
ATTRIBUTES = ("", "* text=auto\n", "* text=auto eol=lf\n", "*.txt text eol=crlf\n", "* -text\n")


@at_random_moments
def test_crlf_files_keep_their_line_ends(tmp_path: Path, moment: int) -> None:
    chance = random.Random(moment)
    kinds = chance.choice([ENDS, (b"\r\n",), (b"\r\n", b"\r\n", b"\r\n", b"\n")])
    lines = [b"line %d" % n + chance.choice(kinds) for n in range(chance.randint(3, 40))]
    if chance.random() < 0.4:
        lines[-1] = lines[-1].rstrip(b"\r\n")
    at = chance.randrange(len(lines))
    text = b"".join(lines)
    folder = repository(tmp_path / "p", {".gitattributes": chance.choice(ATTRIBUTES)})
    git(folder, "config", "core.autocrlf", chance.choice(["true", "false", "input"]))
    (folder / "a.txt").write_bytes(text)
    drive = Drive.start(tmp_path / "data", folder)
    assert (drive.root / "a.txt").read_bytes() == text

    drive.turn = 1
    drive.checkpoint("before", "you")
    bare = lines[at].rstrip(b"\r\n")
    output = rig_in(drive.root).run("edit_file", path="a.txt", old_string=f"line {at}\n", new_string=f"LINE {at}\n")
    if output.outcome != "success":  # the last line has no end
        output = rig_in(drive.root).run("edit_file", path="a.txt", old_string=bare.decode(), new_string=f"LINE {at}")
    assert output.outcome == "success", output.error
    changed = b"".join([*lines[:at], lines[at].replace(b"line", b"LINE"), *lines[at + 1 :]])
    assert (drive.root / "a.txt").read_bytes() == changed
    drive.checkpoint("after", "alpha")

    (change,) = drive.changes()
    assert (change.path, change.added, change.removed) == ("a.txt", 1, 1)
    assert [line.author for line in drive.blame("a.txt")].count("alpha") == 1
    (decision,) = drive.approve("a.txt", drive.diff("a.txt").hunks[0]).decisions
    assert (folder / "a.txt").read_bytes() == changed
    assert drive.undo(decision).result.conflicts is None
    assert (folder / "a.txt").read_bytes() == text
    before = contents(drive.root)
    start, _ = drive.rewind(drive.checkpoints[0].commit, 0)
    assert (drive.root / "a.txt").read_bytes() == text
    drive.rewind(start.commit, 1)
    assert contents(drive.root) == before
