"""How a chat comes to its agent session: kept, reopened or new; and what the agent must hear of turns it missed."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.handover import handover_note, last_own_turn
from boocode_desktop.agents.acp.session import AcpSession
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.orchestrator.ports.agents import TurnHost
from boocode_desktop.processes.places import Place, local_place

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session to prompt, and a note that goes before the prompt ("" for none)."""

    session: AcpSession
    note: str


async def open_session(connection: AgentConnection, host: TurnHost, kept: AcpSession | None) -> Opened:
    """The session for the turn. One that remembers turns which were rewound meanwhile is left for a new one.

    Raises:
        AdapterError: the session's folder is gone, or the agent cannot begin a session.
    """
    agent = connection.spec.name
    history = await host.history()
    rewound = host.agent_session.last_turn > last_own_turn(history, agent)
    if kept is not None and connection.sessions.get(kept.id) is kept:
        if not rewound:
            return await _opened(host, kept, history, agent, fresh=False)
        await connection.close_session(kept)
    if not await asyncio.to_thread(host.root.is_dir):
        raise AdapterError(f"The session's folder {host.root} does not exist.", "Recreate the worktree first.")
    place = await asyncio.to_thread(local_place, host.root)
    found = None if rewound else await _reopen(connection, host, place)
    if found is not None:
        return await _opened(host, found, history, agent, fresh=False)
    return await _opened(host, await connection.new_session(place), history, agent, fresh=True)


async def _opened(host: TurnHost, session: AcpSession, history: Sequence[Entry], agent: str, *, fresh: bool) -> Opened:
    await host.remember(external_id=session.id)
    return Opened(session=session, note=handover_note(history, agent, fresh=fresh))


async def _reopen(connection: AgentConnection, host: TurnHost, place: Place) -> AcpSession | None:
    external_id = host.agent_session.external_id
    if not external_id or external_id in connection.sessions:
        return None
    try:
        return await connection.reopen_session(external_id, place)
    except AdapterError as error:
        if not connection.alive:
            raise
        _log.info("%s does not go on with session %s: %s", connection.spec.name, external_id, error.message)
        return None
