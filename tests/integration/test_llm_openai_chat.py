"""The language-model client against a real server that does what a script says."""

import asyncio
import dataclasses
import itertools
import json
import socket
import sys

import pytest

from boocode_desktop.domain.context_budget import ContextOverflowError
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.model_stream import (
    CallStarted,
    ModelMessage,
    ModelRequest,
    ReasoningPiece,
    RetryWait,
    StreamEnd,
    TextPiece,
    ToolCall,
    ToolSpec,
)
from boocode_desktop.domain.usage import Usage
from boocode_desktop.llm.openai_chat import Connection
from tests.fakes.model_client import Time, model_at
from tests.fakes.openai_server import OpenAIServer

READ = ToolSpec(name="read_file", description="", parameters={"required": ["path"]})
STOP = {"finish": "stop"}


async def read(model, *messages, max_wait_s=None, images=None, effort=""):
    """The pieces, and the error that ended them or None."""
    pieces, error = [], None
    request = ModelRequest(messages=messages or (ModelMessage(role="user", text="go"),), tools=(READ,), effort=effort)
    try:
        async for piece in model.stream(request, images=images, max_wait_s=max_wait_s):
            pieces.append(piece)
    except AdapterError as problem:
        error = problem
    await model.close()
    return pieces, error


def play(*replies, server_options=None, **options):
    """The pieces, the error and the server after one request that was answered by `replies` in turn."""
    read_options = {k: options.pop(k) for k in ("max_wait_s", "images", "effort") if k in options}
    messages = options.pop("messages", ())
    with OpenAIServer(replies, **(server_options or {})) as server:
        pieces, error = asyncio.run(read(model_at(server.base_url, **options), *messages, **read_options))
        assert server.errors == []
    return pieces, error, server


def text_of(pieces):
    return "".join(p.text for p in pieces if isinstance(p, TextPiece))


def test_an_answer_with_thinking_a_call_and_usage():
    usage = {"prompt_tokens": 40, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 32}}
    call = {"name": "read_file", "arguments": {"path": "ä.txt"}, "id": "c"}
    pieces, error, server = play(
        [{"reasoning": "hm hm"}, {"text": "I look."}, {"calls": [call]}, {"usage": usage}, {"finish": "tool_calls"}]
    )
    assert error is None
    assert "".join(p.text for p in pieces if isinstance(p, ReasoningPiece)) == "hm hm"
    assert text_of(pieces) == "I look." and CallStarted(index=0, name="read_file") in pieces
    end = pieces[-1]
    assert end.tool_calls == (ToolCall(id="c", name="read_file", arguments='{"path": "ä.txt"}'),)
    assert end.usage == Usage(input=40, output=9, cached=32) and end.context_size == 777
    sent = server.chats[0].body
    assert sent["model"] == "wire" and sent["stream_options"] == {"include_usage": True}


def test_parallel_calls_in_interleaved_fragments():
    calls = [{"name": "read_file", "arguments": {"path": name}} for name in ("one.txt", "two.txt", "three.txt")]
    pieces, _, _ = play([{"calls": calls, "fragments": 7}, {"finish": "tool_calls"}])
    assert [json.loads(c.arguments)["path"] for c in pieces[-1].tool_calls] == ["one.txt", "two.txt", "three.txt"]
    assert len({c.id for c in pieces[-1].tool_calls}) == 3


def test_calls_without_ids_and_indexes():
    calls = [{"name": "read_file", "arguments": {"path": name}} for name in ("one.txt", "two.txt")]
    pieces, _, _ = play([{"calls": calls, "bare": True}, STOP])
    assert [json.loads(c.arguments)["path"] for c in pieces[-1].tool_calls] == ["one.txt", "two.txt"]


def test_llama_cpp_times_progress_and_fields():
    timings = {"cache_n": 3, "prompt_n": 4, "prompt_ms": 5.5, "predicted_n": 6, "predicted_ms": 7.5}
    progress = {"total": 4, "cache": 0, "processed": 2, "time_ms": 1}
    pieces, _, server = play([{"progress": progress}, {"text": "Hi"}, {"timings": timings}, STOP], kind="llama.cpp")
    assert (pieces[-1].ttft_ms, pieces[-1].decode_ms) == (5.5, 7.5)
    assert server.chats[0].body["cache_prompt"] is True


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_both_names_of_thinking(field):
    pieces, _, _ = play([{"reasoning": "hm", "field": field}, STOP])
    assert pieces[0] == ReasoningPiece(text="hm")


