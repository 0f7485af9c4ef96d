"""What is said in a chat about how a foreign agent behaves, whichever way it is spoken to."""

from collections.abc import Sequence

from boocode_desktop.domain.confinement import WORDS
from boocode_desktop.domain.events import Notice
from boocode_desktop.domain.transcript import Entry, NoteEntry
from boocode_desktop.orchestrator.ports.agents import TurnHost

SILENCE_S = 60.0
"""After how long without news people are told, unless asked otherwise."""


def is_news(notice: Notice, label: str, history: Sequence[Entry]) -> bool:
    """Whether the chat's newest note of that kind about the agent says something else, or there is none."""
    notes = (entry for entry in reversed(history) if isinstance(entry, NoteEntry) and entry.code == notice.code)
    return next((note.message for note in notes if note.message.startswith(f"{label} ")), "") != notice.message


async def tell_news(host: TurnHost, label: str, notice: Notice) -> None:
    """Say it in the chat, unless it was said of the agent and still holds."""
    if is_news(notice, label, await host.history()):
        await host.emit(notice)


def sandbox(label: str, confinement: str) -> Notice:
    """How far the system binds the agent, in the words of `Confinement.text`. Said once per chat, and on a change."""
    verb = "runs with" if confinement.startswith(WORDS["writes"]) else "is"
    return Notice(code="sandbox", message=f"{label} {verb} {confinement}.")


def silent(label: str, seconds: float) -> Notice:
    """Nothing was heard for that long."""
    return Notice(
        level="warn",
        code="silent",
        message=f"No news from {label} for {seconds:.0f} s.",
        hint="It may be waiting for its model, or trying again without saying so. Stop it if it takes too long.",
    )


def no_output(label: str) -> Notice:
    """A turn ended well, but empty."""
    return Notice(
        level="warn",
        code="no_output",
        message=f"{label} ended its turn without any output.",
        hint="Its model may have refused the request; its own log may say more.",
    )


def ignored_base_url(label: str) -> Notice:
    """The chat names a service that a foreign agent does not use."""
    return Notice(
        code="base_url_ignored", message=f"The base URL is ignored: {label} reaches its model by its own settings."
    )


def ignored_images(label: str, count: int) -> Notice:
    """Images were left out."""
    return Notice(
        level="warn",
        code="images_ignored",
        message=f"{label} cannot look at images; {count} of them were not sent.",
        hint="Choose an agent and a model that can.",
    )
