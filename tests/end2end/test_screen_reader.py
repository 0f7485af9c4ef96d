"""The real window as a screen reader finds it: from outside, over the accessibility bus."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end2end.test_window_tour import press_until
from tests.fakes.display import display, until
from tests.fakes.screen_reader import Node, ScreenReader, screen_reader
from tests.fakes.window import Window

PROGRAM = "BooCode"
NAMELESS = {"scroll bar", "split pane", "layered pane", "viewport", "separator", "page tab list"}
"""Parts of Qt that hold others or that nobody goes to; a row of tabs has the name of the chosen one."""
SILENT = {"filler", "unknown", "invalid", ""}


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ScreenReader]:
    with display() as screen, screen_reader(screen, tmp_path) as listening:
        yield listening


@pytest.fixture
def window(tmp_path: Path, reader: ScreenReader) -> Window:
    return Window(reader.display, tmp_path / "boo", env=reader.env)


def silent(tree: Node) -> list[str]:
    """What is named, or takes the keys, and yet has no role or no name."""
    found = []
    for node in tree.shown():
        if node.name and node.role in SILENT:
            found.append(f"{node.name!r} is a {node.role}")
        if "FOCUSABLE" in node.states and (not node.name or node.role in SILENT) and node.role not in NAMELESS:
            found.append(f"{node.role} {node.name!r} takes the keys")
    return found


def test_a_turn_heard_from_its_question_to_its_end(window: Window, reader: ScreenReader):
    window.start("tour", title="tea-timer")
    until(window.open_questions, "the question about the first test run")
    until(lambda: any(words.startswith("Question:") for words in reader.announced()), "the question, said")

    tree = reader.tree(PROGRAM)
    assert silent(tree) == []
    rows = [row.name for row in tree.find("list", "Transcript").children]
    assert rows[0].startswith("You: The tea timer")
    assert any(row.startswith("Read kettle/durations.py") for row in rows)
    card = tree.find("alert", "Run this command?")
    answers = [node.name for node in card.every() if node.role == "push button"]
    assert any(name.startswith("Do not run it") for name in answers) and any("Run it" in name for name in answers)
    assert tree.find("list item", "Session Tour").states >= {"SELECTED"}
    assert tree.find("page tab", "Tour: the tea timer, chat 1")
    assert tree.find("text", "Message").states >= {"EDITABLE", "FOCUSED"}

    for question in window.open_questions():
        press_until(
            window, ("ctrl+shift+q",), lambda: said(reader, "alert", "Run this command?"), "the card by its key"
        )
        press_until(window, ("Return",), lambda now=question: now not in window.open_questions(), "the first answer")
    press_until(window, ("ctrl+shift+q", "Return"), lambda: window.statuses() == ["completed"], "the end")
    until(lambda: any(words.startswith("Turn 1 completed. The hour") for words in reader.announced()), "the end, said")
    assert said_once(reader.announced())

    press_until(window, ("ctrl+l", "shift+Tab"), lambda: said(reader, "list", "Transcript"), "the transcript")
    press_until(
        window, ("Up",), lambda: said(reader, "list item", "The hour has 60 minutes again"), "an entry, by its words"
    )

    press_until(
        window, ("ctrl+shift+j",), lambda: said(reader, "document frame", "Changed lines"), "the diff by its key"
    )
    press_until(
        window,
        ("Down", "Down"),
        lambda: any(
            "divmod(minutes" in words for words in reader.announced() if words.startswith(("removed", "added"))
        ),
        "a changed line, read",
    )


def said(reader: ScreenReader, role: str, name: str) -> bool:
    """Whether the keys are on it."""
    here = reader.focused()
    return here is not None and here.role == role and here.name.startswith(name)


def was_said(reader: ScreenReader, role: str, name: str) -> bool:
    """Whether the keys were on it at any time."""
    gained = [event for event in reader.heard() if "focused" in event.kind and event.on]
    return any(event.role == role and event.name.startswith(name) for event in gained)


def said_once(words: list[str]) -> bool:
    """Whether no end was told of twice."""
    ends = [w for w in words if w.startswith("Turn ")]
    return len(ends) == len(set(ends))


def test_where_the_keys_go_is_said(window: Window, reader: ScreenReader):
    window.start(title=PROGRAM)
    press_until(window, ("ctrl+k",), lambda: was_said(reader, "text", "Search"), "the palette")
    until(lambda: said(reader, "list item", "Open a folder"), "the line that Enter would take")
    tree = reader.tree(PROGRAM)
    assert silent(tree) == []
    dialog = tree.find("dialog")
    assert dialog is not None and "MODAL" in dialog.states
    press_until(window, ("Down",), lambda: said(reader, "list item", ""), "a line of the palette")
    press_until(window, ("Escape", "ctrl+comma"), lambda: said(reader, "radio button", "General"), "the settings")
    assert silent(reader.tree(PROGRAM)) == []
