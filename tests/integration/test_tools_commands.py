"""Commands through the toolbox: exact arguments, live output, limits, ends."""

import asyncio
import shlex
import sys
from dataclasses import replace

import pytest

from boocode_desktop.domain.events import ToolUpdated
from boocode_desktop.processes.sandbox import SandboxLauncher
from boocode_desktop.processes.sweep import sweep
from boocode_desktop.tools.registry import BuiltinToolbox
from tests.fakes.tool_rig import rig_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX commands")


@pytest.fixture(params=[False, True], ids=["bare", "sandboxed"])
def rig(tmp_path, request):
    return rig_in(tmp_path / "tree", sandboxed=request.param, rules=[("allow", "run: *")])


def python(*arguments):
    return {"command": sys.executable, "args": list(arguments)}


def test_arguments_arrive_exactly(rig):
    words = ["a b", "", "$HOME", "*", "'\"", "\\", "; rm -rf /", "\n", "ü", "-x"]
    output = rig.run("run_command", **python("-c", "import sys; print(ascii(sys.argv[1:]))", *words))
    assert output.text == ascii(words)
    action = rig.actions[0]
    assert action.argv == (sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))", *words)
    assert (action.kind, action.cwd) == ("run", str(rig.root))


def test_output_errors_and_the_exit_code_come_together(rig):
    output = rig.run("run_command", command="sh", args=["-c", "echo out; echo err >&2; exit 3"])
    assert (output.outcome, output.text, output.error) == ("error", "out\nerr", "exit code 3")
    assert output.details["exit_code"] == 3
    assert output.details["truncated"] is False


def test_it_says_whether_it_was_sandboxed(rig):
    description = rig.run("run_command", command="true", args=[]).details["sandbox"]
    assert description == "sandboxed by bubblewrap" or description.startswith("not sandboxed: ")


def test_the_folder_can_be_chosen_inside_the_worktree_alone(rig):
    (rig.root / "sub").mkdir()
    assert rig.run("run_command", command="pwd", args=[], cwd="sub").text == str(rig.root / "sub")
    assert "outside the worktree" in rig.run("run_command", command="pwd", args=[], cwd="..").error
    assert "no folder" in rig.run("run_command", command="pwd", args=[], cwd="nowhere").error
    assert [a.cwd for a in rig.actions] == [str(rig.root / "sub")]


def test_a_program_of_the_worktree(rig):
    (rig.root / "tool.sh").write_text("#!/bin/sh\necho from $0 in $PWD\n")
    (rig.root / "tool.sh").chmod(0o755)
    assert "tool.sh in" in rig.run("run_command", command="./tool.sh", args=[]).text


def test_nothing_is_read_and_no_key_is_seen(rig, monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "canary")
    output = rig.run("run_command", command="sh", args=["-c", "cat; env"])
    assert output.outcome == "success"
    assert "canary" not in output.text
    assert "PATH=" in output.text


def test_a_missing_program_is_said_before_anybody_is_asked(rig):
    output = rig.run("run_command", command="ls -la src", args=["x y"])
    assert '{"command": "ls", "args": ["-la", "src", "x y"]}' in output.error
    assert rig.actions == []


def test_without_a_rule_it_is_denied(rig):
    rig.rules.clear()
    output = rig.run("run_command", command="touch", args=["made"])
    assert output.outcome == "denied"
    assert not (rig.root / "made").exists()


def test_time_runs_out(rig):
    output = rig.run("run_command", command="sh", args=["-c", "echo begun; sleep 60"], timeout_s=1)
    assert (output.outcome, output.text) == ("timeout", "begun")
    assert "after 1 s" in output.error


def test_long_output_is_cut_and_can_be_looked_up(rig):
    output = rig.run("run_command", command="seq", args=["1", "50000"])
    assert len(output.text) < 34_000
    assert output.text.startswith("1\n2\n")
    assert "\n50000\n" in output.text
    assert output.details["truncated"] is True
    middle = rig.run("view_truncated_output", id="trc_1", line=25_000, limit=2)
    assert middle.text == "[lines 25000 to 25001 of 50000; go on with line=25002]\n25000\n25001\n"
    assert "kept: trc_1" in rig.run("view_truncated_output", id="trc_9").error


def test_output_is_shown_while_it_comes(rig):
    """The command waits for a file that is made only when its first line has been seen."""

    async def play():
        seen = asyncio.Event()

        async def emit(event):
            rig.events.append(event)
            if isinstance(event, ToolUpdated) and "first" in event.output:
                seen.set()

        context = replace(rig.context(), emit=emit)
        script = "echo first; while [ ! -e go ]; do sleep 0.01; done; printf '\\033[32mlast\\033[0m\\033]0;t\\007\\n'"
        arguments = {"command": "sh", "args": ["-c", script]}
        call = asyncio.create_task(rig.toolbox.call("run_command", arguments, context))
        await asyncio.wait_for(seen.wait(), 20)
        (rig.root / "go").touch()
        return await call

    output = asyncio.run(play())
    assert output.text == "first\nlast"
    assert "".join(e.output for e in rig.events) == "first\n\x1b[32mlast\x1b[0m\n"


def test_a_cancelled_command_is_gone_with_its_family(rig):
    async def play():
        context = rig.context()
        body = "import os, time; os.setsid(); print(1, flush=True); time.sleep(99)"
        script = f"{shlex.quote(sys.executable)} -c '{body}' & wait"
        started = asyncio.Event()

        async def emit(event):
            started.set()

        call = asyncio.create_task(
            rig.toolbox.call("run_command", {"command": "sh", "args": ["-c", script]}, replace(context, emit=emit))
        )
        await asyncio.wait_for(started.wait(), 20)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(play())
    assert commands_in(rig.root) == []


def commands_in(folder):
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.cmdline())
        except psutil.Error:
            continue
    return found


def test_the_record_of_a_command_is_gone_when_it_ended(tmp_path):
    run_dir = tmp_path / "run"
    rig = rig_in(tmp_path / "tree", rules=[("allow", "run: *")])
    rig.toolbox = BuiltinToolbox(run_dir=run_dir, launcher=SandboxLauncher(enabled=False))
    output = rig.run("run_command", command="ls", args=[str(run_dir / "children")])
    assert ".json" in output.text
    assert list((run_dir / "children").iterdir()) == []
    assert sweep(run_dir / "children").processes == 0


def test_several_commands_side_by_side(rig):
    async def play():
        return await asyncio.gather(
            *(rig.call("run_command", command="sh", args=["-c", f"sleep 0.2; echo {n}"]) for n in range(8))
        )

    assert [o.text for o in asyncio.run(play())] == [str(n) for n in range(8)]
