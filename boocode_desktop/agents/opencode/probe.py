"""Asking opencode what it can do: its server started in a private empty folder, asked for its catalog, and ended.

Nothing is prompted, so no model is called.
"""

import asyncio
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from boocode_desktop.agents.making import Workshop
from boocode_desktop.agents.opencode.catalog import Catalog
from boocode_desktop.agents.opencode.warm_server import WarmServer
from boocode_desktop.agents.probe_results import ProbeResult
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.redaction import redact_text
from boocode_desktop.orchestrator.ports.agents import AgentCapabilities, AgentMode
from boocode_desktop.processes.sandbox import Sandbox

CAPABILITIES = AgentCapabilities(image=True, load=True, resume=True, list=True, fork=True, close=False)
LOG_LINES = 20


async def ask(spec: AgentSpec, shop: Workshop) -> ProbeResult:
    """What it offers in an empty folder. Never raises for what it does; its server is ended before this returns."""
    started = time.monotonic()
    spec = await asyncio.to_thread(shop.settled, spec)
    folder = await asyncio.to_thread(_make_folder, shop.folder, spec.name)

    async def box(program: str) -> Sandbox | None:
        """The one that a turn would get: what works in the open alone does not work."""
        return await shop.confiner.agent_sandbox(spec, program, folder, shop.environ) if shop.confiner else None

    warm = WarmServer(spec, shop.children, folder, shop.environ, box=box)
    try:
        result = await _ask_in(folder, warm)
    finally:
        await asyncio.shield(asyncio.ensure_future(warm.close()))
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return replace(result, seconds=round(time.monotonic() - started, 3))


async def _ask_in(folder: Path, warm: WarmServer) -> ProbeResult:
    result = ProbeResult(at=time.time())
    try:
        server = await warm.get()
        result = offered(replace(result, version=server.version), await server.api.catalog(str(folder)))
        return replace(result, log=tuple(redact_text(line) for line in server.child.tail(LOG_LINES)))
    except AdapterError as error:
        return replace(result, problem=redact_text(error.message), hint=redact_text(error.hint))


def _make_folder(parent: Path, name: str) -> Path:
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"probe-{name}-", dir=parent)).resolve()


def offered(result: ProbeResult, catalog: Catalog) -> ProbeResult:
    """The result with what can be chosen."""
    model = catalog.find_model(catalog.model)
    return replace(
        result,
        capabilities=CAPABILITIES,
        models=catalog.models,
        model=catalog.model,
        modes=tuple(AgentMode(id=m.id, name=m.id, description=m.description) for m in catalog.modes),
        mode=catalog.mode,
        efforts=model.efforts if model else (),
        commands=catalog.commands,
    )
