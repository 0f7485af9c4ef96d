"""Tool calls in prose: found where they are meant, left alone where they are talked about."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.llm.text_calls import ProseGate, find_calls, in_code, is_placeholder


def tool(name, *required):
    return ToolSpec(name=name, description="", parameters={"type": "object", "required": list(required)})


TOOLS = [tool("read_file", "path"), tool("create_file", "path", "content"), tool("git_status")]


def found(text):
    result = find_calls(text, TOOLS)
    return [(c.name, json.loads(c.arguments)) for c in result.calls], result.text


READ = [("read_file", {"path": "a.py"})]


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>{"name": "read_file", "arguments": {"path": "a.py"}}</tool_call>',
        '<tool_call>\n{"name": "read_file", "arguments": {"path": "a.py"}}\n</tool_call>',
        '<tool_call>{"name": "read_file", "parameters": {"path": "a.py"}}</tool_call>',
        '<tool_call>{"name": "read_file", "arguments": "{\\"path\\": \\"a.py\\"}"}</tool_call>',
        '<tool_call>{"function": {"name": "read_file", "arguments": {"path": "a.py"}}}</tool_call>',
        '<tool_call>{"name": "read_file", "arguments": {"path": "a.py"}}',
        "<function=read_file><parameter=path>a.py</parameter></function>",
        "<function=read_file>\n<parameter=path>\na.py\n</parameter>\n</function>",
        "<tool_call>\n<function=read_file>\n<parameter=path>\na.py\n</parameter>\n</function>\n</tool_call>",
        '<function=read_file>{"path": "a.py"}</function>',
        '<invoke name="read_file"><parameter name="path">a.py</parameter></invoke>',
        "<function_calls>\n<invoke name='read_file'>\n<parameter name='path'>a.py</parameter>\n</invoke>\n"
        "</function_calls>",
    ],
)
def test_every_way_of_writing(text):
    assert found(text) == (READ, "")
    calls, rest = found(f"I look.\n{text}\n")
    assert calls == READ and rest == "I look."


def test_several_calls():
    one = '{"name": "read_file", "arguments": {"path": "a.py"}}'
    two = '{"name": "git_status", "arguments": {}}'
    calls, rest = found(f"<tool_call>{one}\n{two}</tool_call> and <tool_call>{two}</tool_call> done")
    assert [name for name, _ in calls] == ["read_file", "git_status", "git_status"] and rest == "and  done"


def test_content_keeps_its_lines():
    body = "def f():\n    return '</b>'\n"
    calls, _ = found(
        f"<function=create_file><parameter=path>a.py</parameter><parameter=content>\n{body}\n</parameter></function>"
    )
    assert calls == [("create_file", {"path": "a.py", "content": body})]


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>{"name": "unknown", "arguments": {}}</tool_call>',
        '<tool_call>{"name": "read_file", "arguments": {"path": "..."}}</tool_call>',
        '<tool_call>{"name": "read_file", "arguments": {"path": "<path>"}}</tool_call>',
        '<tool_call>{"name": "read_file", "arguments": {"path": ""}}</tool_call>',
        '<tool_call>{"name": "read_file", "arguments": {}}</tool_call>',
        '<tool_call>{"name": "read_file", "arguments": [1]}</tool_call>',
        '<tool_call>{"name": "read_file", "arguments": "not json"}</tool_call>',
        '<tool_call>{"name": "read_file", "argum',
        "<tool_call>later</tool_call>",
        "<function=read_file><parameter=path>...</parameter></function>",
        "<function=read_file>{broken</function>",
        '<invoke name="read_file"><parameter name="path"><file name></parameter></invoke>',
        '```\n<tool_call>{"name": "git_status", "arguments": {}}</tool_call>\n```',
        '~~~xml\n<tool_call>{"name": "git_status", "arguments": {}}</tool_call>',
        'Write `<tool_call>{"name": "git_status", "arguments": {}}</tool_call>` to call it.',
        "Plain prose with <b>tags</b> and a < b.",
    ],
)
def test_what_is_no_call_stays_prose(text):
    assert found(text) == ([], text)


def test_code_ends_where_its_fence_ends():
    text = "```\ncode\n```\n" + '<tool_call>{"name": "git_status", "arguments": {}}</tool_call>'
    assert found(text) == ([("git_status", {})], "```\ncode\n```")
    assert in_code("````\n```\nx", 9) and not in_code("```\na\n```\nx", 10)


@pytest.mark.parametrize(
    ("value", "placeholder"),
    [
        *[(v, True) for v in ("...", "<path>", "<path/to/file>", "…", "[file name]", "{path}")],
        *[(v, False) for v in ("a...", "<a href='x'>", "src/<b>.py", "", 3, "<p>x</p>")],
    ],
)
def test_placeholders(value, placeholder):
    assert is_placeholder(value) is placeholder


def play(text, sizes, tools=TOOLS):
    gate, shown, at = ProseGate(tools), "", 0
    for size in sizes:
        shown += gate.feed(text[at : at + size])
        at += size
    shown += gate.feed(text[at:])
    end = gate.close()
    return shown, end


def test_prose_flows_until_a_call_begins():
    gate = ProseGate(TOOLS)
    assert gate.feed("I look at a < b. ") == "I look at a < b. "
    assert gate.feed("<tool") == ""
    assert gate.feed("box> is fine ") == "<toolbox> is fine "
    assert gate.feed("<tool_call>") == ""
    assert gate.feed('{"name": "git_status"}</tool_call>') == ""
    end = gate.close()
    assert end.text == "" and [c.name for c in end.calls] == ["git_status"]


def test_without_tools_nothing_is_looked_for():
    shown, end = play("<tool_call>{}</tool_call>", [3], tools=[])
    assert shown == "<tool_call>{}</tool_call>" and end.calls == () and end.text == ""


_chunks = st.lists(
    st.sampled_from(
        [
            "text ",
            "\n",
            "```\n",
            "`",
            "<",
            "<tool_call>",
            '{"name": "git_status", "arguments": {}}',
            "</tool_call>",
            "<function=git_status></function>",
            "<invoke name=",
        ]
    ),
    max_size=10,
).map("".join)


@given(text=_chunks, sizes=st.lists(st.integers(1, 9), max_size=30))
def test_streaming_finds_what_the_whole_text_holds(text, sizes):
    shown, end = play(text, sizes)
    whole = find_calls(text, TOOLS)
    assert [c.name for c in end.calls] == [c.name for c in whole.calls]
    if not end.calls:
        assert shown + end.text == text


@given(st.text(max_size=200))
def test_any_text_is_survived(text):
    assert find_calls(text, TOOLS).calls == () or "<" in text
