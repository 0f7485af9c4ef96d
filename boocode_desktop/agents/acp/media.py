"""Images that agents send: checked by their bytes, kept as attachments, and put in place of the bytes in the update.

So the mapper stays pure: it meets an `ImageRef` where the wire had Base64.
"""

import asyncio
import base64
import binascii
import logging
from collections.abc import Awaitable, Callable

from boocode_desktop.agents.acp.loose import object_of, text_of
from boocode_desktop.domain.errors import BooCodeError
from boocode_desktop.domain.events import ImageRef, Json

_log = logging.getLogger(__name__)
SIZE_LIMIT = 20_000_000
"""Bytes of one image."""
Attach = Callable[[bytes, str], Awaitable[ImageRef]]


def image_of(block: Json) -> ImageRef | None:
    """The kept image of a content block that was prepared by `with_images`."""
    kept = block.get("kept")
    return kept if isinstance(kept, ImageRef) else None


def has_image(update: Json) -> bool:
    """Whether an update holds an image's bytes."""
    return any(_is_image(block) for block in _blocks(update))


async def with_images(update: Json, attach: Attach) -> Json:
    """The update with each image kept and named instead; one that is none keeps neither bytes nor name."""
    content = update.get("content")
    if isinstance(content, dict):
        return {**update, "content": await _kept(content, attach)}
    if not isinstance(content, list):
        return update
    parts = [await _kept_part(part, attach) for part in content]
    return {**update, "content": parts}


def media_type_of(data: bytes) -> str:
    """What the bytes are, whatever they are called; "" for what is no picture that can be shown."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


async def _kept_part(part: object, attach: Attach) -> object:
    """One part of a tool call's content."""
    if not isinstance(part, dict) or not _is_image(object_of(part.get("content"))):
        return part
    return {**part, "content": await _kept(object_of(part["content"]), attach)}


async def _kept(block: Json, attach: Attach) -> Json:
    if not _is_image(block):
        return block
    named = {name: value for name, value in block.items() if name not in ("data", "kept")}
    data, media_type = await asyncio.to_thread(_decoded, text_of(block.get("data")))
    if not media_type:
        return named
    try:
        return named | {"kept": await attach(data, media_type)}
    except (BooCodeError, OSError) as error:
        _log.warning("an agent's image was not kept: %s", error)
        return named


def _decoded(text: str) -> tuple[bytes, str]:
    if len(text) > SIZE_LIMIT * 4 // 3 + 4:
        return b"", ""
    try:
        data = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b"", ""
    return data, media_type_of(data)


def _is_image(block: Json) -> bool:
    return block.get("type") == "image" and isinstance(block.get("data"), str)


def _blocks(update: Json) -> list[Json]:
    content = update.get("content")
    if isinstance(content, list):
        return [object_of(object_of(part).get("content")) for part in content]
    return [object_of(content)]
