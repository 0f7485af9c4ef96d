"""May this happen? The exact command or path, where, why it is asked, and the rule that would allow it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from boocode_desktop.domain.events import AskOption
from boocode_desktop.domain.transcript import AskEntry
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.asks.argv_box import ArgvBox
from boocode_desktop.ui.transcript.asks.card import AskCard
from boocode_desktop.ui.transcript.asks.visible import visible
from boocode_desktop.ui.transcript.canvas import Canvas
from boocode_desktop.ui.transcript.tool_looks import command_line
from boocode_desktop.ui.widgets.button_paint import ButtonKind
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.plain_tips import plain_tip


class PermissionCard(AskCard):
    """Deny on the left, consent on the right; D, A and Enter choose."""

    def __init__(self, theme: Theme, canvas: Canvas, ask: AskEntry, clock: Callable[[], float]) -> None:
        request = ask.request
        # Agents often repeat the command as the title; the boxes below show it better.
        title = "Run this command?" if _repeats(request.title, request.argv) else request.title
        super().__init__(theme, ask, tone="warn", icon="shield-question-mark", title=title, clock=clock)
        self._keys: dict[Qt.Key, AskOption] = {}
        self._main: Button | None = None
        self._rule: QLineEdit | None = None
        if request.argv:
            self.body.addWidget(ArgvBox(theme, canvas, request.argv))
        elif request.path:
            self.body.addWidget(ArgvBox(theme, canvas, (request.path,)))
        self._facts()
        self._options(request.options)

    def set_first(self, first: bool) -> None:
        """Fill or empty the main button."""
        if self._main is not None:
            self._main.set_look(self._main.text(), kind="primary" if first else "sec")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """D denies, A allows from now on, Enter allows once."""
        key = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else Qt.Key(event.key())
        option = self._keys.get(key)
        if option is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self._answer(option)

    def _facts(self) -> None:
        request = self.ask.request
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(9)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, 46)
        if request.cwd:
            self._fact(grid, "In", self._code_label(visible(request.cwd)))
        if request.reason:
            self._fact(grid, "Why", self.label(request.reason, tone="muted"))
        if request.rule:
            self._rule = self._rule_edit(request.rule)
            self._fact(grid, "Rule", self._allowing(self._rule))
            self._pencil = IconButton(self._theme, "pencil", "Edit the rule", icon_size=14, size=24)
            self._pencil.clicked.connect(self._on_pencil_clicked)
            grid.addWidget(self._pencil, grid.rowCount() - 1, 2)
        self.body.addLayout(grid)

    def _allowing(self, rule: QLineEdit) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        word = ElidedLabel(self._theme, "allow", tone="ok", font=code_font(METRICS.code))
        word.setFixedWidth(word.sizeHint().width())
        row.addWidget(word)
        row.addWidget(rule, 1)
        rule.setAccessibleName("Rule that “Always” would allow")
        return holder

    def _fact(self, grid: QGridLayout, name: str, value: QWidget) -> None:
        row = grid.rowCount()
        meaning = QLabel(name)
        meaning.setProperty("tone", "faint")
        grid.addWidget(meaning, row, 0, Qt.AlignmentFlag.AlignVCenter if name == "Rule" else Qt.AlignmentFlag.AlignTop)
        grid.addWidget(value, row, 1)
        said = value.text() if isinstance(value, QLabel) else value.accessibleName()
        if said:
            value.setAccessibleName(f"{name}: {said}")

    def _code_label(self, text: str) -> QLabel:
        label = self.label(text, tone="muted")
        label.setFont(code_font(METRICS.code))
        return label

    def _rule_edit(self, rule: str) -> QLineEdit:
        edit = QLineEdit(f"{rule}")
        edit.setFont(code_font(METRICS.code))
        edit.setProperty("bare", True)
        edit.setReadOnly(True)
        edit.setCursorPosition(0)
        edit.setToolTip("What “Always” allows from then on")
        edit.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        return edit

    def _options(self, options: tuple[AskOption, ...]) -> None:
        refusing = [o for o in options if o.effect in ("deny", "deny_always")]
        consenting = [o for o in options if o.effect not in ("deny", "deny_always")]
        consenting.sort(key=lambda o: o.effect == "allow_once")
        for option in sorted(refusing, key=lambda o: o.effect != "deny"):
            self._button(option, "stop" if option.effect == "deny" else "flat", Qt.Key.Key_D, "D")
        self.footer.addStretch(1)
        for option in consenting:
            once = option is consenting[-1]
            key, hint = (Qt.Key.Key_Return, "") if once else (Qt.Key.Key_A, "A")
            button = self._button(option, "primary" if once else "sec", key, hint, last=once)
            self._main = button if once else self._main

    def _button(self, option: AskOption, kind: ButtonKind, key: Qt.Key, hint: str, *, last: bool = False) -> Button:
        free = key not in self._keys
        if free:
            self._keys[key] = option
        button = Button(
            self._theme,
            option.label,
            kind,
            hint=hint if free else "",
            trailing="corner-down-left" if last else "",
            height=METRICS.composer_button,
        )
        button.setToolTip(plain_tip(option.description))
        button.clicked.connect(lambda: self._answer(option))
        self.footer.addWidget(button)
        return button

    def _answer(self, option: AskOption) -> None:
        rule = self._rule.text().strip() if self._rule is not None else ""
        changed = rule if option.effect == "allow_always" and rule != self.ask.request.rule else ""
        self.answered.emit(option.id, changed)

    def _on_pencil_clicked(self) -> None:
        if self._rule is not None:
            self._rule.setReadOnly(False)
            self._rule.setProperty("bare", False)
            self._rule.style().unpolish(self._rule)
            self._rule.style().polish(self._rule)
            self._rule.setFocus()
            self._pencil.hide()
            self.updateGeometry()


def _repeats(title: str, argv: tuple[str, ...]) -> bool:
    return bool(argv) and title.removeprefix("Run ") in (command_line(argv), " ".join(argv))
