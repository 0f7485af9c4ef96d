"""A real HTTP server on 127.0.0.1 that speaks OpenAI chat completions and does what a script says. So it does in the
dialects of Anthropic's messages and OpenAI's responses, as far as agents need them (tests/fakes/other_dialects.py).

In a test (any event loop, or none; it runs on a thread of its own):

    with OpenAIServer([[{"text": "Hi"}, {"finish": "stop"}]]) as server:
        ... use server.base_url ...
        assert server.requests[0].body["messages"][0]["role"] == "system"

`async with` works as well. As a program: `python -m tests.fakes.openai_server --port 0 --script FILE` prints
`READY http://127.0.0.1:PORT/v1` and ends with SIGTERM, or at the end of its standard input with `--parent`.

The script is a list of replies, used up one per request to `/chat/completions`. After the last one, and without a
script, the prompt decides: see `boocode_desktop/llm/directives.py` for its `@@` lines. A reply is a list of actions:

    {"text": T, "delay": S, "pieces": N}   answer text, N deltas (default: one per word), each after S seconds
    {"reasoning": T, "field": F}           thinking, in `reasoning_content` or the field F
    {"calls": [{"name", "arguments", "id", "index"}], "fragments": N, "bare": true}
                                           tool calls; arguments (text or object) in N fragments, interleaved;
                                           `bare` leaves out ids and indexes, as some servers do
    {"usage": {…}} {"timings": {…}}        as they stand; without `usage` a plausible one is made
    {"chunk": {…}} {"raw": T}              a whole chunk, or raw text on the wire
    {"finish": REASON}                     the finish event; then usage and [DONE]
    {"end": true}                          end the response cleanly with no finish event
    {"status": N, "headers": {…}, "body": …}   instead of a stream
    {"drop": true}                         cut the connection here
    {"pings": N, "delay": S}               N SSE comments, S seconds apart
    {"progress": {…}}                      llama.cpp's prompt_progress
    {"gate": NAME}                         tell `wait_reached(NAME)` and wait for `release(NAME)`
    {"stall": true}                        silence until the client leaves

Other paths: /v1/models, /props, /health, /tokenize, and for a server in another process /control/requests,
/control/reached/NAME and /control/release/NAME (neither waits).
`server.requests` and `server.chats` hold every request with its body; `server.errors` must stay empty.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boocode_desktop.llm import directives
from tests.fakes.other_dialects import (
    MessagesVoice,
    ResponsesVoice,
    Voice,
    events_text,
    messages_as_chat,
    responses_as_chat,
    whole_message,
)

Json = dict[str, Any]
Reply = list[Json]


class _Cut(Exception):
    """The connection is to be reset."""


@dataclass(slots=True)
class Request:
    """One request as it came. `left` is set when the client went away before the end of the reply."""

    method: str
    path: str
    headers: dict[str, str]
    body: Json
    at: float
    left: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def conversation(self) -> Any:
        """What was said so far, in the dialect of the request."""
        return self.body.get("messages") or self.body.get("input")


@dataclass(slots=True, kw_only=True)
class Options:
    """How the server behaves.

    With `enforce_context` a prompt that is too long gets llama.cpp's 400. With `titles` a request without tools is
    one that an agent makes on the side, for a chat's title: the prompt's directives are not for it.
    """

    models: tuple[str, ...] = ("scripted",)
    api_key: str = ""
    context_size: int = 32_768
    vision: bool = False
    enforce_context: bool = False
    loading: bool = False
    titles: bool = False


class OpenAIServer:
    """The server. `script` may be replaced or appended to while it runs."""

    def __init__(self, script: Sequence[Reply] = (), *, port: int = 0, **options: Any) -> None:
        self.script = list(script)
        self.options = Options(**options)
        self.requests: list[Request] = []
        self.errors: list[str] = []
        self.port = port
        self._gates: dict[str, tuple[threading.Event, threading.Event]] = {}
        self._attempts: dict[str, int] = {}
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._last_prompt = ""

    # -- life ------------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The address without `/v1`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """The address a client is given."""
        return f"{self.url}/v1"

    def __enter__(self) -> "OpenAIServer":
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="openai-server", daemon=True)
        self._thread.start()
        if not ready.wait(10):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> "OpenAIServer":
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    def stop(self) -> None:
        """End it and all connections; safe to call twice."""
        loop, thread = self._loop, self._thread
        if loop is not None and thread is not None and thread.is_alive():
            with contextlib.suppress(RuntimeError):
                asyncio.run_coroutine_threadsafe(self.close(), loop)
            thread.join(10)

    def crash(self) -> None:
        """Reset every connection and stop listening, as a killed server would."""
        self.stop()

    def _run(self, ready: threading.Event) -> None:
        async def main() -> None:
            await self.listen()
            ready.set()
            await self.serve()

        asyncio.run(main())

    async def listen(self) -> None:
        """Bind; the port is known afterwards."""
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, limit=64 * 2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        self._closed = asyncio.Event()

    async def serve(self) -> None:
        """Serve until `close`."""
        await self._closed.wait()

    async def close(self) -> None:
        """Stop listening, reset every connection."""
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        self._closed.set()

    # -- for tests -------------------------------------------------------------------------------------------------

    @property
    def chats(self) -> list[Request]:
        """The requests to /chat/completions."""
        return [r for r in self.requests if r.path.endswith("/chat/completions")]

    @property
    def turns(self) -> list[Request]:
        """The requests that bring tools: those of turns, not those for titles."""
        return [r for r in self.requests if r.body.get("tools")]

    def wait_reached(self, gate: str, timeout: float = 30) -> None:
        """Block until a reply stands at the gate (in a coroutine: `await asyncio.to_thread(...)`)."""
        if not self._gate(gate)[0].wait(timeout):
            raise TimeoutError(f"no reply came to gate {gate!r}")

    def release(self, gate: str) -> None:
        """Open a gate for good."""
        self._gate(gate)[1].set()

    def _gate(self, name: str) -> tuple[threading.Event, threading.Event]:
        with self._lock:
            return self._gates.setdefault(name, (threading.Event(), threading.Event()))

    # -- HTTP ------------------------------------------------------------------------------------------------------

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (_Cut, asyncio.CancelledError):
            writer.transport.abort()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except Exception as error:  # the root of a connection: told to the test through `errors`
            self.errors.append(repr(error))
            writer.transport.abort()
        finally:
            self._connections.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except asyncio.IncompleteReadError:
            return False
        method, path, _ = head[0].split(" ", 2)
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
        body = json.loads(raw) if raw else {}
        request = Request(method, path.partition("?")[0], headers, body, time.monotonic())
        self.requests.append(request)
        try:
            await self._answer(request, reader, writer)
        finally:
            request.done.set()
        return headers.get("connection", "").lower() != "close"

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = request.path.removeprefix("/v1")
        if self.options.loading:
            await _json(writer, 503, _error("Loading model", "unavailable_error", 503))
        elif path.startswith("/control/"):
            await self._control(path, writer)
        elif path == "/health":
            await _json(writer, 200, {"status": "ok"})
        elif not self._authorized(request):
            await _json(writer, 401, _error("Invalid API Key", "authentication_error", 401))
        elif path == "/models":
            await _json(writer, 200, {"object": "list", "data": [self._model(m) for m in self.options.models]})
        elif path == "/props":
            await _json(writer, 200, self._props())
        elif path == "/tokenize":
            await _json(writer, 200, {"tokens": list(range(len(str(request.body.get("content", ""))) // 4))})
        elif path in ("/chat/completions", "/messages", "/responses"):
            await self._chat(request, reader, writer)
        elif path == "/messages/count_tokens":
            await _json(writer, 200, {"input_tokens": len(json.dumps(request.conversation)) // 4})
        else:
            await _json(writer, 404, _error(f"no such path: {path}", "not_found_error", 404))

    def _authorized(self, request: Request) -> bool:
        wanted = self.options.api_key
        return (
            not wanted
            or request.headers.get("x-api-key") == wanted
            or request.headers.get("authorization") == f"Bearer {wanted}"
        )

    def _model(self, name: str) -> Json:
        return {"id": name, "object": "model", "owned_by": "script", "meta": {"n_ctx": self.options.context_size}}

    def _props(self) -> Json:
        return {
            "default_generation_settings": {"n_ctx": self.options.context_size},
            "modalities": {"vision": self.options.vision, "audio": False},
            "total_slots": 1,
            "chat_template_caps": {"supports_tools": True, "supports_parallel_tool_calls": True},
        }

    async def _control(self, path: str, writer: asyncio.StreamWriter) -> None:
        _, _, what, *name = path.split("/")
        if what == "requests":
            rows = [r for r in self.requests if not r.path.startswith("/control/")]
            plain = [{"path": r.path, "body": r.body, "left": r.left.is_set()} for r in rows]
            await _json(writer, 200, {"requests": plain})
            return
        reached, opened = self._gate(name[0])
        if what == "release":
            opened.set()
        await _json(writer, 200, {"reached": reached.is_set(), "released": opened.is_set()})

    # -- replies ---------------------------------------------------------------------------------------------------

    async def _chat(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = request.body
        prompt = json.dumps(request.conversation, ensure_ascii=False)
        tokens = len(prompt) // 4
        if self.options.enforce_context and tokens > self.options.context_size:
            error = _error("the request exceeds the available context size", "exceed_context_size_error", 400)
            error["error"] |= {"n_prompt_tokens": tokens, "n_ctx": self.options.context_size}
            await _json(writer, 400, error)
            return
        reply = self._reply(_as_chat(request))
        used_up = self._attempt(prompt)
        refusal = next((a for a in reply if "status" in a), None)
        if refusal is not None and used_up < refusal.get("times", 10**9):
            await _refuse(writer, refusal)
            return
        cached = len(os.path.commonprefix([self._last_prompt, prompt])) // 4  # noqa: RUF071  (characters are meant)
        self._last_prompt = prompt
        stream = _Stream(self, request, writer, cached=cached, tokens=tokens, attempt=used_up)
        stream.voice = _voice(request, tokens, cached, len(self.requests))
        if body.get("stream"):
            await self._watched(stream.play(reply), request, reader)
        else:
            await _json(writer, 200, stream.whole(reply))

    def _reply(self, body: Json) -> Reply:
        if self.options.titles and not body.get("tools"):
            return [{"text": "A scripted title"}, {"finish": "stop"}]
        return self.script.pop(0) if self.script else directed(body)

    def _attempt(self, prompt: str) -> int:
        earlier = self._attempts.get(prompt, 0)
        self._attempts[prompt] = earlier + 1
        return earlier

    async def _watched(self, play: Awaitable[None], request: Request, reader: asyncio.StreamReader) -> None:
        """Play a reply; end it when the client closes its side."""
        playing = asyncio.ensure_future(play)
        gone = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({playing, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                request.left.set()
                raise _Cut
            await playing
        except ConnectionError:
            request.left.set()
            raise
        finally:
            for task in (playing, gone):
                task.cancel()
            await asyncio.gather(playing, gone, return_exceptions=True)


@dataclass(slots=True)
class _Stream:
    """One reply on its way."""

    server: OpenAIServer
    request: Request
    writer: asyncio.StreamWriter
    cached: int
    tokens: int
    attempt: int
    sent: int = 0
    usage: Json | None = None
    timings: Json | None = None
    voice: Voice | None = None

    async def play(self, reply: Reply) -> None:
        self.writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        finished = False
        for action in reply:
            finished = await self.act(action) or finished
            if "end" in action:
                break
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()

    async def act(self, action: Json) -> bool:
        """Do one action; True if it was the finish."""
        for word, act in self.acts().items():
            if word in action:
                await act(action)
                return word == "finish"
        return False

    def acts(self) -> dict[str, Callable[[Json], Awaitable[None]]]:
        return {
            "text": self.text,
            "reasoning": self.reasoning,
            "calls": self.calls,
            "chunk": lambda a: self.event(a["chunk"]),
            "raw": lambda a: self.write(a["raw"]),
            "usage": self.keep,
            "timings": self.keep,
            "finish": self.finish,
            "drop": self.drop,
            "pings": self.pings,
            "progress": lambda a: self.event(self.chunk({}) | {"prompt_progress": a["progress"]}),
            "gate": self.gate,
            "stall": self.stall,
            "status": self.nothing,
            "end": self.nothing,
        }

    async def nothing(self, action: Json) -> None:
        """Handled elsewhere."""

    async def write(self, text: str) -> None:
        raw = text.encode("utf-8", "surrogatepass")
        self.writer.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        await self.writer.drain()

    async def event(self, value: Json) -> None:
        await self.write(f"data: {json.dumps(value)}\n\n")

    def chunk(self, delta: Json, finish: str | None = None) -> Json:
        return {
            "id": "chatcmpl-script",
            "object": "chat.completion.chunk",
            "model": self.request.body.get("model", ""),
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }

    async def delta(self, delta: Json) -> None:
        if self.voice is not None:
            self.sent += 1
            if events := self.voice.delta(delta):
                await self.write(events_text(events))
            return
        if not self.sent:
            await self.event(self.chunk({"role": "assistant", "content": None}))
        self.sent += 1
        await self.event(self.chunk(delta))

    async def text(self, action: Json) -> None:
        async for piece in _paced(action, action["text"]):
            await self.delta({"content": piece})

    async def reasoning(self, action: Json) -> None:
        async for piece in _paced(action, action["reasoning"]):
            await self.delta({action.get("field", "reasoning_content"): piece})

    async def calls(self, action: Json) -> None:
        calls, count, bare = action["calls"], action.get("fragments", 3), action.get("bare", False)
        parts = [_cut(_arguments(call), count) for call in calls]
        number = len(self.request.conversation or [])
        for place, call in enumerate(calls):
            named: Json = {"type": "function", "function": {"name": call["name"], "arguments": ""}}
            if not bare:
                named |= {"index": call.get("index", place), "id": call.get("id", f"call_{number}_{place}")}
            if bare:
                named["function"]["arguments"] = _arguments(call)
            await self.delta({"tool_calls": [named]})
        for row in () if bare else range(max(len(p) for p in parts)):
            for place, call in enumerate(calls):
                if row < len(parts[place]):
                    piece = {"index": call.get("index", place), "function": {"arguments": parts[place][row]}}
                    await self.delta({"tool_calls": [piece]})

    async def keep(self, action: Json) -> None:
        self.usage = action.get("usage", self.usage)
        self.timings = action.get("timings", self.timings)

    async def finish(self, action: Json) -> None:
        if self.voice is not None:
            await self.write(events_text(self.voice.end(action["finish"], self.usage or self.plausible())))
            return
        last = self.chunk({}, action["finish"])
        if self.timings is not None:
            last["timings"] = self.timings
        await self.event(last)
        if (self.request.body.get("stream_options") or {}).get("include_usage"):
            await self.event(self.chunk({}) | {"choices": [], "usage": self.usage or self.plausible()})
        await self.write("data: [DONE]\n\n")

    def plausible(self) -> Json:
        out = max(1, self.sent)
        return {
            "prompt_tokens": self.tokens,
            "completion_tokens": out,
            "total_tokens": self.tokens + out,
            "prompt_tokens_details": {"cached_tokens": self.cached},
        }

    async def drop(self, action: Json) -> None:
        if self.attempt < action.get("times", 10**9):
            raise _Cut

    async def pings(self, action: Json) -> None:
        for _ in range(action["pings"]):
            await asyncio.sleep(action.get("delay", 0))
            await self.write(": ping\n\n")

    async def gate(self, action: Json) -> None:
        reached, opened = self.server._gate(action["gate"])
        reached.set()
        while not opened.is_set():
            await asyncio.sleep(0.005)

    async def stall(self, action: Json) -> None:
        await asyncio.Event().wait()

    def whole(self, reply: Reply) -> Json:
        """The same reply for a request that does not stream."""
        calls = [c for a in reply for c in a.get("calls", [])]
        if isinstance(self.voice, MessagesVoice):
            text = "".join(a.get("text", "") for a in reply)
            return whole_message(self.request.body.get("model", ""), text, self.plausible())
        message: Json = {"role": "assistant", "content": "".join(a.get("text", "") for a in reply)}
        if calls:
            message["tool_calls"] = [
                {
                    "id": f"call_{place}",
                    "type": "function",
                    "function": {"name": c["name"], "arguments": _arguments(c)},
                }
                for place, c in enumerate(calls)
            ]
        finish = next((a["finish"] for a in reply if "finish" in a), "stop")
        return self.chunk({}) | {
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": self.plausible(),
        }


def directed(body: Json) -> Reply:
    """The reply that the prompt's own `@@` lines ask for."""
    said = [
        directives.Said(role=m.get("role", ""), text=_content(m.get("content")), calls=len(m.get("tool_calls") or ()))
        for m in body.get("messages", [])
    ]
    return _reply(directives.next_step(said))


