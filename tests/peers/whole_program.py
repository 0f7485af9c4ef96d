"""Real agents under the whole program: its settings, its environment, the frames that it recorded, its leftovers."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.fakes.aftermath import wait_until
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import Program, make_repository
from tests.peers.known_peers import Peer
from tests.peers.stage import MARK, environment, needed, processes_of

FRAMES = "BOOCODE_AGENT_FRAMES"


@dataclass(slots=True, kw_only=True)
class Installation:
    """A BOOCODE_HOME with a repository beside it, in which one agent can be told from all other processes."""

    peer: Peer
    folder: Path
    server: OpenAIServer
    repository: Path
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def home(self) -> Path:
        """The program's own folder."""
        return self.folder / "boocode"

    def environment(self) -> dict[str, str]:
        """What the program is started with."""
        own = environment(self.peer, self.folder / "home", self.server)
        return {**own, FRAMES: str(self.folder / "frames"), "BOOCODE_HOME": str(self.home)}

    def program(self) -> Program:
        """The command line."""
        return Program(self.home, self.server.base_url, self.environment())

    def frames(self) -> list[dict[str, Any]]:
        """Every recorded frame, in order, with the process it went to or came from."""
        files = sorted((self.folder / "frames").glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
        lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
        return sorted(lines, key=lambda line: line["at"])

    def sent(self, method: str) -> list[dict[str, Any]]:
        """Recorded requests of ours with that method."""
        return [f for f in self.frames() if f["direction"] == "out" and f["frame"].get("method") == method]

    def version(self) -> str:
        """What the agent calls itself."""
        number = self.sent("initialize")[0]["frame"]["id"]
        answers = (f["frame"] for f in self.frames() if f["direction"] == "in" and f["frame"].get("id") == number)
        return str(next(answers)["result"].get("agentInfo", {}).get("version", "?"))

    def processes(self) -> list[psutil.Process]:
        """What the agent is and what it started."""
        return processes_of(self.mark, self.folder)


@contextmanager
def installation(peer: Peer, folder: Path, *, protocol: str = "acp") -> Iterator[Installation]:
    """An installation for one test; afterwards nothing of the agent may be left. Frames are those of ACP."""
    needed(peer)
    with OpenAIServer(titles=True, vision=True) as server:
        repository = make_repository(folder / "repository", {"a.txt": "alpha\n"})
        made = Installation(peer=peer, folder=folder, server=server, repository=repository)
        made.home.mkdir()
        table = f'[{peer.spec.name}]\nprotocol = "{protocol}"\nenv = {{ {MARK} = "{made.mark}" }}\n'
        (made.home / "agents.toml").write_text(table)
        try:
            yield made
            wait_until(lambda: not made.processes(), within_s=10)
        finally:
            for process in made.processes():
                process.kill()
        assert not server.errors
