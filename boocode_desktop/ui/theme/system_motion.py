"""Whether the system asks programs for less motion; asked without waiting, and again when it comes to front."""

import logging
import os
import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

_log = logging.getLogger(__name__)
_PORTAL = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_SETTINGS = "org.freedesktop.portal.Settings"
QUESTIONS = (("org.freedesktop.appearance", "reduced-motion"), ("org.gnome.desktop.interface", "enable-animations"))
"""What desktops are asked, the newer first: whether motion is to be reduced, and whether there is to be any."""
_ANIMATIONS_WANTED = 0x1042
"""SPI_GETCLIENTAREAANIMATION of Windows."""


def wants_less(key: str, value: object) -> bool:
    """What an answer to a question means."""
    return value is False if key == "enable-animations" else value == 1 and value is not True


class SystemMotion(QObject):
    """Tells what the system says, at once where it is known and later where it has to be asked.

    Nothing is told where nobody answers; macOS is not asked.
    """

    def __init__(self, tell: Callable[[bool], object], parent: QObject) -> None:
        super().__init__(parent)
        self._tell = tell
        self._waiting: QObject | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_application_state_changed)

    def ask(self) -> None:
        """Look again."""
        if sys.platform == "win32":
            self._ask_windows()
        elif sys.platform == "linux" and os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
            self._ask_portal(QUESTIONS)

    def _ask_windows(self) -> None:
        import ctypes

        wanted = ctypes.c_int(1)
        known = ctypes.windll.user32.SystemParametersInfoW(_ANIMATIONS_WANTED, 0, ctypes.byref(wanted), 0)  # type: ignore[attr-defined,unused-ignore]
        if known:
            self._tell(not wanted.value)

    def _ask_portal(self, questions: Sequence[tuple[str, str]]) -> None:
        # Late, because the first paint needs no message bus.
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher, QDBusVariant

        (space, key), rest = questions[0], questions[1:]
        message = QDBusMessage.createMethodCall(_PORTAL, _PATH, _SETTINGS, "ReadOne")
        message.setArguments([space, key])
        watcher = QDBusPendingCallWatcher(QDBusConnection.sessionBus().asyncCall(message), self)

        def answered() -> None:
            found = watcher.reply().arguments()
            watcher.deleteLater()
            if found and isinstance(found[0], QDBusVariant):
                self._tell(wants_less(key, found[0].variant()))
            elif rest:
                self._ask_portal(rest)

        watcher.finished.connect(answered)

    def _on_application_state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.ask()
