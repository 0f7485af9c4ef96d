"""The HTTP client against real sockets: every failure becomes one of ours, and says what happened."""

import asyncio
import contextlib
import socket
import ssl

import httpx
import pytest

from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.net.client import HttpClient, Timeouts, basic_auth, encode, is_loopback, open_client
from boocode_desktop.net.errors import HttpStatusError, NetError, converted

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"


@contextlib.asynccontextmanager
async def serving(*parts, cut=False, keep=False):
    """A server that answers every request with raw bytes; then it closes, resets (`cut`) or stays silent (`keep`)."""
    heads: list[bytes] = []
    ended, tasks = asyncio.Event(), []

    async def answer(reader, writer):
        tasks.append(asyncio.current_task())
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            for part in parts:
                writer.write(part)
                await writer.drain()
            if keep:
                await ended.wait()
        if cut:
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    client = HttpClient(
        base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1",
        timeouts=Timeouts(connect=2, first_byte=0.2, between_bytes=0.2),
    )
    try:
        yield client, heads
    finally:
        await client.close()
        ended.set()
        await asyncio.gather(*tasks)
        server.close()


def run(coroutine):
    return asyncio.run(coroutine)


async def read_events(client):
    found = []
    async with client.events("/chat", b"{}") as events:
        while (batch := await events.read()) is not None:
            found += [(e.event, e.data) for e in batch]
    return found


async def failure(*parts, **options):
    async with serving(*parts, **options) as (client, _):
        with pytest.raises(NetError) as caught:
            await read_events(client)
    return caught.value


def test_json_goes_both_ways():
    async def main():
        body = b'{"a": 1}'
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"
        async with serving(head + body) as (client, heads):
            assert await client.get_json("/models") == {"a": 1}
            assert await client.post_json("/x", {"b": "é"}) == {"a": 1}
        assert heads[0].startswith(b"GET /v1/models HTTP/1.1") and heads[1].startswith(b"POST /v1/x")

    run(main())


def test_events_come_as_they_are_sent():
    async def main():
        stream = OK + b"\r\n: ping\n\ndata: one\n\nevent: x\ndata: two\n\n"
        async with serving(stream) as (client, _):
            assert await read_events(client) == [("message", "one"), ("x", "two")]

    run(main())


def test_json_in_place_of_a_stream_is_one_event():
    async def main():
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 8\r\n\r\n"
        async with serving(head + b'{"a": 1}') as (client, _):
            assert await read_events(client) == [("json", '{"a": 1}')]

    run(main())


def test_an_error_status_keeps_its_body_and_what_the_server_asked_for():
    head = b"HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nbusy"
    error = run(failure(head))
    assert isinstance(error, HttpStatusError)
    assert (error.status, error.body, error.failure.kind) == (429, "busy", "http")
    assert error.failure.retry_after_s == 7


def test_a_date_is_read_by_the_servers_clock():
    head = (
        b"HTTP/1.1 503 Busy\r\nDate: Wed, 21 Oct 2015 07:28:00 GMT\r\n"
        b"Retry-After: Wed, 21 Oct 2015 07:28:30 GMT\r\nContent-Length: 0\r\n\r\n"
    )
    assert run(failure(head)).failure.retry_after_s == 30


def test_an_endless_error_body_is_cut():
    head = b"HTTP/1.1 500 Oops\r\n\r\n"
    error = run(failure(head, b"x" * 200_000))
    assert isinstance(error, HttpStatusError) and len(error.body) == 64 * 1024


