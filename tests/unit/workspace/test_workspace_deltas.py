"""Comparing two trees: the same as libgit2 says, whatever became of files, folders, links and modes."""

import os
from pathlib import Path

import pygit2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pygit2.enums import DiffOption

from boocode_desktop.workspace.chain import Chain, ChainFacts
from boocode_desktop.workspace.deltas import tree_deltas

FILE, EXECUTABLE, LINK, SUBMODULE, FOLDER = 0o100644, 0o100755, 0o120000, 0o160000, 0o040000
NAMES = st.sampled_from(["a", "b", "a.b", "a-b", "z", "ü"])
LEAVES = st.tuples(st.sampled_from([FILE, EXECUTABLE, LINK, SUBMODULE]), st.sampled_from([b"one", b"two", b"three"]))
TREES = st.dictionaries(
    NAMES, st.recursive(LEAVES, lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=4), max_leaves=12),
    max_size=5,
)  # fmt: skip
COMMIT = "1" * 40


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """An empty chain."""
    folder = tmp_path_factory.mktemp("deltas")
    (folder / "root").mkdir()
    return Chain.create(folder / "chain", ChainFacts(session_id="ses_1", root=str(folder / "root")), exclude="")


def _build(repo: pygit2.Repository, plan: dict) -> pygit2.Tree:
    builder = repo.TreeBuilder()
    for name, what in plan.items():
        if isinstance(what, dict):
            builder.insert(name, _build(repo, what).id, FOLDER)
        else:
            mode, data = what
            oid = pygit2.Oid(hex=COMMIT) if mode == SUBMODULE else repo.create_blob(data)
            builder.insert(name, oid, mode)
    return repo[builder.write()]


def _by_libgit2(old: pygit2.Tree, new: pygit2.Tree) -> dict[str, tuple[str, str]]:
    """Path to the blobs before and after, "" for absent."""
    found = {}
    for delta in old.diff_to_tree(new, flags=DiffOption.INCLUDE_TYPECHANGE).deltas:
        before, after = delta.old_file, delta.new_file
        codes = [f"{f.id}:{int(f.mode):o}" if int(f.mode) else "" for f in (before, after)]
        found[os.fsdecode(after.raw_path)] = (codes[0], codes[1])
    return found


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=TREES, new=TREES)
def test_the_walk_finds_what_libgit2_finds(chain: Chain, old: dict, new: dict) -> None:
    before, after = _build(chain.repo, old), _build(chain.repo, new)
    found = tree_deltas(chain, before, after, renames=False)
    assert [d.path for d in found] == sorted(d.path for d in found)
    codes = {d.path: tuple(f"{e.oid}:{e.mode:o}" if e else "" for e in (d.old, d.new)) for d in found}
    assert codes == _by_libgit2(before, after)


def test_a_moved_file_is_a_rename_and_a_lone_new_one_is_not(chain: Chain, tmp_path: Path) -> None:
    text = b"line\n" * 50
    before = _build(chain.repo, {"a": {"b": (FILE, text)}, "z": (FILE, b"z")})
    moved = _build(chain.repo, {"a": {"z": (FILE, text + b"more\n")}, "z": (FILE, b"z")})
    copied = _build(chain.repo, {"a": {"b": (FILE, text), "z": (FILE, text)}, "z": (FILE, b"z")})
    (rename,) = tree_deltas(chain, before, moved)
    assert (rename.old_path, rename.path, rename.operation) == ("a/b", "a/z", "renamed")
    (added,) = tree_deltas(chain, before, copied)
    assert (added.path, added.operation) == ("a/z", "added")
    assert tree_deltas(chain, before, before) == []
