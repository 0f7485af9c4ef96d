"""Commands that do not behave: daemons, deaf ones, floods, escapes, secrets, our own death meanwhile."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import psutil
import pytest

from boocode_desktop.content.ansi import safe_text
from boocode_desktop.domain.events import ToolUpdated
from boocode_desktop.domain.redaction import redact_text
from boocode_desktop.processes.sweep import sweep
from tests.fakes.tool_rig import git_in, rig_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")


@pytest.fixture(params=[False, True], ids=["bare", "sandboxed"])
def rig(tmp_path, request):
    return rig_in(tmp_path / "tree", sandboxed=request.param, rules=[("allow", "run: *")])


def python(body):
    return {"command": sys.executable, "args": ["-c", textwrap.dedent(body)]}


def left_in(folder):
    """Living processes that work in a folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.cmdline())
        except psutil.Error:
            continue
    return found


DAEMONS = {
    "background": "import subprocess; subprocess.Popen(['sleep', '300'])",
    "own session": "import subprocess; subprocess.Popen(['sleep', '300'], start_new_session=True)",
    "closed pipes": """
        import subprocess
        quiet = subprocess.DEVNULL
        subprocess.Popen(['sleep', '300'], start_new_session=True, stdin=quiet, stdout=quiet, stderr=quiet)
    """,
    "double fork": """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(300)
            os._exit(0)
        os.wait()
    """,
    "deaf": """
        import signal, subprocess, sys
        body = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
        subprocess.Popen([sys.executable, '-c', body], start_new_session=True)
    """,
    "many": """
        import subprocess
        for _ in range(40):
            subprocess.Popen(['sleep', '300'], start_new_session=True)
    """,
}


@pytest.mark.parametrize("kind", sorted(DAEMONS))
def test_what_a_command_leaves_behind_is_ended(rig, kind):
    output = rig.run("run_command", **python(textwrap.dedent(DAEMONS[kind]) + "\nprint('done')"))
    assert (output.outcome, output.text.split("\n")[0]) == ("success", "done")
    assert left_in(rig.root) == []
    if output.details["sandbox"].startswith("not"):
        assert output.details["left_running"] == (40 if kind == "many" else 1)
        assert "left running" in output.text


@pytest.mark.parametrize("kind", sorted(DAEMONS))
def test_what_a_command_started_ends_with_its_time(rig, kind):
    body = textwrap.dedent(DAEMONS[kind]) + "\nimport time; print('on', flush=True); time.sleep(300)"
    output = rig.run("run_command", command=sys.executable, args=["-c", body], timeout_s=1)
    assert (output.outcome, output.text) == ("timeout", "on")
    assert left_in(rig.root) == []


def test_a_command_deaf_to_sigterm_is_killed(rig):
    body = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(300)"
    )
    output = rig.run("run_command", **python(body), timeout_s=1)
    assert (output.outcome, output.text) == ("timeout", "deaf")
    assert left_in(rig.root) == []


def test_a_stopped_command_is_killed(rig):
    output = rig.run("run_command", command="sh", args=["-c", "kill -STOP $$"], timeout_s=1)
    assert output.outcome == "timeout"
    assert left_in(rig.root) == []


def test_huge_output_is_bounded_and_the_loop_lives(rig):
    beats = 0

    async def play():
        nonlocal beats
        call = asyncio.create_task(
            rig.call(
                "run_command", command="sh", args=["-c", "head -c 100000000 /dev/zero | tr '\\0' 'y'; echo; echo end"]
            )
        )
        while not call.done():
            await asyncio.sleep(0.01)
            beats += 1
        return call.result()

    output = asyncio.run(play())
    assert output.outcome == "success"
    assert output.details["bytes"] == 100_000_005
    assert len(output.text) < 34_000
    assert output.text.split("\n")[-2] == "end"
    shown = [e for e in rig.events if isinstance(e, ToolUpdated)]
    assert sum(len(e.output) for e in shown) < 16_000 * (len(shown) + 1)
    assert beats > 5


def test_huge_output_in_tiny_writes_reports_at_most_ten_times_a_second(rig):
    body = "import sys\nfor n in range(200_000):\n    sys.stdout.write('x\\n'); sys.stdout.flush()"
    started = time.monotonic()
    output = rig.run("run_command", **python(body))
    seconds = time.monotonic() - started
    assert output.details["bytes"] == 400_000
    assert len(rig.events) <= 10 * seconds + 3


