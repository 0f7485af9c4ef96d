"""Faults: the program is killed with its engine running or loading; the engine dies in the middle of a stream."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from boocode_desktop.processes.child_specs import our_environment
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.engine import LocalEngine
from boocode_desktop.processes.engine_life import EngineLimits
from boocode_desktop.processes.engine_status import EngineOptions, EngineStatus
from boocode_desktop.processes.loopback_http import get_json
from boocode_desktop.processes.process_identity import identify
from boocode_desktop.processes.restart_policy import RestartPolicy
from tests.fakes.moments import at_random_moments
from tests.fakes.tiny_gguf import TinyModel, write_tiny_model

pytest.importorskip("xllamacpp")

OWNER = """
import asyncio, os, sys
from pathlib import Path
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.engine import LocalEngine
from boocode_desktop.processes.engine_life import EngineLimits
from boocode_desktop.processes.engine_status import EngineOptions

async def main():
    run_dir, model = Path(sys.argv[1]), Path(sys.argv[2])
    engine = LocalEngine(children=Children(run_dir), run_dir=run_dir)
    engine.listen(lambda status: print(status.state, status.pid, flush=True))
    while True:
        await engine.start(model, EngineOptions(threads=1, cache_ram_mib=64))
        await asyncio.sleep(0.1)
        await engine.stop()

asyncio.run(main())
"""


def _processes_naming(text: str) -> list[int]:
    """Living processes with `text` in their arguments."""
    found = []
    for entry in os.scandir("/proc"):
        try:
            if entry.name.isdigit() and text in Path(entry.path, "cmdline").read_text():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@at_random_moments
def test_engine_after_app_death(tmp_path: Path, moment: int) -> None:
    model = write_tiny_model(tmp_path / f"tiny-{os.getpid()}-{moment}.gguf")
    arguments = [sys.executable, "-c", OWNER, str(tmp_path / "run"), str(model)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "starting 0\n"
        time.sleep(random.Random(moment).uniform(0, 0.6))  # the random moment, not a synchronisation
        owner.kill()
    deadline = time.monotonic() + 2
    while (left := _processes_naming(model.name)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert left == []

    asyncio.run(Children(tmp_path / "run").sweep())
    assert list((tmp_path / "run").glob("children/*.json")) == []


@at_random_moments
def test_engine_dies_mid_stream(tmp_path: Path, moment: int) -> None:
    model = write_tiny_model(tmp_path / "tiny.gguf", TinyModel(end_rate=1e-9))
    ready: asyncio.Queue[EngineStatus] = asyncio.Queue()

    async def body() -> None:
        engine = LocalEngine(
            children=Children(tmp_path / "run"),
            run_dir=tmp_path / "run",
            environ=our_environment(),
            policy=RestartPolicy(first_delay_s=0.05),
        )
        engine.listen(lambda status: ready.put_nowait(status) if status.state == "ready" else None)
        await engine.start(model, EngineOptions(threads=1, cache_ram_mib=64))
        status = await ready.get()
        received = await _stream_until_killed(status, random.Random(moment).randint(1, 4000))
        assert b"[DONE]" not in received
        again = await asyncio.wait_for(ready.get(), 10)
        assert again.pid != status.pid
        await engine.stop()

    asyncio.run(body())


def test_engine_stopped_mid_stream(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "tiny.gguf", TinyModel(end_rate=1e-9))

    async def body() -> None:
        engine = LocalEngine(children=Children(tmp_path / "run"), run_dir=tmp_path / "run")
        status = await engine.start(model, EngineOptions(threads=1, cache_ram_mib=64))
        reader, writer = await _open_stream(status)
        await reader.read(256)
        began = time.monotonic()
        await engine.stop()
        assert time.monotonic() - began < 4, "an open stream does not hold the stop"
        assert identify(status.pid) is None
        writer.close()

    asyncio.run(body())


def test_engine_suspended_and_resumed(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "tiny.gguf")

    async def body() -> None:
        limits = EngineLimits(poll_ready_s=0.05, answer_s=0.3, misses=3)
        engine = LocalEngine(children=Children(tmp_path / "run"), run_dir=tmp_path / "run", limits=limits)
        status = await engine.start(model, EngineOptions(threads=1, cache_ram_mib=64))
        os.kill(status.pid, signal.SIGSTOP)
        await asyncio.sleep(0.4)  # the suspension, shorter than what counts as hung
        os.kill(status.pid, signal.SIGCONT)
        assert (await get_json(status.url + "/health", timeout_s=5)).status == 200
        assert (engine.status.state, engine.status.pid) == ("ready", status.pid)
        await engine.stop()

    asyncio.run(body())


async def _stream_until_killed(status: EngineStatus, kill_after_bytes: int) -> bytes:
    """Stream an endless answer, kill the engine on the way; what came. Must not hang."""
    reader, writer = await _open_stream(status)
    received = b""
    while len(received) < kill_after_bytes:
        received += await reader.read(256)
    os.kill(status.pid, signal.SIGKILL)
    try:
        received += await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        pass
    writer.close()
    return received


async def _open_stream(status: EngineStatus) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask for a streamed answer."""
    parts = urlsplit(status.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    body = b'{"stream": true, "messages": [{"role": "user", "content": "hello"}]}'
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {status.api_key}\r\n"
    writer.write(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return reader, writer
