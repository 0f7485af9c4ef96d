"""Agents as data: how one is found, started and called. Nothing here starts anything."""

from dataclasses import dataclass

from boocode_desktop.orchestrator.ports.agents import AgentProtocol


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """An agent that can be installed.

    Attributes:
        name: What people choose it by.
        commands: Names its program may have, best first; a path is taken as it is.
        args: What makes it speak ACP; empty only for programs that do nothing else, because some agents install
            things when they are started bare.
        env: Variables set for it.
        env_prefixes: Beginnings of our own environment's variables that are handed through.
        install: The command that installs it, shown and never run unasked.
        login: What to run to sign in.
        late_usage_s: How long its token counts may come after the end of a turn.
        own_child_per_chat: It cannot host several sessions well; each chat gets a child of its own.
        secret_env: Variables set to a random value in each child (doors that must not stand open).
        scripted: It plays a script instead of thinking.
    """

    name: str
    label: str
    protocol: AgentProtocol = "acp"
    commands: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    env_prefixes: tuple[str, ...] = ()
    install: str = ""
    login: str = ""
    icon: str = "bot"
    late_usage_s: float = 0.0
    own_child_per_chat: bool = False
    secret_env: tuple[str, ...] = ()
    scripted: bool = False
    enabled: bool = True
