"""The scripted server as a program of its own, which end-to-end tests drive from outside."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from boocode_desktop.domain.model_stream import ModelMessage, ModelRequest, StreamEnd
from tests.fakes.model_client import model_at

ROOT = Path(__file__).parents[2]


@pytest.fixture
def served(tmp_path):
    """The base URL of a running server that plays one scripted reply first."""
    script = tmp_path / "script.json"
    script.write_text(json.dumps([[{"text": "from the file"}, {"finish": "stop"}]]))
    command = [sys.executable, "-m", "tests.fakes.openai_server", "--script", str(script), "--parent"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        word, url = child.stdout.readline().split()
        assert word == "READY"
        yield url
        child.stdin.close()
        assert child.wait(10) == 0


def control(url, path):
    with urllib.request.urlopen(url.removesuffix("/v1") + f"/control/{path}", timeout=10) as answer:
        return json.load(answer)


def test_the_file_comes_first_and_then_the_prompt_decides(served):
    async def ask(text):
        model = model_at(served)
        request = ModelRequest(messages=(ModelMessage(role="user", text=text),))
        pieces = [p async for p in model.stream(request)]
        await model.close()
        return pieces

    first = asyncio.run(ask("hello"))
    assert "".join(p.text for p in first[:-1]) == "from the file"
    second = asyncio.run(ask("@@read a.txt"))
    assert isinstance(second[-1], StreamEnd) and second[-1].tool_calls[0].name == "read_file"
    rows = control(served, "requests")["requests"]
    assert [r["body"]["messages"][0]["content"] for r in rows] == ["hello", "@@read a.txt"]


def test_gates_are_opened_from_outside(served):
    assert control(served, "reached/here") == {"reached": False, "released": False}
    assert control(served, "release/here")["released"]

    async def ask():
        model = model_at(served)
        last = None
        for text in ("use up the file", "@@gate here\n@@say through"):
            request = ModelRequest(messages=(ModelMessage(role="user", text=text),))
            last = [p async for p in model.stream(request)]
        await model.close()
        return last

    assert asyncio.run(ask())[0].text == "through"
    assert control(served, "reached/here")["reached"]
