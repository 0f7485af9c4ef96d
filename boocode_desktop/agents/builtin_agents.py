"""The agents we know, as data. Commands, arguments and quieting settings are what each was seen to need."""

from boocode_desktop.agents.specs import AgentSpec, QuietFile

NATIVE_NAME = "boocode"

NATIVE = AgentSpec(
    name=NATIVE_NAME,
    label="BooCode",
    description="The built-in agent, with a model of your choice.",
    protocol="native",
    icon="ghost",
)

GOOSE = AgentSpec(
    name="goose",
    label="goose",
    description="An extensible agent for many model providers.",
    commands=("goose", "goose-binary-linux-x64"),
    args=("acp", "--with-builtin", "developer"),
    # Otherwise it asks its model for a title of each session.
    quiet_env=(("GOOSE_DISABLE_SESSION_NAMING", "true"),),
    oneshot="goose",
    terminal_args=("session",),
    env_prefixes=("GOOSE_", "OPENAI_", "ANTHROPIC_"),
    install="npm install -g @aaif/goose",
    needs="Node.js 20",
    login="goose configure",
    icon="bird",
    state=(".config/goose/", ".local/share/goose/", ".local/state/goose/", "$GOOSE_PATH_ROOT/"),
    sandbox_env=(("GOOSE_DISABLE_KEYRING", "1"),),
    keyring_unless=(
        "GOOSE_DISABLE_KEYRING",
        "OPENAI_API_KEY",
        "ANTHROPIC_API_KEY",
        "~/.config/goose/secrets.yaml",
    ),
)
OPENCODE = AgentSpec(
    name="opencode",
    label="opencode",
    description="A coding agent for many model providers.",
    # Its own server, which every version since 1.0 has; the arguments are those of its ACP form.
    protocol="opencode",
    commands=("opencode",),
    args=("acp",),
    quiet_env=(
        ("OPENCODE_DISABLE_AUTOUPDATE", "1"),
        # Over the person's own files, which stay; otherwise it asks its small model for a title of each session.
        ("OPENCODE_CONFIG_CONTENT", '{"agent": {"title": {"disable": true}}}'),
    ),
    oneshot="opencode",
    env_prefixes=("OPENCODE_", "OPENAI_", "ANTHROPIC_", "OPENROUTER_", "DEEPSEEK_"),
    # It opens an HTTP server on the loopback address, without a password unless it is given one.
    secret_env=("OPENCODE_SERVER_PASSWORD",),
    install="npm install -g opencode-ai",
    needs="Node.js 20",
    login="opencode auth login",
    icon="square-code",
    state=(".config/opencode/", ".local/share/opencode/", ".local/state/opencode/", ".cache/opencode/"),
)
QWEN = AgentSpec(
    name="qwen",
    label="Qwen Code",
    description="Alibaba's coding agent for Qwen and OpenAI-compatible models.",
    commands=("qwen",),
    args=("--acp",),
    # Otherwise it starts itself a second time: 1.4 s and 200 MB more.
    env=(("QWEN_CODE_NO_RELAUNCH", "true"),),
    quiet_files=(
        # Otherwise two model calls more after each turn, and the turn's end waits for one of them.
        QuietFile(
            variable="QWEN_CODE_SYSTEM_DEFAULTS_PATH",
            name="qwen-defaults.json",
            # With its version, or it would bring the file up to date itself.
            text='{"$version": 4, "ui": {"enableFollowupSuggestions": false}, "memory": {"enableManagedAutoMemory":'
            ' false, "enableManagedAutoDream": false, "enableAutoSkill": false}}\n',
            unless=(
                "/etc/qwen-code/system-defaults.json",
                "/Library/Application Support/QwenCode/system-defaults.json",
                "C:\\ProgramData\\qwen-code\\system-defaults.json",
            ),
        ),
    ),
    oneshot="qwen",
    env_prefixes=("QWEN_", "OPENAI_", "DASHSCOPE_"),
    install="npm install -g @qwen-code/qwen-code",
    needs="Node.js 20",
    login="qwen",
    icon="feather",
    state=(".qwen/",),
)
CLAUDE = AgentSpec(
    name="claude",
    label="Claude Code",
    description="Anthropic's coding agent.",
    commands=("claude-agent-acp", "claude-code-acp"),
    quiet_env=(
        # One model call less after each prompt.
        ("CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION", "false"),
        ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
        ("DISABLE_AUTOUPDATER", "1"),
    ),
    oneshot="claude",
    oneshot_commands=("claude",),
    env_prefixes=("CLAUDE_", "ANTHROPIC_"),
    install="npm install -g @agentclientprotocol/claude-agent-acp",
    needs="Node.js 20",
    login="claude",
    icon="asterisk",
    state=(".claude/", ".claude.json", ".local/state/claude/", ".cache/claude-cli-nodejs/", "$CLAUDE_CONFIG_DIR/"),
    late_usage_s=0.06,
    own_child_per_chat=True,
)
CODEX = AgentSpec(
    name="codex",
    label="Codex",
    description="OpenAI's coding agent.",
    commands=("codex-acp",),
    env_prefixes=("CODEX_", "OPENAI_"),
    install="npm install -g @agentclientprotocol/codex-acp",
    needs="Node.js 20",
    login="codex login",
    icon="box",
    state=(".codex/", "$CODEX_HOME/"),
    late_usage_s=0.06,
)
GEMINI = AgentSpec(
    name="gemini",
    label="Gemini CLI",
    description="Google's coding agent.",
    commands=("gemini",),
    args=("--experimental-acp",),
    # As with qwen, which grew out of it.
    env=(("GEMINI_CLI_NO_RELAUNCH", "true"),),
    env_prefixes=("GEMINI_", "GOOGLE_"),
    install="npm install -g @google/gemini-cli",
    needs="Node.js 20",
    login="gemini",
    icon="sparkle",
    state=(".gemini/",),
)
KIMI = AgentSpec(
    name="kimi",
    label="Kimi Code",
    description="Moonshot AI's coding agent.",
    commands=("kimi",),
    args=("acp",),
    oneshot="kimi",
    env_prefixes=("KIMI_", "MOONSHOT_"),
    install="npm install -g @moonshot-ai/kimi-code",
    needs="Node.js 22",
    login="kimi login",
    icon="moon",
    state=(".kimi-code/", ".kimi/"),
    late_usage_s=0.06,
)

BUILTIN = (NATIVE, OPENCODE, QWEN, GOOSE, CLAUDE, CODEX, GEMINI, KIMI)
