"""Skills in the folders where people keep them: the project's, and their own."""

import asyncio
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.content.front_matter import FrontMatterError, read_front_matter
from boocode_desktop.orchestrator.ports.skills import MOST_SKILLS, PROJECT_PLACES, SKILL_BYTES, SKILL_FILE, Skill
from boocode_desktop.processes.small_files import UnreadableError, names_in, read_small

_HOME_PLACES = (".agents/skills", ".claude/skills")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_LONGEST_DESCRIPTION = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """A folder of skills. What leads out of `root` is refused; `shown` is the place for people."""

    folder: Path
    root: Path
    shown: str
    of_project: bool


class SkillFolders:
    """Implements `ports.skills.SkillFiles`.

    Args:
        home: The person's home folder.
        own: Our folder of skills for every project.
    """

    def __init__(self, home: Path, own: Path) -> None:
        self._home, self._own = home, own

    async def find(self, project: Path | None) -> Sequence[Skill]:
        """All there are."""
        return await asyncio.to_thread(lambda: [s for shelf in self._shelves(project) for s in _skills(shelf)])

    def _shelves(self, project: Path | None) -> Iterator[_Shelf]:
        if project is not None and not _same(project, self._home):
            for place in PROJECT_PLACES:
                yield _Shelf(folder=project / place, root=project, shown=place, of_project=True)
        shown = _tilde(self._own, self._home)
        root = self._home if self._own.is_relative_to(self._home) else self._own
        yield _Shelf(folder=self._own, root=root, shown=shown, of_project=False)
        for place in _HOME_PLACES:
            yield _Shelf(folder=self._home / place, root=self._home, shown=f"~/{place}", of_project=False)


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _tilde(path: Path, home: Path) -> str:
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


def _skills(shelf: _Shelf) -> Iterator[Skill]:
    names, more = names_in(shelf.folder, MOST_SKILLS)
    yield from (_read(shelf, name) for name in names if (shelf.folder / name).is_dir())
    if more:
        yield _broken(shelf, "…", f"only the first {MOST_SKILLS} skills of {shelf.shown} are read")


def _broken(shelf: _Shelf, name: str, problem: str) -> Skill:
    return Skill(
        name=name,
        folder=str(shelf.folder / name),
        source=f"{shelf.shown}/{name}",
        of_project=shelf.of_project,
        problem=problem,
    )


def _read(shelf: _Shelf, name: str) -> Skill:
    """One folder as a skill; whatever is wrong with it becomes its problem."""
    file = shelf.folder / name / SKILL_FILE
    if not os.path.lexists(file):
        return _broken(shelf, name, f"there is no {SKILL_FILE} in it")
    try:
        data = read_small(file, root=shelf.root, limit=SKILL_BYTES)
        return _of_text(shelf, name, data.decode("utf-8"), hashlib.sha256(data).hexdigest())
    except UnreadableError as error:
        return _broken(shelf, name, f"its {SKILL_FILE} is not read: {error.reason}")
    except UnicodeDecodeError:
        return _broken(shelf, name, f"its {SKILL_FILE} is not UTF-8 text")
    except FrontMatterError as error:
        return _broken(shelf, name, f"its {SKILL_FILE} cannot be read: {error.message}")


def _of_text(shelf: _Shelf, folder: str, text: str, digest: str) -> Skill:
    told = read_front_matter(text)
    name = told.values.get("name", "").strip() or folder
    description = " ".join(told.values.get("description", "").split())[:_LONGEST_DESCRIPTION]
    problem = ""
    if not told.found:
        problem = f"its {SKILL_FILE} does not begin with front matter (name and description between two ---)"
    elif not _NAME.fullmatch(name):
        problem = f"its name “{name[:40]}” is not made of letters, digits and hyphens"
    elif not description:
        problem = "it has no description"
    elif not told.body.strip():
        problem = "it says nothing below its front matter"
    if problem:
        return _broken(shelf, folder, problem)
    return Skill(
        name=name,
        description=description,
        hint=told.values.get("argument-hint", "").strip(),
        folder=str(shelf.folder / folder),
        source=f"{shelf.shown}/{folder}",
        of_project=shelf.of_project,
        digest=digest,
        body=told.body.strip(),
    )
