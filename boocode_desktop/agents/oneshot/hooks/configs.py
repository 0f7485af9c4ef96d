"""An agent's own hooks in a private folder: what is added to its environment and arguments so that it uses them.

The person's settings are neither read nor changed: each agent merges ours with them. Where an agent has no such way,
nothing is added, and its status stays unknown.
"""

import json
import secrets
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boocode_desktop.agents.acp.loose import object_of
from boocode_desktop.agents.oneshot.hooks import tell
from boocode_desktop.agents.specs import AgentSpec

SPOOL, TOKEN = "spool", "token"
_CLAUDE = ("UserPromptSubmit", "PreToolUse", "PostToolUse", "Notification", "Stop", "SessionEnd")
_QWEN = ("UserPromptSubmit", "PreToolUse", "PostToolUse", "PermissionRequest", "Notification", "Stop", "SessionEnd")
_GEMINI = ("BeforeAgent", "BeforeTool", "AfterTool", "Notification", "AfterAgent", "SessionEnd")
_TIMEOUT_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateConfig:
    """What to start an agent with. `env` comes over its environment, `args` follow its program."""

    env: dict[str, str] = field(default_factory=dict, repr=False)
    args: tuple[str, ...] = ()

    @property
    def tells(self) -> bool:
        """Whether the agent will tell how it stands."""
        return bool(self.env or self.args)


def private_config(spec: AgentSpec, folder: Path, env: dict[str, str] | None = None) -> PrivateConfig:
    """Write the hooks of an agent into `folder`, which is made, private, and belongs to one start of one agent. Blocks.

    Args:
        spec: Which agent.
        folder: Where; read it with a `StatusWatcher`.
        env: The environment that it will have, where settings may stand that ours are merged with.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _put(folder / TOKEN, secrets.token_urlsafe(24))
    _put(folder / SPOOL, "")
    match spec.name:
        case "claude":
            settings = _put(folder / "settings.json", json.dumps({"hooks": _hooks(folder, _CLAUDE, _TIMEOUT_S)}))
            return PrivateConfig(args=(f"--settings={settings}",))
        case "codex":
            words = json.dumps([*_words(folder), "agent-turn-complete"])
            return PrivateConfig(args=("-c", f"notify={words}"))
        case "qwen":
            return _defaults(folder, "QWEN_CODE_SYSTEM_DEFAULTS_PATH", _QWEN, env or {})
        case "gemini":
            return _defaults(folder, "GEMINI_CLI_SYSTEM_DEFAULTS_PATH", _GEMINI, env or {})
        case "opencode":
            return _plugin(folder, env or {})
        case _:
            return PrivateConfig()


def _words(folder: Path) -> list[str]:
    return [sys.executable, "-I", "-S", str(Path(tell.__file__).resolve()), str(folder / SPOOL)]


def _hooks(folder: Path, names: tuple[str, ...], timeout: int) -> dict[str, Any]:
    """One command for each event, without a matcher: all of its kinds."""

    def one(name: str) -> list[dict[str, Any]]:
        command = shlex.join([*_words(folder), name])
        return [{"hooks": [{"type": "command", "command": command, "timeout": timeout}]}]

    return {name: one(name) for name in names}


def _defaults(folder: Path, variable: str, names: tuple[str, ...], env: dict[str, str]) -> PrivateConfig:
    """Settings below the person's own, with what stood there before; these agents count a hook's time in ms."""
    before = _read(env.get(variable, ""))
    merged = {**before, "hooks": {**object_of(before.get("hooks")), **_hooks(folder, names, _TIMEOUT_S * 1000)}}
    return PrivateConfig(env={variable: str(_put(folder / "defaults.json", json.dumps(merged)))})


def _plugin(folder: Path, env: dict[str, str]) -> PrivateConfig:
    """A plugin of ours beside those of the person, whose inline settings stay."""
    plugin = _put(folder / "boocode-status.js", _PLUGIN.replace("WORDS", json.dumps(_words(folder))))
    try:
        inline = object_of(json.loads(env.get("OPENCODE_CONFIG_CONTENT") or "{}"))
    except ValueError:
        inline = {}
    plugins = inline.get("plugin")
    inline["plugin"] = [*(plugins if isinstance(plugins, list) else []), plugin.as_uri()]
    return PrivateConfig(env={"OPENCODE_CONFIG_CONTENT": json.dumps(inline)})


_PLUGIN = """\
import { spawn } from "node:child_process"

const words = WORDS
const told = new Set(["session.idle", "session.error", "permission.asked", "permission.updated",
  "permission.replied", "question.asked"])

function tell(name) {
  const child = spawn(words[0], [...words.slice(1), name, "{}"], { stdio: "ignore" })
  child.on("error", () => {})
}

export const BooCodeStatus = async () => ({
  event: async ({ event }) => { if (told.has(event.type)) tell(event.type) },
  "chat.message": async () => tell("chat.message"),
  "tool.execute.before": async () => tell("tool.execute.before"),
})
"""


def _read(path: str) -> dict[str, Any]:
    try:
        return object_of(json.loads(Path(path).read_text(encoding="utf-8"))) if path else {}
    except (OSError, ValueError):
        return {}


def _put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path
