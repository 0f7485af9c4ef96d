"""A llama-server on the PATH is preferred, whatever its version, and ended even if it does not listen."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.child_specs import our_environment
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.engine import LocalEngine
from boocode_desktop.processes.engine_life import EngineLimits
from boocode_desktop.processes.engine_status import EngineOptions, EngineStatus
from boocode_desktop.processes.loopback_http import get_json
from boocode_desktop.processes.process_identity import identify
from tests.fakes.llama_server import write_llama_server
from tests.fakes.tiny_gguf import write_tiny_model

pytest.importorskip("xllamacpp")

OPTIONS = EngineOptions(threads=1, cache_ram_mib=64)


def run(
    tmp_path: Path,
    scenario: Callable[[LocalEngine, Path], Awaitable[None]],
    *,
    refused: Sequence[str] = (),
    stubborn: bool = False,
) -> None:
    server = write_llama_server(tmp_path / "bin", refused=refused, stubborn=stubborn)
    model = write_tiny_model(tmp_path / "tiny.gguf")

    async def body() -> None:
        children = Children(tmp_path / "run")
        engine = LocalEngine(
            children=children,
            run_dir=tmp_path / "run",
            environ=our_environment(PATH=f"{server.parent}:/usr/bin:/bin"),
            limits=EngineLimits(terminate_s=0.3),
        )
        await scenario(engine, model)
        await engine.stop()
        assert children.living() == ()

    asyncio.run(body())


def _command_line(status: EngineStatus) -> str:
    return Path(f"/proc/{status.pid}/cmdline").read_text().replace("\0", " ")


def test_it_is_found_and_serves(tmp_path: Path) -> None:
    async def scenario(engine: LocalEngine, model: Path) -> None:
        status = await engine.start(model, OPTIONS)
        assert (status.state, status.source, status.context_size) == ("ready", "llama-server", 4096)
        assert (await get_json(status.url + "/props")).status == 401
        assert status.api_key not in _command_line(status)

    run(tmp_path, scenario)


def test_an_older_version_gets_along_without_what_it_does_not_know(tmp_path: Path) -> None:
    async def scenario(engine: LocalEngine, model: Path) -> None:
        status = await engine.start(model, OPTIONS)
        assert (status.state, status.restarts) == ("ready", 0)
        assert "--cache-ram" not in _command_line(status)

    run(tmp_path, scenario, refused=("--cors-origins", "--no-ui", "--cache-ram"))


def test_a_version_that_refuses_what_is_needed_is_said(tmp_path: Path) -> None:
    async def scenario(engine: LocalEngine, model: Path) -> None:
        with pytest.raises(UserFacingError, match="does not know one of its options"):
            await engine.start(model, OPTIONS)
        assert "invalid argument: --parallel" in engine.status.log[-1]

    run(tmp_path, scenario, refused=("--parallel",))


def test_one_that_ignores_sigterm_is_killed_in_time(tmp_path: Path) -> None:
    async def scenario(engine: LocalEngine, model: Path) -> None:
        status = await engine.start(model, OPTIONS)
        began = time.monotonic()
        await engine.stop()
        assert 0.3 <= time.monotonic() - began < 3
        assert identify(status.pid) is None

    run(tmp_path, scenario, stubborn=True)


def test_a_chosen_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    async def scenario(engine: LocalEngine, model: Path) -> None:
        with pytest.raises(UserFacingError, match=r"there is no program .*/nowhere"):
            await engine.start(model, EngineOptions(server=tmp_path / "nowhere"))
        assert engine.status.state == "failed"

    run(tmp_path, scenario)
