"""A terminal on screen: its lines painted row by row, keys and mouse sent to its program, text selected and found."""

from bisect import bisect_left

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from boocode_desktop.content.terminal.keys import ALT, CTRL, SHIFT, Button, key_bytes, mouse_bytes, paste_bytes
from boocode_desktop.content.terminal.lines import EMPTY, Line
from boocode_desktop.orchestrator.terminals import Terminal
from boocode_desktop.ui.terminal.paint import PAD, Marks, TerminalPainter
from boocode_desktop.ui.terminal.selection import Span, Spot, link_at, selected_text, span_between, word_at
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.focus_ring import SHOWS_FOCUS
from boocode_desktop.ui.widgets.plain_tips import plain_tip
from boocode_desktop.ui.widgets.spoken_role import say_role

FRAME_MS = 16
WHEEL_LINES = 3
_NAMES = {
    Qt.Key.Key_Up: "Up", Qt.Key.Key_Down: "Down", Qt.Key.Key_Left: "Left", Qt.Key.Key_Right: "Right",
    Qt.Key.Key_Home: "Home", Qt.Key.Key_End: "End", Qt.Key.Key_PageUp: "PageUp", Qt.Key.Key_PageDown: "PageDown",
    Qt.Key.Key_Insert: "Insert", Qt.Key.Key_Delete: "Delete", Qt.Key.Key_Return: "Return", Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Tab: "Tab", Qt.Key.Key_Backtab: "Backtab", Qt.Key.Key_Escape: "Escape",
    Qt.Key.Key_Backspace: "Backspace", **{getattr(Qt.Key, f"Key_F{n}"): f"F{n}" for n in range(1, 13)},
}  # fmt: skip
_BUTTONS: dict[Qt.MouseButton, Button] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
}


