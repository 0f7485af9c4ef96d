"""What opencode offers, asks and is told, as tables."""

from pathlib import Path

import pytest

from boocode_desktop.agents.acp.tool_calls import CallView
from boocode_desktop.agents.agents_file import merge_agents
from boocode_desktop.agents.builtin_agents import BUILTIN, OPENCODE
from boocode_desktop.agents.oneshot.fallback import has_server
from boocode_desktop.agents.opencode.catalog import parse_catalog
from boocode_desktop.agents.opencode.launching import banner_address, free_port, server_spec
from boocode_desktop.agents.opencode.message_ids import message_id
from boocode_desktop.agents.opencode.permissions import actions_of, parse_answers, session_rules, title_of
from boocode_desktop.agents.opencode.prompts import Wish, build_message, image_part

MODEL = {"name": "One", "limit": {"context": 9}, "variants": {"high": {}}, "capabilities": {"input": {"image": True}}}
PROVIDERS = {
    "providers": [{"id": "p", "name": "P", "models": {"one": MODEL, "x/two": {}}}, {"id": "q", "models": 3}, 4]
}
AGENTS = [
    {"name": "build", "mode": "primary", "permission": [{"permission": "*", "pattern": "*", "action": "allow"}]},
    {"name": "plan", "mode": "primary", "permission": [{"permission": "edit", "pattern": "*", "action": "deny"}]},
    {"name": "general", "mode": "subagent"},
    {"name": "title", "mode": "primary", "hidden": True},
]
COMMANDS = [{"name": "init", "description": "d", "hints": ["$ARGUMENTS"]}, {"no": 1}]


def catalog(**settings):
    return parse_catalog({"model": "p/one", **settings}, PROVIDERS, AGENTS, COMMANDS)


def test_the_catalog_is_read_whatever_it_holds():
    found = catalog()
    assert [(m.id, m.context_size, m.vision, m.efforts) for m in found.models] == [
        ("p/one", 9, True, ("high",)),
        ("p/x/two", 0, False, ()),
    ]
    assert ([m.id for m in found.modes], found.mode, found.model) == (["build", "plan"], "build", "p/one")
    assert [(c.name, c.hint) for c in found.commands] == [("init", "$ARGUMENTS")]
    assert catalog(default_agent="plan").mode == "plan" and catalog(default_agent="none").mode == "build"
    assert parse_catalog(None, [], "x", 3).models == ()


@pytest.mark.parametrize(
    ("wanted", "found"), [("p/one", "p/one"), ("one", "p/one"), ("ONE", "p/one"), ("two", "p/x/two"), ("three", None)]
)
def test_a_model_is_found_by_id_name_or_end(wanted, found):
    model = catalog().find_model(wanted)
    assert (model.id if model else None) == found


def test_a_fingerprint_changes_with_model_mode_and_settings_only():
    base = catalog().fingerprint("", "")
    assert base == catalog().fingerprint("p/one", "build") == catalog().fingerprint("p/one", "")
    changed = [
        catalog().fingerprint("p/x/two", ""),
        catalog().fingerprint("", "plan"),
        catalog(x=1).fingerprint("", ""),
    ]
    assert len({base, *changed}) == 4


def rule(name, action, pattern="*"):
    return {"permission": name, "pattern": pattern, "action": action}


def effect(rules, name, subject="x"):
    fits = [r["action"] for r in rules if r["permission"] in ("*", name) and r["pattern"] in ("*", subject)]
    return fits[-1]


RULES = {
    "everything allowed": ([rule("*", "allow")], {"bash": "ask", "edit": "ask", "mcp_x": "ask", "read": "allow"}),
    "a command allowed": ([rule("*", "allow"), rule("bash", "allow", "x")], {"bash": "ask"}),
    "a command refused": ([rule("*", "allow"), rule("bash", "deny", "x"), rule("bash", "ask")], {"bash": "deny"}),
    "edits refused": ([rule("*", "allow"), rule("edit", "deny")], {"edit": "deny", "bash": "ask"}),
    "a secret file asked for": ([rule("*", "allow"), rule("read", "ask", "x")], {"read": "ask", "grep": "allow"}),
    "questions turned off, then on": ([rule("question", "deny"), rule("question", "allow")], {"question": "allow"}),
    "malformed": ([{}, rule("bash", "maybe"), rule("*", "allow")], {"bash": "ask"}),
}


@pytest.mark.parametrize(("own", "wanted"), RULES.values(), ids=RULES)
def test_a_session_asks_where_its_settings_would_act_silently(own, wanted):
    rules = session_rules(own)
    assert {name: effect(rules, name) for name in wanted} == wanted


def asked(name, patterns=(), **about):
    return {"permission": name, "patterns": list(patterns), "metadata": about}


