"""`boocode doctor`: what this installation has, what is missing, and what that means."""

import asyncio
import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from boocode_desktop.agents.making import Workshop
from boocode_desktop.agents.probe_desk import ProbeDesk
from boocode_desktop.agents.roster import Roster
from boocode_desktop.app.interpreter import refuse_bad_pair
from boocode_desktop.cli.arguments import DONE, FAILED
from boocode_desktop.cli.output import plain, print_json, say
from boocode_desktop.config.paths import Paths
from boocode_desktop.config.settings_file import load_settings
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.sandbox_agents import AgentLauncher
from boocode_desktop.workspace.disk_meter import measure

Level = Literal["ok", "note", "bad"]
PROGRAMS = {
    "git": "the agent's read-only git tools need it",
    "bwrap": "without it commands run unsandboxed, and agents write-confined at best (Debian: bubblewrap)",
    "llama-server": "a local model then runs in the bundled server, where that is installed",
    "node": "needed only by agents that are Node programs",
}
DISK_BUDGET_S = 3.0
LOW_DISK = 2 * 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report. `bad` means that the main job cannot work."""

    subject: str
    level: Level
    text: str


def _python() -> Finding:
    text = f"{platform.python_version()} at {sys.executable}"
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding(subject="Python", level="ok" if good else "bad", text=text)


def _qt() -> Finding:
    if importlib.util.find_spec("PySide6") is None:
        return Finding(subject="window", level="note", text="PySide6 is not installed; everything but the window works")
    try:
        refuse_bad_pair()
    except (UserFacingError, ImportError) as error:
        return Finding(subject="window", level="bad", text=str(error))
    version = importlib.metadata.version("PySide6_Essentials")
    return Finding(subject="window", level="ok", text=f"PySide6 {version}")


def _data(paths: Paths) -> Finding:
    free = shutil.disk_usage(paths.home).free
    text = f"{paths.home}, {free / 2**30:.1f} GB free"
    return Finding(subject="data folder", level="ok" if free > LOW_DISK else "note", text=text)


def _sessions_on_disk(paths: Paths) -> Finding:
    limit = load_settings(paths.settings_file).settings.worktree_limit
    use = measure(paths.home, budget_s=DISK_BUDGET_S)
    sizes = ", ".join(
        f"{name} {size / 2**20:,.1f} MB"
        for name, size in (("worktrees", use.worktrees), ("checkpoints", use.checkpoints), ("archives", use.archives))
    )
    text = f"{use.live} of at most {limit}, {'' if use.complete else 'at least '}{sizes}"
    return Finding(subject="worktrees", level="ok" if use.live < limit else "note", text=text)


def _settings(paths: Paths) -> Finding:
    loaded = load_settings(paths.settings_file)
    text = "; ".join(loaded.problems) or str(paths.settings_file)
    return Finding(subject="settings", level="note" if loaded.problems else "ok", text=text)


def _database(paths: Paths) -> Finding:
    if not paths.database.exists():
        return Finding(subject="database", level="ok", text="none yet")
    try:
        connection = sqlite3.connect(f"file:{paths.database}?mode=ro", uri=True)
        try:
            answer = connection.execute("PRAGMA quick_check").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        return Finding(subject="database", level="bad", text=f"{paths.database}: {error}")
    size = paths.database.stat().st_size / 2**20
    return Finding(subject="database", level="ok" if answer == "ok" else "bad", text=f"{size:.1f} MB, check: {answer}")


def _program(name: str, why: str) -> Finding:
    found = shutil.which(name)
    return Finding(subject=name, level="ok" if found else "note", text=found or f"not found: {why}")


def _keyring() -> Finding:
    import keyring

    backend = keyring.get_keyring()
    usable = "fail" not in type(backend).__module__
    text = (
        backend.name if usable else "none: keys are read from $BOOCODE_API_KEY, or kept in a file when you ask for it"
    )
    return Finding(subject="keyring", level="ok" if usable else "note", text=text)


def _engine() -> Finding:
    found = importlib.util.find_spec("xllamacpp") is not None
    text = "bundled llama.cpp server is installed" if found else "no bundled server; a llama-server on PATH is used"
    return Finding(subject="local engine", level="ok" if found else "note", text=text)


def _sandbox(paths: Paths) -> Finding:
    launcher = AgentLauncher(private=(), scratch=paths.run)
    wish = load_settings(paths.settings_file).settings.agent_sandbox
    bound = asyncio.run(launcher.confinement(wish))
    return Finding(subject="sandbox", level="ok" if bound.kind == "sandboxed" else "note", text=f"agents: {bound.text}")


def examine(paths: Paths) -> list[Finding]:
    """Every finding; blocks for a second or so, never raises."""
    checks: list[Callable[[], Finding]] = [
        _python,
        _qt,
        lambda: _data(paths),
        lambda: _sessions_on_disk(paths),
        lambda: _settings(paths),
        lambda: _database(paths),
        *((lambda n=n, w=w: _program(n, w)) for n, w in PROGRAMS.items()),
        lambda: _sandbox(paths),
        _keyring,
        _engine,
    ]
    return [check() for check in checks]


async def _agents(paths: Paths) -> list[Finding]:
    """Those that are installed, a line each; what is not, in one line. None is started."""
    roster = Roster(paths.settings_file.parent, paths.locks)
    shop = Workshop(children=Children(paths.run), folder=paths.run, environ=os.environ)
    desk = ProbeDesk(shop, paths.agents)
    await desk.look(roster.specs.values())
    infos = [desk.info(spec) for spec in roster.specs.values() if spec.protocol != "native"]
    found = [
        Finding(
            subject=info.name,
            level="note" if info.state == "error" else "ok",
            text=" ".join(word for word in (info.version, info.detail) if word),
        )
        for info in infos
        if info.state not in ("unavailable", "disabled")
    ]
    missing = ", ".join(info.name for info in infos if info.state == "unavailable")
    if missing:
        found.append(Finding(subject="other agents", level="note", text=f"not installed: {missing}"))
    return found + [Finding(subject="agents.toml", level="note", text=problem) for problem in roster.problems]


async def doctor(paths: Paths, *, as_json: bool) -> int:
    """Print the report; 1 if something is bad."""
    findings = await asyncio.to_thread(examine, paths)
    findings += await _agents(paths)
    if as_json:
        print_json(plain(findings))
    else:
        marks = {"ok": "✓", "note": "·", "bad": "✗"}
        for finding in findings:
            say(f"{marks[finding.level]} {finding.subject:<14} {finding.text}")
    return FAILED if any(f.level == "bad" for f in findings) else DONE
