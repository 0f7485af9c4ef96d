"""Agents as data: how one is found, started and called. Nothing here starts anything."""

from dataclasses import dataclass

from boocode_desktop.domain.confinement import SandboxWish
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.orchestrator.ports.agents import AgentProtocol, AgentSource


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietFile:
    """A settings file of ours that an agent reads before the person's own, which wins over it.

    Attributes:
        variable: Environment variable that tells the agent where the file is.
        name: The file's name in our folder.
        text: What is in it.
        unless: Files that the agent would read in its place; where one of them exists, ours stays out of the way.
    """

    variable: str
    name: str
    text: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """An agent that can be installed.

    Attributes:
        name: What people choose it by.
        description: What it is, in a sentence.
        commands: Names its program may have, best first; a path is taken as it is.
        args: What makes it speak its protocol; empty only for programs that do nothing else, because some agents
            install things when they are started bare.
        env: Variables set for it.
        quiet_env: Variables that stop model calls and traffic nobody asked for; what the person set wins.
        quiet_files: Settings files to the same end, for agents that have no variable for it.
        env_prefixes: Beginnings of our own environment's variables that are handed through.
        install: The command that installs it, shown and never run unasked.
        needs: What has to be there before it can be installed.
        login: What to run to sign in.
        models: Models that people listed for it.
        only_models: Those are all there are; otherwise they come beside what it offers.
        oneshot: The way its program is called once for each turn (see `oneshot.ways`); "" if there is none.
        oneshot_commands: Names of that program, where it is another one; used in place of `commands`.
        terminal_args: What its program is started with in a person's terminal.
        late_usage_s: How long its token counts may come after the end of a turn.
        own_child_per_chat: It cannot host several sessions well; each chat gets a child of its own.
        secret_env: Variables set to a random value in each child (doors that must not stand open).
        sandbox: Whether it shall be sandboxed; None leaves that to the settings.
        state: Folders and files of its own in the home folder that it writes (`processes/sandbox_state.py` says how
            they are spelled); None where that is not known.
        sandbox_env: Variables set for it in a sandbox.
        keyring_unless: It keeps its keys in the system's keyring unless one of these variables is set or one of these
            files is in the home folder; () for agents that do not.
        options: Config options of its sessions that are set when one is opened, by their ids.
        scripted: It plays a script instead of thinking.
        source: Where it comes from, `changed` whether the file changes one that we know.
    """

    name: str
    label: str
    description: str = ""
    protocol: AgentProtocol = "acp"
    commands: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    quiet_env: tuple[tuple[str, str], ...] = ()
    quiet_files: tuple[QuietFile, ...] = ()
    env_prefixes: tuple[str, ...] = ()
    install: str = ""
    needs: str = ""
    login: str = ""
    icon: str = "bot"
    models: tuple[ModelInfo, ...] = ()
    only_models: bool = False
    oneshot: str = ""
    oneshot_commands: tuple[str, ...] = ()
    terminal_args: tuple[str, ...] = ()
    late_usage_s: float = 0.0
    own_child_per_chat: bool = False
    secret_env: tuple[str, ...] = ()
    sandbox: SandboxWish | None = None
    state: tuple[str, ...] | None = None
    sandbox_env: tuple[tuple[str, str], ...] = ()
    keyring_unless: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    scripted: bool = False
    enabled: bool = True
    source: AgentSource = "built-in"
    changed: bool = False
