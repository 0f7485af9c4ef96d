"""Comments in the review: written, kept, edited, removed, found again, sent as one prompt."""

import pytest
from PySide6.QtCore import QPoint, Qt

from boocode_desktop.domain import changes as ch
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.changes.comments import comments_key
from boocode_desktop.workspace.text_edits import hunks

OLD = "".join(f"line {n}\n" for n in range(1, 101))


def diff(path="src/real.py", **lines):
    """100 lines of which some are replaced: `l50="new"`."""
    new = OLD
    for key, text in lines.items():
        new = new.replace(f"line {key[1:]}\n", f"{text}\n")
    made = hunks(OLD.encode(), new.encode())
    change = ch.FileChange(path=path, operation="modified", agents=("qwen",), hunks=len(made))
    return ch.FileDiff(change=change, hunks=made, old_text=OLD, new_text=new)


@pytest.fixture
def pane(desktop):
    """The pane over two real files."""
    session = desktop.context.selection.session_id
    desktop.world.changes[session] = (diff(l50="fifty"), diff("src/z.py", l10="ten"))
    desktop.window.resize(1400, 1000)
    found = desktop.bench.docks.build("changes")
    found.refresh()
    desktop.wait(lambda: found.bar.title.text == "src/real.py" and found.view.active_hunk)
    return found


def stored(desktop):
    return desktop.world.settings.get(comments_key(desktop.context.selection.session_id), [])


def write(desktop, pane, text):
    """Comment by keys on the line that the keyboard is on."""
    desktop.do("changes.comment")
    editor = pane.remarks._editor
    desktop.qtbot.keyClicks(editor.words, text)
    desktop.qtbot.keyClick(editor.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desktop.wait(lambda: any(one["text"] == text for one in stored(desktop)))


def remark_rows(pane):
    return [row.ref for row in pane.view.sheet.rows if row.kind == "remark"]


def go(pane, side, number):
    pane.view.reveal_line(side, number)


def test_a_comment_is_written_by_keys_shown_below_its_line_and_stored(desktop, pane):
    desktop.do("changes.comment")
    assert pane.remarks._editor.words.accessibleName() == "Comment on line 50, new side"
    assert remark_rows(pane) == ["editor"]
    pane.grab()
    desktop.qtbot.keyClick(pane.remarks._editor.words, Qt.Key.Key_Escape)
    assert remark_rows(pane) == [] and pane.tray.isHidden()
    write(desktop, pane, "why fifty?")
    assert [(c["path"], c["line"], c["side"], c["anchor"]) for c in stored(desktop)] == [
        ("src/real.py", 50, "new", "fifty")
    ]
    assert len(remark_rows(pane)) == 1 and not pane.tray.isHidden()
    assert pane.tray.send.text() == "Send 1 comment to the agent"
    assert "1 comment" in pane.model.data(pane.model.index(1), Qt.ItemDataRole.AccessibleTextRole)
    pane.grab()


def test_a_double_click_comments_on_the_side_that_was_clicked(desktop, pane):
    desktop.window.resize(1800, 1000)
    desktop.wait(lambda: pane.view.layout_now == "split")
    place = pane.view.sheet.first_line("old", 50)
    top = pane.view.sheet.top(place) - pane.view.verticalScrollBar().value()
    desktop.qtbot.mouseDClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, top + 5))
    desktop.qtbot.mouseRelease(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, top + 5))
    assert pane.remarks._editor.words.accessibleName() == "Comment on line 50, old side"


def click_remark(desktop, pane, kind):
    place = pane.view.sheet.rows.place_of(remark_rows(pane)[0])
    pane.view.bring(place)
    top = pane.view.sheet.top(place) - pane.view.verticalScrollBar().value()
    _place, row, whole = pane.view.pointer.hit(QPoint(30, top + 4))
    point = pane.view.scene.buttons(row, whole)[kind].center()
    desktop.qtbot.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_a_comment_is_edited_and_removed_where_it_stands(desktop, pane):
    write(desktop, pane, "first")
    click_remark(desktop, pane, "edit")
    editor = pane.remarks._editor
    assert editor.text == "first" and remark_rows(pane) == ["editor"]
    editor.words.setPlainText("second")
    editor.keep.click()
    desktop.wait(lambda: [c["text"] for c in stored(desktop)] == ["second"])
    click_remark(desktop, pane, "remove")
    desktop.wait(lambda: stored(desktop) == [])
    assert remark_rows(pane) == [] and pane.tray.isHidden()


