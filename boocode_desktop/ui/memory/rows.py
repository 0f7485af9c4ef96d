"""What each agent remembers of each chat, as lines. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boocode_desktop.config.agent_profiles import PROFILE_NAME, SIZE_LIMIT
from boocode_desktop.domain.records import AgentSession, Chat
from boocode_desktop.orchestrator.ports.skills import Skill
from boocode_desktop.orchestrator.skills import Skills
from boocode_desktop.ui.ages import size
from boocode_desktop.ui.widgets.line_list import Line

INSTRUCTIONS, SKILL = "instructions", "skill:"
_OPENED = {
    "resumed": ("circle-check", "ok", "resumed", "It remembers this chat by itself."),
    "history": ("history", "info", "history", "It read its own history of this chat again."),
    "new": ("sparkle", "warn", "new session", "It knows of earlier turns only what it was told in short."),
    "": ("circle", "tx2", "", "It goes on from its own conversation."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """An agent's memory of a chat: its own conversation (None: it was never begun) and the turns it took there."""

    agent: str
    session: AgentSession | None
    turns: tuple[int, ...]
    built_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """The project's AGENTS.md: whether agents are told it. `length` is in bytes, None where there is no such file."""

    trusted: bool
    length: int | None = None
    digest: str = ""


def memory(
    chats: Iterable[tuple[Chat, Sequence[Remembered]]], told: Instructions, skills: Skills | None = None
) -> list[Line]:
    """The instructions in force, the skills, then every chat with the agents that took turns in it."""
    lines = [Line(title="INSTRUCTIONS IN FORCE"), _instructions(told), *_skills(skills or Skills())]
    for chat, agents in chats:
        title = " ".join(chat.title.split()) or f"Chat {chat.number}"
        lines.append(Line(title=f"{chat.number}  {title}".upper() if not chat.title else f"{chat.number}  {title}"))
        lines += [_agent(chat, found) for found in agents]
        if not agents:
            lines.append(
                Line(id=chat.id, title="No agent took a turn yet", icon="circle-dashed", strong=False, indent=0)
            )
    return lines


def _instructions(told: Instructions) -> Line:
    if told.length is None:
        return Line(
            id=INSTRUCTIONS,
            title=f"No {PROFILE_NAME} in the project's folder",
            detail="Agents get no instructions of the project.",
            icon="file-text",
        )
    cut = f", the first {size(SIZE_LIMIT)} of it" if told.length > SIZE_LIMIT else ""
    if not told.trusted:
        return Line(
            id=INSTRUCTIONS,
            title=f"{PROFILE_NAME} is not read",
            detail="The folder is not trusted.",
            icon="shield-x",
            tone="warn",
        )
    return Line(
        id=INSTRUCTIONS,
        title=PROFILE_NAME,
        detail=f"told to the built-in agent{cut}",
        right=size(told.length),
        icon="file-text",
        tone="ok",
        tip=f"SHA-256 {told.digest}",
    )


def _skills(skills: Skills) -> list[Line]:
    """Every skill that lies where skills are looked for; why it cannot be used, where that is so."""
    lines = [
        *(_skill(s, s.description, "book-open", "ok", "ready") for s in skills.usable),
        *(_skill(s, "waits until the folder is trusted", "shield-x", "warn", "not trusted") for s in skills.untrusted),
        *(_skill(s, s.problem, "triangle-alert", "warn", "cannot be used") for s in skills.broken),
    ]
    return [Line(title="SKILLS", right=str(len(lines))), *lines] if lines else []


def _skill(skill: Skill, detail: str, icon: str, tone: str, spoken: str) -> Line:
    return Line(
        id=f"{SKILL}{skill.folder}",
        title=f"/{skill.name}" if not skill.problem else skill.name,
        detail=detail,
        right=skill.source,
        icon=icon,
        tone=tone,
        spoken=spoken,
        tip=f"{skill.folder}\n{skill.problem or skill.description}",
    )


def _agent(chat: Chat, found: Remembered) -> Line:
    if found.built_in and (found.session is None or not found.session.external_id):
        return Line(
            id=chat.id,
            title=found.agent,
            detail=f"The whole chat goes with every turn · {_turns(found.turns)}",
            icon="messages-square",
            tone="ok",
        )
    session = found.session
    if session is None or not (session.external_id or session.opened):
        return Line(
            id=chat.id,
            title=found.agent,
            detail=f"No conversation of its own: each turn is told the chat in short · {_turns(found.turns)}",
            icon="circle-dashed",
        )
    icon, tone, word, meaning = _OPENED.get(session.opened, _OPENED[""])
    details = (
        word,
        f"up to turn {session.last_turn}" if session.last_turn else _turns(found.turns),
        f"set up as {session.fingerprint[:8]}" if session.fingerprint else "",
    )
    return Line(
        id=chat.id,
        title=found.agent,
        detail=" · ".join(d for d in details if d),
        right=_short(session.external_id),
        icon=icon,
        tone=tone,
        tip=f"{meaning}\nIts conversation: {session.external_id or 'not begun'}",
    )


def _turns(numbers: Sequence[int]) -> str:
    if not numbers:
        return "no turn"
    return f"turn {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} turns, the last is {numbers[-1]}"


def _short(external_id: str) -> str:
    return external_id if len(external_id) <= 13 else f"{external_id[:6]}…{external_id[-6:]}"
