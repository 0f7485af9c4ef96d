"""Real children: spawned, read, outliving their pipes, ended by the ladder, recorded."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from boocode_desktop.processes.child_specs import CHILD_TOKEN, ChildSpec, Exit, Ladder, SpawnError, our_environment
from boocode_desktop.processes.children import Child, Children
from boocode_desktop.processes.process_identity import identify

Scenario = Callable[[Children], Coroutine[Any, Any, None]]
QUICK = Ladder(close_stdin_s=0.3, terminate_s=0.3, kill_s=2)


def run(tmp_path: Path, scenario: Scenario) -> None:
    """Run a scenario, and see that it left nothing: no child, no record."""

    async def body() -> None:
        children = Children(tmp_path / "run")
        await scenario(children)
        await children.stop_all(QUICK)
        assert children.living() == ()

    asyncio.run(body())
    assert list((tmp_path / "run").rglob("*.json")) == []


def python(code: str, *args: str, **more: Any) -> ChildSpec:
    more.setdefault("name", "probe")
    return ChildSpec(argv=(sys.executable, "-c", code, *args), cwd=Path.cwd(), env=our_environment(), **more)


async def gone(pid: int) -> None:
    """Wait until a process is no more."""
    async with asyncio.timeout(5):
        while identify(pid) is not None:
            await asyncio.sleep(0.01)


async def first_line(child: Child) -> str:
    assert child.stdout is not None
    return (await asyncio.wait_for(child.stdout.readline(), 10)).decode().strip()


def test_output_exit_code_and_log_arrive(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        child = await children.spawn(python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)"))
        assert child.stdout is not None
        assert await child.stdout.read() == b"out\n"
        assert await child.wait(10) == Exit(code=7, tail=("err",))
        assert child.exit == await child.stop()

    run(tmp_path, scenario)


def test_stdin_reaches_the_child(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        child = await children.spawn(python("import sys; print(sys.stdin.read().upper())"))
        assert child.stdin is not None
        child.stdin.write(b"hello")
        child.stdin.close()
        assert await first_line(child) == "HELLO"
        assert (await child.wait(10)).ok

    run(tmp_path, scenario)


def test_lines_are_called_back_and_an_endless_one_is_cut(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        lines: list[bytes] = []
        code = "print('x' * 5_000_000); print('next')"
        child = await children.spawn(python(code, stdout="lines", line_limit=1000), on_line=lines.append)
        await child.wait(10)
        assert lines == [b"x" * 1000, b"next"]

    run(tmp_path, scenario)


def test_errors_can_join_the_output_in_the_order_of_writing(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        child = await children.spawn(
            ChildSpec(
                name="it",
                argv=("sh", "-c", "echo 1; echo 2 >&2; echo 3"),
                cwd=tmp_path,
                env=our_environment(),
                stderr="stdout",
            )
        )
        assert child.stdout is not None
        assert await child.stdout.read() == b"1\n2\n3\n"
        assert await child.wait(10) == Exit(code=0)

    run(tmp_path, scenario)


def test_a_flood_of_stderr_does_not_hang_and_is_bounded(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        code = "import sys\nfor n in range(100_000): sys.stderr.write(f'line {n}\\n')\nprint('done')"
        child = await children.spawn(python(code))
        assert await first_line(child) == "done"
        exited = await child.wait(10)
        assert exited.tail[-1] == "line 99999"
        assert len(child.tail(10_000)) == 200

    run(tmp_path, scenario)


def test_a_grandchild_holding_the_pipes_does_not_hold_the_wait(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        code = (
            "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid)"
        )
        child = await children.spawn(python(code))
        grandchild = int(await first_line(child))
        started = time.monotonic()
        assert (await child.wait(10)).ok
        assert time.monotonic() - started < 5
        await gone(grandchild)

    run(tmp_path, scenario)


def test_a_grandchild_in_its_own_session_is_found_by_its_token(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        code = (
            "import subprocess, sys, time\n"
            "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
            "print(p.pid, flush=True); time.sleep(60)"
        )
        child = await children.spawn(python(code, reach="descendants"))
        grandchild = int(await first_line(child))
        await child.stop(QUICK)
        assert identify(grandchild) is None

    run(tmp_path, scenario)


def test_the_ladder_starts_with_the_end_of_input(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        child = await children.spawn(python("import sys; sys.stdin.read(); sys.exit(5)"))
        assert (await child.stop(Ladder(close_stdin_s=10))).code == 5

    run(tmp_path, scenario)


def test_the_ladder_goes_on_to_sigterm(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        child = await children.spawn(python("import time; print('up', flush=True); time.sleep(60)"))
        await first_line(child)
        exited = await child.stop(QUICK)
        assert (exited.signal, exited.asked) == ("SIGTERM", True)

    run(tmp_path, scenario)


STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\n"
    "while True: time.sleep(60)"
)


def test_the_ladder_ends_with_sigkill_also_for_a_stopped_process(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        child = await children.spawn(python(STUBBORN))
        await first_line(child)
        os.kill(child.pid, signal.SIGSTOP)
        assert (await child.stop(QUICK)).signal == "SIGKILL"

    run(tmp_path, scenario)


def test_two_stops_at_once_are_one(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        child = await children.spawn(python(STUBBORN))
        await first_line(child)
        first, second = await asyncio.gather(child.stop(QUICK), child.stop())
        assert first == second == await child.stop()

    run(tmp_path, scenario)


def test_a_cancelled_stop_goes_on(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        child = await children.spawn(python(STUBBORN))
        await first_line(child)
        stopping = asyncio.create_task(child.stop(QUICK))
        await asyncio.sleep(0)
        stopping.cancel()
        assert (await child.wait(10)).signal == "SIGKILL"

    run(tmp_path, scenario)


def test_wait_gives_up_after_its_time(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        child = await children.spawn(python("import time; time.sleep(60)"))
        with pytest.raises(TimeoutError):
            await child.wait(0.05)
        assert child.exit is None
        await child.kill()

    run(tmp_path, scenario)


def test_a_missing_program_and_a_missing_folder_are_said(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        with pytest.raises(SpawnError, match="no program no-such-program"):
            await children.spawn(ChildSpec(name="it", argv=("no-such-program",), cwd=tmp_path, env=our_environment()))
        with pytest.raises(SpawnError, match=r"folder .* does not exist"):
            await children.spawn(ChildSpec(name="it", argv=("true",), cwd=tmp_path / "no", env=our_environment()))

    run(tmp_path, scenario)


def test_a_program_that_cannot_be_executed_ends_with_a_word(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        program = tmp_path / "broken"
        program.write_bytes(b"\x00\x01\x02")
        program.chmod(0o755)
        child = await children.spawn(ChildSpec(name="it", argv=(str(program),), cwd=tmp_path, env=our_environment()))
        exited = await child.wait(10)
        assert exited.code == 127
        assert "broken" in exited.tail[-1]

    run(tmp_path, scenario)


def test_the_child_gets_exactly_its_environment_and_default_signals(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        code = "import json, os, signal; print(json.dumps([dict(os.environ), signal.getsignal(signal.SIGPIPE).name]))"
        spec = ChildSpec(
            name="it", argv=(sys.executable, "-I", "-c", code), cwd=tmp_path, env={"ONLY": "this", "LC_ALL": "C.UTF-8"}
        )
        child = await children.spawn(spec)
        environment, _ = json.loads(await first_line(child))
        assert environment == {"ONLY": "this", "LC_ALL": "C.UTF-8", CHILD_TOKEN: child.token}
        await child.wait(10)

        shell = await children.spawn(
            ChildSpec(name="it", argv=("sh", "-c", "yes | head -1"), cwd=tmp_path, env=our_environment())
        )
        assert await first_line(shell) == "y"
        assert (await shell.wait(10)).tail == ()

    run(tmp_path, scenario)


def test_a_record_stands_while_the_child_lives(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        child = await children.spawn(python("import time; time.sleep(60)"))
        (path,) = (tmp_path / "run" / "children").glob("*.json")
        record = json.loads(path.read_text())
        assert record["name"] == "probe"
        assert record["child"]["pid"] == record["pgid"] == child.pid
        assert record["owner"]["pid"] == os.getpid()
        assert "sleep" not in path.read_text()

    run(tmp_path, scenario)


def test_a_loop_that_ends_with_living_children_ends_them(tmp_path: Path) -> None:
    pids: list[int] = []

    async def body() -> None:
        child = await Children(tmp_path).spawn(python(STUBBORN))
        await first_line(child)
        pids.append(child.pid)

    asyncio.run(body())
    assert identify(pids[0]) is None


def test_cancelling_a_spawn_leaves_no_child(tmp_path: Path) -> None:
    async def scenario(children: Children) -> None:
        for delay in (0, 0.002, 0.005, 0.01, 0.02):
            spawning = asyncio.create_task(children.spawn(python("import time; time.sleep(60)")))
            await asyncio.sleep(delay)
            spawning.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await (await spawning).kill()
        async with asyncio.timeout(5):
            while children.living():
                await asyncio.sleep(0.01)

    run(tmp_path, scenario)
