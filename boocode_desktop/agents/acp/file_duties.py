"""`fs/*`: files that agents read and write through us."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from acp.exceptions import RequestError

from boocode_desktop.agents.acp import files
from boocode_desktop.agents.acp.loose import integer_of, text_of
from boocode_desktop.agents.acp.request import REFUSED, Request
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.events import Json
from boocode_desktop.domain.permissions import Action

T = TypeVar("T")


async def read_file(request: Request) -> Json:
    """A file's text, or a range of its lines."""
    place, name = request.session.place, text_of(request.params.get("path"))
    path = await _work(lambda: place.locate(name), name)
    action = Action(kind="read", tool="read", root=str(place.root), path=str(path))
    await request.must_be_allowed(action, title=f"Read {place.relative(path)}")
    line, limit = integer_of(request.params.get("line")), integer_of(request.params.get("limit"))
    return {"content": await _work(lambda: files.read_lines(place, path, line, limit), name)}


async def write_file(request: Request) -> Json:
    """Write a file as a whole."""
    place, name = request.session.place, text_of(request.params.get("path"))
    path = await _work(lambda: place.locate(name), name)
    action = Action(kind="write", tool="edit", root=str(place.root), path=str(path))
    await request.must_be_allowed(action, title=f"Write {place.relative(path)}")
    diff = await _work(lambda: files.write_text(place, path, text_of(request.params.get("content"))), name)
    await request.session.feed.settle()
    request.turn.mapper.calls.note_written(diff)
    return {}


async def _work(work: Callable[[], T], name: str) -> T:
    try:
        return await asyncio.to_thread(work)
    except UserFacingError as error:
        if files.is_missing(error):
            raise RequestError.resource_not_found(name) from error
        raise RequestError(REFUSED, f"{error.message} {error.hint}".strip()) from error
