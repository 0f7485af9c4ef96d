"""Messages as people act on them: what can be done with one, its text, its turn, and how it is quoted."""

from collections.abc import Sequence

from boocode_desktop.content.markdown import first_words
from boocode_desktop.domain.transcript import EndEntry, Entry, PromptEntry, TextEntry
from boocode_desktop.ui.transcript.rows import ActionButton

QUOTED_LINES = 60


def prompt_actions(number: int) -> tuple[ActionButton, ...]:
    """What a prompt offers, left to right; `number` is that of its turn, 0 for one that has none."""
    rewind = ActionButton(act="rewind", text="Rewind to before this message", value=str(number - 1), icon="undo-2")
    return (
        ActionButton(act="copy_entry", text="Copy the message", icon="copy"),
        ActionButton(act="resend", text="Edit and send again in a fork", icon="pencil"),
        ActionButton(act="quote", text="Quote in the composer", icon="message-square-quote"),
        ActionButton(act="pin", text="Pin or unpin", icon="pin"),
        *((rewind,) if number else ()),
    )


def answer_actions(number: int) -> tuple[ActionButton, ...]:
    """What an answer offers at its end."""
    fork = ActionButton(act="fork", text="Fork the chat from here", value=str(number), icon="git-fork")
    return (
        ActionButton(act="copy_answer", text="Copy the answer", icon="copy"),
        ActionButton(act="quote", text="Quote in the composer", icon="message-square-quote"),
        ActionButton(act="pin", text="Pin or unpin", icon="pin"),
        *((fork,) if number else ()),
    )


def answer_text(entries: Sequence[Entry]) -> str:
    """What the agent said in a turn, as Markdown, without its thinking and its calls."""
    return "\n\n".join(entry.text.strip() for entry in entries if isinstance(entry, TextEntry) and entry.text.strip())


def turn_number(entries: Sequence[Entry]) -> int:
    """The number of a turn, 0 when nothing loaded says it."""
    numbers = (entry.number for entry in entries if isinstance(entry, PromptEntry | EndEntry))
    return next((number for number in numbers if number), 0)


def quoted(text: str) -> str:
    """Text as a Markdown quote with an empty line after it, for writing below it."""
    lines = text.strip("\n").split("\n")
    more = len(lines) > QUOTED_LINES
    kept = [*lines[:QUOTED_LINES], "…"] if more else lines
    return "\n".join(f"> {line}".rstrip() for line in kept) + "\n\n" if text.strip() else ""


def pin_words(text: str) -> str:
    """How a pinned message is called in the strip of pins."""
    return first_words(text, 60) or "Message"
