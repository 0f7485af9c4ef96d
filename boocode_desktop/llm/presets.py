"""What the kinds of servers understand beyond the common protocol, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from boocode_desktop.config.settings import PresetName
from boocode_desktop.net.client import Timeouts

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """A model whose properties the server does not tell. `context_size` in tokens."""

    id: str
    context_size: int
    vision: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A kind of server.

    `extras` go into every request; `efforts` maps a thinking effort to request fields, in the order of a picker;
    `nearest` says which of them an effort of another kind of server comes nearest to.
    `reasoning_back` says which earlier thinking the server wants to see again: none of it, that of messages with tool
    calls (required there, empty where there is none), or all of it.
    """

    name: PresetName
    label: str
    extras: Fields = field(default_factory=dict)
    efforts: Mapping[str, Fields] = field(default_factory=dict)
    nearest: Mapping[str, str] = field(default_factory=dict)
    reasoning_back: Literal["none", "calls", "all"] = "none"
    vision: bool = False
    models: tuple[KnownModel, ...] = ()
    props: bool = False
    timeouts: Timeouts = field(default_factory=Timeouts)

    def effort_fields(self, effort: str) -> Fields:
        """Request fields for an effort; nothing for "" and for what is no effort."""
        return self.efforts.get(self.nearest.get(effort, effort), {})

    def known(self, model: str) -> KnownModel | None:
        """What is known beforehand of a model."""
        return next((m for m in self.models if m.id == model), None)


def preset(name: PresetName) -> Preset:
    """The preset of that name."""
    return {p.name: p for p in (_generic(), _llama_cpp(), _llama_swap(), _deepseek())}[name]


def guess_preset(base_url: str, owned_by: str = "") -> Preset:
    """The preset for an address that came without one, with what its model list says about who serves it."""
    host = urlsplit(base_url).hostname or ""
    if host == "api.deepseek.com":
        return preset("deepseek")
    owner = owned_by.lower().replace(".", "").replace("-", "")
    return preset({"llamacpp": "llama.cpp", "llamaswap": "llama-swap"}.get(owner, "generic"))  # type: ignore[arg-type]


def _generic() -> Preset:
    levels = ("minimal", "low", "medium", "high")
    efforts = {"off": {"reasoning_effort": "none"}, **{level: {"reasoning_effort": level} for level in levels}}
    return Preset(
        name="generic", label="OpenAI-compatible server", efforts=efforts, nearest={"max": "high"}, vision=True
    )


def _llama_cpp() -> Preset:
    return Preset(
        name="llama.cpp",
        label="llama.cpp",
        extras=_llama_fields(),
        efforts=_template_efforts(),
        nearest={"minimal": "low", "max": "high"},
        reasoning_back="all",
        props=True,
        # A long prompt on a slow processor is read for minutes, and older servers send no pings meanwhile.
        timeouts=Timeouts(connect=10.0, first_byte=600.0, between_bytes=60.0),
    )


def _llama_swap() -> Preset:
    return Preset(
        name="llama-swap",
        label="llama-swap",
        extras=_llama_fields(),
        efforts=_template_efforts(),
        nearest={"minimal": "low", "max": "high"},
        reasoning_back="all",
        vision=True,
        # The first request after a swap waits until the model is loaded.
        timeouts=Timeouts(connect=10.0, first_byte=600.0, between_bytes=60.0),
    )


def _llama_fields() -> Fields:
    return {"cache_prompt": True, "return_progress": True, "parallel_tool_calls": True, "sse_ping_interval": 10}


def _template_efforts() -> Mapping[str, Fields]:
    """Efforts by the variables of chat templates; `enable_thinking` must be a boolean, a string is refused."""
    levels = {e: {"enable_thinking": True, "reasoning_effort": e} for e in ("low", "medium", "high")}
    return {
        "off": {"chat_template_kwargs": {"enable_thinking": False}},
        **{level: {"chat_template_kwargs": variables} for level, variables in levels.items()},
    }


def _deepseek() -> Preset:
    # https://api-docs.deepseek.com/guides/thinking_mode
    thinking = {"type": "enabled"}
    return Preset(
        name="deepseek",
        label="DeepSeek",
        efforts={
            "off": {"thinking": {"type": "disabled"}},
            "low": {"thinking": thinking, "reasoning_effort": "low"},
            "high": {"thinking": thinking, "reasoning_effort": "high"},
            "max": {"thinking": thinking, "reasoning_effort": "max"},
        },
        nearest={"minimal": "low", "medium": "high"},
        reasoning_back="calls",
        models=(
            KnownModel(id="deepseek-v4-flash", context_size=1_000_000),
            KnownModel(id="deepseek-v4-pro", context_size=1_000_000),
        ),
    )
