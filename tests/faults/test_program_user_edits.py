"""The user edits the file that waits for approval: merged where it can be, else a conflict; never overwritten."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.aftermath import assert_sound
from tests.fakes.moments import at_random_moments
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
from tests.fakes.warm_program import WarmProgram

LINES = [f"line {n}" for n in range(12)]


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, server: OpenAIServer) -> Iterator[WarmProgram]:
    program = WarmProgram(tmp_path_factory.mktemp("user_edits") / "boo", base_url=server.base_url)
    yield program
    program.close()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo", {"a.txt": "\n".join(LINES) + "\n"})


def text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


@at_random_moments
def test_user_edits_the_same_file_before_approving(program: WarmProgram, repository: Path, moment: int):
    chance = random.Random(moment)
    agents, yours = chance.randrange(len(LINES)), chance.randrange(len(LINES))
    how = chance.choice(["edit", "edit", "edit", "insert", "delete"])
    session = program.run(f"@@edit a.txt {LINES[agents]}\\n => AGENT\\n\n@@say Done.", "-C", str(repository))[0][
        "session_id"
    ]
    mine = list(LINES)
    if how == "edit":
        mine[yours] = "YOURS"
    elif how == "insert":
        mine.insert(yours, "YOURS")
    else:
        del mine[yours]
    (repository / "a.txt").write_text(text(mine))

    result = program.json("changes", "approve", "--session", session, code=None)
    now = (repository / "a.txt").read_text()
    if "a.txt" in (result.get("conflicts") or {}):
        assert abs(agents - yours) <= 1
        assert now == text(mine), "a conflict leaves the folder alone"
        assert program.json("changes", "list", "--session", session)[0]["status"] in ("conflict", "open")
    else:
        merged = ["AGENT" if line == LINES[agents] else line for line in mine]
        assert now == text(merged)
    assert_sound(program.home)


def test_the_file_became_something_else_meanwhile(program: WarmProgram, repository: Path, tmp_path: Path):
    outside = tmp_path / "outside.txt"
    for become in ("nothing", "folder", "link", "binary"):
        (repository / "a.txt").write_text(text(LINES))
        session = program.run("@@edit a.txt line 3 => AGENT\n@@say Done.", "-C", str(repository))[0]["session_id"]
        (repository / "a.txt").unlink()
        outside.write_text("mine")
        if become == "folder":
            (repository / "a.txt").mkdir()
            (repository / "a.txt" / "inside").write_text("mine")
        elif become == "link":
            (repository / "a.txt").symlink_to(outside)
        elif become == "binary":
            (repository / "a.txt").write_bytes(bytes(range(256)))
        out, errors = program.call("changes", "approve", "--session", session, "--json", code=None)
        assert "Traceback" not in "".join(errors)
        assert "conflict" in "".join([*out, *errors]), (become, out, errors)
        assert outside.read_text() == "mine"
        match become:
            case "nothing":
                assert not (repository / "a.txt").exists()
            case "folder":
                assert (repository / "a.txt" / "inside").read_text() == "mine"
                (repository / "a.txt" / "inside").unlink()
                (repository / "a.txt").rmdir()
            case "link":
                assert (repository / "a.txt").is_symlink()
                (repository / "a.txt").unlink()
            case _:
                assert (repository / "a.txt").read_bytes() == bytes(range(256))


def test_the_agent_and_the_user_made_the_same_new_file(program: WarmProgram, repository: Path):
    session = program.run("@@write n.txt agent\\n\n@@say Done.", "-C", str(repository))[0]["session_id"]
    (repository / "n.txt").write_text("yours\n")
    out, errors = program.call("changes", "approve", "--session", session, "--json", code=None)
    assert "conflict" in "".join([*out, *errors])
    assert (repository / "n.txt").read_text() == "yours\n"
