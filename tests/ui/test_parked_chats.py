"""Going back to a session shows its chat as it was left, at once; only so many chats are kept that way."""

import asyncio

from boocode_desktop.ui.chat.area import PARKED
from tests.fakes.front import FakeChats


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


class Gate(FakeChats):
    """Chats that are read only while the gate is open."""

    def __init__(self, world):
        super().__init__(world)
        self.open = asyncio.Event()
        self.open.set()

    async def views(self, session_id):
        await self.open.wait()
        return await super().views(session_id)


def test_a_session_that_was_read_before_is_on_screen_before_it_is_read_again(make_desktop, world):
    gate = Gate(world)
    desktop = make_desktop(chats=gate)
    here, there = list(world.sessions.values())[:2]
    first = show(desktop, here)
    show(desktop, there)
    gate.open.clear()
    desktop.bench.navigator.show_session(here.id)
    assert desktop.bench.area.pane is first and first.isVisible()
    assert desktop.context.selection.session_id == here.id


def test_what_is_chosen_before_the_second_reading_stays_chosen(make_desktop, world):
    gate = Gate(world)
    desktop = make_desktop(chats=gate)
    here, there = list(world.sessions.values())[:2]
    other = world.add_chat(here.id)
    first = show(desktop, here)
    show(desktop, there)
    gate.open.clear()
    desktop.bench.navigator.show_session(here.id, first.chat.id)
    world.add_chat(here.id)
    desktop.bench.area.step(1)
    chosen = desktop.context.selection.chat_id
    assert chosen != first.chat.id
    desktop.bench.sidebar.list.setFocus()
    gate.open.set()
    desktop.wait(
        lambda: len(desktop.bench.area.chats) == len([c for c in world.chats.values() if c.session_id == here.id])
    )
    assert other.id in [v.chat.id for v in desktop.bench.area.chats]
    assert desktop.context.selection.chat_id == chosen
    assert desktop.bench.sidebar.list.hasFocus()


def test_a_session_deleted_meanwhile_is_said_to_be_gone(desktop):
    here, there = list(desktop.world.sessions.values())[:2]
    show(desktop, here)
    show(desktop, there)
    del desktop.world.sessions[here.id]
    desktop.bench.navigator.show_session(here.id)
    desktop.wait(lambda: desktop.bench.area.tabs.ids() == ["welcome"])
    assert desktop.context.selection.session_id == ""
