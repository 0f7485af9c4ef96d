"""The palette on screen: a line to type in, what it finds, and the keys that work here."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLabel, QLineEdit, QListView, QWidget

from boocode_desktop.ui.dialogs.sheet import Sheet, SheetCard
from boocode_desktop.ui.palette.entries import Entry, Hit, Index, Line, Shelf, sought
from boocode_desktop.ui.palette.line_list import LineDelegate, LineModel, height_of
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

_TOP, _WIDTH, _LIST = 70, 620, 400
_LEAST, _AROUND = 96, 130
"""The list gives way where the window is low: head and foot take so many pixels around it."""
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}


class Palette(Sheet):
    """Typing filters, the arrows choose, Enter does it.

    Signals:
        used(str): an entry with this key is being done.
    """

    used = Signal(str)

    def __init__(
        self,
        theme: Theme,
        window: QWidget,
        entries: Sequence[Entry],
        *,
        title: str = "Search or command",
        prefixes: bool = True,
        recent: Sequence[str] = (),
    ) -> None:
        """`prefixes` says whether `>` and `#` are worth mentioning; `recent` are the keys of what was used lately."""
        super().__init__(theme, window, title, width=_WIDTH, top=_TOP)
        self._index = Index(entries, recent)
        self._more: tuple[str, Sequence[Line]] = ("", ())
        self._prefixes = prefixes and self._index.groups > 1
        self.model = LineModel(self)
        self.line = QLineEdit()
        self.line.setProperty("bare", True)
        self.line.setPlaceholderText(title)
        self.line.setAccessibleName(title)
        self.line.setFont(ui_font(METRICS.h3))
        self.line.installEventFilter(self)
        self.list = QListView()
        self._count = QLabel()
        self._set_up_list()
        self._lay_out()
        self._ask: Callable[[str], object] | None = None
        self.line.textChanged.connect(self._on_text_changed)
        self.list.clicked.connect(self._on_clicked)
        self._on_text_changed("")

    def search_with(self, ask: Callable[[str], object]) -> None:
        """Who looks for files; answers come by `show_more`."""
        self._ask = ask

    def show_more(self, query: str, lines: Sequence[Line]) -> None:
        """What was found for a query, below everything else; what is chosen stays chosen."""
        if query == sought(self.line.text()):
            self._more = (query, lines)
            self._show_again()

    def add(self, shelf: Shelf) -> None:
        """More to be found, when it is ready; what is chosen stays chosen."""
        self._index.add(shelf)
        self._show_again()

    def remember(self, recent: Sequence[str]) -> None:
        """The keys of what was used lately, when they have been read."""
        self._index.remember(recent)
        self._show_again()

    def first_focus(self) -> QWidget:
        """The line; it keeps the focus."""
        return self.line

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows and Enter work in the list while the line has the focus."""
        if watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def chosen(self) -> Entry | None:
        """The entry that Enter would do."""
        hit = self.model.hit(self.list.currentIndex().row())
        return hit.entry if hit else None

    def _set_up_list(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(LineDelegate(self._theme, self.list))
        self.list.setAccessibleName("Results")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFocusProxy(self.line)
        self.list.setMouseTracking(True)
        self.list.entered.connect(self._on_entered)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _lay_out(self) -> None:
        inset = SheetCard.margin
        self.column.setContentsMargins(inset + 1, inset + 1, inset + 1, inset + 1)
        self.column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(18, 10, 18, 10)
        head.setSpacing(10)
        glass = QLabel()
        glass.setPixmap(self._theme.pixmap("search", "tx2", 17, self.devicePixelRatioF()))
        head.addWidget(glass)
        head.addWidget(self.line, 1)
        self._count.setProperty("tone", "faint")
        self._count.setFont(ui_font(METRICS.caption))
        head.addWidget(self._count)
        self.column.addLayout(head)
        self.column.addWidget(_Rule(self._theme))
        self.column.addWidget(self.list)
        self.column.addWidget(_Rule(self._theme))
        self.column.addWidget(KeyFooter(self._theme, prefixes=self._prefixes))

    def _take_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._move(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do()
        elif key == Qt.Key.Key_Escape or (key == Qt.Key.Key_K and event.modifiers() & _CONTROL):
            self.reject()
        else:
            return False
        return True

    def _move(self, by: int) -> None:
        row = self.model.step(self.list.currentIndex().row(), by)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))
            self.list.scrollTo(self.model.index(row))
            if row <= 1:
                self.list.scrollToTop()

    def _do(self) -> None:
        entry = self.chosen()
        if entry is not None:
            self.accept()
            if entry.key:
                self.used.emit(entry.key)
            # After the sheet has given the focus back, so that what is opened can take it.
            QTimer.singleShot(0, entry.act)

    def _on_text_changed(self, text: str) -> None:
        lines = self._show()
        most = self._room()
        if not text.strip() or self.list.height() > most:
            self.list.setFixedHeight(min(most, height_of(lines) + 8))
        if self._ask is not None and (query := sought(text)):
            self._ask(query)
        first = self.model.step(-1, 1)
        if first >= 0:
            self.list.setCurrentIndex(self.model.index(first))
            self.list.scrollToTop()

    def _show(self) -> Sequence[Line]:
        found = self._index.find(self.line.text())
        query, more = self._more
        lines = (*found.lines, *(more if query == sought(self.line.text()) else ()))
        self.model.show(lines)
        self._tell(found.matched + sum(isinstance(line, Hit) for line in lines[len(found.lines) :]), meant=found.meant)
        return lines

    def _show_again(self) -> None:
        chosen, place = self.chosen(), self.list.verticalScrollBar().value()
        self._show()
        row = self.model.row_of(chosen) if chosen is not None else -1
        row = row if row >= 0 else self.model.step(-1, 1)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))
            self.list.verticalScrollBar().setValue(place)

    def _room(self) -> int:
        window = self.parentWidget()
        return max(_LEAST, min(_LIST, window.height() - _TOP - _AROUND)) if window is not None else _LIST

    def _tell(self, matched: int, *, meant: bool) -> None:
        if not self.line.text().strip():
            self._count.setText(f"{matched} of {self._index.size}")
        else:
            words = f"{matched} found" if matched else "nothing found"
            self._count.setText(f"nothing, but {matched} much like it" if meant else words)

    def _on_entered(self, index: QModelIndex) -> None:
        if self.model.hit(index.row()) is not None:
            self.list.setCurrentIndex(index)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        self._do()


