"""An ACP agent that misbehaves as told: `python misbehaving_agent.py MODE [ARGUMENT]...`. Standard library only.

Each mode is something that a real agent or a broken one was seen to do. What the client answered comes back as text.
"""

import base64
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class Agent:
    """The wire, and what every mode needs."""

    def __init__(self, mode: str, arguments: list[str]) -> None:
        self.mode = mode
        self.arguments = arguments
        self.out = sys.stdout.buffer
        self.cancelled = 0
        self.session = "s1"
        self.cwd = ""
        self.asked = 0
        self.opened = 0
        self.prompt_id: Any = None
        self.notes: list[str] = []
        self.heard: list[str] = []
        self.lines = iter(sys.stdin.buffer.readline, b"")

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self.out.write(data)
        self.out.flush()

    def send(self, message: Json) -> None:
        """One message."""
        self.raw(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    def update(self, name: str, /, **fields: Any) -> None:
        """One session update."""
        params = {"sessionId": self.session, "update": {"sessionUpdate": name, **fields}}
        self.send({"method": "session/update", "params": params})

    def say(self, text: str, **fields: Any) -> None:
        """A piece of the answer."""
        self.update("agent_message_chunk", content={"type": "text", "text": text}, **fields)

    def messages(self) -> Iterator[Json]:
        """What the client says; cancels are counted on the way."""
        for line in self.lines:
            message = json.loads(line)
            if message.get("method") == "session/cancel":
                self.cancelled += 1
            yield message

    def ask(self, method: str, **params: Any) -> Json:
        """A request to the client and its answer, the whole frame."""
        self.asked += 1
        number = f"ask-{self.asked}"
        self.send({"id": number, "method": method, "params": {"sessionId": self.session, **params}})
        return next(m for m in self.messages() if m.get("id") == number and "method" not in m)

    def wait_for_cancel(self) -> None:
        """Read until the client cancels."""
        while not self.cancelled:
            next(self.messages())

    def sleep_for_ever(self) -> None:
        """Do nothing, and read nothing."""
        while True:
            time.sleep(3600)


def noise(agent: Agent) -> Json:
    """Lines that are no messages, in any order: among them `null`, which looks like the end, and bytes, no UTF-8."""
    lines = [b"npm notice", b"42", b"[1]", b"null", b'"text"', b"\xff\xfe", b"{half", b"", b"[" * 200_000]
    chance = random.Random(int(agent.arguments[0]) if agent.arguments else 0)
    chance.shuffle(lines)
    at = chance.randrange(len(lines))
    for line in lines[:at]:
        agent.raw(line + b"\n")
    agent.say("a")
    for line in lines[at:]:
        agent.raw(line + b"\n")
    agent.say("b")
    return {"stopReason": "end_turn"}


def endless(agent: Agent) -> Json:
    """A line without an end; the file that is given holds how many bytes of it were taken."""
    agent.say("before")
    note = os.open(agent.arguments[0], os.O_WRONLY | os.O_CREAT) if agent.arguments else -1
    taken = 0
    try:
        while True:
            agent.raw(b"x" * 65_536)
            taken += 65_536
            if note >= 0:
                os.pwrite(note, str(taken).encode(), 0)
    except BrokenPipeError:
        os._exit(1)


def big(agent: Agent) -> Json:
    """One long line."""
    agent.say("x" * int(agent.arguments[0]))
    return {"stopReason": "end_turn"}


def stderr(agent: Agent) -> Json:
    """More on stderr than a pipe holds."""
    for _ in range(300):
        sys.stderr.write("e" * 9_999 + "\n")
    sys.stderr.write("the end of it\n")
    sys.stderr.flush()
    agent.say("after stderr")
    return {"stopReason": "end_turn"}


def die(agent: Agent) -> Json:
    """Ends in the middle of a turn, with last words and an open call."""
    agent.say("some text")
    agent.update("tool_call", toolCallId="t1", title="Work", kind="execute", status="in_progress")
    sys.stderr.write("Traceback: out of cheese\n")
    sys.stderr.flush()
    os._exit(3)


def half_line(agent: Agent) -> Json:
    """Ends in the middle of a line."""
    agent.say("whole")
    params = {"sessionId": agent.session, "update": {"sessionUpdate": "agent_message_chunk", "content": "half"}}
    line = json.dumps({"jsonrpc": "2.0", "method": "session/update", "params": params}).encode()
    agent.raw(line[: random.Random(int(agent.arguments[0])).randrange(1, len(line))])
    os._exit(0)


def silent(agent: Agent) -> Json:
    """Never answers, not even a cancel, but goes on reading."""
    agent.say("thinking")
    for _ in agent.messages():
        pass
    os._exit(0)


def slow_cancel(agent: Agent) -> Json:
    """Stops only when it is asked twice."""
    agent.say("working")
    while agent.cancelled < 2:
        next(agent.messages())
    return {"stopReason": "end_turn"}


def late(agent: Agent) -> Json:
    """Goes on after the end of the turn: text, a call, token counts, commands."""
    agent.say("in time")
    agent.send({"id": agent.prompt_id, "result": {"stopReason": "end_turn"}})
    time.sleep(0.3)
    agent.say("too late")
    agent.update("tool_call", toolCallId="t9", title="Late", kind="read")
    agent.update("usage_update", used=500, size=1000)
    agent.update("available_commands_update", availableCommands=[{"name": "late", "description": "x"}])
    return {}


def meta(agent: Agent) -> Json:
    """`_meta` names another session and another update."""
    agent.say("hi", _meta={"session_id": "EVIL", "update": "EVIL"})
    params = {"sessionId": "s1", "_meta": {"session_id": "EVIL", "update": "EVIL", "sessionId": "EVIL"}}
    params["update"] = {"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": "there"}}
    agent.send({"method": "session/update", "params": params})
    agent.send({"method": "session/update", "params": {**params, "sessionId": "EVIL"}})
    return {"stopReason": "end_turn"}


