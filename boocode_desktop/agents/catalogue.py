"""Further agents that speak ACP, to add by name. Facts only: what each needs was read in its own documentation."""

from collections.abc import Iterable, Mapping

from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.orchestrator.ports.agents import CatalogueAgent

AUGGIE = AgentSpec(
    name="auggie",
    icon="scan-search",
    label="Auggie",
    description="Augment Code's agent; needs an account there.",
    commands=("auggie",),
    args=("--acp",),
    quiet_env=(("AUGMENT_DISABLE_AUTO_UPDATE", "1"),),
    env_prefixes=("AUGMENT_",),
    install="npm install -g @augmentcode/auggie",
    needs="Node.js 20",
    login="auggie login",
)
CLINE = AgentSpec(
    name="cline",
    icon="square-chevron-right",
    label="Cline",
    description="An open-source agent for many model providers.",
    commands=("cline",),
    args=("--acp",),
    env_prefixes=("CLINE_", "ANTHROPIC_", "OPENAI_", "OPENROUTER_"),
    install="npm install -g cline",
    needs="Node.js 20",
    login="cline auth",
)
COPILOT = AgentSpec(
    name="copilot",
    icon="code-xml",
    label="GitHub Copilot",
    description="GitHub's agent; needs a Copilot plan.",
    commands=("copilot",),
    args=("--acp",),
    env_prefixes=("COPILOT_", "GH_", "GITHUB_"),
    install="npm install -g @github/copilot",
    needs="Node.js 22",
    login="copilot",
)
CURSOR = AgentSpec(
    name="cursor",
    icon="navigation",
    label="Cursor",
    description="Cursor's agent for the command line; needs an account there.",
    commands=("cursor-agent",),
    args=("acp",),
    env_prefixes=("CURSOR_",),
    login="cursor-agent login",
)
DROID = AgentSpec(
    name="droid",
    icon="cpu",
    label="Factory Droid",
    description="Factory's agent; needs an account there.",
    commands=("droid",),
    args=("exec", "--output-format", "acp-daemon"),
    quiet_env=(("DROID_DISABLE_AUTO_UPDATE", "true"), ("FACTORY_DROID_AUTO_UPDATE_ENABLED", "false")),
    env_prefixes=("FACTORY_", "DROID_"),
    install="npm install -g droid",
    needs="Node.js 20",
    login="droid",
)
GROK = AgentSpec(
    name="grok",
    icon="slash",
    label="Grok Build",
    description="xAI's agent; needs an account there.",
    commands=("grok",),
    args=("agent", "stdio"),
    env_prefixes=("GROK_", "XAI_"),
    install="npm install -g @xai-official/grok",
    needs="Node.js 20",
    login="grok",
)
JUNIE = AgentSpec(
    name="junie",
    icon="flask-conical",
    label="Junie",
    description="JetBrains' agent; needs an account there.",
    commands=("junie",),
    args=("--acp=true",),
    env_prefixes=("JUNIE_",),
    login="junie",
)
KILO = AgentSpec(
    name="kilo",
    icon="layers",
    label="Kilo Code",
    description="An open-source agent for many model providers.",
    commands=("kilo", "kilocode"),
    args=("acp",),
    env_prefixes=("KILO_", "ANTHROPIC_", "OPENAI_", "OPENROUTER_"),
    install="npm install -g @kilocode/cli",
    needs="Node.js 20",
    login="kilo auth login",
)
OPENHANDS = AgentSpec(
    name="openhands",
    icon="hand",
    label="OpenHands",
    description="An open-source agent for many model providers.",
    commands=("openhands",),
    args=("acp",),
    env_prefixes=("OPENHANDS_", "LLM_"),
    install="uv tool install openhands --python 3.12",
    needs="uv",
    login="openhands",
)
VIBE = AgentSpec(
    name="vibe",
    icon="activity",
    label="Mistral Vibe",
    description="Mistral's open-source agent.",
    commands=("vibe-acp",),
    env_prefixes=("VIBE_", "MISTRAL_"),
    install="uv tool install mistral-vibe",
    needs="uv",
    login="vibe-acp --setup",
)

MORE = (AUGGIE, CLINE, COPILOT, CURSOR, DROID, GROK, JUNIE, KILO, OPENHANDS, VIBE)
"""Agents of which nothing is seen until somebody adds them."""


def entries(
    specs: Mapping[str, AgentSpec], known: Iterable[AgentSpec], programs: Mapping[str, object | None]
) -> list[CatalogueAgent]:
    """The catalogue by name.

    Args:
        specs: Agents that are there.
        known: Agents to offer; one that is there stands as it is there.
        programs: What was found for each, by its name.
    """
    offered = [specs.get(spec.name, spec) for spec in known if spec.protocol != "native"]
    return [
        CatalogueAgent(
            name=spec.name,
            label=spec.label,
            description=spec.description,
            command=(*spec.commands[:1], *spec.args),
            install=spec.install,
            login=spec.login,
            needs=spec.needs,
            added=spec.name in specs,
            installed=programs.get(spec.name) is not None,
        )
        for spec in sorted(offered, key=lambda spec: spec.label.lower())
    ]
