"""Entries of every kind and state, for tests and pictures."""

from boocode_desktop.domain.events import (
    AskOption,
    ImageRef,
    PermissionRequested,
    PermissionResolved,
    PlanItem,
)
from boocode_desktop.domain.transcript import (
    AskEntry,
    EndEntry,
    Entry,
    ImageEntry,
    NoteEntry,
    PlanEntry,
    PromptEntry,
    ReasoningEntry,
    TextEntry,
    ToolEntry,
)
from boocode_desktop.domain.usage import Usage

NOW = 1_800_000_000.0
TURN = "trn_1"
DIFF = """--- a/src/retry.py
+++ b/src/retry.py
@@ -46,6 +46,6 @@ class RetryClient:
         self.limit = limit
{}
     async def call(self, fn):
-        delay = self.base * 2 ** n + random.random()
-        await asyncio.sleep(delay)
+        delay = self.policy.delay(n, self.rng)
+        await self.clock.sleep(delay)  # injected: tests use a fake clock
         return await fn()
""".replace("{}", " ")
PYTEST = (
    "\x1b[32m......\x1b[31mF\x1b[32m....\x1b[0m                            \x1b[90m[100%]\x1b[0m\n"
    "\x1b[1;31mFAILED\x1b[0m \x1b[97mtest_retry.py::\x1b[1mtest_zero_delay\x1b[0m\n"
    "\x1b[31mE   AssertionError:\x1b[0m assert \x1b[34m0.0\x1b[0m == \x1b[34m0.2\x1b[0m\n"
    "\x1b[1;31m1 failed\x1b[0m, \x1b[32m10 passed\x1b[0m in 1.84s\n"
)
MARKDOWN = """The test sleeps on the wall clock while the client uses a *jittered* backoff, so a slow runner can start \
the third attempt **after the deadline**. I will inject the clock and make the jitter deterministic under test.

## What I found

1. `RetryClient.call` sleeps with `asyncio.sleep`, which follows the wall clock
2. The jitter comes from `random.random()`, see [the docs](https://docs.python.org/3/library/random.html)
   - nested detail with ~~old~~ text
3. Nothing seeds it

- [x] Reproduce under load
- [ ] Rewrite the test

> A slow runner makes two sleeps overlap.
> The second one then starts late.

| Case | Before | After |
|---|---:|---:|
| p50 | 212 ms | 201 ms |
| p99 | 912 ms | 174 ms |

```python
class Backoff:
    \"\"\"Capped exponential delay with seeded jitter.\"\"\"

    def delay(self, attempt: int, rng: Random) -> float:
        top = min(self.cap, self.base * 2 ** attempt)
        return rng.uniform(top / 2, top)  # never zero
```

### Next

![a chart](file:///etc/passwd) shows it. <b>HTML</b> stays text, see https://example.com/a?b=c.

---

Done."""


def prompt(number: int = 7, text: str = "", images: tuple[ImageRef, ...] = ()) -> PromptEntry:
    words = "`test_retry_backoff` fails about one run in ten on CI. Find out why, fix it, and show me the latency "
    words += "before and after."
    return PromptEntry(
        id=f"{TURN}{number}:prompt",
        turn_id=f"{TURN}{number}",
        number=number,
        text=text or words,
        agent="boocode",
        model="deepseek-v4-pro",
        images=images,
        at=NOW,
    )


def tool(name: str, tool_name: str, data: dict, **more) -> ToolEntry:
    more.setdefault("outcome", "success")
    more.setdefault("latency_ms", 120.0)
    more.setdefault("step", sum(map(ord, name)))  # each in a step of its own
    return ToolEntry(id=f"trc_{name}", turn_id=TURN, tool=tool_name, input=data, started_at=NOW - 12.4, **more)


