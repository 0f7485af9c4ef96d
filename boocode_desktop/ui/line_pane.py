"""A dock that lists lines read from the program: read when shown, again when something happened, never while hidden."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QVBoxLayout, QWidget

from boocode_desktop.domain.events import AgentEvent, Envelope
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.widgets.line_list import Line, LineList

REFRESH_MS = 250


class LinePane(QWidget):
    """Subclasses read lines in `read` and say in `choose` what becomes of the chosen one."""

    name = ""
    empty = ""
    news: tuple[type[AgentEvent], ...] = ()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.setAccessibleName(self.name)
        self.list = LineList(context.theme, self.name, self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.addWidget(self.list)
        self._dock: QDockWidget | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self.list.chosen.connect(self.choose)
        context.selection.session_changed.connect(lambda _: self.refresh())
        context.selection.chat_changed.connect(lambda _: self.refresh())
        context.selection.projects_changed.connect(self.refresh)
        context.bridge.watch(self._on_envelopes, kinds=self.news)

    async def read(self) -> Sequence[Line]:
        """The lines as they are now."""
        raise NotImplementedError

    def choose(self, line_id: str) -> None:
        """A line was chosen."""
        raise NotImplementedError

    def concerns(self, envelope: Envelope) -> bool:
        """Whether an event changes what is listed."""
        return True

    def refresh(self) -> None:
        """Read again, when it can be seen."""
        key = f"lines.{type(self).__name__}"
        if self.seen and not self.context.bridge.run(self.read(), owner=self, done=self._show, key=key):
            self._timer.start()

    @property
    def seen(self) -> bool:
        """Whether it is on screen. A dock behind another tab is visible to Qt, only parked outside of the window."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what happened while it was hidden, or behind another tab."""
        super().showEvent(event)
        dock = self.parentWidget()
        if isinstance(dock, QDockWidget) and dock is not self._dock:
            self._dock = dock
            dock.visibilityChanged.connect(self._on_dock_visibility_changed)
        QTimer.singleShot(0, self, self.refresh)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The list takes the keyboard."""
        super().focusInEvent(event)
        self.list.setFocus(event.reason())

    def _show(self, lines: Sequence[Line]) -> None:
        self.list.show_lines(lines)

    def _on_dock_visibility_changed(self, visible: bool) -> None:
        if visible:
            QTimer.singleShot(0, self, self.refresh)

    def _on_envelopes(self, envelopes: Sequence[Envelope]) -> None:
        if self.seen and not self._timer.isActive() and any(self.concerns(e) for e in envelopes):
            self._timer.start()
