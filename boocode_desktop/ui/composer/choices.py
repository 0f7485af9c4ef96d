"""What the pickers beneath the text offer, worked out from what is known of agents and models. Pure."""

from collections.abc import Sequence

from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.ui.composer.pickers import Choice

_USABLE = ("ready", "loading")
_DEFAULT_EFFORT = Choice(id="", label="Default effort", icon="brain")


def agent_choices(agents: Sequence[AgentInfo], current: str) -> list[Choice]:
    """Agents that can take a turn first; each with its state in words, the others with the reason too."""
    known = [agent_choice(a) for a in sorted(agents, key=lambda a: a.state not in _USABLE)]
    if any(c.id == current for c in known):
        return known
    return [*known, Choice(id=current, label=current, note="not among the agents any more", warning="bad")]


def agent_choice(agent: AgentInfo) -> Choice:
    """An agent with its state."""
    why = "" if agent.state in _USABLE else agent.detail or agent.problem
    way = "one-shot" if agent.protocol == "one-shot" and agent.state == "ready" else ""
    warning = {"error": "bad", "unavailable": "warn", "disabled": "warn", "loading": "info"}.get(agent.state, "")
    return Choice(
        id=agent.name,
        label=agent.label or agent.name,
        note=" · ".join(filter(None, (agent.state, way, why))),
        icon=agent.icon,
        enabled=agent.state in _USABLE,
        warning=warning,
    )


def default_name(models: Sequence[ModelInfo], wanted: str) -> str:
    """The model that is taken where none is chosen: the wanted one by id or name, else the first there is."""
    named = [m for m in models if wanted in (m.id, m.name)] if wanted else models[:1]
    return named[0].name or named[0].id if named else wanted


def model_choices(models: Sequence[ModelInfo], current: str, default: str = "") -> list[Choice]:
    """The default first (which one that is, where it is known), then every model with its provider."""
    first = Choice(id="", label=default or "Default model", note="the default" if default else "", icon="cpu")
    known = [first, *(Choice(id=m.id, label=m.name or m.id, note=m.provider) for m in models)]
    return known if any(c.id == current for c in known) else [*known, Choice(id=current, label=current)]


def effort_choices(
    models: Sequence[ModelInfo], model: str, current: str, *, offered: Sequence[str] = ()
) -> list[Choice]:
    """The efforts a model knows, else those the agent offers; only the default where there are none."""
    efforts: Sequence[str] = next((m.efforts for m in models if m.id == model), ())
    if not model:
        efforts = tuple(dict.fromkeys(e for m in models for e in m.efforts))
    known = [_DEFAULT_EFFORT, *(Choice(id=e, label=e.capitalize()) for e in efforts or offered)]
    return known if any(c.id == current for c in known) else [*known, Choice(id=current, label=current.capitalize())]


def mode_choices(agent: AgentInfo | None, current: str) -> list[Choice]:
    """The ways of working an agent offers; empty where it offers none."""
    modes = agent.modes if agent else ()
    if not modes and not current:
        return []
    default = next((m.name for m in modes if agent and m.id == agent.mode), "")
    known = [
        Choice(id="", label="Default mode", note=default),
        *(Choice(id=m.id, label=m.name or m.id, note=m.description) for m in modes),
    ]
    return known if any(c.id == current for c in known) else [*known, Choice(id=current, label=current)]


def access_choices(*, in_place: bool = False) -> list[Choice]:
    """Whether the next turn may edit."""
    where = "in the folder itself" if in_place else "in the session's worktree"
    return [
        Choice(id="write", label="May edit", note=where, icon="shield-check"),
        Choice(id="read", label="Read-only", note="reads, searches and answers", icon="eye"),
    ]
