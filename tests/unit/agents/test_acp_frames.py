"""Recorded frames: whole lines that can be read at once, within bounds, off unless asked for."""

import json

from boocode_desktop.agents.acp.frames import FRAME_LIMIT, FrameFile, both, frame_file, frame_line


def test_nothing_is_recorded_unless_asked_for(tmp_path):
    assert frame_file({}, "a", 1) is None
    assert frame_file({"BOOCODE_AGENT_FRAMES": str(tmp_path)}, "a", 1) is not None


def test_a_line_says_when_who_and_which_way():
    line = json.loads(frame_line("in", {"id": 1, "result": {"text": "née\n\ud800"}}, pid=7, at=1.5))
    assert line == {"at": 1.5, "pid": 7, "direction": "in", "frame": {"id": 1, "result": {"text": "née\n\ud800"}}}


def test_a_long_frame_keeps_its_head():
    frame = {"id": "x", "method": "session/prompt", "params": {"text": "x" * FRAME_LIMIT}}
    kept = json.loads(frame_line("out", frame, pid=7, at=0))["frame"]
    assert (kept["id"], kept["method"]) == ("x", "session/prompt") and kept["cut"] > FRAME_LIMIT


def test_a_file_takes_no_more_than_its_limit_and_says_so(tmp_path):
    file = FrameFile(tmp_path / "new", "a", 7, limit=500)
    for number in range(50):
        file.note("out", {"id": number})
    file.close()
    file.note("out", {"id": 99})
    lines = [json.loads(line) for line in file.path.read_text().splitlines()]
    assert lines[-1] == {"note": "the file is full"} and 3 < len(lines) < 10
    assert file.path.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_does_not_stop_the_agent(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    file = FrameFile(tmp_path / "file" / "below", "a", 7)
    file.note("out", {"id": 1})
    file.note("out", {"id": 2})
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    caplog.clear()


def test_taps_are_joined():
    seen = []
    tap = both(None, lambda d, f: seen.append((1, d)), lambda d, f: seen.append((2, d)))
    assert tap is not None and both(None, None) is None
    tap("in", {})
    assert seen == [(1, "in"), (2, "in")]
