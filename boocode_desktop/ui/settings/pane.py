"""The settings: pages on the left, one of them on the right; every change is kept at once.

Where there is little room the list of pages folds into a menu above them.
"""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from boocode_desktop.ui.composer.pickers import Choice, Picker
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.settings.form import FormRow, SettingsForm
from boocode_desktop.ui.settings.navigation import NAVIGATION_WIDTH, GroupButton
from boocode_desktop.ui.settings.pages import make_page, page_table
from boocode_desktop.ui.settings.search import results_page

_FOLDS_BELOW = 640
NARROWEST = 360
_SEARCH_MS = 60
_AROUND = 80


class SettingsPane(QWidget):
    """Pages are made when they are first shown.

    Signals:
        left: Escape was pressed; the keys go back to where they were.
    """

    left = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._form = SettingsForm(context, self)
        self._pages = page_table()
        self._folded = False
        self._wanted: QWidget | None = None
        self.setObjectName("settings")
        self.setAccessibleName("Settings")
        self.setMinimumWidth(NARROWEST)
        self._buttons = QButtonGroup(self)
        self._side = self._navigation()
        self.picker = Picker(context.theme, "Page of the settings", "settings", self, framed=True)
        self.picker.offer([Choice(id=p.name, label=p.name, icon=p.icon) for p in self._pages], "")
        self.picker.chosen.connect(self.show_group)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search settings")
        self.search.setAccessibleName("Search settings")
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_SEARCH_MS)
        self._typing.timeout.connect(self.show_found)
        self.search.textChanged.connect(lambda _: self._typing.start())
        self._stack = QStackedWidget(self)
        for page in self._pages:
            self._stack.addWidget(_area(f"{page.name} page"))
        self._results = _area("Settings found")
        self._stack.addWidget(self._results)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 12, 6, 10)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(1, 1)
        self._lay_out()
        self.show_group(self.groups[0])

    @property
    def groups(self) -> list[str]:
        """The names of the pages."""
        return [page.name for page in self._pages]

    @property
    def page(self) -> QWidget | None:
        """What is on screen."""
        area = self._stack.currentWidget()
        return area.widget() if isinstance(area, QScrollArea) else None

    def show_group(self, group: str) -> None:
        """Turn to a page by its name, or to the one that holds a group of settings."""
        number = next((n for n, page in enumerate(self._pages) if group in (page.name, page.group)), 0)
        area = self._stack.widget(number)
        if isinstance(area, QScrollArea) and area.widget() is None:
            page = make_page(self._pages[number], self._context, self._form)
            area.setWidget(page)
            page.setAutoFillBackground(False)
        self._stop_searching()
        self._stack.setCurrentIndex(number)
        button = self._buttons.button(number)
        moves = QApplication.focusWidget() in self._buttons.buttons()
        button.setChecked(True)
        self.picker.select(self._pages[number].name)
        self._choose_proxy()
        if moves:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_wanted(self, wanted: str) -> None:
        """Turn to a page, or to the page of one setting, which gets the keys next."""
        spec = self._form.table.get(wanted)
        self.show_group(spec.group if spec is not None else wanted)
        rows = self.page.findChildren(FormRow) if self.page is not None and spec is not None else []
        self._wanted = next((row.control for row in rows if row.key == wanted), None)

    def take_keys(self) -> None:
        """Give the keys to the setting that was wanted, or to the list of pages."""
        control, self._wanted = self._wanted, None
        (control or self).setFocus(Qt.FocusReason.ShortcutFocusReason)
        area = self._stack.currentWidget()
        if control is not None and isinstance(area, QScrollArea):
            area.ensureWidgetVisible(control, 0, _AROUND)

    def show_found(self) -> None:
        """What fits the words in the search field."""
        self._typing.stop()
        text = self.search.text()
        if not text.strip():
            self.show_group(self.groups[max(self._buttons.checkedId(), 0)])
            return
        page = results_page(text, self._pages, self._context, self._form)
        page.page_asked.connect(self._on_page_asked)
        self._results.setWidget(page)
        page.setAutoFillBackground(False)
        self._stack.setCurrentWidget(self._results)

    def escape(self) -> None:
        """End a search, else leave."""
        if self.search.text():
            self.search.clear()
            self.show_found()
        else:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+F searches, Enter presses the button with the keys, Escape ends a search, then leaves."""
        focused = QApplication.focusWidget()
        if event.matches(QKeySequence.StandardKey.Find):
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.selectAll()
        elif event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list of pages beside them where there is room, else a menu above."""
        super().resizeEvent(event)
        if self._folded != (event.size().width() < _FOLDS_BELOW):
            self._folded = not self._folded
            self._lay_out()

    def _navigation(self) -> QWidget:
        side = QWidget(self)
        side.setFixedWidth(NAVIGATION_WIDTH + 10)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(2)
        for number, page in enumerate(self._pages):
            button = GroupButton(self._context.theme, page.name, page.icon)
            self._buttons.addButton(button, number)
            column.addWidget(button)
        column.addStretch(1)
        self._buttons.idToggled.connect(lambda number, on: self.show_group(self.groups[number]) if on else None)
        return side

    def _lay_out(self) -> None:
        """Put the parts where there is room for them."""
        had = QApplication.focusWidget()
        inside = had is self.picker or had in self._buttons.buttons()
        self._side.setHidden(self._folded)
        self.picker.setVisible(self._folded)
        for part in (self._side, self.picker, self.search, self._stack):
            self._grid.removeWidget(part)
        if self._folded:
            self.search.setMaximumWidth(16_777_215)
            self._grid.addWidget(self.picker, 0, 0)
            self._grid.addWidget(self.search, 0, 1)
            self._grid.addWidget(self._stack, 1, 0, 1, 2)
        else:
            self.search.setMaximumWidth(NAVIGATION_WIDTH)
            self._grid.addWidget(self.search, 0, 0)
            self._grid.addWidget(self._side, 1, 0)
            self._grid.addWidget(self._stack, 0, 1, 2, 1)
        self._choose_proxy()
        if inside:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_proxy(self) -> None:
        """Who gets the keys that are given to the pane: the chosen page in the list, or the menu of pages."""
        checked = self._buttons.checkedButton()
        self.setFocusProxy(self.picker if self._folded or checked is None else checked)

    def _stop_searching(self) -> None:
        self._typing.stop()
        if self.search.text():
            self.search.blockSignals(True)
            self.search.clear()
            self.search.blockSignals(False)

    def _on_page_asked(self, name: str) -> None:
        self.show_group(name)
        self.setFocus(Qt.FocusReason.OtherFocusReason)


def _area(name: str) -> QScrollArea:
    area = QScrollArea()
    area.setAccessibleName(name)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    return area
