"""One agent in the list: its state in words, how it is confined, what it keeps warm, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.agents import AgentChild, AgentInfo
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.settings.agents import parts
from boocode_desktop.ui.settings.agents.details import AgentDetails
from boocode_desktop.ui.settings.agents.wording import (
    NOTHING,
    STATES,
    bound_of,
    memory_text,
    subtitle,
    usable,
    warm_of,
)
from boocode_desktop.ui.settings.switch import Switch
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.agent_badge import AgentBadge
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.chips import StateDot
from boocode_desktop.ui.widgets.labels import ElidedLabel


class AgentRow(QWidget):
    """One agent; its details are made when they are first opened.

    Signals:
        changed: something about agents is different now.
    """

    changed = Signal()

    def __init__(self, context: Context, info: AgentInfo) -> None:
        super().__init__()
        self._context, self._info = context, info
        self._details: AgentDetails | None = None
        self._slim = False
        theme, name = context.theme, info.label or info.name
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 9, 14, 9)
        self._column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._column.addLayout(head)
        self.fold = IconButton(theme, "chevron-right", f"Show more of {name}", size=22, icon_size=14, tone="tx3")
        self.fold.clicked.connect(self.toggle)
        head.addWidget(self.fold)
        head.addWidget(AgentBadge(theme, info.name, size=30))
        texts = QVBoxLayout()
        texts.setSpacing(1)
        self._name = ElidedLabel(theme, name, font=ui_font(METRICS.ui, 600))
        self._sub = ElidedLabel(theme, tone="tx2", font=ui_font(METRICS.meta))
        texts.addWidget(self._name)
        texts.addWidget(self._sub)
        head.addLayout(texts, 1)
        state = self._state = QWidget()
        state.setFixedWidth(parts.STATE_WIDTH)
        holder = QHBoxLayout(state)
        holder.setContentsMargins(0, 0, 0, 0)
        self.state = StateDot(theme, "loading", "accent")
        holder.addWidget(self.state)
        holder.addStretch(1)
        head.addWidget(state)
        self._bound = parts.BoundLabel(theme, bound_of(info))
        head.addWidget(self._bound)
        self._warm = parts.figure(theme, NOTHING, parts.WARM_WIDTH)
        self._memory = parts.figure(theme, NOTHING, parts.MEMORY_WIDTH)
        head.addWidget(self._warm)
        head.addWidget(self._memory)
        head.addWidget(self._switches(name))
        self.show_info(info)

    @property
    def name(self) -> str:
        """The agent's name."""
        return self._info.name

    def show_info(self, info: AgentInfo) -> None:
        """The agent is this now."""
        self._info = info
        word, tone = STATES[info.state]
        self.state.set_state(word, tone, halo=info.state == "loading")
        self._sub.set_text(f"{word} · {subtitle(info)}" if self._slim else subtitle(info))
        self._name.set_text(info.label or info.name, "tx1" if usable(info) else "tx2")
        self._bound.show_bound(bound_of(info))
        self.switch.blockSignals(True)
        self.switch.setChecked(info.enabled)
        self.switch.blockSignals(False)
        missing = info.state == "unavailable" and bool(info.install)
        self.install.setVisible(missing)
        self.switch.setVisible(not missing)
        self.refresh.setVisible(not missing)
        native = info.protocol == "native"
        self.refresh.setEnabled(usable(info) and not native)
        self.diagnose.setEnabled(not native)
        self.setAccessibleName(f"{info.label or info.name}, {word}")
        if self._details is not None:
            self._details.show_info(info)

    def show_children(self, children: Sequence[AgentChild]) -> None:
        """What it keeps warm."""
        count, held = warm_of(self._info.name, children)
        self._warm.set_text(str(count) if usable(self._info) else NOTHING, "tx1" if count else "tx2")
        self._memory.set_text(memory_text(held))

    def set_narrow(self, narrow: bool) -> None:
        """Leave out what the pool says as well."""
        self._warm.setVisible(not narrow)
        self._memory.setVisible(not narrow)

    def set_tight(self, tight: bool) -> None:
        """Leave out what the details say as well."""
        self._bound.setHidden(tight)

    def set_slim(self, slim: bool) -> None:
        """Say the state below the name, where there is no room for a column of its own."""
        if slim != self._slim:
            self._slim = slim
            self._state.setHidden(slim)
            self.show_info(self._info)

    def toggle(self) -> None:
        """Open or fold the details."""
        self.open(self._details is None or self._details.isHidden())

    def open(self, on: bool) -> AgentDetails:
        """Show the details, or do not."""
        if self._details is None:
            self._details = AgentDetails(self._context, self._info)
            self._details.changed.connect(self.changed)
            self._details.diagnose_asked.connect(self.look_into)
            self._column.addWidget(self._details)
        self._details.setVisible(on)
        self.fold.set_icon("chevron-down" if on else "chevron-right")
        self.fold.set_name(f"Show {'less' if on else 'more'} of {self._info.label or self._info.name}")
        return self._details

    def probe(self) -> None:
        """Ask the agent again what it can do."""
        before = self._info
        started = self._context.bridge.run(
            self._context.front.agents.probe(self.name, force=True),
            owner=self,
            done=self._on_probed,
            error=lambda problem: self._refuse(before, problem),
            key=f"agents.probe.{self.name}",
        )
        if started:
            self.show_asking()

    def show_asking(self) -> None:
        """It is being asked what it can do."""
        self.show_info(replace(self._info, state="loading"))

    def look_into(self) -> None:
        """Diagnose it and show what was found."""
        details, before = self.open(True), self._info
        started = self._context.bridge.run(
            self._context.front.agents.diagnose(self.name),
            owner=self,
            done=self._on_diagnosed,
            error=lambda problem: self._refuse(before, problem),
            key=f"agents.diagnose.{self.name}",
        )
        if started:
            details.show_diagnosing()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rule above."""
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, self._context.theme.color("line0"))

    def _switches(self, name: str) -> QWidget:
        holder = QWidget()
        holder.setFixedWidth(parts.SWITCHES_WIDTH)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addStretch(1)
        theme = self._context.theme
        self.switch = Switch(theme, f"Offer {name}")
        self.switch.toggled.connect(self._on_switch_toggled)
        self.refresh = IconButton(theme, "refresh-cw", f"Ask {name} again", size=26, icon_size=14, tone="tx3")
        self.refresh.clicked.connect(self.probe)
        self.diagnose = IconButton(theme, "stethoscope", f"Diagnose {name}", size=26, icon_size=14, tone="tx3")
        self.diagnose.clicked.connect(self.look_into)
        self.install = Button(theme, "Install…", "sec", height=METRICS.row_button)
        self.install.setAccessibleName(f"Show how to install {name}")
        self.install.clicked.connect(lambda: self.open(True))
        for button in (self.install, self.switch, self.refresh, self.diagnose):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return holder

    def _on_switch_toggled(self, on: bool) -> None:
        before = self._info
        self._context.bridge.run(
            self._context.front.agents.set_enabled(self.name, on),
            owner=self,
            done=self._on_probed,
            error=lambda problem: self._refuse(before, problem),
        )

    def _on_probed(self, info: AgentInfo) -> None:
        self.show_info(info)
        self.changed.emit()

    def _on_diagnosed(self, text: str) -> None:
        self.open(True).show_diagnosis(text)
        self.changed.emit()

    def _refuse(self, before: AgentInfo, problem: UserFacingError) -> None:
        self.show_info(before)
        self.open(True).show_refusal(problem)
