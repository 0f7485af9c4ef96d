"""The change list as rows: files below their folders, and what every agent changed. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from boocode_desktop.domain.changes import FileChange


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderRow:
    """A folder with the number of changed files directly in it. `folded` hides them."""

    folder: str
    files: int
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A changed file; `nested` when a folder's row stands above it."""

    change: FileChange
    nested: bool = True


ChangeRow = FolderRow | FileRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentShare:
    """What the files that an agent touched hold: several agents may share a file, and each counts it whole."""

    agent: str
    files: int
    added: int
    removed: int


def change_rows(changes: Iterable[FileChange], folded: Collection[str] = (), agent: str = "") -> list[ChangeRow]:
    """Files of the top folder first, then each folder with its files; with `agent`, only the files it touched."""
    wanted = [c for c in changes if not agent or agent in c.agents]
    ordered = sorted(wanted, key=lambda c: (folder_of(c).split("/"), c.path))
    rows: list[ChangeRow] = []
    for folder, members in groupby(ordered, key=folder_of):
        files = list(members)
        if folder:
            rows.append(FolderRow(folder=folder, files=len(files), folded=folder in folded))
        if folder not in folded or not folder:
            rows += [FileRow(change=change, nested=bool(folder)) for change in files]
    return rows


def folder_of(change: FileChange) -> str:
    """The folder that a file stands in, "" for the top one."""
    return change.path.rpartition("/")[0]


def agent_shares(changes: Sequence[FileChange]) -> list[AgentShare]:
    """Every agent of a change list, in the order in which they first appear."""
    names = dict.fromkeys(name for change in changes for name in change.agents)
    shares = []
    for name in names:
        mine = [c for c in changes if name in c.agents]
        added, removed = sum(c.added for c in mine), sum(c.removed for c in mine)
        shares.append(AgentShare(agent=name, files=len(mine), added=added, removed=removed))
    return shares


def authors_sentence(agents: Sequence[str]) -> str:
    """`Changes from opencode, qwen`; "" when nobody is known."""
    return f"Changes from {', '.join(agents)}" if agents else ""
