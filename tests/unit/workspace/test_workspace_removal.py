"""Folders that are hard to delete."""

import os
from pathlib import Path

from boocode_desktop.workspace.removal import remove_tree


def test_links_are_not_followed(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("kept")
    gone = tmp_path / "gone"
    gone.mkdir()
    (gone / "link").symlink_to(kept)
    (gone / "deep" / "er").mkdir(parents=True)
    (gone / "deep" / "er" / "link").symlink_to(kept / "file")
    (tmp_path / "alias").symlink_to(kept)
    for path in (gone, tmp_path / "alias", tmp_path / "absent"):
        remove_tree(path)
        assert not os.path.lexists(path)
    assert (kept / "file").read_text() == "kept"


def test_read_only_folders_go(tmp_path: Path) -> None:
    deep = tmp_path / "gone" / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "file").write_text("x")
    for folder in (deep, deep.parent, deep.parent.parent):
        folder.chmod(0o500)
    remove_tree(tmp_path / "gone")
    assert not (tmp_path / "gone").exists()


def test_a_tree_deeper_than_any_path_goes(tmp_path: Path) -> None:
    top = tmp_path / "gone"
    top.mkdir()
    current = os.open(top, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("deeper", dir_fd=current)
        below = os.open("deeper", os.O_RDONLY, dir_fd=current)
        os.close(current)
        current = below
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=current))
    os.close(current)
    remove_tree(top)
    assert not top.exists()
