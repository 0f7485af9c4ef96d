"""The changes pane: what it lists and shows, how decisions are made by mouse and key, and what it says about them."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from boocode_desktop.domain import changes as ch
from boocode_desktop.domain import events as ev
from boocode_desktop.domain import records as rec
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.changes.blame_paint import PromptBox
from boocode_desktop.ui.changes.commit_dialog import CommitDialog
from boocode_desktop.ui.changes.deciding import decided_words
from boocode_desktop.ui.dialogs.questions import ConfirmDialog
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.workspace.text_edits import hunks
from tests.fakes.sample import file_diff


@pytest.fixture
def pane(desktop):
    """The pane of the sample session, its two files listed and the first one shown."""
    found = desktop.bench.docks.build("changes")
    desktop.wait(lambda: found.view.active_hunk == 1)
    return found


def session_of(desktop):
    return desktop.context.selection.session_id


def show(desktop, pane, *diffs):
    """Put other changes into the world and wait until they are listed."""
    desktop.world.changes[session_of(desktop)] = diffs
    pane.refresh()
    wanted = [d.change.path for d in diffs]
    desktop.wait(lambda: [c.path for c in pane.model.changes] == wanted and not desktop.context.bridge.busy("changes"))


def paths(pane):
    return [c.path for c in pane.model.changes]


def message(pane):
    return pane._message.text


def two_hunks(path="src/retry.py"):
    """A file with two hunks."""
    diff = file_diff(path, 2, 1)
    first = diff.hunks[0]
    second = replace(first, index=2, old_start=144, new_start=145)
    return replace(diff, hunks=(first, second), change=replace(diff.change, hunks=2))


def test_the_files_are_listed_and_the_first_open_one_is_shown(pane):
    assert paths(pane) == ["src/retry.py", "tests/test_retry.py"]
    assert pane.side.summary.text.startswith("2 files")
    assert pane.bar.title.text == "src/retry.py"
    assert pane.tools.place.text == "Hunk 1 of 1"


def test_a_key_approves_the_active_hunk(desktop, pane):
    desktop.do("changes.focus")
    desktop.wait(pane.view.hasFocus)
    desktop.qtbot.keyClick(pane.view, Qt.Key.Key_A)
    desktop.wait(lambda: desktop.called("review.approved"))
    assert desktop.called("review.approved") == [(session_of(desktop), "src/retry.py", 1)]
    desktop.wait(lambda: "Approved src/retry.py" in message(pane))
    assert "undoes it" in message(pane)


def test_next_hunk_goes_on_in_the_next_file(desktop, pane):
    desktop.do("changes.next_hunk")
    desktop.wait(lambda: pane.bar.title.text == "tests/test_retry.py")
    desktop.do("changes.previous_hunk")
    desktop.wait(lambda: pane.bar.title.text == "src/retry.py")


def test_hunks_of_a_file_are_walked_before_the_next_file(desktop, pane):
    show(desktop, pane, two_hunks(), file_diff("tests/test_retry.py", 1, 0))
    desktop.wait(lambda: pane.tools.place.text == "Hunk 1 of 2")
    desktop.do("changes.next_hunk")
    assert pane.tools.place.text == "Hunk 2 of 2"
    desktop.do("changes.reject_hunk")
    desktop.wait(lambda: desktop.called("review.rejected"))
    assert desktop.called("review.rejected")[0][1:] == ("src/retry.py", 2)


def click(desktop, view, kind, ref=""):
    """Press a button of a row by mouse: on the first heading, or on the row of a reference."""
    place = view.sheet.rows.place_of(ref) if ref else view.sheet.rows.headings[1]
    top = view.sheet.top(place) - view.verticalScrollBar().value()
    _place, row, whole = view.pointer.hit(QPoint(30, top + 4))
    point = whole.center() if kind == "gap" else view.scene.buttons(row, whole)[kind].center()
    desktop.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_the_buttons_on_a_heading_decide_by_mouse(desktop, pane):
    click(desktop, pane.view, "approve")
    desktop.wait(lambda: desktop.called("review.approved"))
    assert desktop.called("review.approved")[0][1:] == ("src/retry.py", 1)


def test_approve_file_and_all(desktop, pane):
    desktop.do("changes.approve_file")
    desktop.wait(lambda: "Approved" in message(pane))
    desktop.do("changes.approve_all")
    desktop.wait(lambda: len(desktop.called("review.approved")) == 2)
    assert [args[1:] for args in desktop.called("review.approved")] == [("src/retry.py", None), ("", None)]


def test_a_conflict_says_that_the_folder_was_left_alone(desktop, pane, monkeypatch):
    async def refuse(*_args, **_options):
        return ch.ReviewResult(conflicts={"src/retry.py": "you changed the same lines"})

    monkeypatch.setattr(desktop.front.review, "approve", refuse)
    desktop.do("changes.approve_hunk")
    desktop.wait(lambda: "Your folder stays as it is" in message(pane))
    assert "you changed the same lines" in message(pane)


def test_nothing_is_decided_about_a_file_that_is_still_being_read(desktop, pane, monkeypatch):
    read, gate = desktop.front.review.diff, asyncio.Event()

    async def slowly(session, path, **options):
        if path == "tests/test_retry.py":
            await gate.wait()
        return await read(session, path, **options)

    monkeypatch.setattr(desktop.front.review, "diff", slowly)
    desktop.do("changes.next_hunk")
    desktop.wait(lambda: not rows(pane))
    assert pane.view._waiting == "Reading tests/test_retry.py…"
    pane.grab()
    desktop.do("changes.approve_hunk")
    assert not desktop.called("review.approved") and not desktop.context.bridge.busy("changes.decide")
    gate.set()
    desktop.wait(lambda: pane.view.path == "tests/test_retry.py" and not pane.view._waiting)
    desktop.do("changes.approve_hunk")
    desktop.wait(lambda: desktop.called("review.approved"))
    assert desktop.called("review.approved")[0][1:] == ("tests/test_retry.py", 1)


def test_no_hunk_is_decided_that_stands_where_the_last_one_stood(desktop, pane, monkeypatch):
    show(desktop, pane, two_hunks())
    desktop.wait(lambda: pane.tools.place.text == "Hunk 1 of 2")
    read, gate = desktop.front.review.changes, asyncio.Event()

    async def slowly(session, **options):
        await gate.wait()
        return await read(session, **options)

    monkeypatch.setattr(desktop.front.review, "changes", slowly)
    desktop.do("changes.approve_hunk")
    desktop.wait(lambda: "Approved" in message(pane))
    desktop.do("changes.approve_hunk")
    click(desktop, pane.view, "reject")
    assert len(desktop.called("review.approved")) == 1 and not desktop.called("review.rejected")
    gate.set()
    desktop.wait(lambda: pane.tools.place.text == "Hunk 1 of 1")
    assert not desktop.context.actions.action("changes.approve_hunk").autoRepeat()


def test_what_is_stopped_says_what_was_done(desktop, pane, monkeypatch):
    async def stopped(*_args, **_options):
        return ch.ReviewResult(decided=("a", "b"), left=("c",))

    monkeypatch.setattr(desktop.front.review, "approve", stopped)
    desktop.do("changes.approve_all")
    desktop.wait(lambda: message(pane) == "Stopped. Approved 2 of 3 files; the other one waits.")


@pytest.mark.parametrize(
    ("verb", "path", "result", "words"),
    [
        ("Approved", "a.py", {"decided": ("a.py",)}, "Approved a.py. Ctrl Z undoes it."),
        ("Approved", "", {"decided": ("a", "b")}, "Approved 2 files. Ctrl Z undoes them one by one, the newest first."),
        ("Approved", "", {}, "Approved everything. Ctrl Z undoes it."),
        (
            "Approved",
            "",
            {"decided": ("a",), "conflicts": {"b": "both changed it"}},
            "Approved 1 file. b: both changed it. Your folder stays as it is: ask the agent to take your version in, "
            "or reject this one.",
        ),
        ("Rejected", "b", {"conflicts": {"b": "you changed it", "c": ""}}, "b: you changed it (and 1 more). It stays"),
        ("Rejected", "", {"decided": ("a",), "left": ("b", "c")}, "Stopped. Rejected 1 of 3 files; the other 2 wait."),
        (
            "Approved",
            "",
            {"left": ("c",), "conflicts": {"b": "both changed it"}},
            "Stopped. Approved 0 of 2 files; the other one waits. b: both changed it. Your folder stays",
        ),
    ],
)
def test_words_about_a_decision(verb, path, result, words):
    said, tone = decided_words(verb, path, ch.ReviewResult(**result), "Ctrl Z")
    assert said.startswith(words) and tone == ("warn" if "conflicts" in result else "tx2")


def test_undoing_needs_no_word_about_undoing():
    assert decided_words("Undone", "", ch.ReviewResult(decided=("a",)), "") == ("Undone.", "tx2")


def test_nothing_else_is_decided_while_a_decision_is_carried_out(desktop, pane, monkeypatch):
    gate = asyncio.Event()

    async def slowly(*_args, watch, **_options):
        watch(0, 2)
        await gate.wait()
        return ch.ReviewResult(left=() if watch(1, 2) else ("b",), decided=("a",))

    monkeypatch.setattr(desktop.front.review, "approve", slowly)
    busy = desktop.bench.status.busy
    desktop.do("changes.approve_all")
    desktop.wait(lambda: busy.words.text == "Approving 0 of 2 files…")
    assert not pane.foot.approve.isEnabled() and not pane.foot.reject.isEnabled()
    busy.stop.click()
    gate.set()
    desktop.wait(lambda: message(pane) == "Stopped. Approved 1 of 2 files; the other one waits.")
    desktop.wait(pane.foot.approve.isEnabled)


def test_a_refusal_is_said_in_the_pane(desktop, pane):
    desktop.world.refusals["review.rejected"] = UserFacingError("A turn runs.", "Stop it first.")
    desktop.do("changes.reject_file")
    desktop.wait(lambda: message(pane) == "A turn runs. Stop it first.")


def test_a_session_without_changes_teaches(desktop, pane):
    show(desktop, pane)
    assert pane._pages.currentIndex() == 0
    assert not pane.tools.everything.isEnabled()


def test_a_change_list_that_is_announced_is_read_again(desktop, pane):
    chat = desktop.context.selection.chat_id
    desktop.world.changes[session_of(desktop)] = (file_diff("new.py", 1, 0),)
    desktop.world.emit(chat, ev.ChangesUpdated(files=1, added=1, removed=0))
    desktop.wait(lambda: paths(pane) == ["new.py"])
    desktop.wait(lambda: pane.bar.title.text == "new.py")


def test_the_layout_is_switched_by_key_and_a_narrow_view_is_unified(desktop, pane):
    desktop.window.resize(1_800, 900)
    desktop.wait(lambda: pane.view.has_room)
    assert pane.view.layout_now == "split"
    desktop.do("changes.layout")
    assert pane.view.layout_now == "unified" and pane.tools.layout_choice.selected == "unified"
    desktop.do("changes.layout")
    pane.view.resize(400, 300)
    assert pane.view.layout_now == "unified"


def test_rows_that_come_above_move_nothing_that_is_seen(desktop, pane):
    many = [file_diff(f"part_{n:03}/file.py", 1, 0) for n in range(100)]
    show(desktop, pane, *many)
    files = pane.side.files

    def top():
        return pane.model.key(files.indexAt(QPoint(4, 2)).row())

    files.scrollTo(pane.model.index(pane.model.row_of("part_060/file.py")), files.ScrollHint.PositionAtTop)
    before = top()
    assert before.startswith("part_060")
    show(desktop, pane, *sorted([file_diff("a_new.py", 1, 0), *many], key=lambda d: d.change.path))
    assert top() == before and pane.bar.title.text == "part_000/file.py"
    show(desktop, pane, *many[5:])
    desktop.wait(lambda: pane.bar.title.text == "part_005/file.py")
    pane.side.mark("part_090/file.py")
    shown = files.visualRect(pane.model.index(pane.model.row_of("part_090/file.py")))
    assert files.viewport().rect().contains(shown.center())


def test_a_button_that_goes_out_of_use_leaves_the_keys_to_the_diff(desktop, pane):
    pane.setFixedHeight(600)
    desktop.wait(pane.foot.approve.isVisible)
    desktop.window.activateWindow()
    pane.foot.approve.setFocus()
    desktop.wait(pane.foot.approve.hasFocus)
    desktop.qtbot.keyClick(pane.foot.approve, Qt.Key.Key_Space)
    desktop.wait(lambda: desktop.called("review.approved"))
    desktop.wait(lambda: pane.view.hasFocus() and not pane.foot.approve.isEnabled())


def test_the_branch_scope_names_its_commit(desktop, pane):
    session = session_of(desktop)
    desktop.world.worktrees[session] = replace(desktop.world.worktrees[session], source_head="4e1b7a2c" * 5)
    pane.scopes._on_chosen("branch")
    desktop.wait(lambda: "Against 4e1b7a2c, the commit that" in pane.scopes._words.text)


def test_scopes_for_looking_count_no_decisions(desktop, pane):
    pane.setFixedHeight(600)
    desktop.wait(pane.side.progress.isVisible)
    pane.scopes._on_chosen("uncommitted")
    desktop.wait(lambda: pane.side.progress.isHidden())


def test_another_sessions_changes_are_never_shown_as_these(desktop, pane, monkeypatch):
    here, read, gate = session_of(desktop), desktop.front.review.changes, asyncio.Event()
    other = next(s for s in desktop.world.sessions if s != here)
    desktop.world.changes[other] = (file_diff("other.py", 1, 0),)

    async def slowly(session, **options):
        await gate.wait()
        return await read(session, **options)

    monkeypatch.setattr(desktop.front.review, "changes", slowly)
    pane.refresh()
    desktop.context.selection.choose(other)
    assert paths(pane) == [] and not pane.foot.approve.isEnabled() and not pane.bar.buttons[0].isEnabled()
    desktop.do("changes.approve_all")
    desktop.wait(lambda: pane.view._waiting == "Reading the changes…")
    gate.set()
    desktop.wait(lambda: paths(pane) == ["other.py"])
    assert not desktop.called("review.approved")
    desktop.wait(lambda: pane.view.path == "other.py")


def test_the_keys_stay_in_the_pane_where_a_scope_is_empty(desktop, pane):
    desktop.world.changes[f"{session_of(desktop)} turn"] = ()
    desktop.do("changes.focus")
    desktop.wait(pane.view.hasFocus)
    pane.scopes._on_chosen("turn")
    desktop.wait(lambda: pane._empty._back.hasFocus())
    desktop.qtbot.keyClick(pane._empty._back, Qt.Key.Key_O)
    desktop.wait(pane.view.hasFocus)
    assert pane.scopes.scope == "session"
    show(desktop, pane)
    desktop.wait(pane._empty.hasFocus)
    show(desktop, pane, file_diff("new.py", 1, 0))
    desktop.wait(pane.view.hasFocus)


def test_another_scope_stays_at_the_file(desktop, pane):
    desktop.do("changes.next_hunk")
    desktop.wait(lambda: pane.view.path == "tests/test_retry.py")
    pane.scopes._on_chosen("branch")
    assert paths(pane) == [] and pane.foot.approve.text() == "Approve all"
    desktop.wait(lambda: pane.view.path == "tests/test_retry.py")
    desktop.world.changes[f"{session_of(desktop)} turn"] = (file_diff("turn.py", 1, 0),)
    pane.scopes._on_chosen("turn")
    desktop.wait(lambda: pane.view.path == "turn.py")


def test_both_themes_paint(desktop, pane):
    app = QApplication.instance()
    for choice in ("light", "dark"):
        desktop.context.theme.apply(app, choice)
        pane.grab()
        image = pane.view.viewport().grab().toImage()
        corner = image.pixelColor(image.width() - 4, image.height() - 4)
        assert corner.name() == desktop.context.theme.color("bg0").name()


def test_files_stand_below_their_folders_which_fold(desktop, pane):
    files = pane.side.files
    assert [pane.model.data(pane.model.index(i)) for i in range(4)] == [
        "src",
        "src/retry.py",
        "tests",
        "tests/test_retry.py",
    ]
    desktop.qtbot.mouseClick(
        files.viewport(), Qt.MouseButton.LeftButton, pos=files.visualRect(pane.model.index(0)).center()
    )
    assert pane.model.rowCount() == 3 and paths(pane) == ["src/retry.py", "tests/test_retry.py"]
    files.setCurrentIndex(pane.model.index(0))
    desktop.qtbot.keyClick(files, Qt.Key.Key_Right)
    assert pane.model.rowCount() == 4


def test_a_folder_unfolds_for_the_file_that_is_gone_to(desktop, pane):
    pane.model.toggle("tests")
    desktop.do("changes.next_hunk")
    desktop.wait(lambda: pane.bar.title.text == "tests/test_retry.py")
    assert pane.side.files.currentIndex().row() == pane.model.row_of("tests/test_retry.py") == 3


def by(diff, *agents):
    return replace(diff, change=replace(diff.change, agents=agents))


def test_the_list_shows_only_what_one_agent_touched(desktop, pane):
    show(desktop, pane, by(file_diff("a.py", 1, 0), "opencode"), by(file_diff("b.py", 2, 0), "opencode", "qwen"))
    rows = pane.side.agents._rows
    assert [r.share.agent for r in rows] == ["opencode", "qwen"]
    rows[1].click()
    assert paths(pane) == ["b.py"]
    desktop.wait(lambda: pane.bar.title.text == "b.py")
    assert "Changes from opencode, qwen" in pane.bar.title.accessibleName()
    rows[1].click()
    assert paths(pane) == ["a.py", "b.py"]


def test_other_scopes_are_for_looking(desktop, pane):
    desktop.world.changes[f"{session_of(desktop)} turn"] = (file_diff("turn.py", 1, 0),)
    pane.scopes._on_chosen("turn")
    desktop.wait(lambda: paths(pane) == ["turn.py"] and not pane.view.open_hunk)
    assert not any(b.isEnabled() for b in pane.bar.buttons)
    desktop.do("changes.approve_hunk")
    assert "Choose the scope Session first" in message(pane) and not desktop.called("review.approved")
    pane.scopes._on_chosen("session")
    desktop.wait(lambda: paths(pane)[:1] == ["src/retry.py"])
    desktop.wait(lambda: pane.view.open_hunk == 1)


def test_progress_counts_decided_hunks(desktop, pane):
    patch = "diff\n@@ -1 +1 @@\n-a\n+b\n"
    made = rec.Decision(id="d", session_id=session_of(desktop), path="src/retry.py", action="approve", patch=patch)
    desktop.world.decisions[session_of(desktop)] = [made]
    pane.refresh()
    desktop.wait(lambda: pane.side.progress.accessibleName().startswith("1 of 3 hunks decided"))


LINES = [f"line {n}" for n in range(1, 101)]


def real_diff(path="src/real.py", *numbers, spaces=()):
    """A file of 100 lines in which some are changed, some by white space alone."""
    old = "\n".join(LINES) + "\n"
    text = [f"changed {n}" if n in numbers else f"  {t}" if n in spaces else t for n, t in enumerate(LINES, 1)]
    new = "\n".join(text) + "\n"
    made = hunks(old.encode(), new.encode())
    change = ch.FileChange(path=path, operation="modified", agents=("qwen",), hunks=len(made))
    return ch.FileDiff(change=change, hunks=made, old_text=old, new_text=new)


def rows(pane):
    return list(pane.view.sheet.rows)


def kinds(pane):
    return [r.kind for r in rows(pane) if r.kind != "line"]


def test_unchanged_lines_open_by_click_and_key(desktop, pane):
    show(desktop, pane, real_diff("src/real.py", 50))
    desktop.wait(lambda: kinds(pane) == ["gap", "hunk", "gap"])
    assert rows(pane)[0].text == "46 unchanged lines"
    click(desktop, pane.view, "gap", "0")
    assert rows(pane)[0].text == "26 unchanged lines"
    assert [r.left.text for r in rows(pane)[1:3]] == ["line 27", "line 28"]
    desktop.do("changes.expand")
    assert kinds(pane) == ["hunk", "gap"] and rows(pane)[0].left.text == "line 1"
    pane.view.setFocus()
    for key in (Qt.Key.Key_End, Qt.Key.Key_E):
        desktop.qtbot.keyClick(pane.view, key)
    assert rows(pane)[-1].text == "27 unchanged lines" and rows(pane)[-1].kind == "gap"
    pane.grab()


def test_up_and_down_go_from_row_to_row_and_choose_the_hunk(desktop, pane):
    show(desktop, pane, real_diff("src/real.py", 20, 80))
    desktop.wait(lambda: pane.tools.place.text == "Hunk 1 of 2")
    pane.view.setFocus()
    desktop.qtbot.keyClick(pane.view, Qt.Key.Key_End)
    assert pane.tools.place.text == "Hunk 2 of 2"
    desktop.qtbot.keyClick(pane.view, Qt.Key.Key_Home)
    desktop.qtbot.keyClick(pane.view, Qt.Key.Key_Down)
    assert pane.tools.place.text == "Hunk 1 of 2" and pane.view.keyboard.row.kind == "hunk"


def test_white_space_and_long_lines(desktop, pane):
    show(desktop, pane, real_diff("src/real.py", 50, spaces=(20,)))
    desktop.wait(lambda: kinds(pane).count("hunk") == 2)
    assert not any("white space" in r.text for r in rows(pane))
    desktop.do("changes.spacing")
    assert pane.tools.spacing.isChecked() and "only white space" in next(r.text for r in rows(pane) if r.kind == "hunk")
    pane.grab()
    heights = pane.view.sheet.total
    pane.view.resize(120, 300)
    desktop.do("changes.wrap")
    assert pane.view.sheet.columns and pane.view.horizontalScrollBar().maximum() == 0
    pane.view.grab()
    desktop.do("changes.wrap")
    assert pane.view.sheet.total == heights


PATCH = "diff --git a/x b/x\n@@ -10 +10 @@ def f\n-old\n+new\n"


def decide(desktop, pane, action="approve"):
    """A decision about the file on screen that stands."""
    session = session_of(desktop)
    made = rec.Decision(id="dec_1", session_id=session, path=pane.bar.title.text, action=action, hunk=1, patch=PATCH)
    desktop.world.decisions[session] = [made]
    pane.refresh()
    desktop.wait(lambda: "decided" in kinds(pane))


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_a_decided_hunk_is_one_row_that_shows_its_lines_and_is_undone(desktop, pane, action):
    decide(desktop, pane, action)
    pane.grab()
    click(desktop, pane.view, "show", "dec_1")
    assert [r.left.text for r in rows(pane)[1:3] if r.left] == ["old", "new"][: 1 + (pane.view.layout_now == "unified")]
    pane.grab()
    click(desktop, pane.view, "hide", "dec_1")
    assert rows(pane)[1].kind != "line"
    click(desktop, pane.view, "undo", "dec_1")
    desktop.wait(lambda: desktop.called("review.undo"))
    assert desktop.called("review.undo") == [(session_of(desktop), "dec_1")]
    desktop.wait(lambda: message(pane) == "Undone.")


def test_the_keyboard_undoes_the_decision_it_is_on(desktop, pane):
    decide(desktop, pane)
    desktop.do("changes.undo_one")
    assert "no decision on this row" in message(pane)
    pane.view.setFocus()
    desktop.qtbot.keyClick(pane.view, Qt.Key.Key_Home)
    while pane.view.keyboard.row.kind != "decided":
        desktop.qtbot.keyClick(pane.view, Qt.Key.Key_Down)
    desktop.qtbot.keyClick(pane.view, Qt.Key.Key_U)
    desktop.wait(lambda: desktop.called("review.undo"))
    assert desktop.called("review.undo") == [(session_of(desktop), "dec_1")]


def test_a_binary_file_says_so(desktop, pane):
    show(
        desktop,
        pane,
        ch.FileDiff(change=ch.FileChange(path="logo.bin", operation="modified", binary=True, agents=("qwen",))),
    )
    desktop.wait(lambda: kinds(pane) == ["note"])
    assert "No lines to compare" in rows(pane)[0].text
    desktop.do("changes.approve_hunk")
    desktop.wait(lambda: desktop.called("review.approved"))
    assert desktop.called("review.approved")[0][1:] == ("logo.bin", None)


def approve_one(desktop, pane):
    """One file of the sample is approved."""
    first, second = desktop.world.changes[session_of(desktop)]
    approved = replace(first, change=replace(first.change, status="approved"))
    desktop.world.changes[session_of(desktop)] = (approved, second)
    decide(desktop, pane)


def dialog_of(desktop, kind):
    desktop.wait(lambda: desktop.window.findChildren(kind))
    return desktop.window.findChildren(kind)[-1]


def test_approved_work_is_committed_with_the_drafted_message(desktop, pane):
    assert not pane.tools.commit.isEnabled()
    approve_one(desktop, pane)
    assert pane.foot.commit.text() == "Commit 1 approved"
    desktop.do("changes.commit")
    dialog = dialog_of(desktop, CommitDialog)
    assert dialog.message.toPlainText() == "Fix flaky retry test"
    dialog.message.setPlainText("")
    assert not dialog._commit.isEnabled()
    desktop.qtbot.keyClicks(dialog.message, "By hand")
    desktop.qtbot.keyClick(dialog.message, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desktop.wait(lambda: desktop.called("review.commit"))
    assert desktop.called("review.commit") == [(session_of(desktop), "By hand")]
    desktop.wait(lambda: "Committed 1 file on main: By hand (4e1b7a2c)." in message(pane))


def test_without_approved_work_commit_says_so(desktop, pane):
    desktop.do("changes.commit")
    desktop.wait(lambda: "nothing to commit" in message(pane))


def test_reject_all_asks_first(desktop, pane):
    desktop.do("changes.reject_all")
    dialog = dialog_of(desktop, ConfirmDialog)
    assert not desktop.called("review.rejected")
    dialog.accept()
    desktop.wait(lambda: desktop.called("review.rejected"))
    assert desktop.called("review.rejected")[0][1:] == ("", None)


@pytest.mark.parametrize(("isolation", "words"), [("worktree", "do not see them"), ("in-place", "in your folder")])
def test_the_foot_says_where_edits_live(desktop, pane, isolation, words):
    session = session_of(desktop)
    desktop.world.worktrees[session] = replace(desktop.world.worktrees[session], isolation=isolation)
    pane.refresh()
    desktop.wait(lambda: words in pane.foot.words.text)


def test_an_empty_scope_leads_back(desktop, pane):
    desktop.world.changes[f"{session_of(desktop)} branch"] = ()
    pane.scopes._on_chosen("branch")
    desktop.wait(lambda: pane._pages.currentIndex() == 0)
    assert "where the session started" in pane._empty._title.text
    pane._empty._back.click()
    desktop.wait(lambda: pane._pages.currentIndex() == 1 and pane.scopes.scope == "session")


def test_the_scope_is_changed_by_key(desktop, pane):
    for scope in ("branch", "uncommitted", "turn", "session"):
        desktop.do("changes.scope")
        assert pane.scopes.scope == scope


def test_tall_panes_have_bars_and_low_ones_have_menus(desktop, pane):
    desktop.window.resize(1400, 1000)
    pane.setFixedHeight(600)
    desktop.wait(lambda: pane.height() == 600)
    assert not pane.scopes.bar.isHidden() and pane.tools.everything.isHidden() and pane.tools.commit.isHidden()
    pane.setFixedHeight(240)
    desktop.wait(lambda: pane.height() == 240)
    assert pane.foot.isHidden() and pane.scopes.bar.isHidden() and not pane.tools.everything.isHidden()


def blame_on(desktop, pane):
    """The gutter over a real diff whose line 50 an agent wrote in the first turn."""
    show(desktop, pane, real_diff("src/real.py", 50))
    lines = [ch.BlameLine(line=n, text="", author="qwen" if n == 50 else "", turn=int(n == 50)) for n in range(1, 101)]
    desktop.world.blame["src/real.py"] = lines
    desktop.wait(lambda: pane.bar.title.text == "src/real.py")
    desktop.do("changes.blame")
    desktop.wait(lambda: pane.view.scene.blame is not None)


def place_of_line(pane, number):
    """Where the gutter of a line is, in the viewport."""
    place = pane.view.sheet.first_line("new", number)
    pane.view.bring(place)
    top = pane.view.sheet.top(place) - pane.view.verticalScrollBar().value()
    return QPoint(pane.view.scene.gutter_left + 40, top + 8)


def test_the_gutter_names_authors_and_a_click_opens_the_turn(desktop, pane):
    blame_on(desktop, pane)
    asked = []
    desktop.context.selection.turn_asked.connect(lambda chat, turn: asked.append((chat, turn)))
    point = place_of_line(pane, 50)
    assert pane.view.pointer.turn_at(point) == 1 and pane.view.pointer.turn_at(place_of_line(pane, 48)) == 0
    pane.grab()
    desktop.qtbot.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=place_of_line(pane, 50))
    chat = desktop.context.selection.chat_id
    first = next(e.turn_id for e in desktop.world.stored[chat] if isinstance(e.event, ev.TurnStarted))
    assert asked == [(chat, first)]
    transcript = desktop.bench.area.pane.transcript.view
    desktop.wait(lambda: not transcript.stage.scroller.stick)
    assert transcript.holds(f"{first}:prompt")


def test_a_card_says_which_prompt_led_to_the_line(desktop, pane):
    blame_on(desktop, pane)
    pane.view.pointer.follow_author(place_of_line(pane, 50))
    assert pane.view.pointer.card is None and pane.view.pointer.timer.isActive()
    pane.view.pointer._on_card_due()
    card = pane.view.pointer.card
    assert card.accessibleName() == "Turn 1 of qwen"
    assert any("test_retry_backoff" in box.accessibleName() for box in card.findChildren(PromptBox))
    asked = []
    pane.view.turn_asked.connect(asked.append)
    card.findChild(Button).click()
    assert asked == [1]
    card.grab()
    pane.view.resize(pane.view.width(), 90)
    bar = pane.view.verticalScrollBar()
    bar.setValue(0 if bar.value() else bar.maximum())
    assert pane.view.pointer.card is None


def test_the_keyboard_opens_the_turn_of_its_line(desktop, pane):
    desktop.do("changes.turn")
    assert "Show who wrote the lines first" in message(pane)
    blame_on(desktop, pane)
    asked = []
    desktop.context.selection.turn_asked.connect(lambda _chat, turn: asked.append(turn))
    pane.view.go(pane.view.sheet.first_line("new", 48))
    desktop.do("changes.turn")
    assert "No turn of this session" in message(pane) and not asked
    pane.view.go(pane.view.sheet.first_line("new", 50))
    desktop.do("changes.turn")
    assert len(asked) == 1
    desktop.do("changes.blame")
    assert pane.view.scene.blame is None


def test_the_review_takes_the_whole_window_and_gives_it_back(desktop, pane):
    docks, centre = desktop.bench.docks, desktop.window.centralWidget()
    before = {name: docks.visible(name) for name in ("sidebar", "changes", "traces")}
    desktop.do("changes.maximise")
    assert centre.isHidden() and docks.visible("changes") and not docks.visible("sidebar")
    kept = docks.save()
    desktop.do("changes.maximise")
    assert not centre.isHidden() and {name: docks.visible(name) for name in before} == before
    assert docks.restore(kept) and {name: docks.visible(name) for name in before} == before


@pytest.mark.parametrize("leave", ["chat.focus", "view.traces", "changes hidden", "turn", "no session"])
def test_whatever_else_is_opened_ends_the_large_review(desktop, pane, leave):
    desktop.window.resize(1_440, 900)
    desktop.do("changes.maximise")
    match leave:
        case "changes hidden":
            desktop.bench.docks.show("changes", False)
            assert not desktop.bench.docks.visible("changes")
        case "turn":
            desktop.context.selection.turn_asked.emit(desktop.context.selection.chat_id, "nothing")
        case "no session":
            desktop.bench.navigator.show_welcome()
        case action:
            desktop.do(action)
    assert not desktop.window.centralWidget().isHidden() and desktop.bench.docks.visible("sidebar")


def test_the_keys_read_the_diff_aloud(pane, desktop, monkeypatch):
    said = []
    monkeypatch.setattr("boocode_desktop.ui.changes.diff_view.announce", lambda _widget, words: said.append(words))
    show(desktop, pane, two_hunks())
    desktop.wait(lambda: pane.view.scene.count == 2)
    pane.view.setFocus()
    desktop.qtbot.keyClick(pane.view, Qt.Key.Key_Down)
    assert said and said[-1]
    pane.view.move_hunk(1)
    assert said[-1].startswith("Hunk 2 of 2. removed ") or said[-1].startswith("Hunk 2 of 2. added ")
