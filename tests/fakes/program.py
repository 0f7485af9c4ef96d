"""The program itself, driven from outside: its command line in a child process, in a home folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TIMEOUT_S = 60


@dataclass(slots=True)
class Program:
    """Runs `boocode` commands against one BOOCODE_HOME."""

    home: Path
    base_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def env(self) -> dict[str, str]:
        """The environment of a child."""
        kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return {**kept, "BOOCODE_HOME": str(self.home), **self.environment}

    def argv(self, *arguments: str) -> list[str]:
        """A command line."""
        return [sys.executable, "-m", "boocode_desktop", *arguments]

    def call(self, *arguments: str, stdin: str = "", code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; `code` None accepts any exit code."""
        done = subprocess.run(
            self.argv(*arguments), input=stdin, capture_output=True, text=True, env=self.env(), timeout=TIMEOUT_S
        )
        if code is not None:
            assert done.returncode == code, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str, code: int | None = 0) -> Any:
        """A command's JSON value."""
        return json.loads(self.call(*arguments, "--json", code=code).stdout)

    def run(self, prompt: str, *options: str, code: int | None = 0) -> list[dict[str, Any]]:
        """`boocode run --json`: every event."""
        server = ["--base-url", self.base_url] if self.base_url else []
        done = self.call("run", "--json", *server, *options, prompt, code=code)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def start(self, *arguments: str, **popen: Any) -> "subprocess.Popen[str]":
        """A command that goes on; the caller ends it."""
        return subprocess.Popen(
            self.argv(*arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.env(),
            **popen,
        )


def git(folder: Path, *arguments: str) -> str:
    """A git command's output."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def make_repository(folder: Path, files: dict[str, str]) -> Path:
    """A git repository with one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    git(folder, "init", "-q", "-b", "main")
    # libgit2 reads names for commits from settings alone, and the machine may have none.
    git(folder, "config", "user.name", "Test")
    git(folder, "config", "user.email", "test@example.org")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return folder
