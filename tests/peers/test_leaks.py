"""Every way in which an agent ends, over and over: no process may be left."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import AdapterError
from tests.fakes.acp_rig import AT_ONCE
from tests.peers.known_peers import PEERS
from tests.peers.stage import Stage, once, stage, until

ROUNDS = 5
"""Starts of each way of ending, four ways."""
(GOOSE,) = (peer for peer in PEERS if peer.spec.name == "goose")


async def forgotten(on: Stage) -> None:
    """The chat is closed: its session, and the child with its last session."""
    await on.agent.forget("cht_1")


async def terminated(on: Stage) -> None:
    """Somebody sends SIGTERM."""
    os.killpg(on.children.living()[0].pid, signal.SIGTERM)


async def killed(on: Stage) -> None:
    """Somebody kills the process itself, not its group."""
    os.kill(on.children.living()[0].pid, signal.SIGKILL)


async def killed_in_a_command(on: Stage) -> None:
    """It is killed while a command of its runs."""
    host = on.host(answer=once)
    turn = asyncio.create_task(on.play(host, GOOSE.running("sleep 986")))
    await until(lambda: any(p.name() == "sleep" for p in on.processes()))
    await killed(on)
    with pytest.raises(AdapterError):
        await turn


def test_no_way_of_ending_leaves_a_process(tmp_path: Path, record_property):
    async def main():
        # The budget of restarts has tests of its own; here agents die more often than it allows.
        async with stage(GOOSE, tmp_path, record_property, restarts=AT_ONCE) as on:
            for number in range(ROUNDS):
                for end in (forgotten, terminated, killed, killed_in_a_command):
                    await on.turn(f"@@say Round {number}.")
                    assert len(on.children.living()) == 1
                    await end(on)
                    await until(lambda: not on.children.living())
                    await until(lambda: not on.processes(), within_s=5)
            assert len(on.sent("initialize")) == 4 * ROUNDS

    asyncio.run(main())
