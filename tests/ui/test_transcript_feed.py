"""Envelopes to the view: what is shown equals the fold, at most once a frame, nothing while hidden."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.transcript import Transcript
from boocode_desktop.ui.transcript.feed import TranscriptFeed
from boocode_desktop.ui.transcript.rows import CodeBody, TextBody
from boocode_desktop.ui.transcript.view import TranscriptView
from tests.fakes import transcript_samples as samples


class Source:
    """Numbers envelopes."""

    def __init__(self) -> None:
        self.seq = 0

    def __call__(self, event):
        self.seq += 1
        return ev.Envelope(session_id="s", chat_id="c", turn_id="t1", seq=self.seq, at=samples.NOW, event=event)


@pytest.fixture
def view(qtbot, theme):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    qtbot.waitExposed(view)
    return view


def shown(view):
    return [view.stage.blocks.entry(index) for index in range(len(view.stage.blocks))]


def begin(source):
    return [source(ev.TurnStarted(number=1, prompt="go", agent="boocode")), source(ev.StepStarted(step=1))]


def test_streamed_text_is_on_screen_as_the_fold_has_it(view, qtbot):
    feed, source, fold = TranscriptFeed(view), Source(), Transcript()
    feed.load([])
    envelopes = [*begin(source), *(source(ev.Text(delta=f"word{n} ")) for n in range(500))]
    for envelope in envelopes:
        fold.apply(envelope)
        feed.accept([envelope])
    qtbot.waitUntil(lambda: feed.waiting == 0)
    assert shown(view) == fold.listing()
    row = view.stage.row(view.stage.blocks.last())
    assert isinstance(row.body, TextBody) and row.body.caret


def test_many_deltas_need_few_paints(view, qtbot):
    feed, source = TranscriptFeed(view), Source()
    feed.load([])
    puts = []
    real = view.put
    view.put = lambda entries: (puts.append(len(entries)), real(entries))
    feed.accept(begin(source))
    for n in range(2000):
        feed.accept([source(ev.Text(delta=f"w{n} "))])
    qtbot.waitUntil(lambda: feed.waiting == 0)
    assert len(puts) < 200


def test_nothing_is_drawn_while_hidden_and_all_of_it_when_shown(view, qtbot):
    feed, source = TranscriptFeed(view), Source()
    feed.load([])
    view.hide()
    feed.accept([*begin(source), source(ev.Text(delta="unseen"))])
    assert shown(view) == [] and feed.waiting == 2
    view.show()
    assert feed.waiting == 0
    assert [entry.kind for entry in shown(view)] == ["prompt", "text"]


def test_events_go_on_after_stored_entries(view, qtbot):
    feed, source = TranscriptFeed(view), Source()
    feed.load([samples.prompt(), *samples.tools()[:2]])
    feed.accept(
        [source(ev.ToolFinished(trace_id="trc_edit", tool="edit_file", outcome="error", latency_ms=5, error="no"))]
    )
    feed.flush()
    assert [entry.id for entry in shown(view)] == [samples.prompt().id, "trc_read", "trc_edit"]
    assert shown(view)[-1].outcome == "error"


PIECES = st.sampled_from(
    [
        ev.Text(delta="word "),
        ev.Text(delta="\n\n"),
        ev.Text(delta="```py\nx = 1\n"),
        ev.Text(delta="```\n"),
        ev.Text(delta="- item\n"),
        ev.Text(delta="[a]: https://x.test\n"),
        ev.Reasoning(delta="hm "),
        ev.StepStarted(step=2),
        ev.ToolStarted(trace_id="tr", step=1, tool="run_command", input={"command": "ls"}),
        ev.ToolUpdated(trace_id="tr", output="line\n"),
        ev.ToolFinished(trace_id="tr", tool="run_command", outcome="success", latency_ms=1, output="all"),
        ev.Retry(attempt=1, delay_s=5, reason="busy"),
        ev.Notice(message="note"),
        ev.Plan(items=(ev.PlanItem(text="do"),)),
        ev.PermissionRequested(request_id="rq", kind="tool", title="may I", options=samples.OPTIONS),
        ev.PermissionResolved(request_id="rq", option_id="once"),
        ev.TurnFinished(status="completed"),
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(PIECES, max_size=40), cuts=st.sets(st.integers(0, 40)))
def test_any_history_in_any_lots_ends_with_the_rows_of_a_fresh_view(view, events, cuts):
    feed, source = TranscriptFeed(view), Source()
    feed.load([])
    fold = Transcript()
    for number, envelope in enumerate([*begin(source), *(source(event) for event in events)]):
        fold.apply(envelope)
        feed.accept([envelope])
        if number in cuts:
            feed.flush()
            view.grab()
    feed.flush()
    grown = [
        [(row.body, row.frame, row.gap) for row in view.stage.blocks.rows(i)] for i in range(len(view.stage.blocks))
    ]
    total = [view.stage.blocks.height(seen.place) for seen in view.stage.scroller.seen()]
    view.set_entries(fold.listing())
    fresh = [
        [(row.body, row.frame, row.gap) for row in view.stage.blocks.rows(i)] for i in range(len(view.stage.blocks))
    ]
    assert grown == fresh
    assert total == [view.stage.blocks.height(seen.place) for seen in view.stage.scroller.seen()]
    assert all(isinstance(row.entry_id, str) for _, rows in view.stage.blocks.made() for row in rows)


def test_a_fence_that_grows_keeps_its_rows_together(view):
    feed, source = TranscriptFeed(view), Source()
    feed.load([])
    feed.accept([*begin(source), source(ev.Text(delta="look:\n\n```py\n"))])
    for n in range(130):
        feed.accept([source(ev.Text(delta=f"x{n} = {n}\n"))])
        feed.flush()
    rows = [row for row in view.stage.blocks.rows(len(view.stage.blocks) - 1) if isinstance(row.body, CodeBody)]
    assert [row.frame for row in rows] == ["top", "middle", "bottom"]
    assert rows[-1].body.caret and not rows[0].body.caret
