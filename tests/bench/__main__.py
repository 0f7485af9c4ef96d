"""Every figure, one benchmark after another, each in a process of its own: python -m tests.bench [NAME]...

Offscreen unless QT_QPA_PLATFORM says otherwise. `boocode` must be idle meanwhile, and so should the machine.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def main(chosen: list[str]) -> int:
    """Run the chosen benchmarks, or all; 1 if one failed."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    failed = []
    for name in chosen or names():
        print(f"-- {name}, load {os.getloadavg()[0]:.1f}", flush=True)
        command = [sys.executable, "-m", f"tests.bench.bench_{name}"]
        done = subprocess.run(command, env=environment, cwd=HERE.parents[1], stderr=subprocess.PIPE, text=True)
        if done.returncode:
            failed.append(name)
            print(done.stderr)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
