"""How an opencode server is started, what its banner says, and how its end is told: values, and a free port."""

import json
import re
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

from boocode_desktop.agents.environments import agent_environment
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.processes.child_specs import ChildSpec, Exit
from boocode_desktop.processes.sandbox import Sandbox

USER = "opencode"
PASSWORD = "OPENCODE_SERVER_PASSWORD"
PERMISSION = "OPENCODE_PERMISSION"
HOST = "127.0.0.1"
ASKS = {"edit": {"*": "ask"}, "bash": {"*": "ask"}, "webfetch": "ask", "websearch": "ask"}
"""What everybody in the server has to ask for: sessions that a session begins are not given its rules, but these."""
KEPT = "What it wrote so far is kept; send the prompt again to go on."
_BANNER = re.compile(r"listening on (http://127\.0\.0\.1:(\d+))\s*$")


def new_password() -> str:
    """A password for one life of the server."""
    return secrets.token_urlsafe(24)


def server_spec(
    spec: AgentSpec,
    program: str,
    port: int,
    password: str,
    folder: Path,
    environ: Mapping[str, str],
    box: Sandbox | None = None,
) -> ChildSpec:
    """The server as a child. Its shells may leave its group, so all descendants count; the password is no argument."""
    env = {PERMISSION: json.dumps(ASKS)} | agent_environment(environ, spec.env_prefixes) | dict(spec.env)
    env |= box.environment if box is not None else {}
    env |= {PASSWORD: password, "OPENCODE_SERVER_USERNAME": USER}
    return ChildSpec(
        name=spec.label,
        argv=(*(box.prefix if box is not None else ()), program, "serve", "--port", str(port), "--hostname", HOST),
        cwd=folder,
        env=env,
        stdin="null",
        stdout="lines",
        reach="descendants",
    )


def banner_address(line: str, port: int) -> str:
    """The address that a line of output announces; "" for any other line, or another port than was asked for."""
    found = _BANNER.search(line)
    return found.group(1) if found and int(found.group(2)) == port else ""


def free_port() -> int:
    """A port of the loopback address that nobody holds now. (`--port 0` would take 4096 where that is free.)"""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def no_start(spec: AgentSpec, ended: Exit | None, waited_s: float) -> AdapterError:
    """The error for a server that did not come up."""
    what = ended.describe() if ended else f"did not begin to listen within {waited_s:.0f} s"
    hint = 'If this version has no `opencode serve`, set `protocol = "acp"` for it in agents.toml.'
    return AdapterError(f"The server of {spec.label} {what}.", _words(ended, hint))


def gone(spec: AgentSpec, ended: Exit) -> AdapterError:
    """The error for a server that ended while it was needed, with its last words."""
    return AdapterError(f"The server of {spec.label} {ended.describe()}.", _words(ended, KEPT))


def _words(ended: Exit | None, hint: str) -> str:
    lines = [line[:300] for line in (ended.tail if ended else ())[-5:]]
    return "\n".join(["It last said:", *lines, hint]) if lines else hint
