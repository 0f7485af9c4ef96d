"""Memory figures are plausible, and quick."""

import os
import subprocess
import sys

from boocode_desktop.processes.memory import machine_memory, proportional, resident, with_offspring


def test_the_machine_has_memory_left() -> None:
    memory = machine_memory()
    assert 0 < memory.available <= memory.total


def test_our_own_memory_is_seen_growing() -> None:
    before = resident(os.getpid())
    block = b"x" * 50_000_000
    assert resident(os.getpid()) - before > 40_000_000
    assert 0 < proportional(os.getpid()) <= resident(os.getpid()) * 1.2
    del block


def test_a_process_that_is_gone_has_none() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert resident(process.pid) == 0
    assert proportional(process.pid) == 0


def test_offspring_is_found() -> None:
    code = (
        "import subprocess, sys; p = subprocess.Popen(['sleep', '60'])\n"
        "print(p.pid, flush=True); sys.stdin.read(); p.kill()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    grandchild = int(process.stdout.readline())
    assert with_offspring([process.pid]) == {process.pid, grandchild}
    process.communicate()