def test_a_server_that_does_not_stream_is_understood():
    body = {"choices": [{"message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}]}
    pieces, error, _ = play([{"status": 200, "body": body}])
    assert error is None and text_of(pieces) == "Hi" and isinstance(pieces[-1], StreamEnd)


def test_pings_are_signs_of_life():
    pieces, error, _ = play([{"pings": 12, "delay": 0.1}, {"text": "Hi"}, STOP], stall_s=0.8)
    assert error is None and text_of(pieces) == "Hi"


def test_images_go_inline_and_are_read_once():
    reads = []

    async def source(image):
        reads.append(image.sha256)
        return b"A"

    image = ImageRef(sha256="s", media_type="image/png")
    messages = (ModelMessage(role="user", text="Look", images=(image, image)),)
    _, error, server = play([{"text": "Seen"}, STOP], messages=messages, images=source)
    parts = server.chats[0].body["messages"][0]["content"]
    assert error is None and reads == ["s"]
    assert [p.get("image_url", {}).get("url", "text")[:22] for p in parts] == ["text", *["data:image/png;base64,"] * 2]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_statuses_that_may_pass_are_tried_again(status):
    time = Time()
    refusal = [{"status": status, "body": {"error": {"message": "busy"}}}]
    pieces, error, server = play(refusal, refusal, [{"text": "Hi"}, STOP], time=time)
    assert error is None and text_of(pieces) == "Hi" and time.slept == [5, 10]
    waits = [p for p in pieces if isinstance(p, RetryWait)]
    assert [(w.attempt, w.delay_s) for w in waits] == [(1, 5), (2, 10)] and str(status) in waits[0].reason
    bodies = [json.dumps(r.body) for r in server.chats]
    assert len(bodies) == 3 and len(set(bodies)) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_other_refusals_fail_at_once(status):
    time = Time()
    pieces, error, server = play([{"status": status, "body": {"error": {"message": "because"}}}], time=time)
    assert pieces == [] and "because" in error.message and time.slept == [] and len(server.chats) == 1


def test_what_the_server_asks_for_is_waited():
    time = Time()
    play([{"status": 429, "headers": {"Retry-After": "33"}}], [{"text": "Hi"}, STOP], time=time)
    assert time.slept == [33]


def test_the_limit_of_waiting_is_kept_and_told():
    time = Time()
    pieces, error, server = play(*[[{"status": 503}]] * 30, time=time, max_wait_s=600)
    assert sum(time.slept) == 600 and len(server.chats) == len(time.slept) + 1
    assert f"{len(server.chats)} times" in error.message and all(isinstance(p, RetryWait) for p in pieces)


def test_no_waiting_when_none_is_wanted():
    time = Time()
    _, error, server = play([{"status": 503}], time=time, max_wait_s=0)
    assert error is not None and time.slept == [] and len(server.chats) == 1


def test_a_wait_can_be_cut_short():
    async def scenario(server):
        forever = asyncio.Event()

        async def sleep(_seconds):
            await forever.wait()

        model = dataclasses.replace(model_at(server.base_url), sleep=sleep)
        request = ModelRequest(messages=(ModelMessage(role="user", text="go"),), tools=())
        pieces = []
        async for piece in model.stream(request):
            pieces.append(piece)
            if isinstance(piece, RetryWait):
                assert piece.skip is not None
                asyncio.get_running_loop().call_soon(piece.skip)
        await model.close()
        return pieces

    with OpenAIServer([[{"status": 503, "body": {}}], [{"text": "there"}, STOP]]) as server:
        pieces = asyncio.run(asyncio.wait_for(scenario(server), 20))
    assert text_of(pieces) == "there" and len(server.chats) == 2


def test_an_error_in_the_stream_before_the_first_delta_is_tried_again():
    time = Time()
    error_chunk = {"chunk": {"error": {"message": "overloaded", "code": 503}}}
    pieces, error, _ = play([error_chunk], [{"text": "Hi"}, STOP], time=time)
    assert error is None and text_of(pieces) == "Hi" and time.slept == [5]


def test_an_error_in_the_stream_after_it_keeps_the_text():
    error_chunk = {"chunk": {"error": {"message": "boom", "code": 503}}}
    pieces, error, server = play([{"text": "Half an "}, error_chunk, {"text": "answer"}, STOP])
    assert text_of(pieces) == "Half an " and "boom" in error.message and "kept" in error.message
    assert len(server.chats) == 1 and not any(isinstance(p, StreamEnd) for p in pieces)


def test_a_stream_without_a_finish_is_broken_not_done():
    pieces, error, server = play([{"text": "Half"}, {"end": True}])
    assert text_of(pieces) == "Half" and error is not None and len(server.chats) == 1


def test_an_empty_stream_without_a_finish_is_tried_again():
    time = Time()
    pieces, error, _ = play([{"end": True}], [{"text": "Hi"}, STOP], time=time)
    assert error is None and text_of(pieces) == "Hi" and time.slept == [5]


def test_an_empty_answer_with_a_finish_is_an_answer():
    pieces, error, server = play([STOP])
    assert error is None and pieces[-1].finish_reason == "stop" and len(server.chats) == 1


def test_a_break_after_the_finish_does_no_harm():
    finish = {"chunk": {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}}
    pieces, error, _ = play([{"text": "Hi"}, finish, {"drop": True}])
    assert error is None and text_of(pieces) == "Hi" and isinstance(pieces[-1], StreamEnd)


def test_what_is_no_part_of_an_answer_is_told():
    _, error, _ = play([{"raw": "data: <html>\n\n"}])
    assert "no part of an answer" in error.message


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        ({"type": "exceed_context_size_error", "message": "m", "n_prompt_tokens": 9, "n_ctx": 5}, (9, 5)),
        ({"code": "context_length_exceeded", "message": "m"}, (0, 0)),
    ],
)
def test_a_conversation_that_is_too_long_is_its_own_error(body, counts):
    _, error, _ = play([{"status": 400, "body": {"error": body}}])
    assert isinstance(error, ContextOverflowError) and (error.prompt_tokens, error.context_size) == counts


def test_the_server_counts_for_itself():
    long = (ModelMessage(role="user", text="x" * 4000),)
    _, error, _ = play(messages=long, server_options={"context_size": 100, "enforce_context": True})
    assert isinstance(error, ContextOverflowError) and error.context_size == 100


@pytest.mark.parametrize(("key", "words"), [("", "wants a key"), ("wrong", "refused the key")])
def test_a_missing_and_a_wrong_key_are_told_apart(key, words):
    _, error, _ = play([STOP], key=key, server_options={"api_key": "right"})
    assert words in error.message and error.hint


def test_the_right_key_is_sent():
    pieces, error, _ = play([{"text": "Hi"}, STOP], key="right", server_options={"api_key": "right"})
    assert error is None and text_of(pieces) == "Hi"


def test_a_field_the_server_does_not_know_is_left_out():
    refusal = [{"status": 400, "body": {"error": {"message": "Unknown parameter: 'reasoning_effort'"}}}]
    time = Time()
    pieces, error, server = play(refusal, [{"text": "Hi"}, STOP], effort="high", time=time)
    assert error is None and text_of(pieces) == "Hi" and time.slept == []
    assert ["reasoning_effort" in r.body for r in server.chats] == [True, False]


def test_it_remembers_what_to_leave_out():
    refusal = [{"status": 422, "body": {"detail": "stream_options: extra fields not permitted"}}]

    async def main(server):
        model = model_at(server.base_url)
        await read(model)
        await read(model)

    with OpenAIServer([refusal, [STOP], [STOP]]) as server:
        asyncio.run(main(server))
    assert ["stream_options" in r.body for r in server.chats] == [True, False, False]


def test_a_closed_port_fails_at_once():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    time = Time()
    _, error = asyncio.run(read(model_at(f"http://127.0.0.1:{port}/v1", time=time)))
    assert "refused" in error.message and time.slept == []


def test_our_own_server_is_waited_for_while_it_restarts():
    time = Time()
    with OpenAIServer([[{"text": "Hi"}, STOP]]) as server, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        addresses = iter(
            [
                *[Connection(base_url="", restarting=True)] * 2,
                *[Connection(base_url=dead, restarting=True)] * 2,
            ]
        )

        async def connect():
            return next(addresses, Connection(base_url=server.base_url))

        pieces, error = asyncio.run(read(model_at("", connect=connect, time=time)))
    assert error is None and text_of(pieces) == "Hi" and 0 < sum(time.slept) < 5


def test_our_own_server_may_be_dead_before_anybody_knows():
    time = Time()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}/v1"

    async def connect():
        return Connection(base_url=dead, own=True)

    _, error = asyncio.run(read(model_at("", connect=connect, time=time)))
    assert "refused" in error.message and 5 < sum(time.slept) < 15


