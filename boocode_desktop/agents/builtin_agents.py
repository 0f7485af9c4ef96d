"""The agents we know, as data. Commands, arguments and quieting settings are what each was seen to need."""

from boocode_desktop.agents.specs import AgentSpec

NATIVE_NAME = "boocode"

NATIVE = AgentSpec(name=NATIVE_NAME, label="BooCode", protocol="native", icon="bot")

GOOSE = AgentSpec(
    name="goose",
    label="goose",
    commands=("goose", "goose-binary-linux-x64"),
    args=("acp", "--with-builtin", "developer"),
    env_prefixes=("GOOSE_", "OPENAI_", "ANTHROPIC_"),
    install="npm install -g @aaif/goose",
    login="goose configure",
)
OPENCODE = AgentSpec(
    name="opencode",
    label="opencode",
    commands=("opencode",),
    args=("acp",),
    env_prefixes=("OPENCODE_", "OPENAI_", "ANTHROPIC_"),
    # It opens an HTTP server on the loopback address, without a password unless it is given one.
    secret_env=("OPENCODE_SERVER_PASSWORD",),
    install="npm install -g opencode-ai",
    login="opencode auth login",
)
QWEN = AgentSpec(
    name="qwen",
    label="Qwen Code",
    commands=("qwen",),
    args=("--acp",),
    # Otherwise it starts itself a second time: 1.4 s and 200 MB more.
    env=(("QWEN_CODE_NO_RELAUNCH", "true"),),
    env_prefixes=("QWEN_", "OPENAI_", "DASHSCOPE_"),
    install="npm install -g @qwen-code/qwen-code",
    login="qwen",
)
CLAUDE = AgentSpec(
    name="claude",
    label="Claude Code",
    commands=("claude-agent-acp", "claude-code-acp"),
    # One model call less after each prompt.
    env=(("CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION", "false"),),
    env_prefixes=("CLAUDE_", "ANTHROPIC_"),
    install="npm install -g @agentclientprotocol/claude-agent-acp",
    login="claude",
    late_usage_s=0.06,
    own_child_per_chat=True,
)
CODEX = AgentSpec(
    name="codex",
    label="Codex",
    commands=("codex-acp",),
    env_prefixes=("CODEX_", "OPENAI_"),
    install="npm install -g @agentclientprotocol/codex-acp",
    login="codex login",
    late_usage_s=0.06,
)
GEMINI = AgentSpec(
    name="gemini",
    label="Gemini CLI",
    commands=("gemini",),
    args=("--experimental-acp",),
    env_prefixes=("GEMINI_", "GOOGLE_"),
    install="npm install -g @google/gemini-cli",
    login="gemini",
)
KIMI = AgentSpec(
    name="kimi",
    label="Kimi Code",
    commands=("kimi",),
    args=("acp",),
    env_prefixes=("KIMI_", "MOONSHOT_"),
    install="npm install -g @moonshot-ai/kimi-code",
    login="kimi login",
    late_usage_s=0.06,
)

BUILTIN = (NATIVE, OPENCODE, QWEN, GOOSE, CLAUDE, CODEX, GEMINI, KIMI)
