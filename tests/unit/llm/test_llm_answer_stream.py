"""One answer from its chunks."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.model_stream import (
    CallStarted,
    ReasoningPiece,
    StreamEnd,
    TextPiece,
    ToolCall,
    ToolSpec,
)
from boocode_desktop.domain.usage import Usage
from boocode_desktop.llm.answer_stream import AnswerStream, NotAChunkError
from boocode_desktop.llm.model_errors import RefusedInStreamError

TOOLS = (ToolSpec(name="git_status", description="", parameters={}),)


def answer(*, tools=(), step=0.5):
    """A stream whose clock moves by `step` seconds at each look."""
    ticks = itertools.count()
    return AnswerStream(tools, lambda: next(ticks) * step)


def chunk(delta=None, finish=None, **more):
    return json.dumps({"choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}], **more})


def play(*datas, **options):
    stream = answer(**options)
    pieces = [piece for data in datas for piece in stream.feed(data)]
    assert stream.finished
    return pieces + stream.finish()


def test_text_reasoning_and_the_end():
    pieces = play(
        chunk({"role": "assistant", "content": None}),
        chunk({"reasoning_content": "hm"}),
        chunk({"content": "Hi"}),
        chunk({"content": ""}, "stop"),
        json.dumps({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}),
        "[DONE]",
    )
    assert pieces[:2] == [ReasoningPiece(text="hm"), TextPiece(text="Hi")]
    end = pieces[-1]
    assert end == StreamEnd(finish_reason="stop", usage=Usage(input=5, output=2), ttft_ms=500.0, decode_ms=500.0)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", "thinking"])
def test_reasoning_has_many_names_and_is_taken_once(field):
    both = {"reasoning_content": "hm", field: "hm"}
    assert play(chunk(both), chunk(finish="stop"))[0] == ReasoningPiece(text="hm")
    assert len(play(chunk(both), chunk(finish="stop"))) == 2


def test_content_in_typed_parts():
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    pieces = play(chunk({"content": [thinking, {"type": "text", "text": "Hi"}]}), chunk(finish="stop"))
    assert pieces[:2] == [ReasoningPiece(text="hm"), TextPiece(text="Hi")]


def test_calls_are_announced_and_come_whole_at_the_end():
    first = {"index": 0, "id": "a", "function": {"name": "git_status", "arguments": ""}}
    pieces = play(
        chunk({"tool_calls": [first]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]}),
        chunk(finish="tool_calls"),
    )
    assert pieces[0] == CallStarted(index=0, name="git_status")
    assert pieces[-1].tool_calls == (ToolCall(id="a", name="git_status", arguments="{}"),)
    assert pieces[-1].finish_reason == "tool_calls"


def test_the_old_function_call_is_a_call():
    pieces = play(chunk({"function_call": {"name": "git_status", "arguments": "{}"}}), chunk(finish="function_call"))
    assert pieces[-1].tool_calls[0].name == "git_status" and pieces[-1].finish_reason == "tool_calls"


def test_calls_with_the_reason_stop_are_calls_all_the_same():
    call = {"index": 0, "id": "a", "function": {"name": "git_status", "arguments": "{}"}}
    assert play(chunk({"tool_calls": [call]}), chunk(finish="stop"))[-1].finish_reason == "tool_calls"


def test_an_answer_that_is_not_streamed_is_read_as_well():
    message = {"role": "assistant", "content": "Hi", "tool_calls": [{"id": "a", "function": {"name": "git_status"}}]}
    whole = {"choices": [{"message": message, "finish_reason": "tool_calls"}], "usage": {"prompt_tokens": 1}}
    pieces = play(json.dumps(whole))
    assert pieces[0] == TextPiece(text="Hi") and pieces[-1].usage == Usage(input=1)
    assert pieces[-1].tool_calls == (ToolCall(id="a", name="git_status", arguments="{}"),)


def test_a_call_in_prose_is_found_and_taken_out_of_the_text():
    text = 'Let me look. <tool_call>{"name": "git_status", "arguments": {}}</tool_call>'
    pieces = play(*[chunk({"content": c}) for c in text], chunk(finish="stop"), tools=TOOLS)
    shown = "".join(p.text for p in pieces if isinstance(p, TextPiece))
    assert shown == "Let me look. " and pieces[-1].tool_calls[0].name == "git_status"
    assert pieces[-1].finish_reason == "tool_calls"


def test_real_calls_beat_those_in_prose():
    text = '<tool_call>{"name": "git_status", "arguments": {"from": "prose"}}</tool_call>'
    call = {"index": 0, "id": "a", "function": {"name": "git_status", "arguments": "{}"}}
    end = play(chunk({"content": text}), chunk({"tool_calls": [call]}), chunk(finish="stop"), tools=TOOLS)[-1]
    assert end.tool_calls == (ToolCall(id="a", name="git_status", arguments="{}"),)


def test_think_tags_left_in_the_text():
    pieces = play(chunk({"content": "<think>hm</th"}), chunk({"content": "ink>\n\nHi"}), chunk(finish="stop"))
    assert pieces[:-1] == [ReasoningPiece(text="hm"), TextPiece(text="Hi")]


def test_timings_of_the_server_are_better_than_ours():
    timings = {"prompt_ms": 12, "predicted_ms": 34, "cache_n": 1, "prompt_n": 2, "predicted_n": 3}
    end = play(chunk({"content": "Hi"}), chunk(finish="stop", timings=timings))[-1]
    assert (end.ttft_ms, end.decode_ms, end.usage) == (12, 34, Usage(input=3, output=3, cached=1))


def test_usage_beats_what_timings_say_of_it():
    usage = json.dumps({"choices": [], "usage": {"prompt_tokens": 9}})
    timings = {"prompt_n": 2}
    assert play(chunk(finish="stop", timings=timings), usage, "[DONE]")[-1].usage == Usage(input=9)


@pytest.mark.parametrize(
    ("said", "reason"),
    [("stop", "stop"), ("eos", "stop"), ("max_tokens", "length"), ("content_filter", "content_filter"), ("x", "x")],
)
def test_finish_reasons(said, reason):
    assert play(chunk(finish=said))[-1].finish_reason == reason


def test_done_alone_is_an_end():
    assert play(chunk({"content": "Hi"}), "[DONE]")[-1].finish_reason == "stop"


@pytest.mark.parametrize("last", [None, "error", "insufficient_system_resource"])
def test_without_a_proper_finish_it_is_not_finished(last):
    stream = answer()
    stream.feed(chunk({"content": "Hi"}, last))
    assert not stream.finished and stream.received


def test_a_length_cut_drops_the_half_call():
    call = {"index": 0, "id": "a", "function": {"name": "git_status", "arguments": '{"a": '}}
    assert play(chunk({"tool_calls": [call]}), chunk(finish="length"))[-1].tool_calls == ()


def test_signs_of_life_are_no_answer():
    stream = answer()
    for data in (chunk({"role": "assistant", "content": None}), chunk(prompt_progress={"total": 5}), "", '{"x": 1}'):
        assert stream.feed(data) == []
    assert not stream.received


def test_what_was_kept_back_is_not_lost_when_it_breaks():
    stream = answer(tools=TOOLS)
    shown = stream.feed(chunk({"content": 'Now <tool_call>{"na'}))
    assert shown == [TextPiece(text="Now ")]
    assert stream.flush() == [TextPiece(text='<tool_call>{"na')]


@pytest.mark.parametrize("data", ["nonsense", "[1]", '"text"', "{"])
def test_what_is_no_chunk(data):
    with pytest.raises(NotAChunkError):
        answer().feed(data)


@pytest.mark.parametrize(
    "data", ['{"error": {"message": "no"}}', '{"error": "no"}', '{"choices": [{"error": {"code": 502}}]}']
)
def test_an_error_in_the_stream(data):
    with pytest.raises(RefusedInStreamError):
        answer().feed(data)


_value = st.none() | st.text(max_size=4) | st.integers() | st.lists(st.text(max_size=3), max_size=2)
_delta = st.dictionaries(st.sampled_from(["content", "reasoning", "tool_calls", "function_call", "role"]), _value)


@given(st.lists(st.builds(lambda d, f: chunk(d, f), _delta, st.none() | st.just("stop")), max_size=5))
def test_deltas_of_any_shape_are_survived(datas):
    stream = answer()
    for data in datas:
        stream.feed(data)
    assert isinstance(stream.finish()[-1], StreamEnd)
