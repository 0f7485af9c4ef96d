"""The status bar: engine and agents on the left; event-loop lag, memory and version on the right."""

from collections.abc import Sequence

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStatusBar, QWidget

from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.ui.ages import size
from boocode_desktop.ui.busy import Busy
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.heartbeat import Heartbeat
from boocode_desktop.ui.setup_port import EngineView
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.chips import StateDot
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_REFRESH_MS = 1_000
_SLOW_MS = 33.0
_ENGINE_TONES = {"stopped": "tx3", "starting": "accent", "ready": "ok", "failed": "bad"}


def engine_words(view: EngineView) -> str:
    """The engine in words."""
    match view.phase:
        case "stopped":
            return "No engine running"
        case "starting":
            return f"Engine starting · {view.model}" if view.model else "Engine starting"
        case "ready":
            return f"Engine ready · {view.model}" if view.model else "Engine ready"
        case "failed":
            return f"Engine failed · {view.detail}" if view.detail else "Engine failed"


def agent_words(agents: Sequence[AgentInfo]) -> str:
    """How many agents can take a turn."""
    ready = sum(a.state == "ready" for a in agents)
    checking = sum(a.state == "loading" for a in agents)
    words = f"{ready} agent ready" if ready == 1 else f"{ready} agents ready"
    return f"{words}, {checking} checking" if checking else words


class StatusLine(QStatusBar):
    """Figures are read once a second while the bar is on screen."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._process = psutil.Process()
        self._heartbeat = Heartbeat(self)
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self.setFixedHeight(METRICS.status_bar)
        theme = context.theme
        self.engine = StateDot(theme, "")
        self.agents = ElidedLabel(theme, "", tone="tx2", font=ui_font(METRICS.caption))
        self.lag = ElidedLabel(theme, "", tone="tx2", font=code_font(METRICS.caption))
        self.memory = ElidedLabel(theme, "", tone="tx2", font=code_font(METRICS.caption))
        self.version = ElidedLabel(theme, context.setup.version(), tone="tx2", font=code_font(METRICS.caption))
        for label in (self.agents, self.lag, self.memory, self.version):
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.addWidget(_spacer(4))
        self.addWidget(self.engine)
        self.addWidget(self.agents)
        self.busy = Busy(theme, context.bridge)
        self.addWidget(self.busy)
        for widget in (self.lag, self.memory, self.version, _spacer(4)):
            self.addPermanentWidget(widget)
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self._read)
        self._unwatch = context.setup.watch_engine(self.show_engine)
        self.show_engine(context.setup.engine())
        self._read()

    def show_engine(self, view: EngineView) -> None:
        """The local engine changed."""
        self.engine.set_state(engine_words(view), _ENGINE_TONES[view.phase], halo=view.phase == "starting")
        self.engine.setToolTip(plain_tip("\n".join(view.log[-8:])))

    def close_watch(self) -> None:
        """Stop listening to the engine."""
        self._unwatch()

    def showEvent(self, event: QShowEvent) -> None:
        """Measure while seen."""
        super().showEvent(event)
        self._heartbeat.start()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while hidden."""
        super().hideEvent(event)
        self._heartbeat.stop()
        self._timer.stop()

    def _read(self) -> None:
        worst = self._heartbeat.worst_ms
        self.lag.set_text(f"UI {worst:.0f} ms", "warn" if worst > _SLOW_MS else "tx2")
        self.memory.set_text(size(self._process.memory_info().rss))
        self.agents.set_text(agent_words(self._context.front.agents.snapshot()))


def _spacer(width: int) -> QWidget:
    spacer = QWidget()
    spacer.setFixedWidth(width)
    return spacer
