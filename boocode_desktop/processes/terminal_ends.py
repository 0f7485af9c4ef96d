"""Our end of a child's terminal, whatever the system makes terminals of."""

from collections.abc import Callable
from typing import Protocol

INPUT_LIMIT = 16 * 1024 * 1024
"""Bytes typed that a program has not read; what is typed beyond them is lost, as with any terminal."""


class TerminalEnd(Protocol):
    """Listen once; closing it hangs up. Nothing here blocks."""

    def listen(self, on_data: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Hear what is printed, and once that nothing more comes."""

    def read(self, wanted: bool) -> None:
        """Go on or pause; while paused the program waits as soon as the system's buffer is full."""

    def write(self, data: bytes) -> None:
        """Type."""

    def resize(self, columns: int, lines: int) -> None:
        """Tell the program another size."""

    def close(self) -> None:
        """Hang up; harmless when repeated."""
