"""Code of an answer written into a file of the session: asks where, says what it would do, then does it."""

from pathlib import PurePosixPath

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from boocode_desktop.domain.changes import PutFile
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, LineDialog, count


class CodeApplier(QObject):
    """Works in one session; dialogs stand over `place`'s window.

    Signals:
        told(str, str): what was done, and what to do next.
    """

    told = Signal(str, str)

    def __init__(self, context: Context, session_id: str, place: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._session_id, self._place = context, session_id, place

    def ask(self, code: str, path: str) -> None:
        """Ask for the file; `path` is what the answer says of it, "" if nothing."""
        dialog = LineDialog(
            self._context.theme,
            self._place.window(),
            "Write this code into a file",
            label="File, relative to the session's folder",
            text=path,
            button="Write",
        )
        dialog.line.setPlaceholderText("src/example.py")
        dialog.say("A new file is made. Where there is one, you see what would be replaced before it is done.")
        dialog.entered.connect(lambda name: self._look(code, name))
        dialog.open()

    def _look(self, code: str, name: str) -> None:
        look = self._context.front.review.put_file(self._session_id, name, code, dry_run=True)
        self._context.bridge.run(look, owner=self, done=lambda plan: self._confirm(code, plan), key="apply.look")

    def _confirm(self, code: str, plan: PutFile) -> None:
        if plan.same:
            self.told.emit(f"{plan.path} already stands like that", "Nothing was written.")
        elif not plan.existed:
            self._write(code, plan.path)
        else:
            dialog = ConfirmDialog(
                self._context.theme,
                self._place.window(),
                f"Replace all of {PurePosixPath(plan.path).name}?",
                replace_words(plan),
                button="Replace",
                icon="file-pen-line",
            )
            dialog.finished.connect(lambda yes: self._write(code, plan.path) if yes else None)
            dialog.open()

    def _write(self, code: str, path: str) -> None:
        write = self._context.front.review.put_file(self._session_id, path, code)
        self._context.bridge.run(write, owner=self, done=self._on_written, key="apply.write")

    def _on_written(self, done: PutFile) -> None:
        verb = "Replaced" if done.existed else "Wrote"
        detail = f"+{done.added} −{done.removed}. It is among the changes, as yours: reject it there to take it back."
        self.told.emit(f"{verb} {done.path}", detail)


def replace_words(plan: PutFile) -> str:
    """What replacing a file would do."""
    return (
        f"{plan.path} exists. {count(plan.added, 'line')} would come and {count(plan.removed, 'line')} would go. "
        "The change appears in the review, as yours, and can be rejected there."
    )
