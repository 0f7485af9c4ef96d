"""The words of a bubblewrap command line that the sandboxes of commands and of whole agents share."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from boocode_desktop.processes.sandbox_secrets import Hidden

TMP = (Path("/tmp"), Path("/var/tmp"))
# The kernel's switches obey whoever is root by number, even without capabilities.
_SWITCHES = tuple(word for path in ("/proc/sys", "/proc/sysrq-trigger") for word in ("--ro-bind-try", path, path))
VIEWS = ("--dev", "/dev", "--proc", "/proc", *_SWITCHES, "--tmpfs", "/tmp", "--tmpfs", "/var/tmp")
ISOLATION = ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--cap-drop", "ALL")
CACHES = {
    "TMPDIR": "/tmp",
    "XDG_CACHE_HOME": "/tmp/.cache",
    "npm_config_cache": "/tmp/.cache/npm",
    "YARN_CACHE_FOLDER": "/tmp/.cache/yarn",
}
_PROBE_S = 5.0


def bubblewrap_obstacle() -> str:
    """What stands in the way of bubblewrap, "" where it works. Tries it: blocks for 10 ms."""
    system: str = sys.platform
    if system != "linux":
        return "there is no sandbox for this system yet"
    program = shutil.which("bwrap")
    if program is None:
        return "bubblewrap is not installed"
    command = [program, "--ro-bind", "/", "/", *VIEWS, *ISOLATION, "--", "true"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not start ({error})"
    if done.returncode == 0:
        return ""
    reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return f"bubblewrap fails here ({reason[-1] if reason else f'exit code {done.returncode}'})"


def covered(hidden: Hidden) -> list[str]:
    """Arguments that put an empty folder or file over each of these, which then hides what is there."""
    arguments: list[str] = []
    for folder in hidden.folders:
        arguments += ["--tmpfs", str(folder)]
    for file in hidden.files:
        arguments += ["--ro-bind", "/dev/null", str(file)]
    return arguments


def part_of(hidden: Hidden, folders: Sequence[Path], *, below: bool) -> Hidden:
    """What of it lies below one of the folders, or what does not."""

    def wanted(path: Path) -> bool:
        return any(path.is_relative_to(folder) and path != folder for folder in folders) is below

    return Hidden(folders=tuple(filter(wanted, hidden.folders)), files=tuple(filter(wanted, hidden.files)))


def whole_worktrees(roots: Iterable[Path], hidden: Hidden) -> list[Path]:
    """Where a root is a part of its worktree: the whole, which has to be seen though it lies in a hidden folder."""
    pairs = [(root.resolve(), worktree_top(root.resolve())) for root in roots]
    covers = (*TMP, *hidden.folders)
    return [top for root, top in pairs if top != root and any(top.is_relative_to(c) and top != c for c in covers)]


def needed_from_tmp(roots: Iterable[Path], path: str, private: Iterable[Path]) -> list[Path]:
    """What lies in the /tmp that the private one covers, but must be seen: programs, ours too, and the repositories."""
    ours = Path(__file__).resolve().parents[1]
    needed = {Path(sys.prefix), Path(sys.base_prefix), ours, *_program_folders(path)}
    needed |= {found for root in roots for found in _repository_of(root)}
    found = {folder.resolve() for folder in needed if folder.is_dir()}
    hidden = [folder.resolve() for folder in private]
    return sorted(
        folder
        for folder in found
        if any(folder != tmp and folder.is_relative_to(tmp) for tmp in TMP)
        and not any(folder.is_relative_to(h) or h.is_relative_to(folder) for h in hidden)
    )


def _program_folders(path: str) -> list[Path]:
    """The folders that programs on PATH are installed in, with what lies beside `bin`."""
    entries = [Path(entry) for entry in path.split(os.pathsep) if entry.startswith("/")]
    return [entry.parent if entry.name == "bin" and entry.parent not in TMP else entry for entry in entries]


def _repository_of(root: Path) -> list[Path]:
    """The project that a worktree's `.git` file points to."""
    top = worktree_top(root)
    try:
        content = (top / ".git").read_text("utf-8") if (top / ".git").is_file() else ""
    except (OSError, ValueError):
        return []
    gitdir = Path(content.removeprefix("gitdir:").strip() or "/")
    if gitdir.parent.name != "worktrees" or not (gitdir / "HEAD").is_file():
        return []
    common = gitdir.parent.parent
    return [common.parent if common.name == ".git" else common]


def worktree_top(root: Path) -> Path:
    """The folder at or above `root` that holds `.git`; `root` itself where there is none."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
