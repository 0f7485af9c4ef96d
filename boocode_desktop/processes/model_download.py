"""Fetches a model from Hugging Face: planned first, then file by file, with pause, resume and checksums.

What was loaded stays in `.part` files until it is complete, also over a restart of the program: the same plan goes on
from there. A complete file has the size and the checksum that the hub told.
"""

import asyncio
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from boocode_desktop.domain.errors import AdapterError, UsageError, UserFacingError
from boocode_desktop.net.client import Timeouts
from boocode_desktop.net.download import Download, DownloadRequest, Progress
from boocode_desktop.net.errors import ChecksumError
from boocode_desktop.processes.model_hub import (
    HUB_URL,
    HubReference,
    RemoteFile,
    choose_files,
    file_url,
    hub_headers,
    is_file_name,
    list_repository,
)

_log = logging.getLogger(__name__)

DownloadState = Literal["waiting", "running", "paused", "done", "failed", "cancelled"]
TELL_S = 0.1
KEPT = "What was loaded is kept: start it again to go on from there."


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadPlan:
    """What to fetch and where to; `requests` in the order of `files`, the model's first file first."""

    reference: HubReference
    folder: Path
    files: tuple[RemoteFile, ...]
    requests: tuple[DownloadRequest, ...] = field(repr=False)

    @property
    def model(self) -> Path:
        """The file to give to the engine once all are there."""
        return self.requests[0].target

    @property
    def total(self) -> int:
        """Bytes of all files; 0 if the hub does not tell."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadStatus:
    """How a download stands: bytes of all its files, the rate in bytes a second, the file it is at."""

    state: DownloadState = "waiting"
    done: int = 0
    total: int = 0
    rate: float = 0.0
    file: str = ""
    error: str = ""
    hint: str = ""


async def plan_download(
    reference: HubReference, folder: Path, *, base_url: str = HUB_URL, token: str = ""
) -> DownloadPlan:
    """Ask the hub what there is, and choose.

    Args:
        reference: What is wanted.
        folder: Where models are kept; the files go to `folder/OWNER/NAME`.
        base_url: Another hub.
        token: For repositories that want one.

    Raises:
        UserFacingError: there is no such model.
        NetError: the hub cannot be reached.
    """
    files = choose_files(await list_repository(reference, base_url=base_url, token=token), reference)
    target = folder.joinpath(*reference.repo.split("/"))
    requests = tuple(
        DownloadRequest(
            url=file_url(base_url, reference, file),
            target=target / file.name,
            sha256=file.sha256,
            size=file.size,
            headers=hub_headers(token),
        )
        for file in files
    )
    return DownloadPlan(reference=reference, folder=target, files=files, requests=requests)


def plan_address(url: str, folder: Path) -> DownloadPlan:
    """Fetch one file from anywhere; its checksum is not known.

    Raises:
        UsageError: the address names no model file.
    """
    parts = urlsplit(url)
    name = unquote(parts.path).rpartition("/")[2]
    if parts.scheme not in ("http", "https") or not is_file_name(name) or not name.lower().endswith(".gguf"):
        raise UsageError(f"{url} is not the address of a model file.", "It should end in .gguf.")
    host = parts.hostname or "elsewhere"
    return DownloadPlan(
        reference=HubReference(repo=f"{host}/{name}", file=name),
        folder=folder / host,
        files=(RemoteFile(path=name),),
        requests=(DownloadRequest(url=url, target=folder / host / name),),
    )


def free_bytes(folder: Path) -> int:
    """Room on the disk that a folder is on, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


