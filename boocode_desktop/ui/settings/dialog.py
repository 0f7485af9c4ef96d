"""The settings: pages on the left, one of them on the right; every change is kept at once."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.navigation import GroupButton
from boocode_desktop.ui.settings.pages import PageSpec, make_page, page_table

_WIDTH = 1_400


class SettingsDialog(Dialog):
    """Pages are made when they are first shown."""

    def __init__(self, context: Context, window: QWidget, group: str = "") -> None:
        super().__init__(context.theme, window, "Settings", width=_WIDTH, tall=True)
        self._context = context
        self._form = SettingsForm(context, self)
        self._stack = QStackedWidget()
        self._pages: list[PageSpec] = []
        self._buttons = QButtonGroup(self)
        body = QHBoxLayout()
        body.setSpacing(24)
        self._navigation = QVBoxLayout()
        self._navigation.setSpacing(2)
        body.addLayout(self._navigation)
        body.addWidget(self._stack, 1)
        self.body.addLayout(body, 1)
        self.column.setStretchFactor(self.body, 1)
        for page in page_table():
            self._add_page(page)
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
        self._stack.setCurrentIndex(number)
        button = self._buttons.button(number)
        if button is not None:
            button.setChecked(True)

    def first_focus(self) -> QWidget | None:
        """The chosen page."""
        return self._buttons.checkedButton()

    def _add_page(self, page: PageSpec) -> None:
        button = GroupButton(self._context.theme, page.name, page.icon)
        self._buttons.addButton(button, len(self._pages))
        self._navigation.addWidget(button)
        self._pages.append(page)
        area = QScrollArea()
        area.setAccessibleName(f"{page.name} page")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        self._stack.addWidget(area)
