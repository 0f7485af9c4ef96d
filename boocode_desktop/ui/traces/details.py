"""What is known of one call: its time and cost, its input, its error and output; long ones only in part."""

import json

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from boocode_desktop.content.ansi import safe_text
from boocode_desktop.domain.records import Trace
from boocode_desktop.domain.usage import Usage
from boocode_desktop.ui.ages import size, tokens
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.traces.rows import OUTCOMES, duration_text, look_of
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.labels import ElidedLabel

MOST = 20_000
"""So many characters of an input or output are shown."""


def step_words(usage: Usage) -> str:
    """What the step of a call cost: `3.1 k tokens in, 2.9 k of them (94 %) from the cache, 120 out`."""
    if not usage.input:
        cached = ""
    elif not usage.cached:
        cached = ", none of them from the cache"
    else:
        cached = f", {tokens(usage.cached)} of them ({usage.cached * 100 // usage.input} %) from the cache"
    return f"{tokens(usage.input)} tokens in{cached}, {tokens(usage.output)} out"


def details_of(trace: Trace, *, whole: bool = False) -> str:
    """Everything a trace knows, as text; `whole` with all of a long input and output."""
    lines = [
        f"{trace.tool}  {OUTCOMES[trace.outcome][2]}  {duration_text(trace.latency_ms)}",
        f"turn {trace.turn_number}, step {trace.step}, {trace.agent}, {trace.id}",
    ]
    if trace.usage is not None:
        lines.append(f"its step: {step_words(trace.usage)}")
    lines += ["", "Input", _part(json.dumps(trace.input, indent=2, ensure_ascii=False), whole=whole)]
    if trace.error:
        lines += ["", "Error", _part(trace.error, whole=whole)]
    if trace.output:
        lines += ["", "Output", _part(trace.output, whole=whole)]
    text: str = safe_text("\n".join(lines))
    return text


def _part(text: str, *, whole: bool) -> str:
    if whole or len(text) <= MOST:
        return text
    left = size(len(text[MOST:].encode()))
    return f"{text[:MOST]}\n… {left} more are not shown; Copy takes all of it."


class TraceDetails(QWidget):
    """The chosen call as text that can be selected, and copied whole."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._trace: Trace | None = None
        self._title = ElidedLabel(theme, "", tone="tx2")
        self.copy = IconButton(theme, "copy", "Copy everything of the call", size=26, icon_size=14, tone="tx3")
        self.copy.clicked.connect(self._on_copy_clicked)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Details of the chosen call")
        self.text.setFont(code_font(METRICS.code))
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setStyleSheet("QPlainTextEdit { border: none; border-radius: 0; padding: 2px 12px 8px 12px; }")
        head = QWidget()
        head.setFixedHeight(32)
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 0, 8, 0)
        row.addWidget(self._title, 1)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.text, 1)
        self.show_trace(None)

    def show_trace(self, trace: Trace | None) -> None:
        """Show a call; without one there is nothing here."""
        self._trace = trace
        self.setVisible(trace is not None)
        if trace is None:
            return
        look = look_of(trace)
        self._title.set_text(f"{look.title} {' '.join(look.argument.split())}"[:300])
        text = details_of(trace)
        if text != self.text.toPlainText():
            self.text.setPlainText(text)

    def _on_copy_clicked(self) -> None:
        if self._trace is not None:
            QGuiApplication.clipboard().setText(details_of(self._trace, whole=True))
