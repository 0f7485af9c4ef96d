"""opencode's events become ours: tables, for whole turns and for what must not count."""

import json
from itertools import count

import pytest

from boocode_desktop.agents.opencode.correlation import TurnMessages
from boocode_desktop.agents.opencode.mapper import TurnMapper, parse_usage
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.usage import Usage

USER = "msg_200"
ANSWER = "msg_201"


def about(kind, **properties):
    return {"type": kind, "properties": {"sessionID": "ses_1", **properties}}


def message(identity=ANSWER, parent=USER, finish="", error=None, completed=None, **more):
    info = {"id": identity, "role": "assistant", "parentID": parent, "time": {"created": 1}, **more}
    if finish or error or completed:
        info["time"] = {"created": 1, "completed": 2}
    return {**info, **({"finish": finish} if finish else {}), **({"error": error} if error else {})}


def updated(*args, **more):
    return about("message.updated", info=message(*args, **more))


USER_SEEN = about("message.updated", info={"id": USER, "role": "user", "time": {}})
IDLE = about("session.idle")


def part(kind, identity="prt_1", owner=ANSWER, **more):
    return about("message.part.updated", part={"id": identity, "messageID": owner, "type": kind, **more})


def delta(text, identity="prt_1", owner=ANSWER, field="text"):
    return about("message.part.delta", messageID=owner, partID=identity, field=field, delta=text)


def tool(status, identity="prt_t", name="bash", **state):
    return part("tool", identity, tool=name, callID="call_0", state={"status": status, **state})


def mapper():
    traces = count(1)
    return TurnMapper(lambda: f"t{next(traces)}", user_id=USER, session_id="ses_1", started=0.0)


def play(*events, on=None):
    used = on or mapper()
    return [told for n, event in enumerate([USER_SEEN, updated(), *events]) for told in used.apply(event, float(n))]


def text(events, kind=ev.Text):
    return "".join(e.delta for e in events if isinstance(e, kind))


TEXTS = {
    "deltas, then the whole": ([part("text", text=""), delta("a"), delta("b"), part("text", text="ab")], "ab"),
    "the whole alone": ([part("text", text="ab")], "ab"),
    "the whole twice": ([part("text", text="ab"), part("text", text="ab")], "ab"),
    "a delta lost": ([part("text", text=""), delta("a"), part("text", text="abc")], "abc"),
    "trimmed at the end": ([part("text", text=""), delta("ab "), part("text", text="ab")], "ab "),
    "a delta of a part nobody told of": ([delta("a"), part("text", text="ab")], "ab"),
    "another field": ([part("text", text=""), delta("a", field="title")], ""),
    "words that opencode put in": ([part("text", text="x", synthetic=True), delta("y")], ""),
    "of another message": ([part("text", text="x", owner="msg_150"), delta("y", owner="msg_150")], ""),
    "malformed": ([part("text", text=7), delta(None), about("message.part.updated", part=[])], ""),
}


@pytest.mark.parametrize(("events", "wanted"), TEXTS.values(), ids=TEXTS)
def test_text_is_told_once(events, wanted):
    assert text(play(*events)) == wanted
    as_thought = json.loads(json.dumps(events).replace('"type": "text"', '"type": "reasoning"'))
    assert text(play(*as_thought), ev.Reasoning) == wanted


def test_a_session_read_again_fills_the_gap_and_doubles_nothing():
    used = mapper()
    before = play(part("text", text=""), delta("one "), on=used)
    parts = [
        {"id": "prt_1", "messageID": ANSWER, "type": "text", "text": "one two ", "time": {"start": 1}},
        {"id": "prt_2", "messageID": ANSWER, "type": "step-finish", "reason": "stop", "tokens": {"input": 1}},
    ]
    again = used.restore([{"info": message(), "parts": parts}], 3.0)
    late = [
        e for event in (delta("two "), part("step-finish", "prt_2", tokens={"input": 1})) for e in used.apply(event, 4)
    ]
    whole = used.apply(part("text", text="one two three"), 5)
    assert text([*before, *again, *late, *whole]) == "one two three"
    assert sum(isinstance(e, ev.UsageReported) for e in [*again, *late]) == 1


def test_steps_and_their_usage():
    tokens = {"input": 10, "output": 5, "reasoning": 2, "cache": {"read": 3, "write": 1}}
    second = "msg_202"
    told = play(
        part("step-start", "s1"),
        part("step-finish", "f1", reason="tool-calls", tokens=tokens, cost=0.25),
        updated(finish="tool-calls"),
        updated(second),
        part("step-start", "s2", second),
        part("step-finish", "f2", second, reason="stop", tokens=tokens, cost=0),
    )
    steps = [(e.type, e.step) for e in told if isinstance(e, ev.StepStarted | ev.StepFinished | ev.UsageReported)]
    assert steps == [("usage", 1), ("step_finished", 1), ("step_started", 2), ("usage", 2), ("step_finished", 2)]
    assert [e.finish_reason for e in told if isinstance(e, ev.StepFinished)] == ["tool_calls", "stop"]
    assert parse_usage({"tokens": tokens, "cost": 0.25}) == Usage(input=14, output=7, reasoning=2, cached=3, cost=0.25)
    assert parse_usage({"tokens": None}) == Usage()


