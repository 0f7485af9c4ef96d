"""Whether a worktree that no session owns holds work: changes, checkpoints of changes, or commits of its own."""

import os
from pathlib import Path

import pygit2
from pygit2.enums import RepositoryOpenFlag

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace.chain import Chain, ChainFacts
from boocode_desktop.workspace.risk import unmerged_commits
from boocode_desktop.workspace.snapshot import tree_now

UNKNOWN = "it cannot be seen whether it holds work"


def gitdir_of(top: Path) -> Path | None:
    """The git directory that a worktree of ours belongs to, verified both ways; None where that fails."""
    try:
        gitdir = Path(os.fsdecode((top / ".git").read_bytes()).strip().removeprefix("gitdir: "))
        ours = gitdir.parent.name == "worktrees" and gitdir.name.startswith("boocode-")
        return gitdir if ours and (gitdir / "gitdir").is_file() else None
    except OSError:
        return None


def pseudo_record(top: Path, gitdir: Path, chain: Path) -> WorktreeRecord:
    """As much of a session's record as its folders tell. `top` is where the worktree was made."""
    branch = ""
    try:
        branch = (gitdir / "HEAD").read_text().strip().removeprefix("ref: refs/heads/")
    except OSError:
        pass
    return WorktreeRecord(
        session_id=top.name,
        root=str(top),
        project_path="",
        isolation="worktree",
        chain=str(chain),
        base="",
        baseline="",
        branch=branch,
        gitdir=str(gitdir),
    )


def dirt(top: Path, chain_path: Path) -> str:
    """What would be lost with a worktree, as half a sentence; "" for nothing. Blocks; whatever is unclear counts."""
    gitdir = gitdir_of(top)
    if gitdir is None:
        return "" if _is_empty(top) else f"its repository is gone, and {UNKNOWN}"
    try:
        return _dirt(top, gitdir, chain_path)
    except (OSError, ValueError, KeyError, TypeError, UserFacingError, pygit2.GitError):
        return UNKNOWN


def _dirt(top: Path, gitdir: Path, chain_path: Path) -> str:
    repo = pygit2.Repository(str(gitdir), RepositoryOpenFlag.NO_SEARCH)
    if Path(str(repo.workdir)).resolve() != top.resolve():
        return UNKNOWN
    if unmerged_commits(pseudo_record(top, gitdir, chain_path)):
        return "it holds commits that no other branch holds"
    if repo.head_is_detached:
        return UNKNOWN
    if chain_path.is_dir():
        return _differs_from_start(chain_path)
    return "it holds changes" if repo.status(untracked_files="all") else ""


def _differs_from_start(chain_path: Path) -> str:
    """A session starts from the folder as it was: only what differs from that is its work."""
    chain = _open(chain_path)
    trees = {str(chain.repo.references[name].peel(pygit2.Commit).tree.id) for name in chain.repo.listall_references()}
    if len(trees) != 1:
        return "its checkpoints hold work"
    return "" if str(tree_now(chain).id) in trees else "it holds changes"


def _open(chain_path: Path) -> Chain:
    facts = ChainFacts(session_id=chain_path.stem, root=str(pygit2.Repository(str(chain_path)).workdir).rstrip("/"))
    record = WorktreeRecord(
        session_id=facts.session_id,
        root=facts.root,
        project_path="",
        isolation="worktree",
        chain=str(chain_path),
        base="",
        baseline="",
    )
    return Chain.open(record)


def _is_empty(top: Path) -> bool:
    return not any(names for _, _, names in os.walk(top))
