"""The change list and the diffs: what differs, who changed it, what was decided about it."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pygit2

from boocode_desktop.domain.changes import FileChange, FileDiff, FileStatus, FileVersion, FileVersions, Scope
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.domain.records import CheckpointRecord, Decision, WorktreeRecord
from boocode_desktop.workspace.chain import SUBMODULE, Chain, Entry
from boocode_desktop.workspace.checkpoints import SESSION_PHASES, standing
from boocode_desktop.workspace.deltas import Delta, tree_deltas
from boocode_desktop.workspace.foreign_scopes import foreign_change, foreign_deltas, foreign_diff, foreign_versions
from boocode_desktop.workspace.limits import COMPARE_LIMIT, HUNK_LIMIT, TEXT_LIMIT, TOO_LARGE
from boocode_desktop.workspace.names import matching, raw_hex, shown
from boocode_desktop.workspace.proposals import clash
from boocode_desktop.workspace.safe_files import LINK
from boocode_desktop.workspace.snapshot import tree_now
from boocode_desktop.workspace.text_edits import counts, hunks, is_binary

CLASH_LIMIT = 300
"""Beyond so many open files, the list does not look for conflicts in the project folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the change list is made from."""

    chain: Chain
    record: WorktreeRecord
    checkpoints: Sequence[CheckpointRecord]
    decisions: Sequence[Decision]
    disk: pygit2.Tree
    running: str = ""
    """The agent that takes a turn at this moment: what differs from the newest checkpoint is its doing."""

    @classmethod
    def now(
        cls,
        chain: Chain,
        record: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        decisions: Sequence[Decision],
    ) -> "Session":
        """The session with the files as they are on disk."""
        disk = tree_now(chain)
        return cls(chain=chain, record=record, checkpoints=checkpoints, decisions=decisions, disk=disk)

    @classmethod
    def at(
        cls,
        chain: Chain,
        record: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        decisions: Sequence[Decision],
    ) -> "Session":
        """The session as its newest checkpoint holds it, for a folder that is gone."""
        disk = chain.tree(checkpoints[-1].commit)
        return cls(chain=chain, record=record, checkpoints=checkpoints, decisions=decisions, disk=disk)


def change_list(session: Session, scope: Scope = "session") -> list[FileChange]:
    """Every file that differs in a scope, sorted by path."""
    match scope:
        case "session":
            found = _reviewable(session)
        case "turn":
            authors = _authors(session)
            found = [
                _with_authors(file_change(session.chain, delta), delta, authors) for delta in _turn_deltas(session)
            ]
        case "branch" | "uncommitted":
            if not session.record.gitdir:
                return change_list(session, "session")
            authors = _authors(session)
            found = [
                _by(foreign_change(delta, delta.patch()), authors, delta.path, delta.old_path)
                for delta in foreign_deltas(session.record, scope)
            ]
    return sorted(found, key=lambda change: change.path)


def file_diff(session: Session, path: str, scope: Scope = "session", context: int = 3) -> FileDiff:
    """One file's hunks in a scope.

    Raises:
        NotFoundError: the file does not differ there.
    """
    if scope in ("branch", "uncommitted") and session.record.gitdir:
        diff = foreign_diff(session.record, scope, path, context)
        return replace(diff, change=_by(diff.change, _authors(session), diff.change.path))
    if scope == "turn":
        delta = pick(_turn_deltas(session), path)
        change = _with_authors(file_change(session.chain, delta), delta, _authors(session))
        return build_diff(session.chain, delta, change, context)
    return _session_diff(session, path, context)


def file_versions(session: Session, path: str, scope: Scope = "session") -> FileVersions:
    """Both sides of one file's change in a scope as bytes.

    Raises:
        NotFoundError: the file does not differ there.
    """
    chain = session.chain
    if scope in ("branch", "uncommitted") and session.record.gitdir:
        return foreign_versions(session.record, scope, path)
    if scope == "turn":
        delta = pick(_turn_deltas(session), path)
    else:
        try:
            delta = pick(tree_deltas(chain, chain.tree(session.record.baseline), session.disk), path)
        except NotFoundError:
            delta = pick(tree_deltas(chain, chain.tree(session.record.base), session.disk), path)
    return FileVersions(before=_version(chain, delta.old), after=_version(chain, delta.new))


def _version(chain: Chain, entry: Entry | None) -> FileVersion | None:
    if entry is None:
        return None
    size = chain.size(entry)
    return FileVersion(size=size, data=chain.data(entry) if size <= COMPARE_LIMIT else None)


def _session_diff(session: Session, path: str, context: int) -> FileDiff:
    """What is open; of a file where nothing is, the whole session's change."""
    chain, authors = session.chain, _authors(session)
    with contextlib.suppress(NotFoundError):
        delta = pick(tree_deltas(chain, chain.tree(session.record.baseline), session.disk), path)
        return build_diff(chain, delta, _open_change(session, delta, authors, look=True), context)
    rejected = [change for change in _rejected(session, authors, set()) if change.path == path]
    try:
        delta = pick(tree_deltas(chain, chain.tree(session.record.base), session.disk), path)
    except NotFoundError:
        if rejected:
            return FileDiff(change=rejected[0])
        raise
    return build_diff(
        chain, delta, _with_authors(file_change(chain, delta, status="approved"), delta, authors), context
    )