ESCAPES = {
    "title": b"\x1b]0;owned\x07",
    "clipboard": b"\x1b]52;c;cm0gLXJm\x07",
    "link": b"\x1b]8;;file:///etc/passwd\x1b\\click\x1b]8;;\x1b\\",
    "query": b"\x1b[6n\x1b[c\x1bP+q544e\x1b\\",
    "clear": b"\x1b[2J\x1b[H\x1b[3J",
    "overwrite": b"rm -rf /\rls     \n",
    "bidi": "\u202ecod.exe\u2066".encode(),
    "never ended": b"\x1b]0;",
    "c1": b"\xc2\x9b2J\xc2\x9d0;x\xc2\x9c",
    "bad utf-8": b"\xff\xfe\xc3",
    "binary": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("kind", sorted(ESCAPES))
def test_ansi_injection_by_the_output_of_a_command(rig, kind):
    (rig.root / "evil").write_bytes(b"before\n" + ESCAPES[kind] + b"\nafter\n")
    output = rig.run("run_command", command="cat", args=["evil"])
    assert output.text == safe_text(output.text)
    assert output.text.startswith("before\n")
    assert output.text.endswith("after")
    for event in rig.events:
        plain = event.output
        assert "\x1b]" not in plain and "\x07" not in plain and "\u202e" not in plain and "\r" not in plain


def test_no_secret_of_ours_reaches_a_command_or_a_trace(rig, monkeypatch, own_home):
    canary = "sk-canary0123456789abcdef"
    for name in ("OPENAI_API_KEY", "BOOCODE_API_KEY", "DEEPSEEK_API_KEY", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN"):
        monkeypatch.setenv(name, canary)
    monkeypatch.setenv("HTTPS_PROXY", f"http://ada:{canary}@proxy.example:3128")
    output = rig.run("run_command", command="sh", args=["-c", "env; cat /proc/self/environ"])
    assert canary not in output.text
    leaked = rig.run("run_command", command="echo", args=[f"token={canary}"])
    assert canary in leaked.text
    assert canary not in redact_text(leaked.text)


def test_a_sandboxed_command_sees_no_keys_and_reaches_no_git_data(tmp_path, own_home):
    rig = rig_in(tmp_path / "tree", sandboxed=True, rules=[("allow", "run: *")])
    if shutil.which("git") is None or not rig.run("run_command", command="true", args=[]).details["sandbox"].startswith(
        "s"
    ):
        pytest.skip("there is no sandbox here")
    (own_home / ".ssh").mkdir()
    (own_home / ".ssh" / "id_ed25519").write_text("canary")
    (own_home / ".netrc").write_text("canary")
    git_in(rig.root, "init", "-q")
    config = (rig.root / ".git" / "config").read_text()
    script = (
        f"cat {own_home}/.ssh/id_ed25519 {own_home}/.netrc; git config core.hooksPath /tmp; rm -rf .git; "
        f"echo x > .git/HEAD; touch {own_home}/made; ln -s / root-link; echo done"
    )
    output = rig.run("run_command", command="bash", args=["-c", script])
    assert output.text.endswith("done")
    assert "canary" not in output.text
    assert (rig.root / ".git" / "config").read_text() == config
    assert (rig.root / ".git" / "HEAD").read_text().startswith("ref:")
    assert not (own_home / "made").exists()


OUR_DEATH = """
import asyncio, sys
from pathlib import Path
from tests.fakes.tool_rig import rig_in
from boocode_desktop.processes.sandbox import SandboxLauncher
from boocode_desktop.tools.registry import BuiltinToolbox

rig = rig_in(Path(sys.argv[1]), rules=[("allow", "run: *")])
rig.toolbox = BuiltinToolbox(run_dir=Path(sys.argv[2]), launcher=SandboxLauncher(enabled=sys.argv[3] == "True"))
script = "setsid sleep 300 & sleep 300 & touch begun; wait"
asyncio.run(rig.call("run_command", command="sh", args=["-c", script], timeout_s=100))
"""


@pytest.mark.parametrize("sandboxed", [False, True], ids=["bare", "sandboxed"])
@pytest.mark.parametrize("attempt", range(3))
def test_our_death_leaves_no_command_behind(tmp_path, sandboxed, attempt):
    root, run_dir = tmp_path / "tree", tmp_path / "run"
    ours = subprocess.Popen(
        [sys.executable, "-c", OUR_DEATH, str(root), str(run_dir), str(sandboxed)],
        cwd=os.getcwd(),
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    until(lambda: (root / "begun").exists())
    time.sleep(0.02 * attempt)
    ours.send_signal(signal.SIGKILL)
    ours.wait()
    until(lambda: len(left_in(root)) <= 2)  # the kernel ends the command; what left its group waits for the next start
    sweep(run_dir / "children")
    until(lambda: left_in(root) == [])
    assert list((run_dir / "children").iterdir()) == []


def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def test_cancelling_at_random_moments_leaves_nothing(rig):
    async def play():
        for number in range(20):
            call = asyncio.create_task(
                rig.call("run_command", command="sh", args=["-c", "echo a; setsid sleep 300 & sleep 300"])
            )
            await asyncio.sleep(0.006 * number)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call

    asyncio.run(play())
    assert left_in(rig.root) == []


def test_the_disk_is_full_for_records_and_drafts(tmp_path):
    rig = rig_in(tmp_path / "tree")
    (rig.root / "a").write_text("old\n")
    limited = textwrap.dedent(
        """
        import json, resource, signal, sys
        from pathlib import Path
        from tests.fakes.tool_rig import rig_in
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        rig = rig_in(Path(sys.argv[1]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        output = rig.run("create_file", path="a", content="x" * 10_000)
        print(json.dumps([output.outcome, output.error]))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, str(rig.root)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    outcome, error = json.loads(done.stdout)
    assert outcome == "error"
    assert "File too large" in error
    assert (rig.root / "a").read_text() == "old\n"
    assert os.listdir(rig.root) == ["a"]
