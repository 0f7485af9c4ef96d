"""What people can set, as one frozen value, and the table a settings page is made from.

Every field carries its label, help and limits, so that the file, the page and the checks cannot drift apart.
"""
# ruff: noqa: RUF009  (`_option` returns a dataclass field, which the rule cannot see)

import dataclasses
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from boocode_desktop.domain.confinement import SandboxWish

Effort = Literal["", "off", "minimal", "low", "medium", "high", "max"]
PresetName = Literal["generic", "llama.cpp", "llama-swap", "deepseek"]
PermissionDefault = Literal["ask", "deny", "allow"]
Theme = Literal["system", "dark", "light"]

AUTO = "auto"


def _option(
    default: Any,
    label: str,
    help: str,
    *,
    group: str = "",
    minimum: int | None = None,
    maximum: int | None = None,
) -> Any:
    return field(
        default=default,
        metadata={"label": label, "help": help, "group": group, "minimum": minimum, "maximum": maximum},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A server that speaks the OpenAI chat protocol. Keys are kept by `name` in the keyring, never here."""

    name: str = _option("", "Name", "How it is called in the model picker; the key is stored under this name.")
    base_url: str = _option("", "Address", "Such as https://api.deepseek.com or http://127.0.0.1:8080/v1.")
    preset: PresetName = _option("generic", "Kind", "Which fields the server understands.")
    models: tuple[str, ...] = _option((), "Models", "Model ids to offer; empty asks the server.")
    effort: Effort = _option("", "Thinking effort", "Used when a chat chooses none.")
    context_size: int = _option(0, "Context size", "In tokens; 0 asks the server.", minimum=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """How the local llama.cpp server is started. 0 and None leave the choice to the server."""

    model: str = _option("", "Model file", "The GGUF file to start with; empty starts nothing.", group="Local engine")
    context: int = _option(0, "Context", "In tokens; 0 takes what the model was made for.", minimum=0)
    threads: int = _option(0, "Threads", "0 lets the server choose.", minimum=0, maximum=1024)
    gpu_layers: int | None = _option(None, "GPU layers", "Layers kept on the GPU; unset lets the server fit.")
    parallel: int = _option(1, "Slots", "Requests served at the same time.", minimum=1, maximum=64)
    cache_ram_mib: int = _option(1024, "Prompt cache", "MiB of memory for earlier prompts.", minimum=0)
    extra_args: tuple[str, ...] = _option((), "More arguments", "Passed to llama-server as they stand.")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBinding:
    """Keys that a person chose for an action."""

    name: str = _option("", "Action", "The action's id, such as view.palette.")
    keys: str = _option("", "Keys", "Such as Ctrl+K; empty takes the keys away.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything people can set; every field has a default, so an absent file is a valid one."""

    default_agent: str = _option("boocode", "Agent", "Who takes the turns of a new chat.", group="General")
    step_limit: int | None = _option(
        None, "Step limit", "Model calls of one turn before it stops; unset means no limit.", group="General", minimum=1
    )
    after_write: tuple[str, ...] | Literal["auto"] | None = _option(
        None,
        "After changes",
        "A command run after steps that changed files, as a list; auto finds the project's own check.",
        group="General",
    )
    permission_default: PermissionDefault = _option(
        "ask", "Commands", "What happens when no rule matches a command.", group="Permissions"
    )
    agent_sandbox: SandboxWish = _option(
        "auto",
        "Agents in a sandbox",
        "auto: where it works and breaks nothing known; on: never without one.",
        group="Agents",
    )
    worktree_limit: int = _option(
        50,
        "Live worktrees",
        "Sessions that have a folder of their own at the same time; archived ones do not count.",
        group="General",
        minimum=1,
    )
    agent_idle_minutes: int = _option(
        30,
        "Keep agents warm",
        "Minutes until an unused agent session ends; 0 keeps it.",
        group="Agents",
        minimum=0,
    )
    agent_max_live: int = _option(
        10,
        "Warm sessions",
        "Of all agents together; the longest unused one makes room.",
        group="Agents",
        minimum=1,
    )
    agent_memory_mb: int = _option(
        0,
        "Memory of agents",
        "MB that idle agents may hold before the longest unused ends; 0 is no limit.",
        group="Agents",
        minimum=0,
    )
    default_model: str = _option("", "Model", "Of a new chat; empty takes the first there is.", group="Models")
    default_effort: Effort = _option("", "Thinking effort", "Of a new chat.", group="Models")
    model_folders: tuple[str, ...] = _option((), "Model folders", "Also searched for GGUF files.", group="Models")
    theme: Theme = _option("system", "Theme", "Follows the system unless set.", group="Appearance")
    reduced_motion: bool = _option(False, "Reduce motion", "No fades and no moving indicators.", group="Appearance")
    text_size: int = _option(
        100,
        "Size",
        "Of text and everything around it, in percent up to 200; holds from the next start.",
        group="Appearance",
        minimum=100,
        maximum=200,
    )
    engine: EngineOptions = field(default_factory=EngineOptions)
    endpoints: tuple[Endpoint, ...] = ()
    shortcuts: tuple[KeyBinding, ...] = ()

    @property
    def model_folder_paths(self) -> tuple[Path, ...]:
        """The chosen model folders, `~` expanded."""
        return tuple(Path(folder).expanduser() for folder in self.model_folders)

    def endpoint(self, name: str) -> Endpoint | None:
        """The endpoint of that name."""
        return next((e for e in self.endpoints if e.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingSpec:
    """One row of the settings table. `key` is dotted as in the file; `choices` is empty for free values."""

    key: str
    kind: Literal["text", "number", "switch", "choice", "list"]
    default: Any
    label: str
    help: str
    group: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False
    minimum: int | None = None
    maximum: int | None = None


def settings_table() -> tuple[SettingSpec, ...]:
    """Every plain setting, in the order of a settings page (endpoints are a list with a page of its own)."""
    return (*fields_table(Settings), *fields_table(EngineOptions, prefix="engine.", group="Local engine"))


def fields_table(kind: type[Any], *, prefix: str = "", group: str = "") -> tuple[SettingSpec, ...]:
    """The rows of one dataclass of this module, such as `Endpoint` for the form that adds one."""
    hints = typing.get_type_hints(kind)
    return tuple(_spec(f, hints[f.name], prefix, group) for f in dataclasses.fields(kind) if "label" in f.metadata)


def _spec(item: "dataclasses.Field[Any]", hint: Any, prefix: str, group: str) -> SettingSpec:
    options = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    choices = tuple(c for o in options if typing.get_origin(o) is Literal for c in typing.get_args(o))
    return SettingSpec(
        key=prefix + item.name,
        kind=_kind(options),
        default=item.default,
        label=item.metadata["label"],
        help=item.metadata["help"],
        group=item.metadata["group"] or group,
        choices=choices,
        optional=type(None) in options,
        minimum=item.metadata["minimum"],
        maximum=item.metadata["maximum"],
    )


def _kind(options: tuple[Any, ...]) -> Literal["text", "number", "switch", "choice", "list"]:
    if any(typing.get_origin(o) is tuple for o in options):
        return "list"
    if any(typing.get_origin(o) is Literal for o in options):
        return "choice"
    if bool in options:
        return "switch"
    return "number" if int in options else "text"
