"""Where everything is kept: one value, made once at start from `BOOCODE_HOME` or the platform's folders."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError

HOME_VARIABLE = "BOOCODE_HOME"
_APPLICATION = "boocode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The folders and files of one installation. `create()` makes them; nothing here touches the disk before."""

    home: Path
    settings_file: Path

    @property
    def database_dir(self) -> Path:
        """The database with its journal and its backups."""
        return self.home / "database"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.database_dir / "boocode.sqlite3"

    @property
    def worktrees(self) -> Path:
        """One folder per session that has its own worktree."""
        return self.home / "worktrees"

    @property
    def checkpoints(self) -> Path:
        """The chain repositories, out of reach of agents."""
        return self.home / "checkpoints"

    @property
    def attachments(self) -> Path:
        """Images, by content hash."""
        return self.home / "attachments"

    @property
    def logs(self) -> Path:
        """Log files and crash reports."""
        return self.home / "logs"

    @property
    def run(self) -> Path:
        """What lives as long as a process: sockets, pid files."""
        return self.home / "run"

    @property
    def locks(self) -> Path:
        """Lock files of sessions and of the window."""
        return self.run / "locks"

    @property
    def models(self) -> Path:
        """Model files that were downloaded here."""
        return self.home / "models"

    @property
    def agents(self) -> Path:
        """What is remembered of agents: the answers they gave when they were asked what they can do."""
        return self.home / "agents"

    @property
    def keys_file(self) -> Path:
        """Keys of people who asked for a file because the computer has no keyring."""
        return self.home / "keys.json"

    def folders(self) -> tuple[Path, ...]:
        """Every folder, parents first."""
        return (
            self.home,
            self.settings_file.parent,
            self.database_dir,
            self.worktrees,
            self.checkpoints,
            self.attachments,
            self.logs,
            self.run,
            self.locks,
            self.models,
            self.agents,
        )

    def create(self) -> None:
        """Make the folders, readable by their owner alone.

        Raises:
            UserFacingError: a folder cannot be made, with the way out.
        """
        for folder in self.folders():
            try:
                _make_private(folder)
            except OSError as error:
                raise UserFacingError(
                    f"The folder {folder} cannot be used: {error.strerror or error}.",
                    f"Check who may write there, or point {HOME_VARIABLE} at another folder.",
                ) from error


def find_paths(environ: Mapping[str, str] | None = None) -> Paths:
    """The paths of this installation: all below `BOOCODE_HOME` if set, else the platform's data and config folders."""
    chosen = (os.environ if environ is None else environ).get(HOME_VARIABLE, "").strip()
    if chosen:
        home = Path(chosen).expanduser().absolute()
        return Paths(home=home, settings_file=home / "settings.toml")
    # Only here: the window paints after this module, and its import would be felt.
    import platformdirs

    config = platformdirs.user_config_path(_APPLICATION, appauthor=False)
    return Paths(
        home=platformdirs.user_data_path(_APPLICATION, appauthor=False), settings_file=config / "settings.toml"
    )


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "posix":
        return
    found = folder.stat()
    shared = found.st_uid != os.getuid() or found.st_mode & stat.S_ISVTX
    # A folder such as /tmp may have been chosen as home: only what is ours alone is tightened.
    if found.st_mode & 0o077 and not shared:
        folder.chmod(0o700)
