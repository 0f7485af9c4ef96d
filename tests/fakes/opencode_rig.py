"""The scripted opencode server under the real `OpencodeAgent`, with a check that no process is left."""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from boocode_desktop.agents.opencode.agent import OpencodeAgent
from boocode_desktop.agents.opencode.turn import CancelLadder
from boocode_desktop.agents.opencode.warm_server import Patience
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.records import AgentSession
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnResult
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.restart_policy import RestartPolicy
from tests.fakes.acp_host import RecordingHost

SCRIPT = Path(__file__).with_name("opencode_server.py")
MARK = "OPENCODE_TEST_MARK"
QUICK = CancelLadder(again_s=0.4, kill_s=0.9, request_s=0.4, look_s=0.05)
PATIENCE = Patience(banner_s=20, stall_s=1.0, quarantine_s=20)
POLICY = RestartPolicy(first_delay_s=0.05, longest_delay_s=0.1)


@dataclass(slots=True, kw_only=True)
class OpencodeRig:
    """An agent, its children, and the state folder of its scripted server; turns go on in one chat."""

    children: Children
    root: Path
    state: Path
    mark: str
    agent: OpencodeAgent = field(init=False)
    past: list[Entry] = field(default_factory=list)
    kept: AgentSession | None = None
    number: int = 0

    def host(self, **values: Any) -> RecordingHost:
        """A host for the next turn of the chat."""
        self.number += 1
        given: dict[str, Any] = {"past": list(self.past), "answer": lambda request: request.options[0].id}
        if self.kept is not None:
            given["agent_session"] = self.kept
        return RecordingHost(root=self.root, agent="opencode", number=self.number, **(given | values))

    async def turn(self, text: str, **values: Any) -> tuple[RecordingHost, TurnResult]:
        """One turn, to its end."""
        images = values.pop("shown", ())
        host = self.host(**values)
        try:
            return host, await self.agent.prompt(host, Prompt(text=text, images=images))
        finally:
            self.remember(host, text)

    async def cancelled(self, text: str, when: Any, **values: Any) -> RecordingHost:
        """A turn that is cancelled once `when` is true of its host."""
        host = self.host(**values)
        turn = asyncio.create_task(self.agent.prompt(host, Prompt(text=text)))
        await host.until(when)
        turn.cancel()
        await asyncio.wait({turn})
        assert turn.cancelled()
        self.remember(host, text)
        return host

    def remember(self, host: RecordingHost, text: str) -> None:
        """The turn becomes part of the chat."""
        self.past += host.transcript(prompt=text)
        self.kept = host.agent_session

    def requests(self, method: str, end: str) -> list[dict[str, Any]]:
        """Logged requests with that method whose path ends so."""
        lines = (self.state / "requests.jsonl").read_text().splitlines()
        found = [json.loads(line) for line in lines]
        return [r for r in found if r["method"] == method and r["path"].endswith(end)]

    def prompts(self) -> list[list[str]]:
        """The texts of every prompt that was sent."""
        return [[p["text"] for p in r["body"]["parts"] if "text" in p] for r in self.requests("POST", "/prompt_async")]

    def processes(self) -> list[psutil.Process]:
        """Processes of the server, wherever they are now."""
        return [process for process in psutil.process_iter() if _mark_of(process) == self.mark]


@asynccontextmanager
async def opencode_rig(tmp_path: Path, **options: Any) -> AsyncIterator[OpencodeRig]:
    """A rig; afterwards nothing may be left running."""
    mark, state, root = secrets.token_hex(8), tmp_path / "state", tmp_path / "work"
    state.mkdir(exist_ok=True)
    root.mkdir(exist_ok=True)
    program = tmp_path / "opencode"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "{SCRIPT}" "$@"\n')
    program.chmod(0o700)
    env = ((MARK, mark), ("FAKE_OPENCODE_STATE", str(state)), *options.pop("env", ()))
    spec = AgentSpec(name="opencode", label="opencode", protocol="opencode", commands=(str(program),), env=env)
    children = Children(tmp_path / "run")
    given = {"ladder": QUICK, "patience": PATIENCE, "policy": POLICY, "silence_s": 30.0} | options
    made = OpencodeRig(children=children, root=root.resolve(), state=state, mark=mark)
    made.agent = OpencodeAgent(spec, children, tmp_path / "home", **given)
    try:
        yield made
    finally:
        await made.agent.close()
        assert not children.living()
        left = made.processes()
        assert not left, [process.cmdline() for process in left]


def _mark_of(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARK, "") if process.pid != os.getpid() else ""
    except psutil.Error:
        return ""
