"""Which of a session's messages belong to a turn, and whether that turn is over. Pure.

An idle by itself proves nothing: those of an earlier turn arrive late, and an abort sends two. What counts is an
answer to our own message, complete, with an idle behind it.
"""

from dataclasses import dataclass, field
from typing import Literal

from boocode_desktop.agents.acp.loose import object_of, text_of
from boocode_desktop.domain.events import Json

Standing = Literal["open", "unsure", "over"]
_GOES_ON = frozenset({"", "tool-calls", "unknown"})
ABORTED = "MessageAbortedError"


@dataclass(slots=True)
class TurnMessages:
    """The messages of one turn. `user_id` is the id of the one we sent; ids rise with time.

    Messages that opencode puts in by itself meanwhile (to go on after it made room in its context) count as ours.
    """

    user_id: str
    taken: bool = False
    problem: Json = field(default_factory=dict)
    _answers: dict[str, Json] = field(default_factory=dict)
    _idle: bool = False

    def note(self, info: Json) -> bool:
        """A message as it stands now; whether it is an answer of this turn."""
        message = text_of(info.get("id"))
        if info.get("role") == "user":
            self.taken = self.taken or message == self.user_id
            return False
        if not message or text_of(info.get("parentID")) < self.user_id:
            return False
        if not self._completed(self._answers.get(message, {})):
            # An idle that came before this was about something else, or the first of an abort's two.
            self._idle = False
        self._answers[message] = info
        return True

    def answers(self, message: str) -> bool:
        """Whether the message is an answer of this turn that is not a summary for opencode itself."""
        info = self._answers.get(message)
        return info is not None and info.get("summary") is not True

    def holds(self, message: str) -> bool:
        """Whether the message is any answer of this turn."""
        return message in self._answers

    def note_status(self, kind: str) -> None:
        """The session is `busy`, waits to `retry`, or is `idle`."""
        self._idle = kind == "idle"

    def note_problem(self, error: Json) -> None:
        """The session tells an error; one about an abort may be of an earlier turn."""
        if error.get("name") != ABORTED:
            self.problem = self.problem or error

    @property
    def standing(self) -> Standing:
        """Whether the turn is over; `unsure` wants the session's status to be asked for."""
        last = self.last
        if not last:
            # A message that it could not take (a broken image) has neither an answer nor an idle, only an error.
            return "unsure" if self.problem else "open"
        if not self._idle or not self._completed(last):
            return "open"
        ended = bool(last.get("error")) or self.finish not in _GOES_ON
        return "over" if ended else "unsure"

    @property
    def complete(self) -> bool:
        """Whether nothing more is expected of a session that is known to be idle."""
        return self._completed(self.last) if self.last else bool(self.problem)

    @property
    def failure(self) -> Json:
        """The error that the turn ended with, empty if it did not fail."""
        return object_of(self.last.get("error")) if self.last else self.problem

    @property
    def last(self) -> Json:
        """The newest answer, empty if there is none."""
        return self._answers[max(self._answers)] if self._answers else {}

    @property
    def finish(self) -> str:
        """Why the newest answer ended."""
        return text_of(self.last.get("finish"))

    @staticmethod
    def _completed(info: Json) -> bool:
        return "completed" in object_of(info.get("time"))
