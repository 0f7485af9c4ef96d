"""Dialogs, settings, notices and the status bar: what they say, and what they do."""

import asyncio
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from boocode_desktop.config.settings import Endpoint, Settings, settings_table
from boocode_desktop.domain.changes import FileChange, RewindPreview
from boocode_desktop.domain.errors import DiskFullError, StoppedError, UserFacingError
from boocode_desktop.orchestrator.ports.workspace import WorkAtRisk
from boocode_desktop.ui.banner import BannerText
from boocode_desktop.ui.dialogs.about import AboutDialog
from boocode_desktop.ui.dialogs.questions import (
    ConfirmDialog,
    DeleteDialog,
    LineDialog,
    PathRow,
    RewindDialog,
    lost_words,
    rewind_words,
)
from boocode_desktop.ui.dialogs.trust import TrustDialog, TrustRow
from boocode_desktop.ui.heartbeat import Heartbeat
from boocode_desktop.ui.palette.palette import Palette
from boocode_desktop.ui.settings.pages import SERVICES
from boocode_desktop.ui.settings.services import ServiceRow
from boocode_desktop.ui.settings.switch import Switch
from boocode_desktop.ui.settings.values import list_text, list_value, value_of, with_value
from boocode_desktop.ui.setup_port import EngineView
from boocode_desktop.ui.status_line import agent_words, engine_words
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.segmented import Segmented
from tests.fakes.sample import AGENTS
from tests.ui.conftest import settings_pane


def open_one(desktop, kind):
    desktop.wait(lambda: any(d.isVisible() for d in desktop.window.findChildren(kind)))
    return next(d for d in desktop.window.findChildren(kind) if d.isVisible())


def change(path, **fields):
    return FileChange(path=path, operation="modified", **fields)


def test_words_about_work_at_risk():
    assert lost_words(WorkAtRisk(unapproved=("a",))) == "This session holds unapproved changes in 1 file."
    both = WorkAtRisk(unapproved=("a", "b"), unmerged_commits=2)
    assert lost_words(both).endswith("in 2 files and 2 commits that are merged nowhere.")


def test_words_about_a_rewind():
    preview = RewindPreview(to_turn=1, files=(change("a"),), lost={}, turns=(2, 3))
    assert rewind_words(preview) == "1 file in the session's copy will change. Turns 2 to 3 are greyed."
    assert rewind_words(replace(preview, turns=(2,))).endswith("Turn 2 is greyed.")
    assert "only the chat's end moves" in rewind_words(replace(preview, files=()))


def test_deleting_says_what_would_be_lost_and_needs_force(desktop):
    session_id = desktop.context.selection.session_id
    desktop.world.risk[session_id] = WorkAtRisk(unapproved=("src/a.py",), unmerged_commits=1)
    desktop.do("session.delete")
    dialog = open_one(desktop, DeleteDialog)
    assert QApplication.focusWidget().accessibleName() == "Keep it"
    assert len(dialog.findChildren(PathRow)) == 1
    dialog.reject()
    assert desktop.called("sessions.delete") == []
    desktop.do("session.delete")
    open_one(desktop, DeleteDialog).accept()
    desktop.wait(lambda: desktop.called("sessions.delete") == [(session_id, True)])
    desktop.wait(lambda: desktop.context.selection.session_id not in ("", session_id))


def test_deleting_nothing_of_worth_is_not_forced(desktop):
    session_id = desktop.context.selection.session_id
    desktop.do("session.delete")
    dialog = open_one(desktop, DeleteDialog)
    assert [b.text() for b in dialog.findChildren(Button)] == ["Keep it", "Delete"]
    desktop.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    desktop.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.called("sessions.delete") == [(session_id, False)])


