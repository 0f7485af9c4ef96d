"""The page as a whole: the four choices on the left, the folder on the right, one below the other when narrow."""

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from boocode_desktop.domain.records import Project
from boocode_desktop.orchestrator.views import ProjectView, TrustItem
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.agents_card import AgentsCard
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.first_run.key_card import KeyCard
from boocode_desktop.ui.first_run.model_card import ModelCard
from boocode_desktop.ui.first_run.tour_card import TourCard
from boocode_desktop.ui.first_run.where import DropZone, RecentProjects, TrustCard
from boocode_desktop.ui.skeleton import paint_logo
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

_ROOMY, _WIDE, _MEDIUM, _SIDE, _SIDE_LEAST, _GAP = 1_360, 1_120, 880, 400, 300, 14
PROMISE = "Nothing is sent anywhere until you choose. A hosted model sees only what a chat sends to it."


class FirstRunPage(QScrollArea):
    """Shown while nothing is open.

    Signals:
        folder_given(Path): work in this folder.
        folder_asked: let the person choose a folder.
        project_chosen(str): a project opened before.
        agent_used(str): take this agent for new chats.
        agent_help_asked(str): say how an agent can be used.
        service_saved(str): a service was kept.
        engine_started(str): the local engine is ready.
        tour_asked: the tour.
    """

    folder_given = Signal(Path)
    folder_asked = Signal()
    project_chosen = Signal(str)
    agent_used = Signal(str)
    agent_help_asked = Signal(str)
    service_saved = Signal(str)
    engine_started = Signal(str)
    tour_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._looked = False
        self._arrangement = 0
        self._trust: TrustCard | None = None
        self.setAccessibleName("Welcome to BooCode")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.models, self.keys = ModelCard(context), KeyCard(context)
        self.agents, self.tour = AgentsCard(context), TourCard(context)
        self.drop = DropZone(context.theme, context.actions.keys("project.open"))
        self.recent = RecentProjects(context.theme)
        self._side = QWidget()
        self._side_column = QVBoxLayout(self._side)
        self._lay_out()
        self._connect()

    def ask_trust(self, project: Project, items: Sequence[TrustItem]) -> TrustCard:
        """Put the question beneath the folder; the one before goes."""
        self.forget_trust()
        self._trust = TrustCard(self._context, project, items)
        self._side_column.insertWidget(self._side_column.count() - 1, self._trust)
        return self._trust

    def forget_trust(self) -> None:
        """Take the question off."""
        if self._trust is not None:
            self._trust.hide()
            self._trust.deleteLater()
            self._trust = None

    def show_projects(self, overview: Sequence[ProjectView]) -> None:
        """List the projects opened before."""
        self.recent.show_projects(overview, time.time())

    def showEvent(self, event: QShowEvent) -> None:
        """Look for files and agents the first time."""
        super().showEvent(event)
        if not self._looked:
            self._looked = True
            self.models.look()
            self.agents.look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as there is room for."""
        super().resizeEvent(event)
        self._arrange(event.size().width())

    def _lay_out(self) -> None:
        holder = _Holder()
        self._column = column = QVBoxLayout(holder)
        column.setSpacing(20)
        column.addWidget(_Head(self._context.theme))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(_GAP)
        column.addLayout(self._grid)
        column.addWidget(_Promise(self._context.theme))
        column.addStretch(1)
        self._who = _Heading(self._context.theme, 1, "Choose who does the work", "you can change it at any turn")
        self._where = _Heading(self._context.theme, 2, "Choose where", "a copy per session")
        self._side_column.setSpacing(16)
        self._side_column.addWidget(self.drop)
        self._side_column.addWidget(self.recent)
        self._side_column.addStretch(1)
        self.setWidget(holder)
        holder.setAutoFillBackground(False)
        self._arrange(_WIDE)

    def _arrange(self, width: int) -> None:
        columns = 3 if width >= _WIDE else 2 if width >= _MEDIUM else 1
        margin = 40 if width >= _ROOMY else 24 if columns > 1 else 10
        self._column.setContentsMargins(margin, 30 if margin == 40 else 22, margin, 24)
        if columns == self._arrangement:
            return
        self._arrangement = columns
        cards = (self.models, self.keys, self.agents, self.tour)
        # Not takeAt(): the item it leaves behind in Python keeps the widget from telling its new one about new sizes.
        for widget in (self._who, *cards, self._where, self._side):
            self._grid.removeWidget(widget)
        across = min(columns, 2)
        self._grid.addWidget(self._who, 0, 0, 1, across)
        for number, card in enumerate(cards):
            self._grid.addWidget(card, 1 + number // across, number % across)
        for number in range(3):
            self._grid.setColumnStretch(number, 1 if number < across else 0)
        self._side.setMaximumWidth(_SIDE if columns == 3 else 16_777_215)
        self._side.setMinimumWidth(_SIDE_LEAST if columns == 3 else 0)
        self._side_column.setContentsMargins(18 if columns == 3 else 0, 0, 0, 0)
        self._where.layout_beside(beside=columns == 3)
        if columns == 3:
            self._grid.setColumnMinimumWidth(2, _SIDE_LEAST)
            self._grid.addWidget(self._where, 0, 2)
            self._grid.addWidget(self._side, 1, 2, 2, 1)
        else:
            self._grid.setColumnMinimumWidth(2, 0)
            self._grid.addWidget(self._where, 5, 0, 1, across)
            self._grid.addWidget(self._side, 6, 0, 1, across)

    def _connect(self) -> None:
        self.drop.folder_given.connect(self.folder_given)
        self.drop.asked.connect(self.folder_asked)
        self.recent.chosen.connect(self.project_chosen)
        self.agents.used.connect(self.agent_used)
        self.agents.help_asked.connect(self.agent_help_asked)
        self.keys.saved.connect(self.service_saved)
        self.models.started.connect(self.engine_started)
        self.tour.started.connect(self.tour_asked)


class _Holder(QWidget):
    """The page inside its scroll area, which knows nothing of texts that wrap: it is kept high enough by hand."""

    def event(self, event: QEvent) -> bool:
        """Another width or another text needs another height."""
        handled = super().event(event)
        layout = self.layout()
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and layout is not None:
            wanted = layout.totalHeightForWidth(self.width())
            if wanted != self.minimumHeight():
                self.setMinimumHeight(wanted)
        return handled


class _Head(QWidget):
    """The logo and what this is, in one sentence."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(72, 2, 0, 2)
        column.setSpacing(3)
        column.addWidget(text_label("Welcome to BooCode", METRICS.h1, 600))
        sentence = (
            "Coding agents work on a copy of your repository. You read every change before it reaches your folder."
        )
        column.addWidget(text_label(sentence, METRICS.body, tone="muted"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The logo."""
        with QPainter(self) as painter:
            paint_logo(painter, self._theme, QRectF(0, self.height() / 2 - 26, 52, 52))


class _Heading(QWidget):
    """A numbered step."""

    def __init__(self, theme: Theme, number: int, title: str, detail: str) -> None:
        super().__init__()
        self._theme, self._number = theme, number
        self.setFixedHeight(26)
        self._left = 0
        self._row = row = QHBoxLayout(self)
        row.setSpacing(10)
        self.layout_beside(beside=False)
        heading = text_label(title, 15, 600)
        heading.setWordWrap(False)
        row.addWidget(heading)
        row.addWidget(text_label(detail, METRICS.ui, tone="muted"), 1)

    def layout_beside(self, *, beside: bool) -> None:
        """Leave a wider gap on the left when another column stands there."""
        self._left = 18 if beside else 0
        self._row.setContentsMargins(32 + self._left, 0, 0, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The number in its circle."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            circle = QRectF(self._left, self.height() / 2 - 11, 22, 22)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("bg3"))
            painter.drawEllipse(circle)
            painter.setPen(self._theme.color("tx1"))
            painter.setFont(ui_font(METRICS.meta, 600))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._number))


class _Promise(QWidget):
    """What never happens by itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 6, 0, 6)
        row.addWidget(text_label(PROMISE, METRICS.ui, tone="muted"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A lock."""
        with QPainter(self) as painter:
            icon = self._theme.pixmap("lock", "tx2", 15, self.devicePixelRatioF())
            painter.drawPixmap(0, round(self.height() / 2 - 8), icon)
