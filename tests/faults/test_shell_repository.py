"""The agent's shell turns on the repository: the checkpoints stay whole, the change list stays true, it is told."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.aftermath import assert_sound
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import git, make_repository
from tests.fakes.warm_program import WarmProgram

PROGRAMS = ("git", "bash", "sh", "rm", "mv", "cp", "ln", "cat", "true", "touch", "mkdir", "env")
FILES = {"a.txt": "alpha\n", "b.txt": "bravo\n"}


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path, server: OpenAIServer) -> Iterator[WarmProgram]:
    program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
    yield program
    program.close()


@pytest.fixture
def no_sandbox(program: WarmProgram, tmp_path: Path) -> None:
    """A computer without bubblewrap: nothing but our own care stands between the shell and the repository."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in PROGRAMS:
        (tools / name).symlink_to(shutil.which(name) or name)
    program.environment["PATH"] = str(tools)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo", FILES)


def shell(script: str) -> str:
    """A turn that edits, lets the shell do its worst, and edits on."""
    call = json.dumps({"command": "bash", "args": ["-c", script]})
    return f"@@edit a.txt alpha => ALPHA\n@@call run_command {call}\n@@write c.txt new\\n\n@@say Done."


def attack(program: WarmProgram, repository: Path, script: str) -> list[dict[str, Any]]:
    """Run it; the turn completes whatever the shell did."""
    events = program.run(shell(script), "-C", str(repository), "--permissions", "allow")
    assert [e["tool"] for e in events if e["type"] == "tool_finished"] == ["edit_file", "run_command", "create_file"]
    return events


def assert_whole(program: WarmProgram, repository: Path, events: list[dict[str, Any]]) -> None:
    """Changes, blame, rewind and its undo, a second turn and approval work as if nothing had happened."""
    session, root = events[0]["session_id"], Path(events[0]["worktree"])
    changes = {c["path"]: c["operation"] for c in program.json("changes", "list", "--session", session)}
    assert {"a.txt": "modified", "c.txt": "added"}.items() <= changes.items()
    assert [b["author"] for b in program.json("blame", "a.txt", "--session", session)] == ["boocode"]
    program.json("rewind", "--session", session, "--to-turn", "0")
    assert (root / "a.txt").read_text() == "alpha\n"
    assert not (root / "c.txt").exists()
    program.json("rewind", "--session", session, "--undo")
    assert ((root / "a.txt").read_text(), (root / "c.txt").read_text()) == ("ALPHA\n", "new\n")
    assert program.run("@@read a.txt\n@@say Read.", "--session", session)[-1]["status"] == "completed"
    program.json("changes", "approve", "--session", session, "--file", "a.txt")
    assert (repository / "a.txt").read_text() == "ALPHA\n"
    assert_sound(program.home)


def notices(events: list[dict[str, Any]]) -> str:
    return "\n".join(e["message"] for e in events if e["type"] == "notice" and e["code"] == "repository_changed")


ATTACKS = {
    "delete the session's branch": (
        "git update-ref --no-deref -d $(git symbolic-ref HEAD)",
        "",
    ),
    "delete every branch and tag": (
        "git tag marked; for r in $(git for-each-ref --format='%(refname)'); do git update-ref -d $r; done",
        "The branch main was removed",
    ),
    "rewrite the .git file": (
        "git init -q ../elsewhere; rm .git; echo gitdir: $PWD/../elsewhere/.git > .git",
        "The worktree's .git file was rewritten",
    ),
    "delete the .git file": ("rm -rf .git", "The worktree's .git file was deleted"),
    "a repository of its own": ("rm .git; git init -q .; git add -A; git commit -qm x", "was replaced"),
    "set core.hooksPath": ("git config core.hooksPath /tmp/evil-hooks", "core.hookspath"),
    "set core.fsmonitor and core.worktree": (
        "git config core.fsmonitor 'touch fsmonitor-ran'; git config core.worktree /tmp",
        "core.fsmonitor",
    ),
    "add a hook": (
        "printf '#!/bin/sh\\ntouch hook-ran\\n' > $(git rev-parse --git-common-dir)/hooks/post-checkout; "
        "chmod +x $(git rev-parse --git-common-dir)/hooks/post-checkout",
        "hook post-checkout",
    ),
    "collect all garbage": ("git reflog expire --expire=now --all; git gc -q --prune=now --aggressive", ""),
    "commit, amend, rebase and reset": (
        "export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A "
        "GIT_COMMITTER_EMAIL=a@b; git add -A; git commit -qm one; git commit -q --amend -m two; "
        "git checkout -q -b other; git reset -q --soft HEAD~1",
        "",
    ),
    "leave locks": (
        "touch $(git rev-parse --git-dir)/index.lock $(git rev-parse --git-dir)/HEAD.lock "
        "$(git rev-parse --git-common-dir)/config.lock $(git rev-parse --git-common-dir)/packed-refs.lock",
        "",
    ),
    "empty the object store": ("rm -rf $(git rev-parse --git-common-dir)/objects/??", ""),
}


