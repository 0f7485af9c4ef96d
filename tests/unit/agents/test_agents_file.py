"""What `agents.toml` can say, and what an edit keeps: comments, order, everybody's words, and a good file."""

import os
import stat
from pathlib import Path

import pytest

from boocode_desktop.agents.agents_file import load_agents, merge_agents
from boocode_desktop.agents.agents_file_edits import drop, edit_agents_file, put, switch
from boocode_desktop.agents.builtin_agents import BUILTIN
from boocode_desktop.agents.catalogue import MORE
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.model_stream import ModelInfo

WRITTEN = """# my agents
qwen.enabled = false  # too slow
kimi = { enabled = true }

[goose]   # the bird
label = "G"  # short
env = { A = "b" }

[mine]
command = ["mine", "acp"]
"""


def spec_of(table, name="goose"):
    loaded = merge_agents({name: table}, BUILTIN, MORE)
    assert not loaded.problems
    return next(spec for spec in loaded.specs if spec.name == name)


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ({"commands": ["a", "b"]}, "commands", ("a", "b")),
        ({"command": ["a", "b", "c"]}, "commands", ("a",)),
        ({"command": ["a", "b", "c"]}, "args", ("b", "c")),
        ({"command": "a"}, "args", ("acp", "--with-builtin", "developer")),
        ({"protocol": "one-shot"}, "protocol", "one-shot"),
        ({"models": ["x"]}, "models", (ModelInfo(id="x"),)),
        ({"models": ["x"]}, "only_models", True),
        ({"models": []}, "only_models", True),
        (
            {"more_models": [{"id": "x", "name": "X", "context_size": 9, "vision": True}]},
            "models",
            (ModelInfo(id="x", name="X", context_size=9, vision=True),),
        ),
        ({"more_models": ["x"]}, "only_models", False),
        ({"enabled": False}, "enabled", False),
        ({"enabled": False}, "changed", False),
        ({"label": "G"}, "changed", True),
        ({"label": "G"}, "source", "built-in"),
        ({"own_child_per_chat": True}, "own_child_per_chat", True),
        ({"sandbox": "off"}, "sandbox", "off"),
    ],
)
def test_each_key_says_one_thing(table, field, value):
    assert getattr(spec_of(table), field) == value


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"commands": []}, "empty `commands`"),
        ({"commands": [""]}, "empty `commands`"),
        ({"command": "  "}, "`command`"),
        ({"protocol": "telepathy"}, "none of acp, opencode, one-shot"),
        ({"models": "x"}, "no list"),
        ({"models": [1]}, "neither an id nor a table"),
        ({"more_models": [{"name": "x"}]}, "neither an id nor a table"),
        ({"models": [{"id": "x", "context_size": "big"}]}, "`context_size` is not understood"),
        ({"models": [{"id": "x", "vision": 1}]}, "`vision` is not understood"),
    ],
)
def test_what_does_not_fit_is_told_and_the_agent_stays_as_it_was(table, words):
    loaded = merge_agents({"goose": table}, BUILTIN, MORE)
    assert len(loaded.problems) == 1 and words in loaded.problems[0]
    assert loaded.specs == BUILTIN


def test_an_agent_of_the_catalogue_needs_no_more_than_its_name():
    spec = spec_of({}, "cline")
    assert spec.commands == ("cline",) and spec.source == "agents.toml" and not spec.changed
    assert "cline" not in {s.name for s in merge_agents({}, BUILTIN, MORE).specs}
    assert spec_of({"label": "C"}, "cline").label == "C"


def test_a_variable_of_the_file_comes_after_those_that_are_set_anyway():
    env = dict(spec_of({"env": {"QWEN_CODE_NO_RELAUNCH": "false"}}, "qwen").env)
    assert env == {"QWEN_CODE_NO_RELAUNCH": "false"}


def test_the_catalogue_names_nobody_twice_and_starts_nobody_bare_by_a_name_that_is_no_adapter():
    names = [spec.name for spec in (*BUILTIN, *MORE)]
    assert len(set(names)) == len(names)
    bare = {spec.commands[0] for spec in (*BUILTIN[1:], *MORE) if not spec.args}
    assert all(command.endswith("-acp") for command in bare)


# Editing.


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings" / "agents.toml"
    path.parent.mkdir()
    path.write_text(WRITTEN)
    return path


