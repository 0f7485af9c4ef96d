"""The pure decisions of the ACP client: options, actions, commands, menus, prompts, hand-overs, tokens, refusals."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boocode_desktop.agents.acp.abilities import parse_abilities
from boocode_desktop.agents.acp.handover import handover_note
from boocode_desktop.agents.acp.offers import Choice, Menu, parse_offer
from boocode_desktop.agents.acp.permissions import action_of, choose_answer, command_of, parse_options, shell_argv
from boocode_desktop.agents.acp.prompts import guard_slash, image_block
from boocode_desktop.agents.acp.question_duties import form_content
from boocode_desktop.agents.acp.refusals import ending, refusal
from boocode_desktop.agents.acp.terminal_commands import asked_argv, shown_argv, terminal_request, variables
from boocode_desktop.agents.acp.terminals import Scrollback
from boocode_desktop.agents.acp.tool_calls import CallView
from boocode_desktop.agents.acp.usage import parse_usage
from boocode_desktop.agents.environments import agent_environment
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.events import AskOption
from boocode_desktop.domain.transcript import PromptEntry, TextEntry, ToolEntry
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.agents import Authorization
from boocode_desktop.processes.child_specs import Exit
from tests.fakes.acp_junk import NAMES, junk

PARAMS = ["options", "optionId", "models", "availableModels", "modes", "agentCapabilities", "command", "args", "env"]
PARAMS += [
    "modelId",
    "value",
    "properties",
    "cmd",
    "sessionCapabilities",
    "promptCapabilities",
    "agentInfo",
    "category",
]
SPEC = AgentSpec(name="a", label="Agent", login="a login")


def option(option_id, effect):
    return AskOption(id=option_id, label=option_id, effect=effect)


def test_options_are_taken_as_given():
    params = {
        "options": [
            {"optionId": "1", "name": "Yes", "kind": "allow_once"},
            {"optionId": "2", "name": "Always", "kind": "allow_always"},
            {"optionId": "3", "kind": "reject_once"},
            {"optionId": "4", "name": "Never", "kind": "reject_always"},
            {"optionId": "5", "name": "For ever", "kind": "allow_forever"},
            {"name": "no id"},
            "junk",
        ]
    }
    assert [(o.id, o.label, o.effect) for o in parse_options(params)] == [
        ("1", "Yes", "allow_once"),
        ("2", "Always", "allow_always"),
        ("3", "3", "deny"),
        ("4", "Never", "deny_always"),
        ("5", "For ever", "allow_always"),
    ]
    assert parse_options({}) == ()


TWICE = (option("p", "allow_always"), option("u", "allow_always"), option("o", "allow_once"), option("n", "deny"))


@pytest.mark.parametrize(
    ("allowed", "chosen", "options", "answer"),
    [
        (True, "u", TWICE, "u"),
        (False, "n", TWICE, "n"),
        (True, "", TWICE, "o"),
        (False, "", TWICE, "n"),
        (True, "", TWICE[:2], None),
        (False, "", TWICE[:3], None),
        (False, "", (option("x", "deny_always"),), None),
        (True, "gone", TWICE, "o"),
    ],
)
def test_the_answer_that_carries_a_decision(allowed, chosen, options, answer):
    assert choose_answer(Authorization(allowed=allowed, option_id=chosen), options) == answer


@pytest.mark.parametrize(
    ("line", "argv"),
    [
        ("ls -la src", ("ls", "-la", "src")),
        ("git commit -m 'two words'", ("git", "commit", "-m", "two words")),
        ("ls; rm -rf /", ("bash", "-c", "ls; rm -rf /")),
        ("cat a | sh", ("bash", "-c", "cat a | sh")),
        ("echo $HOME", ("bash", "-c", "echo $HOME")),
        ("echo `id`", ("bash", "-c", "echo `id`")),
        ("ls\nrm x", ("bash", "-c", "ls\nrm x")),
        ("FOO=1 make", ("bash", "-c", "FOO=1 make")),
        ("echo 'open", ("bash", "-c", "echo 'open")),
        ("rm *", ("bash", "-c", "rm *")),
        ("echo ~root", ("bash", "-c", "echo ~root")),
        ("a > b", ("bash", "-c", "a > b")),
        ("echo {1,2}", ("bash", "-c", "echo {1,2}")),
        ("echo a\\ b", ("bash", "-c", "echo a\\ b")),
    ],
)
def test_a_shell_line_is_split_only_where_the_shell_would_do_no_more(line, argv):
    assert shell_argv(line) == argv


def test_where_agents_hide_their_commands():
    assert command_of({"command": "ls"}) == ("ls",)
    assert command_of({"cmd": ["git", "log"]}) == ("git", "log")
    assert command_of({"command": ["a", 1]}) == () and command_of({"command": "  "}) == ()


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (CallView(kind="execute", input={"command": "make"}), ("run", ("make",), "", "")),
        (CallView(kind="edit", path="a/b.py"), ("write", (), "{root}/a/b.py", "")),
        (CallView(kind="edit", input={"file_path": "../x"}), ("write", (), "{parent}/x", "")),
        (CallView(kind="other", input={"path": "n", "content": "x"}), ("write", (), "{root}/n", "")),
        (CallView(kind="other", path="n"), ("agent_tool", (), "", "agent/")),
        (CallView(kind="delete", path="a"), ("delete", (), "{root}/a", "")),
        (CallView(kind="read", path="/etc/hosts"), ("read", (), "/etc/hosts", "")),
        (CallView(kind="fetch", input={"url": "https://x.org/y"}), ("fetch", (), "", "x.org")),
        (CallView(kind="edit", path="a\0b"), ("write", (), "", "")),
        (CallView(kind="search", title="Find"), ("agent_tool", (), "", "agent/Find")),
        (CallView(title="Mystery"), ("agent_tool", (), "", "agent/Mystery")),
    ],
)
def test_what_a_call_wants_to_do(tmp_path, call, wanted):
    root = tmp_path.resolve() / "w"
    root.mkdir()
    kind, argv, path, subject = wanted
    action = action_of("agent", call, root)
    assert (action.kind, action.argv, action.subject) == (kind, argv, subject)
    assert action.path == path.format(root=root, parent=root.parent)


def test_a_link_in_a_path_is_followed_before_it_is_judged(tmp_path):
    (tmp_path / "w").mkdir()
    (tmp_path / "w/link").symlink_to("/etc")
    action = action_of("agent", CallView(kind="edit", path="link/passwd"), tmp_path / "w")
    assert action.path.endswith("etc/passwd") and not action.path.startswith(str(tmp_path))


def test_variables_that_may_change_a_command_are_shown(tmp_path):
    env = [
        {"name": "NO_COLOR", "value": "1"},
        {"name": "PAGER", "value": "cat"},
        {"name": "LD_PRELOAD", "value": "/x.so"},
        {"name": "PAGER2", "value": "sh"},
        {"name": "bad name", "value": "x"},
    ]
    params = {"command": "git", "args": ["log", 3], "env": env}
    assert shown_argv(params) == ("env", "LD_PRELOAD=/x.so", "PAGER2=sh", "git", "log")
    assert shown_argv({"command": "git", "env": env[:2]}) == ("git",)
    assert shown_argv({"command": "git", "env": [{"name": "GIT_PAGER", "value": "sh -c id"}]})[0] == "env"
    request = terminal_request(params, tmp_path, {"HOME": "/h", "SECRET_KEY": "x"})
    assert request.argv == ("git", "log") and request.env["LD_PRELOAD"] == "/x.so" and request.env["HOME"] == "/h"
    assert "SECRET_KEY" not in request.env and "bad name" not in request.env and request.cwd == tmp_path


@pytest.mark.parametrize(
    ("shown", "asked"),
    [
        (("bash", "-c", "a; b"), ("bash", "-c", "a; b")),
        (("/bin/bash", "-c", "a; b"), ("bash", "-c", "a; b")),
        (("/bin/bash", "-c", "cd '/w x' && a; b"), ("bash", "-c", "a; b")),
        (("/usr/bin/bash", "-c", "cd '/w x' && ls -l"), ("ls", "-l")),
        (("/bin/bash", "-c", "cd '/w' && ls"), ("bash", "-c", "cd '/w' && ls")),
        (("/bin/bash", "-lc", "cd '/w x' && ls"), ("/bin/bash", "-lc", "cd '/w x' && ls")),
        (("/tmp/bash", "-c", "ls"), ("/tmp/bash", "-c", "ls")),
        (("env", "A=1", "/bin/bash", "-c", "ls"), ("env", "A=1", "/bin/bash", "-c", "ls")),
        (("ls",), ("ls",)),
    ],
)
def test_a_line_in_a_shell_of_the_agents_choice_is_the_line_it_asked_for(shown, asked):
    assert asked_argv(shown, Path("/w x")) == asked


def test_a_variable_is_harmless_only_with_its_usual_value():
    plain = [{"name": "SHELL", "value": "/bin/bash"}, {"name": "GIT_TERMINAL_PROMPT", "value": "0"}]
    assert shown_argv({"command": "git", "env": plain}) == ("git",)
    assert shown_argv({"command": "git", "env": [{"name": "SHELL", "value": "/tmp/sh"}]})[0] == "env"


def test_a_whole_line_in_the_place_of_a_program_is_for_a_shell(tmp_path):
    assert shown_argv({"command": "ls -la | wc"}) == ("bash", "-c", "ls -la | wc")
    assert shown_argv({"command": "cd src", "env": [{"name": "AGENT_SESSION_ID", "value": "1"}]}) == ("cd", "src")
    assert terminal_request({"command": "cd src"}, tmp_path, {}).argv == ("bash", "-c", "cd src")
    assert shown_argv({"command": "ls -la", "args": ["x"]}) == ("ls -la", "x")
    assert shown_argv({}) == ("",)
    assert shown_argv({"command": "a b\0"}) == ("a b\0",)
    assert terminal_request({"command": "x", "cwd": "a\0"}, tmp_path, {}).cwd == tmp_path


def test_the_scrollback_keeps_the_end_and_cuts_between_characters():
    kept = Scrollback(5)
    kept.add("ééé".encode())
    assert (kept.text(), kept.truncated) == ("éé", True)
    small = Scrollback(100)
    small.add(b"all")
    assert (small.text(), small.truncated) == ("all", False)


def test_menus_in_both_forms():
    offer = parse_offer(
        {
            "models": {"currentModelId": "p/a", "availableModels": [{"modelId": "p/a", "name": "A"}, {}]},
            "modes": {"currentModeId": "ask", "availableModes": [{"id": "ask"}]},
            "configOptions": [
                {
                    "id": "effort",
                    "category": "thought_level",
                    "currentValue": "low",
                    "options": [{"group": "g", "options": [{"value": "low"}, {"value": "high", "name": "High"}]}],
                }
            ],
        }
    )
    assert offer.models == Menu(current="p/a", choices=(Choice(id="p/a", name="A"),))
    assert offer.modes.current == "ask"
    assert offer.efforts.way == "option" and offer.efforts.option == "effort"
    assert [c.id for c in offer.efforts.choices] == ["low", "high"]
    assert offer.model_infos("x")[0].efforts == ("low", "high")
    changed = offer.with_current(offer.efforts, "high")
    assert changed.efforts.current == "high" and changed.models == offer.models


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("p/a", "p/a"), ("model a", "p/a"), ("b", "q/b"), ("c", None), ("", None), ("twice", None)],
)
def test_what_a_person_means_by_a_model(wanted, found):
    ids = ("p/a", "q/b", "p/twice", "q/twice")
    names = ("Model A", "Model B", "x", "y")
    menu = Menu(choices=tuple(Choice(id=i, name=n) for i, n in zip(ids, names, strict=True)))
    choice = menu.find(wanted)
    assert (choice.id if choice else None) == found


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("/fix it", "/fix it"),
        ("/etc/hosts looks wrong", " /etc/hosts looks wrong"),
        ("/", " /"),
        ("plain", "plain"),
        ("/fix\nmore", "/fix\nmore"),
    ],
)
def test_a_slash_that_is_no_command_is_guarded(text, sent):
    assert guard_slash(text, {"fix"}) == sent


def test_an_image_is_sent_as_base64():
    assert image_block(b"\0\1", "image/png") == {"type": "image", "data": "AAE=", "mimeType": "image/png"}


def turn(number, agent, answer):
    own = {"turn_id": f"t{number}"}
    return [
        PromptEntry(id=f"p{number}", number=number, text=f"ask {number}", agent=agent, **own),
        ToolEntry(id=f"c{number}", step=1, tool="edit", input={}, title="Edit x", outcome="success", **own),
        TextEntry(id=f"a{number}", text=answer, **own),
    ]


def test_an_agent_that_knows_its_own_turns_hears_of_the_others():
    history = [*turn(1, "a", "one"), *turn(2, "b", "two"), *turn(3, "c", "three")]
    note = handover_note(history, "a", fresh=False)
    assert "one" not in note and "[user, to b] ask 2" in note and "[edit] Edit x (success)" in note
    assert handover_note(history, "c", fresh=False) == ""
    assert "[answer] one" in handover_note(history, "a", fresh=True)
    assert "[answer] one" in handover_note(history, "d", fresh=False)
    assert handover_note([], "a", fresh=True) == ""


def test_a_long_chat_is_told_from_its_end():
    history = [entry for n in range(1, 200) for entry in turn(n, "b", f"answer {n} " + "x" * 9_000)]
    note = handover_note(history, "a", fresh=True)
    assert len(note) < 30_000 and "answer 199" in note and "answer 1 " not in note and "[…]" in note


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({"inputTokens": 9, "outputTokens": 2, "totalTokens": 11}, Usage(input=9, output=2)),
        (
            {"inputTokens": 9, "outputTokens": 2, "cachedReadTokens": 4, "totalTokens": 11},
            Usage(input=9, output=2, cached=4),
        ),
        (
            {"inputTokens": 9, "outputTokens": 2, "cachedReadTokens": 4, "totalTokens": 15},
            Usage(input=13, output=2, cached=4),
        ),
        (
            {"inputTokens": 9, "outputTokens": 2, "cachedReadTokens": 4, "thoughtTokens": 3, "totalTokens": 18},
            Usage(input=13, output=5, cached=4, reasoning=3),
        ),
        ({"input_tokens": 9, "output_tokens": 2}, Usage(input=9, output=2)),
        ({"inputTokens": -5, "outputTokens": "x", "totalTokens": None}, Usage()),
    ],
)
def test_tokens_in_every_way_of_counting(told, usage):
    assert parse_usage(told) == usage


def test_refusals_in_words():
    error = refusal(SPEC, "session/prompt", -32603, "Internal error", {"details": "400 bad"})
    assert "refused session/prompt: Internal error: 400 bad" in error.message and error.code == -32603
    assert "`a login`" in refusal(SPEC, "session/new", -32000, "Authentication required", None).hint


@pytest.mark.parametrize(
    ("fault", "ended", "message"),
    [
        ("", Exit(code=3), "Agent ended with exit code 3."),
        ("closed its input", Exit(code=3), "Agent ended with exit code 3."),
        ("closed its input", Exit(code=None, signal="SIGKILL", asked=True), "Agent closed its input."),
        ("", Exit(code=None, signal="SIGSEGV"), "Agent was killed by SIGSEGV."),
        ("", None, "Agent closed its output."),
    ],
)
def test_ends_in_words(fault, ended, message):
    assert ending(SPEC, fault, ended, ()).message == message


def test_an_end_is_told_with_the_last_words():
    assert "last\nwords" in ending(SPEC, "", Exit(code=1, tail=("last", "words")), (b"x",)).hint
    assert "moved to" in ending(SPEC, "", Exit(code=0), (b"this program moved to \xff",)).hint


def test_an_agent_gets_its_own_keys_and_nobody_elses():
    environ = {
        "PATH": "/bin",
        "GOOSE_MODEL": "m",
        "OPENAI_API_KEY": "k",
        "AWS_SECRET": "s",
        "https_proxy": "http://u:p@x",
    }
    env = agent_environment(environ, ("GOOSE_",))
    assert env["GOOSE_MODEL"] == "m" and env["https_proxy"] and env["PATH"] == "/bin"
    assert "OPENAI_API_KEY" not in env and "AWS_SECRET" not in env
    assert "GOOSE_MODEL" not in agent_environment(environ)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**64).map(random.Random))
def test_junk_never_raises_in_a_decision(dice):
    given_junk = [{dice.choice([*PARAMS, *NAMES]): junk(dice) for _ in range(8)} for _ in range(3)]
    for params in given_junk:
        parse_offer(params).models.find("x")
        parse_abilities(params)
        choose_answer(Authorization(allowed=True), parse_options(params))
        command_of(params)
        shown_argv(params)
        form_content("text", params)
        refusal(SPEC, "x", -1, "m", junk(dice))
        parse_usage(params)
        variables(params)
