"""What takes longer than a moment is shown and said; a session that is being made can be stopped."""

import asyncio

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.bridge import SLOW_S
from boocode_desktop.ui.busy import Busy
from boocode_desktop.ui.widgets.buttons import Button


def words(desktop):
    return desktop.bench.status.busy.words.text


def test_slow_work_is_shown_until_it_ends_and_quick_work_never(desktop):
    desktop.wait(lambda: words(desktop) == "")
    gate, said = asyncio.Event(), []
    bridge = desktop.context.bridge
    bridge.slow_changed.connect(said.append)

    async def quick():
        return None

    async def slow():
        await gate.wait()

    async def refused():
        await gate.wait()
        raise UserFacingError("No.")

    bridge.run(quick(), slow="Quick")
    bridge.run(slow(), slow="Approving")
    bridge.run(refused(), slow="Rewinding", error=lambda _: None)
    desktop.wait(lambda: said and len(said[-1]) == 2)
    assert words(desktop) == "Rewinding… and 1 more"
    assert desktop.bench.status.busy.accessibleName() == "Rewinding… and 1 more"
    gate.set()
    desktop.wait(lambda: words(desktop) == "")
    assert said[-1] == ()
    assert all("Quick" not in now for now in said)


def test_it_waits_a_moment_before_it_shows_anything():
    assert SLOW_S == 0.3


def test_nothing_moves_when_work_comes_and_goes(desktop):
    busy = desktop.bench.status.findChild(Busy)
    before = [w.pos() for w in (desktop.bench.status.engine, desktop.bench.status.agents)]
    busy.show_work(("Committing",))
    desktop.qtbot.wait(0)
    assert [w.pos() for w in (desktop.bench.status.engine, desktop.bench.status.agents)] == before


def test_a_session_that_is_being_made_can_be_stopped_and_leaves_nothing(desktop):
    create, gate = desktop.front.sessions.create, asyncio.Event()

    async def slowly(*arguments, **options):
        await gate.wait()
        return await create(*arguments, **options)

    desktop.front.sessions.create = slowly
    before = set(desktop.world.sessions)
    desktop.do("session.new_in_place")
    stop = next(b for b in desktop.window.findChildren(Button) if b.text() == "Stop" and b.isVisible())
    here = desktop.context.selection.session_id
    stop.click()
    gate.set()
    desktop.wait(lambda: desktop.called("sessions.delete"))
    desktop.wait(lambda: set(desktop.world.sessions) == before)
    assert desktop.context.selection.session_id == here
