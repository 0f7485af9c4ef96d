"""The least HTTP that asking our own server on this computer needs: one GET, one JSON answer, every wait bounded.

No library: no proxy settings, cookies or redirects may play a part in talking to a child of ours.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 8 * 1024 * 1024


class LoopbackError(Exception):
    """No answer, or none that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status code and the JSON value of the body, None where the body is none."""

    status: int
    value: Any


async def get_json(url: str, *, api_key: str = "", timeout_s: float = 3.0) -> Answer:
    """Ask for `url`, an `http://` address with a port.

    Raises:
        LoopbackError: nobody listens, the answer does not come in time, or it is not HTTP.
    """
    try:
        async with asyncio.timeout(timeout_s):
            status, body = await _get(url, api_key)
    except (OSError, TimeoutError, ValueError, IndexError, asyncio.IncompleteReadError) as error:
        raise LoopbackError(f"no answer from {url}: {error or type(error).__name__}") from error
    try:
        return Answer(status=status, value=json.loads(body))
    except ValueError:
        return Answer(status=status, value=None)


async def _get(url: str, api_key: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=HEAD_LIMIT)
    try:
        lines = [f"GET {parts.path or '/'} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
        if api_key:
            lines.append(f"Authorization: Bearer {api_key}")
        writer.write("\r\n".join([*lines, "", ""]).encode("ascii"))
        return await _read_answer(reader)
    finally:
        writer.transport.abort()


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise ValueError("its header is too long") from error
    first, *rest = head.decode("latin-1").split("\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    status = int(first.split()[1])
    if fields.get("transfer-encoding", "").lower() == "chunked":
        return status, await _read_chunks(reader)
    length = fields.get("content-length")
    return status, await (_read_rest(reader) if length is None else _read_exactly(reader, int(length)))


async def _read_exactly(reader: asyncio.StreamReader, size: int) -> bytes:
    if not 0 <= size <= BODY_LIMIT:
        raise ValueError("its answer is too long")
    return await reader.readexactly(size)


async def _read_rest(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while piece := await reader.read(64 * 1024):
        body += piece
        if len(body) > BODY_LIMIT:
            raise ValueError("its answer is too long")
    return bytes(body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await _read_exactly(reader, size)
        await reader.readline()
        if len(body) > BODY_LIMIT:
            raise ValueError("its answer is too long")
    return bytes(body)
