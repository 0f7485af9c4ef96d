"""A terminal on Unix: the child has one end, we read and write the other without ever blocking."""

import asyncio
import errno
import os
import struct
import sys
from collections.abc import Callable

from boocode_desktop.processes.child_specs import SpawnError
from boocode_desktop.processes.terminal_ends import INPUT_LIMIT

READ_BYTES = 65_536
AT_ONCE = 65_536
"""Bytes taken per look; what more there is comes with the next one, so that the loop lives."""


class PtyEnd:
    """Our end, a `TerminalEnd`."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._on_data: Callable[[bytes], None] = _nobody
        self._on_end: Callable[[], None] = lambda: None
        self._outgoing = bytearray()
        self._reading = False
        self._writing = False

    def listen(self, on_data: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Hear what is printed, and once that nothing more comes."""
        self._on_data, self._on_end = on_data, on_end
        self.read(True)

    def read(self, wanted: bool) -> None:
        """Go on or pause; while paused the program waits as soon as the kernel's buffer is full."""
        if wanted != self._reading and self._fd >= 0:
            self._reading = wanted
            if wanted:
                self._loop.add_reader(self._fd, self._on_readable)
            else:
                self._loop.remove_reader(self._fd)

    def write(self, data: bytes) -> None:
        """Type. What a program does not read is kept up to a limit; beyond it typing is lost, as with any terminal."""
        if self._fd < 0 or len(self._outgoing) + len(data) > INPUT_LIMIT:
            return
        self._outgoing += data
        self._on_writable()

    def resize(self, columns: int, lines: int) -> None:
        """Tell the program another size."""
        if self._fd >= 0:
            _set_size(self._fd, columns, lines)

    def close(self) -> None:
        """Hang up; harmless when repeated."""
        if self._fd < 0:
            return
        self.read(False)
        if self._writing:
            self._loop.remove_writer(self._fd)
        fd, self._fd = self._fd, -1
        os.close(fd)

    def _on_readable(self) -> None:
        taken: list[bytes] = []
        ended = False
        while sum(map(len, taken)) < AT_ONCE:
            try:
                data = os.read(self._fd, READ_BYTES)
            except BlockingIOError:
                break
            except OSError:
                # Linux reports the end of a terminal as an input error.
                data = b""
            if not data:
                ended = True
                break
            taken.append(data)
        if taken:
            self._on_data(b"".join(taken))
        if ended:
            self.close()
            self._on_end()

    def _on_writable(self) -> None:
        try:
            while self._outgoing:
                del self._outgoing[: os.write(self._fd, self._outgoing[:READ_BYTES])]
        except BlockingIOError:
            pass
        except OSError as error:
            self._outgoing.clear()
            if error.errno not in (errno.EIO, errno.EBADF):
                raise
        more = bool(self._outgoing)
        if more != self._writing and self._fd >= 0:
            self._writing = more
            if more:
                self._loop.add_writer(self._fd, self._on_writable)
            else:
                self._loop.remove_writer(self._fd)


def open_terminal(columns: int, lines: int) -> tuple[PtyEnd, int]:
    """A new terminal: our end, and the child's as a file descriptor that the caller closes.

    Raises:
        SpawnError: there are none on this system, or no more of them.
    """
    if sys.platform == "win32":
        raise SpawnError("Windows has pseudo consoles instead.")
    try:
        ours, theirs = os.openpty()
    except OSError as error:
        raise SpawnError(f"No terminal could be opened: {error.strerror}", "Close some terminals.") from error
    os.set_blocking(ours, False)
    _set_size(ours, columns, lines)
    return PtyEnd(ours), theirs


def _set_size(fd: int, columns: int, lines: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def _nobody(_data: bytes) -> None:
    """Nobody listens yet."""
