"""How the local engine stands, as a value for everyone who shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

EngineState = Literal["stopped", "starting", "ready", "failed"]
EngineSource = Literal["", "llama-server", "embedded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """How to run a model; 0 or None leaves a choice to us or to the engine.

    Attributes:
        context: Tokens of context; 0 takes what the model knows, bounded by the memory there is.
        parallel: Requests served at the same time; they share the context.
        mmproj: The projector that lets the model see images; None takes the one beside the model, if there is one.
        cache_ram_mib: Memory for the prompts of earlier requests.
        server: A llama-server to use instead of the one on the PATH.
        more_arguments: Added to the command line of a llama-server as they are.
    """

    context: int = 0
    parallel: int = 1
    threads: int = 0
    gpu_layers: int | None = None
    mmproj: Path | None = None
    cache_ram_mib: int = 1024
    server: Path | None = None
    more_arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """How the engine stands.

    Attributes:
        url: Base address without `/v1`, "" unless ready.
        context_size: Tokens one request may use, as the engine says.
        abilities: Of `tools`, `vision`, `audio`, `thinking`.
        started_at: Wall time of the start that is now running.
        load_s: Seconds from its start until it was ready.
        error: Why it failed or was started again, with `hint` saying what to do.
        retry_at: Wall time of the next attempt while it waits for one, else 0.
        log: Its last lines.
    """

    state: EngineState = "stopped"
    model: Path | None = None
    source: EngineSource = ""
    url: str = ""
    api_key: str = field(default="", repr=False)
    context_size: int = 0
    slots: int = 0
    abilities: frozenset[str] = frozenset()
    pid: int = 0
    started_at: float = 0.0
    load_s: float = 0.0
    restarts: int = 0
    error: str = ""
    hint: str = ""
    retry_at: float = 0.0
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProps:
    """What a llama.cpp server says of itself under `/props`."""

    context_size: int = 0
    slots: int = 0
    abilities: frozenset[str] = frozenset()


def parse_props(value: Any) -> ServerProps:
    """Read `/props`, whatever of it is there."""
    props = _object(value)
    caps = _object(props.get("chat_template_caps"))
    modalities = _object(props.get("modalities"))
    template = props.get("chat_template")
    abilities = {name for name in ("vision", "audio") if modalities.get(name) is True}
    if caps.get("supports_tools") is True or caps.get("supports_tool_calls") is True:
        abilities.add("tools")
    if isinstance(template, str) and "think" in template:
        abilities.add("thinking")
    return ServerProps(
        context_size=_count(_object(props.get("default_generation_settings")).get("n_ctx")),
        slots=_count(props.get("total_slots")),
        abilities=frozenset(abilities),
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
