"""Paths and links that lead out of the worktree, through the whole program: nothing outside is read or written."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.aftermath import assert_sound
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import git, make_repository
from tests.fakes.warm_program import WarmProgram

CANARY = "the-canary-outside"


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
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.txt").write_text(CANARY)
    return folder


@pytest.fixture
def repository(tmp_path: Path, outside: Path) -> Path:
    """With links that were committed: to a file outside, to a folder outside, to the root, to itself."""
    folder = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "out").symlink_to(outside)
    (folder / "root").symlink_to("/")
    (folder / "loop").symlink_to("loop")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "links")
    return folder


def test_path_escapes_through_the_program(program: WarmProgram, repository: Path, outside: Path):
    names = [
        *(f"{outside}/secret.txt", "../../../outside/secret.txt", "a.txt/../../../../outside/secret.txt"),
        *("link.txt", "out/secret.txt", f"root{outside}/secret.txt", "loop"),
        *("/proc/self/environ", "/proc/self/root/etc/passwd"),
        *(".git", ".git/config", "./.git/../.git/hooks/x"),
    ]
    calls = []
    for name in names:
        for tool, more in (
            ("read_file", {}),
            ("create_file", {"content": "pwned"}),
            ("edit_file", {"old_string": CANARY, "new_string": "pwned"}),
            ("delete_file", {}),
        ):
            calls.append(f"@@par @@call {tool} {json.dumps({'path': name, **more})}")
    prompt = "\n".join(
        [
            *calls,
            '@@par @@call list_dir {"path": "out"}',
            "@@par @@call search_text " + json.dumps({"pattern": CANARY, "path": "out"}),
            "@@say Tried.",
        ]
    )
    events = program.run(prompt, "-C", str(repository), "--permissions", "deny")
    finished = [e for e in events if e["type"] == "tool_finished"]
    assert len(finished) == len(calls) + 2
    allowed = [e["output"] for e in finished if e["outcome"] == "success"]
    assert [words for words in allowed if words not in ("Deleted link.txt.", "Deleted loop.")] == [
        (Path(events[0]["worktree"]) / ".git").read_text()
    ], "a link itself may go, and the .git file may be read"
    answers = json.dumps([[e["output"], e["error"]] for e in finished])
    assert CANARY not in answers.replace(str(outside), "")
    assert {p.name: p.read_text() for p in outside.iterdir()} == {"secret.txt": CANARY}
    root = Path(events[0]["worktree"])
    assert (root / ".git").read_text().startswith("gitdir: ")
    changes = program.json("changes", "list", "--session", events[0]["session_id"])
    assert {c["path"]: c["operation"] for c in changes} == {"link.txt": "deleted", "loop": "deleted"}
    traces = program.json("traces", "--chat", events[0]["chat_id"], "--limit", "200")["traces"]
    assert len(traces) == len(finished)
    assert_sound(program.home)


def test_symlink_escapes_made_by_the_shell(program: WarmProgram, repository: Path, outside: Path):
    script = f"rm -f a.txt; ln -s {outside}/secret.txt a.txt; ln -s {outside} folder; ln -s / deep"
    call = json.dumps({"command": "bash", "args": ["-c", script]})
    prompt = f"@@call run_command {call}\n@@write a.txt pwned\n@@write folder/new.txt pwned\n@@say Done."
    events = program.run(prompt, "-C", str(repository), "--permissions", "allow")
    session = events[0]["session_id"]
    assert {p.name: p.read_text() for p in outside.iterdir()} == {"secret.txt": CANARY}
    (repository / "folder").symlink_to(outside)
    program.call("changes", "approve", "--session", session, "--json", code=None)
    program.json("rewind", "--session", session, "--to-turn", "0")
    program.json("rewind", "--session", session, "--undo")
    program.call("changes", "reject", "--session", session, "--json", code=None)
    assert {p.name: p.read_text() for p in outside.iterdir()} == {"secret.txt": CANARY}
    assert_sound(program.home)
