"""The form for any agent: its name, its command, and what it gets from the environment."""

import shlex
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.agents import AgentInfo, AgentStart
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.parts import words_of
from boocode_desktop.ui.settings.rows import lay_out_again
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.plain_tips import plain_tip


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


class StartForm(QWidget):
    """The lines that say how an agent is started, a button, and what came of it."""

    def __init__(self, context: Context, agent: str, button: str, icon: str) -> None:
        super().__init__()
        self._context = context
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.command = self.line(f"Command of {agent}", "Command, such as my-agent acp", code=True)
        self.env = self.line(f"Environment of {agent}", "Environment, such as MODE=quiet (optional)", code=True)
        self.prefixes = self.line(
            f"Variables handed through to {agent}", "Prefixes handed through, such as MY_ (optional)", code=True
        )
        foot = QHBoxLayout()
        self.note = text_label("", METRICS.meta, tone="muted")
        foot.addWidget(self.note, 1)
        self.button = Button(context.theme, button, "sec", icon=icon)
        self.button.clicked.connect(self.submit)
        foot.addWidget(self.button)
        self.column.addLayout(foot)

    def submit(self) -> None:
        """Take what was typed; what is wrong with it is said beside the button."""
        try:
            typed = typed_agent(self.command.text(), self.env.text(), self.prefixes.text())
        except UserFacingError as problem:
            self.refuse(problem)
            return
        self.take(typed)

    def take(self, typed: TypedAgent) -> None:
        """What was typed can be used."""
        raise NotImplementedError

    def refuse(self, problem: UserFacingError) -> None:
        """Say what is wrong."""
        self.note.setText(words_of(problem))

    def line(self, name: str, hint: str, *, code: bool = False) -> QLineEdit:
        """One more line, at the end."""
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(hint)
        line.setToolTip(plain_tip(name))
        if code:
            line.setFont(code_font(METRICS.code))
        line.returnPressed.connect(self.submit)
        self.column.addWidget(line)
        return line


class AgentCommandForm(StartForm):
    """Adds an agent.

    Signals:
        added(str): an agent of this name is there now.
    """

    added = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__(context, "the agent", "Add", "plus")
        self.name = self.line("Name of the agent", "Name, such as my-agent")
        self.column.removeWidget(self.name)
        self.column.insertWidget(0, self.name)
        self.setTabOrder(self.name, self.command)
        self.note.setText("It is asked what it can do when it is first used.")
        lay_out_again(self)
        self.button.setAccessibleName("Add this command as an agent")

    def take(self, typed: TypedAgent) -> None:
        """Add it."""
        adding = self._context.front.agents.add(
            self.name.text().strip(), typed.command, env=dict(typed.env), env_prefixes=typed.env_prefixes
        )
        self._context.bridge.run(adding, owner=self, done=self._on_added, error=self.refuse, key="agents.add.command")

    def _on_added(self, info: AgentInfo) -> None:
        for line in (self.name, self.command, self.env, self.prefixes):
            line.clear()
        self.note.setText(f"{info.label or info.name} was added.")
        self.added.emit(info.name)


class AgentStartEditor(StartForm):
    """Changes how an agent is started; only what is different is written.

    Signals:
        changed: it is started in another way from now on.
    """

    changed = Signal()

    def __init__(self, context: Context, name: str, label: str) -> None:
        super().__init__(context, label, "Save", "check")
        self._name = name
        self.button.setAccessibleName(f"Save how {label} is started")
        self.note.setText("Holds from its next start; what it is doing now it may finish.")
        lay_out_again(self)
        self._before = typed_start(context.front.agents.start_of(name))
        self.command.setText(shlex.join(self._before.command))
        self.env.setText(shlex.join(f"{key}={value}" for key, value in self._before.env))
        self.prefixes.setText(shlex.join(self._before.env_prefixes))

    def take(self, typed: TypedAgent) -> None:
        """Write what is different."""
        before = self._before
        changing = self._context.front.agents.change(
            self._name,
            command=typed.command if typed.command != before.command else None,
            env=dict(typed.env) if typed.env != before.env else None,
            env_prefixes=typed.env_prefixes if typed.env_prefixes != before.env_prefixes else None,
        )
        self._context.bridge.run(
            changing,
            owner=self,
            done=lambda _: self.changed.emit(),
            error=self.refuse,
            key=f"agents.change.{self._name}",
        )


def typed_start(start: AgentStart) -> TypedAgent:
    """How an agent is started now, as it would be typed."""
    return TypedAgent(command=start.command, env=start.env, env_prefixes=start.env_prefixes)
