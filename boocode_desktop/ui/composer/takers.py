"""The pickers of one chat: agent, model, mode, effort, and whether it may edit; kept in step with the chat's record."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.domain.records import Chat
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.ui.composer.choices import (
    access_choices,
    agent_choices,
    default_name,
    effort_choices,
    mode_choices,
    model_choices,
)
from boocode_desktop.ui.composer.memory import MemoryChip
from boocode_desktop.ui.composer.pickers import Picker
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.going_on import Going
from boocode_desktop.ui.theme.tokens import METRICS

NATIVE = "boocode"
_GAP = 2


class Takers(QWidget):
    """The row of pickers; beside the agent stands what it remembers.

    Signals:
        configured(Chat): the chat's record is this now.
    """

    configured = Signal(object)

    def __init__(self, context: Context, chat: Chat, memory: MemoryChip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._chat = context, chat
        self._models: Sequence[ModelInfo] = ()
        self._known: Sequence[ModelInfo] = ()
        self.memory = memory
        self.agent = Picker(context.theme, "Agent", "bot", self)
        self.model = Picker(context.theme, "Model", "cpu", self)
        self.mode = Picker(context.theme, "Mode", "sliders-horizontal", self)
        self.effort = Picker(context.theme, "Thinking effort", "brain", self)
        self.access = Picker(context.theme, "Access", "shield-check", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for widget in (self.agent, memory, self.model, self.mode, self.effort, self.access):
            row.addWidget(widget)
        row.addStretch(1)
        self.agent.opening.connect(self._offer)
        self.agent.offer_more(
            ("refresh-cw", "Look for agents again", self._look_again),
            ("settings", "Agents in the settings…", context.actions.action("program.settings").trigger),
        )
        self.agent.chosen.connect(lambda agent: self._configure(agent=agent, model="", effort="", mode=""))
        self.model.chosen.connect(lambda model: self._configure(model=model))
        self.mode.chosen.connect(lambda mode: self._configure(mode=mode))
        self.effort.chosen.connect(lambda effort: self._configure(effort=effort))
        self.access.chosen.connect(lambda access: self._configure(read_only=access == "read"))
        self._offer()
        self.refresh()

    @property
    def agent_name(self) -> str:
        """Who takes the next turn."""
        return self._chat.agent or self._context.setup.settings().default_agent

    @property
    def context_size(self) -> int:
        """How many tokens the chosen model takes, 0 if not known."""
        info = self._info()
        model = self._chat.model or (info.model if info else "")
        return next((m.context_size for m in self._known if m.id == model), 0)

    def refresh(self) -> None:
        """Ask again which models there are."""
        asking = Going(words="Asking which models there are", stop="at once")
        self._context.bridge.run(
            self._context.front.models.available(), owner=self, done=self._on_models_read, slow=asking
        )

    def show_chat(self, chat: Chat) -> None:
        """The chat's record is this now."""
        self._chat = chat
        self._offer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave labels out where the room ends."""
        super().resizeEvent(event)
        self.fit()

    def minimumSizeHint(self) -> QSize:
        """All icons."""
        return QSize(sum(p.compact_width + _GAP for p in self._pickers()), METRICS.composer_button)

    def fit(self) -> None:
        """Give the labels the room there is."""
        pickers = self._pickers()
        wanted = sum(p.full_width + _GAP for p in pickers)
        for picker in pickers:
            picker.set_compact(wanted > self.width())
            if wanted > self.width():
                wanted -= picker.full_width - picker.compact_width

    def _pickers(self) -> list[Picker | MemoryChip]:
        # In the order in which they give up their labels.
        order = (self.access, self.effort, self.mode, self.memory, self.agent, self.model)
        return [part for part in order if not part.isHidden()]

    def _configure(
        self,
        *,
        agent: str | None = None,
        model: str | None = None,
        effort: str | None = None,
        mode: str | None = None,
        read_only: bool | None = None,
    ) -> None:
        chats = self._context.front.chats
        self._context.bridge.run(
            chats.configure(self._chat.id, agent=agent, model=model, effort=effort, mode=mode, read_only=read_only),
            owner=self,
            done=self._on_configured,
            key=f"configure.{self._chat.id}",
        )

    def _agents(self) -> Sequence[AgentInfo]:
        known = self._context.front.agents.snapshot(scripted=True)
        return [a for a in known if not a.scripted or a.name == self.agent_name]

    def _info(self) -> AgentInfo | None:
        return next((a for a in self._agents() if a.name == self.agent_name), None)

    def _offer(self) -> None:
        chat, name, info = self._chat, self.agent_name, self._info()
        self._known = self._models if name == NATIVE or info is None else info.models
        self.agent.offer(agent_choices(self._agents(), name), name)
        default = info.model if info else ""
        if name == NATIVE:
            default = default_name(self._known, self._context.setup.settings().default_model)
        offered = model_choices(self._known, chat.model, default)
        self.model.offer(offered, chat.model)
        # An agent without a choice of models has none to show.
        self.model.setVisible(name == NATIVE or len(offered) > 1)
        modes = mode_choices(info, chat.mode)
        self.mode.offer(modes, chat.mode)
        self.mode.setVisible(bool(modes))
        efforts = effort_choices(self._known, chat.model, chat.effort, offered=info.efforts if info else ())
        self.effort.offer(efforts, chat.effort)
        self.effort.setVisible(len(efforts) > 1)
        self.access.offer(access_choices(), "read" if chat.read_only else "write")
        self.fit()

    def _look_again(self) -> None:
        refresh = self._context.front.agents.refresh()
        self._context.bridge.run(refresh, owner=self, done=lambda _: self._offer(), key="agents.refresh")

    def _on_models_read(self, models: Sequence[ModelInfo]) -> None:
        self._models = models
        self._offer()

    def _on_configured(self, chat: Chat) -> None:
        self.show_chat(chat)
        self.configured.emit(chat)
