"""The form for any agent: its name, its command, and what it gets from the environment."""

import shlex
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedAgent:
    """What was typed about how an agent is started."""

    command: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()
    env_prefixes: tuple[str, ...] = ()


def typed_agent(command: str, env: str, prefixes: str) -> TypedAgent:
    """Words as a shell would read them; variables as `NAME=value`.

    Raises:
        UserFacingError: a quote is not closed, there is no command, or a variable has no `=`.
    """
    try:
        words, pairs, names = (tuple(shlex.split(text)) for text in (command, env, prefixes))
    except ValueError as error:
        raise UserFacingError("A quote is not closed.", "Close it, or write \\ before it.") from error
    if not words:
        raise UserFacingError("There is no command.", "Give the program and its arguments, such as `my-agent acp`.")
    variables = [pair.partition("=") for pair in pairs]
    wrong = next((name for name, equals, _ in variables if not equals or not name), None)
    if wrong is not None:
        raise UserFacingError(f"“{wrong}” is no variable.", "Write variables as NAME=value, with spaces between them.")
    return TypedAgent(command=words, env=tuple((name, value) for name, _, value in variables), env_prefixes=names)


class AgentCommandForm(QWidget):
    """Adds an agent.

    Signals:
        added(str): an agent of this name is there now.
    """

    added = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.name = self._line("Name of the agent", "Name, such as my-agent")
        self.command = self._line("Command of the agent", "Command, such as my-agent acp", code=True)
        self.env = self._line("Environment of the agent", "Environment, such as MODE=quiet (optional)", code=True)
        self.prefixes = self._line(
            "Variables handed through to the agent", "Prefixes handed through, such as MY_ (optional)", code=True
        )
        foot = QHBoxLayout()
        self.note = text_label("It is asked what it can do when it is first used.", METRICS.meta, tone="muted")
        foot.addWidget(self.note, 1)
        self.button = Button(context.theme, "Add", "sec", icon="plus")
        self.button.setAccessibleName("Add this command as an agent")
        self.button.clicked.connect(self.submit)
        foot.addWidget(self.button)
        self._column.addLayout(foot)

    def submit(self) -> None:
        """Add what was typed; what is wrong with it is said beside the button."""
        try:
            typed = typed_agent(self.command.text(), self.env.text(), self.prefixes.text())
        except UserFacingError as problem:
            self._on_refused(problem)
            return
        adding = self._context.front.agents.add(
            self.name.text().strip(), typed.command, env=dict(typed.env), env_prefixes=typed.env_prefixes
        )
        self._context.bridge.run(
            adding, owner=self, done=self._on_added, error=self._on_refused, key="agents.add.command"
        )

    def _line(self, name: str, hint: str, *, code: bool = False) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(hint)
        if code:
            line.setFont(code_font(METRICS.code))
        line.returnPressed.connect(self.submit)
        self._column.addWidget(line)
        return line

    def _on_added(self, info: AgentInfo) -> None:
        for line in (self.name, self.command, self.env, self.prefixes):
            line.clear()
        self.note.setText(f"{info.label or info.name} was added.")
        self.added.emit(info.name)

    def _on_refused(self, problem: UserFacingError) -> None:
        self.note.setText(" ".join(text for text in (problem.message, problem.hint) if text))
