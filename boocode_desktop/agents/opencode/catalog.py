"""What opencode offers in a folder: models, agents (its modes), commands, and the fingerprint of its settings. Pure."""

import hashlib
import json
from dataclasses import dataclass

from boocode_desktop.agents.acp.loose import count_of, first_text, object_of, objects_of, text_of
from boocode_desktop.domain.events import CommandInfo, Json
from boocode_desktop.domain.model_stream import ModelInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One of its agents that can lead a session."""

    id: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What can be chosen. `model` and `mode` are what a new session has; `settings` is a digest of everything else.

    `rules` are the permissions of all its agents in its own words, those for child sessions included.
    """

    models: tuple[ModelInfo, ...] = ()
    modes: tuple[Mode, ...] = ()
    commands: tuple[CommandInfo, ...] = ()
    model: str = ""
    mode: str = ""
    settings: str = ""
    rules: tuple[tuple[str, tuple[Json, ...]], ...] = ()

    def find_model(self, wanted: str) -> ModelInfo | None:
        """The model with that id (`provider/model`), else with that name, else the only one that ends in `/wanted`."""
        by_id = [m for m in self.models if m.id == wanted]
        by_name = [m for m in self.models if m.name.lower() == wanted.lower()]
        by_end = [m for m in self.models if m.id.endswith(f"/{wanted}")]
        found = by_id or by_name or (by_end if len(by_end) == 1 else [])
        return found[0] if found else None

    def rules_of(self, mode: str) -> tuple[Json, ...]:
        """The permissions of one of its agents; of the default one for a name that is not known."""
        known = dict(self.rules)
        return known.get(mode) or known.get(self.mode, ())

    def fingerprint(self, model: str, mode: str) -> str:
        """What a session depends on: one with another fingerprint is not gone on with."""
        return _digest([self.settings, model or self.model, mode or self.mode])


def parse_catalog(config: object, providers: object, agents: object, commands: object) -> Catalog:
    """From the answers of `/config`, `/config/providers`, `/agent` and `/command`."""
    settings = object_of(config)
    modes = tuple(
        Mode(id=name, description=text_of(item.get("description")))
        for item in objects_of(agents)
        if (name := text_of(item.get("name"))) and item.get("mode") != "subagent" and item.get("hidden") is not True
    )
    models = tuple(m for item in objects_of(object_of(providers).get("providers")) for m in _models(item))
    wanted = first_text(settings, "default_agent")
    return Catalog(
        models=models,
        modes=modes,
        commands=_commands(commands),
        model=text_of(settings.get("model")),
        mode=wanted if any(m.id == wanted for m in modes) else next((m.id for m in modes), ""),
        settings=_digest(settings),
        rules=tuple((text_of(a.get("name")), tuple(objects_of(a.get("permission")))) for a in objects_of(agents)),
    )


def model_parts(model_id: str) -> tuple[str, str]:
    """Provider and model of an id; models may have slashes in their names."""
    provider, _, model = model_id.partition("/")
    return provider, model


def _models(provider: Json) -> list[ModelInfo]:
    name = text_of(provider.get("id"))
    found = []
    for key, item in object_of(provider.get("models")).items():
        model = object_of(item)
        can = object_of(model.get("capabilities"))
        found.append(
            ModelInfo(
                id=f"{name}/{key}",
                name=text_of(model.get("name")) or key,
                context_size=count_of(object_of(model.get("limit")).get("context")),
                vision=object_of(can.get("input")).get("image") is True,
                tools=can.get("toolcall") is not False,
                efforts=tuple(object_of(model.get("variants"))),
                provider=text_of(provider.get("name")) or name,
            )
        )
    return found


def _commands(commands: object) -> tuple[CommandInfo, ...]:
    return tuple(
        CommandInfo(
            name=name,
            description=text_of(item.get("description")),
            hint=" ".join(h for h in item.get("hints") or () if isinstance(h, str)),
        )
        for item in objects_of(commands)
        if (name := text_of(item.get("name")))
    )


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:32]
