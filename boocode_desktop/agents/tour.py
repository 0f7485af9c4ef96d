"""The tour's contract: which agent plays it, on which sample project, and what it is asked."""

import shutil
import sys
from pathlib import Path

from boocode_desktop.agents.specs import AgentSpec

AGENT_NAME = "tour"
PROMPT = "The tea timer tells wrong times. Find out why, repair it, and make sure that it stays repaired."
MODULE = "boocode_desktop.agents.scripted_agent"


def tour_agent_spec(executable: str | None = None, *, pace: float = 1.0) -> AgentSpec:
    """The scripted agent, as a program of its own.

    Args:
        executable: A program that speaks ACP without arguments, to play instead of ours.
        pace: How slowly ours plays; 0 without pauses.
    """
    command, args = (executable, ()) if executable else (sys.executable, ("-m", MODULE, "--pace", str(pace)))
    return AgentSpec(
        name=AGENT_NAME,
        label="Scripted agent",
        commands=(command,),
        args=args,
        # Otherwise a package of this name in the folder where it is started could be run instead of ours.
        env=(("PYTHONSAFEPATH", "1"),),
        icon="route",
        scripted=True,
    )


def copy_sample(resources: Path, target: Path) -> Path:
    """Put the sample project of `resources` at `target`, which must not exist; git is the caller's business."""
    shutil.copytree(resources / "tour" / "sample", target, ignore=shutil.ignore_patterns("__pycache__"))
    return target
