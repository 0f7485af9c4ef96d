"""Searching with the real ripgrep, looking at history with the real git."""

import shutil
import sys

import pytest

from tests.fakes.tool_rig import git_in, rig_in

git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def rig(tmp_path):
    rig = rig_in(tmp_path / "tree")
    for name, text in {
        "src/main.py": "def main():\n    return area(2)\n",
        "src/shapes.py": "def area(r):\n    return 3.14 * r * r\n",
        "docs/read me.md": "The Area of a circle: see area(r).\n",
        ".github/ci.yml": "run: area\n",
        "build/out.txt": "area\n",
        ".gitignore": "build/\n",
        "data.bin": "area\0\0\0",
    }.items():
        path = rig.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return rig


def test_text_is_found_sorted_and_without_ignored_files(rig):
    output = rig.run("search_text", pattern="area")
    assert output.text.split("\n") == [
        ".github/ci.yml:1:run: area",
        "docs/read me.md:1:The Area of a circle: see area(r).",
        "src/main.py:2:    return area(2)",
        "src/shapes.py:1:def area(r):",
    ]
    assert output.details == {"path": ".", "hits": 4, "files": 4, "truncated": False}


def test_a_folder_a_file_and_no_hit(rig):
    assert rig.run("search_text", pattern="area", path="src/shapes.py").text == "src/shapes.py:1:def area(r):"
    assert rig.run("search_text", pattern="area", path="src").details["hits"] == 2
    nothing = rig.run("search_text", pattern="nowhere")
    assert (nothing.outcome, nothing.text) == ("success", "No line matches nowhere.")
    assert rig.run("search_text", pattern="x", path="gone").outcome == "error"


def test_a_broken_expression_is_taken_as_text(rig):
    output = rig.run("search_text", pattern="area(")
    assert output.text.startswith("[the pattern is no regular expression; searched for it as plain text]\n")
    assert "src/shapes.py:1:def area(r):" in output.text


@pytest.mark.parametrize("pattern", ["-e", "--pre=touch made", "--files", "-f/etc/passwd"])
def test_a_pattern_is_never_an_option(rig, pattern):
    assert rig.run("search_text", pattern=pattern).text == f"No line matches {pattern}."
    assert not (rig.root / "made").exists()


def test_hits_are_capped(rig):
    for number in range(30):
        (rig.root / f"f{number:02}.txt").write_text("needle\n" * 100)
    (rig.root / "long.txt").write_text("needle" + "x" * 2_000_000)
    output = rig.run("search_text", pattern="needle")
    assert output.details["hits"] == 200
    assert "more lines match" in output.text
    assert output.text.count("f00.txt") == 50
    assert len(rig.run("search_text", pattern="needle", path="long.txt").text) < 1000


def test_hits_in_files_that_may_not_be_read_are_left_out(rig):
    rig.rules.append(("deny", "read: src/shapes.py"))
    output = rig.run("search_text", pattern="area")
    assert "3.14" not in output.text and "shapes.py" not in output.text
    assert "1 files that may not be read" in output.text
    assert rig.run("search_text", pattern="area", path="src/shapes.py").outcome == "denied"


def test_files_are_found(rig):
    assert rig.run("find_files", pattern="*.py").text == "src/main.py\nsrc/shapes.py"
    assert rig.run("find_files", pattern="MAIN").text == "src/main.py"
    assert rig.run("find_files", pattern="*.py", path="docs").text == "No file matches *.py."
    assert rig.run("find_files", pattern="read me").text == "docs/read me.md"
    assert "build" not in rig.run("find_files", pattern="*").text
    assert rig.run("find_files", pattern="*.yml").text == ".github/ci.yml"
    assert rig.run("find_files", pattern="x", path="src/main.py").outcome == "error"


def test_a_link_out_of_the_worktree_is_not_searched(rig, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "s.txt").write_text("area secret")
    if sys.platform == "win32":
        return
    (rig.root / "link").symlink_to(tmp_path / "outside")
    assert "secret" not in rig.run("search_text", pattern="area").text
    assert rig.run("search_text", pattern="area", path="link").outcome == "denied"
    assert rig.run("find_files", pattern="*.txt", path="link").outcome == "denied"


@git
def test_history(rig):
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "first")):
        git_in(rig.root, *arguments)
    (rig.root / "src/main.py").write_text("def main():\n    return 7\n")
    (rig.root / "new.txt").write_text("new\n")
    assert rig.run("git_status").text == "## main\n M src/main.py\n?? new.txt"
    diff = rig.run("git_diff")
    assert "-    return area(2)\n+    return 7" in diff.text
    assert diff.details["hits"] == 1
    assert rig.run("git_diff", path="docs").text == "Nothing differs from HEAD."
    git_in(rig.root, "commit", "-qam", "second")
    log = rig.run("git_log").text.split("\n")
    assert [line.rpartition(": ")[2] for line in log] == ["second", "first"]
    assert len(rig.run("git_log", path="docs").text.split("\n")) == 1
    assert "-    return area(2)" in rig.run("git_diff", commit="HEAD~1").text
    assert rig.run("git_diff", commit="nonsense").outcome == "error"
    assert rig.run("git_diff", commit="--output=made").outcome == "error"
    assert not (rig.root / "made").exists()


@git
def test_denied_files_are_left_out_of_the_diff(rig):
    (rig.root / ".env").write_text("KEY=one\n")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "first")):
        git_in(rig.root, *arguments)
    (rig.root / ".env").write_text("KEY=canary\n")
    (rig.root / "src/main.py").write_text("changed\n")
    rig.rules.append(("deny", "read: .env"))
    output = rig.run("git_diff")
    assert "canary" not in output.text and "+changed" in output.text
    assert "1 files that may not be read" in output.text
    assert rig.run("git_diff", path=".env").outcome == "denied"


@git
def test_where_there_is_no_repository_it_says_so(rig):
    git_in(rig.root.parent, "init", "-q")
    for name in ("git_status", "git_diff", "git_log"):
        assert "not a git repository" in rig.run(name).error


def test_where_there_is_no_git_it_says_so(rig, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    (rig.root / ".git").mkdir()
    assert "git is not installed" in rig.run("git_status").error


@git
def test_an_unborn_branch(rig):
    git_in(rig.root, "init", "-q", "-b", "main")
    assert "No commits yet" in rig.run("git_status").text
    assert rig.run("git_log").outcome == "error"
