"""Skills: folders with a SKILL.md that tells an agent how to do one kind of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SKILL_FILE = "SKILL.md"
SKILL_BYTES = 64 * 1024
"""How large a SKILL.md may be."""
MOST_SKILLS = 200
"""How many folders are looked into in one place."""
PROJECT_PLACES = (".boocode/skills", ".agents/skills", ".claude/skills")
"""Where a project keeps them, the first of a name wins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A skill, or what should have been one.

    Attributes:
        name: What is typed after the slash.
        description: What it is for, in one line.
        hint: What may follow its name.
        folder: Where it lies, absolute.
        source: The same for people: below the project, or with `~`.
        of_project: It lies in the project's folder, so it is used only where that is trusted.
        digest: SHA-256 of its SKILL.md: trust is bound to it.
        body: What the agent is told.
        problem: Why it cannot be used, "" if it can.
    """

    name: str
    description: str = ""
    hint: str = ""
    folder: str
    source: str
    of_project: bool
    digest: str = ""
    body: str = ""
    problem: str = ""


class SkillFiles(Protocol):
    """Reads them from where people keep them."""

    async def find(self, project: Path | None) -> Sequence[Skill]:
        """Those of a project's folder, then those of the person, by place and name; broken ones with their problem.

        A name may come twice: the first one counts. Never raises for bad files.
        """
