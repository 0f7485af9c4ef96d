"""Going back to a session shows its chat as it was left, at once; only so many chats are kept that way."""

from boocode_desktop.ui.chat.area import PARKED


def show(desktop, session, chat_id=""):
    desktop.bench.navigator.show_session(session.id, chat_id)
    desktop.wait(lambda: desktop.context.selection.session_id == session.id and desktop.bench.area.pane)
    return desktop.bench.area.pane


def test_the_same_chat_comes_back_with_what_was_written_and_what_happened_meanwhile(desktop):
    here, there = list(desktop.world.sessions.values())[:2]
    pane = show(desktop, here)
    pane.composer.editor.setPlainText("half a thought")
    show(desktop, there)
    assert not pane.isVisible()
    desktop.world.play(pane.chat.id, "asked elsewhere", [])
    again = show(desktop, here, pane.chat.id)
    assert again is pane and pane.isVisible()
    assert pane.composer.editor.toPlainText() == "half a thought"
    blocks = pane.transcript.view.stage.blocks
    desktop.wait(lambda: "asked elsewhere" in [getattr(blocks.entry(i), "text", "") for i in range(len(blocks))])


def test_only_so_many_are_kept_and_the_oldest_goes(desktop):
    sessions = list(desktop.world.sessions.values())[: PARKED + 3]
    first = show(desktop, sessions[0]).chat.id
    for session in sessions[1:]:
        show(desktop, session)
    kept = [pane.chat.id for pane in desktop.bench.area.panes()]
    assert len(kept) == PARKED + 1
    assert first not in kept


def test_a_pane_that_closes_takes_its_parked_chats_along(desktop):
    here, there = list(desktop.world.sessions.values())[:2]
    show(desktop, here)
    desktop.do("pane.new_code")
    desktop.wait(lambda: len(desktop.bench.area.columns) == 2 and desktop.bench.area.pane)
    show(desktop, there)
    desktop.wait(lambda: len(desktop.bench.area.columns) == 1)
    shown = show(desktop, here)
    assert shown.isVisible()
    assert all(pane.isWidgetType() for pane in desktop.bench.area.panes())
