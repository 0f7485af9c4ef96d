"""Settings in a file of their own, to take to another computer. Keys are never in it: they are in the keyring."""

from dataclasses import replace
from pathlib import Path

from boocode_desktop.config.settings import Settings
from boocode_desktop.config.settings_file import LoadedSettings, are_settings, load_settings, save_settings
from boocode_desktop.config.text_file import replace_text
from boocode_desktop.domain.errors import UserFacingError


def write_settings_copy(target: Path, settings: Settings) -> None:
    """Write what differs from the defaults; a file that is there keeps its comments. Blocks.

    Raises:
        UserFacingError: it cannot be written; nothing was changed.
    """
    save_settings(target, settings)


def load_settings_copy(source: Path, current: Settings) -> LoadedSettings:
    """Read such a file over the settings in force. Blocks.

    What it does not name gets its default, as on the computer it comes from; services that it does not name stay.

    Raises:
        UserFacingError: it cannot be read as settings at all, or names others than ours.
    """
    if not source.is_file():
        raise UserFacingError(f"There is no file {source}. The settings stay as they are.", "Choose another file.")
    loaded = load_settings(source)
    if loaded.broken or not are_settings(source):
        raise UserFacingError(
            f"{source} holds no settings that can be read. The settings stay as they are.",
            "Choose a file that was exported here, or repair it by hand.",
        )
    names = {endpoint.name for endpoint in loaded.settings.endpoints}
    kept = tuple(endpoint for endpoint in current.endpoints if endpoint.name not in names)
    settings = replace(loaded.settings, endpoints=(*loaded.settings.endpoints, *kept))
    return LoadedSettings(settings=settings, problems=loaded.problems)


def keep_copy(settings_file: Path, settings: Settings) -> Path:
    """Write what is in force beside the settings file, before all of it is replaced; where it is now. Blocks.

    Raises:
        UserFacingError: it cannot be written; nothing was changed.
    """
    target = settings_file.with_name(f"{settings_file.stem}.before{settings_file.suffix}")
    target.unlink(missing_ok=True)
    write_settings_copy(target, settings)
    if not target.exists():
        # Nothing differed from the defaults.
        replace_text(target, "")
    return target
