#!/usr/bin/env python3
"""Start BooCode from a checkout: install what is missing, then run it. Needs only Python 3.11 or newer.

    python3 packaging/boocode.py              install, then the tour on the first start, the window afterwards
    python3 packaging/boocode.py test [ARG]…  install, then the tests (arguments go to pytest)
    python3 packaging/boocode.py install      only install
    python3 packaging/boocode.py COMMAND …    install, then `boocode COMMAND …`

System libraries are installed with apt on Debian and Ubuntu (asking sudo where needed); elsewhere they are named.
Everything else goes into `.venv` beside the sources. Set BOOCODE_VENV to keep it in another folder.
"""

import contextlib
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 13)
LOCK = ROOT / "packaging" / "requirements.lock"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
TEST_LOCK = ROOT / "packaging" / "requirements-test.lock"

# What Qt's wheel expects from the system, and the Debian package that brings it.
LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libgomp.so.1": "libgomp1",
}
PROGRAMS = {"git": "git", "bwrap": "bubblewrap"}
TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool", "openbox": "openbox", "import": "imagemagick"}


def say(text: str) -> None:
    """A line on the error stream, so that the program's own output stays clean."""
    print(f"boocode: {text}", file=sys.stderr, flush=True)


def fail(text: str) -> "None":
    """Say why and leave with 1."""
    say(text)
    raise SystemExit(1)


def check_python() -> None:
    """Refuse a Python that the pinned libraries do not know."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(map(str, sys.version_info[:3]))
        fail(f"Python 3.11, 3.12 or 3.13 is needed; this is {found}. Start this file with one of those.")


def loads(library: str) -> bool:
    """Whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_venv() -> bool:
    """Debian splits the part of `venv` that brings pip into a package of its own."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return False
    return True


def missing_packages(*, for_tests: bool) -> list[str]:
    """Debian packages that are not there yet, found by trying."""
    if sys.platform != "linux":
        return []
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    programs = PROGRAMS | (TEST_PROGRAMS if for_tests else {})
    missing += [package for program, package in programs.items() if shutil.which(program) is None]
    if not has_venv() and not venv_is_ready():
        missing.append("python3-venv")
    return missing


def install_system(packages: list[str]) -> None:
    """Install packages with apt, or name them where apt is not."""
    if not packages:
        return
    say(f"missing on this system: {' '.join(packages)}")
    if shutil.which("apt-get") is None:
        say("they are Debian's names; install their like with your package manager, then start again.")
        return
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    if sudo and shutil.which("sudo") is None:
        fail(f"install them as root, then start again:\n  apt-get install {' '.join(packages)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    say(f"installing them with apt{' (sudo may ask for your password)' if sudo else ''} …")
    keep = ["env", "DEBIAN_FRONTEND=noninteractive"]
    update = [*sudo, *keep, "apt-get", "-q", "update"]
    install = [*sudo, *keep, "apt-get", "-q", "install", "-y", "--no-install-recommends", *packages]
    for command in (update, install):
        done = subprocess.run(command, env=environment, stdout=sys.stderr, check=False)
        if done.returncode != 0 and command is install:
            fail(f"apt could not install them (exit {done.returncode}). Its own words are above.")


def venv_folder() -> Path:
    """Where the libraries go."""
    chosen = os.environ.get("BOOCODE_VENV", "").strip()
    return Path(chosen).expanduser().resolve() if chosen else ROOT / ".venv"


def venv_python() -> Path:
    """The environment's own interpreter."""
    folder = venv_folder()
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def venv_is_ready() -> bool:
    """Whether there is an environment with pip."""
    python = venv_python()
    if not python.exists():
        return False
    probe = subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False)
    return probe.returncode == 0


def stamp_of(lock: Path) -> str:
    """What an installation depends on: the lock file and the interpreter."""
    version = ".".join(map(str, sys.version_info[:2]))
    return hashlib.sha256(lock.read_bytes() + version.encode()).hexdigest()


def install_libraries(lock: Path) -> None:
    """Bring the environment to the lock file; does nothing when it is there already."""
    folder = venv_folder()
    stamp = folder / f"{lock.stem}.stamp"
    wanted = stamp_of(lock)
    if stamp.exists() and stamp.read_text() == wanted and venv_python().exists():
        return
    if not venv_is_ready():
        say(f"making {folder} …")
        venv.EnvBuilder(with_pip=True, clear=folder.exists() and not stamp.exists()).create(folder)
    say("installing the Python libraries, checked by their hashes (once; about 300 MB) …")
    command = [str(venv_python()), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
    environment = dict(os.environ)
    if SYSTEM_CERTIFICATES.exists():
        # An older pip knows only its own list, not the authorities this computer was told to trust.
        environment.setdefault("PIP_CERT", str(SYSTEM_CERTIFICATES))
    done = subprocess.run([*command, "-r", str(lock)], stdout=sys.stderr, env=environment, check=False)
    if done.returncode != 0:
        fail("pip could not install them; its own words are above. Start again when the network is back.")
    link_sources(folder)
    stamp.write_text(wanted)


def link_sources(folder: Path) -> None:
    """Make the checkout importable in the environment, and `boocode` a command there."""
    places = [p for p in folder.glob("**/site-packages") if p.is_dir()]
    for place in places[:1]:
        (place / "boocode_checkout.pth").write_text(f"{ROOT}\n", "utf-8")
    if os.name != "nt":
        script = folder / "bin" / "boocode"
        script.write_text(f"#!{venv_python()}\nfrom boocode_desktop.__main__ import main\nraise SystemExit(main())\n")
        script.chmod(0o755)


def first_start() -> bool:
    """Whether nothing was ever done here, so that the tour is the better beginning."""
    chosen = os.environ.get("BOOCODE_HOME", "").strip()
    data = os.environ.get("XDG_DATA_HOME", "").strip() or str(Path.home() / ".local" / "share")
    home = Path(chosen) if chosen else Path(data) / "boocode"
    return not (home / "database").exists()


def workers(arguments: list[str]) -> list[str]:
    """Run test files side by side, unless the arguments say how."""
    if any(a.startswith("-n") or a in ("--pdb", "-s") for a in arguments):
        return []
    return ["-n", str(max(1, min(4, os.cpu_count() or 1))), "--dist", "loadfile"]


def become(arguments: list[str]) -> int:
    """Run the environment's Python in this process's place."""
    python = str(venv_python())
    os.chdir(ROOT) if arguments[:2] == ["-m", "pytest"] else None
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        with contextlib.suppress(KeyboardInterrupt):
            return subprocess.run([python, *arguments], check=False).returncode
        return 130
    os.execv(python, [python, *arguments])


def main(arguments: list[str]) -> int:
    """Install, then run."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    check_python()
    testing = arguments[:1] == ["test"]
    install_system(missing_packages(for_tests=testing))
    install_libraries(TEST_LOCK if testing else LOCK)
    if testing:
        return become(["-m", "pytest", *workers(arguments[1:]), *arguments[1:]])
    if arguments[:1] == ["install"]:
        say(f"ready: {venv_folder() / 'bin' / 'boocode'}")
        return 0
    chosen = arguments or (["tour"] if first_start() else [])
    return become(["-m", "boocode_desktop", *chosen])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
