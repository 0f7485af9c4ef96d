"""What an agent's shell may do to the user's repository, noticed after each turn: config, hooks, refs, pointers."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pygit2

from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace.worktrees import pointer_problem, repair_pointer

REF_LIMIT = 500
"""A group of more references is watched as a whole."""
LOOKUP_LIMIT = 5000
"""Of more references only the names and the packed file are watched."""
_FILES = ("config", "config.worktree", "info/attributes", "info/exclude", "info/grafts", "objects/info/alternates")
_TELLING = ("core.hookspath", "core.fsmonitor", "core.worktree", "core.bare", "core.sshcommand", "core.attributesfile")


def fingerprint(record: WorktreeRecord) -> dict[str, str]:
    """Everything watched, by name; empty without git."""
    if not record.gitdir:
        return {}
    gitdir = Path(record.gitdir)
    common = _common(gitdir)
    found = {f"file:{name}": _hash(common / name) for name in _FILES}
    found |= dict(_settings(common / "config"))
    found |= dict(_hooks(common))
    found |= dict(_refs(common))
    found["head"] = _text(common / "HEAD")
    if gitdir != common:
        found |= {f"worktree:{name}": _hash(gitdir / name) for name in ("config.worktree", "commondir", "gitdir")}
    return {name: value for name, value in found.items() if value}


def audit(record: WorktreeRecord) -> tuple[dict[str, str], list[str]]:
    """The new fingerprint and a sentence for each change; a rewritten `.git` file is put back."""
    sentences = []
    problem = pointer_problem(record)
    if problem and Path(record.root).is_dir():
        repair_pointer(record)
        sentences.append(f"{problem} It was put back.")
    now = fingerprint(record)
    before = record.fingerprint or {}
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            sentences.append(_sentence(name, before.get(name, ""), now.get(name, "")))
    return now, [sentence for sentence in sentences if sentence]


def _sentence(name: str, before: str, now: str) -> str:
    kind, _, rest = name.partition(":")
    verb = "was added" if not before else "was removed" if not now else "was changed"
    match kind:
        case "setting":
            return f"The repository's setting {rest} {verb}{f': {now}' if now else ''}."
        case "hook":
            return f"The repository's hook {rest} {verb}: git would run it."
        case "ref":
            was, became = before[:10] or "nothing", now[:10] or "nothing"
            return f"{_ref_name(rest)} {verb} ({was} → {became})."
        case "refs":
            return f"References below {rest} were changed."
        case "head":
            return f"The repository's HEAD was moved ({before} → {now})."
        case "worktree":
            return f"The worktree's git file {rest} {verb}."
        case _:
            return "" if rest == "config" and not before else f"The repository's git file {rest} {verb}."


def _ref_name(ref: str) -> str:
    if ref.startswith("refs/heads/"):
        return f"The branch {ref.removeprefix('refs/heads/')}"
    if ref.startswith("refs/tags/"):
        return f"The tag {ref.removeprefix('refs/tags/')}"
    return f"The reference {ref}"


def _common(gitdir: Path) -> Path:
    # The place, not the file, says where the repository is: the file could have been rewritten.
    return gitdir.parent.parent if gitdir.parent.name == "worktrees" else gitdir


def _settings(config: Path) -> Iterator[tuple[str, str]]:
    """Settings that make git run or find other things."""
    try:
        entries = list(pygit2.Config(str(config)))
    except (pygit2.GitError, OSError):
        return
    for entry in entries:
        name = entry.name.lower()
        if name in _TELLING or name.startswith(("filter.", "include", "alias.", "diff.", "merge.")):
            yield f"setting:{entry.name}", (entry.value or "")[:200]


def _hooks(common: Path) -> Iterator[tuple[str, str]]:
    folder = common / "hooks"
    if not folder.is_dir():
        return
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if not entry.name.endswith(".sample"):
            yield f"hook:{entry.name}", _hash(Path(entry.path)) + oct(entry.stat(follow_symlinks=False).st_mode)


def _refs(common: Path) -> Iterator[tuple[str, str]]:
    try:
        repo = pygit2.Repository(str(common))
        names = [os.fsdecode(name) for name in repo.raw_listall_references()]
    except (pygit2.GitError, OSError):
        return
    groups: dict[str, list[str]] = {}
    for name in sorted(names):
        if not name.startswith("refs/heads/boocode/"):
            groups.setdefault("/".join(name.split("/")[:2]), []).append(name)
    for group, members in groups.items():
        if len(members) > LOOKUP_LIMIT:
            yield f"refs:{group}", _digest([*members, _hash(common / "packed-refs")])
        elif group == "refs/remotes" or len(members) > REF_LIMIT:
            yield f"refs:{group}", _digest([f"{name} {_target(repo, name)}" for name in members])
        else:
            yield from ((f"ref:{name}", _target(repo, name)) for name in members)


def _digest(lines: list[str]) -> str:
    return hashlib.sha1("\n".join(lines).encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


def _target(repo: pygit2.Repository, name: str) -> str:
    try:
        return str(repo.references[name].target)
    except (pygit2.GitError, KeyError, ValueError):
        return "unreadable"


def _hash(path: Path) -> str:
    try:
        if path.is_symlink():
            return f"link {path.readlink()}"
        return hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
    except OSError:
        return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()[:200]
    except OSError:
        return ""
