"""`fs/*`: files that agents read and write through us."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from acp.exceptions import RequestError

from boocode_desktop.agents.acp import files
from boocode_desktop.agents.acp.loose import integer_of, text_of
from boocode_desktop.agents.acp.request import REFUSED, Request
from boocode_desktop.domain.events import Json
from boocode_desktop.domain.permissions import Action

T = TypeVar("T")


async def read_file(request: Request) -> Json:
    """A file's text, or a range of its lines."""
    path = await _resolve(request)
    root = str(request.session.root)
    await request.must_be_allowed(Action(kind="read", tool="read", root=root, path=str(path)), title=f"Read {path}")
    line, limit = integer_of(request.params.get("line")), integer_of(request.params.get("limit"))
    return {"content": await _work(lambda: files.read_lines(path, line, limit), path)}


async def write_file(request: Request) -> Json:
    """Write a file as a whole."""
    path = await _resolve(request)
    root = str(request.session.root)
    await request.must_be_allowed(Action(kind="write", tool="edit", root=root, path=str(path)), title=f"Write {path}")
    await _work(lambda: files.write_text(path, text_of(request.params.get("content"))), path)
    return {}


async def _resolve(request: Request) -> Path:
    name = text_of(request.params.get("path"))
    if not name or "\0" in name:
        raise RequestError.invalid_params({"details": "a path is missing"})
    return await _work(lambda: (request.session.root / name).resolve(), Path(name))


async def _work(work: Callable[[], T], path: Path) -> T:
    try:
        return await asyncio.to_thread(work)
    except FileNotFoundError:
        raise RequestError.resource_not_found(str(path)) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise RequestError(REFUSED, f"{path}: {getattr(error, 'strerror', None) or error}") from error
