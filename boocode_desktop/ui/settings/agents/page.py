"""The agents page: what is wrong with agents.toml, the list, and beside it the pool and the catalogue."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.sheet import IconTile
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.agents import parts
from boocode_desktop.ui.settings.agents.adding import AddCard
from boocode_desktop.ui.settings.agents.pool_card import PoolCard
from boocode_desktop.ui.settings.agents.row import AgentRow
from boocode_desktop.ui.settings.agents.wording import usable
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.parts import PAGE_MARGINS
from boocode_desktop.ui.settings.rows import lay_out_again
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.labels import ElidedLabel

_WIDE, _ROOMY, _SIDE, _LOOK_MS = 1_000, 740, 324, 2_000
_TIGHT, _SLIM = 560, 440


class AgentsPage(QWidget):
    """Looks at processes while it is on screen."""

    def __init__(self, context: Context, form: SettingsForm) -> None:
        super().__init__()
        self._context = context
        self.rows: dict[str, AgentRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(*PAGE_MARGINS)
        self._column.setSpacing(12)
        self._column.addLayout(self._head())
        self._problems = _Problems(context)
        self._column.addWidget(self._problems)
        self._report = _Report(context)
        self._column.addWidget(self._report)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(16)
        self._column.addLayout(self._body)
        self._column.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(0)
        self._list = Card(context.theme, surface="bg1")
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(1, 1, 1, 1)
        self._rows.setSpacing(0)
        self._titles = _Titles(context)
        self._rows.addWidget(self._titles)
        left.addWidget(self._list)
        left.addStretch(1)
        self._body.addLayout(left, 1)
        self._side = _Side(context, form)
        self._side.made.connect(self._on_side_made)
        self._body.addWidget(self._side)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look_at_processes)
        self.show_agents(context.front.agents.snapshot())

    @property
    def pool(self) -> PoolCard:
        """The pool, made now if it was not."""
        return self._side.make()[0]

    @property
    def adding(self) -> AddCard:
        """Adding agents, made now if it was not."""
        return self._side.make()[1]

    def look(self) -> None:
        """Look again which agents are installed; starts none."""
        agents = self._context.front.agents
        self._context.bridge.run(agents.refresh(), owner=self, done=self.show_agents, key="agents.refresh")

    def refresh_all(self) -> None:
        """Look again, and ask each one what it can do, one after the other."""
        asked = [row for row in self.rows.values() if row.refresh.isEnabled()]
        started = self._context.bridge.run(
            self._probes([row.name for row in asked]), owner=self, done=self.show_agents, key="agents.probe_all"
        )
        for row in asked if started else ():
            row.show_asking()

    def diagnose_all(self) -> None:
        """Everything about every agent as one text."""
        names = [a.name for a in self._context.front.agents.snapshot() if usable(a) and a.protocol != "native"]
        self._report.begin(len(names))
        self._context.bridge.run(self._diagnoses(names), owner=self, done=self._on_diagnosed, key="agents.diagnose_all")

    def show_agents(self, infos: Sequence[AgentInfo]) -> None:
        """These agents there are."""
        known = {info.name: info for info in infos if not info.scripted}
        for name in [name for name in self.rows if name not in known]:
            row = self.rows.pop(name)
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        for name, info in known.items():
            if name in self.rows:
                self.rows[name].show_info(info)
            else:
                self._add_row(info)
        self._problems.say(self._context.front.agents.problems)
        if self._side.cards:
            self.adding.show_catalogue(self._context.front.agents.catalogue())
        self._look_at_processes()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at processes from now on, and for agents that came meanwhile."""
        super().showEvent(event)
        self._timer.start()
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees them."""
        self._timer.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The pool beside the list where there is room, else below it."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        ways = QBoxLayout.Direction
        self._body.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
        self._side.setMinimumWidth(_SIDE if wide else 0)
        self._side.setMaximumWidth(_SIDE if wide else self.maximumWidth())
        narrow = (self.width() - (_SIDE + 16 if wide else 0)) < _ROOMY
        tight, slim = self.width() < _TIGHT, self.width() < _SLIM
        self._top.setDirection(ways.TopToBottom if tight else ways.LeftToRight)
        self._titles.set_narrow(narrow)
        self._titles.set_tight(tight)
        self._titles.set_slim(slim)
        for row in self.rows.values():
            row.set_narrow(narrow)
            row.set_tight(tight)
            row.set_slim(slim)
        if self._side.cards:
            lay_out_again(self.adding.form)
            lay_out_again(self.pool)

    def _head(self) -> QBoxLayout:
        head = self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(text_label("Agents", METRICS.h2, 600))
        words = "Who can take a turn. One process per agent serves many chats and stays warm."
        texts.addWidget(text_label(words, METRICS.ui, tone="muted"))
        head.addLayout(texts, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for text, icon, act in (
            ("Refresh all", "refresh-cw", self.refresh_all),
            ("Diagnose all", "stethoscope", self.diagnose_all),
        ):
            button = Button(self._context.theme, text, "sec", icon=icon)
            button.clicked.connect(act)
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        buttons.addStretch(1)
        head.addLayout(buttons)
        return head

    def _add_row(self, info: AgentInfo) -> None:
        row = AgentRow(self._context, info)
        row.changed.connect(self._on_row_changed)
        row.set_narrow(self._titles.narrow)
        row.set_tight(self._titles.tight)
        row.set_slim(self._titles.slim)
        self.rows[info.name] = row
        self._rows.addWidget(row)

    def _look_at_processes(self) -> None:
        children = self._context.front.agents.children()
        if self._side.cards:
            self.pool.show_children(children)
        for row in self.rows.values():
            row.show_children(children)

    def _on_side_made(self) -> None:
        self.adding.added.connect(self._on_added)
        self.adding.changed.connect(self.look)
        self.show_agents(self._context.front.agents.snapshot())

    def _on_row_changed(self) -> None:
        self.show_agents(self._context.front.agents.snapshot())

    def _on_added(self, name: str) -> None:
        self._on_row_changed()
        if name in self.rows:
            self.rows[name].probe()

    def _on_diagnosed(self, text: str) -> None:
        self._report.finish(text)
        self._on_row_changed()

    async def _probes(self, names: Sequence[str]) -> Sequence[AgentInfo]:
        agents = self._context.front.agents
        await agents.refresh()
        for name in names:
            info = await agents.probe(name, force=True)
            if name in self.rows:
                self.rows[name].show_info(info)
        return agents.snapshot()

    async def _diagnoses(self, names: Sequence[str]) -> str:
        return "\n\n".join([await self._context.front.agents.diagnose(name) for name in names])


class _Side(QWidget):
    """The pool and what can be added; made a moment after the list, because both together would be felt.

    Signals:
        made: they are there now.
    """

    made = Signal()

    def __init__(self, context: Context, form: SettingsForm) -> None:
        super().__init__()
        self._context, self._form = context, form
        self.cards: tuple[PoolCard, AddCard] | tuple[()] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addStretch(1)
        QTimer.singleShot(0, self, self.make)

    def make(self) -> tuple[PoolCard, AddCard]:
        """Both cards."""
        if not self.cards:
            pool, adding = PoolCard(self._context, self._form), AddCard(self._context)
            self.cards = (pool, adding)
            self._column.insertWidget(0, pool)
            self._column.insertWidget(1, adding)
            self.made.emit()
            return pool, adding
        return self.cards


class _Titles(QWidget):
    """What the columns are."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        theme = context.theme
        self.narrow = self.tight = self.slim = False
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 14, 9)
        row.setSpacing(10)
        titles = [
            ElidedLabel(theme, text, tone="tx2", font=ui_font(METRICS.meta, 500))
            for text in ("Agent", "State", "Sandbox", "Warm", "Memory", "")
        ]
        row.addWidget(titles[0], 1)
        widths = (parts.STATE_WIDTH, parts.SANDBOX_WIDTH, parts.WARM_WIDTH, parts.MEMORY_WIDTH, parts.SWITCHES_WIDTH)
        for title, width in zip(titles[1:], widths, strict=True):
            title.setFixedWidth(width)
            row.addWidget(title)
        self._figures, self._sandbox, self._state = titles[3:5], titles[2], titles[1]

    def set_tight(self, tight: bool) -> None:
        """Leave the sandbox to the details."""
        self.tight = tight
        self._sandbox.setHidden(tight)

    def set_slim(self, slim: bool) -> None:
        """Say the state below the name."""
        self.slim = slim
        self._state.setHidden(slim)

    def set_narrow(self, narrow: bool) -> None:
        """Leave the figures out."""
        self.narrow = narrow
        for title in self._figures:
            title.setVisible(not narrow)


