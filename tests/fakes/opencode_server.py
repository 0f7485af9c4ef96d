"""A scripted opencode server: a real process that speaks its HTTP and event stream, with its traps.

Started as `serve --port N --hostname 127.0.0.1`. It takes connections before its banner and never answers them, wants
its password, sends two idles after an abort and events after a turn's end. Sessions are kept in the folder named by
`FAKE_OPENCODE_STATE`, where requests are logged too, and where a file `go-NAME` opens the gate NAME. A prompt is a
script, one line after the other:

    say WORDS        text, one delta per word, then the whole      reason WORDS     the same as reasoning
    bash COMMAND     asks, then runs nothing and prints COMMAND    write PATH       asks, then writes that file
    child COMMAND    a child session that runs COMMAND             step             ends the model call, begins another
    plan ITEM        a to-do list of one item                      question WORDS   asks a question with answers A and B
    retry N          N times a status `retry`                      fail WORDS       an API error, with its two idles
    compact          room is made, as opencode does it             gate NAME        waits for `go-NAME`
    unseen WORDS     text while every event stream is cut          stall WORDS      text while the streams are silent
    half WORDS       the streams are cut in the middle of a text   stale            an old turn's idle comes late
    hang             until it is aborted                           deaf             until killed, whatever is asked
    die              the process ends, after a last word           lose             nothing ever happens

Unknown event types are sent in between, always.
"""

import argparse
import asyncio
import base64
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

STATE = Path(os.environ.get("FAKE_OPENCODE_STATE", "."))
BEAT_S = float(os.environ.get("FAKE_OPENCODE_BEAT", "0.2"))
BANNER_S = float(os.environ.get("FAKE_OPENCODE_BANNER", "0.1"))
RULER = "=" * 67
TOKENS = {"input": 10, "output": 5, "reasoning": 2, "cache": {"read": 3, "write": 1}}


class Server:
    """Sessions, streams, and the turns that run."""

    def __init__(self):
        self.ready = False
        self.streams = set()
        self.quiet = False
        self.asked = {}
        self.turns = {}
        self.counter = 0
        saved = STATE / "sessions.json"
        self.sessions = json.loads(saved.read_text()) if saved.exists() else {}

    def new_id(self, kind):
        self.counter += 1
        return f"{kind}_{(int(time.time() * 1000) << 12) + self.counter & (1 << 48) - 1:012x}{os.getpid():014d}"

    def save(self):
        fresh = STATE / "sessions.new"
        fresh.write_text(json.dumps(self.sessions))
        fresh.replace(STATE / "sessions.json")

    def log(self, entry):
        with (STATE / "requests.jsonl").open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def send(self, kind, **properties):
        if self.quiet:
            return
        data = json.dumps({"id": self.new_id("evt"), "type": kind, "properties": properties})
        for writer in list(self.streams):
            writer.write(f"data: {data}\n\n".encode())

    def cut(self):
        for writer in list(self.streams):
            writer.transport.abort()
        self.streams.clear()


