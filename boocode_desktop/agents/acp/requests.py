"""What we ask an agent for, in the words of the protocol's own schema."""

from acp.meta import AGENT_METHODS, PROTOCOL_VERSION
from acp.schema import (
    ClientCapabilities,
    ElicitationCapabilities,
    ElicitationFormCapabilities,
    FileSystemCapabilities,
    Implementation,
    InitializeRequest,
    LoadSessionRequest,
    NewSessionRequest,
    ResumeSessionRequest,
)
from acp.utils import serialize_params

from boocode_desktop.domain.events import Json

INITIALIZE = AGENT_METHODS["initialize"]
NEW_SESSION = AGENT_METHODS["session_new"]
LOAD_SESSION = AGENT_METHODS["session_load"]
RESUME_SESSION = AGENT_METHODS["session_resume"]
CLOSE_SESSION = AGENT_METHODS["session_close"]
FORK_SESSION = AGENT_METHODS["session_fork"]
LIST_SESSIONS = AGENT_METHODS["session_list"]
PROMPT = AGENT_METHODS["session_prompt"]
CANCEL = AGENT_METHODS["session_cancel"]
SET_MODE = AGENT_METHODS["session_set_mode"]
SET_OPTION = AGENT_METHODS["session_set_config_option"]
SET_MODEL = "session/set_model"
"""Not in the package's schema, but in most agents."""
PING = "_boocode/ping"
"""Nobody has it: an agent that is well refuses it at once."""


def initialize(version: str) -> Json:
    """Who we are and what we can do for an agent."""
    return serialize_params(
        InitializeRequest(
            protocol_version=PROTOCOL_VERSION,
            client_info=Implementation(name="boocode", title="BooCode", version=version),
            client_capabilities=ClientCapabilities(
                fs=FileSystemCapabilities(read_text_file=True, write_text_file=True),
                terminal=True,
                elicitation=ElicitationCapabilities(form=ElicitationFormCapabilities()),
            ),
        )
    )


def new_session(cwd: str) -> Json:
    """A new conversation that works in `cwd`."""
    return serialize_params(NewSessionRequest(cwd=cwd, mcp_servers=[]))


def load_session(cwd: str, session_id: str) -> Json:
    """A conversation from before, replayed."""
    return serialize_params(LoadSessionRequest(cwd=cwd, session_id=session_id, mcp_servers=[]))


def resume_session(cwd: str, session_id: str) -> Json:
    """A conversation from before, without a replay."""
    return serialize_params(ResumeSessionRequest(cwd=cwd, session_id=session_id, mcp_servers=[]))
