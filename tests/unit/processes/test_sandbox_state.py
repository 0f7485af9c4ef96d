"""Where an agent's own folders are, and which of them are too wide to be opened."""

from pathlib import Path

import pytest

from boocode_desktop.domain.confinement import Confinement, unconfined
from boocode_desktop.processes.sandbox_secrets import find_hidden
from boocode_desktop.processes.sandbox_state import open_state, state_places, too_wide

HOME = Path("/home/you")


@pytest.mark.parametrize(
    ("entry", "env", "place"),
    [
        (".config/goose/", {}, "/home/you/.config/goose"),
        ("~/.qwen/", {}, "/home/you/.qwen"),
        (".claude.json", {}, "/home/you/.claude.json"),
        (".config/goose/", {"XDG_CONFIG_HOME": "/else"}, "/else/goose"),
        (".config/goose/", {"XDG_CONFIG_HOME": "relative"}, "/home/you/.config/goose"),
        (".local/share/goose/", {"XDG_DATA_HOME": "/data"}, "/data/goose"),
        (".local/state/goose/", {"XDG_STATE_HOME": "/state"}, "/state/goose"),
        (".cache/opencode/", {"XDG_CACHE_HOME": "/cache"}, "/cache/opencode"),
        ("$CODEX_HOME/", {"CODEX_HOME": "/own"}, "/own"),
        ("$CODEX_HOME/log/", {"CODEX_HOME": "/own"}, "/own/log"),
        ("$CODEX_HOME/", {}, None),
        ("$CODEX_HOME/", {"CODEX_HOME": "relative"}, None),
    ],
)
def test_places(entry, env, place):
    expected = [] if place is None else [(Path(place), entry.endswith("/"))]
    assert state_places([entry], HOME, env) == expected


@pytest.mark.parametrize(
    ("path", "wide"),
    [
        ("/", True),
        ("/home", True),
        ("/home/you", True),
        ("/home/you/.ssh", True),
        ("/home/you/.ssh/part", True),
        ("/home/you/.config", True),
        ("/home/you/.config/goose", False),
        ("/elsewhere", False),
    ],
)
def test_what_is_too_wide(path, wide):
    assert too_wide(Path(path), HOME, [HOME / ".ssh", HOME / ".config" / "gh"]) is wide


def test_folders_are_made_and_files_are_not(tmp_path):
    (tmp_path / "there.json").write_text("{}")
    opened = open_state((".mine/", "there.json", "absent.json"), tmp_path, {}, [])
    assert opened == (tmp_path / ".mine", tmp_path / "there.json")


def test_an_agents_own_keys_stay_visible_to_it_alone(tmp_path):
    for name in (".codex/auth.json", ".claude/.credentials.json"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("key")
    own = find_hidden(tmp_path, [], except_below=[tmp_path / ".codex"])
    assert [file for file in own.files if file.is_relative_to(tmp_path)] == [tmp_path / ".claude" / ".credentials.json"]


@pytest.mark.parametrize(("content", "hidden"), [("registry=https://r", False), ("//r/:_authToken=x", True)])
def test_a_file_that_programs_need_is_hidden_only_with_a_token(tmp_path, content, hidden):
    (tmp_path / ".npmrc").write_text(content)
    assert (tmp_path / ".npmrc" in find_hidden(tmp_path, []).files) is hidden


@pytest.mark.parametrize(
    ("bound", "text"),
    [
        (Confinement(kind="sandboxed", by="bubblewrap"), "sandboxed by bubblewrap"),
        (Confinement(kind="writes", by="Landlock"), "writes confined, reads not (Landlock)"),
        (Confinement(kind="writes", by="Landlock", reason="why"), "writes confined, reads not (Landlock): why"),
        (unconfined("why"), "not sandboxed: why"),
    ],
)
def test_the_word_says_what_binds_and_why_not_more(bound, text):
    assert bound.text == text
