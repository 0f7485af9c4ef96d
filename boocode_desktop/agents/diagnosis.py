"""Why an agent does not work: all that is known, as text a person can paste. Names of variables, never their values."""

import asyncio
import platform
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from boocode_desktop.agents.environments import handed_through
from boocode_desktop.agents.making import Workshop
from boocode_desktop.agents.probe_results import ProbeResult
from boocode_desktop.agents.programs import Program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.product import VERSION
from boocode_desktop.domain.redaction import redact_text
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.processes.child_specs import ChildSpec
from boocode_desktop.processes.command_environment import command_environment

NODE_S = 5.0
NONE = "none"


async def diagnosis(
    spec: AgentSpec,
    info: AgentInfo,
    program: Program | None,
    result: ProbeResult | None,
    *,
    shop: Workshop,
    file: Path,
    problems: Sequence[str],
) -> str:
    """The text, secrets taken out. May start `node --version`, and nothing else."""
    node = await _node(program, shop) if program else ""
    lines = [
        f"BooCode Desktop {VERSION}, Python {platform.python_version()}, {platform.platform()}",
        f"Agent: {spec.label} ({spec.name}), {info.protocol}, {spec.source}{', changed' if spec.changed else ''}",
        f"State: {info.state}",
        *([f"Problem: {info.problem}"] if info.problem else []),
        *([f"Sandbox: {': '.join(filter(None, (info.sandbox, info.sandbox_reason)))}"] if info.sandbox else []),
        *_about_program(spec, program, shop),
        *([f"Node.js: {node}"] if node else []),
        *_about_environment(spec, shop),
        *_about_probe(result),
        f"{file}: {'; '.join(problems) or 'no problems' if file.exists() else 'not there'}",
    ]
    return redact_text("\n".join(lines)) + "\n"


def _about_program(spec: AgentSpec, program: Program | None, shop: Workshop) -> Iterator[str]:
    if spec.protocol == "native":
        return
    yield f"Looked for: {', '.join(spec.commands)}"
    yield f"On the search path: {shop.environ.get('PATH') or NONE}"
    if program is None:
        yield f"Found: {NONE}"
        yield f"Install command: {spec.install or NONE}"
        return
    yield f"Found: {program.path}" + (f" (is {program.target})" if program.target != program.path else "")
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(program.changed_ns / 1e9))
    yield f"Program: {program.size / 1e6:.1f} MB, there since {when}, package version {program.version or 'unknown'}"
    yield f"Command line: {' '.join((program.path, *spec.args))}"


def _about_environment(spec: AgentSpec, shop: Workshop) -> Iterator[str]:
    if spec.protocol == "native":
        return
    quiet = [*(name for name, _ in spec.quiet_env), *(file.variable for file in spec.quiet_files)]
    own = [name for name, _ in spec.env] + [name for name in quiet if name not in shop.environ]
    yield f"Variables handed through: {', '.join(handed_through(shop.environ, spec.env_prefixes)) or NONE}"
    yield f"Variables set for it: {', '.join((*own, *spec.secret_env)) or NONE}"


def _about_probe(result: ProbeResult | None) -> Iterator[str]:
    if result is None or not result.at:
        yield "Asked what it can do: never"
        return
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(result.at))
    yield f"Asked what it can do: {when}, {result.seconds:.1f} s, {'works' if result.works else result.problem}"
    if result.capabilities is not None:
        can = [name for name in result.capabilities.__slots__ if getattr(result.capabilities, name)]
        yield f"It says: version {result.version or 'unknown'}; can {', '.join(can) or 'nothing of what is optional'}"
    if result.auth_methods:
        yield f"Ways to sign in: {', '.join(result.auth_methods)}"
    for what, ids in (("Models", [m.id for m in result.models]), ("Modes", [m.id for m in result.modes])):
        if ids:
            yield f"{what}: {', '.join(ids[:20])}{f' and {len(ids) - 20} more' if len(ids) > 20 else ''}"
    if result.log:
        yield "Its last words:"
        yield from (f"  {line}" for line in result.log)


async def _node(program: Program, shop: Workshop) -> str:
    """Which Node.js runs the program, "" if it is no script for it."""
    if not await asyncio.to_thread(_is_node_script, Path(program.target)):
        return ""
    spec = ChildSpec(
        name="node",
        argv=("node", "--version"),
        cwd=Path(program.target).parent,
        env=command_environment(shop.environ),
        stdin="null",
        stdout="log",
    )
    try:
        child = await shop.children.spawn(spec)
    except AdapterError as error:
        return error.message
    try:
        await child.wait(NODE_S)
    except TimeoutError:
        await child.kill()
        return f"node --version does not answer within {NODE_S:.0f} s"
    return " ".join(child.tail(1)) or "says nothing"


def _is_node_script(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            first = opened.readline(200)
    except OSError:
        return False
    return first.startswith(b"#!") and b"node" in first
