"""An agent as front ends see it, from what is known of it: pure."""

from dataclasses import replace

from boocode_desktop.agents.probe_results import ProbeResult
from boocode_desktop.agents.programs import Program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.domain.product import VERSION
from boocode_desktop.orchestrator.ports.agents import AgentInfo, AgentState


def describe(
    spec: AgentSpec, program: Program | None, result: ProbeResult | None, *, looked: bool, asking: bool
) -> AgentInfo:
    """The agent with its state.

    Args:
        spec: The agent.
        program: Its program, if it was found.
        result: What it answered when it was asked, if it was.
        looked: Whether its program was looked for at all.
        asking: Whether it is being asked right now.
    """
    info = _basics(spec, program)
    if not spec.enabled:
        return replace(info, state="disabled", detail="Disabled.")
    if spec.protocol == "native":
        return replace(info, state="ready", version=VERSION)
    if not looked:
        return replace(info, state="loading")
    if program is None:
        detail, problem = _missing(spec)
        return replace(info, state="unavailable", detail=detail, problem=problem)
    if result is None:
        state: AgentState = "loading" if asking else "ready"
        return replace(info, state=state, detail=_place(spec, program), version=program.version)
    return _answered(info, spec, program, result)


def merged_models(spec: AgentSpec, offered: tuple[ModelInfo, ...]) -> tuple[ModelInfo, ...]:
    """The models people listed, beside or instead of those the agent offers."""
    if spec.only_models or not spec.models:
        return spec.models if spec.only_models else offered
    listed = {model.id for model in spec.models}
    return (*(model for model in offered if model.id not in listed), *spec.models)


def _basics(spec: AgentSpec, program: Program | None) -> AgentInfo:
    start = (program.path,) if program else spec.commands[:1]
    return AgentInfo(
        name=spec.name,
        label=spec.label,
        state="loading",
        icon=spec.icon,
        scripted=spec.scripted,
        protocol=spec.protocol,
        command=(*start, *(("serve",) if spec.protocol == "opencode" else spec.args)),
        source=spec.source,
        changed=spec.changed,
        enabled=spec.enabled,
        install=spec.install,
        login=spec.login,
        models=merged_models(spec, ()),
    )


def _place(spec: AgentSpec, program: Program) -> str:
    """Where it is, and that it is not warm where that is so."""
    return program.path if spec.protocol != "one-shot" else f"{program.path}, one-shot: started for each turn"


def _missing(spec: AgentSpec) -> tuple[str, str]:
    """In a few words, and in full."""
    problem = f"There is no program {' or '.join(spec.commands)} on the search path."
    if spec.install:
        return f"Not installed. {spec.install}", f"{problem} Install it with: {spec.install}"
    return problem, problem


def _answered(info: AgentInfo, spec: AgentSpec, program: Program, result: ProbeResult) -> AgentInfo:
    problem = " ".join(text for text in (result.problem, result.hint) if text)
    return replace(
        info,
        state="ready" if result.works else "error",
        detail=_place(spec, program) if result.works else result.problem,
        problem=problem,
        version=result.version or program.version,
        capabilities=result.capabilities,
        models=merged_models(spec, result.models),
        model=result.model,
        modes=result.modes,
        mode=result.mode,
        efforts=result.efforts,
        effort=result.effort,
        commands=result.commands,
        probed_at=result.at or None,
    )
