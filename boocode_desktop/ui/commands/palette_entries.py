"""What the palette offers right now: actions that can be done, sessions, chats, projects, settings."""

from collections.abc import Callable
from functools import partial

from boocode_desktop.config.settings import settings_table
from boocode_desktop.ui.chat.tab_texts import tab_title
from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.palette.entries import Entry
from boocode_desktop.ui.sidebar.rows import STATES


def palette_entries(desk: Desk, open_settings: Callable[[str], None]) -> list[Entry]:
    """All of them, in the order of their groups."""
    return [*_actions(desk), *_sessions(desk), *_chats(desk), *_projects(desk), *_settings(open_settings)]


def _actions(desk: Desk) -> list[Entry]:
    actions = desk.context.actions
    return [
        Entry(
            title=spec.title,
            group="Actions",
            icon=spec.icon or "square-chevron-right",
            detail=spec.hint,
            keys=actions.keys(spec.id),
            act=actions.action(spec.id).trigger,
        )
        for spec in actions.specs.values()
        if not spec.hidden and actions.action(spec.id).isEnabled() and spec.id != "view.palette"
    ]


def _sessions(desk: Desk) -> list[Entry]:
    return [
        Entry(
            title=" ".join(view.session.title.split()) or "New session",
            group="Sessions and chats",
            icon="messages-square",
            detail=project.project.name,
            right=STATES[view.state].word,
            tone=STATES[view.state].tone,
            act=partial(desk.navigator.show_session, view.session.id),
        )
        for project in desk.sidebar.model.overview
        for view in project.sessions
    ]


def _chats(desk: Desk) -> list[Entry]:
    session_id = desk.context.selection.session_id
    return [
        Entry(
            title=tab_title(view, desk.area.title),
            group="Sessions and chats",
            icon="message-square",
            detail=f"chat {view.chat.number} of this session",
            act=partial(desk.navigator.show_session, session_id, view.chat.id),
        )
        for view in desk.area.chats
    ]


def _projects(desk: Desk) -> list[Entry]:
    return [
        Entry(
            title=f"New session in {project.project.name}",
            group="Projects",
            icon="folder",
            detail=project.project.path,
            act=partial(desk.welcome.project_chosen.emit, project.project.id),
        )
        for project in desk.sidebar.model.overview
    ]


def _settings(open_settings: Callable[[str], None]) -> list[Entry]:
    return [
        Entry(
            title=spec.label,
            group="Settings",
            icon="settings",
            detail=spec.group,
            act=partial(open_settings, spec.key),
        )
        for spec in settings_table()
    ]
