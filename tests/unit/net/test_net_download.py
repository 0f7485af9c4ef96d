"""Downloads against a real server that resumes, cuts short, refuses and lies."""

import asyncio
import hashlib
import json

import pytest

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.net.client import Timeouts
from boocode_desktop.net.download import Download, DownloadRequest, Progress
from boocode_desktop.net.errors import ChecksumError, HttpStatusError, NetError
from tests.fakes.range_server import RangeServer

CONTENT = bytes(range(256)) * 12_000
SHA = hashlib.sha256(CONTENT).hexdigest()


async def no_sleep(seconds):
    """Time passes at once."""


def fetch(request, *, on_progress=lambda p: None, **options):
    options = {"sleep": no_sleep, **options}
    return asyncio.run(Download(request, on_progress, **options).run())


@pytest.fixture
def target(tmp_path):
    return tmp_path / "models" / "file.gguf"


def names(target):
    return sorted(p.name for p in target.parent.iterdir())


def test_a_file_comes_whole_with_progress(target):
    seen: list[Progress] = []
    with RangeServer(CONTENT) as server:
        got = fetch(DownloadRequest(url=server.url, target=target, sha256=SHA), on_progress=seen.append)
    assert target.read_bytes() == CONTENT and got.sha256 == SHA and got.resumed == 0
    assert names(target) == ["file.gguf"]
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert seen[-1].done == seen[-1].total == len(CONTENT)


def test_a_cut_connection_is_resumed_by_itself(target):
    cut = 1_500_000
    with RangeServer(CONTENT, faults=[("drop", cut), ("drop", 10), ("status", 503)]) as server:
        fetch(DownloadRequest(url=server.url, target=target, sha256=SHA))
    ranges = [headers.get("Range") for _, headers in server.requests]
    assert ranges == [None, f"bytes={cut}-", f"bytes={cut + 10}-", f"bytes={cut + 10}-"]
    assert target.read_bytes() == CONTENT


def test_a_connection_that_brings_nothing_gives_up_and_keeps_the_part(target):
    faults = [("drop", 1000), *[("drop", 0)] * 3]
    with RangeServer(CONTENT, faults=faults) as server:
        request = DownloadRequest(url=server.url, target=target, sha256=SHA)
        with pytest.raises(NetError):
            fetch(request, attempts=3)
        assert request.part.read_bytes() == CONTENT[:1000]
        got = fetch(request)
    assert got.resumed == 1000 and target.read_bytes() == CONTENT


def test_a_response_that_ends_early_without_a_length_fails_the_checksum(target):
    with RangeServer(CONTENT, faults=[("short", 5000)]) as server, pytest.raises(ChecksumError):
        fetch(DownloadRequest(url=server.url, target=target, sha256=SHA))
    assert names(target) == []


def test_a_wrong_size_is_told_without_a_checksum(target):
    with RangeServer(CONTENT) as server, pytest.raises(ChecksumError):
        fetch(DownloadRequest(url=server.url, target=target, size=len(CONTENT) + 1))


def test_a_wrong_checksum_deletes_the_file_and_keeps_an_older_one(target):
    target.parent.mkdir()
    target.write_bytes(b"older")
    with RangeServer(CONTENT) as server, pytest.raises(ChecksumError, match="announced"):
        fetch(DownloadRequest(url=server.url, target=target, sha256="0" * 64))
    assert names(target) == ["file.gguf"] and target.read_bytes() == b"older"


@pytest.mark.parametrize("if_range", [True, False])
def test_a_changed_file_is_started_again(target, if_range):
    newer = CONTENT[::-1]
    with RangeServer(CONTENT, faults=[("drop", 2_000_000)], if_range=if_range) as server:
        request = DownloadRequest(url=server.url, target=target)
        with pytest.raises(NetError):
            fetch(request, attempts=1)
        server.content, server.etag = newer, '"two"'
        fetch(request)
    assert target.read_bytes() == newer


def test_a_file_that_shrank_is_started_again(target):
    with RangeServer(CONTENT, faults=[("drop", 2_000_000)]) as server:
        request = DownloadRequest(url=server.url, target=target)
        with pytest.raises(NetError):
            fetch(request, attempts=1)
        server.content = b"small"
        fetch(request)
    assert target.read_bytes() == b"small"


