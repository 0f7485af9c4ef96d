"""From prompt to approved commit without touching the mouse: real keys under a window manager, no method calls."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.display import display, until
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import Program, git, make_repository
from tests.fakes.window import Window

SETTINGS = '[[endpoints]]\nname = "scripted"\nbase_url = "{url}"\nmodels = ["scripted"]\n'
EDIT = {"path": "shop.py", "old_string": "PRICE = 1", "new_string": "PRICE = 2"}
CHECK = {"command": "python3", "args": ["-B", "-c", "import shop; assert shop.PRICE == 2"]}
REPLIES = [
    [{"text": "I raise it."}, {"calls": [{"name": "edit_file", "arguments": EDIT}]}, {"finish": "tool_calls"}],
    [{"calls": [{"name": "run_command", "arguments": CHECK}]}, {"finish": "tool_calls"}],
    [{"text": "The price is 2 now."}, {"finish": "stop"}],
]


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(REPLIES) as running:
        yield running


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = make_repository(tmp_path / "shop", {"shop.py": "PRICE = 1\n", "notes.md": "# Shop\n"})
    git(folder, "config", "user.name", "Boo")
    git(folder, "config", "user.email", "boo@example.org")
    return folder


@pytest.fixture
def window(tmp_path: Path, server: OpenAIServer, shop: Path) -> Iterator[Window]:
    """The program knows the folder and the model; there is no session yet."""
    if shutil.which("openbox") is None:
        pytest.skip("openbox is not installed")
    home = tmp_path / "boo"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS.format(url=server.base_url))
    Program(home).call("projects", "trust", str(shop))
    with display() as screen:
        yield Window(screen, home)


def act_until(act: Callable[[], object], done: Callable[[], object], what: str, *, again_s: float = 4.0) -> None:
    """Do something as a person does who looks at the screen: again when nothing has come of it for a while."""
    acted_at = 0.0

    def attempt() -> object:
        nonlocal acted_at
        answer = done()
        if not answer and time.monotonic() - acted_at > again_s:
            act()
            acted_at = time.monotonic()
        return answer

    until(attempt, what)


def press_until(window: Window, keys: tuple[str, ...], done: Callable[[], object], what: str) -> None:
    """Press keys, and again when nothing has come of them."""
    act_until(lambda: window.display.key(*keys), done, what)


def begin_session(window: Window) -> None:
    """Open the program and a session in the shop: search for it, choose it. Keys before it is loaded are lost."""
    window.start()

    def search() -> None:
        window.display.key("ctrl+k")
        window.display.type("new session in shop")
        window.display.key("Return")

    act_until(search, lambda: window.rows("SELECT 1 FROM chats"), "a session with its chat", again_s=8.0)
    window.display.wait_title("shop")


def commits(folder: Path) -> int:
    """How many commits there are."""
    return len(git(folder, "log", "--format=%H").split())


def test_from_prompt_to_approved_commit_by_keyboard(window: Window, server: OpenAIServer, shop: Path):
    begin_session(window)
    window.display.key("ctrl+l")
    window.display.type("raise the price to two")
    until(lambda: window.draft() == "raise the price to two", "the prompt in the composer")
    window.display.key("Return")

    until(window.open_questions, "the question about the command")
    press_until(window, ("ctrl+shift+q", "Return"), lambda: not window.open_questions(), "an answer by Enter")
    window.wait_status("completed")
    assert len(server.chats) == 3 and not server.errors
    assert (shop / "shop.py").read_text() == "PRICE = 1\n", "the folder is as it was until something is approved"

    press_until(window, ("ctrl+shift+j", "a"), lambda: (shop / "shop.py").read_text() == "PRICE = 2\n", "approval")
    changes = Program(window.home).json("changes", "list")
    assert [(c["path"], c["status"]) for c in changes] == [("shop.py", "approved")]

    (shop / "notes.md").write_text("# Mine\n")
    press_until(
        window, ("ctrl+shift+j", "shift+c"), lambda: window.display.key("ctrl+Return") or commits(shop) == 2, "a commit"
    )
    assert git(shop, "log", "-1", "--format=%an %ae").strip() == "Boo boo@example.org"
    assert git(shop, "log", "-1", "--format=%s").strip(), "a message was drafted"
    assert git(shop, "show", "--format=", "--name-only", "HEAD").split() == ["shop.py"]
    assert git(shop, "status", "--porcelain").split() == ["M", "notes.md"]


def test_every_part_is_reached_and_left_by_keys(window: Window):
    """The menu, the list of keys, the settings and a second session; what was typed before is still there."""
    begin_session(window)
    window.display.key("ctrl+l")
    window.display.type("a draft")
    until(lambda: window.draft() == "a draft", "the draft")

    window.display.key("F1", "Escape", "ctrl+comma", "Escape")
    window.display.key("F6", "F6", "shift+F6", "shift+F6")
    window.display.key("ctrl+l")
    window.display.type(" stays")
    until(lambda: window.draft() == "a draft stays", "the draft, after dialogs and parts")

    window.display.key("F10", "Down", "Down", "Right", "Return")
    until(lambda: len(window.rows("SELECT 1 FROM sessions")) == 2, "a second session from the main menu")
