"""Making and remaking a session's place: worktree or folder, chain, checkpoint 0."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pygit2

from boocode_desktop.domain.changes import FolderInfo
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import CheckpointRecord, Isolation, WorktreeRecord
from boocode_desktop.workspace import worktrees
from boocode_desktop.workspace.applying import put
from boocode_desktop.workspace.audit import fingerprint
from boocode_desktop.workspace.bringing import Brought, bring, tracked_files
from boocode_desktop.workspace.carried import CarryRules, carry_files, read_rules
from boocode_desktop.workspace.chain import SUBMODULE, Chain, ChainFacts, Mark
from boocode_desktop.workspace.checkpoints import record as checkpoint_record
from boocode_desktop.workspace.folders import inspect
from boocode_desktop.workspace.ignore_rules import gathered
from boocode_desktop.workspace.journal import journal
from boocode_desktop.workspace.names import shown
from boocode_desktop.workspace.removal import remove_tree
from boocode_desktop.workspace.safe_files import Folder
from boocode_desktop.workspace.session_lock import session_lock
from boocode_desktop.workspace.snapshot import DiskState, take, tree_now
from boocode_desktop.workspace.unfinished import making, sweep

Progress = Callable[[str], None]
Made = tuple[WorktreeRecord, CheckpointRecord]


def create(
    data_dir: Path, session_id: str, folder: Path, isolation: Isolation, *, trusted: bool, progress: Progress
) -> Made:
    """Make a session's place; a failure leaves nothing behind.

    Raises:
        UserFacingError: the folder cannot be used this way.
    """
    sweep(data_dir)
    info = inspect(folder)
    if info.kind == "missing":
        raise UserFacingError(info.problem, "Choose an existing folder.")
    chain_path = data_dir / "checkpoints" / f"{session_id}.git"
    if chain_path.exists() or (data_dir / "worktrees" / session_id).exists():
        raise UserFacingError(f"The session {session_id} has a place already.", "Nothing was changed.")
    project = folder.resolve()
    if isolation == "in-place":
        return _in_place(chain_path, session_id, project, info, progress)
    _refuse_without_worktrees(info)
    return _worktree(data_dir, chain_path, session_id, project, trusted=trusted, progress=progress)


def _refuse_without_worktrees(info: FolderInfo) -> None:
    if info.unborn:
        raise UserFacingError(
            "The repository has no commit yet, so it cannot have a worktree.",
            f"Make a first commit (`git commit --allow-empty -m start`), or: {worktrees.IN_PLACE}",
        )
    if not info.worktrees:
        raise UserFacingError(info.problem, worktrees.IN_PLACE)


def _in_place(chain_path: Path, session_id: str, folder: Path, info: FolderInfo, progress: Progress) -> Made:
    repo = worktrees.user_repository(folder) if info.kind == "git" else None
    tracked, submodules = (_below(*tracked_files(repo), _inside(repo, folder))) if repo else (frozenset[str](), {})
    hidden = _own_data(chain_path, folder)
    facts = ChainFacts(
        session_id=session_id,
        root=str(folder),
        carried=read_rules(folder).carry,
        submodules=submodules or None,
        hidden=hidden,
    )
    record = WorktreeRecord(
        session_id=session_id,
        root=str(folder),
        project_path=str(folder),
        isolation="in-place",
        chain=str(chain_path),
        base="",
        baseline="",
        gitdir=str(Path(repo.path)) if repo else "",
        source_head=info.head,
    )
    with making(record):
        exclude = gathered(repo, folder) + (f"/{hidden}/\n" if hidden else "")
        return _seeded(record, facts, exclude, tracked, {}, progress)


def _own_data(chain_path: Path, folder: Path) -> str:
    """Our data folder as a path below `folder`, "" where it lies elsewhere."""
    data = chain_path.parents[1].resolve()
    return data.relative_to(folder).as_posix() if data.is_relative_to(folder) and data != folder else ""


def _worktree(
    data_dir: Path, chain_path: Path, session_id: str, folder: Path, *, trusted: bool, progress: Progress
) -> Made:
    rules = read_rules(folder)
    repo = worktrees.user_repository(folder)
    wanted = worktrees.plan(repo, folder, data_dir / "worktrees" / session_id, session_id)
    record = WorktreeRecord(
        session_id=session_id,
        root=str(wanted.root),
        project_path=str(folder),
        isolation="worktree",
        chain=str(chain_path),
        base="",
        baseline="",
        branch=wanted.branch,
        gitdir=str(wanted.gitdir),
        source_head=wanted.head,
    )
    with making(record):
        progress("Making the worktree")
        worktrees.add(repo, wanted)
        hidden = _own_data(chain_path, Path(str(repo.workdir)).resolve())
        brought = bring(repo, wanted.top, progress, hidden=hidden)
        return _furnished(record, repo, rules, brought, trusted=trusted, progress=progress)


def _furnished(
    record: WorktreeRecord,
    repo: pygit2.Repository,
    rules: CarryRules,
    brought: Brought,
    *,
    trusted: bool,
    progress: Progress,
) -> Made:
    folder, root = Path(record.project_path), Path(record.root)
    inside = _inside(repo, folder)
    tracked, submodules = _below(brought.tracked, brought.submodules, inside)
    left = {path.removeprefix(inside): why for path, why in brought.left.items() if path.startswith(inside)}
    if rules.carry:
        progress(f"Copying {', '.join(rules.carry)}")
    linked, notes = carry_files(rules, folder, root, trusted=trusted)
    facts = ChainFacts(
        session_id=record.session_id,
        root=record.root,
        carried=rules.carry,
        linked=linked,
        submodules=submodules or None,
    )
    skipped = {shown(path): why for path, why in {**left, **notes}.items()}
    return _seeded(record, facts, gathered(repo, folder), tracked, skipped, progress)


def _inside(repo: pygit2.Repository, folder: Path) -> str:
    path = folder.relative_to(Path(str(repo.workdir)).resolve()).as_posix()
    return "" if path == "." else f"{path}/"


def _below(tracked: frozenset[str], submodules: dict[str, str], inside: str) -> tuple[frozenset[str], dict[str, str]]:
    size = len(inside)
    return (
        frozenset(path[size:] for path in tracked if path.startswith(inside)),
        {path[size:]: commit for path, commit in submodules.items() if path.startswith(inside)},
    )


def _seeded(
    record: WorktreeRecord,
    facts: ChainFacts,
    exclude: str,
    tracked: frozenset[str],
    skipped: dict[str, str],
    progress: Progress,
) -> Made:
    """The chain with checkpoint 0."""
    path = Path(record.chain)
    chain = Chain.create(path, facts, exclude=exclude)
    with session_lock(path):
        progress("Saving the files as they are")
        state = take(chain, always=tracked, progress=progress)
        state = DiskState(tree=state.tree, skipped={**state.skipped, **skipped})
        mark = Mark(author="", turn=0, phase="base")
        base = chain.save(state.tree, [], mark, "The folder as it was")
    record = replace(record, base=base, baseline=base)
    return replace(record, fingerprint=fingerprint(record)), checkpoint_record(chain, mark, base, state)


def recreate(record: WorktreeRecord, head: CheckpointRecord, data_dir: Path) -> WorktreeRecord:
    """Make a vanished worktree again and fill it from its last checkpoint.

    Raises:
        UserFacingError: it is still there, or cannot be made.
    """
    if record.isolation == "in-place":
        raise UserFacingError("A session that works in place has no worktree to recreate.", "Put the folder back.")
    if Path(record.root).exists():
        raise UserFacingError("The worktree is still there.", "Nothing was changed.")
    place = data_dir / "worktrees" / record.session_id
    remove_tree(place)
    worktrees.recreate(record, place)
    Path(record.root).mkdir(parents=True, exist_ok=True)
    chain = Chain.open(record)
    _fill(chain, head)
    return replace(record, fingerprint=fingerprint(record))


def _fill(chain: Chain, head: CheckpointRecord) -> None:
    """Make the root equal to a checkpoint, down to files that the checkout brought and the checkpoint lacks."""
    wanted, folder = chain.tree(head.commit), Folder(chain.root)
    kept = set(chain.paths(wanted))
    with journal(chain) as notes:
        for path in chain.paths(tree_now(chain)):
            if path not in kept:
                folder.remove(path)
        for path in sorted(kept):
            entry = chain.entry(wanted, path)
            if entry is not None and entry.mode != SUBMODULE and folder.read(path) != chain.state(entry):
                put(folder, path, chain.state(entry), notes, durable=False)
