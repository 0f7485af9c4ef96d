"""What a script says of itself, whether it is trusted, and what is wrong with it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from boocode_desktop.orchestrator.ports.workflows import Finding, WorkflowScript
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.button_paint import ButtonKind
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.chips import Chip
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.workflows.rows import state_of, verdict_of

NOT_RUN_WORDS = "This version shows and checks workflows. It does not run them yet."


class Details(QWidget):
    """One script, from top to bottom.

    Signals:
        editor_asked, folder_asked, trust_asked: a button was pressed.
        line_asked(int): a finding leads to this line, from 1.
    """

    editor_asked = Signal()
    folder_asked = Signal()
    trust_asked = Signal()
    line_asked = Signal(int)

    def __init__(self, theme: Theme, script: WorkflowScript) -> None:
        super().__init__()
        self._theme, self._script = theme, script
        self.setAccessibleName(f"Workflow {script.name}")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addLayout(self._head())
        if script.description:
            column.addWidget(words(script.description))
        if script.when_to_use:
            column.addWidget(words(f"When to use: {script.when_to_use}", tone="muted"))
        column.addLayout(self._states())
        column.addLayout(self._buttons())
        column.addWidget(words(NOT_RUN_WORDS, tone="muted", font=ui_font(METRICS.meta)))
        if script.findings:
            column.addWidget(_caption(f"WHAT WAS FOUND  {len(script.findings)}"))
            column.addWidget(self._findings())
        if script.phases:
            column.addWidget(_caption(f"PHASES  {len(script.phases)}"))
            column.addLayout(self._phases())
        column.addStretch(1)

    def _head(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(ElidedLabel(self._theme, self._script.name, font=ui_font(METRICS.h2, 600)))
        source = ElidedLabel(
            self._theme,
            self._script.source,
            tone="tx2",
            font=code_font(METRICS.caption),
            mode=Qt.TextElideMode.ElideMiddle,
        )
        column.addWidget(source)
        return column

    def _states(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        for state in (verdict_of(self._script), state_of(self._script)):
            if state is not None:
                row = QHBoxLayout()
                row.setSpacing(8)
                row.addWidget(
                    Chip(self._theme, state.word, state.tone, icon=state.icon), 0, Qt.AlignmentFlag.AlignTop
                )
                row.addWidget(words(state.sentence, tone="muted", font=ui_font(METRICS.meta)), 1)
                column.addLayout(row)
        return column

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        wanted: list[tuple[str, ButtonKind, str, Callable[[], None]]] = [
            ("Open in editor", "sec", "external-link", self.editor_asked.emit),
            ("Show in folder", "flat", "folder-open", self.folder_asked.emit),
        ]
        if self._script.trust in ("untrusted", "changed"):
            wanted.insert(0, ("Trust this folder…", "sec", "shield", self.trust_asked.emit))
        for label, kind, icon, act in wanted:
            button = Button(self._theme, label, kind, icon=icon)
            button.clicked.connect(act)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _findings(self) -> QWidget:
        broken = self._script.broken
        card = Card(self._theme, tone="bad" if broken else "warn", surface="bg1")
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(10)
        for finding in self._script.findings:
            column.addLayout(self._finding(finding))
        return card

    def _finding(self, finding: Finding) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        error = finding.level == "error"
        kind = Chip(self._theme, finding.level, "bad" if error else "warn")
        row.addWidget(kind, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(words(finding.message))
        if finding.hint:
            texts.addWidget(words(finding.hint, tone="muted", font=ui_font(METRICS.meta)))
        row.addLayout(texts, 1)
        if finding.line:
            place = f"{finding.line}:{finding.column}"
            button = Button(self._theme, f"Line {place}", "flat", height=20)
            button.setAccessibleName(f"Go to line {finding.line}, column {finding.column}: {finding.message}")
            button.clicked.connect(lambda _=False, line=finding.line: self.line_asked.emit(line))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _phases(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, 18)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for number, phase in enumerate(self._script.phases, 1):
            grid.addWidget(words(str(number), tone="muted", font=code_font(METRICS.code)), number, 0, top)
            texts = QVBoxLayout()
            texts.setSpacing(1)
            texts.addWidget(words(phase.title, font=ui_font(METRICS.ui, 500)))
            if phase.detail:
                texts.addWidget(words(phase.detail, tone="muted", font=ui_font(METRICS.meta)))
            grid.addLayout(texts, number, 1)
            if phase.model:
                grid.addWidget(Chip(self._theme, phase.model, icon="cpu"), number, 2, top)
        return grid


def words(text: str, *, tone: str = "", font: QFont | None = None) -> QLabel:
    """A paragraph of plain text, whatever it holds; it can be selected with the mouse."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFont(font or ui_font(METRICS.ui))
    label.setProperty("tone", tone)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    # A long word must not make the pane wider than its room.
    label.setMinimumWidth(24)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _caption(text: str) -> QLabel:
    label = words(text, tone="muted", font=ui_font(METRICS.caption, 600))
    label.setContentsMargins(0, 6, 0, 0)
    return label
