"""The scripted model in the dialects that claude and codex speak: what is streamed, and how a script goes on."""

import json

import httpx
import pytest

from tests.fakes.openai_server import OpenAIServer

SCRIPT = '@@reason Hm.\n@@call Bash {"command": "ls"}\n@@say All done.'


@pytest.fixture
def server():
    with OpenAIServer(api_key="k") as running:
        yield running
        assert not running.errors


def events(server: OpenAIServer, path: str, body: dict) -> list[dict]:
    answer = httpx.post(f"{server.base_url}/{path}", json={**body, "stream": True}, headers={"x-api-key": "k"})
    assert answer.status_code == 200
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line.startswith("data: ")]


def test_messages(server):
    asked = {"role": "user", "content": [{"type": "text", "text": SCRIPT}]}
    first = events(server, "messages", {"model": "m", "messages": [asked]})
    blocks = [e["content_block"] for e in first if e["type"] == "content_block_start"]
    assert [b["type"] for b in blocks] == ["thinking", "tool_use"] and blocks[1]["name"] == "Bash"
    given = "".join(e["delta"].get("partial_json", "") for e in first if e["type"] == "content_block_delta")
    assert json.loads(given) == {"command": "ls"}
    assert [e["delta"]["stop_reason"] for e in first if e["type"] == "message_delta"] == ["tool_use"]
    assert first[0]["type"] == "message_start" and first[-1]["type"] == "message_stop"
    assert sum(e["type"] == "content_block_stop" for e in first) == 2
    call = {"role": "assistant", "content": [{**blocks[1], "input": {"command": "ls"}}]}
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": blocks[1]["id"], "content": "a"}]}
    second = events(server, "messages", {"model": "m", "messages": [asked, call, result]})
    text = "".join(e["delta"].get("text", "") for e in second if e["type"] == "content_block_delta")
    assert text == "All done."
    assert [e["delta"]["stop_reason"] for e in second if e["type"] == "message_delta"] == ["end_turn"]
    assert first[0]["message"]["id"] != second[0]["message"]["id"]


def test_responses(server):
    asked = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": SCRIPT}]}
    first = events(server, "responses", {"model": "m", "input": [asked]})
    items = first[-1]["response"]["output"]
    assert first[0]["type"] == "response.created" and first[-1]["type"] == "response.completed"
    assert [item["type"] for item in items] == ["reasoning", "function_call"]
    assert (items[1]["name"], json.loads(items[1]["arguments"])) == ("Bash", {"command": "ls"})
    assert [e["item"] for e in first if e["type"] == "response.output_item.done"] == items
    result = {"type": "function_call_output", "call_id": items[1]["call_id"], "output": "a"}
    second = events(server, "responses", {"model": "m", "input": [asked, items[1], result]})
    assert "".join(e["delta"] for e in second if e["type"] == "response.output_text.delta") == "All done."
    assert second[-1]["response"]["usage"]["output_tokens"] > 0
