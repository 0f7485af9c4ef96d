"""Events of a turn on standard output: JSON lines for programs, a short report for people."""

import asyncio
import sys
from dataclasses import dataclass, field

from boocode_desktop.cli.arguments import CANCELLED, DONE, FAILED
from boocode_desktop.cli.output import mute, print_json, say
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.codec import envelope_to_plain
from boocode_desktop.domain.events import Envelope


@dataclass(slots=True)
class TurnPrinter:
    """Prints the events of one chat and remembers how its turns ended."""

    as_json: bool
    status: ev.TurnStatus | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _open_line: bool = False

    def hear(self, envelope: Envelope) -> None:
        """Take the next envelope. When nobody reads any more (`| head`), the turn goes on and nothing is printed."""
        try:
            self._print(envelope)
        except BrokenPipeError:
            mute()
        if isinstance(envelope.event, ev.TurnFinished):
            self.status = envelope.event.status
            self.ended.set()

    def _print(self, envelope: Envelope) -> None:
        if self.as_json:
            print_json(envelope_to_plain(envelope))
        else:
            self._tell(envelope.event)

    def _line(self, text: str) -> None:
        if self._open_line:
            sys.stdout.write("\n")
            self._open_line = False
        say(text)

    def _tell(self, event: ev.AgentEvent) -> None:
        match event:
            case ev.Text():
                sys.stdout.write(event.delta)
                sys.stdout.flush()
                self._open_line = not event.delta.endswith("\n")
            case ev.ToolStarted():
                self._line(f"· {event.tool} {event.title or _short(event.input)}")
            case ev.ToolFinished():
                failed = "" if event.outcome == "success" else f"  {event.error.splitlines()[0] if event.error else ''}"
                self._line(f"  {event.outcome} in {event.latency_ms:.0f} ms{failed}")
            case ev.Retry():
                self._line(f"· {event.reason}; trying again in {event.delay_s:.0f} s (attempt {event.attempt})")
            case ev.Notice():
                self._line(f"· {event.message}" + (f" {event.hint}" if event.hint else ""))
            case ev.Error():
                self._line(f"! {event.message}" + (f"\n  {event.hint}" if event.hint else ""))
            case ev.TurnFinished():
                self._line(f"Turn {event.status} after {event.duration_ms / 1000:.1f} s.")
            case _:
                return


def _short(value: dict[str, object]) -> str:
    text = " ".join(str(v) for v in value.values())
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"


def exit_code(status: ev.TurnStatus | None) -> int:
    """What a turn's end means for the shell."""
    if status == "completed":
        return DONE
    return CANCELLED if status in ("cancelled", "interrupted") else FAILED
