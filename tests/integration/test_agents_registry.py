"""The registry with real files and real children: remembered answers, edits by two processes, agents made anew,
installing, and what a person pastes."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from boocode_desktop.agents import probe_desk
from boocode_desktop.agents.probe_results import FRESH_S
from boocode_desktop.agents.registry import Registry
from boocode_desktop.domain.errors import AdapterError, BooCodeError, NotFoundError, UsageError, UserFacingError
from boocode_desktop.orchestrator.ports.agents import Prompt
from tests.fakes.acp_host import RecordingHost
from tests.fakes.acp_rig import SCRIPT

KEY = "sk-abcdefghijklmnopqrstuvwxyz123456"


class Native:
    """Stands where the built-in agent does."""

    name = "boocode"

    async def close(self):
        """Nothing to end."""


class World:
    """Folders of one installation, and agents that count how often they were started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.environ = {"PATH": f"{self.bin}:/usr/bin:/bin", "GOOSE_KEY": KEY, "HOME": str(folder)}

    @property
    def file(self) -> Path:
        return self.folder / "settings" / "agents.toml"

    def program(self, name: str, mode: str) -> Path:
        """A shell script that plays an agent of that mode; arguments of ours are ignored."""
        path = self.bin / name
        started = self.folder / f"started-{name}"
        path.write_text(f'#!/bin/sh\necho x >> "{started}"\nexec "{sys.executable}" "{SCRIPT}" {mode}\n')
        path.chmod(0o755)
        return path

    def starts(self, name: str) -> int:
        path = self.folder / f"started-{name}"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def registry(self, **options: Any) -> Registry:
        (self.folder / "settings").mkdir(exist_ok=True)
        return Registry(
            Native(),
            settings_folder=self.folder / "settings",
            run_folder=self.folder / "run",
            data_folder=self.folder / "data",
            environ=self.environ,
            **options,
        )

    def play(self, script: Any, **options: Any) -> Any:
        """Run a coroutine function with a registry, and close that."""

        async def main():
            registry = self.registry(**options)
            try:
                return await script(registry)
            finally:
                await registry.close()

        return asyncio.run(main())


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def info_of(registry: Registry, name: str):
    return next(info for info in registry.snapshot() if info.name == name)


def test_an_answer_is_remembered_over_a_start_and_asked_again_when_forced_changed_or_old(world, monkeypatch):
    world.program("goose", "models")

    async def first(registry):
        assert info_of(registry, "goose").state == "loading"
        await registry.refresh()
        assert info_of(registry, "goose").state == "ready" and world.starts("goose") == 0
        info = await registry.probe("goose")
        assert [model.id for model in info.models] == ["fake/a", "fake/b"] and info.probed_at is not None
        await registry.probe("goose")

    world.play(first)
    assert world.starts("goose") == 1

    async def second(registry):
        await registry.refresh()
        assert [model.id for model in info_of(registry, "goose").models] == ["fake/a", "fake/b"]
        await registry.probe("goose")
        assert world.starts("goose") == 1
        await registry.probe("goose", force=True)
        assert world.starts("goose") == 2
        world.program("goose", "image")
        await registry.refresh()
        assert not info_of(registry, "goose").models and info_of(registry, "goose").probed_at is None
        info = await registry.probe("goose")
        assert info.capabilities.image and world.starts("goose") == 3
        later = time.time() + FRESH_S + 1
        monkeypatch.setattr(probe_desk.time, "time", lambda: later)
        await registry.probe("goose")
        assert world.starts("goose") == 4

    world.play(second)


def test_those_who_ask_at_once_share_one_probe_and_see_loading_meanwhile(world):
    world.program("goose", "models")

    async def script(registry):
        asking = [asyncio.ensure_future(registry.probe("goose", force=True)) for _ in range(3)]
        while info_of(registry, "goose").state != "loading" or world.starts("goose") == 0:
            await asyncio.sleep(0)
        assert {info.state for info in await asyncio.gather(*asking)} == {"ready"}
        assert world.starts("goose") == 1

    world.play(script)


def test_an_agent_that_wants_a_login_is_in_error_and_recovers(world):
    world.program("goose", "auth")

    async def script(registry):
        info = await registry.probe("goose")
        assert info.state == "error" and info.detail == "sign in: goose configure"
        world.program("goose", "models")
        assert (await registry.probe("goose")).state == "ready"

    world.play(script)


def test_a_disabled_or_missing_agent_is_not_started(world):
    world.program("goose", "models")

    async def script(registry):
        await registry.set_enabled("goose", False)
        assert (await registry.probe("goose", force=True)).state == "disabled"
        assert (await registry.probe("kimi", force=True)).state == "unavailable"
        assert (await registry.probe("boocode", force=True)).state == "ready"
        with pytest.raises(NotFoundError):
            await registry.probe("nobody")

    world.play(script)
    assert world.starts("goose") == 0


