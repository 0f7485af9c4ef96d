"""What the settings pane asks of the program: changes hold at once, for everybody, and nobody's words are lost."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from boocode_desktop.app.core import CoreOptions, open_core
from boocode_desktop.app.window_setup import WindowSetup
from boocode_desktop.config.paths import Paths
from boocode_desktop.config.settings import Endpoint, Settings
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.setup_port import NoKeyringError


class NoRing:
    """A keyring that is not there."""

    def get_password(self, _service: str, _name: str) -> str | None:
        raise RuntimeError("no bus")

    def set_password(self, _service: str, _name: str, _key: str) -> None:
        raise RuntimeError("no bus")

    def delete_password(self, _service: str, _name: str) -> None:
        raise RuntimeError("no bus")


def play(home: Path, scenario: Callable[[WindowSetup], Awaitable[None]]) -> None:
    async def whole() -> None:
        core = await open_core(Paths(home=home, settings_file=home / "settings.toml"), CoreOptions(attended=True))
        core.secrets.keyring = NoRing
        try:
            await scenario(WindowSetup(core))
        finally:
            await core.close()

    home.mkdir(exist_ok=True)
    asyncio.run(whole())


def test_a_change_is_told_and_what_was_written_by_hand_meanwhile_stays(tmp_path: Path) -> None:
    async def scenario(setup: WindowSetup) -> None:
        told: list[Settings] = []
        end = setup.watch_settings(told.append)
        file = tmp_path / "settings.toml"
        file.write_text("# mine\nworktree_limit = 7\n")
        await setup.save_settings(replace(setup.settings(), step_limit=3))
        assert file.read_text() == "# mine\nworktree_limit = 7\nstep_limit = 3\n"
        assert [(s.step_limit, s.worktree_limit) for s in told] == [(3, 7)]
        end()
        await setup.save_settings(replace(setup.settings(), step_limit=4))
        assert len(told) == 1

    play(tmp_path, scenario)


def test_a_service_without_a_keyring_is_kept_only_when_a_file_is_allowed(tmp_path: Path) -> None:
    async def scenario(setup: WindowSetup) -> None:
        endpoint = Endpoint(name="x", base_url="http://127.0.0.1:9/v1")
        with pytest.raises(NoKeyringError):
            await setup.save_endpoint(endpoint, "sk", model="m")
        assert setup.settings().endpoints == ()
        await setup.save_endpoint(endpoint, "sk", model="m", allow_file=True)
        assert (setup.settings().default_model, await setup.key_place("x")) == ("x/m", "file")
        await setup.remove_endpoint("x")
        assert (setup.settings().endpoints, setup.settings().default_model) == ((), "")
        assert await setup.key_place("x") == "none"

    play(tmp_path, scenario)


def test_taking_a_file_and_resetting_keep_what_was(tmp_path: Path) -> None:
    async def scenario(setup: WindowSetup) -> None:
        await setup.save_settings(replace(setup.settings(), theme="light", step_limit=3))
        (tmp_path / "other.toml").write_text('theme = "dark"\nstep_limit = "many"\n')
        problems = await setup.import_settings(tmp_path / "other.toml")
        assert (setup.settings().theme, setup.settings().step_limit) == ("dark", None)
        assert "step_limit" in problems[0] and "settings.before.toml" in problems[-1]
        await setup.import_settings(tmp_path / "settings.before.toml")
        assert (setup.settings().theme, setup.settings().step_limit) == ("light", 3)
        kept = await setup.reset_settings()
        assert setup.settings() == Settings()
        await setup.import_settings(kept)
        assert setup.settings().step_limit == 3
        (tmp_path / "bad.toml").write_text("[package]\nname = 'x'\n")
        with pytest.raises(UserFacingError, match="stay as they are"):
            await setup.import_settings(tmp_path / "bad.toml")
        assert setup.settings().step_limit == 3

    play(tmp_path, scenario)


def test_model_folders_are_searched_as_soon_as_they_are_chosen(tmp_path: Path) -> None:
    async def scenario(setup: WindowSetup) -> None:
        before = await setup.model_files()
        await setup.save_settings(replace(setup.settings(), model_folders=(str(tmp_path / "mine"),)))
        after = await setup.model_files()
        assert after.places == before.places + 1

    (tmp_path / "mine").mkdir()
    play(tmp_path, scenario)
