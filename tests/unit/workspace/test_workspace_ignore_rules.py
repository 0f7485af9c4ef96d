"""Ignore rules said for a folder further down, judged by git itself."""

import subprocess
from pathlib import Path, PurePosixPath

import pygit2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boocode_desktop.workspace.ignore_rules import gathered, rebased

FOLDER = PurePosixPath("pkg/app")
NAMES = ("a.txt", "b.log", "pkg", "out", "x")
PART = st.sampled_from(["*", "**", "pkg", "app", "out", "*.log", "a.*", "x", "p?g", "[ab].txt"])


@st.composite
def rules(draw: st.DrawFn) -> str:
    """One line of a `.gitignore`."""
    body = "/".join(draw(st.lists(PART, min_size=1, max_size=4)))
    start, end = draw(st.sampled_from(["", "/", "!"])), draw(st.sampled_from(["", "/"]))
    return f"{start}{body}{end}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rules(), min_size=1, max_size=4))
def test_rules_of_the_top_mean_the_same_below(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    top, below = tmp_path_factory.mktemp("top"), tmp_path_factory.mktemp("below")
    (top / FOLDER).mkdir(parents=True)
    paths = [*NAMES, *(f"{a}/{b}" for a in NAMES for b in NAMES), *(f"x/out/{b}" for b in NAMES)]
    (top / ".gitignore").write_text("".join(f"{line}\n" for line in lines))
    (below / ".gitignore").write_text("".join(f"{r}\n" for line in lines for r in rebased(line, FOLDER)))
    if _ignored(top, [str(FOLDER), "pkg"]):
        return
    assert _ignored(top, [f"{FOLDER}/{path}" for path in paths]) == {f"{FOLDER}/{p}" for p in _ignored(below, paths)}


def _ignored(folder: Path, paths: list[str]) -> set[str]:
    if not (folder / ".git").exists():
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    found = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin"],
        cwd=folder,
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=False,
    )
    return set(found.stdout.split("\n")) - {""}


def test_everything_outside_the_folder_is_gathered_weakest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = tmp_path / "top"
    (top / "pkg" / "app").mkdir(parents=True)
    repo = pygit2.init_repository(str(top))
    (tmp_path / "mine").write_text("*.mine\n")
    repo.config["core.excludesFile"] = str(tmp_path / "mine")
    (top / ".git" / "info" / "exclude").write_text("/pkg/app/secret\n/other\n")
    (top / ".gitignore").write_text("*.tmp\n# words\n/pkg/*/out/\n")
    (top / "pkg" / ".gitignore").write_text("/app/local\n!app/kept\n")
    lines = [line for line in gathered(repo, top / "pkg" / "app").split("\n") if line]
    assert lines == ["*.mine", "/secret", "*.tmp", "# words", "/out/", "/local", "!/kept"]
    assert "*.tmp" not in gathered(repo, top)


def test_without_a_repository_the_general_rules_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "git").mkdir(parents=True)
    (tmp_path / "config" / "git" / "ignore").write_text("*.swp\n")
    assert "*.swp" in gathered(None, tmp_path)
