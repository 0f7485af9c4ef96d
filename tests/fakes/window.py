"""The window's process on a display of its own, and what it has stored: looked at from outside, as it runs."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fakes.display import Display, until


@dataclass(slots=True)
class Window:
    """Starts `boocode` on a display, with the data of `home`."""

    display: Display
    home: Path
    process: "subprocess.Popen[str] | None" = None
    env: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str, title: str = "BooCode") -> str:
        """Open it and wait until its title holds `title`; the whole title."""
        self.process = self.launch(*arguments)
        return self.display.wait_title(title)

    def launch(self, *arguments: str) -> "subprocess.Popen[str]":
        """One start of the program, first or second."""
        argv = [sys.executable, "-m", "boocode_desktop", *arguments]
        return self.display.start(argv, BOOCODE_HOME=str(self.home), **self.env)

    def kill(self) -> None:
        """End it without a word."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What is stored now; nothing before there is a database."""
        with contextlib.suppress(sqlite3.OperationalError):
            path = self.home / "database" / "boocode.sqlite3"
            connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            with contextlib.closing(connection):
                return connection.execute(query, values).fetchall()
        return []

    def statuses(self) -> list[str | None]:
        """The status of every turn, oldest first; None for one that runs."""
        return [row[0] for row in self.rows("SELECT status FROM turns ORDER BY serial")]

    def wait_status(self, *wanted: str | None) -> None:
        """Wait until the turns have these statuses."""
        until(lambda: self.statuses() == list(wanted), f"turns {wanted}, there are {self.statuses()}")

    def open_questions(self) -> list[str]:
        """The ids of questions that wait for an answer."""
        return [row[0] for row in self.rows("SELECT id FROM asks WHERE answered = 0")]

    def draft(self) -> str:
        """What stands in the composers."""
        return "".join(row[0] for row in self.rows("SELECT text FROM drafts"))
