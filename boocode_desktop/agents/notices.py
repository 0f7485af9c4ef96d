"""What is said in a chat about how a foreign agent behaves, whichever way it is spoken to."""

from boocode_desktop.domain.events import Notice

SILENCE_S = 60.0
"""After how long without news people are told, unless asked otherwise."""


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
