"""The scripted agent by itself: its program, its script, and that it is as light as it claims."""

import json
import subprocess
import sys
import time
from pathlib import Path

from boocode_desktop.agents.scripted import tour
from boocode_desktop.agents.scripted.hands import Ran

SAMPLE = Path(__file__).parents[3] / "resources/tour/sample"


def talk(*messages):
    """The agent's answers to the messages, after it was hung up on."""
    text = "".join(json.dumps(m) + "\n" if isinstance(m, dict) else m for m in messages)
    command = [sys.executable, "-m", "boocode_desktop.agents.scripted_agent", "--pace", "0"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=20, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_says_that_it_is_scripted_and_leaves_when_it_is_hung_up_on():
    (answer,) = talk({"id": 1, "method": "initialize", "params": {}})
    assert answer["result"]["agentInfo"]["title"] == "Scripted tour agent"


def test_it_answers_what_it_does_not_know_and_survives_junk():
    answers = talk("junk\n", "[1]\n", {"id": 1, "method": "x/y"}, {"id": 2, "method": "session/prompt", "params": {}})
    assert [a["error"]["code"] for a in answers] == [-32601, -32602]


def test_it_loads_nothing_heavy():
    code = "import sys, boocode_desktop.agents.scripted_agent as a; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"acp", "pydantic", "asyncio", "httpx", "sqlalchemy", "shutil", "subprocess"} & set(loaded)
    ours = {name for name in loaded if name.startswith("boocode_desktop.")}
    assert all(name.startswith("boocode_desktop.agents") for name in ours)


def test_it_starts_at_once():
    def seconds(*arguments):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], input=b"", check=True)
        return time.perf_counter() - started

    bare = min(seconds("-c", "pass") for _ in range(3))
    ours = min(seconds("-m", "boocode_desktop.agents.scripted_agent") for _ in range(3))
    assert ours < bare + 0.5


def test_the_script_fits_the_sample():
    source, tests = (SAMPLE / tour.SOURCE).read_text(), (SAMPLE / tour.TESTS).read_text()
    assert source.count(tour.WRONG) == 1
    more = tour.with_test(tests)
    assert more.count("def test_") == tests.count("def test_") + 1
    compile(more, tour.TESTS, "exec")


def test_the_samples_tests_fail_before_and_pass_after_the_repair(tmp_path):
    for fixed, code in ((False, 1), (True, 0)):
        folder = tmp_path / str(fixed)
        (folder / "tests").mkdir(parents=True)
        for path in SAMPLE.rglob("*.py"):
            target = folder / path.relative_to(SAMPLE)
            target.parent.mkdir(exist_ok=True)
            text = path.read_text()
            if fixed:
                text = tour.with_test(text.replace(tour.WRONG, tour.RIGHT))
            target.write_text(text)
        done = subprocess.run([sys.executable, "-m", "unittest"], cwd=folder, capture_output=True, check=False)
        assert done.returncode == code, done.stderr


def test_the_summary_tells_what_really_happened():
    failed = Ran(1, "Ran 9 tests in 0.001s\n\nFAILED (failures=1)\n")
    told = tour.summary(failed, Ran(0, "Ran 10 tests in 0.001s\n\nOK\n"))
    assert "1 of 9 tests failed" in told and "10 tests, all passed" in told
    assert "not run, as you wished" in tour.summary(Ran(-1, ""), Ran(-1, ""))
    assert "failed with exit code 127" in tour.summary(failed, Ran(127, "no python"))
