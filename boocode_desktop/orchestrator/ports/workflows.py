"""Workflow scripts: what they say about themselves, and what is wrong with them. They are read, never run, for this."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

PROJECT_WORKFLOWS = (".boocode/workflows", ".claude/workflows")
"""Where a project keeps them; the first of a name wins."""
SCRIPT_BYTES = 512 * 1024
"""How large a script may be."""
MOST_SCRIPTS = 100
"""How many are read in one place."""

WorkflowTrust = Literal["trusted", "untrusted", "changed", "yours"]
"""`changed`: the folder is trusted, but with another file in this one's place, or with none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowPhase:
    """A part of the work, as the script announces it."""

    title: str
    detail: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about a script; an `error` keeps it from running. `line` and `column` count from 1, 0 for none."""

    level: Literal["error", "warning"]
    message: str
    hint: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowScript:
    """A script as the library shows it.

    Attributes:
        name: What it calls itself, else its file's name without the ending.
        path: Where it lies, absolute.
        source: The same for people: below the folder, or with `~`.
        of_folder: It lies in the session's folder rather than among the person's own.
        digest: SHA-256 of the file: trust is bound to it.
        hidden_by: The `source` of the nearer script of this name, "" if this one counts.
    """

    name: str
    path: str
    source: str
    of_folder: bool
    description: str = ""
    when_to_use: str = ""
    phases: tuple[WorkflowPhase, ...] = ()
    findings: tuple[Finding, ...] = ()
    text: str = ""
    digest: str = ""
    trust: WorkflowTrust = "untrusted"
    hidden_by: str = ""

    @property
    def broken(self) -> bool:
        """Whether something keeps it from running."""
        return any(finding.level == "error" for finding in self.findings)


class WorkflowFiles(Protocol):
    """Reads them from where people keep them."""

    @property
    def own(self) -> Path:
        """The person's folder for every project."""

    def places(self, folder: Path | None) -> Sequence[Path]:
        """The folders that are looked into, the nearest first."""

    async def find(self, folder: Path | None) -> Sequence[WorkflowScript]:
        """Those of a folder, then the person's, by place and file name; broken ones with what is wrong with them.

        Never raises for bad files.
        """
