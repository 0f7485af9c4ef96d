"""Committing approved work through the program: the draft, the notice, a turn that runs."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost
from tests.fakes.program import make_repository
from tests.fakes.rig import WrittenAgent, rig


def test_approved_work_is_drafted_committed_and_told(tmp_path: Path) -> None:
    async def script(host: TurnHost, prompt: Prompt) -> None:
        (host.root / "made.txt").write_text(prompt.text)
        (host.root / "a.txt").write_text("two\n")

    async def scenario() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", script)) as made:
            await made.ask("write")
            await made.sessions.rename(made.session.id, "Write it down")
            with pytest.raises(UserFacingError, match="no approved work"):
                await made.review.commit(made.session.id, "Too early")
            assert (await made.review.commit_plan(made.session.id)).message == ""
            await made.review.approve(made.session.id, "made.txt")
            plan = await made.review.commit_plan(made.session.id)
            assert plan.message == "Write it down\n\nAdd made.txt.\n"
            done = await made.review.commit(made.session.id, plan.message)
            log = subprocess.run(["git", "log", "-1", "--format=%H %s"], cwd=folder, capture_output=True, check=True)
            assert log.stdout.decode().strip() == f"{done.commit} Write it down"
            notices = [e.event for e in made.heard if isinstance(e.event, ev.Notice) and e.event.code == "committed"]
            assert [n.message for n in notices] == [f"Committed 1 approved file on {done.branch}."]
            before = len(made.heard)
            await made.ask("again")
            warned = [e.event for e in made.heard[before:] if isinstance(e.event, ev.Notice)]
            assert not any("branch" in n.message for n in warned)

    asyncio.run(scenario())
