"""What an engine is started with: worked out once per start, from the model's file and what is installed."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.child_specs import ChildSpec
from boocode_desktop.processes.engine_commands import (
    KEY_VARIABLE,
    FoundServer,
    find_server,
    refused_option,
    server_command,
)
from boocode_desktop.processes.engine_errors import EngineFailure, blames_projector, explain_header
from boocode_desktop.processes.engine_status import EngineOptions
from boocode_desktop.processes.gguf import GgufError, read_header
from boocode_desktop.processes.memory import machine_memory
from boocode_desktop.processes.memory_fit import choose_context
from boocode_desktop.processes.model_files import projector_beside


class CannotStart(Exception):
    """A start that is not worth trying."""

    def __init__(self, failure: EngineFailure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOrder:
    """What was asked for, and what came of it; it holds for every life until the next start."""

    model: Path
    asked: EngineOptions
    options: EngineOptions
    server: FoundServer
    api_key: str = field(repr=False)

    def child_spec(self, environ: Mapping[str, str], refused: frozenset[str]) -> ChildSpec:
        """How to start it, without the options that it refused before."""
        return ChildSpec(
            name="engine",
            argv=server_command(self.server, self.model, self.options, refused=refused),
            cwd=self.model.parent,
            env={**environ, KEY_VARIABLE: self.api_key},
            stdin="pipe" if self.server.source == "embedded" else "null",
            stdout="lines",
        )

    def expendable(self, tail: Sequence[str]) -> str:
        """The option it just failed over, if it can be left out; else ""."""
        if self.options.mmproj and not self.asked.mmproj and blames_projector(tail):
            return "--mmproj"
        return refused_option(tail, self.server, self.options)


def prepare_order(model: Path, asked: EngineOptions, environ: Mapping[str, str]) -> EngineOrder:
    """Look at the file and for a server, choose a context and a projector. Blocks for some milliseconds.

    Raises:
        CannotStart: the file is no model, or there is no server.
    """
    try:
        header = read_header(model)
        server = find_server(asked, environ)
    except (GgufError, OSError) as error:
        raise CannotStart(explain_header(error, model)) from error
    except UserFacingError as error:
        raise CannotStart(EngineFailure(message=error.message, hint=error.hint, lasting=True)) from error
    context = asked.context or choose_context(header, machine_memory())
    options = replace(asked, context=context, mmproj=asked.mmproj or projector_beside(model))
    return EngineOrder(model=model, asked=asked, options=options, server=server, api_key=secrets.token_urlsafe(24))
