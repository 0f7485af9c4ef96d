"""What is left out when a conversation grows too long."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.context_budget import STUB, correct, estimate, plan_context
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.model_stream import ModelMessage, ToolCall, ToolSpec


def talk(steps, size=4_000, prefix="c"):
    """A conversation with `steps` calls whose results have `size` characters."""
    messages = [ModelMessage(role="system", text="s" * 400), ModelMessage(role="user", text="go")]
    for number in range(steps):
        call = ToolCall(id=f"{prefix}{number}", name="read_file", arguments='{"path": "a"}')
        messages.append(ModelMessage(role="assistant", tool_calls=(call,)))
        messages.append(ModelMessage(role="tool", text="x" * size, tool_call_id=call.id))
    return tuple(messages)


def test_what_fits_is_sent_as_it_is():
    messages = talk(3)
    plan = plan_context(messages, context_size=32_000)
    assert plan.action == "send" and plan.messages == messages and plan.stubbed == ()


def test_an_unknown_context_sends_everything():
    assert plan_context(talk(500), context_size=0).action == "send"


def test_the_oldest_outputs_go_and_the_newest_stay():
    messages = talk(20)
    plan = plan_context(messages, context_size=20_000)
    assert plan.action == "prune"
    assert plan.stubbed == tuple(f"c{n}" for n in range(len(plan.stubbed)))
    results = [m for m in plan.messages if m.role == "tool"]
    assert all(m.text == STUB and m.stub for m in results[: len(plan.stubbed)])
    assert all(m.text == "x" * 4_000 and not m.stub for m in results[len(plan.stubbed) :])
    assert [m.tool_call_id for m in results] == [f"c{n}" for n in range(20)]


def test_so_much_goes_at_once_that_the_next_steps_need_nothing():
    plan = plan_context(talk(20), context_size=20_000)
    assert plan.tokens <= 0.6 * 16_000
    later = plan.messages + talk(3)[2:]
    assert plan_context(later, context_size=20_000).action == "send"


def test_a_stub_stays_a_stub():
    first = plan_context(talk(20), context_size=20_000)
    second = plan_context(first.messages + talk(10, prefix="d")[2:], context_size=20_000)
    assert second.action == "prune" and not set(first.stubbed) & set(second.stubbed)
    results = [m for m in second.messages if m.role == "tool"]
    assert all(m.stub for m in results[: len(first.stubbed) + len(second.stubbed)])


def test_when_nothing_more_can_go_it_stops_with_words():
    huge = ModelMessage(role="user", text="u" * 200_000)
    plan = plan_context((*talk(6), huge), context_size=8_000)
    assert plan.action == "stop"
    assert "8,000" in plan.message and "new chat" in plan.hint
    assert plan.messages[-1] == huge


def test_the_newest_results_are_never_touched():
    plan = plan_context(talk(4, size=40_000), context_size=8_000)
    assert plan.action == "stop" and plan.stubbed == ()


def test_a_refusal_by_the_server_prunes_whatever_the_estimate_says():
    plan = plan_context(talk(20), context_size=1_000_000, overflowed=True)
    assert plan.action == "prune"
    unknown = plan_context(talk(20), context_size=0, overflowed=True)
    assert unknown.action == "prune" and unknown.tokens < estimate(talk(20))


def test_a_refusal_with_nothing_to_leave_out_stops():
    assert plan_context(talk(2), context_size=0, overflowed=True).action == "stop"


def test_short_outputs_are_not_worth_it():
    assert plan_context(talk(2_000, size=10), context_size=8_000).action == "stop"


def test_the_reserve_is_left_for_the_answer():
    messages = talk(10)
    needed = estimate(messages)
    assert plan_context(messages, context_size=needed + 500, reserve=400).action == "send"
    assert plan_context(messages, context_size=needed + 500, reserve=600).action == "prune"


def test_images_and_tools_count():
    image = ImageRef(sha256="0", media_type="image/png")
    spec = ToolSpec(name="t", description="d" * 360, parameters={})
    plain = estimate([ModelMessage(role="user", text="x")])
    assert estimate([ModelMessage(role="user", text="x", images=(image,))]) > plain + 1_000
    assert estimate([ModelMessage(role="user", text="x")], [spec]) >= plain + 100


def test_the_estimate_learns_from_what_was_counted():
    assert correct(1_000, 1_500) == 1.5
    assert correct(1_500, 1_500, 1.5) == 1.5
    assert correct(1_000, 0, 1.2) == 1.2 and correct(0, 10, 1.2) == 1.2
    assert correct(10, 10_000) == 4.0 and correct(10_000, 10) == 0.25


_messages = st.lists(
    st.one_of(
        st.builds(ModelMessage, role=st.sampled_from(["user", "assistant"]), text=st.text(max_size=300)),
        st.builds(
            ModelMessage,
            role=st.just("tool"),
            text=st.integers(0, 3_000).map(lambda n: "y" * n),
            tool_call_id=st.uuids().map(str),
        ),
    ),
    max_size=30,
).map(tuple)


@given(messages=_messages, size=st.integers(0, 6_000), overflowed=st.booleans(), factor=st.floats(0.25, 4))
def test_a_plan_keeps_every_message_and_only_empties_results(messages, size, overflowed, factor):
    plan = plan_context(messages, context_size=size, overflowed=overflowed, correction=factor)
    assert len(plan.messages) == len(messages)
    for before, after in zip(messages, plan.messages, strict=True):
        assert dataclasses.replace(after, text=before.text, stub=before.stub) == before
        assert after.text in (before.text, STUB)
    if plan.action == "prune":
        assert plan.stubbed and plan.tokens < estimate(messages, (), factor)
    else:
        assert plan.messages == messages and not plan.stubbed
