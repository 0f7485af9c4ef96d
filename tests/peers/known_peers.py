"""The real agents that the tests know: the names of their tools, and what makes each use the scripted model."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boocode_desktop.agents.builtin_agents import CLAUDE, CODEX, GOOSE, KIMI, OPENCODE, QWEN
from boocode_desktop.agents.specs import AgentSpec
from tests.fakes.openai_server import OpenAIServer

Environment = Callable[[Path, OpenAIServer], dict[str, str]]
MODEL = "scripted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """An agent.

    Attributes:
        spec: As the product knows it.
        environment: Its own variables, after its settings were written to the home folder that is given.
        write: The name of its tool that writes a file, with the names of its two arguments; "" where it writes by
            patches in its shell.
        shell: The name of its tool that runs a command; `shell_argument` names the argument that is the command.
        shell_more: Further arguments that tool wants.
        mode: The mode in which it may write, where it begins in another one.
        goes_on_after_no: It asks its model what to do once a command was refused; others end their turn.
    """

    spec: AgentSpec
    environment: Environment
    write: tuple[str, str, str]
    shell: str
    shell_argument: str = "command"
    shell_more: Mapping[str, Any] = field(default_factory=dict)
    goes_on_after_no: bool = True
    mode: str = ""

    def __str__(self) -> str:
        return self.spec.name

    def writing(self, path: Path, text: str) -> str:
        """A line of a script: the model writes a file."""
        tool, name, content = self.write
        if not tool:
            lines = "".join(f"+{line}\n" for line in text.splitlines())
            patch = f"*** Begin Patch\n*** Add File: {path}\n{lines}*** End Patch\n"
            return self.running(f"apply_patch <<'EOF'\n{patch}EOF")
        return f"@@call {tool} {json.dumps({name: str(path), content: text})}"

    def running(self, command: str) -> str:
        """A line of a script: the model runs a shell command."""
        return f"@@call {self.shell} {json.dumps({self.shell_argument: command, **self.shell_more})}"


def _goose(_home: Path, server: OpenAIServer) -> dict[str, str]:
    return {
        "GOOSE_PROVIDER": "openai",
        # It sends images only to models that it knows.
        "GOOSE_MODEL": "gpt-4o",
        "GOOSE_DISABLE_KEYRING": "1",
        "GOOSE_MODE": "approve",
        "OPENAI_HOST": server.url,
        "OPENAI_BASE_PATH": "v1/chat/completions",
        "OPENAI_API_KEY": "x",
    }


def _qwen(home: Path, server: OpenAIServer) -> dict[str, str]:
    settings = {
        "security": {"auth": {"selectedType": "openai"}},
        "general": {"disableAutoUpdate": True},
        "privacy": {"usageStatisticsEnabled": False},
        # It drops images silently for models that it does not know, unless it is told.
        "model": {"generationConfig": {"modalities": {"image": True}}},
    }
    (home / ".qwen").mkdir(exist_ok=True)
    (home / ".qwen/settings.json").write_text(json.dumps(settings))
    return {"OPENAI_API_KEY": "x", "OPENAI_BASE_URL": server.base_url, "OPENAI_MODEL": MODEL}


def _opencode(_home: Path, server: OpenAIServer) -> dict[str, str]:
    limit = {"context": 131_072, "output": 8_192}
    images = {"attachment": True, "modalities": {"input": ["text", "image"], "output": ["text"]}}
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "Fake",
        "options": {"baseURL": server.base_url, "apiKey": "x"},
        "models": {
            MODEL: {"name": MODEL, "tool_call": True, "limit": limit, **images},
            "titles": {"name": "titles", "limit": limit},
        },
    }
    config = {
        "model": f"fake/{MODEL}",
        "small_model": "fake/titles",
        "enabled_providers": ["fake"],
        "autoupdate": False,
        "share": "disabled",
        "provider": {"fake": provider},
        "permission": {"edit": "ask", "bash": "ask"},
    }
    quiet = ("AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD", "DEFAULT_PLUGINS")
    return {"OPENCODE_CONFIG_CONTENT": json.dumps(config), **{f"OPENCODE_DISABLE_{name}": "1" for name in quiet}}


def _kimi(home: Path, server: OpenAIServer) -> dict[str, str]:
    settings = f"""
default_model = "fake/{MODEL}"
[providers.fake]
type = "openai"
base_url = "{server.base_url}"
api_key = "x"
[models."fake/{MODEL}"]
provider = "fake"
model = "{MODEL}"
max_context_size = 131072
capabilities = ["thinking", "image_in"]
"""
    (home / ".kimi-code").mkdir(exist_ok=True)
    (home / ".kimi-code/config.toml").write_text(settings)
    return {}


def _claude(_home: Path, server: OpenAIServer) -> dict[str, str]:
    return {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "x"}


def _codex(home: Path, server: OpenAIServer) -> dict[str, str]:
    # It complains of models that it does not know, in each answer.
    settings = f"""
model = "gpt-5.4"
model_provider = "fake"
[model_providers.fake]
name = "Fake"
base_url = "{server.base_url}"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
"""
    (home / ".codex").mkdir(exist_ok=True)
    (home / ".codex/config.toml").write_text(settings)
    # Its own sandbox hides the folder for temporary files, and with it what lies below.
    temporary = home / "tmp"
    temporary.mkdir(exist_ok=True)
    return {"OPENAI_API_KEY": "x", "CODEX_HOME": str(home / ".codex"), "TMPDIR": str(temporary)}


PINNED = (
    Peer(spec=GOOSE, environment=_goose, write=("write", "path", "content"), shell="shell"),
    Peer(
        spec=QWEN,
        environment=_qwen,
        write=("write_file", "file_path", "content"),
        shell="run_shell_command",
        shell_more={"is_background": False},
    ),
    Peer(
        spec=OPENCODE,
        environment=_opencode,
        write=("write", "filePath", "content"),
        shell="bash",
        shell_more={"description": "a command of the test"},
        goes_on_after_no=False,
    ),
)
"""Those that CI installs."""

OPTIONAL = (
    Peer(spec=KIMI, environment=_kimi, write=("Write", "path", "content"), shell="Bash"),
    Peer(spec=CLAUDE, environment=_claude, write=("Write", "file_path", "content"), shell="Bash"),
    Peer(
        spec=CODEX,
        environment=_codex,
        write=("", "", ""),
        shell="exec_command",
        shell_argument="cmd",
        # Within its own sandbox it runs commands unasked.
        shell_more={"sandbox_permissions": "require_escalated", "justification": "A test."},
        goes_on_after_no=False,
        mode="auto",
    ),
)
"""Those that are tried with --optional-peers where somebody installed them."""

PEERS = (*PINNED, *OPTIONAL)
