"""Which chats share a child of an agent: a decision over what the agent needs and how it is confined; pure."""

from dataclasses import dataclass

from boocode_desktop.agents.specs import AgentSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildKey:
    """Names a child of an agent: shared by all ("" twice), of one worktree, or of one chat in its worktree."""

    chat_id: str = ""
    root: str = ""


def child_key(spec: AgentSpec, *, chat_id: str, root: str, sandboxed: bool) -> ChildKey:
    """The child that hosts a chat's session. The doors of a sandbox are fixed when it starts, so it has one root."""
    return ChildKey(
        chat_id=chat_id if spec.own_child_per_chat else "",
        root=root if sandboxed else "",
    )
