"""What takes longer than a moment is shown and said; a session that is being made can be stopped."""

import asyncio

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.bridge import SLOW_S
from boocode_desktop.ui.busy import Busy
from boocode_desktop.ui.going_on import Going
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
    assert all(going.words != "Quick" for now in said for going in now)


def test_it_waits_a_moment_before_it_shows_anything():
    assert SLOW_S == 0.3


def test_nothing_moves_when_work_comes_and_goes(desktop):
    busy = desktop.bench.status.findChild(Busy)
    before = [w.pos() for w in (desktop.bench.status.engine, desktop.bench.status.agents)]
    busy.show_work((Going(words="Committing", stop="between"),))
    desktop.qtbot.wait(0)
    assert [w.pos() for w in (desktop.bench.status.engine, desktop.bench.status.agents)] == before


def test_work_between_files_counts_and_ends_where_it_is_told_to(desktop):
    going, done = Going(words="Approving", stop="between"), []
    next_file = asyncio.Event()

    async def files():
        for number in range(300):
            if not going.watch(number, 300):
                return number
            await next_file.wait()
            next_file.clear()

    desktop.context.bridge.run(files(), slow=going, done=done.append)
    busy = desktop.bench.status.busy
    desktop.wait(lambda: words(desktop) == "Approving 0 of 300 files…")
    next_file.set()
    desktop.wait(lambda: words(desktop) == "Approving 1 of 300 files…")
    assert busy.stop.isVisible() and busy.stop.accessibleName() == "Stop approving"
    busy.stop.click()
    assert words(desktop) == "Approving 1 of 300 files, stopping…" and not busy.stop.isVisible()
    next_file.set()
    desktop.wait(lambda: done == [2])
    desktop.wait(lambda: words(desktop) == "")


def test_what_only_reads_ends_at_once_and_says_so(desktop):
    problems = []
    going = Going(words="Reading the changes", stop="at once")
    desktop.context.bridge.run(asyncio.Event().wait(), slow=going, error=problems.append)
    desktop.wait(lambda: desktop.bench.status.busy.stop.isVisible())
    desktop.bench.status.busy.stop.click()
    desktop.wait(lambda: problems)
    assert problems[0].message == "Stopped: reading the changes."


def test_what_cannot_be_stopped_offers_no_stop(desktop):
    busy, going = desktop.bench.status.busy, Going(words="Committing")
    busy.show_work((going,))
    assert not busy.stop.isVisible()
    going.ask_to_stop()
    assert going.watch(1, 2) and going.text == "Committing 1 of 2 files"


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
