"""Settings in a file of their own, to take to another computer. Keys are never in it: they are in the keyring."""

from pathlib import Path

from boocode_desktop.config.settings import Settings
from boocode_desktop.config.settings_file import LoadedSettings, load_settings, save_settings
from boocode_desktop.domain.errors import UserFacingError


def write_settings_copy(target: Path, settings: Settings) -> None:
    """Write what differs from the defaults; a file that is there keeps its comments. Blocks.

    Raises:
        UserFacingError: it cannot be written; nothing was changed.
    """
    save_settings(target, settings)


def load_settings_copy(source: Path) -> LoadedSettings:
    """Read such a file. Blocks.

    Raises:
        UserFacingError: it cannot be read as settings at all.
    """
    if not source.is_file():
        raise UserFacingError(f"There is no file {source}. The settings stay as they are.", "Choose another file.")
    loaded = load_settings(source)
    if loaded.broken:
        raise UserFacingError(
            f"{source} holds no settings that can be read. The settings stay as they are.",
            "Choose a file that was exported here, or repair it by hand.",
        )
    return loaded
