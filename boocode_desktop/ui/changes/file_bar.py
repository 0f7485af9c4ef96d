"""The row above a diff: which file, how much of it, who changed it, and the decisions about all of it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from boocode_desktop.content.change_rows import authors_sentence
from boocode_desktop.domain.changes import FileChange
from boocode_desktop.ui.actions import Actions
from boocode_desktop.ui.changes.file_delegate import count_word
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.agent_badge import paint_badge
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WIDE = 720
_BADGE = 18


class FileTitle(QWidget):
    """Folder, name, counts, badges and the sentence that names the authors, as far as there is room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._change: FileChange | None = None
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_change(self, change: FileChange | None) -> None:
        """Name a file."""
        self._change = change
        self.text = "" if change is None else change.path
        if change is not None and change.old_path:
            self.text = f"{change.old_path} → {change.path}"
        words = [self.text, authors_sentence(change.agents) if change else ""]
        self.setAccessibleName(". ".join(w for w in words if w))
        self.setToolTip(plain_tip(self.text))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, 24)

    def minimumSizeHint(self) -> QSize:
        """The name's end stays readable."""
        return QSize(60, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as fits, the name first."""
        change = self._change
        if change is None:
            return
        with QPainter(self) as painter:
            used = self._paint_path(painter, self.text)
            for text, tone in self._counts(change):
                used = self._word(painter, used + 9, text, tone, code=True)
            sentence = authors_sentence(change.agents)
            width = painter.fontMetrics().horizontalAdvance(sentence) + (_BADGE + 3) * len(change.agents) + 30
            if sentence and used + width < self.width():
                self._paint_authors(painter, used + 18, change, sentence)

    def _paint_path(self, painter: QPainter, text: str) -> float:
        folder, slash, name = text.rpartition("/")
        painter.setFont(ui_font(METRICS.ui))
        painter.setPen(self._theme.color("tx2"))
        left = 0.0
        bold = ui_font(METRICS.ui, 600)
        painter.setFont(bold)
        wide = painter.fontMetrics().horizontalAdvance(name)
        painter.setFont(ui_font(METRICS.ui))
        shown = f"{folder} / ".replace("/", " / ").replace("  ", " ") if slash else ""
        room = max(0, self.width() - wide - 70)
        shown = painter.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideLeft, room)
        painter.drawText(QRectF(left, 0, self.width(), self.height()), _LEFT, shown)
        left += painter.fontMetrics().horizontalAdvance(shown)
        painter.setFont(bold)
        painter.setPen(self._theme.color("tx1"))
        name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, int(self.width() - left))
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), _LEFT, name)
        return left + painter.fontMetrics().horizontalAdvance(name)

    def _counts(self, change: FileChange) -> list[tuple[str, str]]:
        if word := count_word(change):
            return [(word, "tx2")]
        counts = ((f"+{change.added:,}", "ok", change.added), (f"−{change.removed:,}", "bad", change.removed))
        return [(words, tone) for words, tone, number in counts if number]

    def _word(self, painter: QPainter, left: float, text: str, tone: str, *, code: bool = False) -> float:
        painter.setFont(code_font(METRICS.code) if code else ui_font(METRICS.ui, 500))
        width = painter.fontMetrics().horizontalAdvance(text)
        if left + width < self.width():
            painter.setPen(self._theme.color(tone))
            painter.drawText(QRectF(left, 0, width + 2, self.height()), _LEFT, text)
        return left + width

    def _paint_authors(self, painter: QPainter, left: float, change: FileChange, sentence: str) -> None:
        painter.fillRect(QRectF(left - 8, 4, 1, self.height() - 8), self._theme.color("line1"))
        for agent in change.agents:
            paint_badge(painter, self._theme, QRectF(left, (self.height() - _BADGE) / 2, _BADGE, _BADGE), agent)
            left += _BADGE + 3
        self._word(painter, left + 5, sentence, "tx2")


class FileBar(QWidget):
    """Title and the two decisions; their key hints go where the bar is narrow."""

    def __init__(self, theme: Theme, actions: Actions) -> None:
        super().__init__()
        self.setFixedHeight(40)
        self.title = FileTitle(theme)
        self.buttons: list[Button] = []
        self._hints: list[str] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 8, 0)
        row.setSpacing(6)
        row.addWidget(self.title, 1)
        self._add(theme, actions, row, "changes.reject_file", "Reject file", "x")
        self._add(theme, actions, row, "changes.approve_file", "Approve file", "check")

    def _add(self, theme: Theme, actions: Actions, row: QHBoxLayout, name: str, text: str, icon: str) -> None:
        kind = "ok" if icon == "check" else "flat"
        button = Button(theme, text, kind, icon=icon, hint=actions.keys(name))  # type: ignore[arg-type]
        button.clicked.connect(actions.action(name).trigger)
        row.addWidget(button)
        self.buttons.append(button)
        self._hints.append(actions.keys(name))

    def set_open(self, open_now: bool) -> None:
        """Whether there is anything to decide about the file."""
        for button in self.buttons:
            button.setEnabled(open_now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the hints out where there is no room for them."""
        super().resizeEvent(event)
        for button, hint in zip(self.buttons, self._hints, strict=True):
            button.set_look(button.text(), hint=hint if self.width() >= _WIDE else "")
