"""The commands that read and decide: projects, sessions, chats, changes, blame, rewind, traces, usage."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from boocode_desktop.cli.agent_commands import AGENT_COMMANDS
from boocode_desktop.cli.arguments import DONE, FAILED
from boocode_desktop.cli.output import ago, plain, print_json, print_table, say
from boocode_desktop.cli.workflow_commands import WORKFLOW_COMMANDS
from boocode_desktop.domain.changes import CommitPlan, Committed, FileDiff, ReviewResult, RewindPreview
from boocode_desktop.domain.errors import NotFoundError, UsageError
from boocode_desktop.domain.records import Chat, Project, Session
from boocode_desktop.orchestrator.front import Front

Command = Callable[[Front, argparse.Namespace], Awaitable[int]]


async def find_session(front: Front, wanted: str) -> Session:
    """A session by id, by the start of its id, or the last used one.

    Raises:
        NotFoundError: there is none, or several begin like that.
    """
    sessions = await front.store.sessions(archived=None)
    if wanted == "last":
        if not sessions:
            raise NotFoundError("There is no session yet.", "`boocode run` starts one.")
        return sessions[0]
    found = [s for s in sessions if s.id == wanted] or [s for s in sessions if wanted and s.id.startswith(wanted)]
    if len(found) != 1:
        many = "Several sessions begin like that." if found else f"There is no session {wanted}."
        raise NotFoundError(many, "`boocode sessions list` shows their ids.")
    return found[0]


async def find_chat(front: Front, wanted: str) -> Chat:
    """A chat by id, or the newest one of the last used session.

    Raises:
        NotFoundError: there is none.
    """
    if wanted == "last":
        session = await find_session(front, "last")
        chats = await front.store.chats(session.id)
        if chats:
            return max(chats, key=lambda c: c.updated_at)
    chat = await front.store.chat(wanted)
    if chat is None:
        raise NotFoundError(f"There is no chat {wanted}.", "`boocode chats list` shows their ids.")
    return chat


async def projects_list(front: Front, args: argparse.Namespace) -> int:
    """`projects list`."""
    views = await front.projects.overview()
    if args.json:
        print_json([{**plain(v.project), "missing": v.missing, "sessions": len(v.sessions)} for v in views])
        return DONE
    rows = [
        (v.project.name, v.project.path, "trusted" if v.project.trusted else "untrusted", f"{len(v.sessions)} sessions")
        for v in views
    ]
    print_table(rows, empty="No projects yet. `boocode run -C DIR PROMPT` opens one.")
    return DONE


async def projects_trust(front: Front, args: argparse.Namespace) -> int:
    """`projects trust DIR` and `projects untrust DIR`."""
    project = await front.projects.open(args.directory)
    items = await front.projects.trust_items(project.id)
    change = front.projects.trust if args.verb == "trust" else front.projects.untrust
    project = await change(project.id)
    if args.json:
        print_json({**plain(project), "items": plain(items)})
        return DONE
    say(f"{project.path} is {'trusted' if project.trusted else 'not trusted'}.")
    for item in items if project.trusted else ():
        say(f"  {item.kind}: {item.source}  {item.detail}")
    return DONE


async def sessions_list(front: Front, args: argparse.Namespace) -> int:
    """`sessions list`."""
    names = {p.id: p for p in await front.store.projects()}
    sessions = await front.store.sessions(archived=None if args.archived else False)
    views = [await front.sessions.view(s.id) for s in sessions]
    if args.json:
        print_json([_session_object(v.session, names, state=v.state, waiting=v.waiting) for v in views])
        return DONE
    rows = [
        (v.session.id, v.detail, ago(v.session.updated_at), _project_name(names, v.session), v.session.title)
        for v in views
    ]
    print_table(rows, empty="No sessions yet. `boocode run -C DIR PROMPT` starts one.")
    return DONE


def _project_name(names: dict[str, Project], session: Session) -> str:
    project = names.get(session.project_id)
    return project.name if project else "?"


def _session_object(session: Session, names: dict[str, Project], **more: object) -> dict[str, Any]:
    project = names.get(session.project_id)
    return {**plain(session), "project": project.path if project else "", **more}


async def sessions_show(front: Front, args: argparse.Namespace) -> int:
    """`sessions show ID`."""
    session = await find_session(front, args.id)
    view = await front.sessions.view(session.id)
    worktree = await front.store.worktree(session.id)
    chats = await front.store.chats(session.id, archived=None)
    turns = await front.store.turns(session_id=session.id)
    names = {p.id: p for p in await front.store.projects()}
    if args.json:
        shown = _session_object(session, names, state=view.state, waiting=view.waiting)
        shown |= {"worktree": plain(worktree), "chats": plain(chats), "turns": plain(turns)}
        print_json(shown)
        return DONE
    say(f"{session.title or '(untitled)'}  {session.id}")
    say(f"  {view.detail}, {session.isolation}, {worktree.root if worktree else 'no folder'}")
    for chat in chats:
        say(f"  chat {chat.number}  {chat.id}  {chat.title}")
    for turn in turns:
        mark = " (rewound)" if turn.rewound else ""
        say(f"  turn {turn.number}  {turn.agent}  {turn.status or 'running'}{mark}  {_one_line(turn.prompt)}")
    return DONE


def _one_line(text: str, width: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"


async def sessions_change(front: Front, args: argparse.Namespace) -> int:
    """`sessions rename|archive|restore|delete`."""
    session = await find_session(front, args.id)
    match args.verb:
        case "rename":
            await front.sessions.rename(session.id, args.title)
        case "archive":
            await front.sessions.archive(session.id)
        case "restore":
            await front.sessions.restore(session.id)
        case _:
            await front.sessions.delete(session.id, force=args.force)
    words = {"rename": "renamed", "archive": "archived", "restore": "restored", "delete": "deleted"}[args.verb]
    _say_or_json(args, {"id": session.id, "done": words}, f"{session.id} {words}.")
    return DONE


def _say_or_json(args: argparse.Namespace, value: object, text: str) -> None:
    if args.json:
        print_json(value)
    else:
        say(text)


async def chats_list(front: Front, args: argparse.Namespace) -> int:
    """`chats list`."""
    session = await find_session(front, args.session)
    chats = await front.store.chats(session.id, archived=None)
    if args.json:
        print_json(plain(chats))
        return DONE
    rows = [(c.number, c.id, c.agent or "-", "archived" if c.archived else "", c.title) for c in chats]
    print_table(rows, empty="No chats.")
    return DONE


async def chats_show(front: Front, args: argparse.Namespace) -> int:
    """`chats show ID`: every turn with its status and parts."""
    chat = await find_chat(front, args.id)
    turns = []
    for turn in await front.store.turns(chat_id=chat.id):
        rows = await front.store.entries_of_turn(turn.id)
        parts = [{"kind": r.entry.kind, **plain(r.entry)} for r in rows]
        turns.append({**plain(turn), "status": turn.status or "running", "parts": parts})
    if args.json:
        print_json({"chat": plain(chat), "turns": turns})
        return DONE
    for shown in turns:
        say(f"── turn {shown['number']} · {shown['agent']} · {shown['status']}")
        for part in shown["parts"]:
            _say_part(part)
    return DONE


def _say_part(part: dict[str, Any]) -> None:
    match part["kind"]:
        case "prompt":
            say(f"> {part['text']}")
        case "text":
            say(part["text"])
        case "tool":
            say(f"  [{part['tool']}] {part['outcome'] or 'running'}  {_one_line(part['title'] or str(part['input']))}")
        case "note":
            say(f"  ({part['code']}) {part['message']}")
        case _:
            return


async def chats_change(front: Front, args: argparse.Namespace) -> int:
    """`chats archive|restore|fork`."""
    if args.verb == "fork":
        fork = await front.chats.fork(args.id, turn=args.turn)
        _say_or_json(args, fork, f"Chat {fork.number}: {fork.id}")
        return DONE
    change = front.chats.archive if args.verb == "archive" else front.chats.restore
    await change(args.id)
    _say_or_json(args, {"id": args.id, "done": f"{args.verb}d"}, f"{args.id} {args.verb}d.")
    return DONE


async def changes_list(front: Front, args: argparse.Namespace) -> int:
    """`changes list`."""
    session = await find_session(front, args.session)
    changes = [c for c in await front.review.changes(session.id) if not args.file or c.path == args.file]
    if args.json:
        print_json(plain(changes))
        return DONE
    rows = [
        (c.status, c.operation, f"+{c.added} -{c.removed}", c.path, ", ".join(c.agents) or "-", c.note) for c in changes
    ]
    print_table(rows, empty="Nothing changed.")
    return DONE


async def changes_diff(front: Front, args: argparse.Namespace) -> int:
    """`changes diff`."""
    session = await find_session(front, args.session)
    paths = [args.file] if args.file else [c.path for c in await front.review.changes(session.id)]
    diffs = [await front.review.diff(session.id, path) for path in paths]
    if args.json:
        print_json(plain(diffs))
        return DONE
    for diff in diffs:
        say_diff(diff, args.hunk)
    return DONE


def say_diff(diff: FileDiff, only: int | None) -> None:
    """A file's hunks, or one of them, as text."""
    say(f"--- {diff.change.old_path or diff.change.path}  ({diff.change.operation}, {diff.change.status})")
    if diff.change.binary:
        say("    binary")
    for hunk in diff.hunks:
        if only is None or hunk.index == only:
            say(f"@@ hunk {hunk.index}: -{hunk.old_start},{hunk.old_lines} +{hunk.new_start},{hunk.new_lines} @@")
            for line in hunk.lines:
                say({"context": " ", "added": "+", "removed": "-"}[line.kind] + line.text)


