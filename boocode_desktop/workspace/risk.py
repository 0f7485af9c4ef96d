"""What deleting a session would lose."""

from collections.abc import Sequence

import pygit2

from boocode_desktop.domain.changes import FileChange
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.orchestrator.ports.workspace import WorkAtRisk
from boocode_desktop.workspace.worktrees import open_shared


def at_risk(record: WorktreeRecord, changes: Sequence[FileChange]) -> WorkAtRisk:
    """Changes nobody decided about, and commits that no other branch holds. In place, the files stay anyway."""
    if record.isolation == "in-place":
        return WorkAtRisk()
    undecided = tuple(change.path for change in changes if change.status in ("open", "partly", "conflict"))
    commits = unmerged_commits(record)
    parts = []
    if undecided:
        parts.append(f"{_count(len(undecided), 'change')} without approval: {_some(undecided)}")
    if commits:
        parts.append(f"{_count(commits, 'commit')} on {record.branch} that no other branch holds")
    return WorkAtRisk(unapproved=undecided, unmerged_commits=commits, detail="; ".join(parts))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _some(paths: Sequence[str]) -> str:
    more = len(paths) - 5
    return ", ".join(paths[:5]) + (f" and {more} more" if more > 0 else "")


def unmerged_commits(record: WorktreeRecord) -> int:
    """Commits of the session's branch that are reachable from no other reference."""
    repo = open_shared(record)
    if repo is None:
        return 0
    own = f"refs/heads/{record.branch}"
    try:
        walker = repo.walk(repo.references[own].target)
    except (KeyError, pygit2.GitError):
        return 0
    for name in repo.listall_references():
        if name != own:
            _hide(repo, walker, name)
    _hide_commit(walker, record.source_head)
    return sum(1 for _ in walker)


def _hide(repo: pygit2.Repository, walker: pygit2.Walker, name: str) -> None:
    try:
        walker.hide(repo.references[name].peel(pygit2.Commit).id)
    except (KeyError, ValueError, pygit2.GitError):
        return


def _hide_commit(walker: pygit2.Walker, commit: str) -> None:
    try:
        walker.hide(commit)
    except (KeyError, ValueError, pygit2.GitError):
        return
