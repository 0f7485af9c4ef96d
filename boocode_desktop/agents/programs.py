"""Finding programs. Looks only: some agents install things when they are started bare, so none is started to ask."""

import shutil

from boocode_desktop.agents.specs import AgentSpec


def find_program(spec: AgentSpec, path: str | None) -> str | None:
    """The first of the agent's programs that the search path `path` knows, as a full path."""
    return next((found for name in spec.commands if (found := shutil.which(name, path=path))), None)