def test_adding_changing_and_removing(world):
    world.program("mine", "models")

    async def script(registry):
        added = await registry.add("mine", ["mine", "acp"], label="Mine", env={"A": "b"}, env_prefixes=["MY_"])
        assert (added.state, added.label, added.source) == ("ready", "Mine", "agents.toml")
        assert (await registry.probe("mine")).models
        assert (await registry.add("cline")).state == "unavailable"
        offered = {entry.name: entry for entry in registry.catalogue()}
        assert offered["cline"].added and not offered["copilot"].added and offered["goose"].added
        assert not (await registry.set_enabled("mine", False)).enabled
        assert (await registry.set_enabled("mine", False)).state == "disabled"
        assert (await registry.set_enabled("mine", True)).enabled
        await registry.remove("mine")
        with pytest.raises(NotFoundError):
            registry.get("mine")
        for name, command in (("goose", ["x"]), ("tour", ["x"]), ("Bad Name", ["x"]), ("unheard-of", [])):
            with pytest.raises(UsageError):
                await registry.add(name, command)
        for name in ("mine", "goose"):
            with pytest.raises(NotFoundError):
                await registry.remove(name)
        with pytest.raises(NotFoundError):
            await registry.set_enabled("tour", False)

    world.play(script)
    assert world.file.read_text() == "[cline]\nenabled = true\n"


def test_how_an_agent_is_started_is_changed_in_parts(world):
    world.program("mine", "models")
    world.file.parent.mkdir(parents=True, exist_ok=True)
    world.file.write_text('[goose]\n# mine\nenabled = false\nenv = { A = "b" }\n')

    async def script(registry):
        before = registry.start_of("goose")
        assert before.command[0] == "goose" and ("A", "b") in before.env
        changed = await registry.change("goose", command=["mine", "acp"])
        assert (changed.changed, changed.enabled) == (True, False)
        assert registry.start_of("goose").command == ("mine", "acp")
        await registry.change("goose", env={}, env_prefixes=["X_"])
        assert registry.start_of("goose").env_prefixes == ("X_",)
        assert ("A", "b") not in registry.start_of("goose").env
        assert registry.start_of("opencode").command == ("opencode",)
        assert (await registry.change("opencode", command=["/x/opencode"])).protocol == "opencode"
        for name, error in (("boocode", UserFacingError), ("nobody", NotFoundError)):
            with pytest.raises(error):
                await registry.change(name, command=["x"])
        with pytest.raises(UserFacingError, match="Nothing was ended"):
            await registry.end_child(1)

    world.play(script)
    assert world.file.read_text() == (
        '[goose]\n# mine\nenabled = false\ncommand = ["mine", "acp"]\nenv_prefixes = ["X_"]\n\n'
        '[opencode]\ncommand = "/x/opencode"\n'
    )


def test_a_file_changed_by_hand_is_taken_over_and_a_broken_one_changes_nothing(world):
    async def script(registry):
        assert not registry.problems
        world.file.write_text('[mine]\ncommand = ["mine", "acp"]\n[goose]\nlabel = "G"\n')
        await registry.refresh()
        assert info_of(registry, "mine") and info_of(registry, "goose").changed
        world.file.write_text("[mine\n")
        await registry.refresh()
        assert len(registry.problems) == 1 and info_of(registry, "mine")
        with pytest.raises(UserFacingError, match="cannot be understood"):
            await registry.set_enabled("goose", False)
        assert world.file.read_text() == "[mine\n"
        world.file.unlink()
        await registry.refresh()
        assert not registry.problems and "mine" not in {info.name for info in registry.snapshot()}

    world.play(script)


