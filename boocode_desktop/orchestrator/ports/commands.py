"""Slash commands that an agent will know, found before it runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from boocode_desktop.domain.events import CommandInfo


class CommandFiles(Protocol):
    """Reads them from where the agent keeps them."""

    async def find(self, agent: str, root: Path | None) -> Sequence[CommandInfo]:
        """The commands of an agent in a working folder; nothing where none are known. Never raises for bad files."""
