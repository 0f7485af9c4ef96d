"""Chats in windows of their own: torn off by mouse or key, put back when their window closes, there after a restart."""

import base64
import binascii
import logging
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.views import ChatView
from boocode_desktop.ui.chat.area import ChatArea
from boocode_desktop.ui.chat.pane import ChatPane
from boocode_desktop.ui.chat.tab_texts import tab_title
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_places import on_screen
from boocode_desktop.ui.main_window import window_title

_log = logging.getLogger(__name__)
STORED = "window.torn_off"
_SIZE = QSize(760, 820)
# The height of a title bar, which a window manager adds.
_FRAME = 32
# What works in a chat's own window as it does in the main one.
_ACTIONS = (
    "chat.stop",
    "chat.resume",
    "chat.question",
    "composer.attach",
    "composer.agent",
    "composer.model",
    "composer.effort",
)


class ChatWindow(QWidget):
    """A window with one chat.

    Signals:
        closed(str): the window goes; its chat should be put back.
    """

    closed = Signal(str)

    def __init__(self, context: Context, pane: ChatPane, title: str) -> None:
        # Without a parent it may lie behind the main window; it must not keep the program alive, though.
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.pane = pane
        self.setWindowTitle(window_title(title))
        self.setAccessibleName(f"Chat {title}")
        self.resize(_SIZE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pane)
        pane.show()
        for action_id in _ACTIONS:
            self.addAction(context.actions.action(action_id))
        context.actions.install("chat", self)
        QShortcut(QKeySequence("Ctrl+W"), self, self.close)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The chat goes back to its session."""
        event.accept()
        self.closed.emit(self.pane.chat.id)


class ChatWindows(QObject):
    """Makes, remembers and ends the windows of single chats."""

    def __init__(self, context: Context, area: ChatArea) -> None:
        super().__init__(area)
        self._context, self._area = context, area
        self._open: dict[str, ChatWindow] = {}
        area.away_asked.connect(self.bring)

    def panes(self) -> Sequence[ChatPane]:
        """The chats that have windows."""
        return tuple(window.pane for window in self._open.values())

    def active_pane(self) -> ChatPane | None:
        """The chat whose own window has the keyboard, None when it is the main window's."""
        active = QApplication.activeWindow()
        return active.pane if isinstance(active, ChatWindow) else None

    def tear_off(self, view: ChatView, at: QPoint | None = None) -> None:
        """Open a window for a chat, with its upper edge at a place on the screen."""
        window = self._make(view, tab_title(view, self._area.title))
        if at is not None:
            screen = QGuiApplication.screenAt(at) or window.screen()
            place = QRect(at - QPoint(_SIZE.width() // 3, 10), _SIZE)
            window.setGeometry(on_screen(place, screen.availableGeometry().adjusted(8, _FRAME, -8, -8)))
        window.show()
        window.pane.composer.editor.setFocus()
        self._remember()

    def bring(self, chat_id: str) -> None:
        """Show the window of a chat above the others."""
        if chat_id in self._open:
            window = self._open[chat_id]
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
            window.raise_()
            window.activateWindow()

    def drop(self, chat_id: str = "", *, session_id: str = "") -> None:
        """A chat, or a whole session, is put away: its windows go."""
        for known, window in list(self._open.items()):
            if known == chat_id or (session_id and window.pane.chat.session_id == session_id):
                window.close()

    async def save(self) -> None:
        """Keep which chats stand alone, and where."""
        kept = [
            {
                "chat": chat_id,
                "session": window.pane.chat.session_id,
                "place": base64.b64encode(bytes(window.saveGeometry().data())).decode("ascii"),
            }
            for chat_id, window in self._open.items()
        ]
        await self._context.front.store.set_setting(STORED, kept)

    async def restore(self) -> None:
        """Open the windows that were open last; chats that are gone or closed are left out."""
        stored = await self._context.front.store.setting(STORED)
        for raw in stored if isinstance(stored, list) else []:
            try:
                await self._restore(raw)
            except (KeyError, TypeError, ValueError, binascii.Error, UserFacingError) as problem:
                _log.warning("a chat's own window cannot be opened again: %s", problem)

    def close(self) -> None:
        """The program ends: windows go, and are remembered as they were."""
        for window in list(self._open.values()):
            window.closed.disconnect(self._on_window_closed)
            if isValid(window):
                window.close()
                window.deleteLater()
        self._open.clear()

    async def _restore(self, raw: Any) -> None:
        views = await self._context.front.chats.views(str(raw["session"]))
        view = next((v for v in views if v.chat.id == str(raw["chat"])), None)
        if view is not None and view.chat.id not in self._open:
            session = await self._context.front.sessions.view(view.chat.session_id)
            window = self._make(view, tab_title(view, session.session.title), session.session.title)
            window.pane.empty.show_others(views)
            window.restoreGeometry(QByteArray(base64.b64decode(raw["place"], validate=True)))
            # The window that was opened has the keys, not one of those beside it.
            window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            window.show()

    def _make(self, view: ChatView, title: str, session_title: str = "") -> ChatWindow:
        window = ChatWindow(self._context, self._area.release(view, session_title), title)
        window.closed.connect(self._on_window_closed)
        self._open[view.chat.id] = window
        return window

    def _remember(self) -> None:
        self._context.bridge.run(self.save())

    def _on_window_closed(self, chat_id: str) -> None:
        window = self._open.pop(chat_id)
        self._area.take_back(window.pane)
        window.deleteLater()
        self._remember()