async def changes_decide(front: Front, args: argparse.Namespace) -> int:
    """`changes approve|reject|reverse`."""
    session = await find_session(front, args.session)
    match args.verb:
        case "approve":
            result = await front.review.approve(session.id, args.file, args.hunk)
        case "reject":
            result = await front.review.reject(session.id, args.file, args.hunk)
        case _:
            if not args.file:
                raise UsageError("Name the file to take out of the folder again.", "--file PATH")
            result = await front.review.reverse(session.id, args.file)
    return _show_result(args, result)


async def changes_commit(front: Front, args: argparse.Namespace) -> int:
    """`changes commit`."""
    session = await find_session(front, args.session)
    if args.dry_run:
        plan = await front.review.commit_plan(session.id)
        _say_commit(args, plan, f"would commit on {plan.branch or 'no branch'} as {plan.author}", plan.operations)
        return DONE
    message = args.message or (await front.review.commit_plan(session.id)).message
    done = await front.review.commit(session.id, message)
    _say_commit(args, done, f"committed {done.commit[:10]} on {done.branch or 'no branch'}: {done.summary}", done.paths)
    return DONE


def _say_commit(args: argparse.Namespace, found: CommitPlan | Committed, head: str, paths: Iterable[str]) -> None:
    if args.json:
        print_json(found)
        return
    say(head)
    for path in paths:
        say(f"  {path}")
    for path, why in found.left.items():
        say(f"left      {path}: {why}")


