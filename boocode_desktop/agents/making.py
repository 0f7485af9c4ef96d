"""From a spec to the agent that takes turns: one way for each protocol."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.agents.confining import AgentConfiner
from boocode_desktop.agents.environments import quieted
from boocode_desktop.agents.oneshot.fallback import spoken
from boocode_desktop.agents.pool import AgentPool
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.domain.product import VERSION
from boocode_desktop.orchestrator.ports.agents import Agent, TerminalLaunch
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.sandbox import SandboxLauncher

QUIET_FOLDER = "settings"
ONE_SHOT_FOLDER = "one-shot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What every foreign agent is made with.

    Attributes:
        folder: Where their children live.
        environ: Our environment, to choose from.
        launcher: Makes the sandboxes of commands that agents run through us.
        confiner: Puts agents themselves into sandboxes.
        pool: Keeps what stays warm within limits.
    """

    children: Children
    folder: Path
    environ: Mapping[str, str]
    launcher: SandboxLauncher | None = None
    confiner: AgentConfiner | None = None
    pool: AgentPool | None = None

    def settled(self, spec: AgentSpec) -> AgentSpec:
        """The spec with its quiet settings in place. Blocks."""
        return quieted(spec, self.environ, self.folder / QUIET_FOLDER)


def make_agent(
    spec: AgentSpec, shop: Workshop, on_known: Callable[[str, Sequence[ModelInfo]], None] | None = None
) -> Agent:
    """The agent of a spec. Blocks: some protocols' packages take most of a second to import.

    Args:
        spec: Which agent.
        shop: What it is made with.
        on_known: Told the agent's version and models once a session of it is open.

    Raises:
        UserFacingError: nothing here speaks its protocol.
    """
    spec = shop.settled(spoken(spec, shop.environ.get("PATH"))[0])
    match spec.protocol:
        case "acp":
            # Late, like every case here: most runs need none of them.
            from boocode_desktop.agents.acp.agent import AcpAgent

            return AcpAgent(
                spec,
                shop.children,
                shop.folder,
                version=VERSION,
                environ=shop.environ,
                launcher=shop.launcher,
                confiner=shop.confiner,
                on_known=on_known,
                pool=shop.pool,
            )
        case "opencode":
            from boocode_desktop.agents.opencode.agent import OpencodeAgent

            return OpencodeAgent(
                spec,
                shop.children,
                shop.folder,
                environ=shop.environ,
                confiner=shop.confiner,
                on_known=on_known,
                pool=shop.pool,
            )
        case "one-shot":
            from boocode_desktop.agents.oneshot.agent import OneShotAgent

            return OneShotAgent(
                spec, shop.children, shop.folder / ONE_SHOT_FOLDER, environ=shop.environ, confiner=shop.confiner
            )
        case _:
            raise UserFacingError(f"{spec.label} speaks {spec.protocol}, which this version does not.")


def make_terminal(spec: AgentSpec, folder: Path, environ: Mapping[str, str]) -> TerminalLaunch:
    """How an agent's own program starts in a person's terminal. Blocks.

    Raises:
        NotFoundError: there is no program of the agent for terminals.
    """
    # Late, for the same reason.
    from boocode_desktop.agents.in_terminal import prepare_terminal

    return prepare_terminal(spec, folder, environ)
