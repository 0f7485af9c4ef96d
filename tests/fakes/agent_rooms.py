"""A home folder, a data folder and a project with a session's worktree, all outside /tmp, which a sandbox replaces."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.processes.sandbox_agents import AgentLauncher, AgentSandbox, Doors
from tests.fakes.tool_rig import git_in

CANARY = "canary-9f31"
LONG = 60
SHELTER = Path(__file__).parents[2] / ".pytest_cache" / "rooms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """`home` holds keys, `data` is ours, `project` a repository, `root` a worktree of it in `data`."""

    folder: Path

    @property
    def home(self) -> Path:
        """The person's home folder."""
        return self.folder / "home"

    @property
    def data(self) -> Path:
        """Our data folder."""
        return self.folder / "data"

    @property
    def project(self) -> Path:
        """The person's repository."""
        return self.folder / "project"

    @property
    def root(self) -> Path:
        """The session's worktree."""
        return self.data / "worktrees" / "s1"

    def env(self, **more: str) -> dict[str, str]:
        """What an agent would get unsandboxed."""
        git = {name: value for name, value in os.environ.items() if name.startswith("GIT_")}
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), **git, **more}

    def doors(self, **options: object) -> Doors:
        """What is open to an agent of this session."""
        wanted: dict[str, object] = {"worktrees": (self.root,), "env": self.env(), **options}
        return Doors(**wanted)  # type: ignore[arg-type]

    def sandbox(self, *methods: str, **options: object) -> AgentSandbox:
        """The sandbox of an agent of this session."""
        launcher = AgentLauncher(
            private=[self.data], scratch=self.data / "run" / "scratch", home=self.home, methods=methods
        )
        return asyncio.run(launcher.sandbox(self.doors(**options)))

    def run(self, sandbox: AgentSandbox, script: str) -> "subprocess.CompletedProcess[str]":
        """Run a shell script as the agent would."""
        return self.start(sandbox, ["sh", "-c", script])

    def start(self, sandbox: AgentSandbox, argv: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        """Run a program as the agent would."""
        return subprocess.run(
            [*sandbox.prefix, *argv],
            cwd=self.root,
            env=dict(sandbox.env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@contextmanager
def rooms() -> Iterator[Rooms]:
    """Furnished rooms, gone afterwards."""
    SHELTER.mkdir(parents=True, exist_ok=True)
    made = Rooms(folder=Path(tempfile.mkdtemp(dir=SHELTER)).resolve())
    try:
        for name in (".ssh/id", ".aws/credentials", ".netrc", ".claude/.credentials.json", ".mozilla/p/cookies"):
            _write(made.home / name, CANARY)
        _write(made.home / ".npmrc", f"//registry/:_authToken={CANARY}")
        _write(made.home / "notes.txt", "ordinary")
        (made.home / "innocent").symlink_to(made.home / ".ssh" / "id")
        _write(made.data / "database" / "boocode.sqlite3", CANARY)
        _write(made.data / "worktrees" / "s2" / "theirs.txt", CANARY)
        _write(made.project / "hello.txt", "hello\n")
        git_in(made.project, "init", "-q")
        git_in(made.project, "add", "hello.txt")
        git_in(made.project, "commit", "-q", "-m", "first")
        git_in(made.project, "worktree", "add", "-q", str(made.root))
        yield made
    finally:
        shutil.rmtree(made.folder)
