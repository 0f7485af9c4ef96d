"""What a slash offers: the agent's own commands first, then skills, then what BooCode can do. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boocode_desktop.content.fuzzy import prepare, rank
from boocode_desktop.domain.events import CommandInfo
from boocode_desktop.orchestrator.ports.skills import Skill
from boocode_desktop.orchestrator.skills import Skills
from boocode_desktop.ui.palette.entries import Caption, Entry, Hit, Line

OWN, SKILLS = "BooCode", "Skills"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCommand:
    """A row of the action table by the word people type for it."""

    name: str
    action: str
    description: str


OWN_COMMANDS = tuple(
    OwnCommand(name=name, action=action, description=description)
    for name, action, description in (
        ("agent", "composer.agent", "give the next turn to another"),
        ("model", "composer.model", "choose the model"),
        ("effort", "composer.effort", "choose how hard it thinks"),
        ("rewind", "session.rewind", "to an earlier turn, with preview"),
        ("continue", "chat.resume", "go on with the interrupted turn"),
        ("changes", "changes.focus", "review what changed"),
        ("attach", "composer.attach", "add a picture"),
        ("chat", "chat.new", "a new chat in this session"),
        ("ask", "chat.new_read_only", "a new chat that only reads"),
        ("session", "session.new", "a new session in this project"),
        ("rename", "session.rename", "give the session another title"),
        ("terminal", "terminal.new", "a shell in this worktree"),
        ("settings", "program.settings", "open the settings"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What there is to choose from now.

    Attributes:
        agent: How the active agent is called.
        icon: Its icon.
        live: Its commands as it told them.
        found: Its commands that were found without it.
        own: Our commands that can be done now.
        skills: Those of the folder and of the person; an agent that knows one by itself keeps it as its own.
    """

    agent: str
    icon: str
    live: Sequence[CommandInfo]
    found: Sequence[CommandInfo]
    own: Sequence[OwnCommand]
    skills: Sequence[Skill] = ()


def slash_lines(
    offer: Offer, query: str, complete: Callable[[str], object], act: Callable[[str], object]
) -> tuple[Line, ...]:
    """The groups that match.

    Args:
        offer: What there is.
        query: What was typed after the slash.
        complete: Gets the name of an agent's command, or of a skill, that is chosen.
        act: Gets the action of a command of ours that is chosen.
    """
    told = {command.name for command in offer.live}
    live = f"{offer.agent}, live" if offer.live else offer.agent
    groups = (
        (live, [_agents(c, live, offer.icon, complete) for c in offer.live]),
        (
            f"{offer.agent}, found" if offer.live else live,
            [_agents(c, live, offer.icon, complete) for c in offer.found if c.name not in told],
        ),
        (SKILLS, [_skill(s, complete) for s in offer.skills if s.name not in told | {c.name for c in offer.found}]),
        (OWN, [_own(c, act) for c in offer.own]),
    )
    lines: list[Line] = []
    for title, entries in groups:
        hits = matching(entries, query)
        if hits:
            lines += [Caption(title=title), *hits]
    return tuple(lines)


def slash_note(skills: Skills) -> str:
    """What stands below the menu: why skills that lie there are not in it, else the order."""
    withheld, broken = len(skills.untrusted), len(skills.broken)
    if withheld:
        return f"{withheld} {'skill waits' if withheld == 1 else 'skills wait'} until the folder is trusted"
    if broken:
        return f"{broken} {'skill' if broken == 1 else 'skills'} cannot be read: see Memory"
    return "the agent's own come first"


def matching(entries: Sequence[Entry], query: str) -> list[Hit]:
    """The entries whose names match, best first; then those whose descriptions hold the words."""
    ranked = rank(query, [prepare(entry.title[1:]) for entry in entries], limit=len(entries) or 1)
    hits = [Hit(entry=entries[i], positions=tuple(p + 1 for p in match.positions)) for i, match in ranked]
    named = {i for i, _ in ranked}
    words = query.lower()
    rest = [
        entry
        for i, entry in enumerate(entries)
        if i not in named and len(words) > 2 and f" {words}" in f" {entry.detail.lower()}"
    ]
    return [*hits, *(Hit(entry=entry, positions=()) for entry in rest)]


def _agents(command: CommandInfo, group: str, icon: str, complete: Callable[[str], object]) -> Entry:
    return Entry(
        title=f"/{command.name}",
        group=group,
        icon=icon,
        act=lambda: complete(command.name),
        detail=" ".join(command.description.split()),
        right=command.hint,
    )


def _skill(skill: Skill, complete: Callable[[str], object]) -> Entry:
    return Entry(
        title=f"/{skill.name}",
        group=SKILLS,
        icon="book-open",
        act=lambda: complete(skill.name),
        detail=skill.description,
        right=skill.hint,
    )


def _own(command: OwnCommand, act: Callable[[str], object]) -> Entry:
    return Entry(
        title=f"/{command.name}",
        group=OWN,
        icon="ghost",
        act=lambda: act(command.action),
        detail=command.description,
    )