class Turn:
    """One prompt being played."""

    def __init__(self, server, session, message, script):
        self.server, self.session, self.script, self.id = server, session, script, message
        self.deaf = False

    def send(self, kind, **properties):
        self.server.send(kind, sessionID=self.session["id"], **properties)

    def status(self, kind, **more):
        self.session["busy"] = kind != "idle"
        self.send("session.status", status={"type": kind, **more})

    def idle(self):
        self.status("idle")
        self.send("session.idle")

    def message(self, info, parts=()):
        entry = {"info": {"sessionID": self.session["id"], "time": {"created": 1}, **info}, "parts": list(parts)}
        self.session["messages"].append(entry)
        self.send("message.updated", info=entry["info"])
        for part in parts:
            self.send("message.part.updated", part=part)
        return entry

    def begin_step(self, **more):
        info = {"id": self.server.new_id("msg"), "parentID": self.id, "role": "assistant", "mode": "build"}
        self.answer = self.message({**info, "providerID": "fake", "modelID": "one", **more})
        self.status("busy")
        self.part("step-start")

    def part(self, kind, **more):
        part = {"id": self.server.new_id("prt"), "messageID": self.answer["info"]["id"], "type": kind, **more}
        part["sessionID"] = self.session["id"]
        self.answer["parts"].append(part)
        self.show(part)
        return part

    def show(self, part):
        self.send("message.part.updated", part=part)

    def end_step(self, finish, error=None):
        if finish:
            self.part("step-finish", reason=finish, tokens=TOKENS, cost=0.5)
            self.answer["info"]["finish"] = finish
        if error:
            self.answer["info"]["error"] = error
        self.answer["info"]["time"] = {"created": 1, "completed": 2}
        for _ in range(2):
            self.send("message.updated", info=self.answer["info"])

    async def play(self):
        await asyncio.sleep(0.02)
        if self.script[:1] == ["lose"]:
            return
        user = self.message({"id": self.id, "role": "user"})
        self.begin_step()
        if late := self.session.pop("stale", None):
            self.send("message.updated", info=late)
            self.idle()
            await asyncio.sleep(0.05)
            self.idle()
        self.send("surprise.of.a.later.version", what=1)
        for line in self.script:
            verb, _, words = line.partition(" ")
            play = getattr(self, f"do_{verb}", None)
            if await (play(words) if play else self.do_say(line)):
                return
        self.end_step("stop")
        self.server.save()
        self.status("busy")
        self.idle()
        self.send("session.updated", info=self.session["info"])
        self.send("message.updated", info=user["info"])

    async def do_say(self, words, kind="text", halfway=None):
        part = self.part(kind, text="", time={"start": 1})
        for number, word in enumerate(words.split(" ")):
            piece = word if number == 0 else f" {word}"
            part["text"] += piece
            ids = {"messageID": part["messageID"], "partID": part["id"]}
            self.send("message.part.delta", **ids, field="text", delta=piece)
            if halfway and number == 0:
                await halfway()
        part["time"] = {"start": 1, "end": 2}
        self.show(part)
        await asyncio.sleep(0)

    async def do_reason(self, words):
        await self.do_say(words, "reasoning")

    async def do_unseen(self, words):
        self.server.cut()
        await self.do_say(words)

    async def do_half(self, words):
        async def halfway():
            self.server.cut()
            while not self.server.streams:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)  # the session is being read again meanwhile

        await self.do_say(words, halfway=halfway)

    async def do_stall(self, words):
        self.server.quiet = True
        streams = set(self.server.streams)
        await self.do_say(words)
        while self.server.streams & streams:
            await asyncio.sleep(0.02)
        self.server.quiet = False

    async def do_step(self, words):
        self.end_step("tool-calls")
        self.begin_step()

    async def do_stale(self, words):
        user = next(m["info"] for m in self.session["messages"] if m["info"]["id"] == self.id)
        self.session["stale"] = user

    async def do_retry(self, words):
        for attempt in range(1, int(words) + 1):
            status = {"attempt": attempt, "message": "too many requests", "next": int(time.time() * 1000) + 3000}
            self.status("retry", **status)
            self.status("retry", **status)
            self.status("busy")

    async def do_fail(self, words):
        error = {"name": "APIError", "data": {"message": words}}
        self.send("session.error", error=error)
        self.idle()
        self.end_step("", error)
        self.idle()
        return True

    async def do_compact(self, words):
        self.end_step("stop")
        user = self.server.new_id("msg")
        marks = {"messageID": user, "sessionID": self.session["id"], "id": self.server.new_id("prt")}
        self.message({"id": user, "role": "user"}, [{**marks, "type": "compaction", "auto": True}])
        self.id = user
        self.begin_step(summary=True)
        await self.do_say("a summary for itself")
        self.end_step("stop")
        self.id = self.server.new_id("msg")
        self.message({"id": self.id, "role": "user"})
        self.send("session.compacted")
        self.begin_step()

    async def do_plan(self, words):
        self.send("todo.updated", todos=[{"content": words, "status": "in_progress", "priority": "high"}])

    async def do_bash(self, words):
        about = {"command": words}
        return await self.tool("bash", "bash", {**about, "description": "d"}, about, [words], words)

    async def do_write(self, words):
        path = str(Path(self.session["info"]["directory"]) / words)
        about = {"filepath": path, "diff": f"Index: {path}\n{RULER}\n--- {path}\n+++ {path}\n@@ -0,0 +1,1 @@\n+hi\n"}
        ended = await self.tool("write", "edit", {"filePath": path, "content": "hi\n"}, about, [words], "Wrote.")
        if not ended:
            Path(path).write_text("hi\n")
        return ended

    async def tool(self, tool, permission, given, about, patterns, output):
        part = self.part("tool", tool=tool, callID="call_0", state={"status": "pending", "input": {}, "raw": ""})
        ids = {"messageID": part["messageID"], "callID": "call_0"}
        asking = self.ask(
            "permission", permission=permission, patterns=patterns, metadata=about, always=["x *"], tool=ids
        )
        part["state"] = {"status": "running", "input": given}
        self.show(part)
        reply = await asking
        if reply["reply"] == "reject":
            part["state"] = {"status": "error", "input": given, "error": f"refused: {reply.get('message', '')}"}
            self.show(part)
            self.end_step("tool-calls")
            if reply.get("message"):
                self.begin_step()
                await self.do_say(f"told: {reply['message']}")
                return False
            self.idle()
            return True
        shown = {"output": output, "exit": 3 if "exit 3" in output else 0}
        part["state"] = {"status": "running", "input": given, "metadata": {"output": output}}
        self.show(part)
        part["state"] = {"status": "completed", "input": given, "output": output, "title": tool, "metadata": shown}
        self.show(part)
        return False

    def ask(self, kind, session=None, **request):
        request = {"id": self.server.new_id("per"), "sessionID": session or self.session["id"], **request}
        answer = asyncio.get_running_loop().create_future()
        self.server.asked[request["id"]] = (kind, request, answer)
        self.server.send(f"{kind}.asked", **request)
        return answer

    async def do_child(self, words, halfway=None):
        """The `task` tool: a session of its own that says something, runs a command, and says what it found."""
        given = {"description": "look around", "prompt": "look", "subagent_type": "general"}
        part = self.part("tool", tool="task", callID="call_t", state={"status": "pending", "input": {}})
        child = self.server.new_id("ses")
        info = {"id": child, "parentID": self.session["id"], "directory": self.session["info"]["directory"]}
        session = self.server.sessions[child] = {"id": child, "info": info, "messages": [], "children": []}
        self.session["children"].append(info)
        self.server.send("session.created", sessionID=child, info=info)
        state = {"input": given, "title": "look around", "metadata": {"sessionId": child}}
        part["state"] = {"status": "running", **state}
        self.show(part)
        inner = Turn(self.server, session, self.server.new_id("msg"), [])
        asked = {"id": self.server.new_id("prt"), "messageID": inner.id, "sessionID": child}
        inner.message({"id": inner.id, "role": "user"}, [{**asked, "type": "text", "text": "look"}])
        inner.begin_step()
        await inner.do_say("I look.", halfway=halfway)
        if not await inner.do_bash(words):
            await inner.do_say("I found it.")
            inner.end_step("stop")
            inner.idle()
        framed = f'<task id="{child}" state="completed">\n<task_result>\nI found it.\n</task_result>\n</task>'
        part["state"] = {"status": "completed", **state, "output": framed}
        self.show(part)
        await self.do_say("The child is done.")

    async def do_unseen_child(self, words):
        async def halfway():
            self.server.cut()

        await self.do_child(words, halfway)

    async def do_question(self, words):
        options = [{"label": name, "description": name} for name in "AB"]
        reply = await self.ask("question", questions=[{"question": words, "header": "h", "options": options}])
        await self.do_say(f"answers: {reply.get('answers')}")

    async def do_gate(self, words):
        while not (STATE / f"go-{words}").exists():
            await asyncio.sleep(0.02)

    async def do_hang(self, words):
        await asyncio.Event().wait()

    async def do_deaf(self, words):
        self.deaf = True
        await asyncio.Event().wait()

    async def do_die(self, words):
        self.server.save()
        print("its last word", file=sys.stderr, flush=True)
        await asyncio.sleep(0.1)
        os._exit(7)

    def aborted(self):
        error = {"name": "MessageAbortedError", "data": {"message": "Aborted"}}
        self.send("session.error", error=error)
        self.idle()
        for part in self.answer["parts"]:
            if part["type"] == "tool" and part["state"]["status"] == "running":
                part["state"] = {**part["state"], "status": "error", "error": "Tool execution aborted"}
                self.show(part)
        self.end_step("", error)
        self.idle()