class _Problems(Card):
    """What is wrong with the file; hidden while nothing is."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, tone="warn", surface="bg2")
        self._setup = context.setup
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(IconTile(context.theme, "triangle-alert", "warn"), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        self._what = text_label("", METRICS.ui, 500)
        texts.addWidget(self._what)
        kept = "All other agents work; the file was not touched."
        texts.addWidget(text_label(kept, METRICS.meta, tone="muted"))
        row.addLayout(texts, 1)
        button = Button(context.theme, "Open the file", "sec")
        button.setAccessibleName("Open agents.toml")
        button.clicked.connect(self._on_open_clicked)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def say(self, problems: Sequence[str]) -> None:
        """These are the mistakes."""
        self._what.setText("\n".join(problems))
        self.setAccessibleName("\n".join(problems))
        self.setVisible(bool(problems))

    def _on_open_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._setup.agents_file())))


class _Report(Card):
    """The diagnosis of all agents; hidden until it is asked for."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, surface="bg1")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        self.text = QPlainTextEdit()
        head = QHBoxLayout()
        self._title = text_label("", METRICS.ui, 500)
        head.addWidget(self._title, 1)
        self.copy = Button(context.theme, "Copy", "flat", icon="copy", height=METRICS.row_button)
        self.copy.setAccessibleName("Copy the diagnosis of all agents")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        head.addWidget(self.copy)
        column.addLayout(head)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Diagnosis of all agents")
        self.text.setFont(code_font(METRICS.caption))
        self.text.setFixedHeight(220)
        column.addWidget(self.text)
        self.hide()

    def begin(self, count: int) -> None:
        """So many are being looked into."""
        self._title.setText(f"Diagnosing {count} agents, one after the other…")
        self.text.clear()
        self.copy.setEnabled(False)
        self.show()

    def finish(self, text: str) -> None:
        """What was found."""
        self._title.setText("Diagnosis of all agents")
        self.text.setPlainText(text or "No agent is installed.")
        self.copy.setEnabled(True)
