"""Where the window was, in a small file that can be read before the database is open."""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPlace:
    """The window's geometry (hex of Qt's bytes) and the theme it was last shown in."""

    geometry: str = ""
    theme: str = "dark"


class WindowMemory:
    """Reads and writes the file; a broken or missing one gives the defaults."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def load(self) -> WindowPlace:
        """What was saved last."""
        if self._path is None:
            return WindowPlace()
        try:
            values = json.loads(self._path.read_text(encoding="utf-8"))
            return WindowPlace(geometry=str(values["geometry"]), theme=str(values["theme"]))
        except FileNotFoundError:
            return WindowPlace()
        except (OSError, ValueError, KeyError, TypeError) as problem:
            _log.warning("the window's place cannot be read (%s); it starts at its own size", problem)
            return WindowPlace()

    def save(self, place: WindowPlace) -> None:
        """Write by temporary file and rename; a failure is logged, nothing depends on it."""
        if self._path is None:
            return
        temporary = self._path.with_suffix(".tmp")
        try:
            temporary.write_text(json.dumps(asdict(place)), encoding="utf-8")
            temporary.replace(self._path)
        except OSError as problem:
            _log.warning("the window's place cannot be saved: %s", problem)
