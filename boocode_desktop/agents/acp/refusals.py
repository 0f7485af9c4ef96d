"""What an agent's refusal or end means, in words for people."""

from collections.abc import Iterable
from typing import Any

from boocode_desktop.agents.acp.loose import first_text, object_of, text_of
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.processes.child_specs import Exit

AUTH_REQUIRED = -32000
KEPT = "What it wrote so far is kept; send the prompt again to go on."


class AgentRefusal(AdapterError):
    """The agent answered a request with an error; `code` is its JSON-RPC code."""

    def __init__(self, message: str, hint: str = "", *, code: int = 0) -> None:
        super().__init__(message, hint)
        self.code = code


def refusal(spec: AgentSpec, method: str, code: int, message: str, data: Any) -> AgentRefusal:
    """The error for a request that the agent refused."""
    if code == AUTH_REQUIRED:
        login = f"Run `{spec.login}` in a terminal" if spec.login else "Sign in with its own program"
        return AgentRefusal(f"{spec.label} wants you to sign in first.", f"{login}, then try again.", code=code)
    told = object_of(data)
    more = text_of(data) or first_text(told, "details", "message", "error") or text_of(told.get("cause"))
    words = f"{message}: {more}" if more and more not in message else message
    return AgentRefusal(f"{spec.label} refused {method}: {words[:1000]}", KEPT, code=code)


def ending(spec: AgentSpec, fault: str, ended: Exit | None, noise: Iterable[bytes]) -> AdapterError:
    """The error for an agent that is gone, with its last words."""
    by_itself = ended is not None and not ended.asked
    what = ended.describe() if ended and (by_itself or not fault) else fault or "closed its output"
    lines = list(ended.tail if ended else ()) or [line.decode("utf-8", "replace") for line in noise]
    words = "\n".join(line[:300] for line in lines[-5:])
    return AdapterError(f"{spec.label} {what}.", f"It last said:\n{words}\n{KEPT}" if words else KEPT)
