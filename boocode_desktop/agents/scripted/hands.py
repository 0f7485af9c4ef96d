"""What a script can do: talk, plan, and work through the client, as any agent would."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boocode_desktop.agents.scripted.wire import Inbox, Json, RefusedError, Wire

WORD_PAUSE_S = 0.018
STEP_PAUSE_S = 0.35
_OPTIONS = (
    {"optionId": "run", "name": "Run it", "kind": "allow_once"},
    {"optionId": "run-always", "name": "Run it, and do not ask again for this", "kind": "allow_always"},
    {"optionId": "skip", "name": "Do not run it", "kind": "reject_once"},
)


@dataclass(slots=True)
class Conversation:
    """One session of the client: where it works, and what was allowed for good."""

    id: str
    cwd: Path
    allowed: set[tuple[str, ...]] = field(default_factory=set)
    calls: int = 0
    inbox: Inbox | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: its exit code (-1 when it was not run) and what it printed."""

    code: int
    output: str

    @property
    def skipped(self) -> bool:
        """Whether it was not allowed."""
        return self.code == -1


class Hands:
    """One prompt's means. `pace` stretches the pauses that let people watch; 0 plays at once."""

    def __init__(self, wire: Wire, conversation: Conversation, inbox: Inbox, *, pace: float = 1.0) -> None:
        self._wire = wire
        self.conversation = conversation
        self.inbox = inbox
        self._pace = pace

    def say(self, text: str) -> None:
        """Stream a piece of the answer."""
        self._stream("agent_message_chunk", text)

    def think(self, text: str) -> None:
        """Stream a piece of reasoning."""
        self._stream("agent_thought_chunk", text)

    def rest(self) -> None:
        """Give people time to look."""
        self.inbox.pause(STEP_PAUSE_S * self._pace)

    def plan(self, steps: tuple[str, ...], done: int) -> None:
        """Show the plan with its first `done` steps completed and the next one under way."""
        states = ["completed" if n < done else "in_progress" if n == done else "pending" for n in range(len(steps))]
        entries = [
            {"content": text, "priority": "medium", "status": state} for text, state in zip(steps, states, strict=True)
        ]
        self.update({"sessionUpdate": "plan", "entries": entries})

    def read(self, name: str) -> str | None:
        """A file's text through the client; None where it has none."""
        path = str(self.conversation.cwd / name)
        call = self._call("read", f"Read {name}", {"path": path}, path=path)
        try:
            text = self.ask_client("fs/read_text_file", {"path": path}).get("content", "")
        except RefusedError as error:
            self._end(call, "failed", [_text(str(error))])
            return None
        self._end(call, "completed", [_text(text)])
        return str(text)

    def write(self, name: str, text: str, *, before: str | None = None) -> bool:
        """Write a file through the client, showing what changes."""
        path = str(self.conversation.cwd / name)
        verb = "Edit" if before is not None else "Write"
        call = self._call("edit", f"{verb} {name}", {"path": path}, path=path)
        try:
            self.ask_client("fs/write_text_file", {"path": path, "content": text})
        except RefusedError as error:
            self._end(call, "failed", [_text(str(error))])
            return False
        self._end(call, "completed", [{"type": "diff", "path": path, "oldText": before, "newText": text}])
        return True

    def run(self, argv: tuple[str, ...]) -> Ran:
        """Ask for a command, then run it in a terminal of the client."""
        line = " ".join(argv)
        call = self._call("execute", line, {"command": line}, status="pending")
        if not self._may_run(call, argv):
            self._end(call, "failed", [_text("Not allowed.")])
            return Ran(-1, "")
        try:
            terminal = self.ask_client("terminal/create", {"command": argv[0], "args": list(argv[1:]), **self._where()})
        except RefusedError as error:
            self._end(call, "failed", [_text(str(error))])
            return Ran(-1, "")
        return self._watch(call, terminal.get("terminalId", ""))

    def elicit(self, message: str) -> str:
        """Ask the person for a line of text; "" when there is no answer."""
        schema = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
        reply = self.ask_client("elicitation/create", {"mode": "form", "message": message, "requestedSchema": schema})
        return str(reply.get("content", {}).get("answer", "")) if reply.get("action") == "accept" else ""

    def ask_client(self, method: str, params: Json) -> Json:
        """One request to the client, in this conversation."""
        return self._wire.request(method, {"sessionId": self.conversation.id, **params}, self.inbox)

    def update(self, update: Json) -> None:
        """One update of this conversation."""
        self._wire.notify("session/update", {"sessionId": self.conversation.id, "update": update})

    def _watch(self, call: str, terminal: str) -> Ran:
        self._progress(call, "in_progress", [{"type": "terminal", "terminalId": terminal}])
        ended = self.ask_client("terminal/wait_for_exit", {"terminalId": terminal})
        shown = self.ask_client("terminal/output", {"terminalId": terminal})
        self.ask_client("terminal/release", {"terminalId": terminal})
        code, output = int(ended.get("exitCode") or 0), str(shown.get("output", ""))
        self._end(call, "completed" if code == 0 else "failed", [{"type": "terminal", "terminalId": terminal}], code)
        return Ran(code, output)

    def _may_run(self, call: str, argv: tuple[str, ...]) -> bool:
        if argv in self.conversation.allowed:
            return True
        request = {"toolCall": {"toolCallId": call}, "options": list(_OPTIONS)}
        outcome = self.ask_client("session/request_permission", request).get("outcome", {})
        chosen = outcome.get("optionId", "")
        if chosen == "run-always":
            self.conversation.allowed.add(argv)
        return chosen in ("run", "run-always")

    def _where(self) -> Json:
        return {"cwd": str(self.conversation.cwd), "outputByteLimit": 65_536}

    def _stream(self, kind: str, text: str) -> None:
        for word in text.split(" "):
            self.update({"sessionUpdate": kind, "content": {"type": "text", "text": f"{word} "}})
            self.inbox.pause(WORD_PAUSE_S * self._pace)

    def _call(self, kind: str, title: str, given: Json, *, status: str = "in_progress", path: str = "") -> str:
        self.conversation.calls += 1
        call = f"call-{self.conversation.calls}"
        where: Json = {"locations": [{"path": path}]} if path else {}
        self.update(
            {"sessionUpdate": "tool_call", "toolCallId": call, "title": title, "kind": kind, "status": status}
            | {"rawInput": given}
            | where
        )
        return call

    def _progress(self, call: str, status: str, content: list[Json]) -> None:
        self.update({"sessionUpdate": "tool_call_update", "toolCallId": call, "status": status, "content": content})

    def _end(self, call: str, status: str, content: list[Json], code: int | None = None) -> None:
        extra: Json = {} if code is None else {"rawOutput": {"exit_code": code}}
        update = {"sessionUpdate": "tool_call_update", "toolCallId": call, "status": status, "content": content}
        self.update(update | extra)
        self.rest()


def python_command() -> str:
    """How Python is called here: by its usual name where the PATH knows it, else by the path of our own."""
    name = "python" if os.name == "nt" else "python3"
    folders = os.environ.get("PATH", "").split(os.pathsep)
    known = any(os.access(Path(folder) / name, os.X_OK) for folder in folders if folder)
    return name if known else sys.executable


def _text(text: Any) -> Json:
    return {"type": "content", "content": {"type": "text", "text": text}}