def test_rewinding_is_chosen_previewed_done_and_undone(desktop):
    session_id = desktop.context.selection.session_id
    desktop.world.preview = RewindPreview(
        to_turn=1, files=(change("a.py", added=3),), lost={"big.bin": "over 10 MB"}, approved=("b.py",), turns=(2,)
    )
    desktop.do("session.rewind")
    palette = open_one(desktop, Palette)
    assert [e.title[:7] for e in palette._index._entries] == ["Turn 2:", "Turn 1:", "The sta"]
    desktop.qtbot.keyClicks(palette.line, "turn 1")
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    dialog = open_one(desktop, RewindDialog)
    assert len(dialog.findChildren(PathRow)) == 2
    dialog.accept()
    desktop.wait(lambda: desktop.called("review.rewind") == [(session_id, 1)])
    desktop.wait(lambda: desktop.bench.notices._toast is not None)
    desktop.bench.notices._toast.acted.emit()
    desktop.wait(lambda: desktop.called("review.undo_rewind") == [(session_id,)])


def test_a_rewind_is_counted_and_can_be_stopped(desktop, monkeypatch):
    gate = asyncio.Event()

    async def slowly(_session, _turn, *, watch):
        watch(3, 800)
        await gate.wait()
        if not watch(4, 800):
            raise StoppedError("The rewind was stopped.", "Every file is as it was before it.")

    monkeypatch.setattr(desktop.front.review, "rewind", slowly)
    desktop.bench.area.rewind_asked.emit(desktop.context.selection.session_id, 1)
    desktop.wait(lambda: [d for d in desktop.window.findChildren(RewindDialog) if d.isVisible()])
    desktop.window.findChildren(RewindDialog)[-1].accept()
    busy = desktop.bench.status.busy
    desktop.wait(lambda: busy.words.text == "Rewinding 3 of 800 files…")
    busy.stop.click()
    gate.set()
    desktop.wait(lambda: desktop.bench.notices._toast is not None)
    assert "The rewind was stopped. Every file is as it was" in desktop.bench.notices._toast.accessibleName()


def test_renaming_needs_words(desktop):
    session_id = desktop.context.selection.session_id
    desktop.do("session.rename")
    dialog = open_one(desktop, LineDialog)
    assert dialog.line.text() == "Fix flaky retry test"
    dialog.line.setText("  ")
    desktop.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.line.setText("Fix the clock")
    desktop.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.called("sessions.rename") == [(session_id, "Fix the clock")])
    desktop.wait(lambda: desktop.window.windowTitle().startswith("Fix the clock"))


def test_archiving_can_be_undone(desktop):
    session_id = desktop.context.selection.session_id
    desktop.do("session.archive")
    desktop.wait(lambda: desktop.context.selection.session_id != session_id)
    desktop.wait(lambda: desktop.bench.notices._toast is not None)
    desktop.bench.notices._toast.acted.emit()
    desktop.wait(lambda: desktop.context.selection.session_id == session_id)


def test_trust_is_shown_and_taken_back(desktop):
    project = next(p for p in desktop.world.projects.values() if p.name == "boo-site")
    desktop.bench.sidebar.action_chosen.emit("project.trust", project.id)
    dialog = open_one(desktop, TrustDialog)
    assert len(dialog.findChildren(TrustRow)) == 4
    assert QApplication.focusWidget().accessibleName() == "Open untrusted"
    dialog.accept()
    desktop.wait(lambda: desktop.world.projects[project.id].trusted)
    desktop.bench.sidebar.action_chosen.emit("project.untrust", project.id)
    desktop.wait(lambda: not desktop.world.projects[project.id].trusted)


def test_the_next_and_previous_session(desktop):
    sessions = list(desktop.world.sessions)
    desktop.do("session.next")
    desktop.wait(lambda: desktop.context.selection.session_id == sessions[1])
    desktop.do("session.previous")
    desktop.wait(lambda: desktop.context.selection.session_id == sessions[0])


def test_escape_and_a_click_beside_dismiss(desktop):
    for dismiss in (
        lambda d: desktop.qtbot.keyClick(d, Qt.Key.Key_Escape),
        lambda d: desktop.qtbot.mouseClick(d, Qt.MouseButton.LeftButton, pos=QPoint(5, 5)),
    ):
        desktop.do("program.about")
        dialog = open_one(desktop, AboutDialog)
        with desktop.qtbot.waitSignal(dialog.finished) as finished:
            dismiss(dialog)
        assert finished.args == [False]


