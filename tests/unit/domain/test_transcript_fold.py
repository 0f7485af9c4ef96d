"""The fold of events, and events as JSON."""

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.codec import envelope_from_plain, envelope_to_plain
from boocode_desktop.domain.transcript import EndEntry, NoteEntry, TextEntry, ToolEntry, Transcript
from boocode_desktop.domain.usage import Usage

TEXTS = st.builds(ev.Text, delta=st.text(min_size=1, max_size=5))
THOUGHTS = st.builds(ev.Reasoning, delta=st.text(min_size=1, max_size=5))
NOTICES = st.builds(ev.Notice, message=st.text(max_size=5))
STEPS = st.builds(ev.StepStarted, step=st.integers(1, 3))
TOOLS = st.builds(
    ev.ToolStarted, trace_id=st.sampled_from("abc"), step=st.just(1), tool=st.just("x"), input=st.just({})
)
ENDS = st.builds(
    ev.ToolFinished, trace_id=st.sampled_from("abcd"), tool=st.just("x"), outcome=st.just("success"),
    latency_ms=st.just(1.0),
)  # fmt: skip
STREAM = st.lists(st.one_of(TEXTS, THOUGHTS, NOTICES, STEPS, TOOLS, ENDS), max_size=30)


def envelopes(events: list[ev.AgentEvent]) -> list[ev.Envelope]:
    start = ev.TurnStarted(number=1, prompt="p", agent="a")
    return [
        ev.Envelope(session_id="s", chat_id="c", turn_id="t", seq=n, at=float(n), event=event)
        for n, event in enumerate([start, *events], 1)
    ]


def folded(stream: list[ev.Envelope]) -> Transcript:
    transcript = Transcript()
    for envelope in stream:
        transcript.apply(envelope)
    return transcript


@given(STREAM)
def test_no_text_is_lost(events: list[ev.AgentEvent]):
    transcript = folded(envelopes(events))
    assert "".join(e.text for e in transcript.listing() if isinstance(e, TextEntry)) == "".join(
        e.delta for e in events if isinstance(e, ev.Text)
    )


@given(STREAM)
def test_reported_changes_are_enough_to_follow(events: list[ev.AgentEvent]):
    """Whoever replaces just the reported entries sees what a whole fold sees."""
    transcript, mirror = Transcript(), {}
    for envelope in envelopes(events):
        for entry_id in transcript.apply(envelope):
            mirror[entry_id] = transcript.get(entry_id)
    assert list(mirror.values()) == transcript.listing()


@given(STREAM)
def test_a_finished_turn_leaves_no_call_open(events: list[ev.AgentEvent]):
    transcript = folded(envelopes([*events, ev.TurnFinished(status="interrupted")]))
    entries = transcript.listing()
    assert all(e.outcome for e in entries if isinstance(e, ToolEntry))
    assert all(e.done for e in entries if isinstance(e, TextEntry))
    assert isinstance(entries[-1], EndEntry)


@given(STREAM)
def test_events_survive_json(events: list[ev.AgentEvent]):
    for envelope in envelopes(events):
        assert envelope_from_plain(envelope_to_plain(envelope)) == envelope


def test_a_retry_counts_down_until_something_comes():
    retry = ev.Retry(attempt=2, delay_s=5, reason="busy")
    waiting = folded(envelopes([retry])).listing()[-1]
    assert isinstance(waiting, NoteEntry) and waiting.until == 7.0
    over = folded(envelopes([retry, ev.Text(delta="x")])).get("t:retry")
    assert isinstance(over, NoteEntry) and over.until is None


def test_usage_of_a_turn_is_added_up():
    spent = [ev.UsageReported(usage=Usage(input=2, cached=1)), ev.UsageReported(usage=Usage(input=3, output=4))]
    end = folded(envelopes([*spent, ev.TurnFinished(status="completed")])).listing()[-1]
    assert isinstance(end, EndEntry) and end.usage == Usage(input=5, output=4, cached=1)
