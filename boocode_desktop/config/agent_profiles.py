"""AGENTS.md: what a folder wants its agents to know. Read only where the folder is trusted."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

PROFILE_NAME = "AGENTS.md"
SIZE_LIMIT = 32 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentProfile:
    """The instructions of a folder. `digest` is the SHA-256 of the whole file: trust is bound to it."""

    path: Path
    text: str
    digest: str
    truncated: bool = False


def read_profile(folder: Path) -> AgentProfile | None:
    """The folder's AGENTS.md, its first 32 KB, or None if there is none or it leads out of the folder. Blocks."""
    root = folder.resolve()
    path = (root / PROFILE_NAME).resolve()
    if not path.is_relative_to(root):
        return None
    try:
        # Without O_NONBLOCK a named pipe of that name would hold us for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    with os.fdopen(handle, "rb") as file:
        head = file.read(SIZE_LIMIT)
        digest = hashlib.sha256(head)
        rest = 0
        while chunk := file.read(1 << 20):
            rest += len(chunk)
            digest.update(chunk)
    text = head.decode("utf-8", errors="ignore" if rest else "replace").removeprefix("\ufeff")
    return AgentProfile(path=path, text=text, digest=digest.hexdigest(), truncated=rest > 0)


def instructions(folder: Path, *, trusted: bool) -> str:
    """What joins the system prompt: the profile's text in a trusted folder, "" otherwise. Blocks."""
    profile = read_profile(folder) if trusted else None
    if profile is None:
        return ""
    note = f"\n\n[Only the first {SIZE_LIMIT // 1024} KB of {PROFILE_NAME} are shown.]" if profile.truncated else ""
    return profile.text.strip() + note
