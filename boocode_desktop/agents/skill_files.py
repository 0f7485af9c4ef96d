"""Skills in the folders where people keep them: the project's, and their own."""

import asyncio
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from boocode_desktop.content.front_matter import FrontMatterError, read_front_matter
from boocode_desktop.orchestrator.ports.skills import MOST_SKILLS, PROJECT_PLACES, SKILL_BYTES, SKILL_FILE, Skill
from boocode_desktop.processes.shelves import Shelf, shelves
from boocode_desktop.processes.small_files import UnreadableError, names_in, read_small

_HOME_PLACES = (".agents/skills", ".claude/skills")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_LONGEST_DESCRIPTION = 1_024


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

    def _shelves(self, project: Path | None) -> Iterator[Shelf]:
        return shelves(project, self._home, self._own, of_project=PROJECT_PLACES, of_home=_HOME_PLACES)


def _skills(shelf: Shelf) -> Iterator[Skill]:
    names, more = names_in(shelf.folder, MOST_SKILLS)
    yield from (_read(shelf, name) for name in names if (shelf.folder / name).is_dir())
    if more:
        yield _broken(shelf, "…", f"only the first {MOST_SKILLS} skills of {shelf.shown} are read")


def _broken(shelf: Shelf, name: str, problem: str) -> Skill:
    return Skill(
        name=name,
        folder=str(shelf.folder / name),
        source=f"{shelf.shown}/{name}",
        of_project=shelf.of_project,
        problem=problem,
    )


def _read(shelf: Shelf, name: str) -> Skill:
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


def _of_text(shelf: Shelf, folder: str, text: str, digest: str) -> Skill:
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