def test_keys_are_not_shown_in_a_log():
    model = model_at("http://127.0.0.1:1", key="hidden-key")
    asyncio.run(read(model))
    assert "hidden-key" not in repr(model) + repr(asyncio.run(model.connect()))


def test_cancelling_closes_the_connection():
    async def main(server):
        model = model_at(server.base_url)
        got = asyncio.Event()

        async def consume():
            async for _ in model.stream(ModelRequest(messages=(ModelMessage(role="user", text="go"),))):
                got.set()

        task = asyncio.create_task(consume())
        await got.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        left = await asyncio.to_thread(server.chats[0].left.wait, 10)
        await model.close()
        return left

    with OpenAIServer([[{"text": "Hi"}, {"stall": True}]]) as server:
        assert asyncio.run(main(server))


def test_an_answer_dropped_between_two_pieces_is_ended_even_without_the_loops_help():
    async def main(server):
        sys.set_asyncgen_hooks(None, None)  # as on Qt's loop
        model, reading = model_at(server.base_url), asyncio.Event()

        async def consume():
            async for _ in model.stream(ModelRequest(messages=(ModelMessage(role="user", text="go"),))):
                reading.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(consume())
        await reading.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        left = await asyncio.to_thread(server.chats[0].left.wait, 10)
        await model.close()
        return left

    with OpenAIServer([[{"text": "one two three"}, {"stall": True}]]) as server:
        assert asyncio.run(main(server))


