"""The pool: which processes of agents run, what they hold, and how much may stay warm."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.agents import AgentChild
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.agents.wording import child_text, shares, warm_text
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.parts import words_of
from boocode_desktop.ui.settings.rows import clear, lay_out_again
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.agent_badge import AgentBadge, agent_sign
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.plain_tips import plain_tip

SETTINGS = ("agent_max_live", "agent_idle_minutes", "agent_memory_mb", "agent_sandbox")


class PoolCard(Card):
    """Follows `show_children`."""

    def __init__(self, context: Context, form: SettingsForm) -> None:
        super().__init__(context.theme, surface="bg1")
        self._context, self._theme, self._form = context, context.theme, form
        self._shown: tuple[AgentChild, ...] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 6)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(text_label("Pool", METRICS.h3, 600), 1)
        self._count = text_label("", METRICS.meta, tone="muted")
        self._count.setWordWrap(False)
        head.addWidget(self._count)
        column.addLayout(head)
        self._bar = WarmBar(context.theme)
        column.addWidget(self._bar)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        column.addLayout(self._rows)
        self._refusal = text_label("", METRICS.meta)
        self._refusal.hide()
        column.addWidget(self._refusal)
        column.addSpacing(2)
        form.fill(column, [form.table[key] for key in SETTINGS])
        form.changed.connect(self._on_form_changed)

    def show_children(self, children: Sequence[AgentChild]) -> None:
        """These processes run."""
        limit = self._form.value("agent_max_live")
        self._count.setText(warm_text(children, limit))
        self._bar.show_shares(shares(children), limit)
        if self._shown == tuple(children):
            return
        self._refusal.hide()
        self._shown = tuple(children)
        clear(self._rows)
        for child in children:
            row = ChildRow(self._theme, child)
            row.end_asked.connect(self._end)
            self._rows.addWidget(row)
        if not children:
            words = "No agent is running. The first turn starts one, and it stays warm for the next."
            self._rows.addWidget(text_label(words, METRICS.meta, tone="muted"))
        lay_out_again(self)

    def _end(self, pid: int) -> None:
        agents = self._context.front.agents
        self._context.bridge.run(
            agents.end_child(pid),
            owner=self,
            done=lambda _: self.show_children(agents.children()),
            error=self._on_refused,
            key=f"agents.end.{pid}",
        )

    def _on_refused(self, problem: UserFacingError) -> None:
        self._refusal.setText(words_of(problem))
        self._refusal.show()

    def _on_form_changed(self, key: str) -> None:
        if key in SETTINGS:
            self.show_children(self._shown or ())


class WarmBar(QWidget):
    """How much of the pool each agent takes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shares: Sequence[tuple[str, int]] = ()
        self._limit = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_shares(self, shares: Sequence[tuple[str, int]], limit: int) -> None:
        """Warm sessions of each agent, of so many."""
        self._shares, self._limit = shares, max(limit, sum(count for _, count in shares), 1)
        said = ", ".join(f"{agent} {count}" for agent, count in shares)
        self.setAccessibleName(f"Warm sessions: {said or 'none'}, of {limit}")
        self.setToolTip(plain_tip(said))
        self.update()

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(120, 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A track and a piece for each agent in its tone."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("bg4"))
            x = 0.0
            for agent, count in self._shares:
                width = self.width() * count / self._limit
                painter.fillRect(QRectF(x, 0, width - 1, self.height()), self._theme.color(agent_sign(agent)[1]))
                x += width


class ChildRow(QWidget):
    """A process.

    Signals:
        end_asked(int): its number; it should end.
    """

    end_asked = Signal(int)

    def __init__(self, theme: Theme, child: AgentChild) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(AgentBadge(theme, child.agent, size=22))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(ElidedLabel(theme, child.agent, font=ui_font(METRICS.meta, 600)))
        words = f"{child_text(child)} · {'sandboxed' if child.sandboxed else 'not sandboxed'}"
        texts.addWidget(ElidedLabel(theme, words, tone="tx2", font=ui_font(METRICS.caption)))
        row.addLayout(texts, 1)
        end = IconButton(theme, "circle-stop", f"End {child.agent}, pid {child.pid}", size=24, icon_size=14, tone="tx3")
        end.setEnabled(not child.busy)
        end.clicked.connect(lambda: self.end_asked.emit(child.pid))
        row.addWidget(end)
