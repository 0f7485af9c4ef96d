"""The trace pane: calls in the time of their turns, what the chosen one did, and what is said when there are none."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from boocode_desktop.domain.events import ToolFinished
from boocode_desktop.domain.records import Trace
from boocode_desktop.domain.usage import Usage
from boocode_desktop.ui.traces.details import MOST, details_of, step_words
from boocode_desktop.ui.traces.rows import CallRow, TurnRow, duration_tone, rows_of
from boocode_desktop.ui.traces.trace_list import TraceModel


def trace(number, tool="run_command", *, turn=1, at=0.0, ms=500.0, outcome="success", **fields):
    given = {"input": {"command": "pytest", "args": ["-q"]}, "output": "1 passed", **fields}
    return Trace(
        id=f"trc_{number}",
        session_id="ses",
        chat_id="cht",
        turn_id=f"trn_{turn}",
        turn_number=turn,
        step=1,
        tool=tool,
        agent="boocode",
        outcome=outcome,
        started_at=1_000.0 + at,
        latency_ms=ms,
        **given,
    )


def test_calls_stand_below_their_turn_where_they_lay_in_its_time():
    rows = rows_of(
        [
            trace(3, turn=2, at=50.0),
            trace(2, at=6.0, ms=2_000, outcome="error"),
            trace(1, "read_file", at=0.0, ms=4_000, input={"path": "a.py"}),
        ],
        now=2_000.0,
    )
    assert [r.number if isinstance(r, TurnRow) else r.trace.id for r in rows] == [2, "trc_3", 1, "trc_2", "trc_1"]
    head, last, first = rows[2:]
    assert isinstance(head, TurnRow) and isinstance(last, CallRow) and isinstance(first, CallRow)
    assert head.span_ms == pytest.approx(8_000) and head.spoken == "Turn 1: 2 calls in 8.0 s, 1 without success"
    assert (first.bar.begin, first.bar.end) == (0.0, pytest.approx(0.5))
    assert (last.bar.begin, last.bar.end) == (pytest.approx(0.75), pytest.approx(1.0))
    assert (first.bar.tone, last.bar.tone) == ("trace_io", "trace_err")
    assert last.spoken == "Run pytest -q: failed, 2.0 s, turn 1"


def test_a_running_call_reaches_to_now_and_a_short_one_can_be_seen():
    running, short = rows_of([trace(2, at=4.0, ms=None, outcome=None), trace(1, ms=0.0)], now=1_010.0)[1:]
    assert isinstance(running, CallRow) and isinstance(short, CallRow)
    assert running.bar.end == pytest.approx(1.0) and running.spoken.startswith("Run pytest -q: running")
    assert short.bar.end > short.bar.begin
    end = rows_of([trace(2, at=10.0, ms=0.0), trace(1, ms=0.0)], now=0.0)[1]
    assert isinstance(end, CallRow) and 0.9 < end.bar.begin < end.bar.end <= 1.0


@pytest.mark.parametrize(("ms", "tone"), [(None, "accent"), (20, "ok"), (999, "ok"), (1_000, "warn"), (5_000, "bad")])
def test_the_time_says_how_slow(ms, tone):
    assert duration_tone(trace(1, ms=ms)) == tone


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (Usage(input=3_100, cached=2_914, output=120), "3.1 k tokens in, 2.9 k of them (94 %) from the cache, 120 out"),
        (Usage(input=900, output=20), "900 tokens in, none of them from the cache, 20 out"),
        (Usage(input=0, output=20), "0 tokens in, 20 out"),
    ],
)
def test_what_the_step_cost(usage, words):
    assert step_words(usage) == words


def test_of_a_huge_output_a_part_is_shown_and_all_of_it_copied():
    huge = trace(1, output="x" * (MOST + 3_000), error="no\x1b[31m red")
    assert "3.0 kB more are not shown" in details_of(huge)
    assert len(details_of(huge)) < MOST + 1_000
    assert len(details_of(huge, whole=True)) > MOST + 3_000
    assert "\x1b" not in details_of(huge)


def test_the_model_is_sound(qtbot):
    model = TraceModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([trace(2), trace(1)], "more")
    assert model.canFetchMore(model.index(-1)) and model.rowCount() == 3
    model.extend([trace(0)], None)
    assert model.rowCount() == 4 and model.row_of("trc_0") == 3
    model.show([trace(2, ms=900.0), trace(1), trace(0)], None)
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsEnabled
    model.show([], None)
    assert model.rowCount() == 0


@pytest.fixture
def pane(desktop):
    chat = desktop.context.selection.chat_id
    desktop.world.traces += [
        replace(trace(i, at=float(i), turn=1 + i // 2), chat_id=chat, output=f"output {i}") for i in (3, 2, 1)
    ]
    desktop.window.resize(1_440, 900)
    desktop.bench.docks.show("traces")
    pane = desktop.bench.docks.build("traces")
    pane.refresh()
    desktop.wait(lambda: pane.model.rowCount() == 5)
    return pane


def test_the_chosen_call_is_shown_by_key_and_stays_chosen(desktop, pane):
    assert not pane.details.isVisible()
    desktop.bench.docks.focus("traces")
    desktop.wait(lambda: "output 3" in pane.details.text.toPlainText())
    desktop.qtbot.keyClick(pane.list, Qt.Key.Key_Down)
    desktop.qtbot.keyClick(pane.list, Qt.Key.Key_Down)
    desktop.wait(lambda: "output 1" in pane.details.text.toPlainText())
    chat = desktop.context.selection.chat_id
    desktop.world.traces.insert(0, replace(trace(9, at=9.0, turn=3), chat_id=chat))
    desktop.world.emit(chat, ToolFinished(trace_id="trc_9", tool="run_command", outcome="success", latency_ms=5.0))
    desktop.wait(lambda: pane.model.rowCount() == 7)
    assert "output 1" in pane.details.text.toPlainText()
    pane.details.copy.click()
    assert "output 1" in QGuiApplication.clipboard().text()


def test_another_chat_shows_nothing_of_the_first(desktop, pane):
    desktop.do("chat.next")
    desktop.wait(lambda: pane.model.rowCount() == 0)
    assert not pane.details.isVisible()
    assert "Every file an agent reads" in pane.list.accessibleDescription()
