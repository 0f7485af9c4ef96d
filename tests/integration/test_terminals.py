"""Terminals with real shells: what is typed, what comes back, floods, restarts, and no process left."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from boocode_desktop.agents.registry import Registry
from boocode_desktop.content.terminal.search import find_in
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost, TurnResult
from boocode_desktop.orchestrator.terminals import Terminal, TerminalDesk
from boocode_desktop.processes.children import Children


@pytest.fixture(autouse=True)
def plain_shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("SHELL", "/bin/sh")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PS1", "$ ")
    monkeypatch.delenv("ENV", raising=False)


@asynccontextmanager
async def desk(tmp_path: Path) -> AsyncIterator[TerminalDesk]:
    async def root(_session_id: str) -> Path:
        return tmp_path

    registry = Registry(
        NoAgent(), settings_folder=tmp_path / "settings", run_folder=tmp_path / "run", environ=dict(os.environ)
    )
    made = TerminalDesk(Children(tmp_path / "run"), root, registry.in_terminal)
    try:
        yield made
    finally:
        await made.close()
        await registry.close()


class NoAgent:
    """The built-in agent, which takes no turn here."""

    name = "boocode"

    async def prompt(self, _host: TurnHost, _prompt: Prompt) -> TurnResult:
        raise AssertionError("no turn is taken here")

    async def forget(self, chat_id: str) -> None:
        return

    async def close(self) -> None:
        return


def screen(terminal: Terminal) -> str:
    return "\n".join(terminal.feed.line(place).text for place in range(terminal.feed.length))


async def until(terminal: Terminal, condition: Callable[[], bool]) -> None:
    """Wait for the terminal to change until something holds."""
    changed = asyncio.Event()
    stop = terminal.listen(changed.set)
    try:
        async with asyncio.timeout(30):
            while not condition():
                await changed.wait()
                changed.clear()
    finally:
        stop()


def test_a_shell_in_the_worktree_answers_on_a_terminal_of_its_own(tmp_path: Path):
    async def scenario() -> None:
        async with desk(tmp_path) as made:
            terminal = await made.open(session_id="ses_1")
            terminal.resize(91, 17)
            terminal.type(b"pwd; stty size; tty -s && echo terminal-$((40+2))\n")
            await until(terminal, lambda: "terminal-42" in screen(terminal))
            assert str(tmp_path) in screen(terminal) and "17 91" in screen(terminal)
            assert [t.id for t in made.listing()] == [terminal.id] and terminal.running

    asyncio.run(scenario())


def test_ctrl_c_reaches_what_runs_in_front(tmp_path: Path):
    async def scenario() -> None:
        async with desk(tmp_path) as made:
            terminal = await made.open(cwd=tmp_path)
            # Said by what is in front itself, so that it is in front when it is heard.
            terminal.type(b"sh -c 'echo began-$((1+1)); exec sleep 600'\n")
            await until(terminal, lambda: "began-2" in screen(terminal))
            terminal.type(b"\x03")
            terminal.type(b"echo after-$((2+1))\n")
            await until(terminal, lambda: "after-3" in screen(terminal))

    asyncio.run(scenario())


def test_a_flood_does_not_stop_the_loop_and_keeps_its_end(tmp_path: Path):
    (tmp_path / "flood").write_bytes(b"".join(b"line %d\n" % n for n in range(400_000)))

    async def scenario() -> None:
        async with desk(tmp_path) as made:
            terminal = await made.open(cwd=tmp_path)
            terminal.type(b"cat flood; echo flood-$((50+1))\n")
            await until(terminal, lambda: "flood-51" in screen(terminal))
            kept = terminal.feed.now()
            assert find_in(kept, "line 399999") and find_in(kept, "line 391000")
            assert terminal.feed.history.lost > 380_000

    asyncio.run(scenario())


def test_the_end_of_a_shell_is_told_and_it_can_be_started_again(tmp_path: Path):
    async def scenario() -> None:
        async with desk(tmp_path) as made:
            terminal = await made.open(cwd=tmp_path)
            terminal.type(b"echo first-$((0+1)); exit 3\n")
            await until(terminal, lambda: not terminal.running)
            assert "The shell ended with exit code 3" in screen(terminal)
            await made.restart(terminal.id)
            terminal.type(b"echo second-$((1+1))\n")
            await until(terminal, lambda: "second-2" in screen(terminal))
            assert "first-1" in screen(terminal) and terminal.running

    asyncio.run(scenario())


def test_a_restart_leaves_a_full_screen_program(tmp_path: Path):
    async def scenario() -> None:
        async with desk(tmp_path) as made:
            terminal = await made.open(cwd=tmp_path)
            terminal.type(b"printf '\\033[?1049h\\033[?1000h\\033[?25lfull-%d' $((1+1)); sleep 600\n")
            await until(terminal, lambda: terminal.feed.screen.alternate and "full-2" in screen(terminal))
            await made.restart(terminal.id)
            terminal.type(b"echo fresh-$((2+1))\n")
            await until(terminal, lambda: "fresh-3" in screen(terminal))
            shown = terminal.feed.screen
            assert not shown.alternate and not shown.mouse and not shown.cursor.hidden

    asyncio.run(scenario())


def test_closing_leaves_no_process(tmp_path: Path):
    async def scenario() -> list[int]:
        async with desk(tmp_path) as made:
            first, second = await made.open(cwd=tmp_path), await made.open(cwd=tmp_path)
            assert (first.name, second.name) == ("sh", "sh 2")
            for terminal in (first, second):
                terminal.type(b"sleep 600 & sleep 600\n")
            pids: set[int] = set()
            while len(pids) < 6:
                shells = [psutil.Process(t.child.pid) for t in (first, second)]  # type: ignore[union-attr]
                pids = {p.pid for shell in shells for p in (shell, *shell.children(recursive=True))}
                await asyncio.sleep(0.01)
            await made.close_terminal(first.id)
            with pytest.raises(NotFoundError):
                made.need(first.id)
            return list(pids)

    left = asyncio.run(scenario())
    _gone, alive = psutil.wait_procs([psutil.Process(p) for p in left if psutil.pid_exists(p)], timeout=10)
    assert not alive


def test_a_folder_that_is_gone_is_said(tmp_path: Path):
    async def scenario() -> None:
        async with desk(tmp_path) as made:
            with pytest.raises(UserFacingError, match="does not exist"):
                await made.open(cwd=tmp_path / "gone")
            assert made.listing() == ()

    asyncio.run(scenario())


def test_no_key_of_ours_is_in_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(os.environ, "BOOCODE_API_KEY", "sk-canary")

    async def scenario() -> None:
        async with desk(tmp_path) as made:
            terminal = await made.open(cwd=tmp_path)
            terminal.type(b"env | grep -c canary; echo env-$((6+1))\n")
            await until(terminal, lambda: "env-7" in screen(terminal))
            assert "sk-canary" not in screen(terminal)

    asyncio.run(scenario())


AGENT = """#!/bin/sh
# Plays an agent with hooks: it finds ours in the settings that it is given, and calls them as its turn goes on.
settings=${1#--settings=}
call() { python3 - "$settings" "$1" <<'X'
import json, subprocess, sys
hooks = json.load(open(sys.argv[1]))["hooks"][sys.argv[2]]
subprocess.run(hooks[0]["hooks"][0]["command"], shell=True, input=json.dumps({"message": "May I?"}), text=True)
X
}
echo agent-ready
while read -r event; do call "$event"; echo "told $event"; done
"""


def test_an_agent_in_a_terminal_tells_how_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "claude").write_text(AGENT)
    (programs / "claude").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    async def scenario() -> None:
        async with desk(tmp_path) as made:
            terminal = await made.open(cwd=tmp_path, agent="claude")
            await until(terminal, lambda: "agent-ready" in screen(terminal))
            for event, status in (("UserPromptSubmit", "working"), ("Notification", "blocked"), ("Stop", "done")):
                terminal.type(f"{event}\n".encode())
                await until(terminal, lambda status=status: terminal.status == status)  # type: ignore[misc]
            assert terminal.name == "claude" and list((tmp_path / "run/agents/terminals").iterdir())
            await made.close_terminal(terminal.id)
            with pytest.raises(NotFoundError, match="no program for a terminal"):
                await made.open(cwd=tmp_path, agent="codex")
        assert list((tmp_path / "run/agents/terminals").iterdir()) == []

    asyncio.run(scenario())