def test_a_click_on_the_card_keeps_it(desktop):
    desktop.do("program.about")
    dialog = open_one(desktop, AboutDialog)
    desktop.qtbot.mouseClick(dialog, Qt.MouseButton.LeftButton, pos=dialog.card.geometry().center())
    assert dialog.isVisible()


def test_tab_stays_inside_a_dialog(desktop):
    desktop.do("session.rename")
    dialog = open_one(desktop, LineDialog)
    seen = set()
    for _ in range(8):
        desktop.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert dialog.isAncestorOf(QApplication.focusWidget())
        seen.add(QApplication.focusWidget())
    assert len(seen) == 4
    desktop.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert dialog.isAncestorOf(QApplication.focusWidget())


def test_a_dialog_follows_its_window(desktop):
    desktop.do("program.about")
    dialog = open_one(desktop, AboutDialog)
    desktop.window.resize(790, 700)
    assert dialog.size() == desktop.window.size()
    assert dialog.rect().contains(dialog.card.geometry())


# Settings


def test_values_by_key():
    settings = with_value(with_value(Settings(), "engine.threads", 3), "theme", "light")
    assert (value_of(settings, "engine.threads"), value_of(settings, "theme")) == (3, "light")


def test_lists_as_people_type_them():
    after = next(s for s in settings_table() if s.key == "after_write")
    folders = next(s for s in settings_table() if s.key == "model_folders")
    assert list_value(" auto ", after) == "auto"
    assert list_value("", after) is None
    assert list_value("npm run 'a b'", after) == ("npm", "run", "a b")
    assert list_value("", folders) == ()
    assert (list_text(("npm", "a b")), list_text(None), list_text("auto")) == ("npm 'a b'", "", "auto")
    with pytest.raises(ValueError, match="quotation"):
        list_value("'open", after)


def control(dialog, kind, name):
    return next(c for c in dialog.findChildren(kind) if c.accessibleName() == name)


def test_a_change_is_kept_at_once(desktop):
    dialog = settings_pane(desktop, "General")
    line = control(dialog, QLineEdit, "Step limit")
    line.setText("40")
    desktop.qtbot.keyClick(line, Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.setup.current.step_limit == 40)
    line.clear()
    desktop.wait(lambda: desktop.setup.current.step_limit is None)
    after = control(dialog, QLineEdit, "After changes")
    after.setText("make check")
    desktop.qtbot.keyClick(after, Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.setup.current.after_write == ("make", "check"))
    dialog.show_group("Permissions")
    control(dialog, Segmented, "Commands").chosen.emit("deny")
    desktop.wait(lambda: desktop.setup.current.permission_default == "deny")
    picker = next(p for p in dialog.findChildren(object) if getattr(p, "_name", "") == "Agent")
    picker.chosen.emit("opencode")
    desktop.wait(lambda: desktop.setup.current.default_agent == "opencode")


def test_the_theme_follows_the_setting(desktop):
    dialog = settings_pane(desktop, "Appearance")
    control(dialog, Segmented, "Theme").chosen.emit("light")
    desktop.wait(lambda: not desktop.context.theme.dark)
    desktop.do("view.theme")
    assert desktop.context.theme.dark
    desktop.wait(lambda: desktop.setup.current.theme == "dark")
    switch = control(dialog, Switch, "Reduce motion")
    switch.click()
    desktop.wait(lambda: desktop.setup.current.reduced_motion == switch.isChecked())
    switch.click()


def test_every_setting_has_a_control(desktop):
    dialog = settings_pane(desktop)
    for group in dialog.groups:
        dialog.show_group(group)

    def names():
        return {w.accessibleName().split(":")[0] for w in dialog.findChildren(QWidget)}

    desktop.wait(lambda: {spec.label for spec in settings_table()} <= names())


