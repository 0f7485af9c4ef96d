"""What a tool is: its public face, and a coroutine that does it; and what a call has at hand while it runs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from boocode_desktop.domain import placeholders
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.domain.permissions import Action, ActionKind
from boocode_desktop.orchestrator.ports.tools import Tabs, ToolContext, ToolOutput
from boocode_desktop.processes.places import Place
from boocode_desktop.processes.sandbox import SandboxLauncher
from boocode_desktop.tools.kept_outputs import KeptOutputs

P = ParamSpec("P")
T = TypeVar("T")


class DeniedError(UserFacingError):
    """The door stayed closed; the call ends with the outcome `denied`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What calls share: the sandbox launcher, outputs that were cut, where commands leave records, other chats."""

    launcher: SandboxLauncher
    outputs: KeptOutputs = field(default_factory=KeptOutputs)
    records: Path | None = None
    tabs: Tabs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: its valid input, where it works and for whom."""

    tool: str
    input: dict[str, Any]
    context: ToolContext
    place: Place
    kit: Kit

    def text(self, name: str) -> str:
        """A text argument, "" where it was left out."""
        return str(self.input.get(name) or "")

    async def locate(self, name: str) -> Path:
        """The resolved path of a name, inside the worktree or not."""
        return await asyncio.to_thread(self.place.locate, name)

    async def resolve(self, name: str) -> Path:
        """The resolved path of a name that must lie in the worktree."""
        return await asyncio.to_thread(self.place.resolve, name)

    async def authorize_path(self, kind: ActionKind, path: Path, title: str, *, folder: bool = False) -> None:
        """Pass the only door for a path; `folder` asks for everything below it.

        Raises:
            DeniedError: it stays closed.
        """
        action = Action(
            kind=kind,
            tool=self.tool,
            root=str(self.place.root),
            path=str(path),
            read_only=self.context.read_only,
            subject="folder" if folder else "",
        )
        await self.authorize(action, title)

    async def authorize(self, action: Action, title: str) -> None:
        """Pass the only door.

        Raises:
            DeniedError: it stays closed; the message is the sentence for the agent.
        """
        answer = await self.context.authorize(action, title)
        if not answer.allowed:
            raise DeniedError(f"Not allowed: {answer.why.rstrip('.')}.", "Go on without it, or say what you wanted.")

    async def may_read(self, path: Path) -> bool:
        """Whether the door opens for reading one more path."""
        try:
            await self.authorize_path("read", path, f"Read {self.place.relative(path)}")
        except DeniedError:
            return False
        return True


Run = Callable[[Call], Awaitable[ToolOutput]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool of the native agent."""

    spec: ToolSpec
    run: Run


def refuse_elision(new: str, old: str = "") -> None:
    """Refuse text that leaves out code instead of holding it, before it replaces that code.

    Raises:
        UserFacingError: it does; the message quotes the line.
    """
    line = placeholders.elision(new, old)
    if line:
        raise UserFacingError(
            f"The text only hints at code: {line[:100]!r}. Nothing was written.",
            "Nothing is filled in for you: write all of it, or change a smaller part with edit_file.",
        )


def schema(required: tuple[str, ...], **properties: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of an input."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
