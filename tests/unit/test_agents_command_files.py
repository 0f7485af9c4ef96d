"""Slash commands in files: of the person, the folder and plugins; broken files are left out."""

import asyncio
import json

import pytest

from boocode_desktop.agents.command_files import CommandFolders, front_matter, plugin_folders


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def commands(home, agent, root=None):
    return {c.name: c for c in asyncio.run(CommandFolders(home).find(agent, root))}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("---\ndescription: Look it over\nargument-hint: [scope]\n---\nDo", ("Look it over", "[scope]")),
        ('---\ndescription: "quoted: yes"\n---\n', ("quoted: yes", "")),
        ("---\nallowed-tools:\n  description: no\n---\nThe text", ("", "")),
        ("no rules\ndescription: no", ("", "")),
        ("", ("", "")),
    ],
)
def test_the_front_matter_of_a_command(text, told):
    found = front_matter(text)
    assert (found.get("description", ""), found.get("argument-hint", "")) == told


def test_claudes_commands_of_home_and_folder(tmp_path):
    home, root = tmp_path / "home", tmp_path / "work"
    write(home / ".claude/commands/review.md", "---\ndescription: Of the person\n---\n")
    write(home / ".claude/commands/web/part.md", "# Make a part\nmore")
    write(root / ".claude/commands/review.md", "---\ndescription: Of the folder\n---\n")
    write(home / ".claude/commands/notes.txt", "no command")
    found = commands(home, "claude", root)
    assert {n: c.description for n, c in found.items()} == {"review": "Of the folder", "part": "Make a part"}
    assert commands(home, "claude")["review"].description == "Of the person"


@pytest.mark.parametrize("listed", [True, False])
def test_commands_of_enabled_plugins(tmp_path, listed):
    plugins = {}
    for name in ("tidy", "off", "gone"):
        place = {"installPath": str(tmp_path / "cache" / name), "version": "1"}
        plugins[f"{name}@market"] = [place] if listed else place
        if name != "gone":
            write(tmp_path / "cache" / name / "commands" / "go.md", f"Go {name}")
    write(tmp_path / ".claude/plugins/installed_plugins.json", json.dumps({"plugins": plugins}))
    enabled = {"tidy@market": True, "off@market": False, "gone@market": True, "never@market": True}
    write(tmp_path / ".claude/settings.json", json.dumps({"enabledPlugins": enabled}))
    assert {n: c.description for n, c in commands(tmp_path, "claude").items()} == {"tidy:go": "Go tidy"}


@pytest.mark.parametrize("text", ["{", "[]", '{"plugins": 3}', '{"plugins": {"a@b": 3}}'])
def test_broken_lists_of_plugins_are_none(tmp_path, text):
    write(tmp_path / ".claude/plugins/installed_plugins.json", text)
    write(tmp_path / ".claude/settings.json", '{"enabledPlugins": {"a@b": true}}')
    assert plugin_folders(tmp_path, ".claude", None) == []


def test_commands_in_toml_and_in_folders(tmp_path):
    write(tmp_path / ".gemini/commands/git/commit.toml", 'description = "Write it"\nprompt = "x"')
    write(tmp_path / ".gemini/commands/bad.toml", "= broken")
    assert {n: c.description for n, c in commands(tmp_path, "gemini").items()} == {"git:commit": "Write it"}
    write(tmp_path / ".codex/prompts/fix.md", "Fix it")
    assert set(commands(tmp_path, "codex")) == {"prompts:fix"}
    assert commands(tmp_path, "boocode") == {}