def test_services_are_added_and_forgotten(desktop):
    desktop.setup.current = replace(desktop.setup.current, endpoints=(Endpoint(name="x", base_url="http://x"),))
    dialog = settings_pane(desktop, SERVICES)
    row = dialog.findChildren(ServiceRow)[0]
    row.removed.emit("x")
    asked = open_one(desktop, ConfirmDialog)
    assert not any(call[0] == "remove_endpoint" for call in desktop.setup.calls)
    asked.accept()
    desktop.wait(lambda: ("remove_endpoint", "x") in desktop.setup.calls)
    desktop.wait(lambda: not [r for r in dialog.findChildren(ServiceRow) if r.isVisible()])


# Notices, banner, status


def test_problems_and_bugs_are_told(desktop):
    notices = desktop.bench.notices
    desktop.context.bridge.refused.emit(UserFacingError("The disk is full.", "Free 200 MB."))
    assert notices._toast.accessibleName() == "The disk is full. Free 200 MB."
    desktop.context.bridge.failed.emit(KeyError("x"))
    assert "inside BooCode" in notices._toast.accessibleName()
    with desktop.qtbot.waitSignal(notices._toast.closed):
        notices._toast.dismiss()
    assert notices._toast is None


def test_the_banner_stays_until_it_is_settled(desktop):
    banner = desktop.bench.banner
    assert not banner.isVisible()
    text = BannerText(title="The disk is full.", detail="Saved.", tone="bad", actions=(("retry", "Retry"),))
    banner.say(text)
    assert banner.isVisible()
    with desktop.qtbot.waitSignal(banner.acted) as acted:
        banner.findChildren(Button)[-1].click()
    assert acted.args == ["retry"]
    with desktop.qtbot.waitSignal(banner.closed):
        banner.put_away()
    assert not banner.isVisible()


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (EngineView(), "No engine running"),
        (EngineView(phase="starting"), "Engine starting"),
        (EngineView(phase="ready", model="m"), "Engine ready · m"),
        (EngineView(phase="failed", detail="exit 1"), "Engine failed · exit 1"),
    ],
)
def test_the_engine_in_words(view, words):
    assert engine_words(view) == words


def test_agents_in_words():
    assert agent_words(AGENTS) == "2 agents ready, 1 checking"
    assert agent_words(AGENTS[:1]) == "1 agent ready"


def test_the_status_bar_follows_the_engine(desktop):
    desktop.setup.show_engine(EngineView(phase="failed", detail="exit 1", log=("a", "b")))
    status = desktop.bench.status
    assert status.engine.accessibleName() == "Engine failed · exit 1"
    assert status.engine.toolTip() == "a\nb"
    assert status.lag.text.startswith("UI ")
    assert status.memory.text.endswith("MB")


def test_the_heartbeat_sees_a_held_loop(qtbot):
    beat = Heartbeat()
    beat.start()
    qtbot.waitUntil(lambda: len(beat._late) >= 2)
    deadline = time.perf_counter() + 0.2
    while time.perf_counter() < deadline:
        pass
    qtbot.waitUntil(lambda: beat.worst_ms > 100)
    beat.stop()


def test_confirm_gives_the_focus_to_what_loses_nothing(desktop):
    dialog = ConfirmDialog(desktop.context.theme, desktop.window, "Sure?", "words", button="Do it", danger=True)
    dialog.open()
    assert QApplication.focusWidget().accessibleName() == "Cancel"
    dialog.reject()


def test_a_full_disk_stays_on_the_banner_until_there_is_room(desktop):
    desktop.world.refusals["chats.save_draft"] = DiskFullError("The disk is full.", "Free some space.")
    desktop.bench.area.pane.composer.write("words that wait")
    banner = desktop.bench.banner
    desktop.wait(banner.isVisible)
    assert banner.accessibleName() == "The disk is full. Free some space."
    banner.acted.emit("try_again")
    desktop.wait(lambda: len(desktop.called("chats.save_draft")) >= 2)
    desktop.wait(lambda: not desktop.context.bridge.busy("window.save"))
    assert banner.isVisible()
    del desktop.world.refusals["chats.save_draft"]
    banner.acted.emit("try_again")
    desktop.wait(lambda: not banner.isVisible())
    assert desktop.world.drafts[desktop.context.selection.chat_id] == "words that wait"