def tools() -> list[Entry]:
    hits = "src/retry.py:50:    await asyncio.sleep(delay)\nsrc/poll.py:31: await asyncio.sleep(self.every)\n"
    more = "".join(f"tests/test_{n}.py:{n}: asyncio.sleep = fake\n" for n in range(9))
    return [
        tool("read", "read_file", {"path": "src/retry.py"}, output="class RetryClient:\n    pass\n"),
        tool(
            "edit",
            "edit_file",
            {"path": "src/retry.py"},
            details={"diff": DIFF, "added": 2, "removed": 2},
            latency_ms=300,
        ),
        tool(
            "run",
            "run_command",
            {"command": "pytest", "args": ["-q", "tests/test_retry.py"]},
            output=PYTEST,
            outcome="error",
            error="exit code 1",
            details={"exit_code": 1},
            latency_ms=1900,
        ),
        tool(
            "search", "search_text", {"pattern": "asyncio.sleep"}, output=hits + more, details={"hits": 7, "files": 4}
        ),
        tool(
            "count",
            "run_command",
            {"command": "pytest", "args": ["--count", "200", "-n", "4"]},
            output="\x1b[32m" + "." * 60 + "\n" + "." * 30,
            outcome=None,
            latency_ms=None,
        ),
        tool(
            "two",
            "edit_file",
            {"path": "src/poll.py"},
            outcome="error",
            latency_ms=20,
            error="The text to replace stands in two places: lines 48 and 112.",
        ),
        tool("npm", "run_command", {"command": "npm", "args": ["run", "build"]}, outcome="cancelled", latency_ms=4200),
        tool(
            "push",
            "run_command",
            {"command": "git", "args": ["push", "--force"]},
            outcome="denied",
            error="Denied by you.",
        ),
        tool("mcp", "db.schema", {"tables": ["orders", "order_lines"]}, latency_ms=88, output="2 tables"),
    ]


def at_once() -> list[ToolEntry]:
    """Four calls of one step, the last still running."""

    def call(name, tool_name, data, **more):
        return tool(name, tool_name, data, step=5, **more)

    code = "class RetryClient:\n    def __init__(self, base: float) -> None:\n        self.base = base\n"
    return [
        call("g1", "read_file", {"path": "src/retry.py"}, output=code, latency_ms=12),
        call(
            "g2",
            "read_file",
            {"path": "src/poll.py"},
            output="[lines 40 to 42 of 90; go on with line=43]\n" + code,
            latency_ms=9,
        ),
        call("g3", "search_text", {"pattern": "class .*Clock"}, output="src/a.py:3: class Clock", latency_ms=61),
        call("g4", "fetch", {"url": "docs.python.org/3/library/time"}, outcome=None, latency_ms=None),
    ]


def errand() -> list[ToolEntry]:
    """A subagent at work with the calls it made."""
    asked = {"description": "find every wall-clock sleep", "prompt": "Look for sleep() in src. Say where."}
    lead = tool("lead", "task", asked, outcome=None, latency_ms=None)
    hits = {"hits": 19, "files": 4}
    return [
        lead,
        tool("child1", "search_text", {"pattern": "sleep"}, output="src/a.py:1: sleep()", details=hits, parent=lead.id),
        tool("child2", "read_file", {"path": "src/poll.py"}, output="import time\n", parent=lead.id),
        tool("child3", "read_file", {"path": "src/ws.py"}, outcome=None, latency_ms=None, parent=lead.id),
    ]


def special() -> list[ToolEntry]:
    """A to-do list, a subagent, a web page, a tool of an MCP server."""
    todos = [{"content": "Reproduce it", "status": "completed"}, {"text": "Fix it", "status": "in_progress"}]
    errand = {"description": "find every wall-clock sleep", "prompt": "Look for sleep() in src.\nSay where."}
    return [
        tool("todos", "todo_write", {"todos": todos}, latency_ms=2),
        tool("errand", "task", errand, output="19 hits in 4 files\nreading the last 4 call sites", outcome=None),
        tool("page", "web_fetch", {"url": "https://docs.python.org/3/"}, output="Time access\n\nThis module…"),
        tool("schema", "mcp__db__schema", {"tables": ["orders"]}, output="2 tables", latency_ms=88),
    ]


def search_open() -> ToolEntry:
    return next(e for e in tools() if e.id == "trc_search")  # type: ignore[return-value]


def thinking() -> list[Entry]:
    words = (
        "Two sleeps share one clock, so a slow runner stretches both.\n\n"
        "The jitter is drawn per attempt, not per call. If attempt two starts late, attempt three can begin after the "
        "deadline, which is what the log shows at 14:02:11."
    )
    return [
        ReasoningEntry(id="r1", turn_id=TURN, text=words, done=True, duration_ms=8200),
        ReasoningEntry(id="r2", turn_id=TURN, text=words, started_at=NOW - 3.1),
    ]


def plan() -> PlanEntry:
    return PlanEntry(
        id="plan",
        turn_id=TURN,
        items=(
            PlanItem(text="Reproduce the failure under load", status="completed"),
            PlanItem(text="Find who sleeps on the wall clock", status="completed"),
            PlanItem(text="Inject a clock into RetryClient", status="in_progress"),
            PlanItem(text="Rewrite test_retry_backoff"),
            PlanItem(text="Pin the runner image", status="dropped"),
        ),
    )


OPTIONS = (
    AskOption(id="once", label="Once", effect="allow_once"),
    AskOption(id="session", label="Always for this session", effect="allow_always"),
    AskOption(id="deny", label="Deny", effect="deny"),
)


