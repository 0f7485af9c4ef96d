"""What a commit brought is found, so that exactly that is waited for."""

import os
from pathlib import Path

import pygit2
import pytest

from boocode_desktop.workspace import durability
from boocode_desktop.workspace.durability import sync_commit


def save(repo: pygit2.Repository, files: dict[str, str], *parents: pygit2.Oid) -> pygit2.Commit:
    """A commit of some files."""
    index = pygit2.Index()
    for path, text in files.items():
        index.add(pygit2.IndexEntry(path, repo.create_blob(text.encode()), pygit2.enums.FileMode.BLOB))
    person = pygit2.Signature("t", "t@example.org")
    commit = repo[repo.create_commit(None, person, person, "m", index.write_tree(repo), list(parents))]
    assert isinstance(commit, pygit2.Commit)
    return commit


def test_only_new_objects_are_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = pygit2.init_repository(str(tmp_path / "r"), bare=True)
    synced: list[Path] = []
    monkeypatch.setattr(durability, "_sync", synced.append)
    first = save(repo, {"a": "1", "d/e/b": "2", "d/c": "3"})
    sync_commit(repo, first)
    assert len(synced) == 1 + 3 + 3 and all(path.is_file() for path in synced)
    synced.clear()
    second = save(repo, {"a": "1", "d/e/b": "changed", "d/c": "3"}, first.id)
    sync_commit(repo, second)
    assert len(synced) == 1 + 3 + 1
    synced.clear()
    monkeypatch.setattr(durability, "SYNC_LIMIT", 3)
    sync_commit(repo, first)
    assert len(synced) == 4


def test_packed_objects_have_no_file_of_their_own(tmp_path: Path) -> None:
    durability._sync(tmp_path / "absent")
    descriptors = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    (tmp_path / "there").write_text("x")
    durability._sync(tmp_path / "there")
    assert not descriptors or len(os.listdir("/proc/self/fd")) == descriptors
