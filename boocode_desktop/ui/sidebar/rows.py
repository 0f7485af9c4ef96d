"""The sidebar's rows as values: what an overview looks like with some projects folded. Pure."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from boocode_desktop.domain.records import SessionState
from boocode_desktop.orchestrator.views import ProjectView, SessionView
from boocode_desktop.ui.ages import age


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLook:
    """How a state is shown: its word, the tone of its dot, and whether the dot has a halo (live or waiting)."""

    word: str
    tone: str
    halo: bool = False


STATES: dict[SessionState, StateLook] = {
    "idle": StateLook(word="idle", tone="trace_wait"),
    "running": StateLook(word="running", tone="accent", halo=True),
    "waiting": StateLook(word="needs you", tone="warn_fill", halo=True),
    "failed": StateLook(word="failed", tone="bad"),
    "interrupted": StateLook(word="interrupted", tone="warn_fill"),
    "done": StateLook(word="done", tone="ok"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """A project's head line. `count` is how many sessions are folded away beneath it."""

    id: str
    title: str
    path: str
    open: bool
    count: int
    missing: bool = False
    trusted: bool = False

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        state = "expanded" if self.open else "collapsed"
        gone = ", folder missing" if self.missing else ""
        return f"Project {self.title}, {self.count} sessions, {state}{gone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session's two lines: `title`, and `detail` that begins with the state's word."""

    id: str
    project_id: str
    title: str
    detail: str
    look: StateLook
    waiting: int = 0
    state: SessionState = "idle"

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        waiting = f", {self.waiting} waiting for you" if self.waiting else ""
        return f"Session {self.title}, {self.detail}{waiting}"


Row = ProjectRow | SessionRow


def rows(overview: Iterable[ProjectView], folded: Set[str], now: float, wanted: str = "") -> Sequence[Row]:
    """All rows in order; projects whose id is in `folded` hide their sessions.

    With something `wanted` only sessions that hold its words, in their own or their project's name or their state,
    and their projects, folded or not.
    """
    found: list[Row] = []
    words = wanted.casefold().split()
    for view in overview:
        sessions = [s for s in view.sessions if _holds(view, s, words)] if words else view.sessions
        if words and not sessions and not _all_in(words, view.project.name):
            continue
        is_open = bool(words) or view.project.id not in folded
        found.append(
            ProjectRow(
                id=view.project.id,
                title=view.project.name,
                path=view.project.path,
                open=is_open,
                count=len(view.sessions),
                missing=view.missing,
                trusted=view.project.trusted,
            )
        )
        if is_open:
            found += [session_row(s, now) for s in sessions]
    return found


def in_place(fresh: Sequence[Row], shown: Sequence[Row]) -> Sequence[Row]:
    """The fresh rows in the order of those on screen, where they are the same ones; else as they are."""
    by_id = {row.id: row for row in fresh}
    return [by_id[row.id] for row in shown] if by_id.keys() == {row.id for row in shown} else fresh


def _holds(project: ProjectView, view: SessionView, words: Sequence[str]) -> bool:
    title = view.session.title or "New session"
    return _all_in(words, f"{project.project.name} {title} {STATES[view.state].word} {view.detail} {view.agent}")


def _all_in(words: Sequence[str], text: str) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)


def session_row(view: SessionView, now: float) -> SessionRow:
    """One session as it is shown."""
    return SessionRow(
        id=view.session.id,
        project_id=view.session.project_id,
        title=" ".join(view.session.title.split()) or "New session",
        detail=_detail(view, now),
        look=STATES[view.state],
        waiting=view.waiting,
        state=view.state,
    )


def _detail(view: SessionView, now: float) -> str:
    when = age(view.session.updated_at, now)
    if view.state == "waiting":
        words = [view.detail or STATES["waiting"].word]
    else:
        words = [STATES[view.state].word, view.detail or (view.model or view.agent if view.state == "running" else "")]
    if view.elsewhere:
        words.append("in another process")
    return " · ".join(dict.fromkeys(w for w in (*words, when) if w))