def pick(deltas: Sequence[Delta], name: str) -> Delta:
    """The delta that a person means by a path."""
    by_path = {path: delta for delta in deltas for path in delta.paths}
    return by_path[matching(name, by_path)]


def file_change(chain: Chain, delta: Delta, *, status: FileStatus = "open") -> FileChange:
    """A delta as the list shows it."""
    change = FileChange(
        path=shown(delta.path),
        operation=delta.operation,
        status=status,
        old_path=shown(delta.old_path) if delta.old_path != delta.path else "",
        raw=raw_hex(delta.path),
        note=_note(delta),
    )
    if delta.operation in ("submodule", "mode"):
        return change
    if max(chain.size(delta.old), chain.size(delta.new)) > COMPARE_LIMIT:
        return replace(change, binary=True, note=TOO_LARGE)
    old, new = chain.data(delta.old), chain.data(delta.new)
    if is_binary(old) or is_binary(new):
        return replace(change, binary=True)
    added, removed, number = counts(old, new)
    return replace(change, added=added, removed=removed, hunks=number)


def _note(delta: Delta) -> str:
    old, new = delta.old, delta.new
    if delta.operation == "submodule":
        return f"submodule {_commit(old)}..{_commit(new)}"
    if old is None or new is None:
        return "symbolic link" if LINK in (old and old.mode, new and new.mode) else ""
    if (old.mode == LINK) != (new.mode == LINK):
        return "became a symbolic link" if new.mode == LINK else "is no longer a symbolic link"
    if old.mode != new.mode:
        return "made executable" if new.mode == 0o100755 else "no longer executable"
    return ""


def _commit(entry: Entry | None) -> str:
    return entry.oid[:10] if entry is not None and entry.mode == SUBMODULE else "none"


def build_diff(chain: Chain, delta: Delta, change: FileChange, context: int) -> FileDiff:
    """The hunks and both texts of a delta."""
    if change.binary or change.operation == "submodule":
        return FileDiff(change=change)
    old, new = chain.data(delta.old), chain.data(delta.new)
    if len(old) > TEXT_LIMIT or len(new) > TEXT_LIMIT:
        return FileDiff(change=change, hunks=hunks(old, new, context)[:HUNK_LIMIT], truncated=True)
    return FileDiff(
        change=change,
        hunks=hunks(old, new, context),
        old_text=None if delta.old is None else old.decode("utf-8", "replace"),
        new_text=None if delta.new is None else new.decode("utf-8", "replace"),
    )


