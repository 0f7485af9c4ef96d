"""The short dialogs: a line of text, a confirmation, and the ones that say what is at stake."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from boocode_desktop.domain.changes import FileChange, RewindPreview
from boocode_desktop.orchestrator.ports.workspace import WorkAtRisk
from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.chips import Chip, Tone
from boocode_desktop.ui.widgets.labels import ElidedLabel

_MOST_ROWS = 9
_ROW = 28


class LineDialog(Dialog):
    """Asks for one line.

    Signals:
        entered(str): the line, when it is not empty.
    """

    entered = Signal(str)

    def __init__(self, theme: Theme, window: QWidget, title: str, *, label: str, text: str = "", button: str) -> None:
        super().__init__(theme, window, title, width=420)
        self.line = QLineEdit(text)
        self.line.setAccessibleName(label)
        self.line.selectAll()
        self.line.returnPressed.connect(self._on_accepted)
        self.body.addWidget(self.line)
        self.add_button(Button(theme, "Cancel", "sec"), accepts=False)
        self._save = self.add_button(Button(theme, button, "primary"))
        self._save.clicked.connect(self._on_accepted)

    def first_focus(self) -> QWidget:
        """The line."""
        return self.line

    def _on_accepted(self) -> None:
        text = self.line.text().strip()
        if text:
            self.entered.emit(text)
            self.accept()


class ConfirmDialog(Dialog):
    """A question with two answers; the careful one has the focus."""

    def __init__(
        self,
        theme: Theme,
        window: QWidget,
        title: str,
        words: str,
        *,
        button: str,
        danger: bool = False,
        icon: str = "",
        cancel: str = "Cancel",
    ) -> None:
        super().__init__(theme, window, title, icon=icon, tone="bad" if danger else "accent", width=440)
        self.say(words)
        self._careful = self.add_button(Button(theme, cancel, "sec"), accepts=False)
        self.add_button(Button(theme, button, "stop" if danger else "primary"), accepts=True)
        self._danger = danger

    def first_focus(self) -> QWidget | None:
        """The answer that loses nothing."""
        return self._careful if self._danger else super().first_focus()


class DeleteDialog(Dialog):
    """Deleting a session: says what would be lost before it can be chosen."""

    def __init__(self, theme: Theme, window: QWidget, title: str, risk: WorkAtRisk) -> None:
        super().__init__(theme, window, f"Delete “{title}”?", icon="trash-2", tone="bad")
        if risk.any:
            self.say(lost_words(risk), "")
            if risk.unapproved:
                self.body.addWidget(path_list(theme, [(p, "unapproved", "warn") for p in risk.unapproved]))
            self.say("Approve what you want to keep first. Deleting removes the copy, its branch and its history.")
        else:
            self.say("Nothing would be lost: every change is approved or rejected. The chats and their history go.")
        self._keep = self.add_button(Button(theme, "Keep it", "sec"), accepts=False)
        self.add_button(Button(theme, "Delete and lose it" if risk.any else "Delete", "stop"), accepts=True)

    def first_focus(self) -> QWidget:
        """Keeping."""
        return self._keep


class RewindDialog(Dialog):
    """What a rewind would do, before it is done."""

    def __init__(self, theme: Theme, window: QWidget, preview: RewindPreview) -> None:
        where = f"after turn {preview.to_turn}" if preview.to_turn else "at the start"
        super().__init__(theme, window, f"Rewind to how it was {where}?", icon="undo-2", width=520)
        self.say(rewind_words(preview))
        if preview.files:
            self.body.addWidget(path_list(theme, [(f.path, change_word(f), "plain") for f in preview.files]))
        if preview.lost:
            self.say("These cannot come back:", "")
            self.body.addWidget(path_list(theme, [(p, why, "bad") for p, why in preview.lost.items()]))
        if preview.approved:
            self.say(f"{count(len(preview.approved), 'file')} you approved stay in your folder: " + names(preview))
        self.say("Only the session's copy changes. “Undo the last rewind” brings everything back.")
        self.add_button(Button(theme, "Cancel", "sec"), accepts=False)
        self.add_button(Button(theme, "Rewind", "primary", icon="undo-2"), accepts=True)


def count(number: int, noun: str) -> str:
    """`1 file`, `3 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def names(preview: RewindPreview, most: int = 3) -> str:
    """The first approved paths."""
    shown = ", ".join(preview.approved[:most])
    rest = len(preview.approved) - most
    return f"{shown} and {rest} more." if rest > 0 else f"{shown}."


def change_word(change: FileChange) -> str:
    """What a rewind undoes in a file."""
    figures = f"  +{change.added} −{change.removed}" if change.added or change.removed else ""
    return f"{change.operation}{figures}"


def lost_words(risk: WorkAtRisk) -> str:
    """The first sentence of the delete dialog."""
    parts = []
    if risk.unapproved:
        parts.append(f"unapproved changes in {count(len(risk.unapproved), 'file')}")
    if risk.unmerged_commits:
        parts.append(f"{count(risk.unmerged_commits, 'commit')} that are merged nowhere")
    return f"This session holds {' and '.join(parts)}."


def rewind_words(preview: RewindPreview) -> str:
    """How much a rewind touches."""
    if not preview.files:
        return "The files are as they were then; only the chat's end moves."
    undone = f" Turns {preview.turns[0]} to {preview.turns[-1]} are greyed." if len(preview.turns) > 1 else ""
    if len(preview.turns) == 1:
        undone = f" Turn {preview.turns[0]} is greyed."
    return f"{count(len(preview.files), 'file')} in the session's copy will change.{undone}"


class PathRow(QWidget):
    """A path on the left, a word on the right."""

    def __init__(self, theme: Theme, path: str, word: str, tone: Tone) -> None:
        super().__init__()
        self.setFixedHeight(_ROW)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 8, 0)
        row.addWidget(ElidedLabel(theme, path, font=code_font(METRICS.code), mode=Qt.TextElideMode.ElideMiddle), 1)
        row.addWidget(Chip(theme, word, tone))


def path_list(theme: Theme, rows: list[tuple[str, str, Tone]]) -> QWidget:
    """Paths with a word on the right (path, word, tone), scrolling when there are many."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for path, word, tone in rows:
        column.addWidget(PathRow(theme, path, word, tone))
    area = QScrollArea()
    area.setAccessibleName("Files")
    area.setWidgetResizable(True)
    area.setWidget(holder)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFixedHeight(min(len(rows), _MOST_ROWS) * _ROW + 4)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.viewport().setAutoFillBackground(False)
    holder.setAutoFillBackground(False)
    return area