def flood(agent: Agent) -> Json:
    """Very many small updates."""
    head = b'{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s1","update":{"sessionUpdate":'
    head += b'"agent_message_chunk","content":{"type":"text","text":"'
    lines = [head + f'{number} "'.encode() + b"}}}}\n" for number in range(int(agent.arguments[0]))]
    for start in range(0, len(lines), 1000):
        agent.raw(b"".join(lines[start : start + 1000]))
    return {"stopReason": "end_turn"}


def flood_at(agent: Agent) -> Json:
    """So many small updates a second for so many seconds, as far as the client takes them."""
    rate, seconds = int(agent.arguments[0]), float(agent.arguments[1])
    head = b'{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s1","update":{"sessionUpdate":'
    head += b'"agent_message_chunk","content":{"type":"text","text":"'
    part, started = max(1, rate // 100), time.monotonic()
    for start in range(0, int(rate * seconds), part):
        agent.raw(b"".join(head + b'%d "}}}}\n' % number for number in range(start, start + part)))
        time.sleep(max(0.0, started + (start + part) / rate - time.monotonic()))
    return {"stopReason": "end_turn"}


def close_stdin(agent: Agent) -> Json:
    """Closes its input and lives on."""
    agent.send({"id": agent.prompt_id, "result": {"stopReason": "end_turn"}})
    os.close(0)
    agent.sleep_for_ever()
    return {}


def stop_reading(agent: Agent) -> Json:
    """Never reads again."""
    agent.send({"id": agent.prompt_id, "result": {"stopReason": "end_turn"}})
    agent.sleep_for_ever()
    return {}


def strange(agent: Agent) -> Json:
    """Updates of the future, of nobody's protocol, and with nothing in them."""
    agent.update("brand_new_thing", x=1)
    agent.update("tool_call", title="no id")
    agent.update("tool_call", toolCallId="t1")
    agent.update("tool_call_update", toolCallId="t1", status="weird", kind="brandnew", content="none", locations=7)
    agent.update("tool_call_update", toolCallId="t1", status="completed", content=[{"type": "hologram"}, 3])
    agent.update("plan", entries=[{"content": "x", "status": "?"}, None])
    agent.update("agent_message_chunk", content=None)
    agent.send({"method": "session/update", "params": None})
    agent.send({"method": "session/update", "params": {"sessionId": "s1"}})
    agent.send({"method": "qwen/notify/session/mode-update", "params": {"x": 1}})
    agent.send({"method": "$/cancel_request", "params": {"id": 1}})
    agent.send({"id": 77, "result": {}})
    agent.send({"id": [1], "method": 5})
    agent.send({"id": [1], "result": {}})
    agent.send({"id": None, "error": "boom"})
    answered = agent.ask("craft/drainMidTurnQueue")
    agent.say(f"craft {answered['error']['code']}")
    return {"stopReason": "paused"}


def answer(agent: Agent) -> Json:
    """Answers the prompt with the JSON it was given."""
    agent.say("text")
    agent.send({"id": agent.prompt_id, **json.loads(agent.arguments[0])})
    return {}


def permission(agent: Agent) -> Json:
    """Two answers of one kind, and a kind nobody knows; the reply comes back as text."""
    call = {"toolCallId": "t1", "title": "rm -rf build", "kind": "execute", "rawInput": {"command": "rm -rf build"}}
    options = [
        {"optionId": "project", "name": "Always in this project", "kind": "allow_always"},
        {"optionId": "user", "name": "Always everywhere", "kind": "allow_always"},
        {"optionId": "forever", "name": "For ever and ever", "kind": "allow_forever"},
        {"optionId": "once", "name": "This time", "kind": "allow_once"},
        {"optionId": "no", "name": "No", "kind": "reject_once"},
    ]
    reply = agent.ask("session/request_permission", toolCall=call, options=options)
    outcome = reply["result"]["outcome"]
    done = "failed" if outcome.get("optionId") == "no" else "completed"
    agent.update("tool_call_update", toolCallId="t1", status=done)
    agent.say(json.dumps(outcome))
    return {"stopReason": "cancelled" if agent.cancelled else "end_turn"}


def impatient(agent: Agent) -> Json:
    """Asks, and ends its turn without waiting for the answer."""
    params = {"sessionId": agent.session, "toolCall": {"toolCallId": "t1", "title": "x"}}
    params["options"] = [{"optionId": "a", "name": "A", "kind": "allow_once"}]
    agent.send({"id": "ask-0", "method": "session/request_permission", "params": params})
    time.sleep(0.3)
    agent.say("never mind")
    return {"stopReason": "end_turn"}


def only_always(agent: Agent) -> Json:
    """Every consenting answer would be remembered."""
    call = {"toolCallId": "t1", "title": "Edit", "kind": "edit", "locations": [{"path": agent.cwd + "/x"}]}
    options = [
        {"optionId": "a", "name": "Always", "kind": "allow_always"},
        {"optionId": "n", "name": "No", "kind": "reject_once"},
    ]
    reply = agent.ask("session/request_permission", toolCall=call, options=options)
    agent.say(json.dumps(reply["result"]["outcome"]))
    return {"stopReason": "end_turn"}


def after_the_turn(agent: Agent) -> Json:
    """Asks for things while no prompt runs."""
    agent.send({"id": agent.prompt_id, "result": {"stopReason": "end_turn"}})
    replies = [
        agent.ask("session/request_permission", toolCall={"toolCallId": "t"}, options=[{"optionId": "a"}]),
        agent.ask("fs/write_text_file", path=agent.cwd + "/sneaky.txt", content="x"),
        agent.ask("terminal/create", command="touch", args=[agent.cwd + "/sneaky.txt"], cwd=agent.cwd),
    ]
    agent.notes = [str(r.get("result", {}).get("outcome") or r.get("error", {}).get("code")) for r in replies]
    return {}


def files(agent: Agent) -> Json:
    """Files inside, outside, missing, in ranges; codes and texts come back."""
    outside = str(Path(agent.cwd).parent / "outside.txt")
    tries = {
        "range": ("fs/read_text_file", {"path": agent.cwd + "/lines.txt", "line": 2, "limit": 2}),
        "missing": ("fs/read_text_file", {"path": agent.cwd + "/none.txt"}),
        "outside": ("fs/write_text_file", {"path": outside, "content": "x"}),
        "dots": ("fs/write_text_file", {"path": agent.cwd + "/../outside.txt", "content": "x"}),
        "link": ("fs/write_text_file", {"path": agent.cwd + "/link/outside.txt", "content": "x"}),
        "git": ("fs/write_text_file", {"path": agent.cwd + "/.git/config", "content": "x"}),
        "nul": ("fs/read_text_file", {"path": agent.cwd + "/a\0b"}),
        "none": ("fs/read_text_file", {}),
        "folder": ("fs/read_text_file", {"path": agent.cwd}),
        "new": ("fs/write_text_file", {"path": agent.cwd + "/deep/er/new.txt", "content": "née\n"}),
    }
    told = {}
    for name, (method, params) in tries.items():
        reply = agent.ask(method, **params)
        told[name] = reply["error"]["code"] if "error" in reply else reply["result"].get("content", "ok")
    agent.say(json.dumps(told))
    return {"stopReason": "end_turn"}


def shows_arguments(agent: Agent) -> Json:
    """Shows what its calls are given as growing content, asks without input, and runs lines in a shell of its own."""

    def begin(call: str, kind: str, given: Json) -> None:
        whole = json.dumps(given)
        agent.update("tool_call", toolCallId=call, title=kind, kind=kind, status="pending", content=_text(""))
        for end in (len(whole) // 2, len(whole)):
            agent.update("tool_call_update", toolCallId=call, status="in_progress", content=_text(whole[:end]))
        options = [
            {"optionId": "once", "name": "Once", "kind": "allow_once"},
            {"optionId": "no", "kind": "reject_once"},
        ]
        told = {"toolCallId": call, "title": kind, "content": _text("Requesting approval")}
        agent.ask("session/request_permission", toolCall=told, options=options)
        compact = json.dumps(given, separators=(",", ":"))
        agent.update("tool_call_update", toolCallId=call, kind=kind, rawInput=given, content=_text(compact))

    path = agent.cwd + "/a.txt"
    begin("w", "edit", {"path": path, "content": "new\n"})
    agent.ask("fs/write_text_file", path=path, content="new\n")
    agent.update("tool_call_update", toolCallId="w", status="completed", content=_text("Wrote 4 bytes"))
    begin("r", "search", {"pattern": "x"})
    agent.update("tool_call_update", toolCallId="r", content=_text("Requesting approval"))
    agent.update("tool_call_update", toolCallId="r", status="completed", rawOutput={"stdout": "found"})
    begin("x", "execute", {"command": "echo one; cat a.txt"})
    line = f"cd '{agent.cwd}' && {agent.arguments[0] if agent.arguments else 'echo one; cat a.txt'}"
    env = [{"name": "SHELL", "value": "/bin/bash"}, {"name": "GIT_TERMINAL_PROMPT", "value": "0"}]
    made = agent.ask("terminal/create", command="/bin/bash", args=["-c", line], cwd=agent.cwd, env=env)
    if "result" in made:
        name = made["result"]["terminalId"]
        agent.update("tool_call_update", toolCallId="x", content=[{"type": "terminal", "terminalId": name}])
        agent.ask("terminal/wait_for_exit", terminalId=name)
        agent.ask("terminal/release", terminalId=name)
    agent.update("tool_call_update", toolCallId="x", status="completed" if "result" in made else "failed")
    return {"stopReason": "end_turn"}


def _text(text: str) -> list[Json]:
    return [{"type": "content", "content": {"type": "text", "text": text}}]


def terminal(agent: Agent) -> Json:
    """Runs the given program in a terminal and waits for its end, whatever is cancelled meanwhile."""
    agent.update("tool_call", toolCallId="t1", title="run", kind="execute", status="in_progress")
    made = agent.ask("terminal/create", command=agent.arguments[0], args=agent.arguments[1:], cwd=agent.cwd)
    if "error" in made:
        agent.say(json.dumps(made["error"]))
        return {"stopReason": "end_turn"}
    name = made["result"]["terminalId"]
    agent.update("tool_call_update", toolCallId="t1", content=[{"type": "terminal", "terminalId": name}])
    ended = agent.ask("terminal/wait_for_exit", terminalId=name)
    shown = agent.ask("terminal/output", terminalId=name)
    agent.say(json.dumps({"ended": ended.get("result"), "output": shown.get("result", {}).get("output", "")[-200:]}))
    agent.update("tool_call_update", toolCallId="t1", status="completed")
    return {"stopReason": "end_turn"}


def door(agent: Agent) -> Json:
    """Asks for what it was given as JSON, `{method, params}`, and a command's output; all replies come back as text."""
    wish = json.loads(agent.arguments[0])
    reply = agent.ask(wish["method"], **wish["params"])
    told = [reply]
    name = reply.get("result", {}).get("terminalId")
    if name:
        agent.ask("terminal/wait_for_exit", terminalId=name)
        told.append(agent.ask("terminal/output", terminalId=name))
    agent.say(json.dumps(told))
    return {"stopReason": "end_turn"}


def stubborn_child(agent: Agent) -> Json:
    """Starts a child of its own in another session, which ignores everything and holds the pipes."""
    code = "import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (15, 2, 1)]; time.sleep(3600)"
    child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    agent.say(str(child.pid))
    return {"stopReason": "end_turn"}


def deaf(agent: Agent) -> Json:
    """Ignores SIGTERM and the end of its input."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    agent.send({"id": agent.prompt_id, "result": {"stopReason": "end_turn"}})
    for _ in agent.messages():
        pass
    agent.sleep_for_ever()
    return {}


def usage(agent: Agent) -> Json:
    """Token counts in all their places."""
    agent.update("agent_message_chunk", content={"type": "text", "text": ""}, _meta={"usage": {"inputTokens": 100}})
    agent.say("text")
    agent.update("usage_update", used=300, size=1000, cost={"amount": 0.5, "currency": "USD"})
    return {"stopReason": "end_turn", "usage": {"inputTokens": 250, "outputTokens": 20, "totalTokens": 270}}


def only_the_end(agent: Agent) -> Json:
    """A call whose first news is its end, and one whose end never comes."""
    agent.update("tool_call_update", toolCallId="t1", status="completed", title="Wrote x", kind="edit")
    agent.update("tool_call", toolCallId="t2", title="Open", kind="execute", status="in_progress")
    agent.say("done")
    return {"stopReason": "end_turn"}


def nothing(agent: Agent) -> Json:
    """Ends without a word."""
    return {"stopReason": "end_turn"}


def remembers(agent: Agent) -> Json:
    """Says what it was asked in this session so far."""
    agent.say("heard: " + " | ".join(agent.heard))
    return {"stopReason": "end_turn"}


def form(agent: Agent) -> Json:
    """Asks for a form to be filled in."""
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    reply = agent.ask("elicitation/create", mode="form", message="Your name?", requestedSchema=schema)
    agent.say(json.dumps(reply.get("result") or reply.get("error")))
    return {"stopReason": "end_turn"}


def wedge(agent: Agent) -> Json:
    """Serves several sessions; one that is told to hang never ends, and hears no cancel."""
    text = agent.heard[-1]
    if text == "hang":
        agent.say("hanging")
    elif text == "wait":
        agent.say("waiting")
        number, session, cwd = agent.prompt_id, agent.session, agent.cwd

        def finish() -> None:
            while not Path(cwd, "go").exists():
                time.sleep(0.02)
            content = {"type": "text", "text": " done"}
            update = {"sessionUpdate": "agent_message_chunk", "content": content}
            agent.send({"method": "session/update", "params": {"sessionId": session, "update": update}})
            agent.send({"id": number, "result": {"stopReason": "end_turn"}})

        threading.Thread(target=finish, daemon=True).start()
    else:
        agent.say("replied")
        return {"stopReason": "end_turn"}
    return {}


def picture(agent: Agent) -> Json:
    """Answers with an image, and shows one in a tool call."""
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 100).decode()
    image = {"type": "image", "data": data, "mimeType": "image/png"}
    agent.update("agent_message_chunk", content=image)
    shot = [{"type": "content", "content": {**image, "data": base64.b64encode(b"\xff\xd8\xff" + b"1" * 50).decode()}}]
    agent.update("tool_call", toolCallId="t1", title="Screenshot", kind="other", content=shot)
    agent.update("tool_call_update", toolCallId="t1", status="completed", content=shot)
    return {"stopReason": "end_turn"}


def deaf_in_turn(agent: Agent) -> Json:
    """Says a word, then neither answers nor ends, whatever it is asked."""
    agent.say("stuck")
    agent.sleep_for_ever()
    return {}


def lost_form(agent: Agent) -> Json:
    """Asks for a form outside any session."""
    agent.session = ""
    reply = agent.ask("elicitation/create", mode="form", requestId=1, message="?", requestedSchema={"type": "object"})
    agent.session = "s1"
    agent.say(json.dumps(reply.get("result") or reply.get("error")))
    return {"stopReason": "end_turn"}


def switches(agent: Agent) -> Json:
    """Changes its mode by itself, and tells so by a notification of its own alone."""
    params = {"v": 1, "sessionId": agent.session, "currentModeId": "plan"}
    agent.send({"method": "qwen/notify/session/mode-update", "params": params})
    return remembers(agent)


MODES: dict[str, Callable[[Agent], Json]] = {
    name: value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__annotations__", {}).get("agent") is Agent
}


class Server(Agent):
    """Answers what comes before and between prompts."""

    @property
    def memory(self) -> Path | None:
        """Where it remembers its session over its end, if it does."""
        return Path(os.environ["MISBEHAVING_MEMORY"]) if "MISBEHAVING_MEMORY" in os.environ else None

    def serve(self) -> None:
        """Until the client hangs up."""
        for message in self.messages():
            if message.get("method") is not None and "id" in message:
                self.take(message["id"], message["method"], message.get("params") or {})

    def take(self, number: Any, method: str, params: Json) -> None:
        """One request of the client."""
        match method:
            case "initialize" if self.mode == "mute":
                return
            case "initialize":
                self.send({"id": number, "result": {"protocolVersion": 1, "agentCapabilities": self.abilities()}})
            case "session/new" if self.mode == "auth":
                self.send({"id": number, "error": {"code": -32000, "message": "Authentication required"}})
            case "session/new":
                self.cwd = params["cwd"]
                self.opened += self.mode != "one_name" or not self.opened
                self.session = f"s{self.opened}"
                if self.mode == "early":
                    self.update("available_commands_update", availableCommands=[{"name": "early"}])
                self.send({"id": number, "result": {"sessionId": self.session, **self.choices(), "future": 1}})
            case "session/load":
                self.load(number, params)
            case "session/prompt":
                self.prompt(number, params)
            case "session/set_model" | "session/set_config_option" | "session/set_mode":
                self.notes.append(f"{method} {params.get('modelId') or params.get('modeId') or params.get('value')}")
                self.send({"id": number, "result": {}})
            case "session/list" if self.claims("list"):
                page = params.get("cursor") or "1"
                told = {"sessions": [{"sessionId": f"kept-{page}", "cwd": params["cwd"]}]}
                self.send({"id": number, "result": told | ({"nextCursor": "2"} if page == "1" else {})})
            case "session/fork" if self.claims("fork"):
                self.opened += 1
                self.session = f"fork-{self.opened}"
                self.heard.append(f"forked from {params['sessionId']}")
                self.send({"id": number, "result": {"sessionId": self.session}})
            case "session/resume" if self.claims("resume"):
                self.session, self.cwd = params["sessionId"], params["cwd"]
                if self.memory is not None and self.memory.exists():
                    self.heard = json.loads(self.memory.read_text())
                self.send({"id": number, "result": {}})
            case "session/close":
                self.send({"id": number, "result": {}})
            case _:
                self.send({"id": number, "error": {"code": -32601, "message": "unknown"}})

    def abilities(self) -> Json:
        """What it claims; some claim a `session/resume` that they then do not know."""
        claimed = [name for name in ("resume", "fork", "list", "close") if self.claims(name)]
        claimed += ["resume"] if "MISBEHAVING_RESUME" in os.environ else []
        return {
            "loadSession": self.memory is not None,
            "promptCapabilities": {"image": self.mode == "image"},
            "sessionCapabilities": {name: {} for name in claimed},
        }

    def claims(self, name: str) -> bool:
        """Whether it offers something about sessions."""
        return name in os.environ.get("MISBEHAVING_CLAIMS", "").split()

    def choices(self) -> Json:
        """Models and modes to choose from."""
        if self.mode in ("modes", "switches"):
            modes = [{"id": "ask", "name": "Ask"}, {"id": "plan", "name": "Plan first"}]
            return {"modes": {"currentModeId": "ask", "availableModes": modes}}
        if self.mode != "models":
            return {}
        models = [{"modelId": "fake/a", "name": "Model A"}, {"modelId": "fake/b", "name": "Model B"}]
        return {"models": {"currentModelId": "fake/a", "availableModels": models}}

    def load(self, number: Any, params: Json) -> None:
        """Replay what is remembered, then answer."""
        if self.memory is None or not self.memory.exists():
            code = int(os.environ.get("MISBEHAVING_UNKNOWN", "-32002"))
            self.send({"id": number, "error": {"code": code, "message": "no such session"}})
            return
        self.session, self.cwd = params["sessionId"], params["cwd"]
        self.heard = json.loads(self.memory.read_text())
        for text in self.heard:
            self.update("user_message_chunk", content={"type": "text", "text": text})
            self.say("an answer from before")
        self.send({"id": number, "result": {}})

    def prompt(self, number: Any, params: Json) -> None:
        """One turn in this mode."""
        self.prompt_id = number
        self.session = params["sessionId"]
        self.cancelled = 0
        self.heard += [block.get("text", block["type"]) for block in params["prompt"]]
        if self.memory is not None:
            self.memory.write_text(json.dumps(self.heard))
        if "notes" in self.heard[-1]:
            self.say(json.dumps(self.notes))
            result: Json = {"stopReason": "end_turn"}
        else:
            result = MODES.get(self.mode, remembers)(self)
        if result:
            self.send({"id": number, "result": result})


if __name__ == "__main__" and sys.argv[1] == "wrapper":
    # As the start scripts of some agents do: the agent is a child that holds the same pipes.
    sys.exit(subprocess.run([sys.executable, *sys.argv[:1], "remembers"]).returncode)
elif __name__ == "__main__":
    Server(sys.argv[1], sys.argv[2:]).serve()
