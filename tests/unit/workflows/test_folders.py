"""Workflow scripts in folders: what is found, what hides what, what is not read, and what is trusted."""

import asyncio
from pathlib import Path

from boocode_desktop.orchestrator.ports.workflows import MOST_SCRIPTS, SCRIPT_BYTES, WorkflowScript
from boocode_desktop.orchestrator.workflows import with_trust
from boocode_desktop.workflows.folders import WorkflowFolders


def script(name: str, description: str = "what for") -> str:
    return f"export const meta = {{ name: '{name}', description: '{description}' }}\n"


def write(folder: Path, name: str, text: str | bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def found(tmp_path: Path, folder: Path | None = None) -> list[WorkflowScript]:
    home = tmp_path / "home"
    return list(asyncio.run(WorkflowFolders(home, home / ".config/boocode/workflows").find(folder)))


def test_the_nearest_of_a_name_counts(tmp_path):
    repo, home = tmp_path / "repo", tmp_path / "home"
    write(repo / ".claude/workflows", "review.js", script("review"))
    write(repo / ".boocode/workflows", "mine.js", script("review"))
    write(home / ".claude/workflows", "review.js", script("review"))
    write(home / ".config/boocode/workflows", "digest.js", script("digest"))
    assert [(s.name, s.source, s.of_folder, s.trust, s.hidden_by) for s in found(tmp_path, repo)] == [
        ("review", ".boocode/workflows/mine.js", True, "untrusted", ""),
        ("review", ".claude/workflows/review.js", True, "untrusted", ".boocode/workflows/mine.js"),
        ("digest", "~/.config/boocode/workflows/digest.js", False, "yours", ""),
        ("review", "~/.claude/workflows/review.js", False, "yours", ".boocode/workflows/mine.js"),
    ]
    assert [s.source for s in found(tmp_path)] == [
        "~/.config/boocode/workflows/digest.js", "~/.claude/workflows/review.js",
    ]  # fmt: skip
    assert len(found(tmp_path, home)) == 2


def test_what_is_not_read_says_why(tmp_path):
    repo, outside = tmp_path / "repo", tmp_path / "outside"
    place = repo / ".boocode/workflows"
    write(outside, "secret.js", script("secret"))
    write(place, "binary.js", b"\xff\xfe\x00")
    write(place, "large.js", "x" * (SCRIPT_BYTES + 1))
    (place / "linked.js").symlink_to(outside / "secret.js")
    (place / "folder.js").mkdir()
    write(place, "notes.md", "# not a script")
    write(place, ".hidden.js", script("hidden"))
    scripts = found(tmp_path, repo)
    assert [(s.name, s.findings[0].message, s.text) for s in scripts] == [
        ("binary", "It is not UTF-8 text.", ""),
        ("large", "It is not read: it is larger than 512 KB.", ""),
        ("linked", "It is not read: a link leads out of the folder.", ""),
    ]
    assert all(s.broken for s in scripts)


def test_their_number_is_bounded_and_that_is_said(tmp_path):
    place = tmp_path / "home/.claude/workflows"
    for n in range(MOST_SCRIPTS + 1):
        write(place, f"s{n:03}.js", script(f"s{n:03}"))
    scripts = found(tmp_path)
    assert len(scripts) == MOST_SCRIPTS + 1
    assert scripts[-1].findings[0].message == f"Only the first {MOST_SCRIPTS} scripts of ~/.claude/workflows are read."


def test_a_change_is_read_again(tmp_path):
    home = tmp_path / "home"
    files = WorkflowFolders(home, home / "own")
    write(home / "own", "a.js", script("a", "before"))
    assert asyncio.run(files.find(None))[0].description == "before"
    write(home / "own", "a.js", script("a", "after"))
    assert asyncio.run(files.find(None))[0].description == "after"


def test_trust_is_bound_to_the_content(tmp_path):
    repo = tmp_path / "repo"
    write(repo / ".claude/workflows", "a.js", script("a"))
    write(tmp_path / "home/.claude/workflows", "b.js", script("b"))
    scripts = found(tmp_path, repo)
    source, digest = scripts[0].source, scripts[0].digest

    def states(approved):
        return [s.trust for s in with_trust(scripts, approved)]

    assert states(None) == ["untrusted", "yours"]
    assert states({source: digest}) == ["trusted", "yours"]
    assert states({source: "another"}) == ["changed", "yours"]
    assert states({}) == ["changed", "yours"]