REFS = ("delete the session's branch", "delete every branch and tag", "collect all garbage", "empty the object store")
GIT_FILE = ("rewrite the .git file", "delete the .git file", "a repository of its own")
SETTINGS = ("set core.hooksPath", "set core.fsmonitor and core.worktree", "add a hook")


@pytest.mark.usefixtures("no_sandbox")
@pytest.mark.parametrize("name", REFS)
def test_shell_deletes_refs_or_objects(program: WarmProgram, repository: Path, name: str):
    turn_on(program, repository, name)


@pytest.mark.usefixtures("no_sandbox")
@pytest.mark.parametrize("name", GIT_FILE)
def test_shell_rewrites_git_file(program: WarmProgram, repository: Path, name: str):
    turn_on(program, repository, name)


@pytest.mark.usefixtures("no_sandbox")
@pytest.mark.parametrize("name", SETTINGS)
def test_shell_sets_hooks_path_and_other_settings(program: WarmProgram, repository: Path, name: str):
    turn_on(program, repository, name)


@pytest.mark.usefixtures("no_sandbox")
@pytest.mark.parametrize("name", sorted(set(ATTACKS).difference(REFS, GIT_FILE, SETTINGS)))
def test_the_shell_works_on_the_repository(program: WarmProgram, repository: Path, name: str):
    turn_on(program, repository, name)


def turn_on(program: WarmProgram, repository: Path, name: str) -> None:
    """One attack: it is told, nothing of it runs in us, and the session stays whole."""
    script, told = ATTACKS[name]
    events = attack(program, repository, script)
    assert told in notices(events)
    if not told:
        assert "hook" not in notices(events)
    assert_whole(program, repository, events)
    root = Path(events[0]["worktree"])
    assert not [p for p in (root, repository) for n in ("hook-ran", "fsmonitor-ran") if (p / n).exists()]


@pytest.mark.usefixtures("no_sandbox")
def test_a_mirror_push_publishes_nothing_of_ours(program: WarmProgram, repository: Path, tmp_path: Path):
    mirror = tmp_path / "mirror.git"
    git(tmp_path, "init", "-q", "--bare", str(mirror))
    events = attack(program, repository, f"git push -q --mirror {mirror}")
    chain = program.home / "checkpoints" / f"{events[0]['session_id']}.git"
    pushed = set(git(mirror, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split())
    ours = set(git(chain, "--git-dir=.", "rev-list", "--all").split())
    assert pushed and ours and not pushed & ours
    refs = git(mirror, "for-each-ref", "--format=%(refname)").split()
    assert all(ref == "refs/heads/main" or ref.startswith("refs/heads/boocode/") for ref in refs)
    assert_whole(program, repository, events)


@pytest.mark.usefixtures("no_sandbox")
def test_shell_rewrites_git_folder_of_the_project_away(program: WarmProgram, repository: Path):
    events = attack(program, repository, f"rm -rf {repository}/.git")
    session = events[0]["session_id"]
    changes = {c["path"] for c in program.json("changes", "list", "--session", session)}
    assert changes == {"a.txt", "c.txt"}
    program.json("changes", "approve", "--session", session)
    assert (repository / "a.txt").read_text() == "ALPHA\n"
    assert (repository / "b.txt").read_text() == "bravo\n"
    assert_sound(program.home)


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap here")
def test_in_the_sandbox_the_shell_cannot_even_begin(program: WarmProgram, repository: Path):
    before = {p: p.read_bytes() for p in (repository / ".git").rglob("*") if p.is_file() and "boocode" not in str(p)}
    script = "\n".join(f"({script})" for name, (script, _told) in sorted(ATTACKS.items()) if "object" not in name)
    events = attack(
        program, repository, f"{script}\nrm -rf {repository} {program.home}/database {program.home}/checkpoints; true"
    )
    finished = next(e for e in events if e["type"] == "tool_finished" and e["tool"] == "run_command")
    if "sandboxed by" not in json.dumps(finished):
        pytest.skip("bubblewrap does not work here")
    assert notices(events) == ""
    after = {p: p.read_bytes() for p in (repository / ".git").rglob("*") if p.is_file() and "boocode" not in str(p)}
    assert {p: data for p, data in after.items() if p in before} == before
    assert_whole(program, repository, events)