def _as_chat(request: Request) -> Json:
    """The request as a chat completion's, whatever its dialect."""
    if request.path.endswith("/messages"):
        return {**request.body, "messages": messages_as_chat(request.body)}
    if request.path.endswith("/responses"):
        return {**request.body, "messages": responses_as_chat(request.body)}
    return request.body


def _voice(request: Request, tokens: int, cached: int, number: int) -> Voice | None:
    model = request.body.get("model", "")
    if request.path.endswith("/messages"):
        return MessagesVoice(model, tokens, cached, number)
    return ResponsesVoice(model, number) if request.path.endswith("/responses") else None


def _reply(step: directives.ScriptStep) -> Reply:
    reply: Reply = []
    for action in step.actions:
        match action:
            case directives.Say(text=text):
                reply.append({"text": text})
            case directives.Think(text=text):
                reply.append({"reasoning": text})
            case directives.Slow(pieces=pieces, delay_s=delay):
                reply.append({"text": "word " * pieces, "delay": delay})
            case directives.Gate(name=name):
                reply.append({"gate": name})
            case directives.Hang():
                reply.append({"stall": True})
            case directives.Refuse(status=status, times=times):
                refusal = {"status": status, "body": _error(f"scripted {status}", "scripted", status)}
                reply.append(refusal if times is None else refusal | {"times": times})
            case directives.Drop(after=after, times=times):
                reply += [{"text": "word " * after}] if after else []
                reply.append({"drop": True} if times is None else {"drop": True, "times": times})
    if step.calls:
        reply.append({"calls": [{"name": c.tool, "arguments": c.arguments} for c in step.calls]})
    finish = next((a.reason for a in step.actions if isinstance(a, directives.Finish)), "")
    return [*reply, {"finish": finish or ("tool_calls" if step.calls else "stop")}]


