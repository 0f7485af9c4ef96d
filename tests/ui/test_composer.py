"""The composer: send, queue and stop; drafts; history; the queue; pickers; pictures."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QMenu

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.agents import AgentInfo, AgentMode
from boocode_desktop.orchestrator.views import ChatStanding
from boocode_desktop.ui.composer.attachments import LIMIT, encode, read_picture, sniff
from boocode_desktop.ui.composer.choices import agent_choices, default_name, effort_choices, mode_choices, model_choices
from boocode_desktop.ui.composer.gauge import gauge_tone, gauge_words
from boocode_desktop.ui.composer.memory import memory_look
from boocode_desktop.ui.composer.prompts import PromptHistory, faces
from tests.fakes.sample import AGENTS, MODELS
from tests.ui.conftest import settle


@pytest.mark.parametrize(
    ("running", "written", "shown"),
    [
        (False, False, ("send",)),
        (False, True, ("send",)),
        (True, False, ("stop",)),
        (True, True, ("stop", "queue")),
    ],
)
def test_faces(running, written, shown):
    assert faces(running=running, written=written) == shown


def test_history_walks_back_and_returns_to_what_was_being_written():
    history = PromptHistory.of(["one", "two", "two", " "])
    assert history.prompts == ["one", "two"]
    assert history.older("unsent") == "two"
    assert history.older("two") == "one"
    assert history.older("one") is None
    assert history.newer() == "two"
    assert history.newer() == "unsent"
    assert history.newer() is None


def test_a_turn_that_starts_meanwhile_takes_nothing_from_who_walks_the_history():
    history = PromptHistory.of(["one", "two"])
    assert history.older("being written") == "two"
    history.add("three")
    assert history.older("two") == "one"
    assert [history.newer(), history.newer(), history.newer()] == ["two", "three", "being written"]


def test_what_is_sent_from_here_stands_in_the_history_once():
    history = PromptHistory.of(["one"])
    for prompt in ("two", "three"):
        history.send(prompt)
    for started in ("two", "three", "from elsewhere"):
        history.add(started)
    assert history.prompts == ["one", "two", "three", "from elsewhere"]
    assert history.older("") == "from elsewhere"


@given(st.lists(st.text(min_size=1, max_size=5).filter(str.strip), max_size=8), st.text(max_size=5))
def test_history_there_and_back_is_where_it_began(prompts, unsent):
    history = PromptHistory.of(prompts)
    shown = unsent
    for _ in range(len(prompts) + 2):
        shown = history.older(shown) or shown
    for _ in range(len(prompts) + 2):
        found = history.newer()
        shown = shown if found is None else found
    assert shown == unsent


def test_choices_say_why_an_agent_cannot_be_taken():
    choices = {c.id: c for c in agent_choices(AGENTS, "boocode")}
    assert choices["boocode"].enabled
    assert choices["qwen"].enabled
    assert (choices["goose"].enabled, choices["goose"].note) == (False, "error · no provider chosen")
    assert (choices["boocode"].note, choices["boocode"].warning) == ("ready", "")
    assert (choices["qwen"].note, choices["qwen"].warning) == ("loading", "info")
    assert agent_choices(AGENTS, "gone")[-1].id == "gone"


def test_model_and_effort_choices():
    assert [c.id for c in model_choices(MODELS, "")] == ["", "deepseek-v4-pro", "qwen3-coder"]
    assert model_choices(MODELS, "", "Pro")[0].label == "Pro"
    assert model_choices([], "")[0].label == "Default model"
    assert [c.id for c in effort_choices(MODELS, "deepseek-v4-pro", "")] == ["", "low", "high"]
    assert [c.id for c in effort_choices(MODELS, "qwen3-coder", "")] == [""]
    assert [c.id for c in effort_choices(MODELS, "qwen3-coder", "max")] == ["", "max"]


def test_the_default_model_is_named():
    assert default_name(MODELS, "") == (MODELS[0].name or MODELS[0].id)
    assert default_name(MODELS, "qwen3-coder") == (MODELS[1].name or MODELS[1].id)
    assert (default_name([], ""), default_name([], "gone")) == ("", "gone")


def test_gauge_tones():
    assert [gauge_tone(s) for s in (0.2, 0.8, 0.95)] == ["accent", "warn_fill", "bad"]


@pytest.fixture
def composer(desktop):
    """The composer of the first chat, with a turn that waits for `release`."""
    desktop.wait(lambda: desktop.bench.area.pane.composer.draft is not None)
    return desktop.bench.area.pane.composer


def hold_turns(desktop):
    """Turns that end only when they are stopped."""
    desktop.world.script = lambda text: [(0, ev.Text(delta="…")), (3_600, ev.Text(delta="never"))]


def type_text(desktop, composer, text):
    desktop.qtbot.keyClicks(composer.editor, text)


def test_enter_sends_and_the_turn_shows(desktop, composer):
    type_text(desktop, composer, "fix it")
    assert composer.send_button.isEnabled()
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.called("turns.send"))
    (_, prompt, mode), *_ = desktop.called("turns.send")
    assert (prompt.text, mode) == ("fix it", "after_turn")
    assert composer.editor.toPlainText() == ""
    desktop.wait(lambda: not composer.running)


def test_shift_enter_breaks_the_line_and_the_field_grows(desktop, composer):
    before = composer.editor.height()
    type_text(desktop, composer, "one")
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    type_text(desktop, composer, "two")
    assert composer.editor.toPlainText() == "one\ntwo"
    assert composer.editor.height() > before
    composer.editor.show_text("\n".join(["line"] * 40))
    tall = composer.editor.height()
    composer.editor.show_text("\n".join(["line"] * 80))
    assert composer.editor.height() == tall
    assert desktop.called("turns.send") == []


def test_nothing_is_sent_when_nothing_is_written(desktop, composer):
    type_text(desktop, composer, "   ")
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    assert not composer.send_button.isEnabled()
    assert desktop.called("turns.send") == []


def test_while_a_turn_runs_it_queues_and_escape_stops(desktop, composer):
    hold_turns(desktop)
    composer.write("first")
    composer.submit()
    desktop.wait(lambda: composer.running)
    assert composer.stop_button.isVisible()
    assert not composer.send_button.isVisible()
    composer.write("second")
    assert composer.send_button.text() == "Queue"
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    desktop.wait(lambda: composer.queue.count == 1)
    desktop.world.script = lambda text: [(0, ev.Text(delta=text))]
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Escape)
    desktop.wait(lambda: desktop.called("turns.cancel"))
    desktop.wait(lambda: not composer.running and composer.queue.count == 0)
    assert not composer.stop_button.isVisible()


def test_what_could_not_be_sent_comes_back(desktop, composer):
    desktop.world.refusals["turns.send"] = UserFacingError("busy", "wait")
    composer.write("precious")
    with desktop.qtbot.waitSignal(desktop.context.bridge.refused):
        composer.submit()
    assert composer.editor.toPlainText() == "precious"


def test_what_could_not_be_sent_stands_before_what_was_written_meanwhile(desktop, composer):
    desktop.world.refusals["turns.send"] = UserFacingError("busy", "wait")
    composer.write("precious")
    with desktop.qtbot.waitSignal(desktop.context.bridge.refused):
        composer.submit()
        composer.editor.insertPlainText("the next thought")
    assert composer.editor.toPlainText() == "precious\n\nthe next thought"


def test_a_closed_chat_keeps_the_words_typed_just_before(desktop, composer):
    chat_id = composer._chat_id
    type_text(desktop, composer, "half a tho")
    desktop.do("chat.close")
    desktop.wait(lambda: desktop.world.drafts.get(chat_id) == "half a tho")


def test_drafts_are_saved_as_one_types_and_come_back(desktop, composer, qtbot):
    chat_id = desktop.context.selection.chat_id
    type_text(desktop, composer, "half a tho")
    assert chat_id not in desktop.world.drafts
    desktop.wait(lambda: desktop.world.drafts.get(chat_id) == "half a tho")
    assert len(desktop.called("chats.save_draft")) == 1
    composer.submit()
    desktop.wait(lambda: desktop.world.drafts.get(chat_id) == "")


def test_a_draft_is_restored(desktop):
    session_id = desktop.context.selection.session_id
    chat = desktop.world.add_chat(session_id, "Later")
    desktop.world.drafts[chat.id] = "where was I"
    desktop.bench.navigator.show_session(session_id, chat.id)
    desktop.wait(lambda: desktop.context.selection.chat_id == chat.id)
    desktop.wait(lambda: desktop.bench.area.pane.composer.editor.toPlainText() == "where was I")
    assert not desktop.bench.area.pane.composer.draft.pending


def test_a_draft_that_comes_late_does_not_replace_what_was_typed(desktop, composer):
    composer.write("typed first")
    composer._on_draft_read("stored")
    assert composer.editor.toPlainText() == "typed first"


def test_ctrl_up_and_down_walk_the_chats_prompts(desktop, composer):
    desktop.wait(lambda: composer._history.prompts)
    composer.write("unsent")
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert composer.editor.toPlainText() == "Show me the latency before and after."
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert composer.editor.toPlainText() == "unsent"


def queue_two(desktop, composer):
    hold_turns(desktop)
    composer.write("first")
    composer.submit()
    desktop.wait(lambda: composer.running)
    for text in ("second", "third"):
        composer.write(text)
        composer.submit()
        desktop.wait(lambda text=text: any(q.text == text for q in desktop.world.queued[composer._chat_id]))
    desktop.wait(lambda: composer.queue.count == 2)
    return list(composer.queue._rows.values())


def test_a_queued_message_is_edited_removed_and_sent_otherwise(desktop, composer):
    rows = queue_two(desktop, composer)
    first = desktop.world.queued[composer._chat_id][0]
    rows[0]._on_edit_clicked()
    assert rows[0].editing
    rows[0]._edit.show_text("second, better")
    desktop.qtbot.keyClick(rows[0]._edit, Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.world.queued[composer._chat_id][0].text == "second, better")
    composer.queue.mode_chosen.emit(first.id, "steer")
    desktop.wait(lambda: desktop.world.queued[composer._chat_id][0].mode == "steer")
    composer.queue.removed.emit(first.id)
    desktop.wait(lambda: composer.queue.count == 1)


def test_escape_leaves_the_editing_of_a_queued_message(desktop, composer):
    row = queue_two(desktop, composer)[0]
    row._on_edit_clicked()
    row._edit.show_text("other")
    desktop.qtbot.keyClick(row._edit, Qt.Key.Key_Escape)
    assert not row.editing
    assert desktop.called("turns.edit_queued") == []
    assert composer.running


def test_the_mode_menu_offers_three_ways(desktop, composer):
    row = queue_two(desktop, composer)[0]
    row._on_mode_clicked()
    menu = next(m for m in row.findChildren(QMenu) if m.isVisible())
    menu.actions()[2].trigger()
    menu.close()
    desktop.wait(lambda: desktop.world.queued[composer._chat_id][0].mode == "interrupt")


def test_the_pickers_configure_the_chat(desktop, composer):
    takers = composer.takers
    desktop.wait(lambda: len(takers.model._choices) == 3)
    takers.model.chosen.emit("deepseek-v4-pro")
    desktop.wait(lambda: takers.model.selected == "deepseek-v4-pro")
    assert takers.effort.isVisible()
    takers.effort.chosen.emit("high")
    desktop.wait(lambda: takers.effort.selected == "high")
    takers.agent.chosen.emit("opencode")
    desktop.wait(lambda: takers.agent.selected == "opencode")
    assert (takers.model.selected, takers.effort.selected) == ("", "")
    assert [c.id for c in takers.model._choices] == ["", "deepseek/deepseek-v4-pro"]


def test_a_pickers_menu_opens_and_chooses(desktop, composer):
    desktop.do("composer.agent")
    menu = next(m for m in composer.takers.agent.findChildren(QMenu) if m.isVisible())
    entry = next(a for a in menu.actions() if a.text().startswith("opencode"))
    entry.trigger()
    menu.close()
    desktop.wait(lambda: composer.takers.agent.selected == "opencode")


def test_access_is_switched_in_the_same_chat(desktop, composer):
    pane, before = desktop.bench.area.pane, desktop.context.selection.chat_id
    composer.takers.access.chosen.emit("read")
    desktop.wait(lambda: desktop.world.chats[before].read_only)
    desktop.wait(lambda: pane.header.access.isVisible())
    assert pane.chat.read_only
    assert composer.takers.access.selected == "read"
    composer.takers.access.chosen.emit("write")
    desktop.wait(lambda: not pane.header.access.isVisible())
    assert desktop.context.selection.chat_id == before


def test_the_gauge_knows_what_was_said_before_the_window_opened(desktop, composer):
    desktop.wait(lambda: composer.gauge.isVisible())
    assert composer.gauge.accessibleName() == "Context: 41 k of 200 k tokens, 20 %"
    assert "38 k read from the cache" in composer.gauge.toolTip()


@pytest.mark.parametrize(
    ("used", "size", "usage", "lines"),
    [
        (500, 0, None, ["Context: 500 tokens, its size is not known"]),
        (50, 200, None, ["Context: 50 of 200 tokens, 25 %", "150 left"]),
        (
            150,
            200,
            Usage(input=140, cached=100, output=10),
            [
                "Context: 150 of 200 tokens, 75 %",
                "100 read from the cache",
                "40 read anew",
                "10 written as answer",
                "50 left",
                "Nearly full: the agent shortens the chat soon",
            ],
        ),
        (50, 200, Usage(input=900), ["Context: 50 of 200 tokens, 25 %", "150 left"]),
    ],
)
def test_the_gauge_says_what_fills_it(used, size, usage, lines):
    assert gauge_words(used, size, usage).split("\n") == lines


@pytest.mark.parametrize(
    ("opened", "why", "native", "turns", "running", "label", "words"),
    [
        ("resumed", "", False, 3, False, "resumed", "own memory"),
        ("history", "", False, 3, False, "history", "read its own history"),
        ("new", "", False, 2, True, "new session", "goose began a new session here."),
        ("new", "It was lost.", False, 2, False, "new session", "It was lost. goose began"),
        ("", "", False, 1, False, "new session", "told the earlier turns"),
        ("", "", False, 2, True, "new session", "told the earlier turns"),
        # In a chat's first turn, and before it, there is nothing that could have been lost.
        ("", "", False, 0, False, None, ""),
        ("", "", False, 1, True, None, ""),
        ("new", "", False, 1, True, None, ""),
        ("new", "", False, 1, False, None, ""),
        ("new", "It was lost.", False, 1, True, "new session", "It was lost. goose began"),
        ("resumed", "", True, 3, False, None, ""),
    ],
)
def test_the_chip_says_what_an_agent_remembers(opened, why, native, turns, running, label, words):
    standing = ChatStanding(agent="goose", opened=opened, why=why)
    look = memory_look(standing, label="goose", native=native, turns=turns, running=running)
    assert (look and look.label) == label
    assert words in (look.explanation if look else "")


def test_the_chip_follows_the_agent_and_what_it_says(desktop, composer):
    chat_id = composer._chat_id
    assert not composer.memory.isVisible()
    desktop.context.bridge.run(desktop.front.chats.configure(chat_id, agent="opencode"), done=composer.show_chat)
    desktop.wait(lambda: composer.memory.isVisible())
    assert composer.memory.accessibleName() == "Agent's memory: new session"
    assert not composer.gauge.isVisible()
    desktop.world.begin(chat_id, "go on")
    for event in (
        ev.AgentOpened(agent="opencode", how="resumed"),
        ev.UsageReported(usage=Usage(input=900), context_used=1_000, context_size=2_000),
        ev.TurnFinished(status="completed"),
    ):
        desktop.world.emit(chat_id, event)
    desktop.wait(lambda: composer.memory.accessibleName() == "Agent's memory: resumed")
    assert composer.gauge.accessibleName() == "Context: 1 k of 2 k tokens, 50 %"
    desktop.context.bridge.run(desktop.front.chats.configure(chat_id, agent="boocode"), done=composer.show_chat)
    desktop.wait(lambda: composer.gauge.accessibleName() == "Context: 41 k of 200 k tokens, 20 %")
    assert not composer.memory.isVisible()


def test_modes_of_the_agent_can_be_chosen(desktop, composer):
    modes = (AgentMode(id="ask", name="Ask"), AgentMode(id="plan", name="Plan", description="no edits"))
    agent = AgentInfo(name="goose", label="goose", state="ready", modes=modes, mode="ask", efforts=("low", "high"))
    desktop.world.agents = [a for a in AGENTS if a.name != "goose"] + [agent]
    assert [(c.id, c.note) for c in mode_choices(agent, "")] == [("", "Ask"), ("ask", ""), ("plan", "no edits")]
    assert mode_choices(None, "") == []
    assert mode_choices(None, "gone")[-1].id == "gone"
    assert not composer.takers.mode.isVisible()
    composer.takers.agent.chosen.emit("goose")
    desktop.wait(lambda: composer.takers.mode.isVisible())
    assert [c.id for c in composer.takers.effort._choices] == ["", "low", "high"]
    composer.takers.mode.chosen.emit("plan")
    desktop.wait(lambda: desktop.world.chats[composer._chat_id].mode == "plan")
    desktop.wait(lambda: composer.takers.mode.accessibleName() == "Mode: Plan")


def test_an_agent_that_cannot_work_is_marked_and_said(desktop, composer):
    desktop.world.agents = [replace(a, state="error", detail="it broke") for a in AGENTS]
    composer.takers.agent.opening.emit()
    assert composer.takers.agent.accessibleName() == "Agent: boocode, error · it broke"


def test_the_gauge_shows_what_a_step_reports(desktop, composer):
    usage = Usage(input=50_000, output=2_000)
    desktop.world.emit(composer._chat_id, ev.StepFinished(step=1, usage=usage, context_size=200_000), "t")
    desktop.wait(lambda: composer.gauge.accessibleName() == "Context: 52 k of 200 k tokens, 26 %")


def picture(width=4, height=3):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    return image


def test_a_pasted_picture_becomes_a_chip_and_goes_along(desktop, composer):
    data = QMimeData()
    data.setImageData(picture())
    assert composer.editor.canInsertFromMimeData(data)
    composer.editor.insertFromMimeData(data)
    desktop.wait(lambda: composer.attachments.images)
    assert composer.attachments.isVisible()
    assert composer.send_button.isEnabled()
    composer.submit()
    desktop.wait(lambda: desktop.called("turns.send"))
    prompt = desktop.called("turns.send")[0][1]
    assert [i.media_type for i in prompt.images] == ["image/png"]
    assert sniff(desktop.world.images[prompt.images[0].sha256]) == "image/png"
    assert not composer.attachments.isVisible()


def test_dropped_pictures_attach_and_other_files_are_named(desktop, composer, tmp_path):
    shot, notes = tmp_path / "shot.png", tmp_path / "notes.txt"
    shot.write_bytes(encode(picture()))
    notes.write_text("hello")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(shot)), QUrl.fromLocalFile(str(notes))])
    composer.editor.insertFromMimeData(data)
    desktop.wait(lambda: composer.attachments.images)
    assert composer.editor.toPlainText() == f"@{notes} "
    spaced = tmp_path / "my notes.txt"
    data.setUrls([QUrl.fromLocalFile(str(spaced))])
    composer.editor.insertFromMimeData(data)
    assert composer.editor.toPlainText() == f'@{notes} @"{spaced}" '


def test_a_name_stands_apart_from_the_word_before_it_whatever_that_is(desktop, composer):
    composer.write("😀😀 look ")
    composer.mention("@a.py")
    assert composer.editor.toPlainText() == "😀😀 look @a.py "
    composer.write("😀😀")
    composer.mention("@a.py")
    assert composer.editor.toPlainText() == "😀😀 @a.py "


def test_many_chips_take_more_rows_and_no_more_width(desktop, composer):
    for number in range(9):
        composer.attachments.add_text(f"{number}\n" * 40)
    settle()
    chips = composer.attachments._pasted
    assert len({chip.y() for chip in chips}) > 1
    assert all(chip.geometry().right() <= composer.attachments.width() for chip in chips)
    assert composer.attachments.minimumSizeHint().width() < 200
    desktop.window.resize(560, 800)
    settle()
    assert all(chip.geometry().right() <= composer.attachments.width() for chip in chips)
    assert composer.attachments.height() >= max(chip.geometry().bottom() for chip in chips)


def test_text_is_composed_by_an_input_method(desktop, composer):
    """Half a word of an input method is no word yet: it opens no menu, is no draft and is not sent."""
    desktop.world.files[:] = ["にほん.py"]
    QApplication.sendEvent(composer.editor, QInputMethodEvent("@にほ", []))
    assert composer.editor.toPlainText() == "" and not composer.completer.menu.isVisible()
    assert not composer.send_button.isEnabled()
    commit = QInputMethodEvent()
    commit.setCommitString("日本")
    QApplication.sendEvent(composer.editor, commit)
    assert composer.editor.toPlainText() == "日本"
    QApplication.sendEvent(composer.editor, QInputMethodEvent("ご", []))
    composer.submit()
    desktop.wait(lambda: desktop.called("turns.send"))
    assert desktop.called("turns.send")[0][1].text == "日本"


def test_a_chip_can_be_removed(desktop, composer):
    composer.attachments.add_image(picture())
    desktop.wait(lambda: composer.attachments.images)
    composer.attachments._chips[0].removed.emit()
    assert composer.attachments.images == ()
    assert not composer.attachments.isVisible()
    assert not composer.send_button.isEnabled()


def test_a_file_that_is_no_picture_is_refused_with_words(desktop, composer, tmp_path):
    fake = tmp_path / "fake.png"
    fake.write_bytes(b"<svg/>")
    with desktop.qtbot.waitSignal(desktop.context.bridge.refused) as refused:
        composer.attachments.add_file(fake)
    assert "no PNG" in refused.args[0].message
    assert composer.attachments._chips == []


def test_pictures_that_are_too_large_or_gone_are_refused(tmp_path):
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(LIMIT + 1)
    with pytest.raises(UserFacingError, match="over the limit"):
        read_picture(large)
    with pytest.raises(UserFacingError, match="cannot be read"):
        read_picture(tmp_path / "gone.png")


def test_pictures_survive_a_failed_send(desktop, composer):
    composer.attachments.add_image(picture())
    desktop.wait(lambda: composer.attachments.images)
    desktop.world.refusals["turns.send"] = UserFacingError("no", "")
    with desktop.qtbot.waitSignal(desktop.context.bridge.refused):
        composer.submit()
    assert len(composer.attachments.images) == 1


def test_sending_waits_for_pictures_that_are_read(desktop, composer):
    release = asyncio.Event()

    async def slow(data, *, media_type, name=""):
        await release.wait()
        return ev.ImageRef(sha256="x", media_type=media_type, name=name)

    desktop.front.chats.attach = slow
    composer.write("look")
    composer.attachments.add_image(picture())
    assert composer.attachments.reading
    assert not composer.send_button.isEnabled()
    composer.submit()
    assert desktop.called("turns.send") == []
    desktop.context.bridge.run(_set(release))
    desktop.wait(lambda: composer.send_button.isEnabled())


async def _set(event):
    event.set()


def test_labels_give_way_before_icons(desktop, composer):
    takers = composer.takers
    desktop.wait(lambda: takers.effort.isVisible())
    everything = sum(p.full_width + 2 for p in takers._pickers())
    takers.resize(everything, 30)
    assert [p._compact for p in takers._pickers()] == [False] * 4
    takers.resize(everything - 1, 30)
    assert [p._name for p in takers._pickers() if p._compact] == ["Access"]
    takers.resize(takers.minimumSizeHint().width(), 30)
    assert [p._compact for p in takers._pickers()] == [True] * 4


def test_the_gauge_shows_its_share_where_room_is_short(desktop, composer):
    composer.gauge.show_usage(41_000, 200_000)
    for compact, text in ((False, "41 k / 200 k"), (True, "20 %")):
        composer.gauge.set_compact(compact)
        assert composer.gauge.text == text


def texts(desktop, composer):
    return [q.text for q in desktop.world.queued[composer._chat_id]]


def test_queued_messages_are_moved_by_keys_and_the_grip_keeps_the_focus(desktop, composer):
    first, second = queue_two(desktop, composer)
    desktop.window.activateWindow()
    second.grip.setFocus()
    desktop.qtbot.keyClick(second.grip, Qt.Key.Key_Up)
    desktop.wait(lambda: second.accessibleName() == "Queued message 1: third")
    assert texts(desktop, composer) == ["third", "second"]
    assert second.grip.hasFocus()
    desktop.qtbot.keyClick(second.grip, Qt.Key.Key_Up)
    desktop.qtbot.keyClick(second.grip, Qt.Key.Key_Down)
    desktop.wait(lambda: first.accessibleName() == "Queued message 1: second")
    assert texts(desktop, composer) == ["second", "third"]


def test_queued_messages_are_moved_by_dragging(desktop, composer):
    first, second = queue_two(desktop, composer)
    target = first.grip.mapFromGlobal(second.mapToGlobal(second.rect().bottomLeft()))
    desktop.qtbot.mousePress(first.grip, Qt.MouseButton.LeftButton)
    desktop.qtbot.mouseMove(first.grip, target)
    desktop.qtbot.mouseRelease(first.grip, Qt.MouseButton.LeftButton, pos=target)
    desktop.wait(lambda: texts(desktop, composer) == ["third", "second"])
    assert composer.queue._mark is None


def test_what_is_edited_when_its_message_is_delivered_comes_back_into_the_field(desktop, composer):
    second, _ = queue_two(desktop, composer)
    second._pencil.click()
    second._edit.show_text("second, but better")
    composer.queue.show_items([item for item in composer.queue._items if item[1] != "second"])
    assert composer.editor.toPlainText() == "second, but better"


def test_an_edit_that_comes_too_late_is_said_and_kept(desktop, composer):
    queue_two(desktop, composer)
    desktop.world.refusals["turns.edit_queued"] = UserFacingError("gone", "sent")
    queue_id = composer.queue._items[0][0]
    with desktop.qtbot.waitSignal(desktop.context.bridge.refused):
        composer.queue.edited.emit(queue_id, "second, but later")
    assert composer.editor.toPlainText() == "second, but later"


def test_long_text_and_files_are_pasted_into_a_queued_message(desktop, composer, tmp_path):
    second, _ = queue_two(desktop, composer)
    second._pencil.click()
    data = QMimeData()
    data.setText("line\n" * 40)
    second._edit.insertFromMimeData(data)
    assert second._edit.toPlainText().count("line") == 40
    second._edit.show_text("")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a b.txt"))])
    second._edit.insertFromMimeData(data)
    assert second._edit.toPlainText() == f'@"{tmp_path / "a b.txt"}" '


def test_what_is_edited_stays_while_others_come_and_go(desktop, composer):
    second = queue_two(desktop, composer)[1]
    second._on_edit_clicked()
    second._edit.show_text("third\nwith a line")
    composer.queue.removed.emit(desktop.world.queued[composer._chat_id][0].id)
    desktop.wait(lambda: composer.queue.count == 1)
    assert second.editing
    desktop.qtbot.keyClick(second._edit, Qt.Key.Key_Return)
    desktop.wait(lambda: texts(desktop, composer) == ["third\nwith a line"])


def test_ctrl_enter_steers_and_the_menu_chooses_when(desktop, composer):
    hold_turns(desktop)
    composer.write("first")
    composer.submit()
    desktop.wait(lambda: composer.running)
    assert not composer.when_button.isVisible()
    composer.write("now")
    assert composer.when_button.isVisible()
    desktop.qtbot.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desktop.wait(lambda: composer.queue.count == 1)
    composer.write("stop it")
    composer.when_button.click()
    menu = next(m for m in composer.findChildren(QMenu) if m.isVisible())
    menu.actions()[2].trigger()
    menu.close()
    desktop.wait(lambda: len(desktop.called("turns.send")) == 3)
    assert [mode for _, _, mode in desktop.called("turns.send")] == ["after_turn", "steer", "interrupt"]
