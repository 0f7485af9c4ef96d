"""Requests as they go over the wire."""

import typing

import pytest

from boocode_desktop.config.settings import Effort, PresetName
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.model_stream import ModelMessage, ModelRequest, ToolCall, ToolSpec
from boocode_desktop.llm.presets import guess_preset, preset
from boocode_desktop.llm.wire import all_images, build_body, data_uri, refused_field
from boocode_desktop.net.client import encode

IMAGE = ImageRef(sha256="s", media_type="image/png")
TOOL = ToolSpec(name="read_file", description="Read.", parameters={"type": "object"})
CALL = ToolCall(id="c1", name="read_file", arguments='{"path": "a"}')
TALK = (
    ModelMessage(role="system", text="Be brief."),
    ModelMessage(role="user", text="Look", images=(IMAGE,)),
    ModelMessage(role="assistant", text="", reasoning="hm", tool_calls=(CALL,)),
    ModelMessage(role="tool", text="content", tool_call_id="c1"),
    ModelMessage(role="assistant", text="Done", reasoning="so"),
)


def body(kind="generic", *, messages=TALK, tools=(TOOL,), effort="", max_tokens=None):
    request = ModelRequest(messages=messages, tools=tools, max_tokens=max_tokens)
    return build_body(request, preset(kind), model="m", effort=effort, images={"s": "data:image/png;base64,QQ=="})


def test_messages_and_tools():
    sent = body(max_tokens=10)
    system, user, calling, result, done = sent["messages"]
    assert system == {"role": "system", "content": "Be brief."}
    assert user["content"] == [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}},
    ]
    function = {"name": "read_file", "arguments": '{"path": "a"}'}
    assert calling["tool_calls"] == [{"id": "c1", "type": "function", "function": function}]
    assert result == {"role": "tool", "content": "content", "tool_call_id": "c1"}
    assert done == {"role": "assistant", "content": "Done"}
    assert sent["tools"][0]["function"] == {
        "name": "read_file",
        "description": "Read.",
        "parameters": {"type": "object"},
    }
    assert sent["stream"] is True and sent["stream_options"] == {"include_usage": True} and sent["max_tokens"] == 10


def test_the_longer_conversation_begins_with_the_bytes_of_the_shorter():
    shorter, longer = (encode(body(messages=TALK[:n])["messages"]) for n in (3, 5))
    assert longer.startswith(shorter[:-1])


@pytest.mark.parametrize(
    ("kind", "with_call", "without"),
    [("generic", None, None), ("deepseek", "hm", None), ("llama.cpp", "hm", "so"), ("llama-swap", "hm", "so")],
)
def test_which_thinking_goes_back(kind, with_call, without):
    messages = body(kind)["messages"]
    assert messages[2].get("reasoning_content") == with_call
    assert messages[4].get("reasoning_content") == without


def test_deepseek_wants_the_field_even_where_there_was_no_thinking():
    silent = (ModelMessage(role="assistant", tool_calls=(CALL,)),)
    assert body("deepseek", messages=silent)["messages"][0]["reasoning_content"] == ""


@pytest.mark.parametrize(
    ("kind", "effort", "fields"),
    [
        ("generic", "", {}),
        ("generic", "low", {"reasoning_effort": "low"}),
        ("generic", "off", {"reasoning_effort": "none"}),
        ("deepseek", "", {}),
        ("deepseek", "off", {"thinking": {"type": "disabled"}}),
        ("deepseek", "max", {"thinking": {"type": "enabled"}, "reasoning_effort": "max"}),
        ("llama.cpp", "off", {"chat_template_kwargs": {"enable_thinking": False}}),
        ("llama.cpp", "high", {"chat_template_kwargs": {"enable_thinking": True, "reasoning_effort": "high"}}),
        ("llama.cpp", "unheard of", {}),
        ("deepseek", "medium", {"thinking": {"type": "enabled"}, "reasoning_effort": "high"}),
        ("generic", "max", {"reasoning_effort": "high"}),
    ],
)
def test_efforts(kind, effort, fields):
    plain, sent = body(kind), body(kind, effort=effort)
    assert {k: v for k, v in sent.items() if k not in plain} == fields


def test_only_local_servers_get_their_own_fields():
    assert "cache_prompt" not in body("generic") and "cache_prompt" not in body("deepseek")
    assert body("llama.cpp")["cache_prompt"] is True and body("llama.cpp")["return_progress"] is True
    assert "parallel_tool_calls" not in body("llama.cpp", tools=())


@pytest.mark.parametrize("broken", ['{"path": ', "", "[1]", "nonsense"])
def test_broken_arguments_are_quoted_because_servers_refuse_them(broken):
    message = ModelMessage(role="assistant", tool_calls=(ToolCall(id="c", name="read_file", arguments=broken),))
    arguments = body(messages=(message,))["messages"][0]["tool_calls"][0]["function"]["arguments"]
    assert "invalid_json" in arguments


def test_images_are_inline_and_counted_once():
    assert data_uri(IMAGE, b"A") == "data:image/png;base64,QQ=="
    assert all_images([TALK[1], TALK[1]]) == (IMAGE,)


def test_a_field_that_the_server_refuses_by_name():
    sent = body("generic", effort="low")
    assert refused_field(sent, preset("generic"), "Unknown parameter: reasoning_effort") == "reasoning_effort"
    assert refused_field(sent, preset("generic"), "cache_prompt is unknown") == ""
    assert refused_field(body("llama.cpp"), preset("llama.cpp"), "cache_prompt: extra") == "cache_prompt"


def test_presets_are_guessed_from_addresses_and_owners():
    assert guess_preset("https://api.deepseek.com/v1").name == "deepseek"
    assert guess_preset("http://127.0.0.1/v1", "llamacpp").name == "llama.cpp"
    assert guess_preset("http://127.0.0.1/v1", "llama-swap").name == "llama-swap"
    assert guess_preset("http://127.0.0.1/v1", "vllm").name == "generic"
    assert [m.id for m in preset("deepseek").models] == ["deepseek-v4-flash", "deepseek-v4-pro"]


def test_every_effort_of_the_settings_means_something_everywhere():
    wanted = [effort for effort in typing.get_args(Effort) if effort]
    for kind in typing.get_args(PresetName):
        assert all(preset(kind).effort_fields(effort) for effort in wanted)
