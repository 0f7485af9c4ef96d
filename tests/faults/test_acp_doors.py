"""What an agent does through us passes the one policy: a denied path is denied through every door it has."""

import asyncio
import json

import pytest

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.records import PermissionRule
from tests.fakes.acp_rig import rig

CANARY = "canary-5c1d"
OPTIONS = [
    {"optionId": "always", "name": "Always", "kind": "allow_always"},
    {"optionId": "once", "name": "Once", "kind": "allow_once"},
    {"optionId": "no", "name": "No", "kind": "reject_once"},
]


def terminal(command, *args, **more):
    return "terminal/create", {"command": command, "args": list(args), **more}


def call(kind, **given):
    return "session/request_permission", {
        "toolCall": {"toolCallId": "t1", "title": "innocent", "kind": kind, "rawInput": given},
        "options": OPTIONS,
    }


READING = {
    "file": ("fs/read_text_file", {"path": "ROOT/config/.env"}),
    "range": ("fs/read_text_file", {"path": "ROOT/config/.env", "line": 1, "limit": 1}),
    "link": ("fs/read_text_file", {"path": "ROOT/innocent.txt"}),
    "dots": ("fs/read_text_file", {"path": "ROOT/sub/../config/.env"}),
    "cat": terminal("cat", "config/.env"),
    "absolute": terminal("cat", "ROOT/config/.env"),
    "its folder": terminal("cat", ".env", cwd="ROOT/config"),
    "line": terminal("cat config/.env"),
    "shell": terminal("bash", "-c", "cd . && cat config/.env"),
    "redirection": terminal("sh", "-c", "cat<config/.env"),
    "variables": terminal("cat", "config/.env", env=[{"name": "A", "value": "1"}]),
    "its own reading": call("read", path="ROOT/config/.env"),
    "its own reading by link": call("read", path="innocent.txt"),
    "its own command": call("execute", command="cat config/.env"),
    "its own shell": call("execute", command="true; cat config/.env"),
    "its own words": call("execute", command=["cat", "config/.env"]),
}
WRITING = {
    "file": ("fs/write_text_file", {"path": "ROOT/config/.env", "content": "x"}),
    "link": ("fs/write_text_file", {"path": "ROOT/innocent.txt", "content": "x"}),
    "its own edit": call("edit", path="ROOT/config/.env", new_string="x"),
    "its own nameless tool": call("other", file_path="ROOT/config/.env", content="x"),
    "its own deleting": call("delete", path="config/.env"),
}


async def tried(tmp_path, door, *rules):
    method, params = door
    wish = json.dumps({"method": method, "params": params}).replace("ROOT", str(tmp_path / "work"))
    async with rig(tmp_path, "door", wish) as bad:
        for name in ("config", "sub"):
            (bad.root / name).mkdir()
        (bad.root / "config" / ".env").write_text(f"KEY={CANARY}\n")
        (bad.root / "innocent.txt").symlink_to("config/.env")
        kept = [PermissionRule(id=str(n), effect=effect, pattern=text) for n, (effect, text) in enumerate(rules)]
        host, _ = await bad.turn(rules=kept, answer=lambda request: "once")
        assert (bad.root / "config" / ".env").read_text() == f"KEY={CANARY}\n"
        return host, json.loads(host.text())


def is_refused(told):
    reply = told[0]
    if "error" in reply:
        return reply["error"]["code"] == -32001
    return reply["result"].get("outcome", {}).get("optionId") == "no"


@pytest.mark.parametrize("door", READING)
def test_a_path_that_may_not_be_read_is_denied_through_every_door(tmp_path, door):
    rules = [("allow", "read: **"), ("allow", "run: *"), ("ask", "run: cat *"), ("deny", "read: .env")]
    host, told = asyncio.run(tried(tmp_path, READING[door], *rules))
    assert CANARY not in host.text()
    assert is_refused(told)
    assert not host.asked


@pytest.mark.parametrize("door", WRITING)
def test_a_path_that_may_not_be_written_is_denied_through_every_door(tmp_path, door):
    rules = [("allow", "write: **"), ("ask", "write: *"), ("deny", "write: .env")]
    host, told = asyncio.run(tried(tmp_path, WRITING[door], *rules))
    assert is_refused(told)
    assert not host.asked


@pytest.mark.parametrize("door", ["cat", "its own command"])
@pytest.mark.parametrize(
    ("rules", "asked", "refused"),
    [
        ([("allow", "run: cat *")], False, False),
        ([("allow", "run: cat *"), ("ask", "run: cat config/*")], True, False),
        ([("allow", "run: cat *"), ("ask", "run: cat *"), ("deny", "run: cat config/.env")], False, True),
    ],
    ids=["allow", "ask before allow", "deny before ask"],
)
def test_deny_goes_before_ask_and_ask_before_allow(tmp_path, door, rules, asked, refused):
    host, told = asyncio.run(tried(tmp_path, READING[door], *rules))
    assert bool(host.asked) is asked
    assert is_refused(told) is refused


@pytest.mark.parametrize("door", ["file", "cat", "its own reading"])
def test_without_rules_the_same_doors_are_open(tmp_path, door):
    host, told = asyncio.run(tried(tmp_path, READING[door]))
    assert not is_refused(told)
    assert CANARY in host.text() or door == "its own reading"
    assert bool(host.asked) is (door == "cat")
    assert all(event.by != "headless" for event in host.of(ev.PermissionResolved))
