"""The folders of an agent's own (settings, logins, histories) that it may write in its sandbox, as real paths.

An entry is relative to the home folder; one that ends in `/` is a folder and is made where it is missing. `$NAME/`
stands for the folder that a variable of the agent names. XDG variables move entries as they move the agent.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_MOVED = (
    (".config/", "XDG_CONFIG_HOME"),
    (".local/share/", "XDG_DATA_HOME"),
    (".local/state/", "XDG_STATE_HOME"),
    (".cache/", "XDG_CACHE_HOME"),
)


def state_places(entries: Iterable[str], home: Path, env: Mapping[str, str]) -> list[tuple[Path, bool]]:
    """Where each entry is, and whether it is a folder; entries of unset variables are left out."""
    found = ((_place(entry.removeprefix("~/"), home, env), entry.endswith("/")) for entry in entries)
    return [(place, folder) for place, folder in found if place is not None]


def _place(entry: str, home: Path, env: Mapping[str, str]) -> Path | None:
    if entry.startswith("$"):
        name, _, rest = entry[1:].partition("/")
        value = env.get(name, "")
        return Path(value) / rest if value.startswith("/") else None
    for start, variable in _MOVED:
        value = env.get(variable, "")
        if entry.startswith(start) and value.startswith("/"):
            return Path(value) / entry.removeprefix(start)
    return home / entry


def too_wide(path: Path, home: Path, kept: Sequence[Path]) -> bool:
    """Whether opening a path would open the home folder, or something that must stay hidden or lies above it."""
    return any(place.is_relative_to(path) for place in (home, *kept)) or any(path.is_relative_to(k) for k in kept)


def open_state(entries: Iterable[str], home: Path, env: Mapping[str, str], hidden: Sequence[Path]) -> tuple[Path, ...]:
    """The real paths that may be written; missing folders are made. Blocks. What is too wide is left closed."""
    found = []
    for place, folder in state_places(entries, home, env):
        try:
            if folder:
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
            real = place.resolve(strict=True)
        except OSError:  # an absent file, or a folder that cannot be made: then the agent has none
            continue
        if not too_wide(real, home.resolve(), hidden):
            found.append(real)
    return tuple(dict.fromkeys(found))
