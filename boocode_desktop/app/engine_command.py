"""`boocode engine`: the local llama.cpp server from the command line."""

import argparse
import asyncio
from pathlib import Path

from boocode_desktop.app.core import Core
from boocode_desktop.cli.arguments import DONE
from boocode_desktop.cli.output import print_json, say
from boocode_desktop.config.settings import EngineOptions as EngineSettings
from boocode_desktop.domain.errors import UsageError, UserFacingError
from boocode_desktop.processes.engine_record import read_engine_record, stop_recorded_engine
from boocode_desktop.processes.engine_status import EngineOptions


def engine_options(settings: EngineSettings) -> EngineOptions:
    """What the settings say about running a model."""
    return EngineOptions(
        context=settings.context,
        parallel=settings.parallel,
        threads=settings.threads,
        gpu_layers=settings.gpu_layers,
        cache_ram_mib=settings.cache_ram_mib,
        more_arguments=settings.extra_args,
    )


async def engine_command(core: Core, arguments: argparse.Namespace) -> int:
    """Run one verb; the exit code."""
    match arguments.verb:
        case "start":
            return await _start(core, arguments.file, as_json=arguments.json)
        case "stop":
            return await _stop(core, as_json=arguments.json)
        case _:
            return await _status(core, as_json=arguments.json)


async def _start(core: Core, file: Path, *, as_json: bool) -> int:
    model = await asyncio.to_thread(lambda: file.expanduser().resolve())
    if not await asyncio.to_thread(model.is_file):
        raise UsageError(f"{model} is no file.", "Name a GGUF model file.")
    status = await core.engine.start(model, engine_options(core.settings.value.engine))
    shown = {"state": status.state, "url": f"{status.url}/v1", "model": str(model), "context": status.context_size}
    if as_json:
        print_json(shown)
    else:
        say(f"{model.name} answers at {shown['url']} (context {status.context_size}). Ctrl-C ends it.")
    await _until_ended(core)
    return DONE


async def _until_ended(core: Core) -> None:
    ended = asyncio.Event()
    stop = core.engine.listen(lambda status: ended.set() if status.state in ("stopped", "failed") else None)
    try:
        await ended.wait()
    finally:
        stop()
    if core.engine.status.state == "failed":
        raise UserFacingError(core.engine.status.error or "The engine ended.", core.engine.status.hint)


async def _stop(core: Core, *, as_json: bool) -> int:
    stopped = await asyncio.to_thread(stop_recorded_engine, core.paths.run)
    if as_json:
        print_json({"stopped": stopped})
    else:
        say("The engine was ended." if stopped else "No engine runs.")
    return DONE


async def _status(core: Core, *, as_json: bool) -> int:
    record = await asyncio.to_thread(read_engine_record, core.paths.run)
    if as_json:
        state = {"state": "ready" if record else "stopped"}
        known = {"url": f"{record.url}/v1", "model": record.model, "context": record.context_size} if record else {}
        print_json({**state, **known})
    elif record is None:
        say("No engine runs. `boocode engine start FILE` runs a model file.")
    else:
        say(f"{Path(record.model).name} answers at {record.url}/v1 (context {record.context_size}).")
    return DONE
