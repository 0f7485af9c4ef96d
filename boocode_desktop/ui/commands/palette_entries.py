"""What the palette offers right now: actions that can be done, sessions, chats, projects, settings."""

from collections.abc import Callable, Sequence
from functools import partial

from boocode_desktop.config.settings import settings_table
from boocode_desktop.domain.records import ChatTitle
from boocode_desktop.ui.chat.tab_texts import tab_title
from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.palette.entries import CHATS, Entry, Shelf
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
            key=f"action/{spec.id}",
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
            key=f"session/{view.session.id}",
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
            key=f"chat/{view.chat.id}",
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
            key=f"project/{project.project.id}",
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
            key=f"setting/{spec.key}",
        )
        for spec in settings_table()
    ]


def chat_shelf(desk: Desk, chats: Sequence[ChatTitle]) -> Shelf:
    """Chats of other sessions than the one on screen, which has its own in the list; for any thread."""
    here = desk.context.selection.session_id
    sessions = {
        view.session.id: view.session.title for project in desk.sidebar.model.overview for view in project.sessions
    }
    return Shelf(
        [
            Entry(
                title=" ".join(chat.title.split()),
                group=CHATS,
                icon="message-square",
                detail=f"chat {chat.number} of {' '.join(sessions[chat.session_id].split()) or 'a new session'}",
                act=partial(desk.navigator.show_session, chat.session_id, chat.id),
                key=f"chat/{chat.id}",
            )
            for chat in chats
            if chat.session_id != here and chat.session_id in sessions
        ]
    )
