"""The tabs of a pane, painted: icon or state dot, the chat's number, title, close. They are dragged to a new place."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QTabBar, QWidget

from boocode_desktop.domain.records import SessionState
from boocode_desktop.ui.sidebar.rows import STATES
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.chips import paint_dot
from boocode_desktop.ui.widgets.key_tabs import KeyTabBar
from boocode_desktop.ui.widgets.plain_tips import plain_tip

TAB_ROW = 38
_WIDEST = 190.0
# So far below or above the row a dragged tab is let go: it leaves the row.
_LEAVES = 30


class ChatTabs(KeyTabBar):
    """One tab per chat, its id in the tab's data.

    Qt's own dragging paints the tab in the style's look, so a dragged tab changes places with its neighbours here.

    Signals:
        close_asked(str): a chat's id.
        reordered: a tab was dragged to another place.
        dropped(str, QPoint): a tab was let go outside of the row, at this place on the screen.
        carried(str, QPoint): a tab is held outside of the row, over this place on the screen; "" when that ends.
        menu_asked(str, QPoint): the menu of a tab is wanted.
    """

    close_asked = Signal(str)
    reordered = Signal()
    dropped = Signal(str, QPoint)
    carried = Signal(str, QPoint)
    menu_asked = Signal(str, QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._states: dict[str, SessionState] = {}
        self._icons: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._active = self.closable = True
        self._dragged, self._pressed_at, self._moved = "", QPoint(), False
        self.setAccessibleName("Chats")
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setFixedHeight(TAB_ROW)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def ids(self) -> list[str]:
        """The chats shown, left to right."""
        return [str(self.tabData(i)) for i in range(self.count())]

    def add(
        self, chat_id: str, title: str, *, number: int = 0, icon: str = "message-square", closable: bool = True
    ) -> int:
        """A tab at the right end; `number` is the chat's own, 0 for none."""
        index = self.addTab(title)
        self.setTabData(index, chat_id)
        self._icons[chat_id] = icon
        self._numbers[chat_id] = str(number) if number else ""
        self._describe(index)
        if closable:
            close = IconButton(self._theme, "x", f"Close {title}", size=20, icon_size=12, tone="tx3", parent=self)
            close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            close.clicked.connect(lambda: self.close_asked.emit(chat_id))
            self.setTabButton(index, QTabBar.ButtonPosition.RightSide, close)
        return index

    def set_active(self, active: bool) -> None:
        """Whether this is the row of the pane that has the keyboard."""
        if active != self._active:
            self._active = active
            self.update()

    def set_title(self, index: int, title: str) -> None:
        """Rename a tab."""
        if self.tabText(index) != title:
            self.setTabText(index, title)
            self._describe(index)

    def set_state(self, chat_id: str, state: SessionState) -> None:
        """Show what a chat does."""
        if self._states.get(chat_id, "idle") != state:
            self._states[chat_id] = state
            if chat_id in self.ids():
                self._describe(self.ids().index(chat_id))
            self.update()

    def minimumSizeHint(self) -> QSize:
        """One tab; Qt would keep room for its scroll buttons."""
        return QSize(96, TAB_ROW)

    def tabSizeHint(self, index: int) -> QSize:
        """Icon, title up to a limit, close button."""
        title = QFontMetricsF(ui_font(METRICS.ui, 600)).horizontalAdvance(self.tabText(index))
        close = 24 if self.tabButton(index, QTabBar.ButtonPosition.RightSide) else 8
        return QSize(int(min(title, _WIDEST) + self._number_width(index)) + 46 + close, TAB_ROW)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """May shrink to the icon and a few letters."""
        return QSize(min(self.tabSizeHint(index).width(), 96), TAB_ROW)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tab may be dragged from here."""
        super().mousePressEvent(event)
        index = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._dragged, self._moved = str(self.tabData(index)), False
            self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A dragged tab changes places with the neighbour whose middle it passes."""
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        if not self._dragged or self._dragged not in self.ids():
            return
        far = (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        outside = not -_LEAVES <= at.y() <= self.height() + _LEAVES
        self.setCursor(Qt.CursorShape.ClosedHandCursor if far and outside else Qt.CursorShape.ArrowCursor)
        self.carried.emit(self._dragged if far and outside else "", event.globalPosition().toPoint())
        if far and not outside:
            self._drag_to(at.x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: at its new place, or outside of the row."""
        super().mouseReleaseEvent(event)
        dragged, self._dragged = self._dragged, ""
        self.unsetCursor()
        self.carried.emit("", QPoint())
        if not dragged or event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position().toPoint()
        if self.rect().adjusted(0, -_LEAVES, 0, _LEAVES).contains(at):
            if self._moved:
                self.reordered.emit()
        else:
            self.dropped.emit(dragged, event.globalPosition().toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the tab under the pointer, of the chosen one by key."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.tabAt(event.pos()) if by_mouse else self.currentIndex()
        if index >= 0:
            at = event.globalPos() if by_mouse else self.mapToGlobal(self.tabRect(index).bottomLeft())
            self.menu_asked.emit(str(self.tabData(index)), at)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """All tabs."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number in range(self.count()):
                self._paint_tab(painter, number)

    def _drag_to(self, x: int) -> None:
        index = self.ids().index(self._dragged)
        for other in range(self.count()):
            middle = self.tabRect(other).center().x()
            if (other > index and x > middle) or (other < index and x < middle):
                # Moving the current tab tells of another current one, although it is the same chat.
                blocked = self.blockSignals(True)
                self.moveTab(index, other)
                self.blockSignals(blocked)
                self._moved = True
                return

    def _describe(self, index: int) -> None:
        chat_id, title = str(self.tabData(index)), self.tabText(index)
        number = self._numbers.get(chat_id, "")
        self.setTabToolTip(index, plain_tip(f"Chat {number}: {title}" if number else title))
        state = self._states.get(chat_id)
        words = (title, f"chat {number}" if number else "", STATES[state].word if state else "")
        self.setAccessibleTabName(index, ", ".join(w for w in words if w))

    def _number_width(self, index: int) -> float:
        number = self._numbers.get(str(self.tabData(index)), "")
        return QFontMetricsF(code_font(METRICS.caption)).horizontalAdvance(number) + 7 if number else 0.0

    def _paint_tab(self, painter: QPainter, index: int) -> None:
        theme, rect = self._theme, QRectF(self.tabRect(index))
        chosen = index == self.currentIndex()
        if chosen:
            self._paint_surface(painter, rect)
        self._paint_sign(painter, rect, str(self.tabData(index)), chosen=chosen)
        close = 26 if self.tabButton(index, QTabBar.ButtonPosition.RightSide) else 8
        box = rect.adjusted(36, 2, -close, 0)
        if number := self._numbers.get(str(self.tabData(index)), ""):
            painter.setFont(code_font(METRICS.caption))
            painter.setPen(theme.color("tx2" if chosen else "tx3"))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, number)
            box.setLeft(box.left() + self._number_width(index))
        font = ui_font(METRICS.meta, 600 if chosen else 500)
        painter.setFont(font)
        painter.setPen(theme.color("tx1" if chosen and self._active else "tx2"))
        shown = QFontMetricsF(font).elidedText(self.tabText(index), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_surface(self, painter: QPainter, rect: QRectF) -> None:
        theme = self._theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg0"))
        painter.drawRoundedRect(rect.adjusted(1, 4, -1, 10), METRICS.radius_input, METRICS.radius_input)
        painter.setPen(QPen(theme.color("line0"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(1.5, 4.5, -1.5, 10), METRICS.radius_input, METRICS.radius_input)
        if self.by_key:
            painter.setPen(QPen(theme.color("accent"), 1.5))
            painter.drawRoundedRect(rect.adjusted(4, 7, -4, -3), METRICS.radius_tool, METRICS.radius_tool)

    def _paint_sign(self, painter: QPainter, rect: QRectF, chat_id: str, *, chosen: bool) -> None:
        look = STATES[self._states.get(chat_id, "idle")]
        middle = rect.center().y() + 1
        if look.halo or look.tone == "bad":
            paint_dot(painter, self._theme.color(look.tone), QPointF(rect.left() + 22, middle), halo=look.halo)
            return
        tone = "accent" if chosen and self._active else "tx3"
        pixmap = self._theme.pixmap(self._icons.get(chat_id, "message-square"), tone, 15, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(rect.left() + 14, round(middle - 7.5)), pixmap)
