"""One piece of work that may take longer than a moment: what it is called, how far it is, how it can be stopped."""

from dataclasses import dataclass, field
from typing import Literal

Stop = Literal["", "between", "all or nothing", "at once"]
"""Whether a person can stop it: not at all; between files, where what is done stays done; between files, where all of
it is taken back; or at any moment, because it only reads."""


@dataclass(slots=True, kw_only=True, eq=False)
class Going:
    """Shown in the status bar while it goes on. `done` and `total` count files; `total` is 0 until it is known.

    `words` say what goes on, such as `Approving`. `watch` may be called from any thread.
    """

    words: str
    stop: Stop = ""
    done: int = 0
    total: int = 0
    stopped: bool = field(default=False, init=False)

    @property
    def text(self) -> str:
        """What is said: the words, how far, and that it is about to end."""
        count = f" {self.done:,} of {self.total:,} files" if self.total > 1 else ""
        return f"{self.words}{count}, stopping" if self.stopped else f"{self.words}{count}"

    def ask_to_stop(self) -> None:
        """A person wants it to end."""
        self.stopped = self.stopped or bool(self.stop)

    def watch(self, done: int, total: int) -> bool:
        """Called by the work between files; False where it is to end."""
        self.done, self.total = done, total
        return not self.stopped