SERVER = Server()


async def prompt(session, body, script):
    turn = Turn(SERVER, session, body["messageID"], script)

    async def play():
        try:
            await turn.play()
        except asyncio.CancelledError:
            turn.aborted()

    task = asyncio.create_task(play())
    SERVER.turns[session["id"]] = (turn, task)
    return task


async def answer(method, path, query, body):
    """The status and the value for a request."""
    words = path.strip("/").split("/")
    match method, words:
        case "GET", ["global", "health"]:
            return 200, {"healthy": True, "version": "1.18.33-fake"}
        case "GET", ["config"]:
            settings = STATE / "settings"
            return 200, {"model": "fake/one", "note": settings.read_text() if settings.exists() else ""}
        case "GET", ["config", "providers"]:
            model = {"name": "One", "limit": {"context": 1000}, "variants": {"high": {}}}
            model["capabilities"] = {"toolcall": True, "input": {"image": True}}
            blind = {"name": "Two", "limit": {"context": 500}, "capabilities": {"input": {}}}
            return 200, {"providers": [{"id": "fake", "name": "Fake", "models": {"one": model, "two": blind}}]}
        case "GET", ["agent"]:
            rules = [{"permission": "*", "pattern": "*", "action": "allow"}]
            return 200, [
                {"name": name, "mode": "primary", "permission": rules, "hidden": name == "title"}
                for name in ("build", "plan", "title")
            ]
        case "GET", ["command"]:
            return 200, [{"name": "init", "description": "sets up", "hints": ["$ARGUMENTS"]}]
        case "GET", ["permission" | "question" as kind]:
            return 200, [r for k, r, future in SERVER.asked.values() if k == kind and not future.done()]
        case "POST", ["permission" | "question" as kind, request_id, way]:
            return reply(kind, request_id, way, body)
        case "POST", ["session"]:
            info = {"id": SERVER.new_id("ses"), "directory": query["directory"][0], **body}
            SERVER.sessions[info["id"]] = {"id": info["id"], "info": info, "messages": [], "children": []}
            SERVER.save()
            SERVER.send("session.created", sessionID=info["id"], info=info)
            return 200, info
        case "GET", ["session", "status"]:
            return 200, {key: {"type": "busy"} for key, s in SERVER.sessions.items() if s.get("busy")}
    if words[0] != "session" or words[1] not in SERVER.sessions:
        return 404, {"name": "NotFoundError", "data": {"message": f"not found: {path}"}}
    return await about_session(method, words[2:], SERVER.sessions[words[1]], body)


