"""`--stdin-json`: prompts, answers, steering and cancelling as JSON lines in, events as JSON lines out.

Lines understood (unknown keys are ignored):
    {"type": "prompt", "text": …, "mode": "after_turn"|"steer"|"interrupt"}
    {"type": "answer", "request_id": …, "option_id": …, "text": …}
    {"type": "cancel"}
    {"type": "resume"}
End of input lets what runs and waits finish, then ends the program.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from boocode_desktop.cli.arguments import DONE
from boocode_desktop.cli.output import print_json
from boocode_desktop.cli.turn_printer import TurnPrinter, exit_code
from boocode_desktop.domain.errors import AdapterError, UsageError, UserFacingError
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.records import Chat, Session
from boocode_desktop.orchestrator.front import Front
from boocode_desktop.orchestrator.ports.agents import Prompt

LINE_LIMIT = 32 * 1024 * 1024


async def converse(
    front: Front, session: Session, chat: Chat, printer: TurnPrinter, *, first: str, images: tuple[ImageRef, ...]
) -> int:
    """Serve lines until the input ends; the exit code of the last turn."""
    if first.strip():
        await front.turns.send(chat.id, Prompt(text=first, images=images))
    async for line in _lines():
        try:
            await _serve(front, chat, _parse(line))
        except (UserFacingError, AdapterError) as error:
            where = {"session_id": session.id, "chat_id": chat.id}
            print_json({"type": "refused", **where, "message": error.message, "hint": error.hint})
    await front.turns.drain()
    return DONE if printer.status is None else exit_code(printer.status)


async def _lines() -> AsyncIterator[str]:
    while line := await asyncio.to_thread(sys.stdin.readline, LINE_LIMIT):
        if line.strip():
            yield line


def _parse(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise UsageError("This line is no JSON.", "One JSON object per line; nothing was done.") from error
    if not isinstance(value, dict):
        raise UsageError("This line is no JSON object.", "One JSON object per line; nothing was done.")
    return value


async def _serve(front: Front, chat: Chat, line: dict[str, Any]) -> None:
    match line.get("type"):
        case "prompt":
            mode = line.get("mode", "after_turn")
            if mode not in ("after_turn", "steer", "interrupt"):
                raise UsageError(f"“{mode}” is no mode.", "after_turn, steer or interrupt.")
            await front.turns.send(chat.id, Prompt(text=str(line.get("text", ""))), mode=mode)
        case "answer":
            await front.questions.answer(
                str(line.get("request_id", "")),
                option_id=str(line.get("option_id", "")),
                text=str(line.get("text", "")),
            )
        case "cancel":
            await front.turns.cancel(chat.id)
        case "resume":
            await front.turns.resume(chat.id)
        case other:
            raise UsageError(f"“{other}” is no kind of line.", "prompt, answer, cancel or resume.")
