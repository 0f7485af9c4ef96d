"""Fault: the program is killed with -9 while it has children."""

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path

from boocode_desktop.processes.children import Children
from boocode_desktop.processes.process_identity import identify
from boocode_desktop.processes.sweep import bearers
from tests.fakes.moments import at_random_moments

OWNER = """
import asyncio, os, sys
from pathlib import Path
from boocode_desktop.processes.child_specs import ChildSpec, our_environment
from boocode_desktop.processes.children import Children

CHILD = '''
import subprocess, sys, time
free = subprocess.Popen(["sleep", "60"], start_new_session=True)
print(subprocess.Popen(["sleep", "60"]).pid, free.pid, flush=True)
time.sleep(60)
'''

async def main():
    children = Children(Path(sys.argv[1]))
    while True:
        spec = ChildSpec(name="busy", argv=(sys.executable, "-c", CHILD), cwd=Path.cwd(), env=our_environment())
        child = await children.spawn(spec)
        print(child.token, child.pid, flush=True)
        print((await child.stdout.readline()).decode(), end="", flush=True)

asyncio.run(main())
"""


def _own_and_die(run_dir: Path, after_s: float) -> list[str]:
    """Run an owner that keeps spawning, kill it, and return what it said."""
    with subprocess.Popen([sys.executable, "-c", OWNER, str(run_dir)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        first = [owner.stdout.readline(), owner.stdout.readline()]
        time.sleep(after_s)  # the random moment, not a synchronisation
        owner.kill()
        return first + owner.stdout.readlines()


@at_random_moments
def test_children_after_app_death(tmp_path: Path, moment: int) -> None:
    said = _own_and_die(tmp_path, random.Random(moment).uniform(0, 0.3))
    tokens = [line.split()[0] for line in said if len(line.split()[0]) == 16]
    children = [int(line.split()[1]) for line in said if len(line.split()[0]) == 16]
    deadline = time.monotonic() + 2
    while any(identify(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [pid for pid in children if identify(pid)] == [], "children die with us, by the kernel"

    asyncio.run(Children(tmp_path).sweep())
    assert [process for token in tokens for process in bearers(token)] == [], "grandchildren die at the next start"
    assert list(tmp_path.rglob("*.json")) == []
