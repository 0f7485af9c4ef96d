"""Markdown while it is typed: marks, lists that go on, and history by the arrow keys; places beyond the basic plane."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from boocode_desktop.ui.composer.markdown_hints import continuation, hints
from boocode_desktop.ui.composer.triggers import index_of, units_of


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("a **bold** and *it* and `co*de*`", [("bold", "**bold**"), ("italic", "*it*"), ("code", "`co*de*`")]),
        ("snake_case_name and 2*3*4 and ** x **", []),
        ("_it_ but not a_b_", [("italic", "_it_")]),
        ("see @src/a.py, and me@home.org", [("mention", "@src/a.py")]),
        ('@"a b.py" now', [("mention", '@"a b.py"')]),
        ("# Title", [("heading", "# Title")]),
        ("#no", []),
        ("- one `x`", [("marker", "-"), ("code", "`x`")]),
        ("12. two", [("marker", "12.")]),
        ("```python", [("fence", "```python")]),
    ],
)
def test_marks(line, found):
    marks, _ = hints(line, fenced=False)
    assert [(m.kind, line[m.start : m.start + m.length]) for m in marks] == found


def test_fences_and_commands():
    assert hints("```", fenced=False)[1] and not hints("```", fenced=True)[1]
    assert [m.kind for m in hints("**x**", fenced=True)[0]] == ["code"]
    assert [m.kind for m in hints("/review all", fenced=False, first=True)[0]] == ["command"]
    assert hints("/etc/hosts", fenced=False, first=True)[0] == []
    assert hints("/review", fenced=False)[0] == []


@given(st.text(max_size=60), st.booleans())
def test_marks_lie_inside_the_line(line, fenced):
    marks, _ = hints(line, fenced=fenced, first=True)
    assert all(m.start >= 0 and m.start + m.length <= len(line) for m in marks)


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("- one", "- "),
        ("  * one", "  * "),
        ("9. nine", "10. "),
        ("2) two", "3) "),
        ("- [x] done", "- [ ] "),
        ("- ", ""),
        ("- [ ] ", ""),
        ("plain", None),
        ("-no", None),
    ],
)
def test_how_a_list_goes_on(line, start):
    assert continuation(line) == start


@given(st.text(alphabet="a\U0001f600é", max_size=8))
def test_places_as_qt_counts_them(text):
    for index in range(len(text) + 1):
        assert index_of(text, units_of(text, index)) == index
    assert units_of(text, len(text)) == len(text.encode("utf-16-le")) // 2


@pytest.fixture
def composer(desktop):
    composer = desktop.bench.area.pane.composer
    desktop.wait(lambda: composer._history.prompts)
    desktop.window.activateWindow()
    composer.editor.setFocus()
    desktop.wait(composer.editor.hasFocus)
    return composer


def test_shift_enter_goes_on_with_a_list_and_ends_it(desktop, composer):
    desktop.qtbot.keyClicks(composer.editor, "- one")
    for _ in range(2):
        desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        if composer.editor.toPlainText().endswith("- "):
            assert composer.editor.toPlainText() == "- one\n- "
    assert composer.editor.toPlainText() == "- one\n"


def test_up_in_the_first_line_brings_older_prompts_and_elsewhere_moves(desktop, composer):
    composer.write("first\nsecond")
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Up)
    assert composer.editor.toPlainText() == "first\nsecond"
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Up)
    assert composer.editor.toPlainText() == "Show me the latency before and after."
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Down)
    assert composer.editor.toPlainText() == "first\nsecond"


def test_a_mention_after_an_emoji_is_replaced_exactly(desktop, composer):
    desktop.world.files = ["src/retry.py"]
    composer.editor.insertPlainText("\U0001f600 @retr")
    menu = composer.completer.menu
    desktop.wait(lambda: menu.isVisible() and menu.chosen.title == "retry.py")
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Tab)
    assert composer.editor.toPlainText() == "\U0001f600 @src/retry.py "


def test_bold_text_is_shown_bold_and_follows_the_theme(desktop, composer, qapp):
    composer.write("a **b** @x.py")

    def formats():
        block = composer.editor.document().firstBlock()
        return [(f.start, f.length, f.format.fontWeight()) for f in block.layout().formats()]

    assert (2, 5, 600) in formats()
    desktop.context.theme.apply(qapp, "light")
    last = composer.editor.document().firstBlock().layout().formats()[-1]
    assert last.format.foreground().color() == desktop.context.theme.color("accent")


def test_the_first_line_stays_in_sight_while_everything_fits(desktop, composer):
    composer.write("\n".join(["# first", "```", "x", "```", "- a", "last"]))
    desktop.wait(lambda: composer.editor.height() > 80)
    assert composer.editor.verticalScrollBar().value() == 0
    assert composer.editor.firstVisibleBlock().blockNumber() == 0
