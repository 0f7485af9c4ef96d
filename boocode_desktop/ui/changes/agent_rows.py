"""Who changed files, one row each: a click shows only what that agent touched."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from boocode_desktop.content.change_rows import AgentShare
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.agent_badge import paint_badge
from boocode_desktop.ui.widgets.plain_tips import plain_tip

ROW = 28
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class AgentRow(QAbstractButton):
    """One agent with its counts; checked when the list shows only its files."""

    def __init__(self, theme: Theme, share: AgentShare, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self.share = theme, share
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        files = f"{share.files} file{'s' if share.files != 1 else ''}"
        self.setAccessibleName(f"Only files from {share.agent}: {files}, {share.added} added, {share.removed} removed")
        self.setToolTip(plain_tip(f"Show only what {share.agent} touched"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(200, ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Badge, name, files, counts, eye."""
        theme, box = self._theme, QRectF(self.rect()).adjusted(6, 1, -6, -1)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            filled = self.underMouse() or self.isChecked()
            painter.setBrush(theme.color("bg3") if filled else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, METRICS.radius_button, METRICS.radius_button)
            paint_badge(painter, theme, QRectF(box.left() + 6, box.center().y() - 9, 18, 18), self.share.agent)
            self._paint_words(painter, box)

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        theme, share = self._theme, self.share
        ratio = self.devicePixelRatioF()
        eye = theme.pixmap("eye", "accent" if self.isChecked() else "tx2", 14, ratio)
        painter.drawPixmap(int(box.right()) - 22, int(box.center().y()) - 7, eye)
        painter.setFont(code_font(METRICS.code))
        metrics, right = painter.fontMetrics(), box.right() - 30
        for text, tone in ((f"−{share.removed}", "bad"), (f"+{share.added}", "ok")):
            width = metrics.horizontalAdvance(text)
            painter.setPen(theme.color(tone))
            painter.drawText(QRectF(right - width, box.top(), width + 1, box.height()), _LEFT, text)
            right -= width + 7
        painter.setFont(ui_font(METRICS.ui, 600 if self.isChecked() else 500))
        painter.setPen(theme.color("tx1"))
        room = QRectF(box.left() + 32, box.top(), right - box.left() - 32, box.height())
        name = painter.fontMetrics().elidedText(share.agent, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, _LEFT, name)
        used = painter.fontMetrics().horizontalAdvance(name) + 10
        painter.setFont(ui_font(METRICS.meta))
        painter.setPen(theme.color("tx2"))
        files = f"{share.files} file{'s' if share.files != 1 else ''}"
        if painter.fontMetrics().horizontalAdvance(files) + used < room.width():
            painter.drawText(room.adjusted(used, 0, 0, 0), _LEFT, files)


class AgentRows(QWidget):
    """The rows; none are shown for fewer than two agents.

    Signals:
        chosen(str): only this agent's files are wanted; "" for everybody's.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[AgentRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 6)
        self._column.setSpacing(0)

    def show_shares(self, shares: Sequence[AgentShare], agent: str) -> None:
        """Offer these agents; `agent` is the one chosen now."""
        shares = shares if len(shares) > 1 else ()
        if [row.share for row in self._rows] != list(shares):
            for row in self._rows:
                row.setParent(None)
                row.deleteLater()
            self._rows = [self._make(share) for share in shares]
        for row in self._rows:
            row.setChecked(row.share.agent == agent)

    @property
    def some(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self._rows)

    def _make(self, share: AgentShare) -> AgentRow:
        row = AgentRow(self._theme, share, self)
        row.clicked.connect(lambda on: self.chosen.emit(share.agent if on else ""))
        self._column.addWidget(row)
        return row