def test_comments_follow_their_lines_and_say_when_they_are_gone(desktop, pane):
    write(desktop, pane, "why?")
    session = desktop.context.selection.session_id
    moved = OLD.replace("line 1\n", "line 1\nnew\nnew\n").replace("line 50\n", "fifty\n")

    def show(new):
        change = ch.FileChange(path="src/real.py", operation="modified", hunks=2)
        made = hunks(OLD.encode(), new.encode())
        desktop.world.changes[session] = (ch.FileDiff(change=change, hunks=made, old_text=OLD, new_text=new),)
        pane.refresh()
        desktop.wait(lambda: pane.remarks._diff.new_text == new)
        (remark,) = pane.view.scene.remarks.values()
        return remark.note, next(iter(pane.view.scene.spots))

    assert show(moved) == ("Was line 50.", ("new", 52))
    note, _spot = show(moved.replace("fifty\n", "changed again\n"))
    assert "changed since" in note
    pane.grab()


def test_the_tray_leads_to_a_comment_in_another_file(desktop, pane):
    write(desktop, pane, "one")
    pane._choose("src/z.py")
    desktop.wait(lambda: pane.remarks._diff is not None and pane.remarks._diff.change.path == "src/z.py")
    (card,) = pane.tray._cards
    desktop.qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: pane.bar.title.text == "src/real.py")
    desktop.wait(lambda: pane.view.keyboard.row is not None and pane.view.keyboard.row.kind == "line")


def test_words_that_were_not_saved_become_a_comment_when_the_file_goes(desktop, pane):
    desktop.do("changes.comment")
    desktop.qtbot.keyClicks(pane.remarks._editor.words, "half written")
    pane._choose("src/z.py")
    desktop.wait(lambda: [c["text"] for c in stored(desktop)] == ["half written"])
    assert stored(desktop)[0]["path"] == "src/real.py"


def test_comments_go_to_the_agent_as_one_prompt(desktop, pane):
    write(desktop, pane, "why fifty?")
    pane._choose("src/z.py")
    desktop.wait(lambda: pane.remarks._diff is not None and pane.remarks._diff.change.path == "src/z.py")
    write(desktop, pane, "and ten?")
    desktop.do("changes.send_comments")
    desktop.wait(lambda: desktop.called("turns.send"))
    (chat, prompt, *_rest) = desktop.called("turns.send")[0]
    text = prompt.text
    assert chat == desktop.context.selection.chat_id
    assert "these 2 review comments" in text and "`src/real.py`, line 50" in text and "and ten?" in text
    desktop.wait(lambda: stored(desktop) == [] and pane.tray.isHidden())
    desktop.wait(lambda: "Sent 2 comments" in pane._message.text)


def test_a_refusal_keeps_the_comments(desktop, pane):
    write(desktop, pane, "why?")
    desktop.world.refusals["turns.send"] = UserFacingError("No model is set up.", "Open the settings.")
    desktop.do("changes.send_comments")
    desktop.wait(lambda: "The comments are kept" in pane._message.text)
    assert len(stored(desktop)) == 1


def test_without_comments_sending_teaches(desktop, pane):
    desktop.do("changes.send_comments")
    desktop.wait(lambda: "no comments yet" in pane._message.text)


def test_comments_are_there_again_in_the_next_window(desktop, pane):
    write(desktop, pane, "kept")
    pane.remarks.show_session(desktop.context.selection.session_id)
    desktop.wait(lambda: [c.text for c in pane.remarks.comments.all] == ["kept"])
