"""A form that an agent wants filled in: text, numbers, yes or no, and choices."""

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from boocode_desktop.domain.transcript import AskEntry
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.asks.card import AskCard
from boocode_desktop.ui.widgets.buttons import Button

FIELD_LIMIT = 30


class FormCard(AskCard):
    """One field for each property of the schema; the answer is a JSON object."""

    def __init__(self, theme: Theme, ask: AskEntry, clock: Callable[[], float]) -> None:
        title = f"{ask.request.tool or 'The agent'} asks"
        super().__init__(theme, ask, tone="info", icon="message-circle-question-mark", title=title, clock=clock)
        self.body.addWidget(self.label(ask.request.title, px=METRICS.body))
        schema = ask.request.schema or {}
        required = schema.get("required")
        self._required = set(required) if isinstance(required, list) else set()
        properties = schema.get("properties")
        self._fields: list[tuple[str, dict[str, Any], QWidget]] = []
        for name, rule in list(properties.items() if isinstance(properties, dict) else ())[:FIELD_LIMIT]:
            self._field(str(name), rule if isinstance(rule, dict) else {})
        self._complaint = self.label("", tone="muted")
        self._complaint.hide()
        self.body.addWidget(self._complaint)
        self._foot()
        if self._fields:
            self.setFocusProxy(self._fields[0][2])

    def set_first(self, first: bool) -> None:
        """Fill or empty the send button."""
        self._send.set_look("Send", kind="primary" if first else "sec")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_send_clicked()
        else:
            super().keyPressEvent(event)

    def _field(self, name: str, rule: dict[str, Any]) -> None:
        title = str(rule.get("title") or name)
        star = " *" if name in self._required else ""
        field = _widget(rule, title)
        if not isinstance(field, QCheckBox):
            self.body.addWidget(self.label(title + star, px=12, weight=500))
        field.setAccessibleName(title)
        self.body.addWidget(field)
        if rule.get("description"):
            self.body.addWidget(self.label(str(rule["description"]), px=12, tone="muted"))
        self._fields.append((name, rule, field))

    def _foot(self) -> None:
        skip = Button(self._theme, "Decline", "flat", height=METRICS.composer_button)
        skip.clicked.connect(lambda: self.answered.emit("", ""))
        self.footer.addWidget(skip)
        self.footer.addStretch(1)
        self._send = Button(self._theme, "Send", "primary", height=METRICS.composer_button)
        self._send.clicked.connect(self._on_send_clicked)
        self.footer.addWidget(self._send)

    def _on_send_clicked(self) -> None:
        values: dict[str, Any] = {}
        for name, rule, field in self._fields:
            try:
                value = field_value(rule, field)
            except ValueError:
                self._complain(f"{rule.get('title') or name} must be a number.", field)
                return
            if value is None and name in self._required:
                self._complain(f"{rule.get('title') or name} is needed.", field)
                return
            if value is not None:
                values[name] = value
        self.answered.emit("", json.dumps(values, ensure_ascii=False))

    def _complain(self, words: str, field: QWidget) -> None:
        self._complaint.setText(words)
        self._complaint.show()
        self.updateGeometry()
        field.setFocus()


def _widget(rule: dict[str, Any], title: str) -> QWidget:
    choices = rule.get("enum")
    if isinstance(choices, list):
        box = QComboBox()
        names = rule.get("enumNames")
        shown = names if isinstance(names, list) and len(names) == len(choices) else choices
        for choice, name in zip(choices, shown, strict=True):
            box.addItem(str(name), choice)
        box.setCurrentIndex(box.findData(rule.get("default")) if "default" in rule else 0)
        return box
    if rule.get("type") == "boolean":
        check = QCheckBox(title)
        check.setChecked(bool(rule.get("default")))
        return check
    line = QLineEdit()
    line.setText(str(rule["default"]) if "default" in rule else "")
    return line


def field_value(rule: dict[str, Any], field: QWidget) -> Any:
    """What was entered, in the type the rule wants; None for nothing.

    Raises:
        ValueError: a number was wanted.
    """
    if isinstance(field, QComboBox):
        return field.currentData()
    if isinstance(field, QCheckBox):
        return field.isChecked()
    text = field.text().strip() if isinstance(field, QLineEdit) else ""
    if not text:
        return None
    kind = rule.get("type")
    return int(text) if kind == "integer" else float(text) if kind == "number" else text
