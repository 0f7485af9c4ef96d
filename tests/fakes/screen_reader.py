"""A screen reader's ears and hands at a display: a message bus of its own, the accessible tree, and what was said."""

import contextlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.display import Display, until

PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("atspi_reader.py")
KINDS = ("object:state-changed:focused", "object:announcement")
BUS = "DBUS_SESSION_BUS_ADDRESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event: what it came from, and the words of an announcement."""

    kind: str
    role: str = ""
    name: str = ""
    on: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Something in the window as assistive technology finds it."""

    role: str
    name: str
    description: str
    states: frozenset[str]
    text: str
    value: float | None
    children: "tuple[Node, ...]" = field(default=(), repr=False)

    @classmethod
    def of(cls, found: dict[str, Any]) -> "Node":
        """From what the script prints."""
        inner = tuple(cls.of(child) for child in found["children"])
        return cls(**{**found, "states": frozenset(found["states"]), "children": inner})

    def every(self) -> "Iterator[Node]":
        """This and everything in it."""
        yield self
        for child in self.children:
            yield from child.every()

    def shown(self) -> "list[Node]":
        """What is on screen of it."""
        return [node for node in self.every() if "SHOWING" in node.states]

    def find(self, role: str, name: str = "") -> "Node | None":
        """The first one on screen of a role whose name begins so."""
        return next((n for n in self.shown() if n.role == role and n.name.startswith(name)), None)


@dataclass(slots=True)
class ScreenReader:
    """Hears everything from its start on."""

    display: Display
    address: str
    record: Path

    @property
    def env(self) -> dict[str, str]:
        """What a program needs to be heard."""
        return {BUS: self.address, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "NO_AT_BRIDGE": "0"}

    def tree(self, program: str) -> Node:
        """The window now."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            done = self._run("tree", program)
            # What vanishes while it is being asked ends the walk; the next one is whole.
            answer = json.loads(done.stdout) if done.returncode == 0 else None
            found[:] = [answer] if answer else []
            return bool(found)

        until(look, f"{program} in the accessible tree")
        return Node.of(found[0])

    def heard(self) -> list[Heard]:
        """Every event so far, oldest first."""
        text = self.record.read_text(encoding="utf-8") if self.record.exists() else ""
        return [Heard(**json.loads(line)) for line in text.splitlines() if line.endswith("}")]

    def announced(self) -> list[str]:
        """What was said without being asked."""
        return [event.words for event in self.heard() if "announcement" in event.kind]

    def focused(self) -> Heard | None:
        """What has the keys, as far as it was said."""
        gained = [event for event in self.heard() if "focused" in event.kind and event.on]
        return gained[-1] if gained else None

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        argv = [PYTHON, str(SCRIPT), *arguments]
        return subprocess.run(
            argv, env=self.display.env(**{BUS: self.address}), capture_output=True, text=True, timeout=60, check=False
        )


@contextlib.contextmanager
def screen_reader(display: Display, folder: Path) -> Iterator[ScreenReader]:
    """One that listens; the test is skipped where the accessibility bus or its bindings are missing."""
    _need_atspi()
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        env=display.env(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    display.started.append(bus)
    assert bus.stdout is not None
    with bus.stdout as said:
        reader = ScreenReader(display, said.readline().strip(), folder / "heard.jsonl")
    display.start([PYTHON, str(SCRIPT), "listen", str(reader.record), *KINDS], **{BUS: reader.address})
    until(lambda: reader.heard() and reader.heard()[0].kind == "ready", "a screen reader that listens")
    yield reader


def _need_atspi() -> None:
    if shutil.which("dbus-daemon") is None or not Path("/usr/share/dbus-1/services/org.a11y.Bus.service").exists():
        pytest.skip("at-spi2-core is not installed")
    code = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if not Path(PYTHON).exists() or subprocess.run([PYTHON, "-c", code], capture_output=True, check=False).returncode:
        pytest.skip("gir1.2-atspi-2.0 and python3-gi are not installed")
