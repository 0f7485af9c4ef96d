"""A real llama.cpp server on a tiny model, through the engine: started, asked, restarted, stopped."""

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from boocode_desktop.domain.errors import BusyError, UserFacingError
from boocode_desktop.processes.child_specs import our_environment
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.engine import LocalEngine
from boocode_desktop.processes.engine_life import EngineLimits
from boocode_desktop.processes.engine_record import read_engine_record, stop_recorded_engine
from boocode_desktop.processes.engine_status import EngineOptions, EngineStatus
from boocode_desktop.processes.loopback_http import get_json
from boocode_desktop.processes.process_identity import identify
from boocode_desktop.processes.restart_policy import RestartPolicy
from tests.fakes.tiny_gguf import TinyModel, write_tiny_model, write_tiny_projector

pytest.importorskip("xllamacpp")

ONE_THREAD = EngineOptions(threads=1, cache_ram_mib=64)
FAST = RestartPolicy(first_delay_s=0.05, longest_delay_s=0.1, budget=3)
Scenario = Callable[[LocalEngine], Awaitable[None]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf", TinyModel(name="Tiny"))


def without_llama_server() -> dict[str, str]:
    """An environment in which only the embedded engine is found."""
    return our_environment(PATH="/usr/bin:/bin")


def run(tmp_path: Path, scenario: Scenario, *, limits: EngineLimits | None = None) -> None:
    """Run a scenario with an engine, stop it, and see that nothing of it is left."""
    pids: set[int] = set()

    async def body() -> None:
        children = Children(tmp_path / "run")
        environ = without_llama_server()
        engine = LocalEngine(children=children, run_dir=tmp_path / "run", environ=environ, policy=FAST, limits=limits)
        engine.listen(lambda status: pids.add(status.pid))
        await scenario(engine)
        await engine.stop()
        assert engine.status == EngineStatus()
        assert children.living() == ()

    asyncio.run(body())
    assert [pid for pid in pids if pid and identify(pid)] == []
    assert list((tmp_path / "run").rglob("*.json")) == []


async def until(engine: LocalEngine, wanted: Callable[[EngineStatus], bool], timeout_s: float = 30) -> EngineStatus:
    """Wait for a status."""
    changed = asyncio.Event()
    end = engine.listen(lambda status: changed.set())
    try:
        async with asyncio.timeout(timeout_s):
            while not wanted(engine.status):
                changed.clear()
                await changed.wait()
    finally:
        end()
    return engine.status


async def stream_chat(status: EngineStatus, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The chunks of a streamed chat completion."""
    parts = urlsplit(status.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    payload = json.dumps({**body, "stream": True, "max_tokens": 40}).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {status.api_key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + payload)
    answer = (await asyncio.wait_for(reader.read(), 30)).decode()
    writer.close()
    lines = [line.removeprefix("data: ") for line in answer.splitlines() if line.startswith("data: ")]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


def test_a_model_is_loaded_asked_and_stopped(tmp_path: Path, model: Path) -> None:
    async def scenario(engine: LocalEngine) -> None:
        heard: list[str] = []
        engine.listen(lambda status: heard.append(status.state))
        status = await engine.start(model, ONE_THREAD)
        assert status.load_s < 5
        assert (status.state, status.source, status.context_size, status.slots) == ("ready", "embedded", 4096, 1)
        assert status.abilities == {"tools", "thinking"}
        assert any("listening" in line for line in status.log)
        assert heard[0] == "starting"
        assert heard[-1] == "ready"

        chunks = await stream_chat(status, {"messages": [{"role": "user", "content": "hello"}]})
        assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
        assert len(chunks) > 3
        assert chunks[-1]["timings"]["predicted_n"] > 0

        began = asyncio.get_running_loop().time()
        await engine.stop()
        await engine.stop()
        assert asyncio.get_running_loop().time() - began < 1
        assert identify(status.pid) is None

    run(tmp_path, scenario)


@pytest.mark.parametrize("with_process", [False, True])
def test_a_start_nobody_waits_for_any_more_is_ended_by_a_stop(tmp_path: Path, model: Path, with_process: bool) -> None:
    async def scenario(engine: LocalEngine) -> None:
        starting = asyncio.create_task(engine.start(model, ONE_THREAD))
        status = await until(engine, lambda status: status.state == "starting" and bool(status.pid) >= with_process)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        await engine.stop()
        assert engine.status == EngineStatus()
        assert not status.pid or identify(status.pid) is None
        again = await engine.start(model, ONE_THREAD)
        assert again.state == "ready"

    run(tmp_path, scenario)


def test_the_key_is_needed_and_is_not_on_the_command_line(tmp_path: Path, model: Path) -> None:
    async def scenario(engine: LocalEngine) -> None:
        status = await engine.start(model, ONE_THREAD)
        assert (await get_json(status.url + "/props")).status == 401
        assert (await get_json(status.url + "/props", api_key=status.api_key)).status == 200
        assert status.api_key not in Path(f"/proc/{status.pid}/cmdline").read_text()
        assert status.api_key not in repr(status)
        assert status.api_key not in "\n".join(status.log)

    run(tmp_path, scenario)


def test_a_projector_gives_sight(tmp_path: Path, model: Path) -> None:
    projector = write_tiny_projector(tmp_path / "mmproj.gguf")

    async def scenario(engine: LocalEngine) -> None:
        status = await engine.start(model, replace(ONE_THREAD, mmproj=projector, context=2048))
        assert "vision" in status.abilities
        assert status.context_size == 2048

    run(tmp_path, scenario)


def test_a_projector_beside_the_model_is_taken_unasked(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "pair" / "tiny-F32.gguf")
    write_tiny_projector(tmp_path / "pair" / "mmproj-tiny-F32.gguf")

    async def scenario(engine: LocalEngine) -> None:
        assert "vision" in (await engine.start(model, ONE_THREAD)).abilities

    run(tmp_path, scenario)


def test_a_broken_projector_beside_the_model_does_not_stop_it_but_a_chosen_one_does(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "pair" / "tiny-F32.gguf")
    whole = write_tiny_projector(tmp_path / "whole.gguf")
    broken = tmp_path / "pair" / "mmproj-tiny-F32.gguf"
    broken.write_bytes(whole.read_bytes()[:90_000])

    async def scenario(engine: LocalEngine) -> None:
        status = await engine.start(model, ONE_THREAD)
        assert (status.state, status.restarts, "vision" in status.abilities) == ("ready", 0, False)
        with pytest.raises(UserFacingError, match=r"projector of tiny-F32\.gguf cannot be used"):
            await engine.start(model, replace(ONE_THREAD, mmproj=broken))

    run(tmp_path, scenario)


def test_starting_the_same_again_changes_nothing_and_another_one_replaces_it(tmp_path: Path, model: Path) -> None:
    other = write_tiny_model(tmp_path / "other.gguf", TinyModel(context=2048))

    async def scenario(engine: LocalEngine) -> None:
        first, same = await asyncio.gather(engine.start(model, ONE_THREAD), engine.start(model, ONE_THREAD))
        assert first.pid == same.pid
        replaced = await engine.start(other, ONE_THREAD)
        assert (replaced.model, replaced.context_size) == (other, 2048)
        assert identify(first.pid) is None

    run(tmp_path, scenario)


def test_a_killed_engine_is_started_again_until_its_budget_is_spent(tmp_path: Path, model: Path) -> None:
    async def scenario(engine: LocalEngine) -> None:
        status = await engine.start(model, ONE_THREAD)
        for restarts in (1, 2):
            os.kill(status.pid, signal.SIGKILL)
            waiting = await until(engine, lambda s: s.state == "starting")
            assert waiting.error == "The engine was killed by SIGKILL."
            status = await until(engine, lambda s, n=restarts: s.state == "ready" and s.restarts == n)  # type: ignore[misc]
            assert (status.error, (await get_json(status.url + "/health")).status) == ("", 200)
        os.kill(status.pid, signal.SIGKILL)
        failed = await until(engine, lambda s: s.state == "failed")
        assert "killed by SIGKILL" in failed.error
        assert "3 times within a minute and stays down" in failed.error
        assert failed.log
        assert failed.url == ""

        assert (await engine.start(model, ONE_THREAD)).state == "ready"

    run(tmp_path, scenario)


def test_an_engine_that_hangs_is_ended_and_started_again(tmp_path: Path, model: Path) -> None:
    async def scenario(engine: LocalEngine) -> None:
        status = await engine.start(model, ONE_THREAD)
        os.kill(status.pid, signal.SIGSTOP)
        again = await until(engine, lambda s: s.state == "ready" and s.pid != status.pid)
        assert again.restarts == 1
        assert identify(status.pid) is None

    limits = EngineLimits(poll_ready_s=0.05, answer_s=0.2, misses=2, terminate_s=0.2)
    run(tmp_path, scenario, limits=limits)


def _broken(tmp_path: Path, model: Path, kind: str) -> Path:
    path = tmp_path / f"{kind}.gguf"
    whole = model.read_bytes()
    contents = {"text": b"<!doctype html>", "empty": b"", "half": whole[: len(whole) // 2], "header": whole[:100]}
    if kind in contents:
        path.write_bytes(contents[kind])
    return path


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("text", "text.gguf is not a model file: it does not begin with GGUF"),
        ("empty", "empty.gguf is not a model file: it is cut off within its header"),
        ("header", "header.gguf is not a model file: it is cut off within its header"),
        ("half", "half.gguf is cut off."),
        ("missing", "missing.gguf is not there."),
    ],
)
def test_a_broken_file_is_said_once_and_not_tried_again(tmp_path: Path, model: Path, kind: str, message: str) -> None:
    path = _broken(tmp_path, model, kind)

    async def scenario(engine: LocalEngine) -> None:
        with pytest.raises(UserFacingError) as raised:
            await engine.start(path, ONE_THREAD)
        assert message in raised.value.message
        assert raised.value.hint
        status = engine.status
        assert (status.state, status.error, status.restarts) == ("failed", raised.value.message, 0)

    run(tmp_path, scenario)


def test_stopping_while_it_starts_ends_the_start(tmp_path: Path, model: Path) -> None:
    async def scenario(engine: LocalEngine) -> None:
        starting = asyncio.create_task(engine.start(model, ONE_THREAD))
        await until(engine, lambda s: s.pid > 0)
        await engine.stop()
        with pytest.raises(UserFacingError, match="was stopped"):
            await starting

    run(tmp_path, scenario)


def test_a_load_that_takes_too_long_fails(tmp_path: Path, model: Path) -> None:
    async def scenario(engine: LocalEngine) -> None:
        with pytest.raises(UserFacingError, match="was not loaded within"):
            await engine.start(model, ONE_THREAD)

    run(tmp_path, scenario, limits=EngineLimits(load_s=0.01))


def test_another_program_sees_it_and_can_stop_it_but_not_start_a_second(tmp_path: Path, model: Path) -> None:
    async def scenario(engine: LocalEngine) -> None:
        status = await engine.start(model, ONE_THREAD)
        record = read_engine_record(tmp_path / "run")
        assert record is not None
        assert (record.url, record.api_key, record.model) == (status.url, status.api_key, str(model))
        assert (tmp_path / "run" / "engine.json").stat().st_mode & 0o777 == 0o600

        second = LocalEngine(
            children=Children(tmp_path / "run"), run_dir=tmp_path / "run", environ=without_llama_server()
        )
        with pytest.raises(BusyError, match=r"runs the local engine with tiny\.gguf"):
            await second.start(model, ONE_THREAD)

        assert await asyncio.to_thread(stop_recorded_engine, tmp_path / "run")
        stopped = await until(engine, lambda s: s.state == "stopped")
        assert stopped.error == "Another program stopped the engine."
        assert not await asyncio.to_thread(stop_recorded_engine, tmp_path / "run")
        await second.start(model, ONE_THREAD)
        await second.stop()

    run(tmp_path, scenario)
