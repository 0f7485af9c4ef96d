"""The scripted model keeps the contract of a model and does what its prompt says."""

import asyncio

import pytest

from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.model_stream import (
    CallStarted,
    ModelMessage,
    ModelRequest,
    ReasoningPiece,
    RetryWait,
    StreamEnd,
    TextPiece,
)
from boocode_desktop.llm.scripted import ScriptedModel


class Time:
    """Sleeping takes no time."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def play(*messages, max_wait_s=None, model=None):
    time = Time()
    model = model or ScriptedModel(sleep=time.sleep, clock=lambda: time.now)

    async def main():
        pieces, error = [], None
        try:
            async for piece in model.stream(ModelRequest(messages=messages), max_wait_s=max_wait_s):
                pieces.append(piece)
        except AdapterError as problem:
            error = problem
        return pieces, error

    return *asyncio.run(main()), time.slept


def user(text):
    return ModelMessage(role="user", text=text)


def test_a_plain_prompt_is_answered():
    pieces, error, _ = play(user("hello"))
    assert error is None and "".join(p.text for p in pieces[:-1]).endswith("hello")
    assert pieces[-1].finish_reason == "stop" and pieces[-1].usage.output == len(pieces) - 1


def test_a_step_with_a_call():
    pieces, _, _ = play(user("@@reason hm\n@@read a.txt"))
    assert pieces[0] == ReasoningPiece(text="hm") and pieces[1] == CallStarted(index=1, name="read_file")
    (call,) = pieces[-1].tool_calls
    assert (call.name, call.arguments) == ("read_file", '{"path": "a.txt"}')
    assert pieces[-1].finish_reason == "tool_calls"


def test_call_ids_differ_from_step_to_step():
    prompt = user("@@read a\n@@read b")
    first = play(prompt)[0][-1].tool_calls
    result = ModelMessage(role="tool", text="x", tool_call_id=first[0].id)
    second = play(prompt, ModelMessage(role="assistant", tool_calls=first), result)[0][-1].tool_calls
    assert second[0].id != first[0].id and second[0].arguments == '{"path": "b"}'


def test_refusals_are_retried_like_real_ones():
    pieces, error, slept = play(user("@@http 503 2\n@@say ok"))
    assert error is None and slept == [5, 10]
    assert [p for p in pieces if isinstance(p, RetryWait)] == [
        RetryWait(attempt=1, delay_s=5.0, reason="scripted: http"),
        RetryWait(attempt=2, delay_s=10.0, reason="scripted: http"),
    ]
    assert pieces[-2] == TextPiece(text="ok")


def test_a_refusal_for_good_fails():
    pieces, error, slept = play(user("@@http 400"))
    assert pieces == [] and slept == [] and error.hint


def test_the_limit_of_waiting_is_kept():
    _, error, slept = play(user("@@http 503"), max_wait_s=20)
    assert error is not None and sum(slept) == 20


def test_a_break_after_the_first_piece_is_no_retry():
    pieces, error, _ = play(user("@@drop 2"))
    assert pieces == [TextPiece(text="word ")] * 2 and "kept" in error.message


def test_a_break_before_the_first_piece_is():
    pieces, error, slept = play(user("@@drop 0 1\n@@say ok"))
    assert error is None and slept == [5] and pieces[-2] == TextPiece(text="ok")


def test_slow_words_take_their_time():
    pieces, _, slept = play(user("@@slow 3 0.5\n@@finish length"))
    assert slept == [0.5] * 3 and pieces[-1].decode_ms == 1000 and pieces[-1].finish_reason == "length"


@pytest.mark.parametrize("line", ["@@gate here", "@@hang"])
def test_a_waiting_model_is_cancelled_at_once(line):
    async def main():
        model = ScriptedModel()

        async def read():
            return [p async for p in model.stream(ModelRequest(messages=(user(f"@@say a\n{line}"),)))]

        task = asyncio.create_task(read())
        while not model.requests:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def test_a_gate_is_opened_from_outside():
    async def main():
        model = ScriptedModel()
        model.gate("here").set()
        return [p async for p in model.stream(ModelRequest(messages=(user("@@gate here\n@@say a"),)))]

    assert isinstance(asyncio.run(main())[-1], StreamEnd)


def test_it_knows_itself():
    assert asyncio.run(ScriptedModel(context_size=5).info()).context_size == 5
