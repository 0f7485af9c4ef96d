"""`boocode workflow`: the library of scripts from outside."""

import json
from pathlib import Path

import pytest

from tests.fakes.program import Program, make_repository

GOOD = """export const meta = {
  name: 'release-notes',
  description: 'Notes from merged changes',
  phases: [{ title: 'Collect', detail: 'reads the log' }, { title: 'Write' }],
}
return await agent('Write them')
"""
BAD = "export const meta = { name: title(), description: 'x' }\nrequire('fs')\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(
        tmp_path / "repo",
        {".claude/workflows/notes.js": GOOD, ".boocode/workflows/bad.js": BAD, "a.txt": "x", "src/b.txt": "y"},
    )


def test_scripts_are_listed_and_shown(tmp_path: Path, folder: Path) -> None:
    program = Program(tmp_path / "home", environment={"HOME": str(tmp_path)})
    own = tmp_path / "home" / "workflows"
    own.mkdir(parents=True)
    (own / "mine.js").write_text("export const meta = { name: 'mine', description: 'For me' }\n")
    listed = program.call("workflow", "list", "-C", str(folder))
    lines = [line.split() for line in listed.stdout.splitlines()]
    assert [line[:2] for line in lines] == [["bad", "broken"], ["release-notes", "not"], ["mine", "yours"]]
    assert "a call is not allowed in it" in listed.stdout
    program.call("projects", "trust", str(folder))
    objects = json.loads(program.call("workflow", "list", "--json", "-C", str(folder / "src")).stdout)
    assert [(o["name"], o["trust"], o["broken"]) for o in objects] == [
        ("bad", "trusted", True), ("release-notes", "trusted", False), ("mine", "yours", False),
    ]  # fmt: skip
    assert all("text" not in o for o in objects)
    shown = program.call("workflow", "show", "release-notes", "-C", str(folder))
    assert "1. Collect: reads the log" in shown.stdout and "return await agent('Write them')" in shown.stdout
    whole = json.loads(program.call("workflow", "show", "bad", "--json", "-C", str(folder)).stdout)
    assert whole["text"] == BAD
    assert [(f["line"], f["level"]) for f in whole["findings"]] == [(1, "error"), (2, "error")]


def test_a_name_that_is_not_there_fails(tmp_path: Path, folder: Path) -> None:
    program = Program(tmp_path / "home", environment={"HOME": str(tmp_path)})
    missing = program.call("workflow", "show", "nothing", "-C", str(folder), code=1)
    assert "There is no workflow “nothing”." in missing.stderr
    program.call("workflow", "list", "-C", str(tmp_path / "gone"), code=1)
    program.call("workflow", "run", "mine", code=2)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "No workflows." in program.call("workflow", "list", "-C", str(empty)).stdout
