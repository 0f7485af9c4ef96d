"""What our own work costs around a tool call and before a request leaves; the database is on disk, the git is real.

A step's overhead is the time from the model's last word to the next request, without the tool itself. The baselines
are the bare tool and a bare HTTP request with the same body.

python -m tests.bench.bench_core
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

import httpx

from boocode_desktop.agents.native.agent import NativeAgent, NativeOptions
from boocode_desktop.config.settings import Endpoint, Settings
from boocode_desktop.domain import records as rec
from boocode_desktop.domain import transcript as tr
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.model_stream import ModelInfo, ModelRequest, StreamEnd, ToolCall
from boocode_desktop.domain.usage import Usage
from boocode_desktop.llm.catalog import Catalog
from boocode_desktop.llm.secrets import Secrets
from boocode_desktop.orchestrator.ports.agents import Authorization, Prompt
from boocode_desktop.orchestrator.ports.models import ModelCatalog
from boocode_desktop.orchestrator.ports.store import EntryRow
from boocode_desktop.orchestrator.ports.tools import ToolContext, ToolOutput
from boocode_desktop.tools.registry import BuiltinToolbox
from tests.bench.figures import row
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, rig

STEPS = 150
TURNS = 12
EARLIER = (1, 20, 200)
FILES = {"a.py": "value = 1\n" * 200}


class TimedToolbox(BuiltinToolbox):
    """The shipped toolbox, which notes when each call began and ended."""

    def __init__(self) -> None:
        super().__init__()
        self.spans: list[tuple[float, float]] = []

    async def call(self, name: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutput:
        started = time.monotonic()
        output = await super().call(name, arguments, context)
        self.spans.append((started, time.monotonic()))
        return output


@dataclass(slots=True)
class Caller:
    """A model that calls `read_file` at once, `calls` times a step, for some steps; also the catalog that has it."""

    calls: int
    steps: int
    asked: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)

    async def available(self) -> Sequence[ModelInfo]:
        return [await self.info()]

    async def client(self, model: str = "", base_url: str = "") -> "Caller":
        return self

    async def info(self) -> ModelInfo:
        return ModelInfo(id="caller", name="caller", context_size=10_000_000)

    async def stream(self, request: ModelRequest, **_: object) -> AsyncIterator[StreamEnd]:
        step = len(self.asked)
        self.asked.append(time.monotonic())
        # Every call has another input, or the loop detector would rightly stop it.
        wanted = [json.dumps({"path": "a.py", "line": 1 + step, "limit": 1 + n}) for n in range(self.calls)]
        made = tuple(ToolCall(id=f"{step}.{n}", name="read_file", arguments=a) for n, a in enumerate(wanted))
        self.answered.append(time.monotonic())
        last = step >= self.steps
        yield StreamEnd(
            finish_reason="stop" if last else "tool_calls",
            tool_calls=() if last else made,
            usage=Usage(input=1, output=1),
        )

    async def close(self) -> None:
        return


@asynccontextmanager
async def native(models: ModelCatalog, toolbox: BuiltinToolbox) -> AsyncIterator[Rig]:
    """The wired program with the built-in agent."""
    agent: Any = NativeAgent(models, toolbox, NativeOptions)
    with tempfile.TemporaryDirectory() as place:
        folder = make_repository(Path(place) / "repository", FILES)
        async with rig(Path(place) / "home", folder, agent) as made:
            made.chat = await made.chats.create(made.session.id, read_only=True)
            yield made


def median_ms(spans: Sequence[float]) -> float:
    """The median of seconds, in milliseconds."""
    return statistics.median(spans) * 1000


async def step_times(calls: int) -> list[float]:
    """Seconds from the model's last word to the next request, for each step of a turn."""
    model = Caller(calls, STEPS)
    async with native(model, BuiltinToolbox()) as made:
        await made.ask("Read it.")
        traces = (await made.store.traces(made.chat.id, limit=200)).traces
        assert len(traces) >= min(200, STEPS * calls)
        assert {t.outcome for t in traces} == {"success"}
    return [asked - answered for answered, asked in zip(model.answered, model.asked[1:], strict=False)]


async def bare_tool(calls: int) -> list[float]:
    """Seconds for the same calls of the bare tool, at once as in a step, with a door that is always open."""

    async def door(_action: object, _title: str) -> Authorization:
        return Authorization(allowed=True)

    toolbox: Any = BuiltinToolbox()
    with tempfile.TemporaryDirectory() as place:
        folder = make_repository(Path(place) / "repository", FILES)
        context: Any = ToolContext(
            session_id="", chat_id="", trace_id="", root=folder, read_only=True, trusted=True,
            authorize=door, ask=None, emit=None,
        )  # type: ignore[arg-type]  # fmt: skip
        found = []
        for step in range(STEPS):
            started = time.monotonic()
            await asyncio.gather(
                *(
                    toolbox.call("read_file", {"path": "a.py", "line": 1 + step, "limit": 1 + n}, context)
                    for n in range(calls)
                )
            )
            found.append(time.monotonic() - started)
        return found


