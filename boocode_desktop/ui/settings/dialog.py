"""The settings: pages on the left, one of them on the right; every change is kept at once."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.navigation import NAVIGATION_WIDTH, GroupButton
from boocode_desktop.ui.settings.pages import PageSpec, make_page, page_table
from boocode_desktop.ui.settings.search import results_page

_WIDTH = 1_400


class SettingsDialog(Dialog):
    """Pages are made when they are first shown."""

    def __init__(self, context: Context, window: QWidget, group: str = "") -> None:
        super().__init__(context.theme, window, "Settings", width=_WIDTH, tall=True)
        self._context = context
        self._form = SettingsForm(context, self)
        self._form.replaced.connect(self._on_settings_replaced)
        self._stack = QStackedWidget()
        self._pages: list[PageSpec] = []
        self._buttons = QButtonGroup(self)
        body = QHBoxLayout()
        body.setSpacing(24)
        self._navigation = QVBoxLayout()
        self._navigation.setSpacing(2)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search settings")
        self.search.setAccessibleName("Search settings")
        self.search.setFixedWidth(NAVIGATION_WIDTH)
        self.search.textChanged.connect(self._on_search_changed)
        self._navigation.addWidget(self.search)
        self._navigation.addSpacing(8)
        body.addLayout(self._navigation)
        body.addWidget(self._stack, 1)
        self.body.addLayout(body, 1)
        self.column.setStretchFactor(self.body, 1)
        for page in page_table():
            self._add_page(page)
        self._results = _area("Settings found")
        self._stack.addWidget(self._results)
        self._navigation.addStretch(1)
        self._buttons.idClicked.connect(lambda number: self.show_group(self.groups[number]))
        self.show_group(group or self.groups[0])

    @property
    def groups(self) -> list[str]:
        """The names of the pages."""
        return [page.name for page in self._pages]

    def show_group(self, group: str) -> None:
        """Turn to a page by its name, or to the one that holds a group of settings."""
        number = next(n for n, page in enumerate(self._pages) if group in (page.name, page.group))
        area = self._stack.widget(number)
        if isinstance(area, QScrollArea) and area.widget() is None:
            page = make_page(self._pages[number], self._context, self._form)
            area.setWidget(page)
            page.setAutoFillBackground(False)
        if self.search.text():
            self.search.blockSignals(True)
            self.search.clear()
            self.search.blockSignals(False)
        self._stack.setCurrentIndex(number)
        button = self._buttons.button(number)
        if button is not None:
            button.setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+F searches."""
        if event.matches(QKeySequence.StandardKey.Find):
            self.search.setFocus()
            self.search.selectAll()
        else:
            super().keyPressEvent(event)

    def first_focus(self) -> QWidget | None:
        """The chosen page."""
        return self._buttons.checkedButton()

    def _add_page(self, page: PageSpec) -> None:
        button = GroupButton(self._context.theme, page.name, page.icon)
        self._buttons.addButton(button, len(self._pages))
        self._navigation.addWidget(button)
        self._pages.append(page)
        self._stack.addWidget(_area(f"{page.name} page"))

    def _on_settings_replaced(self) -> None:
        # The page on screen asked for it, shows no setting, and says what came of it.
        for number in range(len(self._pages)):
            area = self._stack.widget(number)
            if area is self._stack.currentWidget() or not isinstance(area, QScrollArea):
                continue
            if (page := area.takeWidget()) is not None:
                page.hide()
                page.deleteLater()

    def _on_search_changed(self, text: str) -> None:
        if not text.strip():
            self.show_group(self.groups[max(self._buttons.checkedId(), 0)])
            return
        page = results_page(text, self._pages, self._context, self._form)
        page.page_asked.connect(self.show_group)
        self._results.setWidget(page)
        page.setAutoFillBackground(False)
        self._stack.setCurrentWidget(self._results)


def _area(name: str) -> QScrollArea:
    area = QScrollArea()
    area.setAccessibleName(name)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    return area
