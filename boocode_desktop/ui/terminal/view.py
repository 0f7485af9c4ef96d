"""A terminal on screen: its lines painted row by row, keys sent to its program, text found."""

from bisect import bisect_left
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
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
from PySide6.QtWidgets import QAbstractScrollArea

from boocode_desktop.content.terminal.keys import paste_bytes, runs_at_once
from boocode_desktop.content.terminal.lines import EMPTY, Line
from boocode_desktop.content.terminal.search import Match
from boocode_desktop.orchestrator.terminals import Terminal
from boocode_desktop.ui.terminal.keys import Keys, Own, first_keys, is_windows, own_of, sent_by
from boocode_desktop.ui.terminal.paint import PAD, Marks, TerminalPainter
from boocode_desktop.ui.terminal.pointer import TerminalPointer
from boocode_desktop.ui.terminal.selection import Spot, edge_near
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.focus_ring import SHOWS_FOCUS
from boocode_desktop.ui.widgets.plain_tips import plain_tip
from boocode_desktop.ui.widgets.spoken_role import say_role

FRAME_MS = 16


class TerminalView(QAbstractScrollArea):
    """Shows one terminal. `keys` says which keys the window's actions have now.

    Signals:
        link_asked(str): a web address was clicked with Ctrl.
        restart_asked: Enter was pressed where nothing runs any more.
        renumbered: the lines were broken at another width, so that places in them mean nothing any more.
        paste_asked(str): a text is to be pasted that would run at once.
        menu_asked(QPoint): a menu should open at this place of the screen.
        found(int, int): which match is shown (from 1, 0 for none) and how many there are.
    """

    link_asked = Signal(str)
    restart_asked = Signal()
    renumbered = Signal()
    paste_asked = Signal(str)
    menu_asked = Signal(QPoint)
    found = Signal(int, int)

    def __init__(self, theme: Theme, terminal: Terminal, keys: Keys = first_keys) -> None:
        super().__init__()
        self._theme, self.terminal, self._keys = theme, terminal, keys
        self._paint = TerminalPainter(theme)
        self.pointer = TerminalPointer(terminal, self, self)
        self._matches: Sequence[Match] = ()
        self._match = -1
        self._painted: list[object] = []
        self._lost = 0
        self._seen, self._flowed = -1, terminal.feed.history.flowed
        self.say_name()
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
        self.pointer.changed.connect(self._on_pointer_changed)
        self.pointer.link_asked.connect(self.link_asked)
        self.pointer.paste_asked.connect(self.paste_text)
        stop = terminal.listen(self._on_terminal_changed)
        self.destroyed.connect(lambda: stop())
        theme.changed.connect(self._on_theme_changed)

    @property
    def cell_size(self) -> tuple[float, float]:
        """Height of a row and width of a column, in px."""
        return self._paint.height, self._paint.cell

    # What the pane asks.

    def say_name(self) -> None:
        """The terminal has another name."""
        self.setAccessibleName(f"Terminal {self.terminal.name}")

    def copy(self) -> bool:
        """Put the selection on the clipboard; whether there was one."""
        if self.pointer.span is None:
            return False
        QGuiApplication.clipboard().setText(self.pointer.text())
        return True

    def paste(self) -> None:
        """Type what is on the clipboard."""
        self.paste_text(QGuiApplication.clipboard().text())

    def paste_text(self, text: str, *, asked: bool = False) -> None:
        """Type a text; one that would run at once is asked about first."""
        bracketed = self.terminal.feed.screen.bracketed_paste
        if not asked and runs_at_once(text, bracketed=bracketed):
            self.paste_asked.emit(text)
        elif text:
            self._type(paste_bytes(text, bracketed=bracketed))

    def mark(self, matches: Sequence[Match]) -> None:
        """Mark these places and show the newest one."""
        self._matches, self._match = matches, len(matches) - 1
        self._show_match()

    def step(self, by: int) -> None:
        """The next older (-1) or newer (1) match, round the end."""
        if self._matches:
            self._match = (self._match + by) % len(self._matches)
            self._show_match()

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
        place = bisect_left(self._matches, (number,))
        found = []
        while place < len(self._matches) and self._matches[place].line == number:
            found.append((self._matches[place].column, self._matches[place].width, place == self._match))
            place += 1
        columns, span, link = self.terminal.feed.screen.columns, self.pointer.span, self.pointer.link
        return Marks(
            matches=tuple(found),
            selected=span.columns(number, columns) if span else None,
            link=link.span.columns(number, columns) if link else None,
        )

    def _paint_cursor(self, painter: QPainter, top: int) -> None:
        screen = self.terminal.feed.screen
        row = self._offset() + len(self.terminal.feed.history) + screen.cursor.y - top
        if not screen.cursor.hidden and self.terminal.running and 0 <= row < self._rows_shown():
            column, y = min(screen.cursor.x, screen.columns - 1), PAD + row * self._paint.height
            line, shape = screen.row(screen.cursor.y), screen.cursor_shape
            self._paint.cursor(painter, y, column, line, focused=self.hasFocus(), shape=shape)

    # Keys and mouse.

    def event(self, event: QEvent) -> bool:
        """Keys that a shell needs are not shortcuts of the window while the terminal has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if not is_windows(event, self._keys(), full_screen=self.terminal.feed.screen.alternate):
                event.accept()
                return True
            event.ignore()
            return False
        return bool(super().event(event))

    def focusNextPrevChild(self, _next: bool) -> bool:
        """Tab belongs to the shell; F6 leaves."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send the key."""
        own = own_of(event)
        if own is not None:
            self._do(own)
            return
        if not self.terminal.running:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.restart_asked.emit()
            return
        data = sent_by(event, application=self.terminal.feed.screen.application_keys)
        if data:
            self._type(data)

    def _do(self, own: Own) -> None:
        bar, page = self.verticalScrollBar(), max(1, self._rows_shown() - 1)
        match own:
            case "copy":
                self.copy()
            case "paste":
                self.paste()
            case "page_up" | "page_down":
                self.scroll_by(-page if own == "page_up" else page)
            case "top" | "bottom":
                bar.setValue(0 if own == "top" else bar.maximum())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Text composed by an input method."""
        if event.commitString():
            self._type(event.commitString().encode())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, follow a link, or tell the program."""
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection; show that Ctrl follows a link."""
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The selection is also what a middle click pastes."""
        self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word."""
        self.pointer.double(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done here; a program that wants the mouse has the right button for itself."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        if not (by_mouse and self.pointer.wants(event.modifiers())):
            corner = self.viewport().mapToGlobal(QPoint(PAD, PAD))
            self.menu_asked.emit(event.globalPos() if by_mouse else corner)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll what was printed; in a full-screen program, what that program shows."""
        if event.angleDelta().y():
            self.pointer.wheel(event)
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

    def scroll_by(self, lines: int) -> None:
        """Show what is so many lines further."""
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
        if self.terminal.feed.history.flowed != self._flowed:
            # Every line has another number.
            self._flowed = self.terminal.feed.history.flowed
            self.pointer.clear()
            self.mark(())
            self.renumbered.emit()
        self._range(stick=stuck)
        self._update_changed()

    def _update_changed(self) -> None:
        """Paint the rows again that are not as they were, and those the cursor left or came to."""
        feed, top = self.terminal.feed, self.verticalScrollBar().value() - self._offset()
        rows: list[object] = [feed.line(n) if 0 <= n < feed.length else n for n in range(top, top + self._rows_shown())]
        cursor = feed.screen.cursor
        at = len(feed.history) + cursor.y - top
        if 0 <= at < len(rows):
            rows[at] = (rows[at], cursor.x, cursor.hidden, feed.screen.cursor_shape, self.terminal.running)
        before, self._painted = self._painted, rows
        if len(before) != len(rows) or feed.history.lost != self._lost:
            self._lost = feed.history.lost
            self.viewport().update()
            return
        height, width = self._paint.height, self.viewport().width()
        for row, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old is not new and not (isinstance(new, tuple) and old == new):
                self.viewport().update(0, PAD + row * height, width, height)

    def _on_pointer_changed(self) -> None:
        link = self.pointer.link
        self.viewport().setToolTip(plain_tip(f"{link.address}\nCtrl click opens it" if link else ""))
        self.viewport().update()

    def _on_theme_changed(self) -> None:
        self._paint.forget()
        self.viewport().update()

    def _type(self, data: bytes) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self.terminal.type(data)

    def line_numbered(self, number: int) -> Line:
        """A line by its number since the beginning."""
        place = number - self.terminal.feed.history.first
        return self.terminal.feed.line(place) if 0 <= place < self.terminal.feed.length else EMPTY

    def spot(self, point: QPoint, *, edge: bool = False) -> Spot:
        """The line and column at a point of the viewport, or the nearest `edge` between two columns."""
        row = max(0, int((point.y() - PAD) // self._paint.height))
        across = max(0.0, (point.x() - PAD) / self._paint.cell)
        place = min(self.verticalScrollBar().value() + row - self._offset(), self.terminal.feed.length - 1)
        number = max(0, place) + self.terminal.feed.history.first
        return Spot(number, edge_near(self.line_numbered(number), across) if edge else int(across))

    def cell_at(self, point: QPoint) -> tuple[int, int]:
        """The column and row of the screen at a point of the viewport."""
        screen = self.terminal.feed.screen
        column = min(max(0, int((point.x() - PAD) // self._paint.cell)), screen.columns - 1)
        line = min(max(0, int((point.y() - PAD) // self._paint.height)), screen.lines - 1)
        return column, line

    def _show_match(self) -> None:
        if 0 <= self._match < len(self._matches):
            place = self._matches[self._match].line - self.terminal.feed.history.first + self._offset()
            bar = self.verticalScrollBar()
            if not bar.value() <= place < bar.value() + self._rows_shown():
                bar.setValue(max(0, place - self._rows_shown() // 2))
        self.found.emit(self._match + 1, len(self._matches))
        self.viewport().update()
