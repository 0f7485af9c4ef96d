"""What an agent is told of turns it did not take part in, or does not remember: the chat in short. Pure."""

from collections.abc import Sequence

from boocode_desktop.domain.transcript import Entry, PromptEntry, TextEntry, ToolEntry

LENGTH_LIMIT = 24_000
ANSWER_LIMIT = 4_000
_FRESH = "Earlier in this conversation (you may not remember it; the files are as they were left):"
_MEANWHILE = "Since your last turn others worked in this conversation (the files are as they left them):"


def handover_note(history: Sequence[Entry], agent: str, *, fresh: bool) -> str:
    """A short account of the turns that the agent's own session does not hold, "" if there are none.

    Args:
        history: The chat's entries, oldest first.
        agent: Who takes the next turn.
        fresh: Whether its session begins now and so holds nothing.
    """
    unseen = history if fresh else history[_end_of_last_turn(history, agent) :]
    lines = [line for entry in unseen if (line := _line(entry))]
    if not lines:
        return ""
    return f"{_FRESH if fresh else _MEANWHILE}\n\n{_newest(lines)}\n\n--- The next message is for you:"


def last_own_turn(history: Sequence[Entry], agent: str) -> int:
    """The number of the newest turn that the agent took, 0 if there is none."""
    return max((e.number for e in history if isinstance(e, PromptEntry) and e.agent == agent), default=0)


def _end_of_last_turn(history: Sequence[Entry], agent: str) -> int:
    own = {entry.turn_id for entry in history if isinstance(entry, PromptEntry) and entry.agent == agent}
    return max((n + 1 for n, entry in enumerate(history) if entry.turn_id in own), default=0)


def _line(entry: Entry) -> str:
    match entry:
        case PromptEntry():
            return f"[user, to {entry.agent}] {_short(entry.text)}"
        case TextEntry():
            return f"[answer] {_short(entry.text)}"
        case ToolEntry():
            return f"[{entry.tool}] {entry.title} ({entry.outcome or 'unfinished'})"
        case _:
            return ""


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= ANSWER_LIMIT else f"{text[: ANSWER_LIMIT // 2]}\n…\n{text[-ANSWER_LIMIT // 2 :]}"


def _newest(lines: list[str]) -> str:
    kept: list[str] = []
    room = LENGTH_LIMIT
    for line in reversed(lines):
        room -= len(line)
        if room < 0:
            kept.append("[…]")
            break
        kept.append(line)
    return "\n".join(reversed(kept))
