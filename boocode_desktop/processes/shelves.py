"""The folders in which people keep things for agents: the project's, ours, and those of their home."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A folder. What leads out of `root` is refused; `shown` is the place for people."""

    folder: Path
    root: Path
    shown: str
    of_project: bool


def shelves(
    project: Path | None, home: Path, own: Path, *, of_project: Sequence[str], of_home: Sequence[str]
) -> Iterator[Shelf]:
    """All of them, the nearest first; the home folder is no project. Blocks.

    Args:
        project: The project's folder or its worktree, None for none.
        home: The person's home folder.
        own: Our folder for every project.
        of_project: The places in a project.
        of_home: The places in the home folder.
    """
    if project is not None and project.resolve() != home.resolve():
        for place in of_project:
            yield Shelf(folder=project / place, root=project, shown=place, of_project=True)
    inside = own.is_relative_to(home)
    shown = f"~/{own.relative_to(home).as_posix()}" if inside else str(own)
    yield Shelf(folder=own, root=home if inside else own, shown=shown, of_project=False)
    for place in of_home:
        yield Shelf(folder=home / place, root=home, shown=f"~/{place}", of_project=False)
