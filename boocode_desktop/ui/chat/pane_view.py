"""One pane of the chat area: a row of tabs with its buttons, and below it the chosen chat or the session's history."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from boocode_desktop.ui.chat.arrangement import PaneTabs
from boocode_desktop.ui.chat.drop_mark import DropMark
from boocode_desktop.ui.chat.history import History
from boocode_desktop.ui.chat.tab_bar import TAB_ROW, ChatTabs
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.widgets.buttons import IconButton

NEW_PANE_MENU = (
    "pane.split",
    "chat.fork_beside",
    "",
    "pane.new_code",
    "pane.new_ask",
    "terminal.new",
    "",
    "pane.new",
)
# A chat needs that much for its composer's row of buttons.
_NARROWEST = 340


class PaneView(QWidget):
    """Shows what one `PaneTabs` says. Its tabs are `tabs`, its contents stand in `pages`.

    Signals:
        chat_chosen(str): a tab was chosen.
        reordered(list): the tabs stand in this order now.
        close_asked: the pane should go.
    """

    chat_chosen = Signal(str)
    reordered = Signal(list)
    close_asked = Signal()

    def __init__(self, context: Context, number: int) -> None:
        super().__init__()
        self._context = context
        self.setMinimumWidth(_NARROWEST)
        self.tabs = ChatTabs(context.theme, self)
        self.pages = QStackedWidget()
        self.history = History(context.theme, context.actions)
        self.pages.addWidget(self.history)
        self.reveal = self._button("panel-left", "Show the sidebar", "view.sidebar")
        self._new = self._button("plus", "New chat", "chat.new")
        self._more = self._button("columns-2", "Panes", "")
        self._ends = (
            self._button("panel-bottom", "Show or hide changes", "view.changes"),
            self._button("panel-right", "Show or hide traces", "view.traces"),
        )
        self._close = IconButton(context.theme, "x", "Close pane", tone="tx2")
        self._mark: DropMark | None = None
        self._lay_out()
        self.set_place(number, 1, active=True)
        self.tabs.currentChanged.connect(self._on_tabs_current_changed)
        self.tabs.reordered.connect(lambda: self.reordered.emit(self.tabs.ids()))
        self.tabs.carried.connect(self._on_tabs_carried)
        self._more.clicked.connect(self._open_menu)
        self._close.clicked.connect(self.close_asked)
        context.theme.changed.connect(self.update)

    def set_place(self, number: int, count: int, *, active: bool) -> None:
        """This is pane `number` (from 1) of `count`; names tell them apart."""
        which = f" in pane {number}" if count > 1 else ""
        self.setAccessibleName(f"Pane {number} of {count}" if count > 1 else "Chats")
        self.tabs.setAccessibleName(f"Chats{which}")
        self._new.setAccessibleName(f"New chat{which}")
        self._more.setAccessibleName(f"Panes, menu of pane {number}" if count > 1 else "Panes")
        self._close.set_name(f"Close pane {number}")
        self._close.setToolTip(self._context.actions.tip("pane.close"))
        self._close.setVisible(count > 1)
        for button in self._ends:
            button.setVisible(number == count)
        self.tabs.set_active(active)

    def show_tabs(self, pane: PaneTabs, titles: Sequence[tuple[str, str, int, str]], *, closable: bool) -> None:
        """Show these tabs, each a chat's id, title, number and icon."""
        blocked = self.tabs.blockSignals(True)
        if self.tabs.ids() != list(pane.chats) or self.tabs.closable != closable:
            while self.tabs.count():
                self.tabs.removeTab(0)
            for chat_id, title, number, icon in titles:
                self.tabs.add(chat_id, title, number=number, icon=icon, closable=closable)
            self.tabs.closable = closable
        for index, (_id, title, _number, _icon) in enumerate(titles):
            self.tabs.set_title(index, title)
        if pane.front in pane.chats:
            self.tabs.setCurrentIndex(pane.chats.index(pane.front))
        self.tabs.setVisible(bool(pane.chats))
        self.tabs.blockSignals(blocked)

    def show_page(self, page: QWidget | None) -> None:
        """Show a chat (or the welcome page), None for the history."""
        shown = page or self.history
        self.hold(shown)
        self.pages.setCurrentWidget(shown)

    def hold(self, page: QWidget) -> None:
        """Take a page in, from another pane if it stood there."""
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The tab row's surface and its rule."""
        theme = self._context.theme
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.color("bg0"))
            painter.fillRect(0, 0, self.width(), TAB_ROW, theme.color("bg1"))
            painter.fillRect(0, TAB_ROW - 1, self.width(), 1, theme.color("line0"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(2)
        row.addWidget(self.reveal)
        row.addWidget(self.tabs)
        row.addWidget(self._new)
        row.addStretch(1)
        for button in (self._more, *self._ends, self._close):
            row.addWidget(button)
        self.reveal.hide()
        column.addLayout(row)
        column.addWidget(self.pages, 1)

    def _button(self, icon: str, name: str, action_id: str) -> IconButton:
        actions = self._context.actions
        button = IconButton(self._context.theme, icon, name, tone="tx2")
        if action_id:
            button.setToolTip(actions.tip(action_id))
            button.clicked.connect(actions.action(action_id).trigger)
        return button

    def _open_menu(self) -> None:
        menu = self._context.actions.menu(self, *NEW_PANE_MENU)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height() + 2)))

    def _on_tabs_current_changed(self, index: int) -> None:
        if index >= 0:
            self.chat_chosen.emit(str(self.tabs.tabData(index)))

    def _on_tabs_carried(self, chat_id: str, at: QPoint) -> None:
        if self._mark is None and chat_id:
            self._mark = DropMark(self._context.theme, self.window(), self._panes)
            self.destroyed.connect(self._mark.deleteLater)
        if self._mark is not None:
            self._mark.follow(chat_id, at)

    def _panes(self) -> Sequence[QWidget]:
        return [pane for pane in self.window().findChildren(PaneView) if pane.isVisible()]
