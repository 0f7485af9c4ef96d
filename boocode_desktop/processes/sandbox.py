"""The sandbox launcher: what an agent starts runs under bubblewrap where that works, and it is said where not.

Inside, the disk is read-only but for the session's worktree (its `.git` stays closed) and a private /tmp; keys, our
data folder and the sockets of the session are hidden; processes cannot outlive their command.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PROBE_S = 5.0
_PRIVATE_FOLDERS = (
    ".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker", ".password-store", ".config/gh", ".config/gcloud",
    ".config/glab-cli", ".config/boocode", ".local/share/keyrings", ".mozilla", ".config/google-chrome",
    ".config/chromium",
)  # fmt: skip
_PRIVATE_FILES = (".netrc", ".git-credentials", ".config/git/credentials", ".pgpass", ".pypirc", ".bash_history")
_SOCKETS = ("/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock")
_CACHES = {
    "TMPDIR": "/tmp",
    "XDG_CACHE_HOME": "/tmp/.cache",
    "npm_config_cache": "/tmp/.cache/npm",
    "YARN_CACHE_FOLDER": "/tmp/.cache/yarn",
}
_TMP = (Path("/tmp"), Path("/var/tmp"))
_ISOLATION = ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--cap-drop", "ALL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """How one command is launched: arguments before it, variables for it, and an honest word about both."""

    prefix: tuple[str, ...]
    environment: dict[str, str]
    sandboxed: bool
    description: str


class SandboxLauncher:
    """Makes sandboxes. Whether bubblewrap works is tried once, at the first use.

    Args:
        private: Folders of ours that nothing an agent starts may see; worktrees in them are shown all the same.
        enabled: False where the person wants no sandbox.
    """

    def __init__(self, *, private: Sequence[Path] = (), enabled: bool = True, home: Path | None = None) -> None:
        self._private = tuple(private)
        self._enabled = enabled
        self._home = home or Path.home()
        self._obstacle: str | None = None
        self._probing = asyncio.Lock()

    async def sandbox(self, root: Path, cwd: Path, *, writable: Sequence[Path] = (), network: bool = True) -> Sandbox:
        """The sandbox for a command in `cwd` that may write below `root` and the folders of `writable`."""
        async with self._probing:
            if self._obstacle is None:
                self._obstacle = await asyncio.to_thread(self._probe)
        if self._obstacle:
            description = f"not sandboxed: {self._obstacle}"
            return Sandbox(prefix=(), environment={}, sandboxed=False, description=description)
        prefix = await asyncio.to_thread(self._arguments, root, cwd, tuple(writable), network)
        return Sandbox(prefix=prefix, environment=dict(_CACHES), sandboxed=True, description="sandboxed by bubblewrap")

    def _probe(self) -> str:
        """What stands in the way of bubblewrap; "" where it works."""
        if not self._enabled:
            return "turned off in the settings"
        system: str = sys.platform
        if system != "linux":
            return "there is no sandbox for this system yet"
        program = shutil.which("bwrap")
        if program is None:
            return "bubblewrap is not installed"
        command = [program, "--ro-bind", "/", "/", *_views(), *_ISOLATION, "--", "true"]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"bubblewrap does not start ({error})"
        if done.returncode == 0:
            return ""
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return f"bubblewrap fails here ({reason[-1] if reason else f'exit code {done.returncode}'})"

    def _arguments(self, root: Path, cwd: Path, writable: Sequence[Path], network: bool) -> tuple[str, ...]:
        folders, files = self._hidden_folders(), self._hidden_files()
        above = [folder for folder in folders if not folder.is_relative_to(root)]
        arguments = [shutil.which("bwrap") or "bwrap", "--ro-bind", "/", "/", *_views(), *_emptied(above, files)]
        for folder in self._needed_from_tmp(root):
            arguments += ["--ro-bind", str(folder), str(folder)]
        for folder in (root, *(folder for folder in writable if folder.is_dir())):
            arguments += ["--bind", str(folder), str(folder)]
        below = [folder for folder in folders if folder.is_relative_to(root) and folder != root]
        arguments += _emptied(below, [file for file in files if file.is_relative_to(root)])
        if (root / ".git").exists():
            arguments += ["--ro-bind", str(root / ".git"), str(root / ".git")]
        arguments += [*_ISOLATION, *(() if network else ("--unshare-net",)), "--chdir", str(cwd), "--"]
        return tuple(arguments)

    def _needed_from_tmp(self, root: Path) -> list[Path]:
        """What lies in the /tmp that the private one covers, but must be seen: programs, and the repository."""
        needed = {Path(sys.prefix), *_program_folders(os.environ.get("PATH", "")), *_repository_of(root)}
        found = {folder.resolve() for folder in needed if folder.is_dir()}
        hidden = [folder.resolve() for folder in self._private]
        return sorted(
            folder
            for folder in found
            if any(folder != tmp and folder.is_relative_to(tmp) for tmp in _TMP)
            and not any(folder.is_relative_to(h) or h.is_relative_to(folder) for h in hidden)
        )

    def _hidden_folders(self) -> list[Path]:
        wanted = [self._home / name for name in _PRIVATE_FOLDERS]
        wanted += [*self._private, Path(os.environ.get("XDG_RUNTIME_DIR") or "/run/user")]
        found = {folder.resolve() for folder in wanted if folder.is_dir()}
        return sorted(found - {Path("/"), self._home.resolve()})

    def _hidden_files(self) -> list[Path]:
        wanted = [*(self._home / name for name in _PRIVATE_FILES), *map(Path, _SOCKETS)]
        return sorted({file.resolve() for file in wanted if file.exists() and not file.is_dir()})


def _emptied(folders: Sequence[Path], files: Sequence[Path]) -> list[str]:
    """Arguments that put an empty folder or file over each of these, which then hides what is there."""
    arguments: list[str] = []
    for folder in folders:
        arguments += ["--tmpfs", str(folder)]
    for file in files:
        if not any(file.is_relative_to(folder) for folder in folders):
            arguments += ["--ro-bind", "/dev/null", str(file)]
    return arguments


def _program_folders(path: str) -> list[Path]:
    """The folders that programs on PATH are installed in, with what lies beside `bin`."""
    entries = [Path(entry) for entry in path.split(os.pathsep) if entry.startswith("/")]
    return [entry.parent if entry.name == "bin" and entry.parent not in _TMP else entry for entry in entries]


def _repository_of(root: Path) -> list[Path]:
    """The project that a worktree's `.git` file points to."""
    try:
        content = (root / ".git").read_text("utf-8") if (root / ".git").is_file() else ""
    except (OSError, ValueError):
        return []
    gitdir = Path(content.removeprefix("gitdir:").strip() or "/")
    if gitdir.parent.name != "worktrees" or not (gitdir / "HEAD").is_file():
        return []
    common = gitdir.parent.parent
    return [common.parent if common.name == ".git" else common]


def _views() -> tuple[str, ...]:
    return ("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp")
