"""The list of the keyboard page: painted, so that a hundred actions cost nothing until they are seen.

Enter or a click on the keys waits for others: Escape leaves them, Backspace takes them away.
"""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from boocode_desktop.ui.settings.key_lines import KeyLine
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.focus_ring import SHOWS_FOCUS
from boocode_desktop.ui.widgets.line_list import LineRows

LINE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_BEGINS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_F2)
_TAKES_AWAY = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_ROW, _CAPTION, _CAP, _ICON, _PLACE_LEAST = 34, 38, 132, 13, 420
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
WAITING = "press keys…"


class KeyModel(LineRows):
    """The lines as rows."""

    lines: tuple[KeyLine, ...]

    def show(self, lines: Sequence[KeyLine]) -> None:
        """Replace them; rows that stay keep their place."""
        fresh = tuple(lines)
        if [line.id or line.title for line in fresh] == [line.id or line.title for line in self.lines]:
            self.lines = fresh
            if fresh:
                self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return
        self.beginResetModel()
        self.lines = fresh
        self.endResetModel()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A row's words, or the line itself."""
        line = self.lines[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return line.spoken
            case _ if role == LINE:
                return line
            case _:
                return None


def cap_of(row: QRect) -> QRect:
    """Where the keys of a row stand."""
    return QRect(row.right() - _CAP - 11, row.top() + 4, _CAP, row.height() - 8)


def reset_of(row: QRect) -> QRect:
    """Where the way back to an action's own keys stands."""
    cap = cap_of(row)
    return QRect(cap.left() - 30, row.top() + 4, 26, row.height() - 8)


class KeyDelegate(QStyledItemDelegate):
    """Paints a row; `waiting` is the action that waits for keys."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.waiting = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A caption or a row."""
        line = index.data(LINE)
        return QSize(200, _ROW if isinstance(line, KeyLine) and line.id else _CAPTION)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        line = index.data(LINE)
        if not isinstance(line, KeyLine):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.id:
            self._paint_row(painter, option, line)
        else:
            painter.setFont(ui_font(METRICS.caption, 600))
            painter.setPen(self._theme.color("tx2"))
            box: QRect = option.rect
            painter.drawText(box.adjusted(12, 12, -12, 0), _MIDDLE, line.title.upper())
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, line: KeyLine) -> None:
        color, state, rect = self._theme.color, option.state, QRect(option.rect)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            keys_here = chosen and state & QStyle.StateFlag.State_HasFocus
            painter.setPen(QPen(color("accent"), 1.5) if keys_here else Qt.PenStyle.NoPen)
            painter.setBrush(color("bg3"))
            surface = QRectF(rect).adjusted(1, 1, -2, -1)
            painter.drawRoundedRect(surface, METRICS.radius_tool, METRICS.radius_tool)
        self._paint_words(painter, rect, line)
        if line.changed:
            back = reset_of(rect)
            ratio = painter.device().devicePixelRatioF()
            pixmap = self._theme.pixmap("rotate-ccw", "tx2", _ICON, ratio)
            painter.drawPixmap(back.center().x() - _ICON // 2, back.center().y() - _ICON // 2, pixmap)
        self._paint_keys(painter, cap_of(rect), line, chosen)

    def _paint_words(self, painter: QPainter, rect: QRect, line: KeyLine) -> None:
        box = rect.adjusted(12, 0, 0, 0)
        box.setRight(reset_of(rect).left() - 8)
        painter.setFont(ui_font(METRICS.ui))
        painter.setPen(self._theme.color("tx1"))
        metrics = painter.fontMetrics()
        painter.drawText(box, _MIDDLE, metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, box.width()))
        left = box.left() + metrics.horizontalAdvance(line.title) + 16
        if line.place and rect.width() >= _PLACE_LEAST and left < box.right():
            painter.setFont(ui_font(METRICS.meta))
            painter.setPen(self._theme.color("tx2"))
            box.setLeft(left)
            shown = painter.fontMetrics().elidedText(line.place, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, _MIDDLE | Qt.AlignmentFlag.AlignRight, shown)

    def _paint_keys(self, painter: QPainter, cap: QRect, line: KeyLine, chosen: bool) -> None:
        color, waits = self._theme.color, line.id == self.waiting
        if not line.fixed:
            painter.setPen(QPen(color("accent" if waits else "line2" if chosen else "line1"), 1.2))
            painter.setBrush(color("bg2"))
            painter.drawRoundedRect(QRectF(cap), METRICS.radius_tool, METRICS.radius_tool)
        painter.setFont(ui_font(METRICS.meta) if waits else code_font(METRICS.meta))
        painter.setPen(color("accent" if waits else "tx2" if line.fixed or not line.keys else "tx1"))
        shown = painter.fontMetrics().elidedText(
            WAITING if waits else line.shown, Qt.TextElideMode.ElideRight, cap.width() - 8
        )
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, shown)


