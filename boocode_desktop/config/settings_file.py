"""The settings file: read without ever stopping the start, written without losing people's comments."""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boocode_desktop.config.checking import read_fields
from boocode_desktop.config.settings import Endpoint, KeyBinding, Settings
from boocode_desktop.config.text_file import replace_text
from boocode_desktop.domain.errors import UserFacingError

_LISTED: Mapping[str, type[Endpoint] | type[KeyBinding]] = {
    "endpoints": Endpoint,
    "shortcuts": KeyBinding,
}
"""Settings that are lists of tables in the file."""
_MOVED = {
    "agents": "`agents` is not read here and was left alone: `boocode agents add NAME -- COMMAND` adds an agent.",
}
"""Keys of earlier versions, and where what they said belongs now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSettings:
    """Settings that can be used, and what was wrong with the file, a sentence each."""

    settings: Settings
    problems: tuple[str, ...] = ()
    broken: bool = False


def load_settings(path: Path) -> LoadedSettings:
    """Read the file; never raises. Blocks: call it before the loop or in a thread."""
    try:
        plain = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return LoadedSettings(settings=Settings())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        text = f"{path} could not be read ({error}). The defaults are used and the file was left as it is."
        return LoadedSettings(settings=Settings(), problems=(text,), broken=True)
    problems = [_MOVED[key] for key in plain if key in _MOVED]
    known = {key: value for key, value in plain.items() if key not in _MOVED}
    settings = read_fields(Settings, known, problems)
    return LoadedSettings(settings=settings, problems=tuple(problems))


def are_settings(path: Path) -> bool:
    """Whether a file can be read and names a setting, or nothing at all (everything has its default). Blocks."""
    try:
        plain = tomllib.loads(path.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return not plain or any(field.name in plain for field in dataclasses.fields(Settings))


def save_settings(path: Path, settings: Settings) -> None:
    """Write what differs from the file, keeping comments, order and unknown keys. Blocks: call it in a thread.

    A file that is not TOML is kept beside the new one as `settings.broken.toml` (or with a number).

    Raises:
        UserFacingError: the disk refused; the old file is untouched.
    """
    # tomlkit is needed only here, and its import is felt at the start.
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        text = path.read_bytes().decode("utf-8") if path.exists() else ""
        document = tomlkit.parse(text)
    except (UnicodeDecodeError, TOMLKitError):
        keep_broken(path)
        document = tomlkit.document()
    except OSError as error:
        raise _refused(path, error) from error
    _merge(document, to_toml(settings), to_toml(Settings()))
    _write(path, tomlkit.dumps(document))


def to_toml(value: Any) -> Any:
    """Settings as plain values of the file: tuples become lists; None stands for a key that is not written."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_toml(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [to_toml(item) for item in value]
    return value


def _merge(table: Any, wanted: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    for key, value in wanted.items():
        if value is None:
            table.pop(key, None)
        elif isinstance(value, dict):
            _merge_table(table, key, value, defaults.get(key, {}))
        elif key in _LISTED:
            _merge_list(table, key, value, to_toml(_LISTED[key]()))
        elif _plain(table.get(key)) != value and (key in table or value != defaults.get(key)):
            table[key] = value


def _merge_table(parent: Any, key: str, wanted: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    import tomlkit

    if not isinstance(parent.get(key), dict):
        if wanted == defaults:
            return
        parent[key] = tomlkit.table()
    _merge(parent[key], wanted, defaults)


def _merge_list(parent: Any, key: str, wanted: list[dict[str, Any]], defaults: Mapping[str, Any]) -> None:
    """Tables are known by their name: those that stay keep their comments and their place."""
    import tomlkit

    found = parent.get(key)
    have = [t for t in found if isinstance(t, dict)] if isinstance(found, list) else []
    names = [value["name"] for value in wanted]
    kept = [t for t in have if t.get("name") in names]
    if [t.get("name") for t in kept] != names[: len(kept)]:
        kept = []
    if wanted and len(kept) == len(wanted) == len(have):
        for table, value in zip(kept, wanted, strict=True):
            _merge(table, value, defaults)
        return
    tables = tomlkit.aot()
    for place, value in enumerate(wanted):
        table = kept[place] if place < len(kept) else tomlkit.table()
        _merge(table, value, defaults)
        tables.append(table)
    if wanted:
        parent[key] = tables
    else:
        parent.pop(key, None)


def _plain(item: Any) -> Any:
    return item.unwrap() if hasattr(item, "unwrap") else item


def keep_broken(path: Path) -> None:
    """Move a file that is not TOML aside, under a free name beside it."""
    for number in range(1, 1000):
        kept = path.with_name(f"{path.stem}.broken{'' if number == 1 else number}{path.suffix}")
        if not kept.exists():
            path.replace(kept)
            return


def _write(path: Path, text: str) -> None:
    try:
        replace_text(path, text)
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> UserFacingError:
    return UserFacingError(
        f"The settings could not be saved in {path}: {error.strerror or error}. The file is as it was.",
        "Make room on the disk or allow writing to that folder, then save again.",
    )


class SettingsFile:
    """The settings in use: everyone who holds this sees a saved change at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._loaded = load_settings(path)

    @property
    def value(self) -> Settings:
        """The settings as they stand."""
        return self._loaded.settings

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with the file when it was read, for showing."""
        return self._loaded.problems

    def reload(self) -> Settings:
        """Read the file again. Blocks."""
        self._loaded = load_settings(self.path)
        return self.value

    def update(self, **changes: Any) -> Settings:
        """Change fields over what the file says now, save, and return the new settings. Blocks.

        Raises:
            UserFacingError: the file could not be written; the settings in use stay as they were.
        """
        before = load_settings(self.path)
        settings = dataclasses.replace(before.settings, **changes)
        save_settings(self.path, settings)
        self._loaded = LoadedSettings(settings=settings)
        return settings