def test_a_command_from_its_question_to_its_end():
    used = mapper()
    play(tool("pending", input={}), on=used)
    asked = {"tool": {"messageID": ANSWER, "callID": "call_0"}, "metadata": {"command": "exit 3"}}
    (started,) = used.announce(asked, 1.0)
    assert (started.tool, started.input, started.title) == ("execute", {"command": "exit 3"}, "exit 3")
    assert used.call_of(asked)[1].trace_id == started.trace_id
    given = {"command": "exit 3", "description": "fails"}
    running = used.apply(tool("running", input=given, metadata={"output": "a"}), 2.0)
    assert [(e.output, e.input) for e in running] == [("a", given)]
    ended = used.apply(tool("completed", input=given, output="ab", metadata={"exit": 3}), 3.0)
    assert [(e.outcome, e.output, e.details) for e in ended] == [("error", "ab", {"exit_code": 3})]
    assert not used.apply(tool("running", input=given), 4.0)


def test_an_edit_keeps_the_diff_that_its_question_showed():
    used = mapper()
    play(tool("pending", name="write", input={}), on=used)
    diff = f"Index: /w/a\n{'=' * 67}\n--- /w/a\n+++ /w/a\n@@ -1,1 +1,2 @@\n-x\n+y\n+z\n"
    asked = {"tool": {"messageID": ANSWER, "callID": "call_0"}, "metadata": {"filepath": "/w/a", "diff": diff}}
    used.announce(asked, 1.0)
    (ended,) = used.apply(tool("completed", name="write", input={"filePath": "/w/a"}, output="Wrote."), 2.0)
    assert ended.details["diff"].startswith("--- /w/a\n+++") and ended.details["path"] == "/w/a"
    assert (ended.details["added"], ended.details["removed"], ended.outcome) == (2, 1, "success")


def test_retries_plans_modes_and_compaction():
    retry = about("session.status", status={"type": "retry", "attempt": 2, "message": "busy", "next": 5_000})
    todos = [
        {"content": "a", "status": "cancelled"},
        {"content": "", "status": "pending"},
        {"content": "b", "status": "?"},
    ]
    used = mapper()
    used.apply(USER_SEEN, 0)
    told = used.apply(retry, 0, 2.0) + used.apply(retry, 0, 2.5) + used.apply(about("todo.updated", todos=todos), 0)
    assert told == [
        ev.Retry(attempt=2, delay_s=3.0, reason="busy"),
        ev.Plan(items=(ev.PlanItem(text="a", status="dropped"), ev.PlanItem(text="b", status="pending"))),
    ]
    info = message(mode="build", providerID="p", modelID="m/x")
    chosen = used.apply(about("message.updated", info=info), 0)
    assert chosen == [ev.ModeChanged(mode="build", model="p/m/x")] and not used.apply(
        about("message.updated", info=info), 0
    )
    note = used.apply(part("compaction", "c", "msg_210", auto=True), 0)
    assert [e.code for e in note] == ["agent_compacted"]
    summary = updated("msg_211", "msg_210", summary=True), part("text", "p9", "msg_211", text="sum")
    assert not [e for event in summary for e in used.apply(event, 0)]
    after = updated("msg_213", "msg_212"), part("text", "p10", "msg_213", text="on")
    assert text([e for event in after for e in used.apply(event, 0)]) == "on"


def test_what_a_child_session_spends_counts_once():
    used = mapper()
    part_of_child = {"id": "x", "messageID": "m", "type": "step-finish", "tokens": {"input": 4}}
    child = {"type": "message.part.updated", "properties": {"sessionID": "ses_2", "part": part_of_child}}
    told = used.apply(child, 0) + used.apply(child, 0)
    told += used.apply({"type": "session.idle", "properties": {"sessionID": "ses_2"}}, 0)
    assert [e.usage.input for e in told] == [4] == [used.total.input]


CHILD = "ses_2"


def of_child(event, session=CHILD):
    return {**event, "properties": {**event["properties"], "sessionID": session}}


def task(identity="prt_t", child=CHILD, status="running", owner=ANSWER, **state):
    more = {"input": {"prompt": "look"}, "title": "look", "metadata": {"sessionId": child}, **state}
    return part("tool", identity, owner, tool="task", callID=identity, state={"status": status, **more})


def said_by(trace, events):
    return "".join(e.output for e in events if isinstance(e, ev.ToolUpdated) and e.trace_id == trace)


