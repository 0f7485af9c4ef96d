"""The tour in the real window, by keyboard alone: watched, asked, reviewed, approved into the sample folder."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.display import display, until
from tests.fakes.program import Program
from tests.fakes.window import Window

OTHER_AGENT = """#!{python}
import sys
from boocode_desktop.agents import scripted_agent

def play(hands):
    hands.say("I write another file.")
    hands.write("kettle/brewed.py", "STEEPED = True\\n")

scripted_agent.tour.play = play
sys.exit(scripted_agent.main([]))
"""


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    with display() as screen:
        yield Window(screen, tmp_path / "boo")


def sample_folder(window: Window) -> Path:
    return Path(window.rows("SELECT path FROM projects")[0][0])


def press_until(window: Window, keys: tuple[str, ...], done, what: str) -> None:
    """Press keys as a person does who looks at the screen: again when nothing has come of it for two seconds."""
    pressed_at = 0.0

    def attempt() -> bool:
        nonlocal pressed_at
        if done():
            return True
        if time.monotonic() - pressed_at > 2:
            window.display.key(*keys)
            pressed_at = time.monotonic()
        return False

    until(attempt, what)


def answer_questions(window: Window) -> int:
    """Go to every question by its key and consent with Enter, until the turn has ended; how many there were."""
    answered = 0
    while True:
        until(lambda: window.open_questions() or window.statuses() == ["completed"], "a question, or the end")
        waiting = window.open_questions()
        if not waiting:
            return answered
        press_until(
            window, ("ctrl+shift+q", "Return"), lambda now=waiting: window.open_questions() != now, "an answer by Enter"
        )
        answered += 1


def test_the_tour_by_keyboard_from_prompt_to_reviewed_change(window: Window):
    title = window.start("tour", title="tea-timer")
    assert title.endswith("BooCode")

    assert answer_questions(window) == 2, "both test runs ask"

    changes = Program(window.home).json("changes", "list")
    assert [(c["path"], c["status"]) for c in changes] == [
        ("kettle/durations.py", "open"),
        ("tests/test_durations.py", "open"),
    ]
    folder = sample_folder(window)
    source, tests = folder / "kettle/durations.py", folder / "tests/test_durations.py"
    untouched = tests.read_text()
    assert "divmod(minutes, 24)" in source.read_text()
    press_until(window, ("ctrl+shift+j", "a"), lambda: "divmod(minutes, 60)" in source.read_text(), "the first hunk")
    assert tests.read_text() == untouched, "one hunk was approved, and it alone"
    press_until(window, ("j", "a"), lambda: "test_from_an_hour_on" in tests.read_text(), "the other file's hunk")


def test_the_tour_shows_what_another_agents_program_did(window: Window, tmp_path: Path):
    program = tmp_path / "other-agent"
    program.write_text(OTHER_AGENT.format(python=sys.executable))
    program.chmod(0o755)
    window.env["BOOCODE_TOUR_AGENT"] = str(program)

    window.start("tour", title="tea-timer")
    window.wait_status("completed")

    assert [c["path"] for c in Program(window.home).json("changes", "list")] == ["kettle/brewed.py"]
    brewed = sample_folder(window) / "kettle/brewed.py"
    assert not brewed.exists()
    press_until(window, ("ctrl+shift+j", "a"), brewed.exists, "the file that the other agent wrote")
    assert brewed.read_text() == "STEEPED = True\n"
