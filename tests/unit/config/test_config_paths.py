"""Where things are kept, and who may read them."""

import stat
from pathlib import Path

import pytest

from boocode_desktop.config.paths import find_paths
from boocode_desktop.domain.errors import UserFacingError


def test_one_variable_moves_everything(tmp_path):
    home = tmp_path / "home"
    paths = find_paths({"BOOCODE_HOME": str(home)})
    places = [*paths.folders(), paths.settings_file, paths.database, paths.keys_file]
    assert all(place.is_relative_to(home) for place in places)
    assert not home.exists()


def test_folders_are_private(tmp_path):
    paths = find_paths({"BOOCODE_HOME": str(tmp_path / "a" / "home")})
    paths.create()
    paths.create()
    assert {stat.S_IMODE(f.stat().st_mode) for f in paths.folders()} == {0o700}


def test_a_loose_folder_is_tightened(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    find_paths({"BOOCODE_HOME": str(home)}).create()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_shared_folder_is_left_as_it_is(tmp_path):
    home = tmp_path / "shared"
    home.mkdir()
    home.chmod(0o1777)
    paths = find_paths({"BOOCODE_HOME": str(home)})
    paths.create()
    assert stat.S_IMODE(home.stat().st_mode) == 0o1777
    assert stat.S_IMODE(paths.checkpoints.stat().st_mode) == 0o700


def test_without_the_variable_the_platform_decides(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    paths = find_paths({"BOOCODE_HOME": "  "})
    assert paths.home.is_absolute() and paths.home.name == "boocode"
    assert paths.settings_file.name == "settings.toml"


def test_an_impossible_home_says_what_to_do(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(UserFacingError, match="cannot be used") as caught:
        find_paths({"BOOCODE_HOME": str(blocker / "home")}).create()
    assert "BOOCODE_HOME" in caught.value.hint


def test_home_may_start_with_a_tilde(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_paths({"BOOCODE_HOME": "~/x"}).home == Path(tmp_path / "x")
