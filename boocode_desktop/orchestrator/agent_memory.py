"""What agents keep for a chat: dropped when the chat goes, handed on when it is forked."""

import asyncio
from collections.abc import Iterable

from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.domain.records import AgentSession, Turn
from boocode_desktop.orchestrator.ports.agents import Agent, AgentRegistry
from boocode_desktop.orchestrator.ports.store import Store

FORK_OF = "fork_of"
"""In an agent session's memory: the conversation that its own one is to be forked from."""


async def forget_chats(store: Store, agents: AgentRegistry, chat_ids: Iterable[str]) -> None:
    """Tell every agent that took turns in the chats to drop what it keeps for them, all at once."""
    pairs = [(chat, name) for chat in chat_ids for name in {t.agent for t in await store.turns(chat_id=chat)}]
    found = [(agent, chat) for chat, name in pairs if (agent := _agent(agents, name)) is not None]
    await asyncio.gather(*(agent.forget(chat) for agent, chat in found))


async def forked_sessions(store: Store, chat_id: str, fork_id: str, kept: Iterable[Turn]) -> list[AgentSession]:
    """The agent sessions of a fork: each goes on from the original's where that holds nothing beyond the kept turns."""
    turns = list(kept)
    last = {turn.agent: turn.number for turn in turns}
    sessions = []
    for agent, number in last.items():
        known = await store.agent_session(chat_id, agent)
        if known is not None and known.external_id and known.last_turn <= number:
            memory = {**(known.memory or {}), FORK_OF: known.external_id}
            sessions.append(
                AgentSession(
                    chat_id=fork_id,
                    agent=agent,
                    memory=memory,
                    last_turn=known.last_turn,
                    fingerprint=known.fingerprint,
                )
            )
    return sessions


def _agent(agents: AgentRegistry, name: str) -> Agent | None:
    try:
        return agents.get(name)
    except NotFoundError:
        return None