@dataclass(slots=True, kw_only=True)
class ModelDownload:
    """One download that can be paused and gone on with. Listeners hear every change, on the event loop."""

    plan: DownloadPlan
    timeouts: Timeouts = field(default_factory=Timeouts)
    attempts: int = 5
    free: Callable[[Path], int] = free_bytes
    status: DownloadStatus = field(default_factory=DownloadStatus)
    _task: asyncio.Task[None] | None = None
    _listeners: list[Callable[[DownloadStatus], None]] = field(default_factory=list)
    _told: float = 0.0
    _fetched: list[Path] = field(default_factory=list)

    def listen(self, listener: Callable[[DownloadStatus], None]) -> Callable[[], None]:
        """Call `listener` at every change, at most ten times a second while bytes come; the result ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def start(self) -> None:
        """Begin, or go on after a pause, a failure or a restart; nothing while it runs or when it is done."""
        if self.status.state not in ("running", "done"):
            self._become(replace(self.status, state="running", total=self.plan.total, error="", hint=""))
            self._task = asyncio.create_task(self._run(), name=f"download {self.plan.reference.repo}")

    async def pause(self) -> None:
        """Stop for now and keep what is there."""
        await self._halt("paused")

    async def cancel(self) -> None:
        """Stop for good and delete what it loaded; nothing when it is done."""
        if self.status.state != "done":
            await self._halt("cancelled")
            await asyncio.to_thread(_discard, self.plan, tuple(self._fetched))
            self._become(DownloadStatus(state="cancelled"))

    async def wait(self) -> Path:
        """The model's file once all is there.

        Raises:
            UserFacingError: it failed, was paused or cancelled.
        """
        if self._task is not None:
            await asyncio.wait([self._task])
        if self.status.state != "done":
            raise UserFacingError(self.status.error or f"The download was {self.status.state}.", self.status.hint)
        return self.plan.model

    async def run(self) -> Path:
        """Start and wait; cancelling this pauses the download. Raises as `wait` does."""
        self.start()
        try:
            return await self.wait()
        except asyncio.CancelledError:
            await self.pause()
            raise

    async def _halt(self, state: DownloadState) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
        if self.status.state != "done":
            self._become(replace(self.status, state=state, rate=0.0))

    async def _run(self) -> None:
        try:
            await self._fetch_all()
            self._become(replace(self.status, state="done", rate=0.0))
        except ChecksumError as error:
            self._fail(error.message, error.hint)
        except AdapterError as error:
            self._fail(error.message, f"{error.hint} {KEPT}".strip())
        except UserFacingError as error:
            self._fail(error.message, error.hint)
        except Exception as error:
            _log.exception("download of %s broke", self.plan.reference.repo)
            self._fail(f"The download broke: {error}", KEPT)

    async def _fetch_all(self) -> None:
        have = [await asyncio.to_thread(_finished, request) for request in self.plan.requests]
        await asyncio.to_thread(self._check_room, have)
        before = sum(have)
        for request, file, there in zip(self.plan.requests, self.plan.files, have, strict=True):
            self._become(replace(self.status, file=file.name, done=before))
            if not there:
                before += await self._fetch(request, before)

    async def _fetch(self, request: DownloadRequest, before: int) -> int:
        def tell(progress: Progress) -> None:
            self._tell(replace(self.status, done=before + progress.done, rate=progress.rate))

        download = Download(request, tell, timeouts=self.timeouts, attempts=self.attempts)
        got = await download.run()
        self._fetched.append(request.target)
        self._become(replace(self.status, done=before + got.size))
        return got.size

    def _check_room(self, have: list[int]) -> None:
        parts = sum(_size(request.part) for request, there in zip(self.plan.requests, have, strict=True) if not there)
        needed, free = self.plan.total - sum(have) - parts, self.free(self.plan.folder)
        if needed > free:
            raise UserFacingError(
                f"{self.plan.reference.repo} needs {needed / 1e9:.1f} GB more, and the disk has {free / 1e9:.1f} GB.",
                f"Make room, or choose another folder or a smaller model. {KEPT if parts else ''}".strip(),
            )

    def _fail(self, message: str, hint: str) -> None:
        self._become(replace(self.status, state="failed", rate=0.0, error=message, hint=hint))

    def _tell(self, status: DownloadStatus) -> None:
        now = time.monotonic()
        if now - self._told >= TELL_S:
            self._told = now
            self._become(status)
        else:
            self.status = status

    def _become(self, status: DownloadStatus) -> None:
        self.status = status
        for listener in tuple(self._listeners):
            listener(status)


def _finished(request: DownloadRequest) -> int:
    """Bytes of a file that is there already, checked when it was loaded; 0 if it is not, or not this one."""
    size = _size(request.target)
    return size if not request.size or size == request.size else 0


def _discard(plan: DownloadPlan, fetched: tuple[Path, ...]) -> None:
    """Delete what this download loaded; a projector that was there before stays."""
    for path in (*(request.part for request in plan.requests), *(request.note for request in plan.requests), *fetched):
        path.unlink(missing_ok=True)
    if plan.folder.is_dir() and not any(plan.folder.iterdir()):
        plan.folder.rmdir()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
