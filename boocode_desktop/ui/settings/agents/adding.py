"""Adding an agent: one of the catalogue by its name, or any command that speaks the Agent Client Protocol."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from boocode_desktop.content.fuzzy import prepare, rank
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.agents import CatalogueAgent
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.agents.command_form import AgentCommandForm
from boocode_desktop.ui.settings.agents.install_box import InstallBox
from boocode_desktop.ui.settings.rows import clear, lay_out_again
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.agent_badge import AgentBadge
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.labels import ElidedLabel


def matching(catalogue: Sequence[CatalogueAgent], query: str) -> list[CatalogueAgent]:
    """Agents that are not there yet, by how well they fit what was typed."""
    left = [agent for agent in catalogue if not agent.added]
    if not query.strip():
        return left
    candidates = [prepare(f"{agent.name} {agent.label} {agent.description}") for agent in left]
    return [left[number] for number, _ in rank(query.strip(), candidates)]


class AddCard(Card):
    """The catalogue, and the form for any command.

    Signals:
        added(str): an agent of this name is there now.
        changed: something was installed.
    """

    added = Signal(str)
    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, surface="bg1")
        self._context = context
        self._catalogue: Sequence[CatalogueAgent] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(text_label("Add an agent", METRICS.h3, 600))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search the catalogue")
        self.search.setAccessibleName("Search the catalogue of agents")
        self.search.textChanged.connect(lambda _: self._fill())
        column.addWidget(self.search)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column.addLayout(self._rows)
        self._none = text_label("", METRICS.meta, tone="muted")
        column.addWidget(self._none)
        column.addSpacing(4)
        column.addWidget(text_label("Any other agent", METRICS.ui, 600))
        words = "A command that speaks the Agent Client Protocol on its standard streams."
        column.addWidget(text_label(words, METRICS.meta, tone="muted"))
        self.form = AgentCommandForm(context)
        self.form.added.connect(self.added)
        column.addWidget(self.form)

    def show_catalogue(self, catalogue: Sequence[CatalogueAgent]) -> None:
        """These can be added."""
        if tuple(catalogue) != tuple(self._catalogue) or not self._rows.count():
            self._catalogue = tuple(catalogue)
            self._fill()

    def _fill(self) -> None:
        clear(self._rows)
        found = matching(self._catalogue, self.search.text())
        for agent in found:
            row = CatalogueRow(self._context, agent)
            row.added.connect(self.added)
            row.changed.connect(self.changed)
            self._rows.addWidget(row)
        query = self.search.text().strip()
        self._none.setText(f"Nothing in the catalogue fits “{query}”." if query else "All of the catalogue is there.")
        self._none.setVisible(not found)
        lay_out_again(self)


class CatalogueRow(QWidget):
    """One of the catalogue.

    Signals:
        added(str): it is among the agents now.
        changed: it was installed.
    """

    added = Signal(str)
    changed = Signal()

    def __init__(self, context: Context, agent: CatalogueAgent) -> None:
        super().__init__()
        self._context, self._agent = context, agent
        theme = context.theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 9, 0, 9)
        self._column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(AgentBadge(theme, agent.name, size=28))
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(ElidedLabel(theme, agent.label, font=ui_font(METRICS.ui, 600)))
        about = "installed" if agent.installed else f"needs {agent.needs}" if agent.needs else "not installed"
        detail = f"{about} · {agent.description}"
        texts.addWidget(ElidedLabel(theme, detail, tone="tx2", font=ui_font(METRICS.meta)))
        row.addLayout(texts, 1)
        self._box: InstallBox | None = None
        if agent.install and not agent.installed:
            show = Button(theme, "Show", "flat", height=METRICS.row_button)
            show.setAccessibleName(f"Show how to install {agent.label}")
            show.clicked.connect(self._on_show_clicked)
            row.addWidget(show)
        add = Button(theme, "Add", "sec", height=METRICS.row_button)
        add.setAccessibleName(f"Add {agent.label}")
        add.clicked.connect(self._on_add_clicked)
        row.addWidget(add)
        self._column.addLayout(row)
        self._problem = text_label("", METRICS.meta)
        self._problem.hide()
        self._column.addWidget(self._problem)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rule above."""
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, self._context.theme.color("line0"))

    def _on_show_clicked(self) -> None:
        if self._box is None:
            agent = self._agent
            self._box = InstallBox(self._context, agent.name, agent.label, agent.install)
            self._box.installed.connect(self.changed)
            self._column.addWidget(self._box)
        else:
            self._box.setVisible(self._box.isHidden())

    def _on_add_clicked(self) -> None:
        self._problem.hide()
        self._context.bridge.run(
            self._context.front.agents.add(self._agent.name),
            owner=self,
            done=lambda info: self.added.emit(info.name),
            error=self._on_refused,
            key=f"agents.add.{self._agent.name}",
        )

    def _on_refused(self, problem: UserFacingError) -> None:
        self._problem.setText(" ".join(text for text in (problem.message, problem.hint) if text))
        self._problem.show()
