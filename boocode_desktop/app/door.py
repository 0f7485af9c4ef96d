"""How a second start says "show yourself" to the first: a loopback port with a token in a private file.

Nothing that comes through the door can do more than that.
"""

import contextlib
import json
import os
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

LIMIT = 1_000
PATIENCE_S = 3.0


@dataclass(slots=True)
class Door:
    """Where a second start knocks. `listener` is non-blocking and listens on loopback."""

    folder: Path
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    def open(self) -> None:
        """Say where it is, in a file that only its owner can read."""
        self.listener.setblocking(False)
        place = json.dumps({"port": self.listener.getsockname()[1], "token": self.token})
        draft = self.folder / f"window.{os.getpid()}.new"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(place)
        draft.replace(self.folder / "window.door")

    def knocked(self) -> bool:
        """Take one visitor; whether it knew the token."""
        with contextlib.suppress(OSError):
            visitor, _address = self.listener.accept()
            with visitor:
                visitor.settimeout(0.2)
                return secrets.compare_digest(visitor.recv(LIMIT), self.token.encode())
        return False

    def close(self) -> None:
        """Nobody can knock any more."""
        self.listener.close()
        (self.folder / "window.door").unlink(missing_ok=True)


def knock(folder: Path) -> bool:
    """Ask the first window to show itself; whether anyone was there."""
    try:
        place = json.loads((folder / "window.door").read_text())
        with socket.create_connection(("127.0.0.1", int(place["port"])), timeout=PATIENCE_S) as door:
            door.sendall(str(place["token"]).encode())
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True
