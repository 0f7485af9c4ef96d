"""The page of the local engine: what it does now, its log, the model files there are, and how it is started."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.first_run.model_card import ModelCard
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.parts import Section, page_column, words_of
from boocode_desktop.ui.setup_port import EnginePhase, EngineView
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.chips import StateDot

PHASES: dict[EnginePhase, tuple[str, str]] = {
    "stopped": ("stopped", "tx3"),
    "starting": ("starting", "accent"),
    "ready": ("ready", "ok"),
    "failed": ("failed", "bad"),
}
GROUP, _LOG_HEIGHT = "Local engine", 150


class EnginePage(QWidget):
    """Follows the engine while it is there."""

    def __init__(self, context: Context, form: SettingsForm) -> None:
        super().__init__()
        column = page_column(self, GROUP, "A llama.cpp server for a model file on this computer.")
        self.status = EngineStatus(context)
        column.addWidget(self.status)
        self.models = ModelCard(context)
        column.addWidget(self.models)
        options = Section(context.theme, "How it is started", "Holds from its next start.")
        options.body.setSpacing(0)
        form.fill(options.body, [spec for spec in form.table.values() if spec.group == GROUP])
        column.addWidget(options)
        column.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        """Look for files that came meanwhile."""
        super().showEvent(event)
        self.models.look()


class EngineStatus(Section):
    """State, model, log, and stopping it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, "Now")
        self._context = context
        row = QHBoxLayout()
        row.setSpacing(10)
        self.state = StateDot(context.theme, "stopped")
        row.addWidget(self.state)
        self.words = text_label("", METRICS.ui)
        row.addWidget(self.words, 1)
        self.stop = Button(context.theme, "Stop", "stop", icon="circle-stop")
        self.stop.setAccessibleName("Stop the local engine")
        self.stop.clicked.connect(self._on_stop_clicked)
        row.addWidget(self.stop)
        self.body.addLayout(row)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setAccessibleName("Log of the local engine")
        self.log.setFont(code_font(METRICS.caption))
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setFixedHeight(_LOG_HEIGHT)
        self.body.addWidget(self.log)
        self.show_engine(context.setup.engine())
        self.destroyed.connect(context.setup.watch_engine(self.show_engine))

    def show_engine(self, view: EngineView) -> None:
        """The engine is this now."""
        word, tone = PHASES[view.phase]
        self.state.set_state(word, tone, halo=view.phase == "starting")
        self.words.setText(" · ".join(text for text in (view.model, view.detail) if text) or "No model is loaded.")
        self.stop.setEnabled(view.phase in ("starting", "ready"))
        log = "\n".join(view.log)
        self.log.setVisible(bool(log))
        if log != self.log.toPlainText():
            self.log.setPlainText(log)
            bar = self.log.verticalScrollBar()
            bar.setValue(bar.maximum())

    def _on_stop_clicked(self) -> None:
        self._context.bridge.run(
            self._context.setup.stop_engine(), owner=self, error=self._on_refused, key="setup.engine.stop"
        )

    def _on_refused(self, problem: UserFacingError) -> None:
        self.words.setText(words_of(problem))
