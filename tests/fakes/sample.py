"""A world with a few projects, sessions and a long chat, as in the design pictures: for looking and for tests."""

from boocode_desktop.domain import changes as ch
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.orchestrator.views import TrustItem
from tests.fakes.front import World

NOW = 1_760_000_000.0
MODELS = (
    ModelInfo(
        id="deepseek-v4-pro", name="deepseek-v4-pro", context_size=200_000, efforts=("low", "high"), provider="DeepSeek"
    ),
    ModelInfo(id="qwen3-coder", name="qwen3-coder", context_size=64_000, provider="this computer"),
)
AGENTS = (
    AgentInfo(name="boocode", label="boocode", state="ready", detail="built in", version="0.1.0", icon="ghost"),
    AgentInfo(
        name="opencode",
        label="opencode",
        state="ready",
        detail="~/.npm-global/bin",
        version="1.18.33",
        icon="square-code",
        models=(ModelInfo(id="deepseek/deepseek-v4-pro", provider="opencode"),),
    ),
    AgentInfo(
        name="qwen",
        label="qwen",
        state="loading",
        detail="starting to ask what it can do",
        version="0.24.4",
        icon="feather",
    ),
    AgentInfo(name="goose", label="goose", state="error", detail="no provider chosen", version="1.52.0", icon="bird"),
    AgentInfo(
        name="claude",
        label="claude",
        state="unavailable",
        detail="not on PATH · Node 22 is there",
        icon="asterisk",
    ),
)
TRUST = (
    TrustItem(kind="setup", title="Setup command", detail="uv sync --frozen", source="worktree.toml", digest="a"),
    TrustItem(kind="hook", title="2 hooks", detail="before commit, after edit", source=".boocode/hooks", digest="b"),
    TrustItem(kind="mcp", title="1 MCP server", detail="npx db-schema-mcp", source=".mcp.json", digest="c"),
    TrustItem(kind="workflow", title="3 workflows", detail="nightly, review, bump", source=".boocode/", digest="d"),
)
DIFF = """@@ -48,3 +48,3 @@ class RetryClient
     async def call(self, fn):
-        delay = self.base * 2 ** n + random.random()
-        await asyncio.sleep(delay)
+        delay = self.policy.delay(n, self.rng)
+        await self.clock.sleep(delay)  # injected: tests use a fake clock
"""


def long_turn() -> list[ev.AgentEvent]:
    """Text, reasoning, tools and a diff."""
    return [
        ev.StepStarted(step=1),
        ev.Reasoning(delta="Two sleeps share one clock, so a slow runner can start the third attempt late."),
        ev.Text(
            delta="The test sleeps on the wall clock while the client uses a jittered backoff, so a slow runner can "
            "start the third attempt after the deadline. I will inject the clock and make the jitter deterministic "
            "under test."
        ),
        ev.ToolStarted(trace_id="t1", step=1, tool="read_file", input={"path": "src/retry.py"}, title="src/retry.py"),
        ev.ToolFinished(
            trace_id="t1", tool="read_file", outcome="success", latency_ms=12.0, output="class RetryClient"
        ),
        ev.StepFinished(step=1, usage=Usage(input=38_000, output=600, cached=35_000), context_size=200_000),
        ev.UsageReported(
            usage=Usage(input=41_000, output=900, cached=38_600, cost=0.41),
            step=1,
            context_used=41_000,
            context_size=200_000,
        ),
        ev.StepStarted(step=2),
        ev.ToolStarted(trace_id="t2", step=2, tool="edit_file", input={"path": "src/retry.py"}, title="src/retry.py"),
        ev.ToolFinished(
            trace_id="t2",
            tool="edit_file",
            outcome="success",
            latency_ms=300.0,
            output="edited",
            details={"diff": DIFF, "path": "src/retry.py", "added": 18, "removed": 7},
        ),
        ev.ToolStarted(
            trace_id="t3",
            step=2,
            tool="run_command",
            input={"command": "pytest", "args": ["-q", "--count", "200"]},
            title="pytest --count 200",
        ),
        ev.ToolFinished(
            trace_id="t3",
            tool="run_command",
            outcome="success",
            latency_ms=11_600.0,
            output="200 passed in 11.42s\n",
            details={"exit_code": 0},
        ),
        ev.Text(delta="**p99 fell from 912 ms to 174 ms.** All 200 runs pass."),
        ev.ChangesUpdated(files=3, added=47, removed=12),
    ]


def file_diff(path: str, added: int, removed: int) -> ch.FileDiff:
    """A changed file with one hunk."""
    lines = (
        ch.DiffLine(kind="context", text="class RetryClient:", old=44, new=44),
        ch.DiffLine(kind="removed", text="        self.base, self.limit = base, limit", old=45),
        ch.DiffLine(kind="added", text="        self.policy = Backoff(base, limit)", new=45),
        ch.DiffLine(kind="added", text="        self.clock = clock or SystemClock()", new=46),
    )
    hunk = ch.Hunk(
        index=1, old_start=44, old_lines=2, new_start=44, new_lines=3, lines=lines, heading="class RetryClient"
    )
    change = ch.FileChange(path=path, operation="modified", agents=("boocode",), added=added, removed=removed, hunks=1)
    return ch.FileDiff(change=change, hunks=(hunk,), old_text="", new_text="")


def empty_world() -> World:
    """Nothing but agents and models."""
    return World(agents=list(AGENTS), models=list(MODELS), clock=lambda: NOW)


def sample_world() -> World:
    """Four projects, six sessions, one long chat."""
    world = empty_world()
    api = world.add_project("/home/me/src/payments-api", trusted=True)
    main = world.add_session(api.id, "Fix flaky retry test", model="deepseek-v4-pro", updated_at=NOW - 120)
    world.add_session(
        api.id, "Idempotency keys", state="waiting", detail="needs approval · 1 edit", waiting=1, updated_at=NOW - 300
    )
    world.add_session(api.id, "Trim cold-start imports", state="done", detail="+212 −340", updated_at=NOW - 3_700)
    world.add_session(api.id, "Why is p99 at 900 ms?", updated_at=NOW - 100_000)
    site = world.add_project("/home/me/src/boo-site")
    world.add_session(site.id, "Dark theme tokens", state="running", model="gpt-5-codex", updated_at=NOW - 360)
    world.add_session(site.id, "Broken link crawl", state="failed", detail="exit 2", updated_at=NOW - 90_000)
    for name, count in (("infra-terraform", 4), ("notes", 11)):
        project = world.add_project(f"/home/me/{name}")
        for number in range(count):
            world.add_session(project.id, f"Work {number}", updated_at=NOW - 200_000 * (number + 1))
    chat = next(c for c in world.chats.values() if c.session_id == main.id)
    world.play(chat.id, "`test_retry_backoff` fails about one run in ten on CI. Find out why, and fix it.", long_turn())
    world.play(chat.id, "Show me the latency before and after.", [ev.Text(delta="It fell to 174 ms.")])
    world.add_chat(main.id, "Try full jitter instead", agent="opencode")
    world.add_chat(main.id, "Review the retry clock", agent="goose", read_only=True)
    world.changes[main.id] = (file_diff("src/retry.py", 18, 7), file_diff("tests/test_retry.py", 24, 5))
    world.settings["window.folded"] = [p.id for p in world.projects.values() if p.name in ("infra-terraform", "notes")]
    world.settings["window.last"] = {"session": main.id, "chat": chat.id}
    world.trust[site.id] = TRUST
    return world
