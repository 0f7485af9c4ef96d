"""How a chat comes to its opencode session: kept, found again, or new; and what it must hear of turns it missed."""

import asyncio
from dataclasses import dataclass

from boocode_desktop.agents.acp.handover import handover_note, last_own_turn
from boocode_desktop.agents.acp.loose import count_of, number_of, object_of, text_of
from boocode_desktop.agents.opencode.catalog import Catalog
from boocode_desktop.agents.opencode.permissions import session_rules
from boocode_desktop.agents.opencode.prompts import Wish
from boocode_desktop.agents.opencode.server import OpencodeServer
from boocode_desktop.agents.opencode.session import OpencodeSession
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json, Notice
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.agents import TurnHost

PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session to prompt, what it offers, what the chat wants of it, and a note before the prompt ("" for none)."""

    session: OpencodeSession
    catalog: Catalog
    wish: Wish
    note: str


async def open_session(server: OpencodeServer, host: TurnHost, kept: OpencodeSession | None) -> Opened:
    """The session for the turn. One that was made with another model or other settings, or that remembers turns which
    were rewound meanwhile, is left for a new one.

    Raises:
        AdapterError: the folder is gone, there is no such model, or the server does not answer.
    """
    if not await asyncio.to_thread(host.root.is_dir):
        raise AdapterError(f"The session's folder {host.root} does not exist.", "Recreate the worktree first.")
    root = await asyncio.to_thread(host.root.resolve)
    directory = await server.directory(root)
    catalog = await directory.catalog()
    wish = parse_wish(host, catalog, server.spec.label)
    fingerprint = catalog.fingerprint(wish.model, wish.mode)
    agent, history = server.spec.name, await host.history()
    known = kept if kept is not None and server.sessions.get(kept.id) is kept else None
    rewound = host.agent_session.last_turn > last_own_turn(history, agent)
    stale = host.agent_session.fingerprint not in ("", fingerprint)
    if stale or rewound:
        server.sessions.pop(known.id if known else "", None)
        await _say_renewed(host, stale=stale and bool(host.agent_session.external_id))
    found = "" if stale or rewound else await _found(server, directory.path, host.agent_session.external_id, known)
    session = known if known is not None and known.id == found else None
    if session is None:
        session_id = found or await server.api.new_session(directory.path, _new_body(host, catalog, wish))
        total = parse_total(host.agent_session.memory)
        session = OpencodeSession(id=session_id, directory=directory, root=root, fingerprint=fingerprint, total=total)
        server.keep(session)
    opened = None if session is known else "resumed" if found else "new"
    await host.remember(external_id=session.id, fingerprint=fingerprint, opened=opened)
    note = handover_note(history, agent, fresh=not found)
    return Opened(session=session, catalog=catalog, wish=wish, note=note)


def parse_wish(host: TurnHost, catalog: Catalog, label: str) -> Wish:
    """What the chat wants, in opencode's words.

    Raises:
        AdapterError: there is no such model; the hint lists those there are.
    """
    model = catalog.find_model(host.model) if host.model else None
    if host.model and model is None:
        known = ", ".join(m.id for m in catalog.models[:30]) or "none that can be chosen here"
        raise AdapterError(f"{label} has no model “{host.model}”.", f"It offers: {known}.")
    used = model or catalog.find_model(catalog.model)
    effort = host.effort if used is not None and host.effort in used.efforts else ""
    plans = host.read_only and any(mode.id == PLAN for mode in catalog.modes)
    return Wish(model=model.id if model else "", effort=effort, mode=PLAN if plans else "")


def plain_total(total: Usage) -> Json:
    """What a session used so far, to be remembered."""
    return {
        "input": total.input,
        "output": total.output,
        "reasoning": total.reasoning,
        "cached": total.cached,
        "cost": total.cost,
    }


def parse_total(memory: Json | None) -> Usage:
    """What was remembered of a session's usage."""
    told = object_of(object_of(memory).get("usage"))
    return Usage(
        input=count_of(told.get("input")),
        output=count_of(told.get("output")),
        reasoning=count_of(told.get("reasoning")),
        cached=count_of(told.get("cached")),
        cost=number_of(told.get("cost")),
    )


async def _found(server: OpencodeServer, path: str, external_id: str, known: OpencodeSession | None) -> str:
    """The session that the chat can go on with, "" if there is none; one of an earlier life is looked for."""
    if known is not None and known.directory.path == path:
        return known.id
    found = await server.api.session(path, external_id) if external_id else None
    return external_id if found is not None and text_of(found.get("directory")) == path else ""


def _new_body(host: TurnHost, catalog: Catalog, wish: Wish) -> Json:
    # With a title, opencode spares the model call that finds one.
    return {"title": f"BooCode {host.chat_id}", "permission": session_rules(catalog.rules_of(wish.mode))}


async def _say_renewed(host: TurnHost, *, stale: bool) -> None:
    if stale:
        await host.emit(
            Notice(
                code="session_renewed",
                message="The model or the settings of opencode changed: it goes on in a new session.",
                hint="It was given a short account of this chat.",
            )
        )
