"""What a crash leaves is ended at the next start; what belongs to somebody living is not."""

import asyncio
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from boocode_desktop.processes.child_records import ChildRecord, new_token, read_records, write_record
from boocode_desktop.processes.child_specs import CHILD_TOKEN
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.process_identity import ProcessIdentity, identify, is_alive, this_process
from boocode_desktop.processes.sweep import bearers, sweep

DEAD = ProcessIdentity(pid=os.getpid(), started="some earlier process of the same number")


def _sleeper(token: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, CHILD_TOKEN: token}
    process = subprocess.Popen(["sleep", "60"], env=environment, start_new_session=True)
    while token not in Path(f"/proc/{process.pid}/environ").read_text():
        pass  # until it has become `sleep`
    return process


def _record(process: "subprocess.Popen[bytes]", token: str, owner: ProcessIdentity) -> ChildRecord:
    child = identify(process.pid)
    assert child is not None
    return ChildRecord(name="agent", token=token, pgid=process.pid, child=child, owner=owner)


def test_children_of_a_dead_owner_are_ended(tmp_path: Path) -> None:
    token = new_token()
    process = _sleeper(token)
    write_record(tmp_path, _record(process, token, DEAD))
    swept = sweep(tmp_path)
    assert (swept.names, process.wait(10)) == (("agent",), -signal.SIGKILL)
    assert swept.words.endswith("ended now: agent.")
    assert read_records(tmp_path) == []
    assert sweep(tmp_path).words == ""


def test_children_of_a_living_owner_are_left_alone(tmp_path: Path) -> None:
    token = new_token()
    process = _sleeper(token)
    write_record(tmp_path, _record(process, token, this_process()))
    assert sweep(tmp_path).processes == 0
    assert process.poll() is None
    assert len(read_records(tmp_path)) == 1
    process.kill()
    process.wait()


def test_a_stranger_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    process = _sleeper(new_token())
    child = ProcessIdentity(pid=process.pid, started="an earlier process of the same number")
    write_record(tmp_path, ChildRecord(name="agent", token=new_token(), pgid=process.pid, child=child, owner=DEAD))
    assert sweep(tmp_path).processes == 0
    assert process.poll() is None
    assert read_records(tmp_path) == []
    process.kill()
    process.wait()


def test_runaways_are_found_by_token_after_their_parent_died(tmp_path: Path) -> None:
    token = new_token()
    parent, runaway = _sleeper(token), _sleeper(token)
    record = _record(parent, token, DEAD)
    parent.kill()
    parent.wait()
    write_record(tmp_path, record)
    assert {process.pid for process in bearers(token)} == {runaway.pid}
    assert sweep(tmp_path).processes == 1
    assert runaway.wait(10) == -signal.SIGKILL


@pytest.mark.parametrize("content", ["", "nonsense", "[]", "{}", '{"pgid": 1, "token": "x"}', '{"pgid": "1"}'])
def test_a_broken_record_is_removed_and_kills_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / "broken.json").write_text(content)
    assert sweep(tmp_path).processes == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pgid", [-1, 0, 1])
def test_a_record_of_everybody_kills_nobody(tmp_path: Path, pgid: int) -> None:
    me = this_process()
    record = ChildRecord(name="agent", token=new_token(), pgid=pgid, child=me, owner=DEAD)
    path = write_record(tmp_path, record)
    assert json.loads(path.read_text())["pgid"] == pgid
    assert sweep(tmp_path).processes == 0
    assert is_alive(me)


def test_sweeping_a_folder_that_is_not_there_does_nothing(tmp_path: Path) -> None:
    assert asyncio.run(Children(tmp_path / "none").sweep()).processes == 0
