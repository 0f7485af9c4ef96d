"""Envelopes on their way to panes: in order, merged where they are text, a frame's budget shared fairly."""

import time

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.transcript import Transcript
from boocode_desktop.orchestrator.bus import Bus
from boocode_desktop.ui.bridge import Bridge
from boocode_desktop.ui.pump import BUDGET_S, Pump, merged


def envelope(seq, event, chat="c", turn="t"):
    return ev.Envelope(session_id="s", chat_id=chat, turn_id=turn, seq=seq, at=float(seq), event=event)


def text(seq, delta="x", **where):
    return envelope(seq, ev.Text(delta=delta), **where)


def test_only_the_same_run_of_text_is_merged():
    whole = merged(text(1, "a"), text(2, "b"))
    assert whole == text(1, "ab")
    assert merged(text(1), text(2, turn="other")) is None
    assert merged(text(1), envelope(2, ev.Reasoning(delta="b"))) is None
    assert merged(envelope(1, ev.StepStarted(step=1)), text(2)) is None


@given(st.lists(st.sampled_from(["text", "reasoning", "step", "tool"]), max_size=60))
def test_merging_changes_nothing_that_is_shown(kinds):
    events = {
        "text": ev.Text(delta="a "),
        "reasoning": ev.Reasoning(delta="b "),
        "step": ev.StepStarted(step=1),
        "tool": ev.ToolStarted(trace_id="t1", step=1, tool="read_file", input={}),
    }
    stream = [envelope(seq, events[kind]) for seq, kind in enumerate(kinds, 1)]
    packed: list[ev.Envelope] = []
    for item in stream:
        whole = merged(packed[-1], item) if packed else None
        packed = [*packed[:-1], whole] if whole else [*packed, item]
    plain, folded = Transcript(), Transcript()
    for item in stream:
        plain.apply(item)
    for item in packed:
        folded.apply(item)
    assert [(e.id, getattr(e, "text", "")) for e in plain.listing()] == [
        (e.id, getattr(e, "text", "")) for e in folded.listing()
    ]


def test_a_lane_hands_over_in_order_and_at_most_once_a_frame(qtbot):
    pump, batches = Pump(), []
    lane = pump.lane(batches.append)
    for seq in range(1, 1_001):
        lane.put(text(seq))
    assert lane.waiting == 1
    assert batches == []
    qtbot.waitUntil(lambda: batches != [])
    assert batches == [[text(1, "x" * 1_000)]]


def test_a_closed_lane_gets_nothing(qtbot):
    pump, got = Pump(), []
    lane, other = pump.lane(got.extend), pump.lane(got.extend)
    lane.put(text(1))
    lane.close()
    lane.put(text(2))
    other.put(text(3))
    qtbot.waitUntil(lambda: got == [text(3)])


def test_a_slow_receiver_does_not_starve_the_others(qtbot):
    pump, slow, quick = Pump(), [], []

    def crawl(batch):
        deadline = time.perf_counter() + BUDGET_S * 2
        while time.perf_counter() < deadline:
            pass
        slow.extend(batch)

    lanes = [pump.lane(crawl), pump.lane(quick.extend)]
    for seq in range(1, 301):
        for lane in lanes:
            lane.put(envelope(seq, ev.StepStarted(step=seq)))
    qtbot.waitUntil(lambda: len(quick) == 300)
    assert len(slow) <= 300
    qtbot.waitUntil(lambda: len(slow) == 300)
    assert [e.seq for e in slow] == list(range(1, 301))


def test_the_bridge_watches_all_chats_or_one(qtbot, loop):
    bus, all_chats, one = Bus(), [], []
    bridge = Bridge(loop, bus)
    bridge.watch(all_chats.extend)
    bridge.watch(one.extend, "a", kinds=(ev.StepStarted,))
    bus.publish(text(1, chat="a"))
    bus.publish(envelope(1, ev.StepStarted(step=1), chat="a"))
    bus.publish(envelope(1, ev.StepStarted(step=1), chat="b"))
    qtbot.waitUntil(lambda: len(all_chats) == 3)
    assert [e.chat_id for e in one] == ["a"]


def test_flush_hands_over_now(qtbot):
    got = []
    lane = Pump().lane(got.extend)
    for seq in range(1, 201):
        lane.put(envelope(seq, ev.StepStarted(step=seq)))
    lane.flush()
    assert len(got) == 200
