"""What runs, waits, is queued or stopped in any session, as lines under captions. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from boocode_desktop.domain.records import QueuedPrompt, SessionState
from boocode_desktop.orchestrator.views import ChatView, ProjectView, SessionView
from boocode_desktop.ui.ages import age
from boocode_desktop.ui.sidebar.rows import STATES
from boocode_desktop.ui.widgets.line_list import Line

SHOWN: tuple[tuple[SessionState, str], ...] = (
    ("waiting", "NEEDS YOU"),
    ("running", "RUNNING"),
    ("interrupted", "INTERRUPTED"),
    ("failed", "FAILED"),
)
_ICONS: dict[SessionState, str] = {
    "waiting": "shield-question-mark",
    "running": "circle-dot",
    "interrupted": "circle-pause",
    "failed": "circle-x",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The prompts that wait in a chat."""

    session: SessionView
    chat: ChatView
    prompts: tuple[QueuedPrompt, ...]


def watched(overview: Iterable[ProjectView]) -> list[SessionView]:
    """Sessions that are not at rest, the ones that need a person first."""
    views = [view for project in overview for view in project.sessions]
    order = {state: place for place, (state, _) in enumerate(SHOWN)}
    found = [v for v in views if v.state in order]
    return sorted(found, key=lambda v: (order[v.state], -v.session.updated_at))


def background(
    overview: Sequence[ProjectView], chats: Mapping[str, Sequence[ChatView]], queues: Sequence[Queue], now: float
) -> list[Line]:
    """All sessions that do something, with their busy chats below them, and the queued prompts."""
    names = {view.session.id: project.project.name for project in overview for view in project.sessions}
    sessions = watched(overview)
    lines: list[Line] = []
    for state, caption in SHOWN:
        some = [v for v in sessions if v.state == state]
        if some:
            lines.append(Line(title=caption, right=str(len(some))))
        for view in some:
            lines.append(_session(view, names[view.session.id], now))
            lines += [_chat(view, chat, now) for chat in chats.get(view.session.id, ()) if chat.state == state]
    return lines + _queued(queues)


def target(line_id: str) -> tuple[str, str]:
    """The session and chat of a line."""
    session_id, _, rest = line_id.partition("/")
    return session_id, rest.partition("/")[0]


def _session(view: SessionView, project: str, now: float) -> Line:
    look = STATES[view.state]
    words = (project, view.detail, view.agent, "in another window" if view.elsewhere else "")
    return Line(
        id=view.session.id,
        title=" ".join(view.session.title.split()) or "New session",
        detail=" · ".join(w for w in words if w),
        right=age(view.session.updated_at, now),
        icon=_ICONS[view.state],
        tone=look.tone.replace("warn_fill", "warn"),
        spoken=look.word,
    )


def _chat(view: SessionView, chat: ChatView, now: float) -> Line:
    title = " ".join(chat.chat.title.split()) or f"Chat {chat.chat.number}"
    return Line(
        id=f"{view.session.id}/{chat.chat.id}",
        title=f"{chat.chat.number}  {title}",
        right=age(chat.started_at, now) if chat.started_at else "",
        icon="message-square",
        indent=1,
        strong=False,
        spoken=STATES[chat.state].word,
    )


def _queued(queues: Sequence[Queue]) -> list[Line]:
    total = sum(len(q.prompts) for q in queues)
    lines = [Line(title="QUEUED", right=str(total))] if total else []
    for queue in queues:
        where = " ".join(queue.session.session.title.split()) or "New session"
        for prompt in queue.prompts:
            lines.append(
                Line(
                    id=f"{queue.session.session.id}/{queue.chat.chat.id}/{prompt.id}",
                    title=" ".join(prompt.text.split())[:300] or "picture",
                    detail=f"{where}, chat {queue.chat.chat.number}",
                    icon="hourglass",
                    spoken="queued",
                )
            )
    return lines
