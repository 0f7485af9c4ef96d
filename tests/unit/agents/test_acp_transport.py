"""The transport over pipes in memory: what comes through, in which order, and what is kept out."""

import asyncio
import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from boocode_desktop.agents.acp.lines import parse_line
from boocode_desktop.agents.acp.transport import LineTransport
from tests.fakes.acp_junk import junk


class Writer:
    """Keeps what is written; `stuck` never has room."""

    def __init__(self, *, stuck=False):
        self.data = b""
        self.stuck = stuck
        self.closing = False

    def write(self, data):
        self.data += data

    async def drain(self):
        if self.stuck:
            await asyncio.Event().wait()

    def is_closing(self):
        return self.closing


def wire(*pieces, end=True, writer=None, **options):
    """A transport that reads the pieces, and the updates it handed on."""
    reader = asyncio.StreamReader()
    for piece in pieces:
        reader.feed_data(piece)
    if end:
        reader.feed_eof()
    updates = []

    async def take(session_id, update, size):
        updates.append((session_id, update))

    return LineTransport(reader, writer or Writer(), take, **options), updates


async def messages(transport):
    found = []
    while (message := await transport.receive()) is not None:
        found.append(message)
    return found


def line(message):
    return json.dumps(message).encode() + b"\n"


def update(number, session_id="s"):
    return line({"method": "session/update", "params": {"sessionId": session_id, "update": {"n": number}}})


def test_updates_are_handed_on_in_order_and_the_rest_goes_to_the_package():
    async def main():
        transport, updates = wire(update(1), line({"id": 1, "result": {}}), update(2), line({"id": 2, "method": "x"}))
        assert await messages(transport) == [{"id": 1, "result": {}}, {"id": 2, "method": "x"}]
        assert [u["n"] for _, u in updates] == [1, 2]

    asyncio.run(main())


def test_other_notifications_are_kept_from_the_package():
    async def main():
        transport, updates = wire(line({"method": "$/cancel_request"}), line({"method": "x/y"}), line({"id": 1}))
        assert await messages(transport) == [{"id": 1}] and not updates

    asyncio.run(main())


def test_an_update_without_params_is_nobodys():
    async def main():
        transport, updates = wire(line({"method": "session/update", "params": None}))
        assert await messages(transport) == [] and updates == [("", {})]

    asyncio.run(main())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 40), max_size=30), st.integers(1, 7))
def test_it_does_not_matter_where_the_pipe_cuts(numbers, step):
    async def main():
        data = b"".join(update(n) + (b"junk\n" if n % 3 == 0 else b"\r\n" if n % 5 == 0 else b"") for n in numbers)
        transport, updates = wire(*[data[i : i + step] for i in range(0, len(data), step)])
        assert await messages(transport) == []
        assert [u["n"] for _, u in updates] == numbers
        assert transport.dropped == sum(n % 3 == 0 for n in numbers)

    asyncio.run(main())


def test_a_line_that_is_too_long_ends_it():
    async def main():
        transport, updates = wire(update(1), b"x" * 5_000, end=False, line_limit=1_000)
        assert await messages(transport) == []
        assert transport.fault == "sent a line without end" and transport.ended.is_set()
        assert updates == [("s", {"n": 1})]

    asyncio.run(main())


def test_a_reader_of_updates_that_waits_holds_back_the_wire():
    async def main():
        opened = asyncio.Event()
        taken = []

        async def take(session_id, update, size):
            await opened.wait()
            taken.append(update["n"])

        reader = asyncio.StreamReader()
        reader.feed_data(update(1) + update(2) + line({"id": 1}))
        transport = LineTransport(reader, Writer(), take)
        receiving = asyncio.create_task(transport.receive())
        await asyncio.sleep(0)
        assert not taken and not receiving.done()
        opened.set()
        assert await receiving == {"id": 1} and taken == [1, 2]

    asyncio.run(main())


def test_messages_are_written_as_lines():
    async def main():
        writer = Writer()
        transport, _ = wire(writer=writer)
        await transport.send({"id": 1, "method": "x", "params": {"text": "a\nb"}})
        assert json.loads(writer.data) == {"id": 1, "method": "x", "params": {"text": "a\nb"}}
        assert writer.data.count(b"\n") == 1

    asyncio.run(main())


def test_an_agent_that_does_not_read_is_given_up_and_answers_to_it_are_dropped():
    async def main():
        transport, _ = wire(end=False, writer=Writer(stuck=True), send_timeout_s=0.05)
        for _ in range(2):
            try:
                await transport.send({"id": 1, "method": "x"})
            except ConnectionError as error:
                assert "does not read its input" in str(error)
            else:
                raise AssertionError("it was sent")
        await transport.send({"id": 2, "result": {}})

    asyncio.run(main())


def test_half_surrogates_and_bytes_that_are_no_text_can_be_stored():
    for data in (b'"a": "\\ud83d"}', b'"a": "\xff"}', b'"\\udc00": ["\\ud83d\\ude00", "\\udfff"]}'):
        message = parse_line(b'{"id": 1, ' + data)
        assert message is not None
        json.dumps(message, ensure_ascii=False).encode()
    assert parse_line(b'{"id": 1, "a": "\\ud83d\\ude00"}') == {"id": 1, "a": "😀"}


@given(st.binary(max_size=60) | st.integers(0, 2**64).map(lambda seed: line(junk(random.Random(seed)))))
def test_no_line_raises(data):
    message = parse_line(data)
    assert message is None or isinstance(message.get("method", ""), str)


def test_what_is_no_object_is_no_message():
    for data in (b"null", b"3", b"[1]", b'"x"', b"{", b"[" * 100_000, b"\x00", b"{}extra"):
        assert parse_line(data) is None
    for message in ({"method": 5}, {"id": [1], "result": {}}, {"id": None, "result": 1}, {"result": 1}, {}):
        assert parse_line(line(message)) is None
    assert parse_line(b' {"id": 1} \r') == {"id": 1}


def test_errors_are_put_into_their_usual_form():
    for error in ("boom", None, [], {"code": "x"}, {"message": 5}):
        told = parse_line(line({"id": 1, "error": error}))
        assert isinstance(told["error"]["code"], int) and isinstance(told["error"]["message"], str)
    kept = {"code": -32000, "message": "m", "data": {"a": 1}}
    assert parse_line(line({"id": 1, "error": kept})) == {"id": 1, "error": kept}
