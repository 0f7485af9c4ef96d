"""A display of a test's own: Xvfb, openbox where it is installed, and the hands and eyes of a person in front of it."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

PATIENCE_S = 40.0
POLL_S = 0.05
KEY_DELAY_MS = "12"
T = TypeVar("T")


def until(condition: Callable[[], T], what: str, *, patience_s: float = PATIENCE_S) -> T:
    """Ask again and again until the answer is true; the answer."""
    deadline = time.monotonic() + patience_s
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {patience_s:.0f} s")
        time.sleep(POLL_S)


@dataclass(slots=True)
class Display:
    """An X display. `name` is what DISPLAY holds."""

    name: str
    started: list["subprocess.Popen[str]"] = field(default_factory=list)

    def env(self, **more: str) -> dict[str, str]:
        """The environment of a program that shows itself here."""
        left_out = ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR")
        kept = {k: v for k, v in os.environ.items() if k not in left_out}
        return {**kept, "DISPLAY": self.name, **more}

    def start(self, argv: Sequence[str], **more: str) -> "subprocess.Popen[str]":
        """Start a program here, in a process group of its own; it is ended with the display."""
        child = subprocess.Popen(
            argv,
            env=self.env(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.started.append(child)
        return child

    def xdotool(self, *arguments: str) -> str:
        """What xdotool prints; nothing found is no error."""
        done = subprocess.run(
            ["xdotool", *arguments], env=self.env(), capture_output=True, text=True, timeout=PATIENCE_S
        )
        return done.stdout

    def key(self, *keys: str) -> None:
        """Press keys one after the other, such as `ctrl+k` and `Return`."""
        self.xdotool("key", "--delay", KEY_DELAY_MS, *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self.xdotool("type", "--delay", KEY_DELAY_MS, text)

    def click(self, x: int, y: int) -> None:
        """Click there, in pixels of the screen."""
        self.xdotool("mousemove", str(x), str(y), "click", "1")

    def titles(self) -> list[str]:
        """The titles of the windows on screen."""
        found = self.xdotool("search", "--onlyvisible", "--name", ".", "getwindowname", "%@")
        return [line for line in found.splitlines() if line]

    def wait_title(self, part: str) -> str:
        """Wait for a window whose title holds `part`, and give it the keyboard; its title."""

        def look() -> str:
            return next((title for title in self.titles() if part in title), "")

        title = until(look, f"a window called …{part}…")
        self.xdotool("search", "--onlyvisible", "--name", part, "windowfocus", "--sync")
        return title

    def screenshot(self, target: Path) -> Path:
        """The whole screen as a picture; without ImageMagick there is none."""
        if program := shutil.which("import"):
            subprocess.run([program, "-window", "root", str(target)], env=self.env(), check=True, timeout=PATIENCE_S)
        return target

    def end(self, child: "subprocess.Popen[str]") -> None:
        """Make sure that a program and its process group are gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, 9)
        child.wait(10)


@contextlib.contextmanager
def display(*, width: int = 1600, height: int = 1000) -> Iterator[Display]:
    """A fresh display; the test is skipped where Xvfb or xdotool is missing."""
    if sys.platform != "linux":
        pytest.skip("Xvfb is a program of Linux")
    for program in ("Xvfb", "xdotool"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    reader, writer = os.pipe()
    argv = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(argv, pass_fds=(writer,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as number:
        screen = Display(f":{number.readline().strip()}")
    try:
        if shutil.which("openbox"):
            screen.start(["openbox"])
            until(lambda: screen.xdotool("get_num_desktops").strip(), "a window manager", patience_s=10)
        yield screen
    finally:
        for child in screen.started:
            screen.end(child)
        server.terminate()
        server.wait(10)