class KeyList(QListView):
    """Every action with its keys.

    Signals:
        keys_pressed(str, str): for this action these keys were pressed; "" for none.
        reset_asked(str): this action should have the keys it has by itself.
        waiting_changed(str): this action waits for keys now; "" for none.
    """

    keys_pressed = Signal(str, str)
    reset_asked = Signal(str)
    waiting_changed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.keys_model, self._painter = KeyModel(), KeyDelegate(theme)
        self.setModel(self.keys_model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName("Actions and their keys")
        self.setProperty(SHOWS_FOCUS, True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        theme.changed.connect(self.viewport().update)

    @property
    def waiting(self) -> str:
        """The action that waits for keys, "" for none."""
        return self._painter.waiting

    def show_lines(self, lines: Sequence[KeyLine]) -> None:
        """Show these; the chosen action stays chosen where it is still there, else the first one is."""
        before = self.chosen()
        self.keys_model.show(lines)
        wanted = before.id if before is not None else ""
        ids = [line.id for line in self.keys_model.lines]
        row = ids.index(wanted) if wanted and wanted in ids else next((n for n, i in enumerate(ids) if i), -1)
        if row >= 0:
            self.setCurrentIndex(self.keys_model.index(row))
        self.viewport().update()

    def chosen(self) -> KeyLine | None:
        """The action with the keys."""
        line = self.currentIndex().data(LINE)
        return line if isinstance(line, KeyLine) and line.id else None

    def choose(self, action_id: str) -> None:
        """Go to an action."""
        for row, line in enumerate(self.keys_model.lines):
            if line.id == action_id:
                self.setCurrentIndex(self.keys_model.index(row))

    def wait(self, action_id: str) -> None:
        """Wait for the keys of an action; "" to wait no more."""
        if action_id != self.waiting:
            self._painter.waiting = action_id
            self.viewport().update()
            self.waiting_changed.emit(action_id)

    def event(self, event: QEvent) -> bool:
        """While it waits, keys are for it and not for what they do elsewhere."""
        if event.type() == QEvent.Type.ShortcutOverride and self.waiting:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab can be taken as keys too."""
        return False if self.waiting else super().focusNextPrevChild(next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Wait no more."""
        self.wait("")
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take keys while waiting for them; else Enter waits, Backspace takes away, Ctrl+Backspace brings back."""
        line = self.chosen()
        if self.waiting:
            self._take(event)
        elif line is None or line.fixed:
            super().keyPressEvent(event)
        elif event.key() in _BEGINS:
            self.wait(line.id)
        elif event.key() in _TAKES_AWAY and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.reset_asked.emit(line.id)
        elif event.key() in _TAKES_AWAY:
            self.keys_pressed.emit(line.id, "")
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the keys waits for others; one on the sign beside them brings the own ones back."""
        self.wait("")
        super().mousePressEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        line = index.data(LINE)
        if not isinstance(line, KeyLine) or line.fixed or not line.id:
            return
        rect = self.visualRect(index)
        if cap_of(rect).contains(at):
            self.wait(line.id)
        elif line.changed and reset_of(rect).contains(at):
            self.reset_asked.emit(line.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what can be clicked."""
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        line, rect = index.data(LINE), self.visualRect(index)
        can = isinstance(line, KeyLine) and bool(line.id) and not line.fixed
        over = can and (cap_of(rect).contains(at) or (line.changed and reset_of(rect).contains(at)))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or that there are none."""
        super().paintEvent(event)
        if not self.keys_model.lines:
            with QPainter(self.viewport()) as painter:
                painter.setFont(ui_font(METRICS.ui))
                painter.setPen(self._theme.color("tx2"))
                words = "No action fits. Try another word, or keys such as ctrl k."
                painter.drawText(self.viewport().rect().adjusted(12, 12, -12, -12), Qt.TextFlag.TextWordWrap, words)

    def say(self, words: str) -> None:
        """For those who do not see the note."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _take(self, event: QKeyEvent) -> None:
        if event.key() in _MODIFIERS:
            return
        action_id = self.waiting
        self.wait("")
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() == Qt.Key.Key_Escape and plain:
            return
        gone = plain and event.key() in _TAKES_AWAY
        keys = "" if gone else QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        self.keys_pressed.emit(action_id, keys)
