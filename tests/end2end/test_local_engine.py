"""The main job on a real llama.cpp server with a tiny random model: it cannot think, but all around it is real."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.aftermath import assert_gone, descendants
from tests.fakes.program import Program, make_repository
from tests.fakes.tiny_gguf import TinyModel, write_tiny_model

pytest.importorskip("xllamacpp")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """A program whose engine runs a tiny model; the engine ends with it."""
    model = tmp_path / "tiny.gguf"
    write_tiny_model(model, TinyModel(context=12_288, tool_rate=0.02))
    program = Program(tmp_path / "boo")
    program.home.mkdir()
    (program.home / "settings.toml").write_text("step_limit = 1\n")  # a random model never decides that it is done
    engine = program.start("engine", "start", str(model), "--json")
    ready = json.loads(engine.stdout.readline())
    assert ready["state"] == "ready" and ready["context"] > 4_096
    family = descendants(engine.pid)
    yield program
    engine.send_signal(signal.SIGTERM)
    assert engine.wait(20) == 130
    assert_gone(family)
    for pipe in (engine.stdin, engine.stdout, engine.stderr):
        pipe.close()


def test_a_turn_on_the_local_engine(program: Program, tmp_path: Path):
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    assert program.json("engine", "status")["state"] == "ready"
    events = program.run("Say something.", "-C", str(repository), code=None)
    kinds = [e["type"] for e in events]
    assert kinds[0] == "turn_started" and kinds[-1] == "turn_finished"
    step = next(e for e in events if e["type"] == "step_finished")
    assert step["usage"]["input"] > 100
    assert step["ttft_ms"] is not None
    assert step["context_size"] > 4_096
    assert {"text", "reasoning", "tool_started"} & set(kinds)
    assert kinds.count("tool_started") == kinds.count("tool_finished")
    calls = [e for e in events if e["type"] == "tool_started"]
    traces = program.json("traces", "--chat", events[0]["chat_id"], "--limit", "200")["traces"]
    assert len(traces) == min(200, len(calls))
    assert (repository / "a.txt").read_text() == "alpha\n"
    assert program.json("usage", "--chat", events[0]["chat_id"])["input"] > 0
