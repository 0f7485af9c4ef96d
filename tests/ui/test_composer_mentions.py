"""The at menu: what it offers, what it puts into the text, and that old answers are not shown."""

import asyncio

import pytest
from PySide6.QtCore import Qt

from boocode_desktop.domain.changes import FileChange
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.orchestrator.views import FileMention, Mentions, SymbolMention
from boocode_desktop.ui.composer.mention_lines import Others, mention, mention_lines
from boocode_desktop.ui.palette.entries import Caption, Hit

FOUND = Mentions(
    files=(FileMention(path="src/retry.py", positions=(0, 1)), FileMention(path="a b/notes.md")),
    symbols=(SymbolMention(name="RetryClient", kind="class", path="src/retry.py", line=44),),
)
OTHERS = Others(
    changes=(FileChange(path="src/retry.py", operation="modified", agents=(), added=18, removed=7, hunks=1),),
    agents=(AgentInfo(name="goose", label="goose", state="ready"),),
)


def test_groups_and_what_each_entry_becomes():
    inserted = []
    lines = mention_lines(FOUND, OTHERS, "", inserted.append)
    titles = [line.title if isinstance(line, Caption) else f"  {line.entry.title}" for line in lines]
    assert titles == [
        "Files", "  retry.py", "  notes.md", "Symbols", "  RetryClient", "Changes", "  retry.py", "Agents", "  goose",
    ]  # fmt: skip
    for line in lines:
        if isinstance(line, Hit):
            line.entry.act()
    assert inserted == ["@src/retry.py", '@"a b/notes.md"', "RetryClient @src/retry.py:44", "@src/retry.py", "goose"]


@pytest.mark.parametrize(
    ("path", "line", "text"), [("a.py", 0, "@a.py"), ("a.py", 3, "@a.py:3"), ("a b.py", 3, '@"a b.py:3"')]
)
def test_a_mention_is_quoted_where_it_holds_blanks(path, line, text):
    assert mention(path, line) == text


@pytest.fixture
def composer(desktop):
    """With a few files, and the focus."""
    desktop.world.files = ["src/retry.py", "tests/test_retry.py", "README.md"]
    desktop.window.activateWindow()
    composer = desktop.bench.area.pane.composer
    composer.editor.setFocus()
    desktop.wait(composer.editor.hasFocus)
    return composer


def shown(composer):
    menu = composer.completer.menu
    if not menu.isVisible():
        return []
    hits = (menu.model.hit(row) for row in range(menu.model.rowCount()))
    return [hit.entry.title for hit in hits if hit and hit.entry.group == "Files"]


def test_a_file_is_named_by_keys_alone(desktop, composer):
    desktop.qtbot.keyClicks(composer.editor, "look at @retr")
    desktop.wait(lambda: shown(composer) == ["retry.py", "test_retry.py"])
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Down)
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.editor.toPlainText() == "look at @tests/test_retry.py "
    assert not composer.completer.menu.isVisible()
    assert desktop.called("turns.send") == []
    composer.editor.undo()
    assert composer.editor.toPlainText() == "look at @retr"


def test_chats_and_sessions_can_be_named(desktop, composer):
    desktop.qtbot.keyClicks(composer.editor, "as in @jitter")
    menu = composer.completer.menu
    desktop.wait(lambda: menu.isVisible() and menu.chosen.title == "Try full jitter instead")
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Tab)
    assert composer.editor.toPlainText() == "as in chat 2 (“Try full jitter instead”) "


def test_the_folder_is_looked_at_afresh_when_the_menu_opens_and_not_at_every_key(desktop, composer):
    desktop.qtbot.keyClicks(composer.editor, "@re")
    desktop.wait(lambda: "re" in [query for _, query, _ in desktop.called("mentions.find")])
    assert [fresh for _, _, fresh in desktop.called("mentions.find")].count(True) == 1


def test_only_the_newest_answer_is_shown(desktop, composer):
    release, asked = asyncio.Event(), []

    class Slow:
        async def find(self, session_id, query, *, limit=12, fresh=False):
            asked.append(query)
            await release.wait()
            return Mentions(files=(FileMention(path=f"{query}.py"),), symbols=())

    object.__setattr__(desktop.front, "mentions", Slow())
    desktop.qtbot.keyClicks(composer.editor, "@abc")
    desktop.context.bridge.run(_set(release))
    desktop.wait(lambda: shown(composer) == ["abc.py"])
    assert asked == ["", "abc"]
    release.clear()
    desktop.qtbot.keyClicks(composer.editor, "d ")
    assert not composer.completer.menu.isVisible()
    desktop.context.bridge.run(_set(release))
    desktop.wait(lambda: len(asked) == 3 and not composer.completer._search._asking)
    assert not composer.completer.menu.isVisible()


async def _set(event):
    event.set()


def test_a_folder_that_cannot_be_listed_leaves_the_rest(desktop, composer):
    desktop.world.refusals["mentions.find"] = UserFacingError("no")
    desktop.qtbot.keyClicks(composer.editor, "@goo")
    desktop.wait(lambda: composer.completer.menu.isVisible() or desktop.called("mentions.find"))
    assert shown(composer) == []


def test_the_button_puts_the_sign_after_a_blank(desktop, composer):
    composer.editor.show_text("see")
    composer.completer.open("@")
    assert composer.editor.toPlainText() == "see @"
    desktop.wait(lambda: composer.completer.menu.isVisible())


def test_the_best_match_is_chosen_again_with_every_letter(desktop, composer):
    desktop.world.files[:] = ["a/clock.py", "a/retry.py", "b/policy.py"]
    desktop.qtbot.keyClicks(composer.editor, "@")
    desktop.wait(lambda: shown(composer))
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Down)
    desktop.qtbot.keyClicks(composer.editor, "p")
    desktop.wait(lambda: composer.completer.menu._query == "p")
    menu = composer.completer.menu
    assert menu.list.currentIndex().row() == menu.model.step(-1, 1)
    first = menu.chosen.title
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Down)
    chosen = menu.chosen.title
    assert chosen != first
    composer.completer._on_answered("p")  # more was found for the same letters
    assert menu.chosen.title == chosen
