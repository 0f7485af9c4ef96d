"""The tabs of a session's chats, painted: icon or state dot, title, close."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTabBar, QWidget

from boocode_desktop.domain.records import SessionState
from boocode_desktop.ui.sidebar.rows import STATES
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.chips import paint_dot

TAB_ROW = 38
_WIDEST = 190.0


class ChatTabs(QTabBar):
    """One tab per chat, its id in the tab's data.

    Signals:
        close_asked(str): a chat's id.
    """

    close_asked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._states: dict[str, SessionState] = {}
        self._icons: dict[str, str] = {}
        self._by_key = False
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

    def add(self, chat_id: str, title: str, *, icon: str = "message-square", closable: bool = True) -> int:
        """A tab at the right end."""
        number = self.addTab(title)
        self.setTabData(number, chat_id)
        self.setTabToolTip(number, title)
        self._icons[chat_id] = icon
        if closable:
            close = IconButton(self._theme, "x", f"Close {title}", size=20, icon_size=12, tone="tx3", parent=self)
            close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            close.clicked.connect(lambda: self.close_asked.emit(chat_id))
            self.setTabButton(number, QTabBar.ButtonPosition.RightSide, close)
        return number

    def set_title(self, number: int, title: str) -> None:
        """Rename a tab."""
        if self.tabText(number) != title:
            self.setTabText(number, title)
            self.setTabToolTip(number, title)

    def set_state(self, chat_id: str, state: SessionState) -> None:
        """Show what a chat does."""
        if self._states.get(chat_id, "idle") != state:
            self._states[chat_id] = state
            number = self.ids().index(chat_id) if chat_id in self.ids() else -1
            if number >= 0:
                self.setAccessibleTabName(number, f"{self.tabText(number)}, {STATES[state].word}")
            self.update()

    def minimumSizeHint(self) -> QSize:
        """One tab; Qt would keep room for its scroll buttons."""
        return QSize(96, TAB_ROW)

    def tabSizeHint(self, index: int) -> QSize:
        """Icon, title up to a limit, close button."""
        title = QFontMetricsF(ui_font(METRICS.ui, 600)).horizontalAdvance(self.tabText(index))
        close = 24 if self.tabButton(index, QTabBar.ButtonPosition.RightSide) else 8
        return QSize(int(min(title, _WIDEST)) + 46 + close, TAB_ROW)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """May shrink to the icon and a few letters."""
        return QSize(min(self.tabSizeHint(index).width(), 96), TAB_ROW)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring is for people who came by key."""
        self._by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No ring without focus."""
        self._by_key = False
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """All tabs."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number in range(self.count()):
                self._paint_tab(painter, number)

    def _paint_tab(self, painter: QPainter, number: int) -> None:
        theme, rect = self._theme, QRectF(self.tabRect(number))
        chosen = number == self.currentIndex()
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg0"))
            painter.drawRoundedRect(rect.adjusted(1, 4, -1, 10), METRICS.radius_input, METRICS.radius_input)
            painter.setPen(QPen(theme.color("line0"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1.5, 4.5, -1.5, 10), METRICS.radius_input, METRICS.radius_input)
        if chosen and self._by_key:
            painter.setPen(QPen(theme.color("accent"), 1.5))
            painter.drawRoundedRect(rect.adjusted(4, 7, -4, -3), METRICS.radius_tool, METRICS.radius_tool)
        self._paint_sign(painter, rect, str(self.tabData(number)), chosen=chosen)
        font = ui_font(METRICS.meta, 600 if chosen else 500)
        painter.setFont(font)
        painter.setPen(theme.color("tx1" if chosen else "tx2"))
        close = 26 if self.tabButton(number, QTabBar.ButtonPosition.RightSide) else 8
        box = rect.adjusted(36, 2, -close, 0)
        shown = QFontMetricsF(font).elidedText(self.tabText(number), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_sign(self, painter: QPainter, rect: QRectF, chat_id: str, *, chosen: bool) -> None:
        look = STATES[self._states.get(chat_id, "idle")]
        middle = rect.center().y() + 1
        if look.halo or look.tone == "bad":
            paint_dot(painter, self._theme.color(look.tone), QPointF(rect.left() + 22, middle), halo=look.halo)
            return
        tone = "accent" if chosen else "tx3"
        pixmap = self._theme.pixmap(self._icons.get(chat_id, "message-square"), tone, 15, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(rect.left() + 14, round(middle - 7.5)), pixmap)
