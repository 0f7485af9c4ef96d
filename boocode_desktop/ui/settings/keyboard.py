"""The keyboard page: every action with its keys, which can be changed by pressing others."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLineEdit, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.actions import ActionSpec
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.parts import Section, page_column, words_of
from boocode_desktop.ui.shortcuts import FIXED, chosen_keys, keys_in_force, with_keys
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.labels import ElidedLabel

_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_PLACES = {"changes": "while the changes have the focus", "composer": "while you write", "chat": "in the chat"}
KEY = "shortcuts"


class KeyboardPage(QWidget):
    """Changes are kept at once."""

    def __init__(self, context: Context, form: SettingsForm) -> None:
        super().__init__()
        self._context, self._form = context, form
        self._table = tuple(context.actions.specs.values())
        column = page_column(self, "Keyboard", "Every action and its keys. Click the keys, then press others.")
        head = QHBoxLayout()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search actions or keys")
        self.search.setAccessibleName("Search actions or keys")
        self.search.textChanged.connect(self._on_search_changed)
        head.addWidget(self.search, 1)
        self.reset = Button(context.theme, "Reset all keys", "sec", height=METRICS.input)
        self.reset.clicked.connect(lambda: form.change(KEY, ()))
        head.addWidget(self.reset)
        column.addLayout(head)
        self.note = text_label("", METRICS.meta)
        self.note.hide()
        column.addWidget(self.note)
        self.rows: dict[str, ActionRow] = {}
        self._sections: list[tuple[Section, list[ActionRow]]] = []
        for menu in dict.fromkeys(spec.menu for spec in self._table):
            section = Section(context.theme, menu.capitalize())
            section.body.setSpacing(0)
            rows = [self._row(spec) for spec in self._table if spec.menu == menu]
            for row in rows:
                section.body.addWidget(row)
            self._sections.append((section, rows))
            column.addWidget(section)
        column.addStretch(1)
        form.changed.connect(self._on_form_changed)
        self._show_keys()

    def _row(self, spec: ActionSpec) -> "ActionRow":
        row = ActionRow(self._context.theme, spec)
        row.keys_pressed.connect(lambda keys: self._choose(spec.id, keys))
        row.reset_asked.connect(lambda: self._choose(spec.id, spec.shortcut))
        self.rows[spec.id] = row
        return row

    def _choose(self, action_id: str, keys: str) -> None:
        try:
            bindings = with_keys(self._table, self._form.value(KEY), action_id, keys)
        except UserFacingError as problem:
            self.note.setText(words_of(problem))
            self.note.show()
            return
        self.note.hide()
        self._form.change(KEY, bindings)

    def _show_keys(self) -> None:
        chosen = chosen_keys(self._form.value(KEY))
        for action_id, keys in keys_in_force(self._table, chosen).items():
            self.rows[action_id].show_keys(keys)
        self.reset.setEnabled(bool(chosen))

    def _on_form_changed(self, key: str) -> None:
        if key == KEY:
            self._show_keys()

    def _on_search_changed(self, text: str) -> None:
        wanted = text.strip().lower().replace("+", " ")
        for section, rows in self._sections:
            for row in rows:
                row.setVisible(wanted in row.words.lower())
            section.setVisible(any(wanted in row.words.lower() for row in rows))


class ActionRow(QWidget):
    """An action.

    Signals:
        keys_pressed(str): these keys were pressed for it; "" for none.
        reset_asked: the keys it has by itself.
    """

    keys_pressed = Signal(str)
    reset_asked = Signal()

    def __init__(self, theme: Theme, spec: ActionSpec) -> None:
        super().__init__()
        self._theme, self._spec = theme, spec
        self._title = spec.title.rstrip("…")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        place = _PLACES.get(spec.where, "")
        row.addWidget(ElidedLabel(theme, self._title, font=ui_font(METRICS.ui)), 1)
        if place:
            label = ElidedLabel(theme, place, tone="tx2", font=ui_font(METRICS.meta))
            label.setMaximumWidth(230)
            row.addWidget(label)
        self.back = IconButton(theme, "rotate-ccw", f"Reset the keys of {spec.id}", size=24, icon_size=13, tone="tx3")
        self.back.set_name(f"Reset the keys of “{self._title}”{f' {place}' if place else ''}")
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        self.back.clicked.connect(self.reset_asked)
        row.addWidget(self.back)
        self.keys = KeyButton(theme, f"Keys of “{self._title}”{f' {place}' if place else ''}")
        self.keys.setEnabled(spec.where != FIXED)
        self.keys.pressed_keys.connect(self.keys_pressed)
        row.addWidget(self.keys)

    @property
    def words(self) -> str:
        """What a search looks into."""
        return f"{self._title} {self.keys.text()}"

    def show_keys(self, keys: str) -> None:
        """These keys hold."""
        self.keys.show_keys(keys)
        self.back.setVisible(self._spec.where != FIXED and QKeySequence(keys) != QKeySequence(self._spec.shortcut))


class KeyButton(QAbstractButton):
    """Shows keys; after a click it takes the next ones. Escape leaves them, Backspace takes them away.

    Signals:
        pressed_keys(str): what was pressed, as in the settings; "" for none.
    """

    pressed_keys = Signal(str)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme, self._name = theme, name
        self._waits = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip("Press to choose other keys: Esc leaves them, Backspace takes them away.")
        self.clicked.connect(lambda: self._wait(True))
        theme.changed.connect(self.update)
        self.show_keys("")

    def show_keys(self, keys: str) -> None:
        """These keys hold."""
        text = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        self.setText(text.replace("+", " ").replace("Return", "Enter") or "none")
        self.setAccessibleName(f"{self._name}: {self.text()}")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the longest."""
        return QSize(132, METRICS.row_button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take keys while waiting for them."""
        if not self._waits:
            super().keyPressEvent(event)
            return
        if event.key() in _MODIFIERS:
            return
        self._wait(False)
        if event.key() == Qt.Key.Key_Escape:
            return
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        gone = plain and event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
        keys = "" if gone else QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        self.pressed_keys.emit(keys)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab can be taken as keys too."""
        return False if self._waits else super().focusNextPrevChild(next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Wait no more."""
        self._wait(False)
        super().focusOutEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A key cap."""
        theme, rect = self._theme, QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        met = self.isEnabled() and (self.underMouse() or self._waits)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent" if self.hasFocus() or self._waits else "line1"), 1.2))
            painter.setBrush(theme.color("bg3" if met else "bg2") if self.isEnabled() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, METRICS.radius_tool, METRICS.radius_tool)
            painter.setFont(ui_font(METRICS.meta) if self._waits else code_font(METRICS.meta))
            painter.setPen(theme.color("accent" if self._waits else "tx1" if self.isEnabled() else "tx2"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "press keys…" if self._waits else self.text())

    def _wait(self, on: bool) -> None:
        self._waits = on
        self.update()
