"""A client for one server: JSON requests and event streams, with timeouts and errors that people understand."""

import asyncio
import base64
import contextlib
import ipaddress
import json
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.retry import Failure, parse_retry_after
from boocode_desktop.net.errors import HttpStatusError, NetError, bad_address, converted
from boocode_desktop.net.event_stream import EventReader, read_body

USER_AGENT = "BooCode"
ERROR_BODY_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds: to connect, for any byte until the answer itself begins, and between any two bytes of it."""

    connect: float = 10.0
    first_byte: float = 60.0
    between_bytes: float = 60.0


@dataclass(slots=True, kw_only=True)
class HttpClient:
    """Talks to one server. Connections are opened when needed and kept; after `close` it can be used again."""

    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeouts: Timeouts = field(default_factory=Timeouts)
    _client: httpx.AsyncClient | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def host(self) -> str:
        """The server as it is named to people."""
        try:
            return urlsplit(self.base_url).netloc or self.base_url
        except ValueError:
            return self.base_url

    async def get_json(self, path: str) -> Any:
        """The JSON value at a path (or at a full address).

        Raises:
            NetError: no answer, an error status, or no JSON.
        """
        async with self._request("GET", path, None) as response:
            return await self._json(response)

    async def post_json(self, path: str, body: Any) -> Any:
        """The JSON answer to a JSON request. Raises as `get_json` does."""
        async with self._request("POST", path, encode(body)) as response:
            return await self._json(response)

    async def send_json(self, method: str, path: str, body: Any) -> None:
        """Send JSON where the answer says nothing but that it was taken. Raises as `get_json` does."""
        async with self._request(method, path, encode(body)) as response:
            await read_body(response, self.host)

    @contextlib.asynccontextmanager
    async def subscribe(self, path: str) -> AsyncIterator[EventReader]:
        """A stream that a server keeps open and fills as things happen; silence for `between_bytes` breaks it.

        Raises:
            NetError: no answer, or an error status.
        """
        async with self._request("GET", path, None, accept="text/event-stream") as response:
            yield EventReader(response, self.host, self.timeouts.between_bytes, flowing=True)

    @contextlib.asynccontextmanager
    async def events(self, path: str, body: bytes) -> AsyncIterator[EventReader]:
        """Send a JSON request; a reader of its answer's events. Leaving the block closes what was not read to its end.

        Raises:
            NetError: no answer, or an error status.
        """
        async with self._request("POST", path, body, accept="text/event-stream") as response:
            yield EventReader(response, self.host, self.timeouts.between_bytes)

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    @contextlib.asynccontextmanager
    async def _request(
        self, method: str, path: str, body: bytes | None, *, accept: str = "application/json"
    ) -> AsyncIterator[httpx.Response]:
        client = await self._opened()
        url = path if "://" in path else self.base_url.rstrip("/") + path
        headers = {"Accept": accept, **({"Content-Type": "application/json"} if body is not None else {})}
        with converted(self.host):
            request = client.build_request(method, url, content=body, headers=headers)
            response = await client.send(request, stream=True)
        try:
            if not response.is_success:
                raise await self._refusal(response)
            yield response
        finally:
            # Closing must not replace the error (or the cancellation) that ended the block.
            with contextlib.suppress(httpx.HTTPError):
                await response.aclose()

    async def _opened(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._client is None:
                _check(self.base_url)
                self._client = await open_client(self.base_url, headers=self.headers, timeouts=self.timeouts)
            return self._client

    async def _json(self, response: httpx.Response) -> Any:
        raw = await read_body(response, self.host)
        try:
            return json.loads(raw)
        except ValueError as error:
            text = f"{self.host} answered with something that is not JSON: {raw[:80].decode('utf-8', 'replace')!r}."
            raise NetError(text, "Check the address.", failure=Failure(kind="protocol")) from error

    async def _refusal(self, response: httpx.Response) -> HttpStatusError:
        try:
            body = (await read_body(response, self.host, ERROR_BODY_LIMIT)).decode("utf-8", "replace")
        except NetError:
            body = ""
        status = response.status_code
        failure = Failure(kind="http", status=status, retry_after_s=_retry_after(response.headers))
        return HttpStatusError(f"{self.host} answered {status} {response.reason_phrase}.", failure=failure, body=body)


async def open_client(
    url: str, *, headers: Mapping[str, str] | None = None, timeouts: Timeouts | None = None, redirects: int = 0
) -> httpx.AsyncClient:
    """A client of the HTTP library. Proxies of the environment are used, but never on the way to this computer.

    Raises:
        AdapterError: the proxy settings of the environment cannot be used.
    """
    limits = timeouts or Timeouts()
    local = is_loopback(url)
    # Reading the certificates takes tens of milliseconds, and a plain connection to this computer needs none.
    plain = local and url.startswith("http:") and not redirects
    verify: ssl.SSLContext | bool = False if plain else await asyncio.to_thread(httpx.create_ssl_context)
    timeout = httpx.Timeout(limits.between_bytes, connect=limits.connect, read=limits.first_byte)
    try:
        return httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT, **(headers or {})},
            timeout=timeout,
            trust_env=not local,
            verify=verify,
            follow_redirects=redirects > 0,
            max_redirects=redirects,
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        text = f"The proxy settings cannot be used: {error}."
        raise AdapterError(text, "Check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY.") from error


def _check(url: str) -> None:
    """Refuse what the library below would stumble over."""
    try:
        _ = urlsplit(url).port
    except ValueError as error:
        raise bad_address(url, error) from error


def is_loopback(url: str) -> bool:
    """Whether an address leads to this computer."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def basic_auth(user: str, password: str) -> str:
    """The value of an `Authorization` header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def encode(body: Any) -> bytes:
    """JSON bytes, the same ones for the same value."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    value = headers.get("retry-after", "")
    if not value:
        return None
    try:
        # A date is read by the server's own clock, where it tells it.
        now = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        now = time.time()
    return parse_retry_after(value, now)
