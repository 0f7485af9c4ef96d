"""The dialog: groups on the left, rows on the right; every change is kept at once."""

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from boocode_desktop.config.settings import Settings, SettingSpec, settings_table
from boocode_desktop.ui.composer.pickers import Choice
from boocode_desktop.ui.composer.takers import agent_choices
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.controls import control_for, picker_for
from boocode_desktop.ui.settings.services import ServicesPage
from boocode_desktop.ui.settings.values import value_of, with_value
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

_HEIGHT = 460
SERVICES = "Services and keys"
_ICONS = {
    "Agents": "bot",
    "Models": "cpu",
    "Appearance": "palette",
    "Local engine": "hard-drive",
    SERVICES: "key-round",
}


class GroupButton(QAbstractButton):
    """One entry of the list on the left."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__()
        self._theme = theme
        self.setText(text)
        self.setAccessibleName(f"{text} settings")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A row."""
        return QSize(168, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface when chosen, icon, text."""
        theme, rect = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg3") if self.isChecked() or self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, METRICS.radius_button, METRICS.radius_button)
            tone = "accent" if self.isChecked() else "tx2"
            icon = theme.pixmap(_ICONS.get(self.text(), "settings-2"), tone, 16, self.devicePixelRatioF())
            painter.drawPixmap(10, round(rect.center().y() - 8), icon)
            painter.setFont(ui_font(METRICS.ui, 600 if self.isChecked() else 400))
            painter.setPen(theme.color("tx1" if self.isChecked() else "tx2"))
            painter.drawText(rect.adjusted(36, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class SettingsDialog(Dialog):
    """Made from `settings_table()`; agents and models are offered from what there is."""

    def __init__(self, context: Context, window: QWidget, group: str = "") -> None:
        super().__init__(context.theme, window, "Settings", width=820)
        self._context = context
        self._pages = QStackedWidget()
        self._groups: list[str] = []
        self._buttons = QButtonGroup(self)
        self._models: list[Choice] = [Choice(id="", label="The first there is")]
        body = QHBoxLayout()
        body.setSpacing(20)
        self._nav = QVBoxLayout()
        self._nav.setSpacing(2)
        body.addLayout(self._nav)
        body.addWidget(self._pages, 1)
        self.body.addLayout(body)
        self._pages.setFixedHeight(_HEIGHT)
        self._table = settings_table()
        for name in (*dict.fromkeys(spec.group for spec in self._table), SERVICES):
            self._add_group(name)
        self._nav.addStretch(1)
        self._buttons.idClicked.connect(lambda number: self.show_group(self._groups[number]))
        self.show_group(group or self._groups[0])

    def show_group(self, group: str) -> None:
        """Turn to a page."""
        number = self._groups.index(group)
        area = self._pages.widget(number)
        if isinstance(area, QScrollArea) and area.widget() is None:
            page = ServicesPage(self._context) if group == SERVICES else self._rows(group)
            area.setWidget(page)
            page.setAutoFillBackground(False)
        self._pages.setCurrentIndex(number)
        button = self._buttons.button(number)
        if button is not None:
            button.setChecked(True)

    def first_focus(self) -> QWidget | None:
        """The chosen group."""
        return self._buttons.checkedButton()

    def _add_group(self, name: str) -> None:
        button = GroupButton(self._context.theme, name)
        self._buttons.addButton(button, len(self._groups))
        self._nav.addWidget(button)
        self._groups.append(name)
        area = QScrollArea()
        area.setAccessibleName(f"{name} page")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        self._pages.addWidget(area)

    def _rows(self, group: str) -> QWidget:
        specs = [spec for spec in self._table if spec.group == group]
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(0)
        for number, spec in enumerate(specs, 1):
            column.addWidget(_Row(self._context.theme, spec, self._control(spec), last=number == len(specs)))
        column.addStretch(1)
        return page

    def _control(self, spec: SettingSpec) -> QWidget:
        theme, value = self._context.theme, value_of(self._context.setup.settings(), spec.key)

        def changed(new: Any) -> None:
            self._change(spec.key, new)

        if spec.key == "default_agent":
            choices = agent_choices(self._context.front.agents.snapshot(), value)
            return picker_for(theme, spec, "bot", choices, value, changed)
        if spec.key == "default_model":
            picker = picker_for(theme, spec, "cpu", [*self._models, Choice(id=value, label=value)], value, changed)
            self._context.bridge.run(
                self._context.front.models.available(),
                owner=picker,
                done=lambda models: picker.offer(
                    [*self._models, *(Choice(id=m.id, label=m.name or m.id, note=m.provider) for m in models)],
                    picker.selected,
                ),
            )
            return picker
        return control_for(theme, spec, value, changed)

    def _change(self, key: str, value: Any) -> None:
        settings = self._context.setup.settings()
        if value_of(settings, key) == value:
            return
        fresh = with_value(settings, key, value)
        self._context.bridge.run(self._context.setup.save_settings(fresh), done=lambda _: self._put_in_force(fresh))

    def _put_in_force(self, settings: Settings) -> None:
        app = QApplication.instance()
        theme = self._context.theme
        theme.reduced_motion = settings.reduced_motion
        if isinstance(app, QApplication) and theme.choice != settings.theme:
            theme.apply(app, settings.theme)


class _Row(QWidget):
    """What it is called, what it does, its control."""

    def __init__(self, theme: Theme, spec: SettingSpec, control: QWidget, *, last: bool) -> None:
        super().__init__()
        self._theme, self._last = theme, last
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 10, 0, 10)
        row.setSpacing(20)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(text_label(spec.label, METRICS.ui, 500))
        texts.addWidget(text_label(spec.help, METRICS.meta, tone="muted"))
        row.addLayout(texts, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        control.setToolTip(spec.help)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rule below all but the last."""
        if not self._last:
            with QPainter(self) as painter:
                painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line0"))
