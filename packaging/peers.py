#!/usr/bin/env python3
"""Install the real agents that tests/peers runs, and run those tests. Needs Python 3.11, Node 20 or newer, and npm.

    python3 packaging/peers.py              install; prints the folder that holds their programs
    python3 packaging/peers.py test [ARG]…  install, then tests/peers against them (arguments go to pytest)

They are the versions of tests/peers/package-lock.json, checked by its hashes, and go into `.boocode/peers` below the
checkout (about 700 MB, once). Set BOOCODE_PEERS to keep them in another folder. No test reaches the network.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from boocode import ROOT, fail, say, venv_python, workers

LOCK = ROOT / "tests" / "peers" / "package-lock.json"
MANIFESTS = (LOCK.with_name("package.json"), LOCK)
PROGRAMS = ("goose-binary-linux-x64", "opencode", "qwen")
OLDEST_NODE = 20
# npm runs none of their scripts; this one only puts the binary for this processor in its place.
POSTINSTALL = Path("node_modules/opencode-ai/postinstall.mjs")


def peers_folder() -> Path:
    """Where they go."""
    chosen = os.environ.get("BOOCODE_PEERS", "").strip()
    return Path(chosen).expanduser().resolve() if chosen else ROOT / ".boocode" / "peers"


def program_folder() -> Path:
    """Where their programs are, to be put on PATH."""
    return peers_folder() / "node_modules" / ".bin"


def wanted_stamp() -> str:
    """What an installation depends on."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in MANIFESTS)).hexdigest()


def is_installed(stamp: Path) -> bool:
    """Whether the folder holds what the lock file names."""
    there = all((program_folder() / name).exists() for name in PROGRAMS)
    return there and stamp.exists() and stamp.read_text() == wanted_stamp()


def check_node() -> None:
    """Refuse a computer without npm, or with a Node that these versions do not run on."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        fail(f"npm is not here. Install Node {OLDEST_NODE} or newer with npm; without it these tests cannot run.")
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = told.removeprefix("v").partition(".")[0]
    if not major.isdigit() or int(major) < OLDEST_NODE:
        fail(f"Node {OLDEST_NODE} or newer is needed; this is {told or 'none that answers'}.")


def run(command: list[str], folder: Path) -> None:
    """Run a step of the installation; its own words are shown only when it fails."""
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        fail(f"`{' '.join(command)}` failed (exit {done.returncode}); its own words are above. Start again afterwards.")


def install() -> None:
    """Bring the folder to the lock file; does nothing when it is there already."""
    folder = peers_folder()
    stamp = folder / "installed.stamp"
    if is_installed(stamp):
        return
    check_node()
    say(f"installing the agents that the tests try into {folder} (once; about 700 MB) …")
    folder.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    for manifest in MANIFESTS:
        shutil.copyfile(manifest, folder / manifest.name)
    # Not `npm ci`: it insists on the builds for other systems, which no registry here has to have.
    run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)
    check_against_lock(folder)
    run(["node", POSTINSTALL.name], folder / POSTINSTALL.parent)
    missing = [name for name in PROGRAMS if not (program_folder() / name).exists()]
    if missing:
        fail(f"npm installed everything, yet there is no {' and no '.join(missing)}. Is this Linux on x86-64?")
    stamp.write_text(wanted_stamp())


def check_against_lock(folder: Path) -> None:
    """Refuse an installation that holds anything but what the lock file names, by its hash."""
    wanted = json.loads(LOCK.read_text())["packages"]
    found = json.loads((folder / "node_modules" / ".package-lock.json").read_text())["packages"]
    strange = [n for n, p in found.items() if p.get("integrity") != wanted.get(n, {}).get("integrity", "not wanted")]
    if strange:
        fail(f"npm installed what {LOCK.name} does not name: {', '.join(strange)}. Remove {folder}, then start again.")


def test(arguments: list[str]) -> int:
    """Run tests/peers; fails as well when not every agent took part."""
    python = venv_python()
    if not python.exists():
        fail("the Python libraries are not here yet: run `python3 packaging/boocode.py test` first.")
    path = f"{program_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    command = [str(python), "-m", "pytest", f"--peers-needed={len(PROGRAMS)}", *workers(arguments), *arguments]
    sys.stderr.flush()
    return subprocess.run([*command, "tests/peers"], cwd=ROOT, env=os.environ | {"PATH": path}, check=False).returncode


def main(arguments: list[str]) -> int:
    """Install, then print or test."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    install()
    if arguments[:1] == ["test"]:
        return test(arguments[1:])
    print(program_folder())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
