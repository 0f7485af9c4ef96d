"""What is known of an agent beyond its row: command, models, confinement, what is wrong, and the last diagnosis."""

import shlex

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.agents.command_form import AgentStartEditor
from boocode_desktop.ui.settings.agents.install_box import InstallBox
from boocode_desktop.ui.settings.agents.parts import CommandBox
from boocode_desktop.ui.settings.rows import clear, lay_out_again
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton

_INSET, _LONGEST, _LEAST = 68, 240, 72


class AgentDetails(QWidget):
    """Below an agent's row.

    Signals:
        changed: something about agents is different now.
        diagnose_asked: look again what is wrong.
    """

    changed = Signal()
    diagnose_asked = Signal()

    def __init__(self, context: Context, info: AgentInfo) -> None:
        super().__init__()
        self._context, self._info = context, info
        column = QVBoxLayout(self)
        column.setContentsMargins(_INSET, 0, 0, 8)
        column.setSpacing(10)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(8)
        column.addLayout(self._facts)
        self._refusal = text_label("", METRICS.meta)
        self._refusal.hide()
        column.addWidget(self._refusal)
        self._diagnosis = _Diagnosis(context, info.label or info.name)
        self._diagnosis.again.clicked.connect(self.diagnose_asked)
        self._diagnosis.hide()
        column.addWidget(self._diagnosis)
        self._shown: AgentInfo | None = None
        self.show_info(info)

    def show_info(self, info: AgentInfo) -> None:
        """The agent is this now."""
        if info == self._shown:
            return
        self._shown = self._info = info
        clear(self._facts)
        name, theme = info.label or info.name, self._context.theme
        if info.problem:
            self._facts.addWidget(text_label(info.problem, METRICS.meta))
        if info.command:
            command = shlex.join(info.command)
            self._facts.addWidget(_caption("Command"))
            self._facts.addWidget(self._command(command, name))
        for heading, words in _facts(info):
            self._facts.addWidget(_fact(heading, words))
        if info.login and info.state == "error":
            self._facts.addWidget(_caption("Signing in, in a terminal"))
            self._facts.addWidget(CommandBox(theme, f"$ {info.login}", info.login, f"Copy the sign-in of {name}"))
        if info.install and info.state == "unavailable":
            box = InstallBox(self._context, info.name, name, info.install)
            box.installed.connect(self.changed)
            self._facts.addWidget(box)
        if info.source == "agents.toml" or info.changed:
            self._facts.addWidget(self._remove_button(name))
        lay_out_again(self)

    def _command(self, command: str, name: str) -> QWidget:
        """The command, and below it the form that changes it when it is asked for."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(CommandBox(self._context.theme, command, command, f"Copy the command of {name}"), 1)
        column.addLayout(row)
        if self._info.protocol == "native":
            return holder
        edit = IconButton(self._context.theme, "pencil", f"Change how {name} is started", icon_size=14, tone="tx3")
        edit.clicked.connect(lambda: self._edit(column, name))
        row.addWidget(edit)
        return holder

    def _edit(self, column: QVBoxLayout, name: str) -> None:
        if (taken := column.takeAt(1)) is not None and (editor := taken.widget()) is not None:
            editor.hide()
            editor.deleteLater()
            return
        made = AgentStartEditor(self._context, self._info.name, name)
        made.changed.connect(self.changed)
        column.addWidget(made)

    def show_diagnosing(self) -> None:
        """It is being looked into."""
        self._refusal.hide()
        self._diagnosis.show()
        self._diagnosis.begin()

    def show_diagnosis(self, text: str) -> None:
        """What was found."""
        self._diagnosis.show()
        self._diagnosis.finish(text)

    def show_refusal(self, problem: UserFacingError) -> None:
        """What did not work, and what to do."""
        self._refusal.setText(" ".join(text for text in (problem.message, problem.hint) if text))
        self._refusal.show()

    def _remove_button(self, name: str) -> QWidget:
        added = self._info.source == "agents.toml"
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        button = Button(self._context.theme, "Remove" if added else "As it was by itself", "sec", icon="trash-2")
        button.setAccessibleName(f"Remove {name}" if added else f"Forget the changes of {name}")
        button.clicked.connect(self._on_remove_clicked)
        row.addWidget(button)
        row.addWidget(text_label("Takes its lines out of agents.toml.", METRICS.meta, tone="muted"), 1)
        return holder

    def _on_remove_clicked(self) -> None:
        self._context.bridge.run(
            self._context.front.agents.remove(self._info.name),
            owner=self,
            done=lambda _: self.changed.emit(),
            error=self.show_refusal,
            key=f"agents.remove.{self._info.name}",
        )


class _Diagnosis(QWidget):
    """Text to paste."""

    def __init__(self, context: Context, name: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.text = QPlainTextEdit()
        head = QHBoxLayout()
        head.setSpacing(6)
        self._title = text_label("Last diagnosis", METRICS.ui, 500)
        head.addWidget(self._title, 1)
        self.copy = Button(context.theme, "Copy", "flat", icon="copy", height=METRICS.row_button)
        self.copy.setAccessibleName(f"Copy the diagnosis of {name}")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.again = Button(context.theme, "Run again", "flat", icon="stethoscope", height=METRICS.row_button)
        self.again.setAccessibleName(f"Diagnose {name} again")
        head.addWidget(self.copy)
        head.addWidget(self.again)
        column.addLayout(head)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(f"Diagnosis of {name}")
        self.text.setFont(code_font(METRICS.caption))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        column.addWidget(self.text)

    def begin(self) -> None:
        """Say that it takes a while."""
        self._title.setText("Diagnosing…")
        self._show("The agent is started in an empty folder and asked what it can do.", ready=False)

    def finish(self, text: str) -> None:
        """Show what was found."""
        self._title.setText("Last diagnosis")
        self._show(text, ready=True)

    def _show(self, text: str, *, ready: bool) -> None:
        self.text.setPlainText(text)
        lines = self.text.fontMetrics().lineSpacing() * (text.count("\n") + 1)
        self.text.setFixedHeight(min(max(lines + 34, _LEAST), _LONGEST))
        lay_out_again(self)
        self.copy.setEnabled(ready)
        self.again.setEnabled(ready)


def _facts(info: AgentInfo) -> list[tuple[str, str]]:
    models = [model.name or model.id for model in info.models]
    more = f" and {len(models) - 6} more" if len(models) > 6 else ""
    found = (
        ("Models", ", ".join(models[:6]) + more),
        ("Modes", ", ".join(mode.name for mode in info.modes)),
        ("Efforts", ", ".join(info.efforts)),
        ("Sandbox", " · ".join(text for text in (info.sandbox, info.sandbox_reason) if text)),
    )
    return [(heading, words) for heading, words in found if words]


def _caption(text: str) -> QWidget:
    return text_label(text, METRICS.meta, 500, tone="muted")


def _fact(heading: str, words: str) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    caption = _caption(heading)
    caption.setFixedWidth(70)
    row.addWidget(caption, 0, Qt.AlignmentFlag.AlignTop)
    text = text_label(words, METRICS.meta)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    row.addWidget(text, 1)
    return holder
