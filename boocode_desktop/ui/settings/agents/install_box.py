"""The command that installs an agent: shown, copied, and run only when a person presses the button."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.agents.parts import CommandBox
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button

_LINES, _HEIGHT = 2_000, 128


class InstallBox(QWidget):
    """Shows an install command and what it prints.

    Signals:
        installed: the command ended well.
    """

    installed = Signal()

    def __init__(self, context: Context, name: str, label: str, command: str) -> None:
        super().__init__()
        self._context, self._name, self._label = context, name, label
        self._run: QObject | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(CommandBox(context.theme, f"$ {command}", command, f"Copy the install command of {label}"))
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.note = text_label("Runs only when you press it.", METRICS.meta, tone="muted")
        foot.addWidget(self.note, 1)
        self.button = Button(context.theme, "Install", "primary", icon="download")
        self.button.setAccessibleName(f"Install {label}")
        self.button.clicked.connect(self._on_button_clicked)
        foot.addWidget(self.button)
        column.addLayout(foot)
        self.output = QPlainTextEdit()
        self.output.setReadOnly(True)
        self.output.setAccessibleName(f"What the installation of {label} says")
        self.output.setFont(code_font(METRICS.caption))
        self.output.setMaximumBlockCount(_LINES)
        self.output.setFixedHeight(_HEIGHT)
        self.output.hide()
        column.addWidget(self.output)

    def _on_button_clicked(self) -> None:
        if self._run is not None:
            # The death of its owner ends the coroutine, and closing the generator ends the command.
            self._run.deleteLater()
            self._rest("Stopped. What it had installed so far was left.")
            return
        self._run = QObject(self)
        self.output.clear()
        self.output.show()
        self.note.setText("Installing… closing the settings stops it.")
        self.button.set_look("Stop", kind="stop", icon="circle-stop")
        self.button.setAccessibleName(f"Stop installing {self._label}")
        lines = self._context.front.agents.install(self._name)
        self._context.bridge.run(
            _follow(lines, self.output.appendPlainText),
            owner=self._run,
            done=lambda _: self._on_installed(),
            error=self._on_install_failed,
        )

    def _on_installed(self) -> None:
        self._rest(f"{self._label} is installed.")
        self.installed.emit()

    def _on_install_failed(self, problem: UserFacingError) -> None:
        self._rest(" ".join(text for text in (problem.message, problem.hint) if text))

    def _rest(self, words: str) -> None:
        self._run = None
        self.note.setText(words)
        self.button.set_look("Install again", kind="sec", icon="download")
        self.button.setAccessibleName(f"Install {self._label} again")


async def _follow(lines: AsyncGenerator[str, None], show: Callable[[str], None]) -> None:
    async with aclosing(lines):
        async for line in lines:
            show(line.rstrip("\n"))