ACTIONS = {
    "a command": (asked("bash", command="ls -l"), [("run", ("ls", "-l"), "")]),
    "a pipeline": (asked("bash", command="a | b"), [("run", ("bash", "-c", "a | b"), "")]),
    "an edit": (asked("edit", ["a"], filepath="/w/a"), [("write", (), "/w/a")]),
    "a patch of two": (
        asked("edit", ["a", "b"], filepath="a, b", files=[{"filePath": "/w/a"}, {"filePath": "/w/../x"}]),
        [("write", (), "/w/a"), ("write", (), "/x")],
    ),
    "a read": (asked("read", ["/w/.env"]), [("read", (), "/w/.env")]),
    "a folder outside": (asked("external_directory", ["/etc/*"]), [("read", (), "/etc")]),
    "a page": (asked("webfetch", ["u"], url="https://a.example/x"), [("fetch", (), "")]),
    "no page": (asked("webfetch", url="?"), [("agent_tool", (), "")]),
    "a tool of a server": (asked("mcp_do", ["*"]), [("agent_tool", (), "")]),
    "nothing": ({}, [("agent_tool", (), "")]),
}


@pytest.mark.parametrize(("request_", "wanted"), ACTIONS.values(), ids=ACTIONS)
def test_what_a_request_is_about(request_, wanted):
    actions = actions_of("opencode", request_, CallView(), Path("/w"))
    assert [(a.kind, a.argv, a.path) for a in actions] == wanted


def test_the_answers_are_the_servers_own():
    assert [o.id for o in parse_answers({"always": ["touch *"]})] == ["once", "always", "reject"]
    assert parse_answers({"always": ["touch *"]})[1].label == "Always allow: touch *"
    assert [o.id for o in parse_answers({"always": []})] == ["once", "reject"]
    assert title_of(asked("bash", command="ls")) == "bash: ls" and title_of(asked("mcp_x", ["a", "b"])) == "mcp_x: a, b"


def build(text, note="", files=(), **wish):
    return build_message("msg_1", text, note, files, Wish(**wish), catalog())


def test_a_message_a_command_and_what_only_looks_like_one():
    plain = build("hello", "note", [image_part(b"x", "image/png", "")], model="p/x/two", effort="high", mode="plan")
    assert plain.body == {
        "messageID": "msg_1",
        "agent": "plan",
        "variant": "high",
        "model": {"providerID": "p", "modelID": "x/two"},
        "parts": [
            {"type": "text", "text": "note"},
            {"type": "text", "text": "hello"},
            {"type": "file", "mime": "image/png", "filename": "image", "url": "data:image/png;base64,eA=="},
        ],
    }
    called = build("/init  now please", "note", model="p/one")
    assert called.command and called.body["arguments"] == "now please" and called.body["model"] == "p/one"
    assert build("/etc/hosts is wrong").body["parts"] == [{"type": "text", "text": " /etc/hosts is wrong"}]


def test_message_ids_rise_and_come_before_what_the_server_makes_in_the_same_moment():
    first, later = message_id(1795679556.936), message_id(1795679556.937)
    assert first.startswith("msg_216d79548000") and first < "msg_216d79548001CBc9z35HefRTE8"
    assert first < later and len(first) == 4 + 12 + 14


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("opencode server listening on http://127.0.0.1:4321", "http://127.0.0.1:4321"),
        ("opencode server listening on http://127.0.0.1:4096", ""),
        ("opencode server listening on http://0.0.0.0:4321", ""),
        ("Warning: OPENCODE_SERVER_PASSWORD is not set", ""),
    ],
)
def test_only_the_banner_of_our_port_is_believed(line, wanted):
    assert banner_address(line, 4321) == wanted


def test_the_password_is_in_the_environment_alone_and_the_persons_variables_do_not_replace_it():
    environ = {"OPENCODE_SERVER_PASSWORD": "old", "OPENCODE_SERVER_USERNAME": "me", "SECRET_OTHER": "x", "PATH": "/bin"}
    spec = server_spec(OPENCODE, "/bin/opencode", 4321, "new", Path("/w"), environ)
    assert spec.argv == ("/bin/opencode", "serve", "--port", "4321", "--hostname", "127.0.0.1")
    assert (spec.env["OPENCODE_SERVER_PASSWORD"], spec.env["OPENCODE_SERVER_USERNAME"]) == ("new", "opencode")
    assert "SECRET_OTHER" not in spec.env and '"bash"' in spec.env["OPENCODE_PERMISSION"]
    assert "new" not in repr(spec) and free_port() > 1023


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ({}, "opencode"),
        ({"protocol": "acp"}, "acp"),
        ({"command": "/opt/opencode"}, "opencode"),
        ({"command": ["/opt/opencode", "acp", "--x"]}, "acp"),
        ({"command": ["/opt/opencode"], "protocol": "opencode"}, "opencode"),
    ],
)
def test_the_server_is_the_default_and_the_file_may_choose_the_other_form(table, wanted):
    loaded = merge_agents({"opencode": table}, BUILTIN)
    assert [s.protocol for s in loaded.specs if s.name == "opencode"] == [wanted] and not loaded.problems


@pytest.mark.parametrize(("version", "wanted"), [("1.18.33", True), ("0.15.2", False), ("", True), ("2.0.0", True)])
def test_versions_before_the_first_have_no_server(version, wanted):
    assert has_server(version) is wanted
