"""Settings as a file to take along."""

import pytest

from boocode_desktop.config.settings import Endpoint, KeyBinding, Settings
from boocode_desktop.config.settings_copies import keep_copy, load_settings_copy, write_settings_copy
from boocode_desktop.domain.errors import UserFacingError


def test_what_is_written_is_read_again(tmp_path):
    settings = Settings(
        theme="light",
        endpoints=(Endpoint(name="x", base_url="http://x"),),
        shortcuts=(KeyBinding(name="view.palette", keys="Ctrl+P"), KeyBinding(name="view.theme", keys="")),
    )
    write_settings_copy(tmp_path / "copy.toml", settings)
    assert load_settings_copy(tmp_path / "copy.toml", Settings()).settings == settings


def test_a_wrong_value_is_named_and_the_rest_is_taken(tmp_path):
    (tmp_path / "copy.toml").write_text('theme = "pink"\nreduced_motion = true\n')
    loaded = load_settings_copy(tmp_path / "copy.toml", Settings())
    assert loaded.settings.reduced_motion and loaded.settings.theme == "system"
    assert len(loaded.problems) == 1 and "theme" in loaded.problems[0]


@pytest.mark.parametrize("text", [None, "= broken", '[package]\nname = "other"\n'])
def test_what_is_no_settings_file_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "copy.toml").write_text(text)
    with pytest.raises(UserFacingError, match="settings stay as they are"):
        load_settings_copy(tmp_path / "copy.toml", Settings())


def test_services_that_the_file_does_not_name_stay(tmp_path):
    here = Settings(endpoints=(Endpoint(name="mine", base_url="http://m"), Endpoint(name="x", base_url="http://old")))
    (tmp_path / "copy.toml").write_text('[[endpoints]]\nname = "x"\nbase_url = "http://new"\n')
    taken = load_settings_copy(tmp_path / "copy.toml", here).settings.endpoints
    assert [(e.name, e.base_url) for e in taken] == [("x", "http://new"), ("mine", "http://m")]


@pytest.mark.parametrize("settings", [Settings(), Settings(theme="light", step_limit=4)])
def test_what_held_before_is_kept_beside_and_can_be_taken_again(tmp_path, settings):
    (tmp_path / "settings.before.toml").write_text('theme = "dark"\n')
    kept = keep_copy(tmp_path / "settings.toml", settings)
    assert kept == tmp_path / "settings.before.toml"
    assert load_settings_copy(kept, Settings(theme="dark")).settings == settings
