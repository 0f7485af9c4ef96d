"""Which agents there are: known ones, changed ones, added ones, and what a broken file leaves."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from boocode_desktop.agents import tour
from boocode_desktop.agents.agents_file import load_agents, merge_agents
from boocode_desktop.agents.builtin_agents import BUILTIN
from boocode_desktop.agents.confining import AgentConfiner
from boocode_desktop.agents.registry import Registry
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.sandbox_agents import AgentLauncher
from tests.fakes.acp_host import RecordingHost


class Native:
    """Stands where the built-in agent does."""

    name = "boocode"
    closed = False

    async def close(self):
        self.closed = True


def registry(tmp_path, text="", path="", **options):
    (tmp_path / "settings").mkdir(exist_ok=True)
    (tmp_path / "settings/agents.toml").write_text(text)
    environ = {"PATH": path}
    return Registry(
        Native(), settings_folder=tmp_path / "settings", run_folder=tmp_path / "run", environ=environ, **options
    )


def program(folder, name):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("#!/bin/sh\ntouch started-by-the-probe\n")
    (folder / name).chmod(0o755)


def states(infos):
    return {info.name: info.state for info in infos}


def test_before_the_first_look_agents_are_loading_and_the_tours_is_hidden(tmp_path):
    found = registry(tmp_path)
    assert states(found.snapshot()) == {"boocode": "ready"} | dict.fromkeys(
        ("opencode", "qwen", "goose", "claude", "codex", "gemini", "kimi"), "loading"
    )
    assert "tour" in states(found.snapshot(scripted=True))


def test_a_look_finds_programs_by_any_of_their_names_and_starts_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    program(tmp_path / "bin", "goose-binary-linux-x64")
    program(tmp_path / "bin", "qwen")
    found = registry(tmp_path, path=str(tmp_path / "bin"))
    infos = asyncio.run(found.refresh())
    ready = [name for name, state in states(infos).items() if state == "ready"]
    assert ready == ["boocode", "qwen", "goose"]
    kimi = next(info for info in infos if info.name == "kimi")
    assert kimi.state == "unavailable" and "npm install" in kimi.detail
    assert not (tmp_path / "started-by-the-probe").exists()


def test_the_file_disables_changes_and_adds(tmp_path):
    text = '[goose]\nenabled = false\n[qwen]\nlabel = "Q"\ncommand = ["q", "--acp"]\n[mine]\ncommand = ["me", "acp"]\n'
    found = registry(tmp_path, text)
    infos = {info.name: info for info in asyncio.run(found.refresh())}
    assert infos["goose"].state == "disabled" and infos["qwen"].label == "Q"
    assert infos["mine"].state == "unavailable" and "no program me" in infos["mine"].detail
    with pytest.raises(NotFoundError, match="disabled"):
        found.get("goose")
    with pytest.raises(NotFoundError, match="no agent") as error:
        found.get("nobody")
    assert "boocode" in error.value.hint and "tour" not in error.value.hint
    assert found.get("mine").name == "mine" and found.get("mine") is found.get("mine")


@pytest.mark.parametrize("text", ["[[[", "x = 1\n", b"\xff\xfe".decode("latin-1"), "[goose]\nenabled = 'no'\n"])
def test_a_broken_file_leaves_the_known_agents_and_says_so(tmp_path, text):
    found = registry(tmp_path, text)
    assert len(found.problems) == 1
    assert {"boocode", "goose", "opencode"} <= set(states(found.snapshot()))


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"new": {}}, "no `command`"),
        ({"new": {"command": []}}, "no `command`"),
        ({"new": {"command": [""]}}, "empty `command`"),
        ({"new": {"command": 7}}, "no list of texts"),
        ({"Bad Name": {"command": ["x"]}}, "other characters"),
        ({"goose": {"env": {"A": 1}}}, "no table of texts"),
        ({"goose": {"label": 1}}, "no text"),
        ({"boocode": {"command": ["x"]}}, "built-in"),
        ({"goose": 5}, "must be a table"),
        ({"goose": {"colour": "red"}}, "unknown"),
    ],
)
def test_each_mistake_is_told_and_harms_nothing_else(table, problem):
    loaded = merge_agents({**table, "fine": {"command": ["fine", "acp"]}}, BUILTIN)
    assert len(loaded.problems) == 1 and problem in loaded.problems[0]
    names = [spec.name for spec in loaded.specs]
    assert names == [*(spec.name for spec in BUILTIN), "fine"]


def test_what_a_file_can_say_about_an_agent():
    table = {"command": "goose-next", "args": ["acp"], "env": {"A": "b"}, "env_prefixes": ["G_"], "icon": "bird"}
    loaded = merge_agents({"goose": table}, BUILTIN)
    goose = next(spec for spec in loaded.specs if spec.name == "goose")
    assert (goose.commands, goose.args, goose.env, goose.env_prefixes) == (
        ("goose-next",),
        ("acp",),
        (("A", "b"),),
        ("G_",),
    )
    assert goose.label == "goose" and goose.icon == "bird"


def test_no_file_is_no_problem(tmp_path):
    loaded = load_agents(tmp_path / "none.toml", BUILTIN)
    assert loaded.specs == BUILTIN and not loaded.problems


def test_every_known_agent_can_be_looked_for_and_installed():
    for spec in BUILTIN[1:]:
        assert spec.commands and spec.install and spec.env_prefixes
        assert len({s.name for s in BUILTIN}) == len(BUILTIN)


def test_asking_what_there_is_loads_no_protocol_package():
    code = (
        "import sys, boocode_desktop.agents.registry\n"
        "assert not [m for m in sys.modules if m in ('acp', 'pydantic') or m.startswith('boocode_desktop.agents.acp')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_registrys_tour_agent_plays_and_closing_ends_it(tmp_path):
    sample = tour.copy_sample(Path(__file__).parents[3] / "resources", tmp_path / "sample")

    async def main():
        found = registry(tmp_path, path="/usr/bin:/bin", tour_pace=0)
        host = RecordingHost(root=sample)
        result = await found.get("tour").prompt(host, Prompt(text="@@say hello"))
        assert (host.text().strip(), result.stop_reason) == ("hello", "end_turn")
        await found.get("tour").forget("other chat")
        await found.close()
        assert found.get("boocode").closed

    asyncio.run(main())


def test_the_snapshot_says_what_binds_each_agent(tmp_path):
    launcher = AgentLauncher(private=[], scratch=tmp_path, home=tmp_path, methods=())
    confiner = AgentConfiner(launcher=launcher, default=lambda: "auto", environ={}, home=tmp_path)
    found = registry(tmp_path, '[goose]\nsandbox = "off"', confiner=confiner)
    infos = {info.name: info for info in asyncio.run(found.refresh())}
    assert (infos["goose"].sandbox, infos["goose"].sandbox_reason) == ("not sandboxed", "turned off for this agent")
    assert infos["qwen"].sandbox_reason == "bubblewrap is not to be used"


def test_the_file_says_who_is_sandboxed_and_what_it_writes():
    loaded = merge_agents({"goose": {"sandbox": "on"}, "mine": {"command": "m", "state": ["~/.mine/"]}}, BUILTIN)
    specs = {spec.name: spec for spec in loaded.specs}
    assert loaded.problems == ()
    assert specs["goose"].sandbox == "on"
    assert specs["mine"].state == ("~/.mine/",)
    wrong = merge_agents({"goose": {"sandbox": True}}, BUILTIN)
    assert "none of" in wrong.problems[0]


def test_an_agent_without_its_acp_form_is_ready_one_shot_and_is_not_asked_over_acp(tmp_path):
    program(tmp_path / "bin", "claude")
    found = registry(tmp_path, path=str(tmp_path / "bin"))
    (claude,) = [info for info in asyncio.run(found.refresh()) if info.name == "claude"]
    assert (claude.state, claude.protocol) == ("ready", "one-shot")
    assert claude.command == (str(tmp_path / "bin/claude"),) and "one-shot" in claude.detail
    assert "npm install" in claude.install
    assert asyncio.run(found.probe("claude", force=True)).state == "ready"
    assert not (tmp_path / "started-by-the-probe").exists()
    program(tmp_path / "bin", "claude-agent-acp")
    (claude,) = [info for info in asyncio.run(found.refresh()) if info.name == "claude"]
    assert (claude.protocol, "one-shot" in claude.detail) == ("acp", False)
