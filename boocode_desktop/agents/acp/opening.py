"""How a chat comes to its agent session: kept, reopened, forked or new; and what the agent must hear of other turns."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.handover import handover_note, last_own_turn
from boocode_desktop.agents.acp.loose import object_of, text_of
from boocode_desktop.agents.acp.session import AcpSession
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.records import AgentSession
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.orchestrator.agent_memory import FORK_OF
from boocode_desktop.orchestrator.ports.agents import TurnHost
from boocode_desktop.processes.places import Place, local_place

_log = logging.getLogger(__name__)
BEFORE = "before"
"""In an agent session's memory: what was current before a chat chose."""
Way = Literal["kept", "resumed", "history", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session to prompt, a note that goes before the prompt ("" for none), and how we came to it.

    `why` says what stood in the way of going on with an earlier one.
    """

    session: AcpSession
    note: str
    how: Way
    why: str = ""


def fingerprint_of(spec: AgentSpec) -> str:
    """What a session depends on: one that was begun under another configuration is not gone on with."""
    told = json.dumps([spec.commands, spec.args, spec.env, spec.options])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


async def open_session(connection: AgentConnection, host: TurnHost, kept: AcpSession | None) -> Opened:
    """The session for the turn.

    One that remembers turns which were rewound meanwhile, or was begun under another configuration of the agent, is
    left for a new one.

    Raises:
        AdapterError: the session's folder is gone, or the agent cannot begin a session.
    """
    agent = connection.spec.name
    history = await host.history()
    obstacle = _obstacle(host.agent_session, history, connection.spec)
    if kept is not None and connection.sessions.get(kept.id) is kept:
        if not obstacle:
            return await _opened(host, kept, history, connection.spec, "kept")
        await connection.close_session(kept)
    if not await asyncio.to_thread(host.root.is_dir):
        raise AdapterError(f"The session's folder {host.root} does not exist.", "Recreate the worktree first.")
    place = await asyncio.to_thread(local_place, host.root)
    if not obstacle:
        way, found, obstacle = await _reopen(connection, host.agent_session, place)
        if found is not None:
            found.before.update(_kept_wishes(host.agent_session))
            return await _opened(host, found, history, connection.spec, way)
    fresh = await connection.new_session(place)
    why = obstacle if last_own_turn(history, agent) or host.agent_session.external_id else ""
    return await _opened(host, fresh, history, connection.spec, "new", why)


def _obstacle(known: AgentSession, history: Sequence[Entry], spec: AgentSpec) -> str:
    """Why the agent's own conversation cannot be gone on with, "" if it can."""
    if known.last_turn > last_own_turn(history, spec.name):
        return "it remembers turns that were rewound"
    if known.fingerprint and known.fingerprint != fingerprint_of(spec):
        return "the agent is configured differently now"
    return ""


async def _opened(
    host: TurnHost, session: AcpSession, history: Sequence[Entry], spec: AgentSpec, how: Way, why: str = ""
) -> Opened:
    await host.remember(
        external_id=session.id,
        memory={BEFORE: dict(session.before)},
        fingerprint=fingerprint_of(spec),
        opened=None if how == "kept" else how,
    )
    note = handover_note(history, spec.name, fresh=how == "new")
    return Opened(session=session, note=note, how=how, why=why)


def _kept_wishes(known: AgentSession) -> dict[str, str]:
    return {name: value for name, value in object_of((known.memory or {}).get(BEFORE)).items() if text_of(value)}


async def _reopen(connection: AgentConnection, known: AgentSession, place: Place) -> tuple[Way, AcpSession | None, str]:
    """The conversation from before, or why there is none."""
    source = text_of((known.memory or {}).get(FORK_OF))
    if not known.external_id and not source:
        return "new", None, ""
    try:
        if not known.external_id:
            return "resumed", await connection.fork_session(source, place), ""
        reopened = await connection.reopen_session(known.external_id, place)
        return reopened.reopened, reopened, ""
    except AdapterError as error:
        if not connection.alive:
            raise
        _log.info("%s does not go on with session %s: %s", connection.spec.name, known.external_id, error.message)
        return "new", None, error.message
