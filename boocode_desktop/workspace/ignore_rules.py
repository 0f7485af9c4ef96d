"""The user's ignore rules that do not lie in the session's folder, as one text for the chain's own exclude file."""

import os
from pathlib import Path, PurePosixPath

import pygit2


def gathered(repo: pygit2.Repository | None, folder: Path) -> str:
    """Rules from core.excludesFile, info/exclude and the `.gitignore` files above the folder, weakest first."""
    lines: list[str] = []
    config = repo.config if repo is not None else pygit2.Config.get_global_config() if _has_global() else None
    lines += _read(_excludes_file(config)).split("\n")
    if repo is None:
        lines += _read(folder / ".git" / "info" / "exclude").split("\n")
    else:
        lines += _read(Path(repo.path, _common(repo), "info", "exclude")).split("\n")
        if repo.workdir:
            top = Path(repo.workdir).resolve()
            lines = [moved for line in lines for moved in rebased(line, _inside(top, folder))]
            lines += _above(top, folder)
    return "\n".join(lines) + "\n"


def _above(top: Path, folder: Path) -> list[str]:
    lines: list[str] = []
    parts = _inside(top, folder).parts
    for depth in range(len(parts)):
        place = top.joinpath(*parts[:depth])
        below = PurePosixPath(*parts[depth:])
        lines += [moved for line in _read(place / ".gitignore").split("\n") for moved in rebased(line, below)]
    return lines


def rebased(line: str, below: PurePosixPath) -> list[str]:
    """A rule of one folder, said for a folder `below` it; nothing where it cannot match in there."""
    text = line.rstrip("\r\n")
    if not below.parts or not text.strip() or text.startswith("#"):
        return [text]
    negated, body = text.startswith("!"), text.removeprefix("!")
    mark = "!" if negated else ""
    stripped = body.rstrip().rstrip("/")
    if "/" not in stripped:
        return [text]
    parts = stripped.lstrip("/").split("/")
    tail = "/" if body.rstrip().endswith("/") else ""
    rests = [f"{mark}/{'/'.join(rest)}{tail}" for rest in _rests(parts, list(below.parts)) if rest]
    return list(dict.fromkeys(rests))


def _rests(pattern: list[str], folders: list[str]) -> list[list[str]]:
    """What is left of an anchored pattern inside `folders`."""
    if not folders:
        return [pattern]
    if not pattern:
        return []
    first, others = pattern[0], pattern[1:]
    if first == "**":
        return [*_rests(pattern, folders[1:]), *_rests(others, folders)] if others else [["**"]]
    if PurePosixPath(folders[0]).match(first):
        return _rests(others, folders[1:])
    return []


def _inside(top: Path, folder: Path) -> PurePosixPath:
    return PurePosixPath(folder.resolve().relative_to(top).as_posix())


def _has_global() -> bool:
    try:
        pygit2.Config.get_global_config()
    except OSError:
        return False
    return True


def _excludes_file(config: pygit2.Config | None) -> Path:
    default = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "git" / "ignore"
    if config is None:
        return default
    try:
        return Path(str(config["core.excludesFile"])).expanduser()
    except KeyError:
        return default


def _common(repo: pygit2.Repository) -> str:
    return _read(Path(repo.path) / "commondir").strip()


def _read(path: Path) -> str:
    try:
        return os.fsdecode(path.read_bytes())
    except OSError:
        return ""