def _show_result(args: argparse.Namespace, result: ReviewResult) -> int:
    conflicts = result.conflicts or {}
    if args.json:
        print_json(result)
    else:
        past = {"approve": "approved", "reject": "rejected", "reverse": "reversed"}[args.verb]
        for path in result.decided:
            say(f"{past}  {path}")
        for path, why in conflicts.items():
            say(f"conflict  {path}: {why}")
        if not result.decided and not conflicts:
            say("Nothing to decide.")
    return FAILED if conflicts else DONE


async def blame(front: Front, args: argparse.Namespace) -> int:
    """`blame PATH`."""
    session = await find_session(front, args.session)
    lines = await front.review.blame(session.id, args.path)
    if args.json:
        print_json(plain(lines))
        return DONE
    for line in lines:
        who = f"{line.author} turn {line.turn}" if line.author else "-"
        say(f"{who:<20} {line.line:>5}  {line.text}")
    return DONE


async def rewind(front: Front, args: argparse.Namespace) -> int:
    """`rewind`."""
    session = await find_session(front, args.session)
    if args.undo:
        preview = await front.review.undo_rewind(session.id)
        done = "undone"
    elif args.dry_run:
        preview, done = await front.review.rewind_preview(session.id, args.to_turn), "would be rewound"
    else:
        preview, done = await front.review.rewind(session.id, args.to_turn), "rewound"
    if args.json:
        print_json({**plain(preview), "dry_run": bool(args.dry_run and not args.undo)})
        return DONE
    _say_preview(preview, done)
    return DONE


