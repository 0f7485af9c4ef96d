"""The menu above the message: what can be completed now, chosen by the keys while the text keeps the focus."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from boocode_desktop.ui.dialogs.sheet import SheetCard
from boocode_desktop.ui.palette.entries import Entry, Line
from boocode_desktop.ui.palette.line_list import LineDelegate, LineModel
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.spoken_role import announce

_GAP, _FOOT, _MOST = 6, 34, 380
_DETAIL_AT = 150


class CompletionMenu(SheetCard):
    """Floats over its window, above the message.

    Signals:
        picked(Entry): an entry was clicked.
    """

    picked = Signal(object)

    def __init__(self, theme: Theme, anchor: QWidget) -> None:
        """`anchor` is what the menu stands above and is as wide as."""
        super().__init__(theme, anchor)
        self._theme, self._anchor, self._query = theme, anchor, ""
        self.model = LineModel(self)
        self.list = QListView()
        self.foot = _Foot(theme)
        self.setAccessibleName("Completions")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._set_up()
        self.hide()
        anchor.installEventFilter(self)
        self.list.clicked.connect(self._on_clicked)
        self.list.entered.connect(self._on_entered)
        theme.changed.connect(self.update)

    @property
    def chosen(self) -> Entry | None:
        """The entry that Enter or Tab would take."""
        hit = self.model.hit(self.list.currentIndex().row())
        return hit.entry if hit else None

    def show_lines(self, lines: Sequence[Line], note: str = "", *, query: str = "", mono: bool = False) -> None:
        """Show these, the best entry chosen; nothing hides the menu. `note` stands at the lower right.

        What was chosen for the same `query` stays chosen: more was found. For another one the best entry is it again.
        """
        kept = self.chosen.title if self.isVisible() and self.chosen and query == self._query else ""
        self._query = query
        self.model.show(lines)
        self._delegate.mono = mono
        self.foot.set_note(note)
        if not lines:
            self.hide()
            return
        rows = [row for row in range(len(lines)) if (hit := self.model.hit(row)) and hit.entry.title == kept]
        self._choose(rows[0] if rows else self.model.step(-1, 1))
        self.place()
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        """Choose another entry, round the ends."""
        self._choose(self.model.step(self.list.currentIndex().row(), by))

    def place(self) -> None:
        """Stand above the anchor, as wide as it is, as high as the lines and the room allow."""
        window = self._anchor.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        inset, top = self.margin, self._anchor.mapTo(window, QPoint(0, 0))
        content = sum(self.list.sizeHintForRow(row) for row in range(self.model.rowCount())) + _FOOT + 12
        height = min(content, _MOST, top.y() - _GAP - 8)
        self.setGeometry(
            QRect(
                top.x() - inset, top.y() - _GAP - height - inset, self._anchor.width() + 2 * inset, height + 2 * inset
            )
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the anchor."""
        if self.isVisible() and watched is self._anchor:
            if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
                self.place()
            elif event.type() == QEvent.Type.Hide:
                self.hide()
        return False

    def _set_up(self) -> None:
        self._delegate = _Rows(self._theme, self.list)
        self.list.setModel(self.model)
        self.list.setItemDelegate(self._delegate)
        self.list.setAccessibleName("Completions found")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        inset = self.margin
        column.setContentsMargins(inset + 1, inset + 5, inset + 1, inset + 1)
        column.setSpacing(0)
        column.addWidget(self.list, 1)
        column.addWidget(self.foot)

    def _choose(self, row: int) -> None:
        if row < 0:
            return
        self.list.setCurrentIndex(self.model.index(row))
        self.list.scrollTo(self.model.index(row))
        if row <= 1:
            self.list.scrollToTop()
        if self.chosen is not None:
            announce(self.list, ", ".join(filter(None, (self.chosen.title, self.chosen.detail, self.chosen.group))))

    def _on_entered(self, index: QModelIndex) -> None:
        if self.model.hit(index.row()) is not None:
            self.list.setCurrentIndex(index)

    def _on_clicked(self, index: QModelIndex) -> None:
        hit = self.model.hit(index.row())
        if hit is not None:
            self.picked.emit(hit.entry)


class _Rows(LineDelegate):
    """Titles in the code font where they are typed as they stand, with their descriptions in a column."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(theme, parent)
        self.mono = False

    def fonts(self) -> tuple[QFont, QFont]:
        """Plain and matched letters."""
        if self.mono:
            return code_font(METRICS.code), code_font(METRICS.code, bold=True)
        return super().fonts()

    def detail_left(self, rect: QRectF, title_end: float) -> float:
        """In a column behind the titles."""
        return max(title_end, rect.left() + _DETAIL_AT) if self.mono else title_end


class _Foot(QWidget):
    """The keys that work, and a note."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._note = theme, ""
        self.setFixedHeight(_FOOT)
        self.setAccessibleName("Up and Down choose, Tab completes, Escape closes")

    def set_note(self, note: str) -> None:
        """What stands at the right."""
        self._note = note
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Boxes and words under a rule."""
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(0, 0, self.width(), 1, theme.color("line1"))
            font = ui_font(METRICS.caption, 500)
            metrics = QFontMetricsF(font)
            painter.setFont(font)
            x = 14.0
            for key, word in (("↑ ↓", "move"), ("Tab", "complete"), ("Esc", "close")):
                box = QRectF(x, self.height() / 2 - 9, max(20.0, metrics.horizontalAdvance(key) + 12), 18)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("bg3"))
                painter.drawRoundedRect(box, METRICS.radius_chip, METRICS.radius_chip)
                painter.setPen(theme.color("tx2"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
                text = QRectF(box.right() + 7, 0, metrics.horizontalAdvance(word) + 2, self.height())
                painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, word)
                x = text.right() + 14
            room = QRectF(x, 0, max(0.0, self.width() - x - 14), self.height())
            shown = metrics.elidedText(self._note, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)