@pytest.mark.parametrize("options", [{"ranges": False}, {"etag": 'W/"weak"'}])
def test_without_dependable_ranges_it_starts_again(target, options):
    with RangeServer(CONTENT, faults=[("drop", 2_000_000)], **options) as server:
        fetch(DownloadRequest(url=server.url, target=target, sha256=SHA))
    assert target.read_bytes() == CONTENT


def test_a_part_of_another_address_is_not_continued(target):
    with RangeServer(CONTENT) as server:
        request = DownloadRequest(url=server.url, target=target, sha256=SHA)
        target.parent.mkdir()
        request.part.write_bytes(b"something else")
        request.note.write_text(json.dumps({"url": "http://elsewhere/", "etag": '"one"'}))
        assert fetch(request).resumed == 0
    assert target.read_bytes() == CONTENT


def test_a_damaged_note_is_no_obstacle(target):
    with RangeServer(CONTENT) as server:
        request = DownloadRequest(url=server.url, target=target, sha256=SHA)
        target.parent.mkdir()
        request.part.write_bytes(b"x")
        request.note.write_text('{"what": 1}')
        fetch(request)
    assert target.read_bytes() == CONTENT


def test_a_finished_part_needs_no_server(target):
    with RangeServer(CONTENT) as server:
        request = DownloadRequest(url=server.url, target=target, sha256=SHA)
        target.parent.mkdir()
        request.part.write_bytes(CONTENT)
        request.note.write_text(json.dumps({"url": server.url, "etag": '"one"', "total": len(CONTENT)}))
        fetch(request)
        assert server.requests == []


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_is_told_at_once(target, status):
    with RangeServer(CONTENT, faults=[("status", status)]) as server:
        with pytest.raises(HttpStatusError, match=str(status)):
            fetch(DownloadRequest(url=server.url, target=target))
        assert len(server.requests) == 1


def test_a_redirect_is_followed_and_its_checksum_is_used(target):
    with RangeServer(CONTENT, linked_sha256="0" * 64) as server:
        url = server.url.replace("/file.gguf", "/redirect")
        with pytest.raises(ChecksumError):
            fetch(DownloadRequest(url=url, target=target))
        server.linked_sha256 = SHA
        assert fetch(DownloadRequest(url=url, target=target)).sha256 == SHA


def test_redirects_without_end_are_told(target):
    with RangeServer(CONTENT) as server:
        url = server.url.replace("/file.gguf", "/redirect-loop")
        with pytest.raises(NetError):
            fetch(DownloadRequest(url=url, target=target))


def test_cancelling_keeps_what_is_there(target):
    async def main(request):
        half = asyncio.Event()
        task = asyncio.create_task(Download(request, lambda p: half.set(), sleep=no_sleep).run())
        await half.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with RangeServer(CONTENT, faults=[("drop", 2_000_000), ("stall",)]) as server:
        request = DownloadRequest(url=server.url, target=target, sha256=SHA)
        asyncio.run(main(request))
        kept = request.part.read_bytes()
        assert kept and kept == CONTENT[: len(kept)] and not target.exists()
        server.faults.clear()
        assert fetch(request).resumed == len(kept)
    assert target.read_bytes() == CONTENT


def test_a_server_that_falls_silent_is_left(target):
    with RangeServer(CONTENT, faults=[("stall",)] * 2) as server:
        request = DownloadRequest(url=server.url, target=target)
        with pytest.raises(NetError, match="silent"):
            fetch(request, attempts=2, timeouts=Timeouts(first_byte=0.05))


def test_a_target_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with RangeServer(CONTENT) as server, pytest.raises(UserFacingError, match="could not be written"):
        fetch(DownloadRequest(url=server.url, target=tmp_path / "file" / "model.gguf"))


def test_a_disk_without_room_is_told_before(target, monkeypatch):
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with RangeServer(CONTENT) as server, pytest.raises(UserFacingError, match=r"has 0\.0 GB left"):
        fetch(DownloadRequest(url=server.url, target=target))