def _say_preview(preview: RewindPreview, done: str) -> None:
    say(f"To {'the start' if preview.to_turn == 0 else f'turn {preview.to_turn}'}: {len(preview.files)} files {done}.")
    for change in preview.files:
        say(f"  {change.operation:<9} {change.path}")
    for path, why in preview.lost.items():
        say(f"  cannot come back: {path} ({why})")
    for path in preview.approved:
        say(f"  stays in your folder (approved): {path}")


async def traces(front: Front, args: argparse.Namespace) -> int:
    """`traces`."""
    chat = await find_chat(front, args.chat)
    if not 1 <= args.limit <= 200:
        raise UsageError("--limit takes a number from 1 to 200.")
    page = await front.ledger.traces(chat.id, turn=args.turn, limit=args.limit, cursor=args.cursor)
    if args.json:
        print_json(page)
        return DONE
    rows = [
        (t.turn_number, t.step, t.tool, t.outcome or "running", _milliseconds(t.latency_ms), _one_line(str(t.input)))
        for t in page.traces
    ]
    print_table(rows, empty="No tool calls.")
    if page.next_cursor:
        say(f"More: --cursor {page.next_cursor}")
    return DONE


def _milliseconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"


async def usage(front: Front, args: argparse.Namespace) -> int:
    """`usage`."""
    project_id = ""
    if args.project is not None:
        path = await asyncio.to_thread(Path(args.project).expanduser().resolve)
        project = await front.store.project_at(str(path))
        if project is None:
            raise NotFoundError(f"{path} is no known project.", "`boocode projects list` shows them.")
        project_id = project.id
    total = await front.ledger.usage(chat_id=args.chat, session_id=args.session, project_id=project_id)
    cost = "" if total.cost is None else f", ${total.cost:.4f}"
    text = f"input {total.input} (cached {total.cached}), output {total.output}, reasoning {total.reasoning}{cost}"
    _say_or_json(args, total, text)
    return DONE


COMMANDS: dict[tuple[str, str], Command] = {
    ("projects", "list"): projects_list,
    ("projects", "trust"): projects_trust,
    ("projects", "untrust"): projects_trust,
    ("sessions", "list"): sessions_list,
    ("sessions", "show"): sessions_show,
    ("sessions", "rename"): sessions_change,
    ("sessions", "archive"): sessions_change,
    ("sessions", "restore"): sessions_change,
    ("sessions", "delete"): sessions_change,
    ("chats", "list"): chats_list,
    ("chats", "show"): chats_show,
    ("chats", "archive"): chats_change,
    ("chats", "restore"): chats_change,
    ("chats", "fork"): chats_change,
    ("changes", "list"): changes_list,
    ("changes", "diff"): changes_diff,
    ("changes", "commit"): changes_commit,
    ("changes", "approve"): changes_decide,
    ("changes", "reject"): changes_decide,
    ("changes", "reverse"): changes_decide,
    ("blame", ""): blame,
    ("rewind", ""): rewind,
    ("traces", ""): traces,
    ("usage", ""): usage,
    **AGENT_COMMANDS,
    **WORKFLOW_COMMANDS,
}
