"""What the pane says where there is no script yet: what one is, where it goes, and one to begin with."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.workflows.details import NOT_RUN_WORDS, words

WORDS = (
    "A workflow is a JavaScript file that leads several agents through one piece of work: it says which agent is asked "
    "what, what may go on at the same time, and what becomes of the answers."
)
EXAMPLE = """\
export const meta = {
  name: 'two-reviews',
  description: 'Two reviews of the changes, then one list of findings',
  phases: [{ title: 'Review' }, { title: 'Merge' }],
}
phase('Review')
const reviews = await parallel([
  () => agent('Look for mistakes in the changes.', { label: 'mistakes' }),
  () => agent('Look for missing tests.', { label: 'tests' }),
])
phase('Merge')
return await agent(`Merge these findings into one list:\\n${reviews.join('\\n')}`)
"""
_WIDTH = 620


class NoWorkflows(QWidget):
    """Teaches; the example can be copied."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._copy = Button(theme, "Copy the example", "sec", icon="copy")
        self._copy.clicked.connect(self._on_copy_clicked)
        self.example = _example()
        self._places = words("", tone="muted")
        outer = QHBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        column = QVBoxLayout()
        column.setSpacing(10)
        title = words("No workflows yet", font=ui_font(METRICS.h3, 600))
        row = QHBoxLayout()
        row.addWidget(title, 1)
        row.addWidget(self._copy)
        column.addLayout(row)
        for part in (words(WORDS, tone="muted"), self._places, self.example):
            column.addWidget(part)
        column.addStretch(1)
        holder = QWidget()
        holder.setLayout(column)
        holder.setMaximumWidth(_WIDTH)
        outer.addStretch(1)
        outer.addWidget(holder, 20)
        outer.addStretch(1)

    def show_own(self, own: str) -> None:
        """Where the person's own scripts are found."""
        home = str(Path.home())
        own = f"~{own.removeprefix(home)}" if own.startswith(f"{home}/") else own
        self._places.setText(
            "Put it into .boocode/workflows of the project (.claude/workflows is read too)"
            + (f", or into {own} to have it in every project. " if own else ". ")
            + f"A file that ends in .js shows here at once and is checked. {NOT_RUN_WORDS}"
        )

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(EXAMPLE)
        self._copy.set_look("Copied", icon="check")


def _example() -> QPlainTextEdit:
    text = QPlainTextEdit(EXAMPLE.rstrip())
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setAccessibleName("An example of a workflow")
    text.setFont(code_font(METRICS.code))
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    text.setFixedHeight((EXAMPLE.count("\n") + 1) * text.fontMetrics().lineSpacing() + 26)
    return text
