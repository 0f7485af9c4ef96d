"""How the sidebar's rows are painted."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from boocode_desktop.ui.sidebar.model import ROW_ROLE
from boocode_desktop.ui.sidebar.rows import ProjectRow, SessionRow
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.chips import paint_dot

_PROJECT_ROW = 34
_INSET = 8


class SidebarDelegate(QStyledItemDelegate):
    """Paints project heads and session rows."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two heights."""
        row = index.data(ROW_ROLE)
        return QSize(120, _PROJECT_ROW if isinstance(row, ProjectRow) else METRICS.session_row + 1)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One row."""
        row = index.data(ROW_ROLE)
        rect = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, ProjectRow):
            self._surface(painter, rect.adjusted(_INSET, 3, -_INSET, -3), state, selectable=False)
            self._project(painter, rect, row)
        elif isinstance(row, SessionRow):
            self._surface(painter, rect.adjusted(_INSET, 0, -_INSET, -1), state, selectable=True)
            lit = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver
            selected = bool(state & QStyle.StateFlag.State_Selected)
            self._session(painter, rect, row, selected=selected, lit=bool(state & lit))
        painter.restore()

    def _surface(self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag, *, selectable: bool) -> None:
        selected = selectable and bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or hovered:
            painter.setBrush(self._theme.color("bg3" if selected else "bg2" if self._theme.dark else "bg3"))
            painter.drawRoundedRect(rect, METRICS.radius_button, METRICS.radius_button)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), METRICS.radius_button, METRICS.radius_button)

    def _project(self, painter: QPainter, rect: QRectF, row: ProjectRow) -> None:
        theme, middle = self._theme, rect.center().y()
        self._icon(painter, "chevron-down" if row.open else "chevron-right", "tx3", 14, 17, middle)
        icon, tone = ("triangle-alert", "warn") if row.missing else ("folder-open" if row.open else "folder", "tx2")
        self._icon(painter, icon, tone, 16, 38, middle)
        right = rect.right() - 20
        if not row.open and row.count:
            right = self._figure(painter, str(row.count), right, middle)
        painter.setPen(theme.color("tx2" if row.missing else "tx1"))
        self._text(painter, row.title, QRectF(62, rect.top(), right - 70, rect.height()), METRICS.ui, 600)

    def _session(self, painter: QPainter, rect: QRectF, row: SessionRow, *, selected: bool, lit: bool) -> None:
        theme, middle = self._theme, rect.center().y()
        paint_dot(painter, theme.color(row.look.tone), QPointF(25, middle), radius=3.8, halo=row.look.halo)
        right = rect.right() - 16
        if row.waiting:
            right = self._badge(painter, str(row.waiting), right, middle) - 6
        width = right - 40
        quiet = row.state in ("idle", "done") and not selected
        painter.setPen(theme.color("tx2" if quiet else "tx1"))
        self._text(painter, row.title, QRectF(40, rect.top() + 5, width, 19), METRICS.ui, 400 if quiet else 500)
        painter.setPen(theme.color("tx2" if lit else "tx3"))
        self._text(painter, row.detail, QRectF(40, rect.top() + 24, width, 16), METRICS.caption, 400)

    def _icon(self, painter: QPainter, name: str, tone: str, size: int, x: float, middle: float) -> None:
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(QPointF(x, round(middle - size / 2)), self._theme.pixmap(name, tone, size, ratio))

    def _text(self, painter: QPainter, text: str, rect: QRectF, px: int, weight: int) -> None:
        font = ui_font(px, weight)
        painter.setFont(font)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)

    def _figure(self, painter: QPainter, text: str, right: float, middle: float) -> float:
        font = code_font(METRICS.caption)
        width = QFontMetricsF(font).horizontalAdvance(text)
        painter.setFont(font)
        painter.setPen(self._theme.color("tx3"))
        painter.drawText(QRectF(right - width, middle - 9, width, 18), Qt.AlignmentFlag.AlignVCenter, text)
        return right - width

    def _badge(self, painter: QPainter, text: str, right: float, middle: float) -> float:
        font = ui_font(METRICS.caption, 600, tabular=True)
        width = max(20.0, QFontMetricsF(font).horizontalAdvance(text) + 12)
        box = QRectF(right - width, middle - 10, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("warn_soft"))
        painter.drawRoundedRect(box, METRICS.radius_chip, METRICS.radius_chip)
        painter.setPen(self._theme.color("warn"))
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return box.left()