class TerminalView(QAbstractScrollArea):
    """Shows one terminal.

    Signals:
        link_asked(str): a web address was clicked with Ctrl.
        find_asked: the search should open.
        found(int, int): which match is shown (from 1, 0 for none) and how many there are.
    """

    link_asked = Signal(str)
    find_asked = Signal()
    found = Signal(int, int)

    def __init__(self, theme: Theme, terminal: Terminal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.terminal = theme, terminal
        self._paint = TerminalPainter(theme)
        self._span: Span | None = None
        self._anchor: Spot | None = None
        self._matches: list[tuple[int, int]] = []
        self._match, self._needle = -1, ""
        self._link: tuple[int, int, int] | None = None
        self._seen = -1
        self.setAccessibleName(f"Terminal {terminal.name}")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(SHOWS_FOCUS, True)  # by its cursor
        say_role(self, QAccessible.Role.Terminal)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.viewport().setMouseTracking(True)
        self._frame = QTimer(self, interval=FRAME_MS, singleShot=True)
        self._frame.timeout.connect(self.show_news)
        stop = terminal.listen(self._on_terminal_changed)
        self.destroyed.connect(lambda: stop())
        theme.changed.connect(self._on_theme_changed)

    @property
    def cell_size(self) -> tuple[float, float]:
        """Height of a row and width of a column, in px."""
        return self._paint.height, self._paint.cell

    # What the pane asks.

    def copy(self) -> bool:
        """Put the selection on the clipboard; whether there was one."""
        if self._span is None:
            return False
        QGuiApplication.clipboard().setText(selected_text(self._span, self._line_numbered))
        return True

    def paste(self) -> None:
        """Type what is on the clipboard."""
        text = QGuiApplication.clipboard().text()
        if text:
            self._type(paste_bytes(text, bracketed=self.terminal.feed.screen.bracketed_paste))

    def search(self, text: str) -> None:
        """Mark every place of a text and show the newest one."""
        self._needle = text
        first = self.terminal.feed.history.first
        self._matches = [(first + place, at) for place, at in self.terminal.feed.find(text)] if text else []
        self._match = len(self._matches) - 1
        self._show_match()

    def step(self, by: int) -> None:
        """The next older (-1) or newer (1) match, round the end."""
        if self._matches:
            self._match = (self._match + by) % len(self._matches)
            self._show_match()

    def clear_selection(self) -> None:
        """Nothing is selected any more."""
        self._span = self._anchor = None
        self.viewport().update()

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows that the event touches."""
        feed, top = self.terminal.feed, self.verticalScrollBar().value()
        area = event.rect()
        with QPainter(self.viewport()) as painter:
            painter.fillRect(area, self._theme.color("bg0"))
            first = max(0, int((area.top() - PAD) // self._paint.height))
            last = int((area.bottom() - PAD) // self._paint.height)
            for row in range(first, min(last + 1, self._rows_shown())):
                place = top + row - self._offset()
                if place >= feed.length:
                    break
                y = PAD + row * self._paint.height
                if place < 0:
                    self._paint.gap(painter, y, feed.history.lost)
                else:
                    number = place + feed.history.first
                    self._paint.row(painter, y, feed.line(place), self._marks(number))
            self._paint_cursor(painter, top)

    def _marks(self, number: int) -> Marks:
        place = bisect_left(self._matches, (number, 0))
        found = []
        while place < len(self._matches) and self._matches[place][0] == number:
            found.append((self._matches[place][1], len(self._needle), place == self._match))
            place += 1
        selected = self._span.columns(number, self.terminal.feed.screen.columns) if self._span else None
        link = self._link[1:] if self._link is not None and self._link[0] == number else None
        return Marks(matches=tuple(found), selected=selected, link=link)

    def _paint_cursor(self, painter: QPainter, top: int) -> None:
        screen = self.terminal.feed.screen
        row = self._offset() + len(self.terminal.feed.history) + screen.cursor.y - top
        if not screen.cursor.hidden and self.terminal.running and 0 <= row < self._rows_shown():
            column = min(screen.cursor.x, screen.columns - 1)
            y = PAD + row * self._paint.height
            self._paint.cursor(painter, y, column, screen.row(screen.cursor.y), focused=self.hasFocus())

    # Keys and mouse.

    def event(self, event: object) -> bool:
        """Keys that a shell needs are not shortcuts of the window while the terminal has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.ShortcutOverride and _for_shell(event):
            event.accept()
            return True
        return bool(super().event(event))  # type: ignore[arg-type]

    def focusNextPrevChild(self, _next: bool) -> bool:
        """Tab belongs to the shell; Ctrl+Tab leaves."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send the key."""
        modifiers = _modifiers(event.modifiers())
        if modifiers == SHIFT | CTRL:
            match event.key():
                case Qt.Key.Key_C:
                    self.copy()
                    return
                case Qt.Key.Key_V:
                    self.paste()
                    return
                case Qt.Key.Key_F:
                    self.find_asked.emit()
                    return
        if modifiers == SHIFT and event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            pages = -1 if event.key() == Qt.Key.Key_PageUp else 1
            self._scroll(pages * max(1, self._rows_shown() - 1))
            return
        name = _NAMES.get(Qt.Key(event.key()), "")
        text = event.text()
        if modifiers & CTRL and not name and 32 <= event.key() < 127:
            text = chr(event.key())
        elif modifiers & ALT and not text and 32 <= event.key() < 127:
            text = chr(event.key()).lower()
        application = self.terminal.feed.screen.application_keys
        data = key_bytes(name, text, modifiers if name else modifiers & ~SHIFT, application=application)
        if data:
            self._type(data)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Text composed by an input method."""
        if event.commitString():
            self._type(event.commitString().encode())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, follow a link, or tell the program."""
        if self._tell_mouse(event, pressed=True):
            return
        spot = self._spot(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton:
            text = QGuiApplication.clipboard().text(QGuiApplication.clipboard().Mode.Selection)
            if text:
                self._type(paste_bytes(text, bracketed=self.terminal.feed.screen.bracketed_paste))
        elif event.button() == Qt.MouseButton.LeftButton:
            link = link_at(self._line_numbered(spot.line), spot.column)
            if link is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.link_asked.emit(link[0])
                return
            self._span, self._anchor = None, spot
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection; show that Ctrl follows a link."""
        if self._tell_mouse(event, pressed=True, moved=True):
            return
        spot = self._spot(event.position().toPoint())
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            self._span = span_between(self._anchor, spot)
            self.viewport().update()
            return
        link = link_at(self._line_numbered(spot.line), spot.column)
        shown = (spot.line, link[1], link[2]) if link is not None else None
        if shown != self._link:
            self._link = shown
            self.viewport().setToolTip(plain_tip(f"{link[0]}\nCtrl click opens it" if link else ""))
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The selection is also what a middle click pastes."""
        if self._tell_mouse(event, pressed=False):
            return
        clipboard = QGuiApplication.clipboard()
        if self._span is not None and clipboard.supportsSelection():
            clipboard.setText(selected_text(self._span, self._line_numbered), clipboard.Mode.Selection)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word."""
        if self._tell_mouse(event, pressed=True):
            return
        spot = self._spot(event.position().toPoint())
        self._span = word_at(self._line_numbered(spot.line), spot.line, spot.column)
        self._anchor = None
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll what was printed; in a full-screen program, what that program shows."""
        steps = event.angleDelta().y() / 120
        if not steps:
            return
        screen, up = self.terminal.feed.screen, steps > 0
        count = max(1, round(abs(steps) * WHEEL_LINES))
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if screen.mouse and not shifted:
            spot = self._cell_at(event.position().toPoint())
            button: Button = "wheel_up" if up else "wheel_down"
            self._type(mouse_bytes(button, *spot, _modifiers(event.modifiers()), pressed=True))
        elif screen.alternate:
            name = "Up" if up else "Down"
            self._type(key_bytes(name, application=screen.application_keys) * count)
        else:
            self._scroll(-count if up else count)
        event.accept()

    # The rest of the widget.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns and lines as fit."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was printed while nobody looked."""
        super().showEvent(event)
        self._fit()
        self.show_news()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A filled cursor."""
        super().focusInEvent(event)
        self._tell_focus("I")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """An outlined cursor."""
        super().focusOutEvent(event)
        self._tell_focus("O")

    def _tell_focus(self, letter: str) -> None:
        if 1004 in self.terminal.feed.screen.private:
            self.terminal.type(f"\x1b[{letter}".encode())
        self.viewport().update()

    def _fit(self) -> None:
        width = self.viewport().width() - 2 * PAD
        if self.isVisible() and width > 0:
            self.terminal.resize(int(width // self._paint.cell), self._rows_shown())
            self._range(stick=True)

    def _rows_shown(self) -> int:
        return max(1, int((self.viewport().height() - 2 * PAD) // self._paint.height))

    def _offset(self) -> int:
        """Rows in front of the oldest kept line: the one that says what is missing."""
        return 1 if self.terminal.feed.history.lost else 0

    def _range(self, *, stick: bool) -> None:
        bar = self.verticalScrollBar()
        most = max(0, self._offset() + self.terminal.feed.length - self._rows_shown())
        bar.setRange(0, most)
        bar.setPageStep(self._rows_shown())
        if stick:
            bar.setValue(most)

    def _scroll(self, lines: int) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + lines)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Another part is shown."""
        self.viewport().update()

    def _on_terminal_changed(self) -> None:
        if self.isVisible() and not self._frame.isActive():
            self._frame.start()

    def show_news(self) -> None:
        """Show what changed since the last frame; the end stays in view for whoever is there."""
        bar = self.verticalScrollBar()
        stuck = bar.value() >= bar.maximum()
        first = self.terminal.feed.history.first
        if not stuck and self._seen >= 0 and first > self._seen:
            # What is being read stays where it is while older lines go.
            bar.setValue(max(0, bar.value() - (first - self._seen)))
        self._seen = first
        self._range(stick=stuck)
        self.viewport().update()

    def _on_theme_changed(self) -> None:
        self._paint.forget()
        self.viewport().update()

    def _type(self, data: bytes) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self.terminal.type(data)

    def _line_numbered(self, number: int) -> Line:
        place = number - self.terminal.feed.history.first
        return self.terminal.feed.line(place) if 0 <= place < self.terminal.feed.length else EMPTY

    def _spot(self, point: QPoint) -> Spot:
        """The line and column at a point of the viewport."""
        row = max(0, int((point.y() - PAD) // self._paint.height))
        column = max(0, round((point.x() - PAD) / self._paint.cell))
        place = min(self.verticalScrollBar().value() + row - self._offset(), self.terminal.feed.length - 1)
        return Spot(max(0, place) + self.terminal.feed.history.first, column)

    def _cell_at(self, point: QPoint) -> tuple[int, int]:
        screen = self.terminal.feed.screen
        column = min(max(0, int((point.x() - PAD) // self._paint.cell)), screen.columns - 1)
        line = min(max(0, int((point.y() - PAD) // self._paint.height)), screen.lines - 1)
        return column, line

    def _tell_mouse(self, event: QMouseEvent, *, pressed: bool, moved: bool = False) -> bool:
        """Send a movement to a program that wants it; Shift keeps it for selecting."""
        wanted = self.terminal.feed.screen.mouse
        if not wanted or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        button = _BUTTONS.get(event.button(), "none")
        if moved:
            held = next((b for qt, b in _BUTTONS.items() if event.buttons() & qt), "none")
            if wanted == "press" or (wanted == "drag" and held == "none"):
                return True
            button = held  # type: ignore[assignment]
        column, line = self._cell_at(event.position().toPoint())
        data = mouse_bytes(button, column, line, _modifiers(event.modifiers()), pressed=pressed, moved=moved)
        self.terminal.type(data)
        return True

    def _show_match(self) -> None:
        if 0 <= self._match < len(self._matches):
            place = self._matches[self._match][0] - self.terminal.feed.history.first + self._offset()
            bar = self.verticalScrollBar()
            if not bar.value() <= place < bar.value() + self._rows_shown():
                bar.setValue(max(0, place - self._rows_shown() // 2))
        self.found.emit(self._match + 1, len(self._matches))
        self.viewport().update()


def _modifiers(held: Qt.KeyboardModifier) -> int:
    return (
        (SHIFT if held & Qt.KeyboardModifier.ShiftModifier else 0)
        | (ALT if held & Qt.KeyboardModifier.AltModifier else 0)
        | (CTRL if held & Qt.KeyboardModifier.ControlModifier else 0)
    )


def _for_shell(event: QKeyEvent) -> bool:
    """Keys that shells use; with Ctrl and Shift, or Ctrl and Alt, a key stays the window's."""
    modifiers = _modifiers(event.modifiers())
    if modifiers & CTRL and modifiers & (SHIFT | ALT):
        return event.key() in (Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_F) and modifiers == CTRL | SHIFT
    if modifiers == CTRL:
        return event.key() not in (
            Qt.Key.Key_Tab, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Comma, Qt.Key.Key_QuoteLeft,
        )  # fmt: skip
    return True
