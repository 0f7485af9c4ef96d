"""Calls of foreign agents that their subagents make name the call that began it."""

import pytest

from boocode_desktop.agents.acp.tool_calls import ToolCalls


@pytest.mark.parametrize(
    "told",
    [{"_meta": {"claudeCode": {"parentToolUseId": "task"}}}, {"parentToolCallId": "task"}],
    ids=["meta", "update"],
)
def test_a_subagents_call_names_the_call_that_began_it(told):
    calls = ToolCalls(iter("ab").__next__)
    (lead,) = calls.update({"sessionUpdate": "tool_call", "toolCallId": "task", "title": "Task"}, 1, 0.0)
    child, *_ = calls.update({"sessionUpdate": "tool_call", "toolCallId": "x", "title": "Read", **told}, 1, 0.0)
    assert (lead.parent, child.parent) == ("", lead.trace_id)


@pytest.mark.parametrize("told", [{"_meta": 3}, {"_meta": {"claudeCode": []}}, {"parentToolCallId": "gone"}])
def test_a_parent_that_is_none_is_none(told):
    calls = ToolCalls(iter("ab").__next__)
    child, *_ = calls.update({"sessionUpdate": "tool_call", "toolCallId": "x", "title": "Read", **told}, 1, 0.0)
    assert child.parent == ""
