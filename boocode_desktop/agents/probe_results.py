"""What an agent said when it was asked what it can do, and how long that holds."""

from dataclasses import dataclass

from boocode_desktop.domain.events import CommandInfo
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.orchestrator.ports.agents import AgentCapabilities, AgentMode

FRESH_S = 24 * 3600.0
"""How long an answer holds."""
RETRY_S = 600.0
"""How long a failure holds: what was missing may be there soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """One probe.

    Attributes:
        at: When, in seconds since 1970.
        seconds: How long it took.
        problem: Why it does not work, "" if it does; `hint` says what to do.
        sign_in: It wants that first; `auth_methods` are the ways it knows, as it calls them.
        log: The last lines it wrote on its error stream, without secrets.
    """

    at: float
    seconds: float = 0.0
    problem: str = ""
    hint: str = ""
    sign_in: bool = False
    auth_methods: tuple[str, ...] = ()
    version: str = ""
    capabilities: AgentCapabilities | None = None
    models: tuple[ModelInfo, ...] = ()
    model: str = ""
    modes: tuple[AgentMode, ...] = ()
    mode: str = ""
    efforts: tuple[str, ...] = ()
    effort: str = ""
    commands: tuple[CommandInfo, ...] = ()
    log: tuple[str, ...] = ()

    @property
    def works(self) -> bool:
        """Whether a session could be opened."""
        return not self.problem

    def fresh(self, now: float) -> bool:
        """Whether it need not be asked again. A clock that was set back makes it stale."""
        return 0 <= now - self.at < (FRESH_S if self.works else RETRY_S)