def permission(name: str = "ask1", resolved: PermissionResolved | None = None) -> AskEntry:
    return AskEntry(
        id=name,
        turn_id=TURN,
        asked_at=NOW - 14,
        resolved=resolved,
        request=PermissionRequested(
            request_id=name,
            kind="tool",
            title="Run this command?",
            options=OPTIONS,
            tool="run_command",
            argv=("git", "push", "--force-with-lease", "origin", "fix/retry-clock"),
            cwd="~/.boocode/worktrees/payments-api-2",
            reason="It writes to a remote. The worktree rule does not cover that.",
            rule="run: git push --force-with-lease origin fix/*",
        ),
    )


def question(name: str = "ask2") -> AskEntry:
    return AskEntry(
        id=name,
        turn_id=TURN,
        asked_at=NOW - 65,
        request=PermissionRequested(
            request_id=name,
            kind="question",
            title="Which clock should production code use?",
            tool="ask_user_input",
            options=(
                AskOption(id="a", label="time.monotonic", description="never jumps; right for measuring delays"),
                AskOption(id="b", label="loop.time", description="asyncio's own; easy to fake in tests"),
                AskOption(id="c", label="Injected, no default", description="every caller must choose"),
            ),
        ),
    )


def form(name: str = "ask3") -> AskEntry:
    return AskEntry(
        id=name,
        turn_id=TURN,
        asked_at=NOW,
        request=PermissionRequested(
            request_id=name,
            kind="elicitation",
            title="Where should the report go?",
            tool="opencode",
            options=(),
            schema={
                "type": "object",
                "required": ["folder"],
                "properties": {
                    "folder": {"type": "string", "title": "Folder"},
                    "lines": {"type": "integer", "title": "Lines", "default": 20},
                    "kind": {"enum": ["html", "text"], "title": "Kind"},
                    "open": {"type": "boolean", "title": "Open it afterwards"},
                },
            },
        ),
    )


def answered() -> list[Entry]:
    return [
        permission("done1", PermissionResolved(request_id="done1", option_id="once")),
        permission("done2", PermissionResolved(request_id="done2", option_id="deny")),
        permission("done3", PermissionResolved(request_id="done3", by="cancelled")),
    ]


def notes() -> list[Entry]:
    def note(code, level, message, hint="", **more):
        return NoteEntry(id=f"note_{code}", turn_id=TURN, level=level, code=code, message=message, hint=hint, **more)

    return [
        note("retry", "warn", "HTTP 503", "attempt 3", until=NOW + 12, skippable=True),
        note("retried", "info", "HTTP 503"),
        note(
            "error", "bad", "The model server went away.", "Partial text was kept. Start it again, then press Continue."
        ),
        note("loop_nudge", "warn", "The same search ran 4 times. boocode was nudged."),
        note(
            "context_pruned",
            "info",
            "12 old tool outputs were replaced by stubs",
            "They stay in this chat; the model sees less.",
        ),
        note("steered", "info", "Use the seed from conftest instead"),
    ]


def ends() -> list[Entry]:
    usage = Usage(input=41_200, output=960, cached=38_700, cost=0.06)
    return [
        EndEntry(id="end1", turn_id=TURN, status="completed", duration_ms=18_400, usage=usage, number=7),
        EndEntry(id="end2", turn_id=TURN, status="cancelled", duration_ms=18_000, number=8),
        EndEntry(id="end3", turn_id=TURN, status="failed", duration_ms=3_000, number=9, stop_reason="model_error"),
        EndEntry(id="end4", turn_id=TURN, status="interrupted", number=10),
    ]


def images() -> list[Entry]:
    return [
        ImageEntry(
            id=f"img_{key}",
            turn_id=TURN,
            image=ImageRef(sha256=key, media_type="image/png", name=name, width=w, height=h),
        )
        for key, name, w, h in (
            ("good", "p99.png", 1280, 720),
            ("bad", "scan.png", 0, 0),
            ("slow", "load.webp", 900, 480),
        )
    ]


def conversation() -> list[Entry]:
    """A turn as people see it."""
    picture = ImageRef(sha256="good", media_type="image/png", name="ci-run-4182.png")
    return [
        prompt(images=(picture,)),
        thinking()[0],
        TextEntry(id="t1", turn_id=TURN, text=MARKDOWN.split("\n\n")[0], done=True),
        *tools()[:3],
        TextEntry(
            id="t2",
            turn_id=TURN,
            text="All 200 runs pass. I am committing this on `fix/retry-clock` and will open",
            done=False,
        ),
    ]
