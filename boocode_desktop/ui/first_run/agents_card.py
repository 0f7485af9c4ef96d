"""Use an agent that is installed: what was found, in words, and one button each."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boocode_desktop.orchestrator.ports.agents import AgentInfo, AgentState
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.sheet import IconTile
from boocode_desktop.ui.first_run.choice_card import ChoiceCard, text_label
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.chips import StateDot
from boocode_desktop.ui.widgets.labels import ElidedLabel

_MOST = 5
STATES: dict[AgentState, tuple[str, str]] = {
    "ready": ("ready", "ok"),
    "loading": ("checking", "accent"),
    "error": ("needs setup", "warn"),
    "unavailable": ("not found", "tx3"),
    "disabled": ("disabled", "tx3"),
}


class AgentRow(QWidget):
    """One agent.

    Signals:
        used(str): take it for new chats.
        help_asked(str): what is wrong with it.
    """

    used = Signal(str)
    help_asked = Signal(str)

    def __init__(self, theme: Theme, agent: AgentInfo, *, last: bool) -> None:
        super().__init__()
        self._theme, self._last = theme, last
        self.setFixedHeight(58)
        self.setAccessibleName(f"{agent.label}, {STATES[agent.state][0]}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(IconTile(theme, agent.icon, "plain", size=32))
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addStretch(1)
        texts.addWidget(ElidedLabel(theme, agent.label or agent.name, font=ui_font(METRICS.ui, 600)))
        # The dot beside it says that it is not found.
        detail = " · ".join(w for w in (agent.version, agent.detail.removeprefix("Not installed. ")) if w)
        texts.addWidget(ElidedLabel(theme, detail, tone="tx2", font=ui_font(METRICS.meta)))
        texts.addStretch(1)
        row.addLayout(texts, 1)
        word, tone = STATES[agent.state]
        row.addWidget(StateDot(theme, word, tone, halo=agent.state == "loading"))
        if agent.state == "ready":
            self._button(row, "Use", f"Use {agent.label}", lambda: self.used.emit(agent.name))
        elif agent.state in ("error", "unavailable"):
            self._button(row, "Show how", f"Show how to use {agent.label}", lambda: self.help_asked.emit(agent.name))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rule below all but the last."""
        if not self._last:
            with QPainter(self) as painter:
                painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line1"))

    def _button(self, row: QHBoxLayout, text: str, name: str, act: object) -> None:
        button = Button(self._theme, text, "sec")
        button.setAccessibleName(name)
        button.clicked.connect(act)
        row.addWidget(button)


class AgentsCard(ChoiceCard):
    """The agents of the registry except the scripted one.

    Signals:
        used(str): take this agent for new chats.
        help_asked(str): say what is wrong with it.
    """

    used = Signal(str)
    help_asked = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__(
            context.theme, "bot", "Use an agent you have", "Found on this computer. It keeps its own sign-in."
        )
        self._context = context
        self._shown: tuple[AgentInfo, ...] = ()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.body.addLayout(self._rows)
        refresh = IconButton(context.theme, "refresh-cw", "Look for agents again", tone="tx3")
        refresh.clicked.connect(self.look)
        self.head.addWidget(refresh)
        self._rest = text_label("", METRICS.meta, tone="muted")
        self.foot.addWidget(self._rest)
        self.show_agents(context.front.agents.snapshot())

    def look(self) -> None:
        """Look again which agents are installed."""
        self._context.bridge.run(
            self._context.front.agents.refresh(), owner=self, done=self.show_agents, key="setup.agents"
        )

    def show_agents(self, agents: Sequence[AgentInfo]) -> None:
        """List them, the usable ones first."""
        order = ("ready", "loading", "error", "unavailable", "disabled")
        found = tuple(sorted((a for a in agents if not a.scripted), key=lambda a: order.index(a.state)))
        if found == self._shown:
            return
        self._shown = found
        while (taken := self._rows.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        shown = found[:_MOST]
        for number, agent in enumerate(shown, 1):
            row = AgentRow(self.theme, agent, last=number == len(shown))
            row.used.connect(self.used)
            row.help_asked.connect(self.help_asked)
            self._rows.addWidget(row)
        rest = ", ".join(a.label or a.name for a in found[_MOST:])
        self._rest.setText(f"Also known: {rest}." if rest else "")