EDITOR = """
import asyncio, sys
from pathlib import Path
from boocode_desktop.agents.registry import Registry

class Native:
    async def close(self): pass

async def main(folder, first):
    registry = Registry(Native(), settings_folder=folder / "settings", run_folder=folder / "run", environ={})
    print("there", flush=True)
    sys.stdin.readline()
    for number in range(8):
        await registry.add(f"agent{first}-{number}", ["x", "acp"])
    await registry.close()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


def test_processes_that_write_at_once_lose_no_edit(world):
    (world.folder / "settings").mkdir()
    world.file.write_text("# kept\n")
    editors = [
        subprocess.Popen(
            [sys.executable, "-c", EDITOR, str(world.folder), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    for editor in editors:
        assert editor.stdout.readline() == "there\n"
    for editor in editors:
        editor.stdin.write("go\n")
        editor.stdin.flush()
    for editor in editors:
        editor.communicate(timeout=60)
        assert editor.returncode == 0

    async def script(registry):
        assert not registry.problems
        return [info.name for info in registry.snapshot() if info.source == "agents.toml"]

    assert sorted(world.play(script)) == sorted(f"agent{a}-{b}" for a in range(3) for b in range(8))
    assert world.file.read_text().startswith("# kept\n")


def test_a_changed_agent_is_made_anew_and_its_turn_may_end_first(world):
    world.program("goose", "wedge")
    work = world.folder / "work"
    work.mkdir()

    async def script(registry):
        agent, host = registry.get("goose"), RecordingHost(root=work, agent="goose")
        turn = asyncio.ensure_future(agent.prompt(host, Prompt(text="wait")))
        async with asyncio.timeout(20):
            while "waiting" not in host.text():
                await asyncio.sleep(0.01)
        await registry.set_enabled("goose", False)
        with pytest.raises(NotFoundError, match="disabled"):
            registry.get("goose")
        (work / "go").touch()
        result = await turn
        assert host.text() == "waiting done" and result.status == "completed"
        await registry.set_enabled("goose", True)
        assert registry.get("goose") is not agent
        async with asyncio.timeout(20):
            while registry._children.living():
                await asyncio.sleep(0.01)

    world.play(script)


def test_what_a_turn_learns_of_an_agent_is_shown(world):
    world.program("goose", "models")
    work = world.folder / "work"
    work.mkdir()

    async def script(registry):
        await registry.refresh()
        await registry.get("goose").prompt(RecordingHost(root=work, agent="goose"), Prompt(text="hi"))
        info = info_of(registry, "goose")
        assert [model.id for model in info.models] == ["fake/a", "fake/b"] and info.probed_at is None

    world.play(script)


# Installing.


def installer(world: World, text: str) -> None:
    path = world.bin / "npm"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_installing_streams_and_the_agent_is_there(world):
    source = world.program("goose-source", "models")
    installer(world, f'echo "$@"; echo warn >&2; echo "key: $GOOSE_KEY"; cp {source} {world.bin}/goose')

    async def script(registry):
        await registry.refresh()
        lines = [line async for line in registry.install("goose")]
        assert lines == ["install -g @aaif/goose", "warn", "key: "]
        assert info_of(registry, "goose").state == "ready"

    world.play(script)


def test_an_installation_that_fails_says_what_it_said(world):
    installer(world, "echo EACCES; exit 243")

    async def script(registry):
        with pytest.raises(AdapterError, match="exit code 243") as error:
            [line async for line in registry.install("goose")]
        assert "EACCES" in error.value.hint

    world.play(script)


def test_an_installation_that_is_left_ends(world):
    installer(world, "echo begun; exec sleep 600")

    async def script(registry):
        lines = registry.install("goose")
        assert await anext(lines) == "begun"
        await lines.aclose()
        assert not registry._children.living()

    world.play(script)


@pytest.mark.parametrize(
    ("name", "words"), [("goose", "no program npm"), ("cursor", "No command is known"), ("nobody", "There is no agent")]
)
def test_what_cannot_be_installed_is_told(world, name, words):
    world.environ["PATH"] = str(world.bin)

    async def script(registry):
        with pytest.raises(BooCodeError, match=words):
            [line async for line in registry.install(name)]

    world.play(script)


# Diagnosing.


def test_a_diagnosis_tells_all_but_secrets(world):
    world.program("goose", "auth")
    world.file.parent.mkdir()
    world.file.write_text(f'[goose]\ncolour = "red"\nenv = {{ MY_TOKEN = "{KEY}" }}\n')

    async def script(registry):
        return await registry.diagnose("goose")

    text = world.play(script)
    assert KEY not in text
    for words in (
        "BooCode Desktop",
        "State: error",
        "Problem: sign in: goose configure",
        "Looked for: goose, goose-binary-linux-x64",
        f"Found: {world.bin}/goose",
        "Variables handed through: GOOSE_KEY",
        "MY_TOKEN",
        "answered -32000: Authentication required",
        "`colour`",
    ):
        assert words in text


def test_a_diagnosis_of_what_is_not_there(world):
    async def script(registry):
        with pytest.raises(NotFoundError):
            await registry.diagnose("nobody")
        return await registry.diagnose("kimi") + await registry.diagnose("boocode")

    text = world.play(script)
    assert "Found: none" in text and "npm install -g @moonshot-ai/kimi-code" in text and "State: ready" in text


def test_a_node_program_is_told_with_its_node(world):
    (world.bin / "node").write_text("#!/bin/sh\necho v99.1.2\n")
    (world.bin / "node").chmod(0o755)
    (world.bin / "qwen").write_text("#!/usr/bin/env node\n")
    (world.bin / "qwen").chmod(0o755)

    async def script(registry):
        return await registry.diagnose("qwen")

    text = world.play(script)
    assert "Node.js: v99.1.2" in text and "State: error" in text
    assert json.loads((world.folder / "data" / "agents.json").read_text())["agents"]["qwen"]
