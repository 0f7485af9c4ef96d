"""Folders as people have them, through the whole program: another owner, submodules, odd names, line ends, sizes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.aftermath import assert_sound
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import git, make_repository
from tests.fakes.warm_program import WarmProgram


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path, server: OpenAIServer) -> Iterator[WarmProgram]:
    program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
    yield program
    assert_sound(program.home)
    program.close()


def shell(script: str) -> str:
    return f"@@call run_command {json.dumps({'command': 'bash', 'args': ['-c', script]})}"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to give a folder away")
def test_other_owner_is_told_and_in_place_offered(program: WarmProgram, tmp_path: Path):
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    for place in (repository, repository / ".git"):
        os.chown(place, 12345, 12345)
    running = program.start_run("@@say Hi.", "-C", str(repository))
    words = "".join(running.lines())
    assert running.wait() == 2
    words += "".join(running.errors)
    assert "another user" in words and "safe.directory" in words and "in-place" in words
    assert "Traceback" not in words and "turn_started" not in words
    assert (repository / "a.txt").read_text() == "alpha\n"
    events = program.run("@@edit a.txt alpha => beta\n@@say Hi.", "-C", str(repository), "--isolation", "in-place")
    assert events[-1]["status"] == "completed"
    session = events[0]["session_id"]
    assert [c["path"] for c in program.json("changes", "list", "--session", session)] == ["a.txt"]
    program.json("rewind", "--session", session, "--to-turn", "0")
    assert (repository / "a.txt").read_text() == "alpha\n"


def test_submodules_are_one_line_and_never_entered(program: WarmProgram, tmp_path: Path):
    # Without bubblewrap, which would forbid the commit.
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("git", "bash", "sh", "env"):
        (tools / name).symlink_to(shutil.which(name) or name)
    program.environment["PATH"] = str(tools)
    inner = make_repository(tmp_path / "inner", {"i.txt": "i\n"})
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "mod")
    git(repository, "commit", "-qm", "module")
    begin = program.run("@@say Ready.", "-C", str(repository))
    session, root = begin[0]["session_id"], Path(begin[0]["worktree"])
    git(root, "-c", "protocol.file.allow=always", "submodule", "update", "-q", "--init")
    identity = "git -c user.name=A -c user.email=a@example.org -C mod"
    script = f"echo changed > mod/i.txt; {identity} commit -qam inside"
    events = program.run(
        f"@@edit a.txt alpha => beta\n{shell(script)}\n@@say Hi.", "--session", session, "--permissions", "allow"
    )
    assert events[-1]["status"] == "completed"
    changes = {c["path"]: c["operation"] for c in program.json("changes", "list", "--session", session)}
    assert changes == {"a.txt": "modified", "mod": "submodule"}, "its new commit is one line"
    out, errors = program.call("changes", "approve", "--session", session, "--file", "mod", "--json", code=None)
    assert "never entered" in "".join([*out, *errors])
    program.json("rewind", "--session", session, "--to-turn", "0")
    assert (root / "a.txt").read_text() == "alpha\n"
    assert (root / "mod" / "i.txt").read_text() == "changed\n", "left alone"
    assert (repository / "mod" / "i.txt").read_text() == "i\n"


@pytest.mark.skipif(sys.platform != "linux", reason="file names of bytes")
def test_non_utf8_names_go_all_the_way(program: WarmProgram, tmp_path: Path):
    old, new = os.fsdecode(b"caf\xe9.txt"), os.fsdecode(b"na\xefve/caf\xe8.txt")
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n", old: "old\n"})
    script = r"""printf 'new\n' > $'caf\xe9.txt'; mkdir $'na\xefve'; printf 'n\n' > $'na\xefve/caf\xe8.txt'"""
    prompt = f'{shell(script)}\n@@call list_dir {{"path": "."}}\n@@call find_files {{"pattern": "*"}}\n@@say Hi.'
    events = program.run(prompt, "-C", str(repository), "--permissions", "allow")
    assert events[-1]["status"] == "completed"
    assert [e["outcome"] for e in events if e["type"] == "tool_finished"] == ["success"] * 3
    session, root = events[0]["session_id"], Path(events[0]["worktree"])
    changes = program.json("changes", "list", "--session", session)
    assert sorted(c["path"] for c in changes) == ["caf\\xe9.txt", "na\\xefve/caf\\xe8.txt"]
    for command in ("list", "diff"):
        program.call("changes", command, "--session", session)
    assert [b["author"] for b in program.json("blame", "caf\\xe9.txt", "--session", session)] == ["boocode"]
    program.json("rewind", "--session", session, "--to-turn", "0")
    assert (root / old).read_text() == "old\n" and not (root / new).exists()
    program.json("rewind", "--session", session, "--undo")
    program.json("changes", "approve", "--session", session)
    assert ((repository / old).read_text(), (repository / new).read_text()) == ("new\n", "n\n")


def test_binary_and_huge_diffs_are_bounded(program: WarmProgram, tmp_path: Path):
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    (repository / "b.bin").write_bytes(bytes(range(256)) * 40)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "binary")
    script = "seq 1 100000 > huge.txt; head -c 30000 /dev/urandom > b.bin; head -c 12000000 /dev/zero > zeros.bin"
    events = program.run(f"{shell(script)}\n@@say Hi.", "-C", str(repository), "--permissions", "allow")
    session, root = events[0]["session_id"], Path(events[0]["worktree"])
    changes = {c["path"]: c for c in program.json("changes", "list", "--session", session)}
    assert (changes["huge.txt"]["added"], changes["huge.txt"]["removed"]) == (100_000, 0)
    assert changes["b.bin"]["operation"] == "modified"
    binary, _errors = program.call("changes", "diff", "--session", session, "--file", "b.bin")
    assert "binary" in "".join(binary).lower() and len("".join(binary)) < 2000
    program.call("changes", "diff", "--session", session, "--file", "huge.txt")
    before = (root / "b.bin").read_bytes()
    program.json("rewind", "--session", session, "--to-turn", "0")
    assert (root / "b.bin").read_bytes() == bytes(range(256)) * 40 and not (root / "huge.txt").exists()
    program.json("rewind", "--session", session, "--undo")
    assert (root / "b.bin").read_bytes() == before
    program.json("changes", "approve", "--session", session, "--file", "b.bin")
    program.json("changes", "approve", "--session", session, "--file", "huge.txt")
    assert (repository / "b.bin").read_bytes() == before
    assert (repository / "huge.txt").read_bytes() == (root / "huge.txt").read_bytes()
    assert subprocess.run(["git", "status", "--porcelain"], cwd=repository, check=True).returncode == 0
