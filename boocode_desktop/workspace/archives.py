"""Archived sessions: a patch of what was not approved, the work committed on the branch, and the disk given back.

`archives/<session>/` holds `work.patch`, `archive.json`, and in `rest/` what no checkpoint holds (ignored files, large
untracked ones, histories of repositories inside). Everything else comes back from the session's last checkpoint. The
folder is moved there in one step, so a killed archiving is finished or taken back, never half of both.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pygit2
from pygit2.enums import DiffOption

from boocode_desktop.domain.records import CheckpointRecord, WorktreeRecord
from boocode_desktop.workspace import places, worktrees
from boocode_desktop.workspace.archive_branch import Branch, commit_work
from boocode_desktop.workspace.chain import SUBMODULE, Chain
from boocode_desktop.workspace.removal import remove_tree
from boocode_desktop.workspace.safe_files import BlockedPathError, Folder

FOLDER, PATCH, NOTE, REST = "archives", "work.patch", "archive.json", "rest"
REBUILDABLE = frozenset({
    "node_modules", "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache",
    ".gradle", ".next", ".turbo", ".parcel-cache", "target",
})  # fmt: skip
"""Names of folders that are given up when git ignores them: tools make them again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveNote:
    """What a restore needs to know. `root` is the session's part of the worktree, `dropped` was given up."""

    session_id: str
    head: str
    inside: str
    branch: Branch
    dropped: tuple[str, ...] = ()


def place_of(data_dir: Path, session_id: str) -> Path:
    """The archive of a session."""
    return data_dir / FOLDER / session_id


def keep(record: WorktreeRecord, chain: Chain, head: CheckpointRecord, data_dir: Path) -> Path:
    """Write down what an archived session is brought back from; its worktree stays. Returns the patch's path."""
    place = place_of(data_dir, record.session_id)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (earlier := read_note(data_dir, record.session_id)) is not None:
        _reset_branch(record, earlier.branch)
    _write(place / PATCH, patch_of(chain, record.baseline, head.commit))
    note = ArchiveNote(
        session_id=record.session_id,
        head=head.commit,
        inside=Path(record.root).relative_to(worktrees.top_of(record)).as_posix(),
        branch=commit_work(record, chain, head.commit),
        dropped=tuple(_rebuildable(chain)),
    )
    _write(place / NOTE, json.dumps(asdict(note)).encode("ascii"))
    return place / PATCH


def patch_of(chain: Chain, old: str, new: str) -> bytes:
    """What differs between two checkpoints, as a patch that `git apply` takes, binary files included."""
    diff = chain.tree(old).diff_to_tree(chain.tree(new), flags=DiffOption.SHOW_BINARY | DiffOption.INCLUDE_TYPECHANGE)
    return b"".join(bytes(patch.data) for patch in diff if patch is not None)


def read_note(data_dir: Path, session_id: str) -> ArchiveNote | None:
    """The note of an archived session; None where there is none."""
    try:
        plain = json.loads((place_of(data_dir, session_id) / NOTE).read_text(encoding="ascii"))
        return ArchiveNote(**{**plain, "branch": Branch(**plain["branch"]), "dropped": tuple(plain["dropped"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def free(record: WorktreeRecord, chain: Chain, data_dir: Path) -> int:
    """Give the disk of an archived worktree back; again after a crash. Returns the bytes that its rest still takes."""
    note = read_note(data_dir, record.session_id)
    if note is None:
        return 0
    place = place_of(data_dir, record.session_id)
    top, rest = data_dir / "worktrees" / record.session_id, place / REST
    if top.is_dir() and not top.is_symlink() and not rest.exists():
        top.rename(rest)
    worktrees.forget(record)
    if not rest.is_dir():
        return 0
    (rest / ".git").unlink(missing_ok=True)
    _strip(chain, note, rest / note.inside)
    _remove_empty(rest)
    return _size(rest)


def bring_back(record: WorktreeRecord, chain: Chain, head: CheckpointRecord, data_dir: Path) -> WorktreeRecord:
    """The worktree as it was: branch, files of the last checkpoint, and what was kept beside it.

    Raises:
        UserFacingError: the repository is gone, or somebody has the branch checked out.
    """
    note = read_note(data_dir, record.session_id)
    if note is not None:
        _reset_branch(record, note.branch)
    made = record if Path(record.root).is_dir() else places.recreate(record, head, data_dir)
    place = place_of(data_dir, record.session_id)
    if (place / REST).is_dir():
        _merge(place / REST, data_dir / "worktrees" / record.session_id)
        _remove_empty(place / REST)
    if not (place / REST).exists():
        remove_tree(place)
    return made


def forget(data_dir: Path, session_id: str) -> None:
    """Remove the archive of a deleted session."""
    remove_tree(place_of(data_dir, session_id))


def _rebuildable(chain: Chain) -> Iterator[str]:
    carried = chain.facts.carried
    for folder, names, _ in os.walk(chain.root):
        inside = Path(folder).relative_to(chain.root)
        for name in [name for name in names if name in REBUILDABLE or name == ".git"]:
            path = (inside / name).as_posix()
            names.remove(name)
            kept = any(f"{path}/".startswith(f"{c}/") or c.startswith(f"{path}/") for c in carried)
            if name != ".git" and not kept and not os.path.islink(f"{folder}/{name}") and _ignored(chain, path):  # noqa: PTH114
                yield path


def _ignored(chain: Chain, path: str) -> bool:
    try:
        return bool(chain.repo.path_is_ignored(f"{path}/"))
    except (UnicodeEncodeError, pygit2.GitError):
        return False


def _strip(chain: Chain, note: ArchiveNote, root: Path) -> None:
    """Remove what the checkpoint holds, byte for byte, and what is given up."""
    if not root.is_dir():
        return
    tree, folder = chain.tree(note.head), Folder(root)
    held = set(chain.paths(tree))
    for path in note.dropped:
        if not any(name.startswith(f"{path}/") for name in held):
            remove_tree(root / path)
    for path in held:
        entry = chain.entry(tree, path)
        with contextlib.suppress(BlockedPathError, OSError):
            if entry is not None and entry.mode != SUBMODULE and folder.read(path) == chain.state(entry):
                (root / path).unlink()


def _reset_branch(record: WorktreeRecord, branch: Branch) -> None:
    """Take our commits off the branch again, unless somebody went on from there."""
    repo = worktrees.open_shared(record)
    name = f"refs/heads/{record.branch}"
    if repo is None or not branch.before:
        return
    with contextlib.suppress(KeyError, ValueError, pygit2.GitError):
        if name not in repo.references:
            repo.references.create(name, pygit2.Oid(hex=branch.before))
        elif str(repo.references[name].target) == branch.after:
            repo.references[name].set_target(pygit2.Oid(hex=branch.before))


def _merge(source: Path, target: Path) -> None:
    """Move everything to where nothing stands yet; what cannot be moved stays."""
    for entry in list(os.scandir(source)):
        there = target / entry.name
        if not os.path.lexists(there):
            os.rename(entry.path, there)  # noqa: PTH104
        elif entry.is_dir(follow_symlinks=False) and there.is_dir() and not there.is_symlink():
            _merge(Path(entry.path), there)


def _remove_empty(folder: Path) -> None:
    for name, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(name)  # noqa: PTH106


def _size(folder: Path) -> int:
    return sum(
        os.lstat(f"{inside}/{name}").st_blocks * 512 if os.name == "posix" else os.lstat(f"{inside}/{name}").st_size
        for inside, _, names in os.walk(folder)
        for name in names
    )


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.chmod(0o600)
    temporary.replace(path)
