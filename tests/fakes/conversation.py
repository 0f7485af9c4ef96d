"""`boocode run --stdin-json` as a child: lines in, events out."""

import json
from typing import Any

from tests.fakes.program import Program


class Conversation:
    """A `--stdin-json` child. `seen` holds every event so far."""

    def __init__(self, program: Program, *arguments: str) -> None:
        self.child = program.start("run", "--stdin-json", *arguments)
        self.seen: list[dict[str, Any]] = []

    def say(self, **line: Any) -> None:
        """Send a line."""
        assert self.child.stdin is not None
        self.child.stdin.write(json.dumps(line) + "\n")
        self.child.stdin.flush()

    def until(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """The next event of a kind with those fields."""
        assert self.child.stdout is not None and self.child.stderr is not None
        for text in self.child.stdout:
            event = json.loads(text)
            self.seen.append(event)
            if event["type"] == kind and all(event.get(k) == v for k, v in wanted.items()):
                return event
        raise AssertionError(f"no {kind}: {[e['type'] for e in self.seen]} {self.child.stderr.read()}")

    def end(self) -> int:
        """End the input; the exit code, once all is done."""
        assert self.child.stdin is not None and self.child.stdout is not None
        self.child.stdin.close()
        for text in self.child.stdout:
            self.seen.append(json.loads(text))
        return self.child.wait(30)

    def close(self) -> None:
        """Make sure that it is gone."""
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout, self.child.stderr):
            if pipe is not None:
                pipe.close()
