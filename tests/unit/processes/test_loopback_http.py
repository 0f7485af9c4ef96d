"""The least HTTP, against answers good and bad from a real socket."""

import asyncio
import contextlib
import time

import pytest

from boocode_desktop.processes.loopback_http import Answer, LoopbackError, get_json


def _ask(reply: bytes, *, api_key: str = "", timeout_s: float = 5.0, hold: bool = False) -> tuple[Answer, bytes]:
    """Ask a server that sends `reply` to anything; the answer, and what it was asked."""
    asked = bytearray()
    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.extend(await reader.readuntil(b"\r\n\r\n"))
        writer.write(reply)
        with contextlib.suppress(ConnectionError):
            if hold:
                await reader.read()
            await writer.drain()
        writer.transport.abort()
        served.set()

    async def body() -> Answer:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            try:
                return await get_json(f"http://127.0.0.1:{port}/props", api_key=api_key, timeout_s=timeout_s)
            finally:
                await served.wait()

    return asyncio.run(body()), bytes(asked)


@pytest.mark.parametrize(
    "reply",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}',
        b'HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{"a":1} and more',
        b'HTTP/1.0 200 OK\r\n\r\n{"a":1}',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\n\r\n',
    ],
)
def test_answers_are_read_however_they_are_framed(reply: bytes) -> None:
    answer, asked = _ask(reply, api_key="k")
    assert answer == Answer(status=200, value={"a": 1})
    assert asked.startswith(b"GET /props HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Authorization: Bearer k\r\n" in asked


def test_an_error_status_is_an_answer() -> None:
    answer, asked = _ask(b"HTTP/1.1 503 Busy\r\nContent-Length: 3\r\n\r\nno!")
    assert answer == Answer(status=503, value=None)
    assert b"Authorization" not in asked


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"garbage",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"y" * 9_000_000,
    ],
    ids=lambda reply: str(reply[:50]),
)
def test_bad_answers_are_errors(reply: bytes) -> None:
    with pytest.raises(LoopbackError, match="no answer from"):
        _ask(reply)


def test_silence_ends() -> None:
    began = time.monotonic()
    with pytest.raises(LoopbackError):
        _ask(b"HTTP/1.1 200 OK\r\n", timeout_s=0.1, hold=True)
    assert time.monotonic() - began < 5


def test_nobody_there_is_an_error() -> None:
    async def body() -> None:
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        with pytest.raises(LoopbackError):
            await get_json(f"http://127.0.0.1:{port}/health")

    asyncio.run(body())