async def about_session(method, words, session, body):
    match method, words:
        case "GET", []:
            return 200, session["info"]
        case "GET", ["message"]:
            return 200, session["messages"]
        case "GET", ["children"]:
            return 200, session["children"]
        case "POST", ["prompt_async"]:
            texts = [part["text"] for part in body["parts"] if part["type"] == "text"]
            await prompt(session, body, texts[-1].strip().splitlines())
            return 204, None
        case "POST", ["command"]:
            if body["command"] != "init":
                return 500, {"name": "UnknownError", "data": {"message": "Command not found"}}
            await (await prompt(session, body, [f"say command {body['arguments']}"]))
            return 200, {}
        case "POST", ["abort"]:
            turn, task = SERVER.turns.get(session["id"], (None, None))
            if task and not turn.deaf and not task.done():
                task.cancel()
                await asyncio.sleep(0.02)
            return 200, True
    return 404, {}


def reply(kind, request_id, way, body):
    _, request, future = SERVER.asked.get(request_id, (None, None, None))
    if future is None or future.done():
        return 404, {"name": "NotFoundError", "data": {"message": "no such request"}}
    future.set_result({**body, "way": way})
    if kind == "permission":
        SERVER.send("permission.replied", sessionID=request["sessionID"], requestID=request_id, reply=body["reply"])
    else:
        SERVER.send(f"question.{'replied' if way == 'reply' else 'rejected'}", **{**request, "requestID": request_id})
    return 200, True


async def serve_stream(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    SERVER.streams.add(writer)
    hello = {"id": SERVER.new_id("evt"), "type": "server.connected", "properties": {}}
    writer.write(f"data: {json.dumps(hello)}\n\n".encode())
    while writer in SERVER.streams and not writer.is_closing() and not reader.at_eof():
        await asyncio.sleep(BEAT_S)
        if not SERVER.quiet:
            writer.write(b'data: {"type": "server.heartbeat", "properties": {}}\n\n')
    SERVER.streams.discard(writer)


async def connection(reader, writer):
    if not SERVER.ready:
        return await asyncio.Event().wait()  # taken, and never answered
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = head.decode().split("\r\n")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            raw = await reader.readexactly(int(fields.get("content-length", 0)))
            method, target, _ = first.split(" ")
            url = urlsplit(target)
            pair = f"opencode:{os.environ['OPENCODE_SERVER_PASSWORD']}".encode()
            allowed = fields.get("authorization") == f"Basic {base64.b64encode(pair).decode()}"
            body = json.loads(raw) if raw else {}
            SERVER.log({"method": method, "path": url.path, "allowed": allowed, "body": body, "pid": os.getpid()})
            if allowed and url.path == "/event":
                return await serve_stream(reader, writer)
            status, value = 401, {}
            if allowed:
                status, value = await answer(method, unquote(url.path), parse_qs(url.query), body)
            payload = b"" if value is None else json.dumps(value).encode()
            length = "" if status == 204 else f"Content-Length: {len(payload)}\r\n"
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{length}\r\n".encode() + payload)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        SERVER.streams.discard(writer)
        writer.close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("serve")
    parser.add_argument("--port", type=int)
    parser.add_argument("--hostname")
    given = parser.parse_args()
    if (STATE / "no-serve").exists():
        print("unknown command serve", file=sys.stderr)
        sys.exit(2)
    taken = STATE / "taken"
    if taken.exists():
        taken.unlink()
        print("Failed to start server: EADDRINUSE", file=sys.stderr)
        sys.exit(1)
    server = await asyncio.start_server(connection, given.hostname, given.port)
    await asyncio.sleep(BANNER_S)
    SERVER.ready = True
    print("some other line", flush=True)
    print(f"opencode server listening on http://{given.hostname}:{given.port}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
