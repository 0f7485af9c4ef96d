"""A child with everything it started, as one thing to signal: a process group on Unix, a job object on Windows."""

import os
import signal
import subprocess
import sys
from typing import Any, Protocol


class ProcessGroup(Protocol):
    """A child and its offspring. Signalling a group that is gone does nothing."""

    def terminate(self) -> None:
        """Ask all to end."""

    def kill(self) -> None:
        """End all."""

    def close(self) -> None:
        """Forget the group; call once, after its leader ended."""


def spawn_options() -> dict[str, Any]:
    """Keyword arguments that make a spawned process the leader of a group of its own, out of reach of our Ctrl+C."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    else:
        return {"start_new_session": True}


def group_of(pid: int) -> ProcessGroup:
    """The group led by a process that was just spawned with `spawn_options`."""
    if sys.platform == "win32":
        from boocode_desktop.processes.windows_jobs import JobGroup  # cannot be imported elsewhere

        return JobGroup(pid)
    else:
        return UnixGroup(pid)


if sys.platform != "win32":

    class UnixGroup:
        """A process group, by the id of its leader."""

        def __init__(self, pgid: int) -> None:
            self._pgid = pgid

        def terminate(self) -> None:
            """SIGTERM to all, and SIGCONT so that stopped ones can obey."""
            self._signal(signal.SIGTERM)
            self._signal(signal.SIGCONT)

        def kill(self) -> None:
            """SIGKILL to all."""
            self._signal(signal.SIGKILL)

        def close(self) -> None:
            """Nothing to release."""

        def _signal(self, number: int) -> None:
            try:
                os.killpg(self._pgid, number)
            except (ProcessLookupError, PermissionError):
                return
