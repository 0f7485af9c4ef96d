"""Large downloads that survive interruptions: resumed by ranges, checked for truncation and by checksum.

While it runs, the file is `NAME.part` with `NAME.part.json` beside it, which says what the part is a part of. Both are
kept when a download is cancelled or breaks off, so that the next one goes on from there.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

import httpx

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.retry import Failure, worth_retrying
from boocode_desktop.net.client import Timeouts, open_client
from boocode_desktop.net.errors import ChecksumError, HttpStatusError, NetError, converted

REDIRECTS = 5
_BLOCK = 1 << 20
_CONTENT_RANGE = re.compile(r"bytes\s+(\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a download is, in bytes; `total` 0 while unknown, `rate` in bytes a second of this run."""

    done: int
    total: int
    rate: float = 0.0


class OnProgress(Protocol):
    """Told after each block, on the event loop."""

    def __call__(self, progress: Progress) -> None:
        """Take note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadRequest:
    """What to fetch and where to. `sha256` (hex) and `size` are checked when given."""

    url: str
    target: Path
    sha256: str = ""
    size: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def part(self) -> Path:
        """The file while it is incomplete."""
        return self.target.with_name(self.target.name + ".part")

    @property
    def note(self) -> Path:
        """What the incomplete file is a part of."""
        return self.target.with_name(self.target.name + ".part.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """A finished download. `resumed` counts the bytes that were there already."""

    path: Path
    size: int
    sha256: str
    resumed: int = 0


@dataclass(frozen=True, slots=True)
class _Note:
    """What identifies the file on the server: only an unchanged one is continued."""

    url: str
    etag: str = ""
    modified: str = ""
    total: int = 0
    sha256: str = ""

    @property
    def validator(self) -> str:
        # A weak tag does not promise the same bytes, which is what a range needs.
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


@dataclass(slots=True)
class Download:
    """One download. `sleep` and `clock` are time in seconds; `attempts` in a row without a new byte give up."""

    request: DownloadRequest
    on_progress: OnProgress
    timeouts: Timeouts = field(default_factory=Timeouts)
    attempts: int = 5
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    _resumed: int = 0

    async def run(self) -> Downloaded:
        """Fetch the file; cancelling keeps what is there.

        Raises:
            NetError: the server cannot be reached, refuses, or breaks off again and again; the part is kept.
            ChecksumError: the bytes are not the announced ones; the part is deleted.
            UserFacingError: the disk is full or refuses; the part is kept.
        """
        with _disk_errors(self.request.target):
            await asyncio.to_thread(self.request.target.parent.mkdir, parents=True, exist_ok=True)
            self._resumed = await asyncio.to_thread(_size, self.request.part)
            client = await open_client(
                self.request.url, headers=self.request.headers, timeouts=self.timeouts, redirects=REDIRECTS
            )
            async with client:
                note = await self._all(client)
            return await asyncio.to_thread(self._finish, note)

    async def _all(self, client: httpx.AsyncClient) -> _Note:
        failed = 0
        while True:
            before = await asyncio.to_thread(_size, self.request.part)
            try:
                return await self._some(client)
            except NetError as error:
                failed = 1 if await asyncio.to_thread(_size, self.request.part) > before else failed + 1
                if failed >= self.attempts or not worth_retrying(error.failure):
                    raise
            await self.sleep(min(2.0**failed, 30.0))

    async def _some(self, client: httpx.AsyncClient) -> _Note:
        """Fetch from where the part ends to the end of the file."""
        note = await asyncio.to_thread(_read_note, self.request)
        have = await asyncio.to_thread(_size, self.request.part) if note is not None and note.validator else 0
        if note is not None and have and have == note.total:
            return note
        headers = {"Accept-Encoding": "identity"}
        if note is not None and have:
            headers |= {"Range": f"bytes={have}-", "If-Range": note.validator}
        host = httpx.URL(self.request.url).host
        with converted(host):
            response = await client.send(client.build_request("GET", self.request.url, headers=headers), stream=True)
        async with contextlib.aclosing(response):
            start = await self._start(response, have, host, note)
            self._resumed = min(self._resumed, start)
            fresh = _note_of(self.request, response, start)
            await asyncio.to_thread(self._prepare, fresh, start)
            await self._save(response, fresh, start, host)
        return fresh

    async def _start(self, response: httpx.Response, have: int, host: str, note: _Note | None) -> int:
        """Where the bytes of this response begin."""
        status, tag = response.status_code, response.headers.get("etag", "")
        changed = note is not None and bool(note.etag and tag) and tag != note.etag
        if have and (status == 416 or (status == 206 and changed)):
            # The part is no part of what the server has now.
            await asyncio.to_thread(self.request.part.unlink, missing_ok=True)
            raise NetError(f"{host} has another file now.", failure=Failure(kind="broken_stream"))
        if status == 206:
            found = _CONTENT_RANGE.match(response.headers.get("content-range", ""))
            if found is None or int(found[1]) != have:
                raise NetError(f"{host} sent another part of the file.", failure=Failure(kind="protocol"))
            return have
        if status == 200:
            return 0
        hint = "The file may be gone, or wants a sign-in." if status in (401, 403, 404) else ""
        text = f"{host} answered {status} {response.reason_phrase} for {self.request.target.name}."
        raise HttpStatusError(text, hint, failure=Failure(kind="http", status=status))

    def _prepare(self, note: _Note, start: int) -> None:
        """Cut the part to where the new bytes begin, and see that the rest has room."""
        free = shutil.disk_usage(self.request.target.parent).free
        if note.total and note.total - start > free:
            raise UserFacingError(
                f"{self.request.target.name} needs {_gigabytes(note.total - start)} more, and the disk has "
                f"{_gigabytes(free)} left.",
                "Make room or choose another folder. What was loaded is kept.",
            )
        if not start:
            self.request.part.write_bytes(b"")
        self.request.note.write_text(json.dumps(asdict(note)), "utf-8")

    async def _save(self, response: httpx.Response, note: _Note, start: int, host: str) -> None:
        began, done = self.clock(), start
        file = await asyncio.to_thread(self.request.part.open, "ab")
        try:
            async with contextlib.aclosing(_blocks(response, self.timeouts, host)) as blocks:
                async for block in blocks:
                    await asyncio.to_thread(file.write, block)
                    done += len(block)
                    passed = self.clock() - began
                    rate = (done - start) / passed if passed > 0 else 0.0
                    self.on_progress(Progress(done=done, total=note.total, rate=rate))
        finally:
            await asyncio.to_thread(_close_synced, file)
        if note.total and done < note.total:
            text = f"{host} stopped after {done:,} of {note.total:,} bytes."
            raise NetError(text, "Start it again to go on from there.", failure=Failure(kind="broken_stream"))

    def _finish(self, note: _Note) -> Downloaded:
        part, size = self.request.part, _size(self.request.part)
        digest = _sha256(part)
        wanted = (self.request.sha256 or note.sha256).lower()
        if (wanted and digest != wanted) or (self.request.size and size != self.request.size):
            part.unlink(missing_ok=True)
            self.request.note.unlink(missing_ok=True)
            raise ChecksumError(
                f"{self.request.target.name} is not the file that was announced (its checksum differs).",
                "It was deleted. Download it again; if it happens twice, the source is broken.",
                failure=Failure(kind="protocol"),
            )
        part.replace(self.request.target)
        self.request.note.unlink(missing_ok=True)
        return Downloaded(path=self.request.target, size=size, sha256=digest, resumed=self._resumed)


async def _blocks(response: httpx.Response, timeouts: Timeouts, host: str) -> AsyncGenerator[bytes]:
    """The body in blocks of about a megabyte; what came before a break is handed out before the error."""
    chunks, waiting = response.aiter_raw(), bytearray()
    broken: NetError | None = None
    while True:
        try:
            with converted(host, streaming=True):
                chunk = await anext(chunks, b"")
        except NetError as error:
            broken, chunk = error, b""
        waiting += chunk
        if waiting and (not chunk or len(waiting) >= _BLOCK):
            yield bytes(waiting)
            waiting.clear()
        if broken is not None:
            raise broken
        if not chunk:
            return


def _note_of(request: DownloadRequest, response: httpx.Response, start: int) -> _Note:
    headers, length = response.headers, response.headers.get("content-length", "")
    ranged = _CONTENT_RANGE.match(headers.get("content-range", ""))
    total = int(ranged[3]) if ranged and ranged[3].isdigit() else start + int(length) if length.isdigit() else 0
    # Hugging Face tells the checksum of large files on its redirect to the storage.
    linked = next((h for r in response.history if (h := r.headers.get("x-linked-etag", "").strip('"'))), "")
    return _Note(
        url=request.url,
        etag=headers.get("etag", ""),
        modified=headers.get("last-modified", ""),
        total=total,
        sha256=linked if re.fullmatch(r"[0-9a-fA-F]{64}", linked) else "",
    )


def _read_note(request: DownloadRequest) -> _Note | None:
    try:
        note = _Note(**json.loads(request.note.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return note if note.url == request.url else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _close_synced(file: BinaryIO) -> None:
    try:
        file.flush()
        os.fsync(file.fileno())
    finally:
        file.close()


def _gigabytes(size: int) -> str:
    return f"{size / 2**30:.1f} GB"


@contextlib.contextmanager
def _disk_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        text = f"{target.name} could not be written: {error.strerror or error}. What was loaded is kept."
        raise UserFacingError(text, "Check the folder and the room on the disk, then start it again.") from error
