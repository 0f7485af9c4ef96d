"""Faults: the model server dies, falls silent, storms with 429 and 5xx, or ends its answer without finishing it."""

import asyncio
import random

import pytest

from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.model_stream import ModelMessage, ModelRequest, RetryWait, StreamEnd, TextPiece
from tests.fakes.model_client import Time, model_at
from tests.fakes.moments import at_random_moments
from tests.fakes.openai_server import OpenAIServer

WORDS = [f"w{number} " for number in range(60)]
REQUEST = ModelRequest(messages=(ModelMessage(role="user", text="go"),))
COUNTS = [0, *random.Random(20).sample(range(1, 61), 60)]
"""After how many words it happens, by moment: never the same twice."""


def consume(server, *, time=None, stall_s=5.0, max_wait_s=None):
    async def main():
        model, pieces, error = model_at(server.base_url, time=time, stall_s=stall_s), [], None
        try:
            async for piece in model.stream(REQUEST, max_wait_s=max_wait_s):
                pieces.append(piece)
        except AdapterError as problem:
            error = problem
        await model.close()
        return pieces, error

    return asyncio.run(main())


def shown(pieces):
    return [p.text for p in pieces if isinstance(p, TextPiece)]


def answer(count, *then):
    return [*[{"text": word} for word in WORDS[:count]], *then]


def break_after(count, how):
    """Text that came is kept and never doubled; only an answer that had not begun is asked for again."""
    time = Time()
    with OpenAIServer([answer(count, how), answer(60, {"finish": "stop"})]) as server:
        pieces, error = consume(server, time=time)
    if count:
        assert shown(pieces) == WORDS[:count] and "kept" in error.message and time.slept == []
        assert len(server.chats) == 1 and not any(isinstance(p, StreamEnd) for p in pieces)
    else:
        assert shown(pieces) == WORDS and error is None and time.slept == [5]


@at_random_moments
@pytest.mark.parametrize("how", [{"drop": True}, {"chunk": {"error": {"message": "x", "code": 500}}}])
def test_model_server_dies_mid_stream(moment, how):
    break_after(COUNTS[moment % len(COUNTS)], how)


@at_random_moments
def test_stream_ends_without_a_finish_event(moment):
    break_after(COUNTS[moment % len(COUNTS)], {"end": True})


@at_random_moments
def test_stall_mid_stream(moment):
    """Silence is noticed; before the first word it is a reason to try again, after it the text is kept."""
    count, time = COUNTS[moment % len(COUNTS)], Time()
    with OpenAIServer([answer(count, {"stall": True}), answer(60, {"finish": "stop"})]) as server:
        pieces, error = consume(server, time=time, stall_s=0.6)
        assert server.chats[0].left.wait(10)
    if count:
        assert shown(pieces) == WORDS[:count] and "kept" in error.message
    else:
        assert shown(pieces) == WORDS and error is None and time.slept == [5]


def test_429_and_5xx_storm():
    """Eight hours of refusals: a visible countdown before each try, no more tries than the steps allow, then an end."""
    time = Time()
    rng = random.Random(7)
    storm = [[{"status": rng.choice([429, 500, 502, 503])}] for _ in range(200)]
    with OpenAIServer(storm) as server:
        pieces, error = consume(server, time=time)
        tries = len(server.chats)
    assert sum(time.slept) == 8 * 3600 and tries == len(time.slept) + 1 < 30
    assert [p.delay_s for p in pieces if isinstance(p, RetryWait)] == time.slept
    assert f"{tries} times" in error.message


@at_random_moments
def test_429_and_5xx_storm_that_passes(moment):
    """Refusals, resets and empty answers in any order, then an answer: exactly that answer, once."""
    rng = random.Random(moment)
    faults = [[{"status": 429, "headers": {"Retry-After": "3"}}], [{"status": 503}], [{"drop": True}], [{"end": True}]]
    replies = [rng.choice(faults) for _ in range(rng.randrange(1, 6))]
    time = Time()
    with OpenAIServer([*replies, answer(60, {"finish": "stop"})]) as server:
        pieces, error = consume(server, time=time)
    assert error is None and shown(pieces) == WORDS
    assert len(time.slept) == len(replies) == len(server.chats) - 1


def test_server_killed_while_many_stream():
    """All connections of a killed server end in an error that says so; none hangs."""

    async def main(server):
        model = model_at(server.base_url)
        seen = asyncio.Event()

        async def one():
            got = []
            try:
                async for piece in model.stream(REQUEST):
                    got.append(piece)
                    seen.set()
            except AdapterError as error:
                return got, error
            return got, None

        tasks = [asyncio.create_task(one()) for _ in range(10)]
        await asyncio.to_thread(server.wait_reached, "half")
        await seen.wait()
        await asyncio.to_thread(server.crash)
        results = await asyncio.wait_for(asyncio.gather(*tasks), 20)
        await model.close()
        return results

    with OpenAIServer([answer(5, {"gate": "half"}, {"finish": "stop"})] * 10) as server:
        results = asyncio.run(main(server))
    assert all(error is not None for _, error in results)
    assert any(shown(pieces) == WORDS[:5] for pieces, _ in results)
