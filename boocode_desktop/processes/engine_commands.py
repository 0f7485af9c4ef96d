"""Which llama.cpp server there is, how it is called, and what it says of its address: decisions without effects,
but for looking where the server is."""

import importlib.util
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.engine_status import EngineOptions, EngineSource

KEY_VARIABLE = "LLAMA_API_KEY"

_ADDRESS = re.compile(r"(?:listening on|^READY) (http://[^\s/]+:(\d+))")
_OLD_ADDRESS = re.compile(r"listening, hostname: ([\w.]+), port: (\d+)")
_REFUSED = re.compile(r"(?:invalid|unknown) argument: (--[\w-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundServer:
    """A llama.cpp server: the start of its command line."""

    source: EngineSource
    command: tuple[str, ...]


def find_server(options: EngineOptions, environ: Mapping[str, str]) -> FoundServer:
    """The chosen server, a `llama-server` on the PATH, or the embedded one. Looks at the disk.

    Raises:
        UserFacingError: there is none.
    """
    program = str(options.server) if options.server else shutil.which("llama-server", path=environ.get("PATH", ""))
    if program:
        return FoundServer(source="llama-server", command=(program,))
    if importlib.util.find_spec("xllamacpp") is not None:
        host = Path(__file__).with_name("engine_host.py")
        return FoundServer(source="embedded", command=(sys.executable, "-P", str(host)))
    raise UserFacingError(
        "No local engine is installed.",
        "Put llama-server on the PATH, or install the embedded engine: pip install 'boocode-desktop[engine]'.",
    )


def server_command(
    found: FoundServer, model: Path, options: EngineOptions, *, refused: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """The whole command line, without the options that this server refused before."""
    arguments = [
        *found.command,
        *("--model", str(model), "--host", "127.0.0.1", "--port", "0"),
        *("--ctx-size", str(options.context), "--parallel", str(options.parallel)),
    ]
    if options.threads:
        arguments += ["--threads", str(options.threads)]
    if options.mmproj and "--mmproj" not in refused:
        arguments += ["--mmproj", str(options.mmproj)]
    if options.gpu_layers is not None:
        arguments += ["--n-gpu-layers", str(options.gpu_layers)]
    for optional in _optional(found, options):
        if optional[0] not in refused:
            arguments += optional
    return tuple(arguments)


def refused_option(tail: Sequence[str], found: FoundServer, options: EngineOptions) -> str:
    """The option that this server just refused, if it can do without; else ""."""
    matches = (_REFUSED.search(line) for line in tail)
    refused = {match[1] for match in matches if match}
    return next((optional[0] for optional in _optional(found, options) if optional[0] in refused), "")


def announced_address(line: str) -> str:
    """The base address in a line that announces it, else ""."""
    if match := _ADDRESS.search(line):
        return match[1] if match[2] != "0" else ""
    if (match := _OLD_ADDRESS.search(line)) and match[2] != "0":
        return f"http://{match[1]}:{match[2]}"
    return ""


def _optional(found: FoundServer, options: EngineOptions) -> tuple[tuple[str, ...], ...]:
    """What older servers do not know; the embedded one has the switches built in."""
    cache = ("--cache-ram", str(options.cache_ram_mib))
    if found.source == "embedded":
        return (cache,)
    more = (options.more_arguments,) if options.more_arguments else ()
    return (("--cors-origins", ""), ("--no-ui",), ("--metrics",), cache, *more)
