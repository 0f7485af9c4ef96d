"""What is sent for a prompt: a message, or the call of a slash command. Pure."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

from boocode_desktop.agents.acp.prompts import guard_slash, is_command
from boocode_desktop.agents.mentions import MentionedFile
from boocode_desktop.agents.opencode.catalog import Catalog, model_parts
from boocode_desktop.domain.events import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the chat wants besides its words; "" leaves it to opencode."""

    model: str = ""
    effort: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What to send: `command` says that it is the call of one."""

    id: str
    body: Json = field(repr=False)
    command: bool = False


def build_message(
    message_id: str, text: str, note: str, files: Sequence[Json], wish: Wish, catalog: Catalog
) -> Message:
    """The request's body. A note goes before words for the model, never before a command."""
    names = frozenset(command.name for command in catalog.commands)
    common: Json = {"messageID": message_id}
    if wish.mode:
        common["agent"] = wish.mode
    if wish.effort:
        common["variant"] = wish.effort
    if is_command(text, names):
        name, _, arguments = text.strip().removeprefix("/").partition(" ")
        body = {**common, "command": name, "arguments": arguments.strip(), "parts": list(files)}
        return Message(id=message_id, body={**body, **({"model": wish.model} if wish.model else {})}, command=True)
    if wish.model:
        provider, model = model_parts(wish.model)
        common["model"] = {"providerID": provider, "modelID": model}
    words = [{"type": "text", "text": note}] if note else []
    words.append({"type": "text", "text": guard_slash(text, names)})
    return Message(id=message_id, body={**common, "parts": [*words, *files]})


def link_part(file: MentionedFile) -> Json:
    """A file that the text names; opencode reads it for its model."""
    return {"type": "file", "mime": "text/plain", "filename": file.name, "url": file.uri}


def image_part(data: bytes, media_type: str, name: str) -> Json:
    """An image as a part of a message."""
    url = f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
    return {"type": "file", "mime": media_type, "filename": name or "image", "url": url}