async def _paced(action: Json, text: str) -> AsyncIterator[str]:
    count = action.get("pieces")
    for piece in directives.pieces(text) if count is None else _cut(text, count):
        if action.get("delay"):
            await asyncio.sleep(action["delay"])
        yield piece


def _cut(text: str, count: int) -> list[str]:
    size = max(1, -(-len(text) // count))
    return [text[i : i + size] for i in range(0, len(text), size)]


def _arguments(call: Json) -> str:
    arguments = call.get("arguments", {})
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def _content(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content or ""


def _error(message: str, kind: str, code: int) -> Json:
    return {"error": {"message": message, "type": kind, "code": code}}


async def _refuse(writer: asyncio.StreamWriter, action: Json) -> None:
    await _json(writer, action["status"], action.get("body", {}), action.get("headers", {}))


async def _json(writer: asyncio.StreamWriter, status: int, body: Any, headers: Json | None = None) -> None:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    fields = {"Content-Type": "application/json", "Content-Length": str(len(raw))} | (headers or {})
    head = f"HTTP/1.1 {status} Scripted\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n"
    writer.write(head.encode() + raw)
    await writer.drain()


async def _main(arguments: argparse.Namespace) -> None:
    script = json.loads(Path(arguments.script).read_text()) if arguments.script else []
    server = OpenAIServer(
        script,
        port=arguments.port,
        api_key=os.environ.get("FAKE_API_KEY", ""),
        context_size=arguments.context,
        enforce_context=arguments.enforce_context,
        models=tuple(arguments.model or ["scripted"]),
    )
    await server.listen()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: loop.create_task(server.close()))
    if arguments.parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    print(f"READY {server.base_url}", flush=True)
    await server.serve()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description="A scripted OpenAI-compatible server.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", default="", help="a JSON file: a list of replies")
    parser.add_argument("--context", type=int, default=32_768)
    parser.add_argument("--enforce-context", action="store_true")
    parser.add_argument("--model", action="append")
    parser.add_argument("--parent", action="store_true", help="end with standard input")
    asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    main()
