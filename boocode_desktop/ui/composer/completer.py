"""Between the text and its menu: what is typed opens it, the keys choose in it, what is chosen goes into the text."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.composer.editor import PromptEditor
from boocode_desktop.ui.composer.mention_lines import mention_lines
from boocode_desktop.ui.composer.mention_search import MentionSearch
from boocode_desktop.ui.composer.menu import CompletionMenu
from boocode_desktop.ui.composer.slash import OWN_COMMANDS, Offer, slash_lines, slash_note
from boocode_desktop.ui.composer.standing import Standing
from boocode_desktop.ui.composer.takers import Takers
from boocode_desktop.ui.composer.triggers import Trigger, index_of, trigger_at, units_of
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.palette.entries import Entry

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -6, Qt.Key.Key_PageDown: 6}
_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Completer(QObject):
    """Serves one editor."""

    def __init__(
        self,
        context: Context,
        editor: PromptEditor,
        anchor: QWidget,
        takers: Takers,
        standing: Standing,
        search: MentionSearch,
    ) -> None:
        super().__init__(editor)
        self._context, self._editor, self._takers, self._standing = context, editor, takers, standing
        self._search = search
        self._trigger: Trigger | None = None
        self._closed_at: int | None = None
        self.menu = CompletionMenu(context.theme, anchor)
        editor.take_key = self._take_key
        editor.installEventFilter(self)
        editor.cursorPositionChanged.connect(self._follow)
        editor.textChanged.connect(self._follow)
        standing.changed.connect(self._follow)
        search.answered.connect(self._on_answered)
        self.menu.picked.connect(self._take)

    def open(self, sign: str) -> None:
        """Type the sign where the cursor is, as a button does."""
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
        cursor = self._editor.textCursor()
        text = self._editor.toPlainText()
        before = text[: index_of(text, cursor.position())]
        if sign == "/":
            cursor.setPosition(0)
            self._editor.setTextCursor(cursor)
        elif before and not before[-1].isspace():
            sign = f" {sign}"
        self._closed_at = None
        self._editor.insertPlainText(sign)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Without the focus there is no menu."""
        if event.type() == QEvent.Type.FocusOut:
            self.menu.hide()
        return False

    def _follow(self) -> None:
        cursor = self._editor.textCursor()
        text = self._editor.toPlainText()
        trigger = None if cursor.hasSelection() else trigger_at(text, index_of(text, cursor.position()))
        if trigger is None or trigger.start != self._closed_at:
            self._closed_at = None
        fresh = trigger is not None and (self._trigger is None or self._trigger.kind != trigger.kind)
        self._trigger = trigger
        if trigger is None or self._closed_at is not None or not self._editor.hasFocus():
            self.menu.hide()
            return
        if fresh and trigger.kind == "/":
            self._standing.read()
        elif fresh:
            self._search.open()
        self._show(trigger)

    def _show(self, trigger: Trigger) -> None:
        if trigger.kind == "/":
            lines = slash_lines(self._offer(), trigger.query, self._complete, self._act)
            self.menu.show_lines(lines, slash_note(self._standing.skills), query=trigger.query, mono=True)
        else:
            # The old lines stay until there are new ones: nothing flickers while one types.
            self._search.ask(trigger.query)

    def _on_answered(self, _query: str) -> None:
        trigger = self._trigger
        if trigger is None or trigger.kind != "@" or self._closed_at is not None or not self._editor.hasFocus():
            return
        found = self._search.found
        lines = mention_lines(found, self._search.others, trigger.query, self._mention)
        note = f"{found.files_in_all:,} files · {found.took_ms:.0f} ms"
        self.menu.show_lines(lines, note, query=trigger.query)

    def _offer(self) -> Offer:
        actions, agent = self._context.actions, self._takers.agent
        return Offer(
            agent=agent.text(),
            icon=agent.icon_name,
            live=self._standing.now.commands,
            found=self._standing.found,
            skills=self._standing.skills.usable,
            own=[c for c in OWN_COMMANDS if actions.action(c.action).isEnabled()],
        )

    def _take_key(self, event: QKeyEvent) -> bool:
        if not self.menu.isVisible() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.menu.step(_STEPS[key])
        elif key == Qt.Key.Key_Escape:
            self._closed_at = self._trigger.start if self._trigger else None
            self.menu.hide()
        elif key in _TAKES and self.menu.chosen is not None:
            typed = self._editor.toPlainText().strip()
            if key != Qt.Key.Key_Tab and typed == self.menu.chosen.title and self.menu.chosen.group != "BooCode":
                # It stands there in full: Enter sends it.
                self.menu.hide()
                return False
            self._take(self.menu.chosen)
        else:
            return False
        return True

    def _take(self, entry: Entry) -> None:
        self.menu.hide()
        entry.act()

    def _complete(self, name: str) -> None:
        self._replace(f"/{name} ")

    def _mention(self, text: str) -> None:
        self._replace(f"{text} ")

    def _act(self, action_id: str) -> None:
        self._replace("")
        self._context.actions.action(action_id).trigger()

    def _replace(self, text: str) -> None:
        """Put text in the place of what was typed for the menu; one undo brings it back."""
        if self._trigger is None:
            return
        cursor = self._editor.textCursor()
        typed = self._editor.toPlainText()
        end = self._trigger.start + 1 + len(self._trigger.query)
        cursor.setPosition(units_of(typed, self._trigger.start))
        cursor.setPosition(units_of(typed, end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self._editor.setTextCursor(cursor)
