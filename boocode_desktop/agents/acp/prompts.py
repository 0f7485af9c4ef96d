"""What is sent for a prompt: its text, guarded where an agent would take it for a command, links, and images."""

import base64
from collections.abc import Collection

from boocode_desktop.agents.mentions import MentionedFile
from boocode_desktop.domain.events import Json


def guard_slash(text: str, commands: Collection[str]) -> str:
    """Text that begins with a slash but is no command of the agent gets a space before it.

    Some agents swallow such a prompt ("/etc/hosts looks wrong") without calling a model.
    """
    return text if not text.startswith("/") or is_command(text, commands) else f" {text}"


def is_command(text: str, commands: Collection[str]) -> bool:
    """Whether the text calls one of the agent's slash commands."""
    words = text.split(maxsplit=1)
    return text.startswith("/") and bool(words) and words[0].removeprefix("/") in commands


def text_block(text: str) -> Json:
    """Text as a part of a prompt."""
    return {"type": "text", "text": text}


def link_block(file: MentionedFile) -> Json:
    """A file that the text names, as a link: every agent has to take one, and those we know read what it leads to."""
    return {
        "type": "resource_link",
        "uri": file.uri,
        "name": file.name,
        "mimeType": file.media_type,
        "size": file.size,
    }


def image_block(data: bytes, media_type: str) -> Json:
    """An image as a part of a prompt."""
    return {"type": "image", "data": base64.b64encode(data).decode("ascii"), "mimeType": media_type}