def edit(file, change):
    return edit_agents_file(file, BUILTIN, MORE, change)


def lines(text):
    return set(text.splitlines())


@pytest.mark.parametrize("name", ["qwen", "kimi", "goose", "mine", "codex"])
def test_switching_changes_one_agent_and_loses_no_word_and_no_comment(file, name):
    for on in (False, True, False):
        loaded = edit(file, switch(name, on))
        states = {spec.name: spec.enabled for spec in loaded.specs}
        assert states[name] is on and not loaded.problems
        assert {"# my agents", "[goose]   # the bird", 'label = "G"  # short'} <= lines(file.read_text())
    others = {spec.name: spec.enabled for spec in loaded.specs if spec.name not in (name, "qwen")}
    assert all(others.values())


def test_an_added_agent_comes_at_the_end_without_empty_keys(file):
    loaded = edit(file, put("new", {"enabled": True, "label": "", "command": ["n", "acp"], "env": {"K": "v"}}))
    added = next(spec for spec in loaded.specs if spec.name == "new")
    assert (added.commands, added.args, added.env, added.label) == (("n",), ("acp",), (("K", "v"),), "new")
    assert file.read_text().startswith(WRITTEN.rstrip("\n")) and "label" not in file.read_text().split("[new]")[1]


def test_a_dropped_agent_is_gone_and_one_that_we_know_is_as_before(file):
    edit(file, drop("goose"))
    loaded = edit(file, drop("mine"))
    assert "mine" not in {spec.name for spec in loaded.specs}
    assert next(spec for spec in loaded.specs if spec.name == "goose") == next(s for s in BUILTIN if s.name == "goose")
    with pytest.raises(NotFoundError, match="says nothing about"):
        edit(file, drop("mine"))


def test_the_first_edit_makes_the_file_for_its_owner_alone(tmp_path):
    path = tmp_path / "none" / "agents.toml"
    assert not next(s for s in edit(path, switch("goose", False)).specs if s.name == "goose").enabled
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_switch_that_changes_nothing_about_an_unnamed_agent_writes_nothing_about_it(tmp_path):
    path = tmp_path / "agents.toml"
    edit(path, switch("goose", True))
    assert path.read_text() == ""


@pytest.mark.parametrize("text", ["[[[", "a = \n", "\xff\xfe"])
def test_a_file_broken_by_hand_is_not_written_over(file, text):
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(UserFacingError, match="cannot be understood") as error:
        edit(file, switch("goose", False))
    assert "Nothing was changed" in error.value.message and file.read_bytes() == text.encode("latin-1")


def test_a_name_that_is_no_table_is_told(file):
    file.write_text("goose = 5\n")
    with pytest.raises(UserFacingError, match="is no table"):
        edit(file, switch("goose", False))
    assert file.read_text() == "goose = 5\n"


@pytest.mark.parametrize(
    ("name", "table", "words"),
    [
        ("new", {"command": []}, "has no `command`"),
        ("Bad Name", {"command": ["x"]}, "other characters"),
        ("boocode", {"command": ["x"]}, "built-in"),
        ("new", {"command": ["x"], "protocol": "telepathy"}, "none of"),
    ],
)
def test_a_change_that_would_not_do_is_refused_before_anything_is_written(file, name, table, words):
    with pytest.raises(UserFacingError, match=words):
        edit(file, put(name, table))
    assert file.read_text() == WRITTEN


def test_mistakes_that_were_there_before_hinder_no_edit(file):
    file.write_text("[goose]\ncolour = 'red'\n")
    loaded = edit(file, switch("qwen", False))
    assert len(loaded.problems) == 1 and "colour" in file.read_text()


@pytest.mark.skipif(os.name != "posix", reason="links are for everybody only there")
def test_a_linked_file_stays_a_link(file, tmp_path):
    real = tmp_path / "dotfiles.toml"
    file.rename(real)
    file.symlink_to(real)
    edit(file, switch("goose", False))
    assert file.is_symlink() and "enabled = false" in real.read_text()


def test_a_folder_that_cannot_be_written_leaves_the_file(tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    with pytest.raises(UserFacingError, match="could not be written"):
        edit(blocked / "agents.toml", switch("goose", False))


def test_what_was_written_is_what_is_read(file):
    loaded = edit(file, switch("goose", False))
    assert load_agents(file, BUILTIN, MORE) == loaded
