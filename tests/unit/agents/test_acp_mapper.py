"""The mapper: what each agent was seen to send, and what nobody should ever send."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boocode_desktop.agents.acp.feed import join_text
from boocode_desktop.agents.acp.mapper import TurnMapper, session_events
from boocode_desktop.agents.acp.tool_content import is_heavy, prepared
from boocode_desktop.agents.acp.usage import CostMeter
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.codec import event_from_plain, event_to_plain
from boocode_desktop.domain.transcript import Transcript
from boocode_desktop.domain.usage import Usage
from tests.fakes.acp_junk import junk, junk_updates


def mapper(**values):
    traces = itertools.count(1)
    return TurnMapper(lambda: f"trc{next(traces)}", started=0.0, **values)


def chunk(text, kind="agent_message_chunk", **more):
    return {"sessionUpdate": kind, "content": {"type": "text", "text": text}, **more}


def call(call_id="c1", /, **more):
    return {"sessionUpdate": "tool_call", "toolCallId": call_id, **more}


def update(call_id="c1", /, **more):
    return {"sessionUpdate": "tool_call_update", "toolCallId": call_id, **more}


def fold(*updates, folded=None):
    folded = folded or mapper()
    events = [event for now, sent in enumerate(updates, 1) for event in folded.apply(sent, float(now))]
    return events


def only(kind, events):
    return [event for event in events if isinstance(event, kind)]


def content(text):
    return [{"type": "content", "content": {"type": "text", "text": text}}]


def test_text_and_reasoning():
    assert fold(chunk("a"), chunk("b", "agent_thought_chunk")) == [ev.Text(delta="a"), ev.Reasoning(delta="b")]


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ({"type": "resource_link", "uri": "file:///x", "name": "x"}, "[x](file:///x)"),
        ({"type": "resource_link", "uri": "file:///x"}, "[file:///x](file:///x)"),
        ({"type": "resource", "resource": {"uri": "u", "text": "inside"}}, "inside"),
    ],
)
def test_blocks_that_are_more_than_text(block, text):
    assert fold({"sessionUpdate": "agent_message_chunk", "content": block}) == [ev.Text(delta=text)]


def test_an_image_is_told_because_it_cannot_be_shown():
    (event,) = fold({"sessionUpdate": "agent_message_chunk", "content": {"type": "image", "data": "AA=="}})
    assert event.code == "media"


def test_a_call_from_start_to_end_as_most_agents_send_it():
    started, finished = fold(
        call(title="List", kind="execute", status="pending", rawInput={"command": "ls"}),
        update(status="completed", content=content("a.txt")),
    )
    assert started == ev.ToolStarted(
        trace_id="trc1", step=1, tool="execute", input={"command": "ls"}, title="List", call_id="c1"
    )
    assert finished == ev.ToolFinished(
        trace_id="trc1", tool="execute", outcome="success", latency_ms=1000.0, output="a.txt"
    )


def test_a_call_that_starts_without_kind_and_status():
    events = fold(call(title="shell"), update(kind="execute"), update(status="completed"))
    assert only(ev.ToolStarted, events)[0].tool == "other"
    assert only(ev.ToolFinished, events)[0].tool == "execute"


def test_a_call_whose_only_news_is_its_end():
    events = fold(update(title="Write x", kind="edit", status="completed"))
    assert [type(event) for event in events] == [ev.ToolStarted, ev.ToolFinished]


def test_output_that_grows_is_sent_by_the_piece_and_kept_whole():
    events = fold(
        call(status="in_progress"),
        update(content=content("a")),
        update(content=content("ab")),
        update(content=content("ab")),
        update(content=content("other"), status="completed"),
    )
    assert [event.output for event in only(ev.ToolUpdated, events)] == ["a", "b"]
    assert only(ev.ToolFinished, events)[0].output == "other"


def test_arguments_that_come_as_content_are_input_and_no_output():
    events = fold(
        call(status="pending", content=content("")),
        update(status="in_progress", content=content('{"path": ')),
        update(status="in_progress", content=content('{"path": "a"}')),
        update(status="in_progress", rawInput={"path": "a"}, content=content('{"path":"a"}')),
        update(status="in_progress", content=content("done")),
        update(status="completed"),
    )
    told = [(event.output, event.input) for event in only(ev.ToolUpdated, events)]
    assert told == [("", {"path": "a"}), ("done", None)]
    assert only(ev.ToolFinished, events)[0].output == "done"


def test_a_command_that_printed_nothing_shows_nothing():
    quiet = {"call_id": "c", "stdout": "", "formatted_output": "", "exit_code": 0}
    (finished,) = only(ev.ToolFinished, fold(call(kind="execute", status="completed", rawOutput=quiet)))
    assert (finished.output, finished.details) == ("", {"exit_code": 0})


def test_an_answer_that_looks_like_arguments_is_output():
    events = fold(call(rawInput={"url": "x"}), update(content=content('{"a": 1}')), update(status="completed"))
    assert [event.output for event in only(ev.ToolUpdated, events)] == ['{"a": 1}']
    (finished,) = only(ev.ToolFinished, fold(call(status="completed", content=content('{"a": 1}'))))
    assert finished.output == '{"a": 1}'


def test_a_title_and_an_input_that_come_later_replace_the_first_ones():
    events = fold(call(title="x"), update(title="Write y", rawInput={"path": "y"}))
    assert only(ev.ToolUpdated, events) == [ev.ToolUpdated(trace_id="trc1", title="Write y", input={"path": "y"})]


def test_a_diff_becomes_unified_text_with_its_counts():
    diff = {"type": "diff", "path": "/w/a.py", "oldText": "one\ntwo\n", "newText": "one\n2\nthree\n"}
    (finished,) = only(ev.ToolFinished, fold(call(kind="edit", status="completed", content=[diff])))
    assert finished.details["path"] == "/w/a.py"
    assert (finished.details["added"], finished.details["removed"]) == (2, 1)
    assert "-two\n+2\n+three\n" in finished.details["diff"]


def test_a_diff_shown_with_the_question_stays_when_the_end_only_says_done():
    diff = {"type": "diff", "path": "/w/a.py", "oldText": "", "newText": "hi\n"}
    events = fold(
        call(kind="edit"),
        update(content=[diff], status="pending"),
        update(status="completed", content=content("Done.")),
    )
    (finished,) = only(ev.ToolFinished, events)
    assert "+hi\n" in finished.details["diff"] and finished.output == "Done."


def test_a_diff_prepared_in_a_thread_is_the_same():
    diff = {"type": "diff", "path": "a", "oldText": "x\n" * 3_000, "newText": "x\n" * 2_999 + "y\n"}
    sent = call(status="completed", content=[diff])
    assert is_heavy(sent) and not is_heavy(call(content=[{**diff, "oldText": ""} | {"newText": "z"}]))
    assert fold(prepared(sent)) == fold(sent)


@pytest.mark.parametrize(
    ("sent", "code", "outcome"),
    [
        ({"status": "completed", "rawOutput": {"exit_code": 0}}, 0, "success"),
        ({"status": "failed", "rawOutput": {"exitCode": 3}}, 3, "error"),
        ({"status": "completed", "rawOutput": {"metadata": {"exit": 3}}}, 3, "error"),
        ({"status": "cancelled"}, None, "cancelled"),
        ({"status": "failed"}, None, "error"),
    ],
)
def test_how_a_call_ended(sent, code, outcome):
    (finished,) = only(ev.ToolFinished, fold(call(**sent)))
    assert finished.outcome == outcome
    assert (finished.details or {}).get("exit_code") == code
    assert bool(finished.error) == (outcome == "error")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ({"output": "from the field"}, "from the field"),
        ({"exit_code": 0}, ""),
        ({"odd": 1}, '{"odd": 1}'),
        ([1], "[1]"),
        (None, ""),
    ],
)
def test_the_output_of_calls_without_content(raw, text):
    (finished,) = only(ev.ToolFinished, fold(call(status="completed", rawOutput=raw)))
    assert finished.output == text


def test_a_terminal_belongs_to_the_call_that_shows_it_whenever_it_printed():
    folded = mapper()
    terminal = [{"type": "terminal", "terminalId": "t1"}]
    assert folded.calls.terminal_output("t1", "early ") == []
    fold(call(kind="execute"), folded=folded)
    linked = fold(update(content=terminal), folded=folded)
    assert [event.output for event in linked] == ["early "]
    assert [event.output for event in folded.calls.terminal_output("t1", "late")] == ["late"]
    folded.calls.terminal_exit("t1", 2)
    (finished,) = fold(update(status="completed", content=terminal), folded=folded)
    assert (finished.output, finished.outcome, finished.details) == ("early late", "error", {"exit_code": 2})


def test_what_a_person_refused_is_denied_and_what_a_cancel_ended_is_cancelled():
    folded = mapper()
    fold(call("a", kind="execute"), call("b", kind="execute"), call("c", kind="edit"), folded=folded)
    folded.calls.deny("a", "you denied it")
    folded.calls.cancelling = True
    ended = fold(
        update("a", status="failed"), update("b", status="completed"), update("c", status="completed"), folded=folded
    )
    assert [event.outcome for event in ended] == ["denied", "cancelled", "success"]


def test_calls_left_open_are_closed_once():
    folded = mapper()
    fold(call("a"), call("b", status="completed"), folded=folded)
    fold(call("refused"), folded=folded)
    folded.calls.deny("refused", "no")
    closed, refused = folded.close("interrupted", "gone", 9.0)
    assert (closed.outcome, closed.error) == ("interrupted", "gone")
    assert (refused.outcome, refused.error) == ("denied", "no")
    assert folded.close("interrupted", "gone", 9.0) == []
    assert fold(update("a", status="completed"), folded=folded) == []


def test_an_id_that_comes_again_is_a_new_call():
    events = fold(call("a", status="completed"), call("a", status="completed"))
    assert [event.trace_id for event in only(ev.ToolFinished, events)] == ["trc1", "trc2"]


def test_steps_end_where_text_follows_finished_calls():
    folded = mapper()
    events = fold(
        chunk("first"),
        call("a", status="completed"),
        call("b", status="completed"),
        chunk("second"),
        chunk("more"),
        call("c"),
        chunk("while c runs"),
        update("c", status="completed"),
        folded=folded,
    )
    assert [event.step for event in only(ev.StepStarted, events)] == [2]
    assert [event.step for event in only(ev.ToolStarted, events)] == [1, 1, 2]
    last = folded.finish({"stopReason": "end_turn"})[-1]
    assert (last.step, last.finish_reason) == (2, "end_turn")


def test_the_time_to_the_first_update_stands_on_the_first_step():
    folded = mapper()
    folded.apply(chunk("x"), 1.5)
    (finished,) = folded.finish({})
    assert finished.ttft_ms == 1500.0


def test_a_plan_in_either_form_replaces_the_one_before():
    entries = [{"content": "a", "status": "completed"}, {"content": "b", "status": "?"}, {"content": ""}, 7]
    wanted = ev.Plan(items=(ev.PlanItem(text="a", status="completed"), ev.PlanItem(text="b")))
    assert fold({"sessionUpdate": "plan", "entries": entries}) == [wanted]
    assert fold({"sessionUpdate": "plan_update", "plan": {"type": "items", "entries": entries}}) == [wanted]
    assert fold({"sessionUpdate": "plan_update", "plan": {"type": "markdown", "content": "x"}}) == []


def test_commands_modes_and_options():
    commands = [{"name": "/fix", "description": "Fix", "input": {"hint": "what"}}, {"description": "nameless"}]
    assert session_events({"sessionUpdate": "available_commands_update", "availableCommands": commands}) == [
        ev.Commands(commands=(ev.CommandInfo(name="fix", description="Fix", hint="what"),))
    ]
    assert session_events({"sessionUpdate": "current_mode_update", "currentModeId": "plan"}) == [
        ev.ModeChanged(mode="plan")
    ]
    options = [
        {"id": "m", "category": "model", "currentValue": "a/b"},
        {"id": "mode", "currentValue": "ask"},
        {"id": "other", "currentValue": True},
    ]
    assert session_events({"sessionUpdate": "config_option_update", "configOptions": options}) == [
        ev.ModeChanged(mode="ask", model="a/b")
    ]


def test_tokens_of_the_response():
    folded = mapper()
    reported = folded.finish({"usage": {"inputTokens": 10, "outputTokens": 5, "totalTokens": 15}})[0]
    assert reported == ev.UsageReported(usage=Usage(input=10, output=5), step=1)


def test_tokens_of_a_piece_are_not_counted_again_by_the_response():
    folded = mapper()
    (piece,) = fold(chunk("", _meta={"usage": {"inputTokens": 10, "outputTokens": 1}}), folded=folded)
    rest = folded.finish({"usage": {"inputTokens": 25, "outputTokens": 4}})[0]
    assert (piece.usage, rest.usage) == (Usage(input=10, output=1), Usage(input=15, output=3))


def test_the_cost_of_a_turn_is_what_the_session_cost_more():
    cost = CostMeter()
    bills = []
    for total in (0.5, 0.75, 0.2):
        folded = mapper(cost=cost)
        sent = {"sessionUpdate": "usage_update", "used": 7, "size": 9, "cost": {"amount": total, "currency": "USD"}}
        fold(sent, folded=folded)
        reported = folded.finish({})[0]
        bills.append(round(reported.usage.cost, 6))
        assert (reported.context_used, reported.context_size) == (7, 9)
    assert bills == [0.5, 0.25, 0.2]


def test_no_news_about_tokens_reports_nothing():
    assert [type(event) for event in mapper().finish({"usage": None})] == [ev.StepFinished]


def test_what_is_unknown_is_counted_and_passed_over():
    folded = mapper()
    assert fold({"sessionUpdate": "brand_new"}, {}, {"sessionUpdate": ["odd"]}, folded=folded) == []
    assert folded.unknown == 3
    fold(chunk("x", "user_message_chunk"), {"sessionUpdate": "session_info_update"}, folded=folded)
    assert folded.unknown == 3


def test_neighbouring_text_is_joined_and_nothing_else():
    events = [ev.Text(delta="a"), ev.Text(delta="b"), ev.Reasoning(delta="c"), ev.Plan(items=()), ev.Text(delta="d")]
    assert join_text(events) == [
        ev.Text(delta="ab"),
        ev.Reasoning(delta="c"),
        ev.Plan(items=()),
        ev.Text(delta="d"),
    ]
    assert join_text([]) == []


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**64).map(random.Random))
def test_junk_never_raises_and_leaves_a_turn_that_can_be_stored_and_folded(dice):
    sent = junk_updates(dice)
    folded = mapper()
    events = [*folded.begin(), *fold(*sent, folded=folded)]
    events += [*folded.close("interrupted", "", 99.0), *folded.finish({"usage": sent[-1] if sent else None})]
    started = [event.trace_id for event in only(ev.ToolStarted, events)]
    finished = [event.trace_id for event in only(ev.ToolFinished, events)]
    assert sorted(started) == sorted(finished) and len(set(started)) == len(started)
    transcript = Transcript()
    for seq, event in enumerate(events, 1):
        assert event_to_plain(event_from_plain(event_to_plain(event))) == event_to_plain(event)
        transcript.apply(ev.Envelope(session_id="s", chat_id="c", turn_id="t", seq=seq, at=0.0, event=event))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**64).map(random.Random))
def test_unknown_fields_change_nothing(dice):
    sent = junk_updates(dice)
    extra = {"_future": junk(dice), "zzz": junk(dice)}
    plain, more = mapper(), mapper()
    assert fold(*sent, folded=plain).__repr__() == fold(*({**s, **extra} for s in sent), folded=more).__repr__()


def test_values_nested_without_end_are_cut():
    deep = []
    for _ in range(5_000):
        deep = [deep]
    events = fold(call(rawInput=deep, rawOutput=deep, content=deep, locations=deep, status="completed"))
    assert only(ev.ToolStarted, events)[0].input == {"input": "(nested too deeply to show)"}
