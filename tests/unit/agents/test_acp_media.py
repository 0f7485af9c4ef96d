"""Images that agents send: kept by what they are, never by what they are called."""

import asyncio
import base64

import pytest

from boocode_desktop.agents.acp.mapper import TurnMapper
from boocode_desktop.agents.acp.media import has_image, image_of, media_type_of, with_images
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import UserFacingError

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def block(data: bytes | str, media_type: str = "image/png") -> dict:
    text = base64.b64encode(data).decode() if isinstance(data, bytes) else data
    return {"type": "image", "data": text, "mimeType": media_type}


def kept(update, attach=None):
    async def keep(data, media_type):
        return ev.ImageRef(sha256=str(len(data)), media_type=media_type)

    return asyncio.run(with_images(update, attach or keep))


def mapped(*updates):
    mapper = TurnMapper(lambda: "t", started=0)
    return [event for update in updates for event in mapper.apply(update, 1.0)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0x", "image/jpeg"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF0000WEBPVP8", "image/webp"),
        (b"<svg onload='x'/>", ""),
        (b"", ""),
    ],
)
def test_an_image_is_what_its_bytes_say(data, expected):
    assert media_type_of(data) == expected


def test_an_image_in_an_answer_becomes_an_event_in_its_place():
    update = {"sessionUpdate": "agent_message_chunk", "content": block(PNG, "image/svg+xml")}
    assert has_image(update)
    assert mapped(kept(update)) == [ev.Image(image=ev.ImageRef(sha256="28", media_type="image/png"))]


def test_an_image_of_a_tool_is_shown_once_however_often_it_is_repeated():
    content = [
        {"type": "content", "content": block(PNG)},
        {"type": "content", "content": {"type": "text", "text": "x"}},
    ]
    first = kept({"sessionUpdate": "tool_call", "toolCallId": "1", "title": "shot", "content": content})
    last = kept({"sessionUpdate": "tool_call_update", "toolCallId": "1", "status": "completed", "content": content})
    events = mapped(first, last)
    assert [type(e).__name__ for e in events if isinstance(e, (ev.Image, ev.ToolFinished))] == ["Image", "ToolFinished"]
    assert next(e for e in events if isinstance(e, ev.ToolFinished)).output == "x"


@pytest.mark.parametrize("data", ["not base64!", base64.b64encode(b"<svg/>").decode(), ""])
def test_what_is_no_image_is_told_and_not_kept(data):
    update = kept({"sessionUpdate": "agent_message_chunk", "content": block(data)})
    assert [e.code for e in mapped(update)] == ["media"] and "data" not in update["content"]


def test_an_image_that_cannot_be_kept_does_not_end_the_turn(caplog):
    async def full(data, media_type):
        raise UserFacingError("The disk is full.")

    update = kept({"sessionUpdate": "agent_message_chunk", "content": block(PNG)}, full)
    assert [e.code for e in mapped(update)] == ["media"]
    caplog.clear()


def test_an_agent_cannot_name_a_kept_image_itself():
    said = {**block("junk!"), "kept": {"sha256": "evil"}}
    assert image_of(said) is None
    assert "kept" not in kept({"sessionUpdate": "agent_message_chunk", "content": said})["content"]


@pytest.mark.parametrize("content", [None, 3, [], [None, 7], {"type": "image"}, {"type": "image", "data": 7}])
def test_odd_content_holds_no_image(content):
    assert not has_image({"content": content})
