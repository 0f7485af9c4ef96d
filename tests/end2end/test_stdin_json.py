"""`run --stdin-json`: prompts, answers, steering and cancelling over JSON lines."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.conversation import Conversation
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import Program, make_repository


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def talk(tmp_path: Path, server: OpenAIServer) -> Iterator[Conversation]:
    program = Program(tmp_path / "boo")
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    conversation = Conversation(program, "-C", str(repository), "--base-url", server.base_url)
    yield conversation
    conversation.close()


def test_a_permission_is_answered(talk: Conversation):
    talk.say(type="prompt", text="@@run touch made.txt\n@@say Made.")
    asked = talk.until("permission_requested")
    assert asked["argv"] == ["touch", "made.txt"]
    assert asked["rule"] == "run: touch made.txt"
    talk.say(type="answer", request_id=asked["request_id"], option_id="once")
    assert talk.until("permission_resolved")["by"] == "user"
    assert talk.until("tool_finished")["outcome"] == "success"
    assert talk.until("turn_finished")["status"] == "completed"
    assert talk.end() == 0


def test_a_denied_permission_reaches_the_model(talk: Conversation, server: OpenAIServer):
    talk.say(type="prompt", text="@@run touch made.txt\n@@say Sorry.")
    asked = talk.until("permission_requested")
    talk.say(type="answer", request_id=asked["request_id"], option_id="deny", text="not now")
    assert talk.until("tool_finished")["outcome"] == "denied"
    talk.until("turn_finished", status="completed")
    results = [m for m in server.chats[-1].body["messages"] if m["role"] == "tool"]
    assert "not now" in results[-1]["content"]
    assert talk.end() == 0


def test_cancelling_ends_the_turn_at_once(talk: Conversation):
    talk.say(type="prompt", text="@@say Wait\n@@hang")
    talk.until("text")
    talk.say(type="cancel")
    assert talk.until("turn_finished")["status"] == "cancelled"
    assert talk.end() == 130


def test_steering_and_queueing(talk: Conversation, server: OpenAIServer):
    talk.say(type="prompt", text="@@gate one\n@@read a.txt\n@@say First.")
    talk.until("step_started")
    server.wait_reached("one")
    talk.say(type="prompt", text="@@say Second.")
    talk.until("queue_changed")
    talk.say(type="prompt", text="and be brief", mode="steer")
    talk.until("queue_changed")
    server.release("one")
    assert talk.until("steered")["text"] == "and be brief"
    talk.until("turn_finished", status="completed")
    assert talk.until("turn_started")["prompt"] == "@@say Second."
    talk.until("turn_finished", status="completed")
    assert talk.end() == 0


def test_a_bad_line_is_refused_and_the_rest_goes_on(talk: Conversation):
    talk.child.stdin.write("this is no json\n")
    talk.say(type="nonsense")
    assert "no JSON" in talk.until("refused")["message"]
    assert "nonsense" in talk.until("refused")["message"]
    talk.say(type="prompt", text="@@say Fine.")
    talk.until("turn_finished", status="completed")
    assert talk.end() == 0


def test_a_question_of_the_agent_is_answered(talk: Conversation, server: OpenAIServer):
    call = json.dumps({"question": "Which?", "options": [{"label": "red"}, {"label": "blue"}]})
    talk.say(type="prompt", text=f"@@call ask_user_input {call}\n@@say Thanks.")
    asked = talk.until("permission_requested")
    assert asked["kind"] == "question"
    chosen = next(o for o in asked["options"] if "blue" in o["label"])
    talk.say(type="answer", request_id=asked["request_id"], option_id=chosen["id"])
    assert talk.until("tool_finished")["outcome"] == "success"
    talk.until("turn_finished", status="completed")
    assert "blue" in [m for m in server.chats[-1].body["messages"] if m["role"] == "tool"][-1]["content"]
    assert talk.end() == 0
