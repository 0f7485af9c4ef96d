"""`boocode run`: one turn without a window, or, with --stdin-json, a conversation over JSON lines."""

import argparse
import asyncio
import mimetypes
import sys
from pathlib import Path

from boocode_desktop.cli.commands import find_session
from boocode_desktop.cli.conversation import converse
from boocode_desktop.cli.output import say
from boocode_desktop.cli.turn_printer import TurnPrinter, exit_code
from boocode_desktop.domain.errors import NotFoundError, UsageError
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.records import Chat, Isolation, Session
from boocode_desktop.orchestrator.front import Front
from boocode_desktop.orchestrator.ports.agents import Prompt

IMAGE_LIMIT = 20 * 1024 * 1024
IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")


async def run(front: Front, args: argparse.Namespace) -> int:
    """`boocode run`."""
    prompt = await _prompt(args)
    session, chat = await _place(front, args)
    images = tuple([await _attach(front, path) for path in args.image])
    printer = TurnPrinter(args.json or args.stdin_json)
    # Another program may be in the middle of a turn here: its events are not ours to print.
    subscription = front.chats.listen(chat.id, printer.hear)
    try:
        if args.stdin_json:
            return await converse(front, session, chat, printer, first=prompt, images=images)
        return await one_turn(front, chat, printer, Prompt(text=prompt, images=images))
    finally:
        # Told to end by a signal, the turn ends while the program closes: its last events are still printed.
        if printer.ended.is_set():
            subscription.cancel()
            if not printer.as_json:
                await _closing_words(front, session)


async def one_turn(front: Front, chat: Chat, printer: TurnPrinter, prompt: Prompt) -> int:
    """Send one prompt and wait for its end; the exit code."""
    await front.turns.send(chat.id, prompt)
    await front.turns.drain()
    return exit_code(printer.status)


async def _prompt(args: argparse.Namespace) -> str:
    if args.prompt == "-":
        return await asyncio.to_thread(sys.stdin.read)
    if not args.prompt.strip() and not args.stdin_json:
        raise UsageError("The prompt is missing.", "boocode run PROMPT, or - to read it from standard input.")
    return str(args.prompt)


async def _place(front: Front, args: argparse.Namespace) -> tuple[Session, Chat]:
    """The session and chat a turn belongs to, made when needed, with the agent and model chosen."""
    chat: Chat | None = None
    if args.chat:
        chat = await front.store.chat(args.chat)
        if chat is None:
            raise NotFoundError(f"There is no chat {args.chat}.", "`boocode chats list` shows their ids.")
        session = await find_session(front, chat.session_id)
    elif args.session == "new":
        session = await _new_session(front, args)
    else:
        session = await find_session(front, args.session)
    if chat is None:
        chats = await front.store.chats(session.id)
        chat = chats[0] if chats else await front.chats.create(session.id)
    if args.agent or args.model:
        chat = await front.chats.configure(chat.id, agent=args.agent or None, model=args.model or None)
    return session, chat


async def _new_session(front: Front, args: argparse.Namespace) -> Session:
    folder = args.directory or Path()
    info = await front.projects.inspect(await asyncio.to_thread(folder.expanduser().resolve))
    if info.kind == "missing":
        raise UsageError(f"{info.path} does not exist.", "Name an existing folder with -C DIR.")
    isolation: Isolation = args.isolation or "worktree"
    if not info.worktrees and args.isolation != "in-place":
        why = info.problem or "This folder has no git, so a session cannot have a working copy of its own."
        raise UsageError(why, "Add --isolation in-place to let the agent work in the folder itself.")
    project = await front.projects.open(folder)
    return await front.sessions.create(project.id, isolation=isolation)


async def _attach(front: Front, path: Path) -> ImageRef:
    media_type = mimetypes.guess_type(path.name)[0] or ""
    if media_type not in IMAGE_TYPES:
        raise UsageError(f"{path} is no image this program sends.", "PNG, JPEG, WebP and GIF are.")
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > IMAGE_LIMIT:
        raise UsageError(f"{path} is larger than {IMAGE_LIMIT // 2**20} MB.", "Make it smaller.")
    return await front.chats.attach(data, media_type=media_type, name=path.name)


async def _closing_words(front: Front, session: Session) -> None:
    """What to do with the result, for people."""
    changes = await front.review.changes(session.id)
    waiting = [c for c in changes if c.status in ("open", "partly", "conflict")]
    if waiting:
        say(f"\n{len(waiting)} changed files wait in session {session.id}. Your folder is untouched.")
        say(f"  boocode changes diff --session {session.id}")
        say(f"  boocode changes approve --session {session.id}")
