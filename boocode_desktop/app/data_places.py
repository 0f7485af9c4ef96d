"""Where everything is kept, how large it is, and the logs that can go."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from boocode_desktop.config.paths import Paths
from boocode_desktop.ui.setup_port import DataPlace, DataSize
from boocode_desktop.workspace.disk_meter import folder_size

_PATIENCE_S = 30.0
CURRENT = "boocode.log"


def data_places(paths: Paths) -> Sequence[DataPlace]:
    """Every place, the most important first."""
    return (
        DataPlace(name="Database", path=paths.database_dir, about="Chats, traces, rules and usage. Never removed."),
        DataPlace(name="Worktrees", path=paths.worktrees, about="Copies agents work in; each goes with its session."),
        DataPlace(name="Checkpoints", path=paths.checkpoints, about="Every turn's state; goes with its session."),
        DataPlace(name="Attachments", path=paths.attachments, about="Images of chats, kept once each."),
        DataPlace(name="Models", path=paths.models, about="Model files downloaded here; remove them as files."),
        DataPlace(name="Agents", path=paths.agents, about="What agents said they can do; asked again when removed."),
        DataPlace(name="Logs", path=paths.logs, about="Redacted; older ones can be removed below."),
        DataPlace(name="Settings", path=paths.settings_file.parent, about="settings.toml and agents.toml, to edit."),
    )


def measure(path: Path) -> DataSize:
    """What a place takes; 0 where it is not there. Blocks."""
    try:
        size, complete = folder_size(path, seconds=_PATIENCE_S)
    except OSError:
        return DataSize(size=0)
    return DataSize(size=size, complete=complete)


def clear_logs(folder: Path) -> int:
    """Remove logs that were rotated away; the one that is written to stays. The bytes freed. Blocks."""
    freed = 0
    for path in sorted(folder.glob(f"{CURRENT}.[0-9]*")):
        with contextlib.suppress(OSError):
            size = path.stat().st_size
            path.unlink()
            freed += size
    return freed