def test_what_a_child_session_says_is_the_output_of_its_call_so_far():
    begun = updated("msg_301", "msg_300")
    question = about("message.updated", info={"id": "msg_300", "role": "user"})
    told = play(
        task(),
        *map(of_child, [question, part("text", "p0", "msg_300", text="look"), begun]),
        *map(of_child, [part("reasoning", "p1", "msg_301", text="hm"), part("text", "p2", "msg_301", text="")]),
        *map(of_child, [delta("one", "p2", "msg_301"), part("text", "p3", "msg_301", text="two")]),
        task(status="completed", output='<task id="x">\n<task_result>\nboth\n</task_result>\n</task>'),
        of_child(part("text", "p4", "msg_301", text="too late")),
    )
    assert said_by("t1", told) == "one\n\ntwo" and text(told) == "" == text(told, ev.Reasoning)
    assert [e.output for e in told if isinstance(e, ev.ToolFinished)] == ["both"]


def test_calls_of_child_sessions_name_the_call_that_began_them_at_any_depth():
    deeper = task("prt_u", "ses_3", owner="msg_301")
    last = part("tool", "prt_v", "msg_401", tool="read", callID="c", state={"status": "running"})
    told = play(
        task(),
        of_child(updated("msg_301", "msg_300")),
        of_child(deeper),
        of_child(updated("msg_401", "msg_400"), "ses_3"),
        of_child(last, "ses_3"),
    )
    assert [(e.trace_id, e.parent) for e in told if isinstance(e, ev.ToolStarted)] == [
        ("t1", ""),
        ("t2", "t1"),
        ("t3", "t2"),
    ]


def test_a_child_session_that_is_taken_up_again_does_not_tell_its_past():
    old = of_child(updated("msg_150", "msg_149")), of_child(part("text", "p0", "msg_150", text="old"))
    assert said_by("t1", play(task(), *old)) == ""
    used = mapper()
    play(task(), on=used)
    messages = [
        {"info": message("msg_150", "msg_149"), "parts": [{"id": "p0", "messageID": "msg_150", "type": "text"}]},
        {
            "info": message("msg_301", "msg_300"),
            "parts": [{"id": "p1", "messageID": "msg_301", "type": "text", "text": "new"}],
        },
    ]
    assert said_by("t1", used.restore_child(CHILD, messages, 9.0)) == "new"
    assert said_by("t1", used.restore_child(CHILD, messages, 9.0)) == ""


def test_a_child_session_that_waits_for_its_model_is_told_and_leaves_the_turn_open():
    used = mapper()
    play(task(), on=used)
    waits = of_child(about("session.status", status={"type": "retry", "attempt": 2, "message": "busy", "next": 7}))
    (note,) = used.apply(waits, 0) + used.apply(waits, 0)
    assert (note.code, note.level, "busy" in note.message) == ("subagent_retry", "warn", True)
    assert used.apply(of_child(IDLE), 0) == [] and used.messages.standing == "open"


@pytest.mark.parametrize("event", [{}, {"type": 3}, about("x.y"), {"type": "message.updated", "properties": []}])
def test_unknown_and_malformed_events_are_passed_over(event):
    used = mapper()
    assert used.apply(event, 0) == [] and used.unknown == (1 if event.get("type") == "x.y" else 0)


ABORT = {"name": "MessageAbortedError"}
FAILED = {"name": "APIError"}
STANDINGS = {
    "answered, then idle": ([message(), message(finish="stop"), "idle"], "over"),
    "answered, not idle yet": ([message(finish="stop")], "open"),
    "an old turn's idle before our answer": (["idle", message(), message(finish="stop")], "open"),
    "an old turn's idle in our answer": ([message(), "idle", message(finish="stop")], "open"),
    "the whole answer told twice": ([message(finish="stop"), "idle", message(finish="stop")], "over"),
    "busy again, to sum up": ([message(finish="stop"), "idle", "busy"], "open"),
    "a tool call, then idle": ([message(finish="tool-calls"), "idle"], "unsure"),
    "a tool call, then the next step": ([message(finish="tool-calls"), "idle", message("msg_202")], "open"),
    "an abort with its two idles": ([message(), "idle", message(error=ABORT), "idle"], "over"),
    "the first idle of an abort": ([message(), "idle", message(error=ABORT)], "open"),
    "an error before any answer": ([FAILED], "unsure"),
    "an old abort before any answer": ([ABORT, "idle"], "open"),
    "idle before anything": (["idle"], "open"),
    "an answer to an older message": ([message("msg_150", "msg_149", finish="stop"), "idle"], "open"),
    "an answer after room was made": ([message("msg_205", "msg_204", finish="stop"), "idle"], "over"),
}


@pytest.mark.parametrize(("seen", "wanted"), STANDINGS.values(), ids=STANDINGS)
def test_when_a_turn_is_over(seen, wanted):
    messages = TurnMessages(USER)
    for item in seen:
        if isinstance(item, str):
            messages.note_status(item)
        elif "id" in item:
            messages.note(item)
        else:
            messages.note_problem(item)
    assert messages.standing == wanted