_CONTROL = Qt.KeyboardModifier.ControlModifier


class _Rule(QWidget):
    """A thin line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("line1"))


class KeyFooter(QWidget):
    """The prefixes and keys that work in the palette."""

    def __init__(self, theme: Theme, *, prefixes: bool) -> None:
        super().__init__()
        self._theme, self._left = theme, _LEFT if prefixes else ()
        self.setFixedHeight(38)
        narrow = "Greater-than narrows to actions, hash to sessions, at to files; " if prefixes else ""
        self.setAccessibleName(f"{narrow}Enter opens, Escape closes")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Boxes and words, left and right."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            x = 18.0
            for key, word in self._left:
                x = self._pair(painter, key, word, x) + 16
            width = sum(self._width(k, w) for k, w in _RIGHT) + 16
            x = self.width() - 18 - width
            for key, word in _RIGHT:
                x = self._pair(painter, key, word, x) + 16

    def _width(self, key: str, word: str) -> float:
        box = max(20.0, QFontMetricsF(ui_font(METRICS.caption, 500)).horizontalAdvance(key) + 12)
        return box + 7 + QFontMetricsF(ui_font(METRICS.caption)).horizontalAdvance(word)

    def _pair(self, painter: QPainter, key: str, word: str, x: float) -> float:
        theme, middle = self._theme, self.height() / 2
        painter.setFont(ui_font(METRICS.caption, 500))
        width = max(20.0, QFontMetricsF(painter.font()).horizontalAdvance(key) + 12)
        box = QRectF(x, middle - 9, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg3"))
        painter.drawRoundedRect(box, METRICS.radius_chip, METRICS.radius_chip)
        painter.setPen(theme.color("tx2"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
        painter.setFont(ui_font(METRICS.caption))
        text = QRectF(box.right() + 7, 0, 200, self.height())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, word)
        return x + self._width(key, word)


_LEFT = ((">", "actions"), ("#", "sessions"), ("@", "files"))
_RIGHT = (("↵", "open"), ("Esc", "close"))
