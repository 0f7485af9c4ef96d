"""The built-in tools over a real folder, with the real decision at the door and answers that a test writes."""

import asyncio
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.events import AgentEvent, PermissionRequested, PermissionResolved
from boocode_desktop.domain.permissions import Action, decide
from boocode_desktop.domain.records import PermissionRule
from boocode_desktop.orchestrator.ports.agents import Authorization
from boocode_desktop.orchestrator.ports.tools import ToolContext, ToolOutput
from boocode_desktop.processes.sandbox import SandboxLauncher
from boocode_desktop.tools.registry import BuiltinToolbox


@dataclass(slots=True)
class ToolRig:
    """A toolbox, the rules at its door, and what came out: `actions` asked about, `events` published."""

    root: Path
    toolbox: BuiltinToolbox = field(default_factory=BuiltinToolbox)
    rules: list[tuple[str, str]] = field(default_factory=list)
    read_only: bool = False
    answer: PermissionResolved = field(default_factory=lambda: PermissionResolved(request_id="", by="headless"))
    actions: list[Action] = field(default_factory=list)
    events: list[AgentEvent] = field(default_factory=list)
    questions: list[PermissionRequested] = field(default_factory=list)
    calls: int = 0

    async def call(self, name: str, **arguments: object) -> ToolOutput:
        """A call as the agent's loop makes it: repaired, then run; a refusal to repair is an error outcome."""
        self.calls += 1
        try:
            repaired = self.toolbox.repair(name, json.dumps(arguments))
        except UserFacingError as error:
            return ToolOutput(text="", outcome="error", error=f"{error.message} {error.hint}")
        return await self.toolbox.call(name, repaired, self.context())

    def run(self, name: str, **arguments: object) -> ToolOutput:
        """One call on a loop of its own."""
        return asyncio.run(self.call(name, **arguments))

    def context(self) -> ToolContext:
        return ToolContext(
            session_id="ses_1",
            chat_id="chat_1",
            trace_id=f"trc_{self.calls}",
            root=self.root,
            read_only=self.read_only,
            trusted=True,
            authorize=self._authorize,
            ask=self._ask,
            emit=self._emit,
        )

    async def _authorize(self, action: Action, title: str) -> Authorization:
        assert title
        self.actions.append(action)
        rules = [PermissionRule(id=str(i), effect=e, pattern=p) for i, (e, p) in enumerate(self.rules)]
        verdict = decide(action, rules)
        return Authorization(allowed=verdict.effect == "allow", why=verdict.why, rule=verdict.rule)

    async def _ask(self, request: PermissionRequested) -> PermissionResolved:
        self.questions.append(request)
        return self.answer

    async def _emit(self, event: AgentEvent) -> None:
        self.events.append(event)


def rig_in(folder: Path, *, sandboxed: bool = False, **options: object) -> ToolRig:
    """A rig over `folder`, which is made; unsandboxed unless asked, so that both ways can be tested anywhere."""
    folder.mkdir(parents=True, exist_ok=True)
    toolbox = BuiltinToolbox(launcher=SandboxLauncher(enabled=sandboxed))
    return ToolRig(root=folder, toolbox=toolbox, **options)


def git_in(folder: Path, *arguments: str) -> str:
    """Run git as a person would."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout
