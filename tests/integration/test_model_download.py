"""Models fetched from a hub on this computer: whole, in pieces, with lies, and without room."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from boocode_desktop.domain.errors import UsageError, UserFacingError
from boocode_desktop.net.client import Timeouts
from boocode_desktop.net.errors import NetError
from boocode_desktop.processes.gguf import read_header
from boocode_desktop.processes.model_download import (
    DownloadPlan,
    DownloadStatus,
    ModelDownload,
    plan_address,
    plan_download,
)
from boocode_desktop.processes.model_files import ModelFinder
from boocode_desktop.processes.model_hub import parse_reference
from tests.fakes.gguf_header import header_bytes
from tests.fakes.hub_server import HubServer
from tests.fakes.range_server import RangeServer

HEADER = header_bytes({"general.architecture": "llama", "llama.embedding_length": 64})
CONTENT = HEADER + bytes(range(256)) * 12_000
PROJECTOR = header_bytes({"general.architecture": "clip", "clip.vision.projection_dim": 64}) + bytes(100_000)
REPOSITORY = {"org/tiny": {"tiny-Q4_K_M.gguf": CONTENT, "README.md": b"read me"}}
SIGHTED = {"org/tiny": {"tiny-Q4_K_M.gguf": CONTENT, "mmproj-F16.gguf": PROJECTOR}}


def with_plan(
    tmp_path: Path, hub: HubServer, scenario: Callable[[DownloadPlan], Awaitable[Any]], reference: str = "org/tiny"
) -> Any:
    async def body() -> Any:
        plan = await plan_download(parse_reference(reference), tmp_path, base_url=hub.base_url, token=hub.token)
        return await scenario(plan)

    with hub:
        return asyncio.run(body())


async def fetch(plan: DownloadPlan) -> Path:
    download = ModelDownload(plan=plan)
    download.start()
    return await download.wait()


async def until(download: ModelDownload, wanted: Callable[[DownloadStatus], bool]) -> None:
    event = asyncio.Event()
    end = download.listen(lambda status: event.set() if wanted(status) else None)
    await asyncio.wait_for(event.wait(), 20)
    end()


def test_a_model_and_its_projector_come_and_are_found(tmp_path: Path) -> None:
    told: list[DownloadStatus] = []

    async def scenario(plan: DownloadPlan) -> None:
        download = ModelDownload(plan=plan)
        download.listen(told.append)
        download.start()
        download.start()
        assert await download.wait() == tmp_path / "org" / "tiny" / "tiny-Q4_K_M.gguf"
        download.start()
        assert download.status.state == "done"

    with_plan(tmp_path, HubServer(SIGHTED), scenario)
    assert (tmp_path / "org" / "tiny" / "tiny-Q4_K_M.gguf").read_bytes() == CONTENT
    assert [status.done for status in told] == sorted(status.done for status in told)
    assert (told[-1].state, told[-1].done, told[-1].total) == ("done", *[len(CONTENT) + len(PROJECTOR)] * 2)
    (model,) = asyncio.run(ModelFinder(home=tmp_path / "home", environ={}, chosen=(tmp_path,)).find())
    assert model.mmproj == tmp_path / "org" / "tiny" / "mmproj-F16.gguf"
    assert read_header(model.path).architecture == "llama"


def test_a_pause_keeps_what_is_there_and_another_program_goes_on(tmp_path: Path) -> None:
    async def scenario(plan: DownloadPlan) -> None:
        download = ModelDownload(plan=plan)
        download.start()
        await until(download, lambda status: status.done >= 1_000_000)
        await download.pause()
        assert download.status.state == "paused"
        with pytest.raises(UserFacingError, match="was paused"):
            await download.wait()
        part = plan.requests[0].part.stat().st_size
        assert 1_000_000 <= part <= 1_500_000
        assert await fetch(plan) == plan.model
        assert hub.storage_requests() == [None, f"bytes={part}-"]

    hub = HubServer(REPOSITORY, faults=[("drop_and_wait", 1_500_000)])
    hub_answers_slowly(hub)
    with_plan(tmp_path, hub, scenario)
    assert (tmp_path / "org" / "tiny" / "tiny-Q4_K_M.gguf").read_bytes() == CONTENT


def hub_answers_slowly(hub: HubServer) -> None:
    """Make the first answer of the storage stop after some bytes, without an end, until the client leaves."""
    plain = hub._body

    def body(request: Any, fault: tuple[Any, ...]) -> None:
        if fault[0] != "drop_and_wait":
            plain(request, fault)
            return
        request.send_response(200)
        request.send_header("ETag", hub.etag)
        request.send_header("Content-Length", str(len(hub.content)))
        request.end_headers()
        request.wfile.write(hub.content[: fault[1]])
        request.connection.recv(1)
        request.close_connection = True

    hub._body = body  # type: ignore[method-assign]


def test_a_truncation_is_gone_on_with_by_itself(tmp_path: Path) -> None:
    hub = HubServer(REPOSITORY, faults=[("drop", 2_000_000)])
    assert with_plan(tmp_path, hub, fetch).read_bytes() == CONTENT
    assert hub.storage_requests() == [None, "bytes=2000000-"]


def test_a_connection_that_stays_broken_says_what_is_kept(tmp_path: Path) -> None:
    async def scenario(plan: DownloadPlan) -> None:
        download = ModelDownload(plan=plan, attempts=1)
        download.start()
        with pytest.raises(UserFacingError) as raised:
            await download.wait()
        assert "What was loaded is kept" in raised.value.hint
        assert download.status.state == "failed"
        assert plan.requests[0].part.stat().st_size == 1000
        download.start()
        assert (await download.wait()).read_bytes() == CONTENT

    with_plan(tmp_path, HubServer(REPOSITORY, faults=[("drop", 1000)]), scenario)


def test_a_silent_server_ends_the_attempt(tmp_path: Path) -> None:
    async def scenario(plan: DownloadPlan) -> None:
        download = ModelDownload(plan=plan, attempts=1, timeouts=Timeouts(first_byte=0.2, between_bytes=0.2))
        download.start()
        with pytest.raises(UserFacingError, match="fell silent"):
            await download.wait()

    with_plan(tmp_path, HubServer(REPOSITORY, faults=[("stall",)]), scenario)


def test_a_wrong_checksum_is_said_and_nothing_is_kept(tmp_path: Path) -> None:
    async def scenario(plan: DownloadPlan) -> None:
        with pytest.raises(UserFacingError, match="its checksum differs"):
            await fetch(plan)
        assert list(plan.folder.iterdir()) == []

    lies = {"tiny-Q4_K_M.gguf": hashlib.sha256(b"something else").hexdigest()}
    with_plan(tmp_path, HubServer(REPOSITORY, lies=lies), scenario)


def test_without_room_nothing_is_begun(tmp_path: Path) -> None:
    async def scenario(plan: DownloadPlan) -> None:
        download = ModelDownload(plan=plan, free=lambda folder: 1_000_000)
        download.start()
        with pytest.raises(UserFacingError, match=r"org/tiny needs .* GB more, and the disk has 0\.0 GB"):
            await download.wait()
        assert hub.storage_requests() == []

    hub = HubServer(REPOSITORY)
    with_plan(tmp_path, hub, scenario)


def test_cancelling_deletes_what_it_loaded_and_nothing_else(tmp_path: Path) -> None:
    async def scenario(plan: DownloadPlan) -> None:
        plan.folder.mkdir(parents=True)
        projector = plan.folder / "mmproj-F16.gguf"
        projector.write_bytes(PROJECTOR)
        download = ModelDownload(plan=plan)
        download.start()
        await until(download, lambda status: status.done >= 1_100_000)
        await download.cancel()
        assert download.status.state == "cancelled"
        assert list(plan.folder.iterdir()) == [projector]
        await download.cancel()

    hub = HubServer(SIGHTED, faults=[("drop_and_wait", 2_500_000)])
    hub_answers_slowly(hub)
    with_plan(tmp_path, hub, scenario)


def test_cancelling_a_run_pauses_it(tmp_path: Path) -> None:
    async def scenario(plan: DownloadPlan) -> None:
        download = ModelDownload(plan=plan)
        running = asyncio.create_task(download.run())
        await until(download, lambda status: status.done >= 1_000_000)
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()
        assert download.status.state == "paused"
        assert (await download.run()).read_bytes() == CONTENT

    hub = HubServer(REPOSITORY, faults=[("drop_and_wait", 1_500_000)])
    hub_answers_slowly(hub)
    with_plan(tmp_path, hub, scenario)


def test_a_file_comes_from_any_other_address(tmp_path: Path) -> None:
    with RangeServer(CONTENT) as server:
        path = asyncio.run(fetch(plan_address(server.url + "?download=true", tmp_path)))
    assert path == tmp_path / "127.0.0.1" / "file.gguf"
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "url", ["ftp://x/y.gguf", "http://x/", "http://x/y.zip", "http://x/..%2f.gguf", "http://x/%00.gguf"]
)
def test_an_address_must_be_of_a_model_file(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="not the address of a model file"):
        plan_address(url, tmp_path)


def test_parts_come_in_order(tmp_path: Path) -> None:
    names = [f"big-0000{number}-of-00003.gguf" for number in (1, 2, 3)]
    hub = HubServer({"org/big": {name: CONTENT[: 1000 * (at + 1)] for at, name in enumerate(reversed(names))}})
    path = with_plan(tmp_path, hub, fetch, "org/big")
    assert path.name == names[0]
    assert sorted(file.name for file in path.parent.iterdir()) == names


def test_a_token_is_sent_to_the_hub(tmp_path: Path) -> None:
    assert with_plan(tmp_path, HubServer(REPOSITORY, token="hf_x"), fetch).read_bytes() == CONTENT


@pytest.mark.parametrize("reference", ["org/none", "org/tiny:Q9", "org/tiny/none.gguf"])
def test_what_is_not_there_is_said(tmp_path: Path, reference: str) -> None:
    with pytest.raises(UserFacingError, match=r"shows no repository|has no"):
        with_plan(tmp_path, HubServer(REPOSITORY), fetch, reference)


def test_a_hub_that_wants_a_token_is_said(tmp_path: Path) -> None:
    async def body(base_url: str) -> None:
        await plan_download(parse_reference("org/tiny"), tmp_path, base_url=base_url)

    with HubServer(REPOSITORY, token="hf_x") as hub, pytest.raises(UserFacingError) as raised:
        asyncio.run(body(hub.base_url))
    assert "HF_TOKEN" in raised.value.hint


def test_nobody_there_is_a_network_error(tmp_path: Path) -> None:
    with HubServer({}) as hub:
        base_url = hub.base_url
    with pytest.raises(NetError):
        asyncio.run(plan_download(parse_reference("org/tiny"), tmp_path, base_url=base_url))