def _reviewable(session: Session) -> list[FileChange]:
    chain, authors = session.chain, _authors(session)
    base, baseline = chain.tree(session.record.base), chain.tree(session.record.baseline)
    open_deltas = tree_deltas(chain, baseline, session.disk)
    whole = tree_deltas(chain, base, session.disk)
    touched = {path for delta in open_deltas for path in delta.paths}
    found = [_open_change(session, delta, authors, look=len(open_deltas) <= CLASH_LIMIT) for delta in open_deltas]
    for delta in whole:
        if not touched.intersection(delta.paths):
            found.append(_with_authors(file_change(chain, delta, status="approved"), delta, authors))
    listed = {change.path for change in found} | {change.old_path for change in found}
    return found + list(_rejected(session, authors, listed))


def _open_change(session: Session, delta: Delta, authors: dict[str, list[str]], *, look: bool) -> FileChange:
    change = _with_authors(file_change(session.chain, delta), delta, authors)
    reason = clash(session.chain, session.record, delta) if look else ""
    if reason:
        return replace(change, status="conflict", note=reason)
    decided = any(
        d.path == change.path and d.hunk is not None and d.action != "reverse" and not d.undone
        for d in session.decisions
    )
    return replace(change, status="partly") if decided else change


def _rejected(session: Session, authors: dict[str, list[str]], listed: set[str]) -> Iterator[FileChange]:
    tree = session.chain.tree(session.record.base)
    for path in dict.fromkeys(d.path for d in session.decisions if d.action == "reject" and not d.undone):
        if path not in listed:
            existed = session.chain.entry(tree, path) is not None
            yield FileChange(
                path=path,
                operation="modified" if existed else "added",
                status="rejected",
                agents=tuple(authors.get(path, ())),
            )


def _authors(session: Session) -> dict[str, list[str]]:
    """Who touched each path (by shown name), in order of first touch."""
    found: dict[str, list[str]] = {}
    checkpoints = standing(session.chain, session.checkpoints)
    for checkpoint in checkpoints:
        if checkpoint.phase in SESSION_PHASES or checkpoint.phase == "base":
            continue
        for path in checkpoint.files:
            found.setdefault(path, [])
            if checkpoint.author and checkpoint.author not in found[path]:
                found[path].append(checkpoint.author)
    if checkpoints:
        _add_newest(session, checkpoints[-1], found)
    return found


def _add_newest(session: Session, head: CheckpointRecord, found: dict[str, list[str]]) -> None:
    """What differs from the newest checkpoint is the doing of the agent at work, else the user's own."""
    author = session.running or "you"
    for delta in tree_deltas(session.chain, session.chain.tree(head.commit), session.disk, renames=False):
        authors = found.setdefault(shown(delta.path), [])
        if author not in authors:
            authors.append(author)


def _with_authors(change: FileChange, delta: Delta, authors: dict[str, list[str]]) -> FileChange:
    return _by(change, authors, *delta.paths)


def _by(change: FileChange, authors: dict[str, list[str]], *paths: str) -> FileChange:
    names = [name for path in paths for name in authors.get(shown(path), ())]
    return replace(change, agents=tuple(dict.fromkeys(names)))


def _turn_deltas(session: Session) -> list[Delta]:
    """What the last turn that stands changed; while one runs, what it changed so far."""
    chain = session.chain
    standing_ones = standing(chain, session.checkpoints)
    if session.running:
        return tree_deltas(chain, chain.tree(standing_ones[-1].commit), session.disk)
    ends = [i for i, checkpoint in enumerate(standing_ones) if checkpoint.phase == "after"]
    if not ends or not ends[-1]:
        return []
    before, after = standing_ones[ends[-1] - 1], standing_ones[ends[-1]]
    return tree_deltas(chain, chain.tree(before.commit), chain.tree(after.commit))
