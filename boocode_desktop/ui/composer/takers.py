"""The pickers of one chat: agent, model, effort, and whether it may edit; kept in step with the chat's record."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.domain.records import Chat
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.ui.composer.pickers import Choice, Picker
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.theme.tokens import METRICS

NATIVE = "boocode"
_GAP = 2
_DEFAULT_MODEL = Choice(id="", label="Default model", icon="cpu")
_DEFAULT_EFFORT = Choice(id="", label="Default effort", icon="brain")


def agent_choices(agents: Sequence[AgentInfo], current: str) -> list[Choice]:
    """Agents that can take a turn first; the others are shown with the reason."""
    known = [
        Choice(
            id=a.name,
            label=a.label or a.name,
            note="" if a.state == "ready" else a.detail or a.state,
            icon=a.icon,
            enabled=a.state in ("ready", "loading"),
        )
        for a in sorted(agents, key=lambda a: a.state not in ("ready", "loading"))
    ]
    return known if any(c.id == current for c in known) else [*known, Choice(id=current, label=current)]


def model_choices(models: Sequence[ModelInfo], current: str) -> list[Choice]:
    """The default first, then every model with its provider."""
    known = [_DEFAULT_MODEL, *(Choice(id=m.id, label=m.name or m.id, note=m.provider) for m in models)]
    return known if any(c.id == current for c in known) else [*known, Choice(id=current, label=current)]


def effort_choices(models: Sequence[ModelInfo], model: str, current: str) -> list[Choice]:
    """The efforts a model knows; only the default where it knows none."""
    efforts = next((m.efforts for m in models if m.id == model), ())
    if not model:
        efforts = tuple(dict.fromkeys(e for m in models for e in m.efforts))
    known = [_DEFAULT_EFFORT, *(Choice(id=e, label=e.capitalize()) for e in efforts)]
    return known if any(c.id == current for c in known) else [*known, Choice(id=current, label=current.capitalize())]


class Takers(QWidget):
    """The row of pickers.

    Signals:
        read_only_asked: a read-only chat is wanted (a chat keeps what it may do, so it is a new one).
    """

    read_only_asked = Signal()

    def __init__(self, context: Context, chat: Chat, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._chat = context, chat
        self._models: Sequence[ModelInfo] = ()
        self.agent = Picker(context.theme, "Agent", "bot", self)
        self.model = Picker(context.theme, "Model", "cpu", self)
        self.effort = Picker(context.theme, "Thinking effort", "brain", self)
        self.access = Picker(context.theme, "Access", "shield-check", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for picker in (self.agent, self.model, self.effort, self.access):
            row.addWidget(picker)
        row.addStretch(1)
        self.agent.opening.connect(self._offer)
        self.agent.chosen.connect(lambda agent: self._configure(agent=agent, model="", effort=""))
        self.model.chosen.connect(lambda model: self._configure(model=model))
        self.effort.chosen.connect(lambda effort: self._configure(effort=effort))
        self.access.chosen.connect(self._on_access_chosen)
        self._offer()
        self.refresh()

    def refresh(self) -> None:
        """Ask again which models there are."""
        self._context.bridge.run(self._context.front.models.available(), owner=self, done=self._on_models_read)

    def show_chat(self, chat: Chat) -> None:
        """The chat's record is this now."""
        self._chat = chat
        self._offer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave labels out where the room ends."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """All icons."""
        return QSize(sum(p.compact_width + _GAP for p in self._pickers()), METRICS.composer_button)

    def _pickers(self) -> list[Picker]:
        # In the order in which they give up their labels.
        return [p for p in (self.access, self.effort, self.agent, self.model) if not p.isHidden()]

    def _fit(self) -> None:
        pickers = self._pickers()
        wanted = sum(p.full_width + _GAP for p in pickers)
        for picker in pickers:
            picker.set_compact(wanted > self.width())
            if wanted > self.width():
                wanted -= picker.full_width - picker.compact_width

    def _configure(self, *, agent: str | None = None, model: str | None = None, effort: str | None = None) -> None:
        chats = self._context.front.chats
        self._context.bridge.run(
            chats.configure(self._chat.id, agent=agent, model=model, effort=effort),
            owner=self,
            done=self.show_chat,
            key=f"configure.{self._chat.id}",
        )

    def _offer(self) -> None:
        chat = self._chat
        name = chat.agent or self._context.setup.settings().default_agent
        known = self._context.front.agents.snapshot(scripted=True)
        agents = [a for a in known if not a.scripted or a.name == name]
        info = next((a for a in agents if a.name == name), None)
        models = self._models if name == NATIVE or info is None else info.models
        self.agent.offer(agent_choices(agents, name), name)
        offered = model_choices(models, chat.model)
        self.model.offer(offered, chat.model)
        # An agent without a choice of models has none to show.
        self.model.setVisible(name == NATIVE or len(offered) > 1)
        efforts = effort_choices(models, chat.model, chat.effort)
        self.effort.offer(efforts, chat.effort)
        self.effort.setVisible(len(efforts) > 1)
        access = [
            Choice(id="write", label="Edits the copy", icon="shield-check", enabled=not chat.read_only),
            Choice(id="read", label="Read-only", note="" if chat.read_only else "in a new chat", icon="eye"),
        ]
        self.access.offer(access, "read" if chat.read_only else "write")
        self._fit()

    def _on_models_read(self, models: Sequence[ModelInfo]) -> None:
        self._models = models
        self._offer()

    def _on_access_chosen(self, access: str) -> None:
        if access == "read":
            self.read_only_asked.emit()
