"""Where the window was, in a small file that can be read before the database is open.

Three lines of text, because everything imported here delays the first paint.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPlace:
    """The window's geometry (hex of Qt's bytes), the theme it was last shown in, and the size of text in percent."""

    geometry: str = ""
    theme: str = "dark"
    text_size: int = 100


class WindowMemory:
    """Reads and writes the file; a broken or missing one gives the defaults."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def load(self) -> WindowPlace:
        """What was saved last."""
        if self._path is None:
            return WindowPlace()
        try:
            geometry, theme, *size = self._path.read_text(encoding="ascii").split()
            text_size = min(max(int(size[0]), 100), 200) if size else 100
        except FileNotFoundError:
            return WindowPlace()
        except (OSError, ValueError) as problem:
            _log.warning("the window's place cannot be read (%s); it starts at its own size", problem)
            return WindowPlace()
        return WindowPlace(geometry=geometry, theme=theme, text_size=text_size)

    def save(self, place: WindowPlace) -> None:
        """Write by temporary file and rename; a failure is logged, nothing depends on it."""
        if self._path is None:
            return
        temporary = self._path.with_suffix(".tmp")
        try:
            temporary.write_text(f"{place.geometry}\n{place.theme}\n{place.text_size}\n", encoding="ascii")
            temporary.replace(self._path)
        except OSError as problem:
            _log.warning("the window's place cannot be saved: %s", problem)
