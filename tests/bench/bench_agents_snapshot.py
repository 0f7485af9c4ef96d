"""How long a picker waits for the list of agents: eight known ones, their answers remembered, two hundred models each.

The baseline is reading the remembered answers from disk as plain JSON.

python -m tests.bench.bench_agents_snapshot
"""

import asyncio
import json
import tempfile
import time
from pathlib import Path

from boocode_desktop.agents.builtin_agents import BUILTIN
from boocode_desktop.agents.probe_cache import ProbeCache
from boocode_desktop.agents.probe_results import ProbeResult
from boocode_desktop.agents.programs import fingerprint, look_for
from boocode_desktop.agents.registry import Registry
from boocode_desktop.domain.events import CommandInfo
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.orchestrator.ports.agents import AgentCapabilities, AgentMode
from tests.bench.figures import best_of, milliseconds, percentile, row

MODELS = 200
COMMANDS = 60
FOLDERS = 12
SAMPLES = 200


class Native:
    """Stands where the built-in agent does."""

    name = "boocode"

    async def close(self) -> None:
        """Nothing to end."""


def answer() -> ProbeResult:
    """What a talkative agent tells."""
    return ProbeResult(
        at=time.time(),
        version="1.52.0",
        capabilities=AgentCapabilities(image=True, load=True, resume=True),
        models=tuple(ModelInfo(id=f"provider/model-{n}", name=f"Model {n}", efforts=("low",)) for n in range(MODELS)),
        modes=tuple(AgentMode(id=f"m{n}", name=f"Mode {n}", description="x" * 80) for n in range(5)),
        commands=tuple(CommandInfo(name=f"command-{n}", description="y" * 80) for n in range(COMMANDS)),
    )


def furnish(folder: Path) -> dict[str, str]:
    """A search path with every known program in its last folder, and remembered answers; the environment."""
    folders = [folder / f"bin{number}" for number in range(FOLDERS)]
    for place in folders:
        place.mkdir()
    path = ":".join(map(str, folders))
    cache = ProbeCache(folder / "agents.json")
    for spec in BUILTIN[1:]:
        program = folders[-1] / spec.commands[0]
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        found = look_for(spec, path)
        assert found is not None
        cache.put(spec.name, fingerprint(spec, found), answer())
    cache.save()
    return {"PATH": path}


def registry(folder: Path, environ: dict[str, str]) -> Registry:
    """As the program makes it."""
    return Registry(Native(), settings_folder=folder, run_folder=folder / "run", data_folder=folder, environ=environ)


async def measure(folder: Path) -> None:
    """Print the figures."""
    environ = furnish(folder)
    file = folder / "agents.json"
    baseline = best_of(5, lambda: milliseconds(lambda: json.loads(file.read_text())))
    made = registry(folder, environ)
    started = time.perf_counter()
    first = await made.refresh()
    look = (time.perf_counter() - started) * 1000
    assert all(len(info.models) == MODELS for info in first if info.protocol != "native")
    looks = []
    for _ in range(20):
        started = time.perf_counter()
        await made.refresh()
        looks.append((time.perf_counter() - started) * 1000)
    shown = [milliseconds(made.snapshot) for _ in range(SAMPLES)]
    row("agents snapshot, warm, p99", percentile(shown, 0.99), "ms", "<= 50 ms", baseline=baseline)
    row(
        "agents looked for on the search path and shown, p50",
        percentile(looks, 0.5),
        "ms",
        "<= 50 ms",
        baseline=baseline,
    )
    row("the first look after a start, answers read from disk", look, "ms", "<= 50 ms", baseline=baseline)
    await made.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(measure(Path(temporary)))
