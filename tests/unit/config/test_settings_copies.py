"""Settings as a file to take along."""

import pytest

from boocode_desktop.config.settings import Endpoint, KeyBinding, Settings
from boocode_desktop.config.settings_copies import load_settings_copy, write_settings_copy
from boocode_desktop.domain.errors import UserFacingError


def test_what_is_written_is_read_again(tmp_path):
    settings = Settings(
        theme="light",
        endpoints=(Endpoint(name="x", base_url="http://x"),),
        shortcuts=(KeyBinding(name="view.palette", keys="Ctrl+P"), KeyBinding(name="view.theme", keys="")),
    )
    write_settings_copy(tmp_path / "copy.toml", settings)
    assert load_settings_copy(tmp_path / "copy.toml").settings == settings


def test_a_wrong_value_is_named_and_the_rest_is_taken(tmp_path):
    (tmp_path / "copy.toml").write_text('theme = "pink"\nreduced_motion = true\n')
    loaded = load_settings_copy(tmp_path / "copy.toml")
    assert loaded.settings.reduced_motion and loaded.settings.theme == "system"
    assert len(loaded.problems) == 1 and "theme" in loaded.problems[0]


@pytest.mark.parametrize("text", [None, "= broken"])
def test_what_is_no_settings_file_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "copy.toml").write_text(text)
    with pytest.raises(UserFacingError, match="settings stay as they are"):
        load_settings_copy(tmp_path / "copy.toml")