def test_cancelling_ends_a_wait_at_once():
    async def main(server):
        waiting = asyncio.Event()

        async def sleep(seconds):
            waiting.set()
            await asyncio.Event().wait()

        model = dataclasses.replace(model_at(server.base_url), sleep=sleep)
        task = asyncio.create_task(read(model))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await model.close()

    with OpenAIServer([[{"status": 503}]]) as server:
        asyncio.run(main(server))
        assert len(server.chats) == 1


def test_two_chats_share_a_client():
    async def main(server):
        model = model_at(server.base_url)
        request = ModelRequest(messages=(ModelMessage(role="user", text="@@gate here\n@@say done"),))

        async def consume():
            return [p async for p in model.stream(request)]

        tasks = [asyncio.create_task(consume()) for _ in range(5)]
        await asyncio.to_thread(server.wait_reached, "here")
        server.release("here")
        answers = await asyncio.gather(*tasks)
        await model.close()
        return [text_of(pieces) for pieces in answers]

    with OpenAIServer() as server:
        assert asyncio.run(main(server)) == ["done"] * 5


def test_a_growing_conversation_keeps_its_beginning():
    async def main(server):
        model = model_at(server.base_url)
        talk = [ModelMessage(role="system", text="Be brief."), ModelMessage(role="user", text="@@read a\n@@read b")]
        cached = []
        for _ in range(3):
            end = [p async for p in model.stream(ModelRequest(messages=tuple(talk), tools=(READ,)))][-1]
            cached.append((end.usage.cached, end.usage.input))
            talk.append(ModelMessage(role="assistant", tool_calls=end.tool_calls))
            talk += [ModelMessage(role="tool", text="x", tool_call_id=c.id) for c in end.tool_calls]
        await model.close()
        return cached

    with OpenAIServer() as server:
        first, second, third = asyncio.run(main(server))
    assert first[0] == 0 and second[0] >= first[1] - 1 and third[0] >= second[1] - 1
    prefixes = [json.dumps(r.body["messages"])[:-1] for r in server.chats]
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(prefixes))
