"""The agent asks: answers to choose from with number keys, or a line of one's own. A plan to approve looks alike."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout

from boocode_desktop.domain.events import AskOption
from boocode_desktop.domain.transcript import AskEntry
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.asks.card import AskCard
from boocode_desktop.ui.transcript.asks.options import KeyHint, OptionRow
from boocode_desktop.ui.transcript.canvas import Canvas
from boocode_desktop.ui.widgets.buttons import Button


class QuestionCard(AskCard):
    """1 to 9 choose, Enter answers; the free line is one more answer."""

    def __init__(self, theme: Theme, canvas: Canvas, ask: AskEntry, clock: Callable[[], float]) -> None:
        plan = ask.request.kind == "plan"
        who = ask.request.tool or "The agent"
        heading = ask.request.title if plan else f"{who} asks" if ask.request.tool != "ask_user_input" else "Question"
        super().__init__(
            theme,
            ask,
            tone="accent" if plan else "info",
            icon="list-checks" if plan else "message-circle-question-mark",
            title=heading,
            clock=clock,
        )
        self._options: list[tuple[OptionRow, AskOption]] = []
        self._group = QButtonGroup(self)
        if not plan:
            self.body.addWidget(self.label(ask.request.title, px=METRICS.body))
        if ask.request.reason:
            self.body.addWidget(self.label(ask.request.reason, tone="muted"))
        self._rows(canvas)
        self._free = self._free_line(canvas)
        self._foot()
        self.setFocusProxy(self._options[0][0] if self._options else self._free)

    def set_first(self, first: bool) -> None:
        """Fill or empty the answer button."""
        self._send.set_look("Answer", kind="primary" if first else "sec")

    def waiting_words(self) -> str:
        """A plan says what it needs."""
        return "needs approval" if self.ask.request.kind == "plan" else super().waiting_words()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A number chooses, Enter answers."""
        number = event.key() - Qt.Key.Key_1
        if 0 <= number < min(9, len(self._options)) and not event.modifiers():
            self._options[number][0].setChecked(True)
            self._options[number][0].setFocus()
        elif number == len(self._options) and not event.modifiers():
            self._free.setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._answer()
        else:
            super().keyPressEvent(event)

    def _rows(self, canvas: Canvas) -> None:
        rows = QVBoxLayout()
        rows.setSpacing(3)
        self.body.addLayout(rows)
        for number, option in enumerate(self.ask.request.options, start=1):
            row = OptionRow(self._theme, canvas, option.label, option.description, number)
            self._group.addButton(row)
            self._options.append((row, option))
            rows.addWidget(row)
        if self._options:
            self._options[0][0].setChecked(True)

    def _free_line(self, canvas: Canvas) -> QLineEdit:
        line = QLineEdit()
        line.setPlaceholderText("Or write an answer" if self._options else "Write an answer")
        line.setAccessibleName("Your answer")
        line.returnPressed.connect(self._answer)
        self.body.addWidget(line)
        if self._options and len(self._options) < 9:
            line.setTextMargins(0, 0, 34, 0)
            inside = QHBoxLayout(line)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addStretch(1)
            inside.addWidget(KeyHint(self._theme, canvas, str(len(self._options) + 1)))
        return line

    def _foot(self) -> None:
        skip = Button(self._theme, "Skip", "flat", height=METRICS.composer_button)
        skip.clicked.connect(lambda: self.answered.emit("", ""))
        self.footer.addWidget(skip)
        self.footer.addStretch(1)
        self._send = Button(
            self._theme, "Answer", "primary", trailing="corner-down-left", height=METRICS.composer_button
        )
        self._send.clicked.connect(self._answer)
        self.footer.addWidget(self._send)

    def _answer(self) -> None:
        text = self._free.text().strip()
        chosen = next((option.id for row, option in self._options if row.isChecked()), "")
        if text:
            self.answered.emit("", text)
        elif chosen:
            self.answered.emit(chosen, "")
        else:
            self._free.setFocus()