async def tool_calls() -> None:
    """The overhead per tool call: steps of one call, and what each of ten calls adds."""
    one, bare = median_ms(await step_times(1)), median_ms(await bare_tool(1))
    ten, bare_ten = median_ms(await step_times(10)), median_ms(await bare_tool(10))
    each = (ten - one - (bare_ten - bare)) / 9
    row("tool call: our loop over the bare tool, of ten in a step", each, "ms", "<= 2", baseline=bare_ten / 10)
    row("step of one tool call: all our work in it, bare tool off", one - bare, "ms", "-", baseline=bare)


def earlier_turns(made: Rig, messages: int) -> list[rec.Turn | EntryRow]:
    """Turns with that many messages in all: a prompt and an answer each."""
    rows: list[rec.Turn | EntryRow] = []
    for number in range(1, max(1, messages // 2) + 1):
        turn = rec.Turn(
            id=new_id("trn"), session_id=made.session.id, chat_id=made.chat.id, number=number, prompt="Do this",
            agent="boocode", status="completed",
        )  # fmt: skip
        text = f"Answer {number} with **Markdown** and `code`.\n\n```python\nprint({number})\n```\n" * 4
        said: list[tr.Entry] = [
            tr.PromptEntry(id=f"{turn.id}:prompt", turn_id=turn.id, number=number, text="Do this", agent="boocode"),
            tr.TextEntry(id=f"{turn.id}:text", turn_id=turn.id, text=text, done=True),
        ]
        rows += [
            turn,
            *(EntryRow(chat_id=made.chat.id, position=-10_000 + number * 2 + n, entry=e) for n, e in enumerate(said)),
        ]
    return rows


@dataclass(slots=True)
class Sending:
    """Seconds until requests arrived: after `send`, after a tool's end, and of a bare request with the same body."""

    first: list[float] = field(default_factory=list)
    step: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


async def sending(messages: int) -> Sending:
    """Turns of two steps after that many earlier messages."""
    toolbox, found = TimedToolbox(), Sending()
    with OpenAIServer(context_size=10_000_000) as server, tempfile.TemporaryDirectory() as keys:
        endpoint = Endpoint(name="bench", base_url=server.base_url, models=("scripted",), context_size=10_000_000)
        settings = Settings(endpoints=(endpoint,), default_model="bench/scripted")
        models = Catalog(lambda: settings, lambda: None, Secrets(Path(keys) / "keys.json"))
        async with native(models, toolbox) as made, httpx.AsyncClient(trust_env=False) as client:
            await made.store.save(*earlier_turns(made, messages))
            for number in range(TURNS):
                call = {"name": "read_file", "arguments": {"path": "a.py", "limit": number + 1}}
                server.script[:] = [
                    [{"calls": [call]}, {"finish": "tool_calls"}],
                    [{"text": "Done"}, {"finish": "stop"}],
                ]
                before, sent = len(server.chats), time.monotonic()
                await made.turns.send(made.chat.id, Prompt(text="Again"))
                await made.turns.drain()
                first, second = server.chats[before:]
                found.first.append(first.at - sent)
                found.step.append(second.at - toolbox.spans[-1][1])
                found.bare.append(await bare_request(client, server, second.body))
    return found


async def bare_request(client: httpx.AsyncClient, server: OpenAIServer, body: dict[str, Any]) -> float:
    """Seconds until a request of that body is there."""
    server.script[:] = [[{"finish": "stop"}]]
    started = time.monotonic()
    await client.post(f"{server.base_url}/chat/completions", content=json.dumps(body, ensure_ascii=False).encode())
    return server.chats[-1].at - started


async def requests() -> None:
    """The overhead before a request leaves; the first turn is left out, it opens the connection."""
    for messages in EARLIER:
        found = await sending(messages)
        bare = median_ms(found.bare[1:])
        name = f"{messages} earlier messages"
        row(f"{name}: tool's end to request", median_ms(found.step[1:]) - bare, "ms", "<= 10", baseline=bare)
        row(f"{name}: send to request", median_ms(found.first[1:]) - bare, "ms", "<= 10", baseline=bare)


async def measure(part: Callable[[], Awaitable[None]]) -> None:
    """A part on a loop as the program sets it up."""
    sys.setswitchinterval(0.0005)
    await part()


def main(_arguments: Sequence[str] = ()) -> None:
    """Print the figures."""
    for part in (tool_calls, requests):
        asyncio.run(measure(part))


if __name__ == "__main__":
    main(sys.argv[1:])
