"""The window's process is killed, ended or started twice while an agent works: nothing is lost, nobody is left."""

import asyncio
import json
import random
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.aftermath import (
    assert_at_rest,
    assert_gone,
    assert_sound,
    database,
    reopened,
    rows,
    stored_events,
    wait_until,
)
from tests.fakes.moments import at_random_moments
from tests.fakes.warm_program import Running, WarmProgram

PATIENCE_S = 3.0
TELLING = """
import sys
from PySide6.QtCore import QEvent, QTimer
import boocode_desktop.app.window as window

class Telling(window.MainWindow):
    def changeEvent(self, event):
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            print("minimized" if self.isMinimized() else "shown", flush=True)

    def showEvent(self, event):
        super().showEvent(event)
        if not event.spontaneous() and not self.isMinimized():
            QTimer.singleShot(0, self.showMinimized)

window.MainWindow = Telling
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[WarmProgram]:
    program = WarmProgram(tmp_path / "boo", environment={"QT_QPA_PLATFORM": "offscreen"})
    yield program
    program.close()


def tour_turn(program: WarmProgram) -> str:
    """The chat of the tour as soon as its turn began, "" before."""
    if not database(program.home).exists():
        return ""
    try:
        found = rows(program.home, "SELECT chat_id FROM turns")
    except sqlite3.OperationalError:
        return ""
    return str(found[0][0]) if found else ""


def start_tour(program: WarmProgram, seed: int) -> tuple[Running, str]:
    """The window with the tour at a random moment of its turn, and the chat."""
    window = program.start("tour")
    chat = wait_until(lambda: tour_turn(program))
    time.sleep(random.Random(seed).uniform(0, 1.2))  # the random moment itself, not a wait for anything
    return window, chat


async def look_again(home: Path, chat: str) -> None:
    async with reopened(home) as core:
        (turn,) = await core.store.turns(chat_id=chat)
        assert turn.status == "interrupted"
        await assert_at_rest(core, chat)
        view = await core.front.sessions.view(turn.session_id)
        assert view.state == "interrupted" and not view.elsewhere


@at_random_moments
def test_kill_app_with_its_window(program: WarmProgram, moment: int):
    window, chat = start_tour(program, moment)
    family = window.family()
    published = rows(program.home, "SELECT seq, body FROM events WHERE chat_id = ?", chat)
    window.send(signal.SIGKILL)
    window.wait()
    assert_gone(family)
    assert_sound(program.home)
    assert set(published) <= set(rows(program.home, "SELECT seq, body FROM events WHERE chat_id = ?", chat))
    asyncio.run(look_again(program.home, chat))
    assert [e["status"] for e in stored_events(program.home, chat) if e["type"] == "turn_finished"] == ["interrupted"]


@at_random_moments
def test_exit_with_work_running_in_the_window(program: WarmProgram, moment: int):
    window, chat = start_tour(program, 100 + moment)
    family = window.family()
    asked = time.monotonic()
    window.send(signal.SIGTERM if moment % 2 else signal.SIGINT)
    code = window.wait()
    assert time.monotonic() - asked < PATIENCE_S
    assert code == 0
    assert_gone(family, within_s=PATIENCE_S)
    assert window.errors == []
    assert rows(program.home, "SELECT status FROM turns") == [("interrupted",)], "written by the window itself"
    assert_sound(program.home)
    asyncio.run(look_again(program.home, chat))


def test_second_instance_hands_over_to_the_first(program: WarmProgram):
    first = program.start(before=TELLING)
    told = first.lines()
    assert next(told) == "minimized\n"
    wait_until((program.home / "run" / "window.door").exists)
    second = program.start()
    assert second.wait(10) == 0
    assert next(told) == "shown\n"
    first.send(signal.SIGTERM)
    assert first.wait(10) == 0
    assert not (program.home / "run" / "window.door").exists()


@at_random_moments
def test_second_instance_started_while_the_first_starts(program: WarmProgram, moment: int):
    """One window stands, the other start ends by itself with 0: whichever of them was first."""
    both = [program.start()]
    time.sleep(random.Random(moment).uniform(0, 0.4))  # the random moment itself, not a wait for anything
    both.append(program.start())
    wait_until(lambda: any(not running.alive() for running in both))
    (left,) = [running for running in both if running.alive()]
    (gone,) = [running for running in both if not running.alive()]
    assert gone.wait() == 0
    assert gone.errors == []
    wait_until((program.home / "run" / "window.door").exists)
    left.send(signal.SIGTERM)
    assert left.wait(10) == 0


def test_a_window_after_one_that_was_killed(program: WarmProgram):
    """The lock falls with its owner, and a door that leads nowhere keeps nobody out."""
    first = program.start()
    door = program.home / "run" / "window.door"
    wait_until(door.exists)
    first.send(signal.SIGKILL)
    first.wait()
    assert door.exists()
    left = door.read_text()
    second = program.start()
    wait_until(lambda: door.read_text() != left)
    second.send(signal.SIGTERM)
    assert second.wait(10) == 0


def test_a_first_window_that_does_not_answer_is_told(program: WarmProgram):
    first = program.start()
    wait_until((program.home / "run" / "window.door").exists)
    (program.home / "run" / "window.door").write_text("{")
    second = program.start(before="import boocode_desktop.app.window as window; window.PATIENCE_S = 0.5")
    assert second.wait(10) == 1
    assert "does not answer" in "".join(second.errors)
    first.send(signal.SIGTERM)
    assert first.wait(10) == 0


def test_a_stranger_at_the_door(program: WarmProgram):
    """Whoever does not know the token changes nothing, and the window lives on."""

    first = program.start(before=TELLING)
    told = first.lines()
    assert next(told) == "minimized\n"
    door = program.home / "run" / "window.door"
    place = json.loads(wait_until(lambda: door.exists() and door.read_text()))
    for words in (b"x" * 5000, b"", b"GET / HTTP/1.1\r\n\r\n", place["token"][:-1].encode()):
        with socket.create_connection(("127.0.0.1", place["port"]), timeout=3) as visitor:
            visitor.sendall(words)
    assert oct(door.stat().st_mode & 0o777) == "0o600"
    assert program.start().wait(10) == 0
    assert next(told) == "shown\n"
    first.send(signal.SIGTERM)
    assert first.wait(10) == 0
