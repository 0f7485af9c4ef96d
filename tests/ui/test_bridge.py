"""The bridge: results and errors come back as calls, owners end their work, a second click does nothing."""

import asyncio
import logging

import pytest
from PySide6.QtCore import QObject

from boocode_desktop.domain.errors import AdapterError, UserFacingError
from boocode_desktop.orchestrator.bus import Bus
from boocode_desktop.ui.bridge import Bridge


@pytest.fixture
def bridge(qtbot, loop):
    return Bridge(loop, Bus())


async def give(value):
    await asyncio.sleep(0)
    return value


async def fail(problem):
    await asyncio.sleep(0)
    raise problem


def test_the_result_reaches_done(qtbot, bridge):
    got = []
    assert bridge.run(give(7), done=got.append)
    qtbot.waitUntil(lambda: got == [7])


def test_a_user_facing_error_reaches_its_handler_or_is_refused(qtbot, bridge):
    handled, problem = [], UserFacingError("no", "do this")
    bridge.run(fail(problem), error=handled.append)
    qtbot.waitUntil(lambda: handled == [problem])
    with qtbot.waitSignal(bridge.refused) as refused:
        bridge.run(fail(problem))
    assert refused.args == [problem]


def test_an_adapter_error_is_shown_as_it_reads(qtbot, bridge):
    with qtbot.waitSignal(bridge.refused) as refused:
        bridge.run(fail(AdapterError("the server is gone", "start it")))
    assert (refused.args[0].message, refused.args[0].hint) == ("the server is gone", "start it")


def test_any_other_error_is_a_bug_and_logged(qtbot, bridge, caplog):
    problem = KeyError("x")
    with caplog.at_level(logging.ERROR), qtbot.waitSignal(bridge.failed) as failed:
        bridge.run(fail(problem))
    assert failed.args == [problem]
    assert "a coroutine of the window failed" in caplog.text


def test_a_failing_slot_is_a_bug_too(qtbot, bridge, caplog):
    with caplog.at_level(logging.ERROR), qtbot.waitSignal(bridge.failed):
        bridge.run(give(1), done=lambda _: 1 / 0)
    assert "a slot of the window failed" in caplog.text


def test_the_same_key_runs_once_at_a_time(qtbot, bridge):
    got = []
    assert bridge.run(give(1), done=got.append, key="save")
    assert not bridge.run(give(2), done=got.append, key="save")
    assert bridge.busy("save")
    qtbot.waitUntil(lambda: got == [1])
    assert not bridge.busy("save")
    assert bridge.run(give(3), done=got.append, key="save")
    qtbot.waitUntil(lambda: got == [1, 3])


def test_the_owners_death_cancels_and_silences(qtbot, bridge):
    owner, got, ended = QObject(), [], []

    async def wait_for_ever():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    bridge.run(wait_for_ever(), owner=owner, done=got.append)
    bridge.run(give(1), done=lambda _: owner.deleteLater())
    qtbot.waitUntil(lambda: ended == [True])
    assert got == []


def test_a_result_for_a_dead_owner_is_dropped(qtbot, bridge):
    owner, got = QObject(), []
    release = asyncio.Event()

    async def shielded():
        try:
            await release.wait()
        except asyncio.CancelledError:
            return 5
        return 4

    bridge.run(shielded(), owner=owner, done=got.append)
    bridge.run(give(1), done=lambda _: owner.deleteLater())
    other = []
    owner.destroyed.connect(lambda: bridge.run(give(2), done=other.append))
    qtbot.waitUntil(lambda: other == [2])
    assert got == []


def test_finished_work_leaves_nothing_on_its_owner(qtbot, bridge):
    owner, got = QObject(), []
    for number in range(20):
        bridge.run(give(number), owner=owner, done=got.append)
    qtbot.waitUntil(lambda: len(got) == 20)
    # PySide keeps one receiver of its own per object once anything was connected.
    assert owner.receivers("2destroyed(QObject*)") <= 1


def test_close_ends_everything(qtbot, loop, bridge):
    ended = []

    async def wait_for_ever():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    bridge.run(wait_for_ever())
    closing = loop.create_task(bridge.close())
    qtbot.waitUntil(closing.done)
    assert ended == [True]
