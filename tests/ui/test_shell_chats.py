"""Chats as tabs: opening, streaming, older pages, new and closed ones, states."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.domain.transcript import TextEntry
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.store import EntryPage, EntryRow
from boocode_desktop.ui.chat.area import PARKED
from boocode_desktop.ui.chat.empty import StarterCard
from boocode_desktop.ui.chat.header import spent
from boocode_desktop.ui.chat.link_dialog import LinkDialog
from boocode_desktop.ui.chat.picture import PictureSheet
from boocode_desktop.ui.chat.session_chats import ChatLine
from boocode_desktop.ui.chat.stream import opening
from boocode_desktop.ui.chat.tab_texts import tab_state
from boocode_desktop.ui.composer.attachments import encode
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, LineDialog
from boocode_desktop.ui.dialogs.reading import ReadingDialog
from boocode_desktop.ui.transcript.painting import Action
from boocode_desktop.ui.transcript.rows import NoteBody


def row(position, turn):
    return EntryRow(chat_id="c", position=position, entry=TextEntry(id=f"e{position}", turn_id=turn, text="x"))


def test_an_idle_chat_is_joined_at_its_end():
    start = opening(EntryPage(rows=(row(1, "a"), row(5, "a")), before=1, last_seq=9), "")
    assert ([e.id for e in start.entries], start.after_seq, start.before) == (["e1", "e5"], 9, 1)


def test_a_running_turn_is_read_again_from_its_events():
    start = opening(EntryPage(rows=(row(1, "a"), row(5, "b"), row(7, "b")), before=None, last_seq=9), "b")
    assert ([e.id for e in start.entries], start.after_seq) == (["e1"], 4)


def test_a_running_turn_without_stored_entries_is_read_from_the_last_one():
    assert opening(EntryPage(rows=(row(3, "a"),), before=None, last_seq=9), "b").after_seq == 3
    assert opening(EntryPage(rows=(), before=None, last_seq=9), "b").after_seq == 0


@pytest.mark.parametrize(
    ("usage", "turns", "words"),
    [
        (Usage(), 0, "0 turns"),
        (Usage(input=40_000, output=1_000), 1, "41 k tokens · 1 turn"),
        (Usage(input=1, cost=0.41), 12, "$0.41 · 12 turns"),
    ],
)
def test_what_a_chat_cost(usage, turns, words):
    assert spent(usage, turns) == words


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (ev.TurnStarted(number=1, prompt="", agent=""), "running"),
        (ev.TurnFinished(status="failed"), "failed"),
        (ev.TurnFinished(status="interrupted"), "interrupted"),
        (ev.TurnFinished(status="completed"), "idle"),
        (ev.Text(delta="x"), None),
    ],
)
def test_what_an_event_says_of_its_tab(event, state):
    envelope = ev.Envelope(session_id="s", chat_id="c", turn_id="t", seq=1, at=0.0, event=event)
    assert tab_state(envelope) == state


def shown(desktop):
    blocks = desktop.bench.area.pane.transcript.view.stage.blocks
    return [blocks.entry(i) for i in range(len(blocks))]


def test_the_stored_chat_is_shown_with_its_figures(desktop):
    desktop.wait(lambda: len(shown(desktop)) > 5)
    assert desktop.bench.area.tabs.count() == 3
    header = desktop.bench.area.pane.header
    desktop.wait(lambda: header.figures.text == "$0.41 · 2 turns")
    assert header.branch.accessibleName() == "boocode/fix-flaky-retry"


def test_a_turn_streams_in(desktop):
    desktop.world.script = lambda text: [(0, ev.Text(delta=f"{n} ")) for n in range(200)]
    desktop.wait(lambda: len(shown(desktop)) > 5)
    composer = desktop.bench.area.pane.composer
    composer.write("count")
    composer.submit()
    desktop.wait(lambda: sum(e.kind == "end" for e in shown(desktop)) == 3)
    text = next(e for e in reversed(shown(desktop)) if e.kind == "text")
    assert text.text == " ".join(str(n) for n in range(200)) + " "
    desktop.wait(lambda: desktop.bench.area.pane.header.figures.text.endswith("3 turns"))


def test_a_hidden_chat_catches_up_when_it_is_shown(desktop):
    desktop.wait(lambda: len(shown(desktop)) > 5)
    first = desktop.bench.area.pane
    before = len(shown(desktop))
    desktop.do("chat.next")
    desktop.wait(lambda: desktop.bench.area.pane is not first)
    desktop.world.play(first.chat.id, "while away", [ev.Text(delta="done")])
    desktop.wait(lambda: first.transcript._feed.waiting)
    desktop.do("chat.previous")
    desktop.wait(lambda: desktop.bench.area.pane is first and len(shown(desktop)) == before + 3)


def test_older_pages_come_when_asked(desktop):
    session_id = desktop.context.selection.session_id
    chat = desktop.world.add_chat(session_id, "Long")
    for number in range(60):
        desktop.world.play(chat.id, f"prompt {number}", [ev.Text(delta=f"answer {number}")])
    desktop.bench.navigator.show_session(session_id, chat.id)
    desktop.wait(lambda: desktop.context.selection.chat_id == chat.id and len(shown(desktop)) >= 50)
    view = desktop.bench.area.pane.transcript.view
    desktop.wait(lambda: (view.verticalScrollBar().setValue(0), len(shown(desktop)) == 180)[1])
    assert shown(desktop)[0].text == "prompt 0"
    assert not view.has_older


def test_a_permission_is_answered_from_the_card(desktop):
    ask = ev.PermissionRequested(
        request_id="p1",
        kind="tool",
        title="Run this command?",
        argv=("git", "push"),
        options=(ev.AskOption(id="once", label="Once", effect="allow_once"),),
    )
    desktop.world.script = lambda text: [(0, ask), (0, ev.Text(delta="pushed"))]
    composer = desktop.bench.area.pane.composer
    composer.write("push")
    composer.submit()
    desktop.wait(lambda: "p1" in desktop.world.asks)
    desktop.bench.area.pane.transcript.view.permission_answered.emit("p1", "once", "")
    desktop.wait(lambda: ("p1", "once", "") in desktop.called("questions.answer"))
    desktop.wait(lambda: not composer.running)


def test_continue_stop_and_rewind_from_the_transcript(desktop):
    view = desktop.bench.area.pane.transcript.view
    view.continue_requested.emit("trn")
    desktop.wait(lambda: desktop.called("turns.send"))
    view.try_now_requested.emit()
    desktop.wait(lambda: desktop.called("turns.try_now"))
    view.stop_requested.emit()
    desktop.wait(lambda: desktop.called("turns.cancel"))
    view.messages.rewind_requested.emit(1)
    desktop.wait(lambda: any(d.isVisible() for d in desktop.window.findChildren(_rewind())))


def _rewind():
    from boocode_desktop.ui.dialogs.questions import RewindDialog

    return RewindDialog


def test_what_a_skill_told_the_agent_can_be_read(desktop):
    pane = desktop.bench.area.pane
    desktop.world.begin(pane.chat.id, "/pdf")
    note = ev.Notice(message="Skill pdf", hint=".agents/skills/pdf", code="skill", told="<b>Fill</b> the form")
    desktop.world.emit(pane.chat.id, note)
    view = pane.transcript.view

    def note_place():
        places = [s.place for s in view.stage.scroller.seen() if isinstance(view.stage.row(s.place).body, NoteBody)]
        return next((p for p in places if view.stage.row(p).body.title == "Skill pdf"), None)

    desktop.wait(note_place)
    (action,) = view.stage.row(note_place()).body.actions
    assert action.text == "Show"
    view.act(note_place(), Action(action.act, action.value))
    (dialog,) = desktop.window.findChildren(ReadingDialog)
    assert dialog.text.toPlainText() == "<b>Fill</b> the form" and dialog.text.isReadOnly()
    dialog.reject()


def test_links_are_opened_only_when_confirmed(desktop):
    view = desktop.bench.area.pane.transcript.view
    view.link_activated.emit("https://example.org/a", "a page")
    dialog = next(d for d in desktop.window.findChildren(LinkDialog) if d.isVisible())
    dialog.reject()


def test_a_new_chat_teaches_and_starts(desktop):
    desktop.do("chat.new")
    desktop.wait(lambda: desktop.bench.area.tabs.count() == 4)
    pane = desktop.bench.area.pane
    desktop.wait(lambda: pane.empty.isVisible())
    assert [line.accessibleName().split(":")[0] for line in pane.empty.findChildren(ChatLine)] == [
        "Chat 1",
        "Chat 2",
        "Chat 3",
    ]
    pane.empty.findChildren(StarterCard)[0].click()
    assert pane.composer.editor.toPlainText().startswith("Explain")
    pane.composer.submit()
    desktop.wait(lambda: not pane.empty.isVisible())


def test_another_chat_is_chosen_from_an_empty_one(desktop):
    first = desktop.context.selection.chat_id
    desktop.do("chat.new")
    desktop.wait(lambda: desktop.context.selection.chat_id != first)
    desktop.bench.area.pane.empty.findChildren(ChatLine)[0].click()
    assert desktop.context.selection.chat_id == first


def test_a_chat_is_closed_and_brought_back(desktop):
    chat_id = desktop.bench.area.tabs.ids()[1]
    desktop.bench.area.close_asked.emit(chat_id)
    desktop.wait(lambda: chat_id not in desktop.bench.area.tabs.ids())
    desktop.wait(lambda: desktop.bench.notices._toast is not None)
    desktop.bench.notices._toast.acted.emit()
    desktop.wait(lambda: chat_id in desktop.bench.area.tabs.ids())


def test_the_last_chat_stays(desktop):
    for _ in range(2):
        count = desktop.bench.area.tabs.count()
        desktop.do("chat.close")
        desktop.wait(lambda count=count: desktop.bench.area.tabs.count() == count - 1)
    desktop.do("chat.close")
    assert desktop.bench.area.tabs.count() == 1
    assert desktop.bench.area.tabs.tabButton(0, desktop.bench.area.tabs.ButtonPosition.RightSide) is None


def test_closing_a_chat_at_work_asks(desktop):
    desktop.world.script = lambda text: [(0, ev.Text(delta="…")), (3_600, ev.Text(delta=""))]
    composer = desktop.bench.area.pane.composer
    composer.write("go")
    composer.submit()
    desktop.wait(lambda: composer.running)
    chat_id = desktop.context.selection.chat_id
    desktop.do("chat.close")
    dialog = next(d for d in desktop.window.findChildren(ConfirmDialog) if d.isVisible())
    assert dialog.first_focus().text() == "Let it run"
    dialog.accept()
    desktop.wait(lambda: desktop.called("chats.archive") == [(chat_id,)])
    assert desktop.called("turns.cancel") == [(chat_id,)]


def test_a_chat_is_renamed(desktop):
    desktop.do("chat.rename")
    dialog = next(d for d in desktop.window.findChildren(LineDialog) if d.isVisible())
    dialog.line.setText("Better name")
    desktop.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.bench.area.tabs.tabText(0) == "Better name")


def test_tabs_show_what_their_chats_do(desktop):
    chat_id = desktop.bench.area.tabs.ids()[1]
    asked = ev.PermissionRequested(request_id="r", kind="tool", title="Run?", options=())
    desktop.world.emit(chat_id, asked, "t9")
    desktop.wait(lambda: desktop.bench.area.tabs._states.get(chat_id) == "waiting")
    assert desktop.bench.area.tabs.accessibleTabName(1).startswith("Try full jitter instead, ")
    desktop.world.emit(chat_id, ev.PermissionResolved(request_id="r", option_id="once"), "t9")
    desktop.wait(lambda: desktop.bench.area.tabs._states.get(chat_id) == "running")
    assert desktop.bench.area.tabs.accessibleTabName(1) == "Try full jitter instead, chat 2, running"


def test_a_session_that_is_gone_shows_the_welcome_page(desktop):
    with desktop.qtbot.waitSignal(desktop.context.bridge.refused) as refused:
        desktop.bench.navigator.show_session("ses_gone")
    assert isinstance(refused.args[0], NotFoundError)
    assert desktop.bench.area.tabs.ids() == ["welcome"]
    assert desktop.window.windowTitle() == "BooCode"


def test_only_the_newest_wish_is_shown(desktop):
    sessions = list(desktop.world.sessions.values())
    for session in sessions[1:5]:
        desktop.bench.navigator.show_session(session.id)
    desktop.wait(lambda: desktop.context.selection.session_id == sessions[4].id)
    shown = [pane.chat.session_id for pane in desktop.bench.area.panes()]
    assert shown == [sessions[0].id, sessions[4].id], "no pane is made for a wish that another one replaced"


def test_panes_of_other_sessions_let_go(desktop):
    first = desktop.bench.area.pane
    chat_id = first.chat.id
    desktop.wait(lambda: desktop.world.bus._subscriptions.get(chat_id))
    for session_id in list(desktop.world.sessions)[1 : PARKED + 3]:
        desktop.bench.navigator.show_session(session_id)
        desktop.wait(lambda wanted=session_id: desktop.context.selection.session_id == wanted)
    desktop.wait(lambda: not desktop.world.bus._subscriptions.get(chat_id))


def test_a_picture_opens_large_and_a_broken_one_says_so(desktop):
    good = encode(QImage(2_000, 30, QImage.Format.Format_RGB32))
    for data, expected in ((good, "px"), (b"<svg/>", "cannot be shown"), (good[:20], "cannot be shown")):
        desktop.world.images["abc"] = data
        desktop.bench.area.pane.transcript.view.image_activated.emit("abc")
        sheet = next(s for s in desktop.window.findChildren(PictureSheet) if s.isVisible())
        if expected == "px":
            desktop.wait(lambda sheet=sheet: not sheet.picture.pixmap().isNull())
            assert sheet.picture.pixmap().width() < 2_000
        else:
            desktop.wait(lambda sheet=sheet, expected=expected: expected in sheet.picture.text())
        sheet.reject()


def test_the_open_question_is_reached_by_key(desktop):
    ask = ev.PermissionRequested(
        request_id="p2",
        kind="tool",
        title="Run?",
        options=(ev.AskOption(id="once", label="Once", effect="allow_once"),),
    )
    desktop.world.emit(desktop.context.selection.chat_id, ask, "t")
    pane = desktop.bench.area.pane
    desktop.wait(lambda: any(e.kind == "ask" for e in shown(desktop)))
    desktop.do("chat.question")
    desktop.wait(lambda: pane.transcript.view.isAncestorOf(QApplication.focusWidget()))
    pane.transcript.view.permission_answered.emit("p2", "once", "")
    assert QApplication.focusWidget() is pane.composer.editor


def test_a_new_session_gets_its_name_from_its_first_prompt(desktop):
    desktop.do("session.new")
    desktop.wait(lambda: desktop.window.windowTitle().startswith("New session"))
    desktop.wait(lambda: desktop.bench.area.tabs.tabText(0) == "Chat 1")
    composer = desktop.bench.area.pane.composer
    composer.write("Sort the imports")
    composer.submit()
    desktop.wait(lambda: desktop.bench.area.tabs.tabText(0) == "Sort the imports")
    desktop.wait(lambda: desktop.window.windowTitle().startswith("Sort the imports · payments-api"))
