"""Skills: which ones a session has, and what an agent is told when a prompt calls one by `/name`.

The skills of a project are read from its own folder, not from the worktree's copy: that one is in the agents' reach,
and trust is bound to the content of the folder.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.domain.events import CommandInfo, Notice
from boocode_desktop.domain.records import Chat, Project
from boocode_desktop.orchestrator.ports.skills import SKILL_FILE, Skill, SkillFiles
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.projects import TrustDesk, digest_of

SKILL_CODE, STEERED_SKILL_CODE, WITHHELD_CODE = "skill", "skill_steered", "skill_withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """What a session has: usable ones, one of each name; those of a folder that is not trusted; broken ones."""

    usable: tuple[Skill, ...] = ()
    untrusted: tuple[Skill, ...] = ()
    broken: tuple[Skill, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillDesk:
    """Implements `front.SkillShelf`."""

    store: Store
    trust: TrustDesk
    files: SkillFiles
    commands: Callable[[str, str], Awaitable[Sequence[CommandInfo]]]
    """Those that an agent (the second argument) knows by itself in a chat: they are its own to follow."""

    async def of_session(self, session_id: str) -> Skills:
        """All that a session has.

        Raises:
            NotFoundError: there is no such session.
        """
        session = await self.store.session(session_id)
        if session is None:
            raise NotFoundError(f"There is no session {session_id}.", "`boocode sessions list` shows them.")
        project = await self.trust.need(session.project_id)
        found, approved = await asyncio.gather(self.files.find(Path(project.path)), self._approved(project))
        return sorted_out(found, approved)

    async def _approved(self, project: Project) -> frozenset[str]:
        """The digests of the files that were there when the folder was trusted; none once anything is other."""
        items = await self.trust.items(project.id) if project.trusted else ()
        if not project.trusted or digest_of(items) != project.trusted_hash:
            return frozenset()
        return frozenset(item.digest for item in items if item.kind == "skill")

    async def notice(self, chat: Chat, agent: str, root: Path, text: str) -> Notice | None:
        """What is to be said in a chat, and told to the agent, about a prompt.

        Args:
            chat: Where it was sent.
            agent: Who takes it.
            root: Where the agent works.
            text: The prompt.

        Returns:
            None where the prompt calls no skill of ours.
        """
        name = called(text)
        if not name or any(command.name == name for command in await self.commands(chat.id, agent)):
            return None
        skills = await self.of_session(chat.session_id)
        skill = next((s for s in skills.usable if s.name == name), None)
        if skill is not None:
            return await asyncio.to_thread(_used, skill, root)
        withheld = next((s for s in skills.untrusted if s.name == name), None)
        return _withheld(withheld) if withheld else None


def sorted_out(found: Sequence[Skill], approved: frozenset[str]) -> Skills:
    """Skills by whether they can be used; `approved` are the digests of the project's that may be."""
    usable: dict[str, Skill] = {}
    untrusted: dict[str, Skill] = {}
    for skill in found:
        if not skill.problem:
            trusted = not skill.of_project or skill.digest in approved
            (usable if trusted else untrusted).setdefault(skill.name, skill)
    return Skills(
        usable=tuple(usable.values()),
        untrusted=tuple(s for s in untrusted.values() if s.name not in usable),
        broken=tuple(s for s in found if s.problem),
    )


def called(text: str) -> str:
    """The name that a prompt calls with a slash at its very start, "" for none."""
    words = text.split(maxsplit=1)
    return words[0][1:] if text.startswith("/") and words else ""


def with_skill(told: str, text: str) -> str:
    """The prompt as the agent gets it."""
    return f"{told}\n\n{text}" if told else text


def skill_text(skill: Skill, place: str) -> str:
    """What an agent is told of a skill; `place` is its folder as the agent can name it."""
    return (
        f"[The user chose the skill “{skill.name}”. Its folder is {place}: read the files there that it names when "
        f"you need them.]\n\n{skill.body}\n\n[End of the skill. What the user wrote:]"
    )


def _used(skill: Skill, root: Path) -> Notice:
    """Blocks: looks whether the skill lies in the worktree too, where the agent can read it without asking."""
    inside = skill.of_project and (root / skill.source / SKILL_FILE).is_file()
    place = skill.source if inside else skill.folder
    return Notice(
        message=f"Skill {skill.name}",
        hint=f"{skill.source} · {skill.description}",
        code=SKILL_CODE,
        told=skill_text(skill, place),
    )


def _withheld(skill: Skill) -> Notice:
    return Notice(
        message=f"The skill {skill.name} was not used: this folder is not trusted.",
        hint=f"It lies in {skill.source}. Trust the folder, then send the prompt again.",
        level="warn",
        code=WITHHELD_CODE,
    )
