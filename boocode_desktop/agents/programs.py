"""Finding programs. Looks only: some agents install things when they are started bare, so none is started to ask."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.codec import to_plain

PACKAGE_DEPTH = 4
"""How far above a program its package's description may lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program as it lies on the disk: another version differs in one of these.

    Attributes:
        path: Where the search path has it.
        target: The file itself, links followed.
        changed_ns: When its content or its place last changed (npm gives every file the same time of writing).
        version: What its package says, "" if it says nothing.
    """

    path: str
    target: str
    size: int
    modified_ns: int
    changed_ns: int
    version: str = ""


def find_program(spec: AgentSpec, path: str | None) -> str | None:
    """The first of the agent's programs that the search path `path` knows, as a full path."""
    return next((found for name in spec.commands if (found := shutil.which(name, path=path))), None)


def look_for(spec: AgentSpec, path: str | None) -> Program | None:
    """The agent's program with what identifies it; None if there is none. Reads a few small files."""
    found = find_program(spec, path)
    if found is None:
        return None
    target = Path(found).resolve()
    try:
        status = target.stat()
    except OSError:
        return None
    return Program(
        path=found,
        target=str(target),
        size=status.st_size,
        modified_ns=status.st_mtime_ns,
        changed_ns=status.st_ctime_ns,
        version=package_version(target),
    )


def package_version(program: Path) -> str:
    """The version in the nearest `package.json` above a program that npm installed, "" elsewhere."""
    if "node_modules" not in program.parts:
        return ""
    for folder in list(program.parents)[:PACKAGE_DEPTH]:
        try:
            package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        version = package.get("version") if isinstance(package, dict) else None
        if isinstance(version, str):
            return version
    return ""


def fingerprint(spec: AgentSpec, program: Program) -> str:
    """Changes when the program or the way it is called does: what it answered before then says nothing any more."""
    call = (spec.protocol, spec.args, spec.env, spec.quiet_env, spec.quiet_files, spec.env_prefixes)
    text = json.dumps([to_plain(call), to_plain(program)], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
