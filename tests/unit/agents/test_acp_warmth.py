"""Decisions of warmth: who shares a child, what a session depends on, private notifications, menus that change."""

from dataclasses import replace

import pytest

from boocode_desktop.agents.acp.child_keys import ChildKey, child_key
from boocode_desktop.agents.acp.offers import parse_offer
from boocode_desktop.agents.acp.opening import fingerprint_of
from boocode_desktop.agents.acp.private_notifications import as_update
from boocode_desktop.agents.specs import AgentSpec

SPEC = AgentSpec(name="x", label="X", commands=("x",), args=("acp",))
MODEL = {
    "id": "model",
    "category": "model",
    "currentValue": "a",
    "options": [{"value": "a", "name": "A"}, {"value": "b", "name": "B"}],
}
TONE = {
    "id": "tone",
    "currentValue": "dry",
    "options": [{"value": "dry", "name": "Dry"}, {"value": "wet", "name": "W"}],
}
MODES = {"currentModeId": "ask", "availableModes": [{"id": "ask", "name": "Ask"}, {"id": "plan", "name": "Plan"}]}


@pytest.mark.parametrize(
    ("own", "sandboxed", "expected"),
    [
        (False, False, ChildKey()),
        (True, False, ChildKey(chat_id="c")),
        (False, True, ChildKey(root="/w")),
        (True, True, ChildKey(chat_id="c", root="/w")),
    ],
)
def test_a_child_is_shared_by_all_or_by_a_worktree_or_by_nobody(own, sandboxed, expected):
    spec = replace(SPEC, own_child_per_chat=own)
    assert child_key(spec, chat_id="c", root="/w", sandboxed=sandboxed) == expected


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"label": "Y", "login": "y"}, True),
        ({"args": ("acp", "--yolo")}, False),
        ({"commands": ("y",)}, False),
        ({"env": (("A", "1"),)}, False),
        ({"options": (("tone", "wet"),)}, False),
    ],
)
def test_a_session_depends_on_how_its_agent_is_started(changes, same):
    assert (fingerprint_of(SPEC) == fingerprint_of(replace(SPEC, **changes))) is same


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        ("qwen/notify/session/mode-update", {"v": 1, "sessionId": "s", "currentModeId": "plan"}, ("s", "plan")),
        ("_qwen/notify/session/model-update", {"sessionId": "s", "currentModelId": "m"}, ("s", "m")),
        ("qwen/notify/session/mode-update", {"currentModeId": "plan"}, None),
        ("qwen/notify/session/mode-update", {"sessionId": "s", "currentModeId": 7}, None),
        ("qwen/notify/session/title-update", {"sessionId": "s", "title": "t"}, None),
        ("$/cancel_request", {"id": 1}, None),
        ("session/mode-update", None, None),
    ],
)
def test_private_notifications_that_we_know_become_updates(method, params, expected):
    told = as_update(method, params)
    if expected is None:
        assert told is None
    else:
        assert told is not None and told[0] == expected[0] and expected[1] in told[1].values()


def test_an_update_of_a_mode_moves_the_menu_and_keeps_its_choices():
    offer = parse_offer({"modes": MODES}).after_update({"currentModeId": "plan"})
    assert (offer.modes.current, offer.modes.way, len(offer.modes.choices)) == ("plan", "request", 2)


def test_an_update_of_config_options_replaces_what_it_tells_and_nothing_else():
    offer = parse_offer({"modes": MODES, "configOptions": [MODEL, TONE]})
    assert [menu.option for menu in offer.others] == ["tone"]
    changed = [{**MODEL, "currentValue": "b"}, {**TONE, "currentValue": "wet"}]
    told = offer.after_update({"sessionUpdate": "config_option_update", "configOptions": changed})
    assert (told.models.current, told.others[0].current, told.modes.current) == ("b", "wet", "ask")


def test_a_menu_with_a_request_of_its_own_keeps_it_when_an_option_of_the_same_name_is_told():
    mode = {"id": "mode", "category": "mode", "currentValue": "plan", "options": [{"value": "plan", "name": "P"}]}
    offer = parse_offer({"modes": MODES}).after_update({"configOptions": [mode]})
    assert (offer.modes.way, offer.modes.current, len(offer.modes.choices)) == ("request", "plan", 2)


@pytest.mark.parametrize("junk", [{}, {"configOptions": "x"}, {"configOptions": [3, {}]}, {"currentModeId": []}])
def test_junk_changes_no_menu(junk):
    offer = parse_offer({"modes": MODES, "configOptions": [MODEL, TONE]})
    assert offer.after_update(junk) == offer
