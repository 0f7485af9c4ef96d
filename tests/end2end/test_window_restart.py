"""The window's life from outside: killed in the middle of a turn and reopened, told to end, started twice."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.display import display, until
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import Program, make_repository
from tests.fakes.window import Window

FIRST = [{"text": "Ready when you are."}, {"finish": "stop"}]
HALF = [{"text": "I begin with the first half."}, {"gate": "half"}, {"text": " Never said."}, {"finish": "stop"}]
REST = [{"text": "And here is the other half."}, {"finish": "stop"}]
SETTINGS = '[[endpoints]]\nname = "scripted"\nbase_url = "{url}"\nmodels = ["scripted"]\n'


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer([FIRST, HALF, REST]) as running:
        yield running


@pytest.fixture
def window(tmp_path: Path, server: OpenAIServer) -> Iterator[Window]:
    """A window with one project, one session and one finished turn to come back to."""
    home = tmp_path / "boo"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS.format(url=server.base_url))
    project = make_repository(tmp_path / "shop", {"shop.py": "PRICE = 1\n"})
    Program(home).run("hello", "-C", str(project))
    with display() as screen:
        yield Window(screen, home)


def begin_turn(window: Window, server: OpenAIServer) -> None:
    """Ask for something; the answer stops half-way."""
    window.display.key("ctrl+l")
    window.display.type("do both halves")
    until(lambda: window.draft() == "do both halves", "the prompt in the composer")
    window.display.key("Return")
    server.wait_reached("half")
    window.wait_status("completed", None)


def test_a_killed_window_comes_back_with_the_draft_and_goes_on(window: Window, server: OpenAIServer):
    window.start(title="shop")
    begin_turn(window, server)
    window.display.type("then the tests")
    until(lambda: window.draft() == "then the tests", "the stored draft")
    said = "SELECT 1 FROM events WHERE body LIKE '%I begin with the first half.%'"
    until(lambda: window.rows(said), "the stored half of the answer")

    window.kill()
    assert window.statuses() == ["completed", None]
    assert window.rows("PRAGMA quick_check") == [("ok",)]

    window.start(title="shop")
    window.wait_status("completed", "interrupted")
    window.display.key("ctrl+l", "ctrl+End")
    window.display.type(", please")
    until(lambda: window.draft() == "then the tests, please", "the draft, back in the composer")
    assert len(server.chats) == 2, "nothing runs again by itself"

    window.display.key("ctrl+k")
    window.display.type("continue the interrupted")
    window.display.key("Return")
    until(lambda: len(server.chats) == 3, "the turn that goes on")
    until(lambda: window.statuses()[-1] == "completed", "its end")
    assert window.draft() == "then the tests, please"
    chat = window.rows("SELECT id FROM chats")[0][0]
    shown = str(Program(window.home).json("chats", "show", chat))
    assert shown.count("I begin with the first half.") == 1
    assert "Never said" not in shown


def test_told_to_end_it_saves_and_leaves_within_three_seconds(window: Window, server: OpenAIServer):
    window.start(title="shop")
    begin_turn(window, server)
    window.display.type("unsent")
    assert window.process is not None

    told_at = time.monotonic()
    window.process.send_signal(signal.SIGTERM)
    assert window.process.wait(10) == 0
    assert time.monotonic() - told_at < 3

    assert window.statuses() == ["completed", "interrupted"]
    assert window.rows("PRAGMA quick_check") == [("ok",)]


def test_a_second_start_hands_over_to_the_first(window: Window):
    window.start(title="shop")
    assert window.process is not None
    before = window.display.titles()

    second = window.launch()

    assert second.wait(30) == 0
    assert window.process.poll() is None
    assert window.display.titles() == before
