"""Opening a script in an editor, and the folder it lies in. Never by what the system would do with a script: run it."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def editor_command(path: Path, platform: str) -> tuple[str, ...]:
    """The command that opens a text editor; () where the system's own way opens one."""
    if platform == "win32":
        return ("notepad.exe", str(path))
    return ("open", "-t", str(path)) if platform == "darwin" else ()


def open_in_editor(path: Path) -> bool:
    """Open a script in a text editor; False when nothing could be started."""
    command = editor_command(path, sys.platform)
    if command:
        return bool(QProcess.startDetached(command[0], list(command[1:])))
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def show_in_folder(path: Path) -> bool:
    """Open the folder that a script lies in; False when nothing could be started."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