@pytest.mark.parametrize(
    ("parts", "options", "kind"),
    [
        ((), {}, "reset"),
        ((), {"cut": True}, "reset"),
        ((b"SSH-2.0-OpenSSH_9.2\r\n\r\n",), {"keep": True}, "protocol"),
        ((OK + b"Content-Length: 100\r\n\r\ndata: a\n\n",), {}, "broken_stream"),
        ((OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\ndat",), {"cut": True}, "broken_stream"),
        ((OK + b"Transfer-Encoding: chunked\r\n\r\nzzz\r\n",), {}, "broken_stream"),
        ((OK + b"\r\ndata: a\n\n",), {"keep": True}, "stall"),
        ((), {"keep": True}, "stall"),
        ((OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",), {}, "protocol"),
    ],
)
def test_what_breaks_has_a_kind(parts, options, kind):
    error = run(failure(*parts, **options))
    assert error.failure.kind == kind
    assert error.message.startswith("127.0.0.1:")


def test_an_endless_line_is_given_up():
    async def main():
        return await failure(OK + b"\r\n", b"data: " + b"x" * (17 << 20))

    assert "endless line" in run(main()).message


def test_a_closed_port_is_refused():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(NetError) as caught:
        run(HttpClient(base_url=url).get_json("/x"))
    assert caught.value.failure.kind == "refused" and "refused" in caught.value.message


@pytest.mark.parametrize("url", ["http://[::1", "ftp://127.0.0.1", "nonsense", "http://127.0.0.1:99999999"])
def test_an_address_that_is_none_says_so(url):
    with pytest.raises(NetError) as caught:
        run(HttpClient(base_url=url).get_json("/x"))
    assert caught.value.failure.kind == "protocol" and "address" in caught.value.message


@pytest.mark.parametrize(
    ("cause", "kind", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "name_resolution", "name"),
        (ConnectionRefusedError(111, "refused"), "refused", "refused"),
        (ConnectionResetError(104, "reset"), "reset", "closed"),
        (ssl.SSLCertVerificationError("self-signed"), "protocol", "secure"),
        (OSError(101, "Network is unreachable"), "unreachable", "cannot be reached"),
        (ExceptionGroup("all failed", [ConnectionRefusedError(111, "refused")]), "refused", "refused"),
    ],
)
def test_a_connection_that_fails_is_told_by_its_cause(cause, kind, words):
    def fail():
        try:
            raise cause
        except BaseException as inner:
            raise httpx.ConnectError("All connection attempts failed") from inner

    with pytest.raises(NetError) as caught, converted("host"):
        fail()
    assert caught.value.failure.kind == kind and words in caught.value.message


@pytest.mark.parametrize("error", [httpx.ConnectTimeout("t"), httpx.PoolTimeout("t"), httpx.ReadTimeout("t")])
def test_every_timeout_is_a_stall(error):
    with pytest.raises(NetError) as caught, converted("host"):
        raise error
    assert caught.value.failure.kind == "stall"


def test_leaving_the_block_closes_the_connection():
    async def main():
        gone = asyncio.Event()

        async def answer(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OK + b"\r\ndata: a\n\n")
            await reader.read()
            gone.set()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        client = HttpClient(base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        async with client.events("/", b"{}") as events:
            assert (await events.read())[0].data == "a"
        await asyncio.wait_for(gone.wait(), 5)
        await client.close()
        server.close()

    run(main())


def test_patience_ends_when_the_answer_flows():
    async def main():
        async with serving(OK + b"\r\ndata: a\n\n", keep=True) as (client, _):
            client.timeouts = Timeouts(first_byte=30, between_bytes=0.1)
            async with client.events("/", b"{}") as events:
                assert await events.read()
                events.flowing = True
                with pytest.raises(NetError) as caught:
                    await events.read()
            return caught.value

    assert run(main()).failure.kind == "stall"


def test_a_connection_is_used_again_when_the_stream_was_read_to_its_end():
    async def main():
        opened = []

        async def answer(reader, writer):
            opened.append(asyncio.current_task())
            with contextlib.suppress(asyncio.IncompleteReadError):
                while True:
                    await reader.readuntil(b"{}")
                    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n")
                    await writer.drain()
                    writer.write(b"0\r\n\r\n")
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        client = HttpClient(base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        for _ in range(3):
            async with client.events("/", b"{}") as events:
                assert await events.read()
                await events.rest()
        await client.close()
        await asyncio.gather(*opened)
        server.close()
        return len(opened)

    assert run(main()) == 1


def test_a_server_that_never_ends_is_not_waited_for():
    async def main():
        async with serving(OK + b"\r\ndata: a\n\n", keep=True) as (client, _):
            client.timeouts = Timeouts(first_byte=20, between_bytes=20)
            async with client.events("/", b"{}") as events:
                assert await events.read()
                await asyncio.wait_for(events.rest(), 5)

    run(main())


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:80", True),
        ("http://127.9.9.9/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://x.localhost", True),
        ("https://api.deepseek.com", False),
        ("http://192.168.0.1", False),
        ("http://127.0.0.1.example.com", False),
        ("http://[broken", False),
    ],
)
def test_what_leads_to_this_computer(url, local):
    assert is_loopback(url) is local


def test_proxies_are_used_but_not_for_this_computer(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)

    async def main():
        async with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as (client, _):
            assert await client.get_json("/") == {}
        far = HttpClient(base_url="http://192.0.2.1/v1")
        with pytest.raises(NetError) as caught:
            await far.get_json("/")
        await far.close()
        return caught.value

    assert run(main()).failure.kind == "refused"


def test_proxy_settings_that_cannot_be_used_are_told(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "gopher://x")
    with pytest.raises(AdapterError, match="proxy"):
        run(open_client("https://example.com"))


def test_the_same_value_gives_the_same_bytes():
    assert encode({"b": 1, "a": ["é", "\ud800"]}) == '{"b":1,"a":["é","?"]}'.encode()


async def subscribed(client):
    found = []
    async with client.subscribe("/events?of=a") as reader:
        while (batch := await reader.read()) is not None:
            found += [event.data for event in batch]
    return found


def test_a_subscription_is_a_get_that_goes_on_while_bytes_come():
    async def main():
        async with serving(OK + b"\r\n", b"data: one\n\n", b"data: two\n\n") as (client, heads):
            client.headers = {"Authorization": basic_auth("me", "pass word")}
            assert await subscribed(client) == ["one", "two"]
            assert heads[0].startswith(b"GET /v1/events?of=a ")
            assert b"authorization: basic bwu6cgfzcyb3b3jk" in heads[0].lower()

    run(main())


def test_a_subscription_that_falls_silent_is_given_up():
    async def main():
        async with serving(OK + b"\r\n", b"data: one\n\n", keep=True) as (client, _):
            with pytest.raises(NetError, match="fell silent"):
                await subscribed(client)

    run(main())


def test_an_answer_without_a_body_is_enough_for_what_is_only_sent():
    async def main():
        async with serving(b"HTTP/1.1 204 No Content\r\n\r\n") as (client, heads):
            await client.send_json("POST", "/do", {"a": 1})
            assert heads[0].startswith(b"POST /v1/do ")
        async with serving(b"HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\nno") as (client, _):
            with pytest.raises(HttpStatusError) as refused:
                await client.send_json("PATCH", "/do", {})
            assert (refused.value.status, refused.value.body) == (400, "no")

    run(main())
