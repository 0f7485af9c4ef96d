"""A folder of ours made into a repository with one commit, for the sample project."""

from pathlib import Path

import pygit2

AUTHOR = pygit2.Signature("BooCode", "boocode@localhost")


def start_repository(folder: Path, message: str) -> None:
    """`git init` with everything in the folder committed on `main`; runs no hook."""
    repository = pygit2.init_repository(str(folder), initial_head="main")
    index = repository.index
    index.add_all()
    index.write()
    repository.create_commit("HEAD", AUTHOR, AUTHOR, message, index.write_tree(), [])
