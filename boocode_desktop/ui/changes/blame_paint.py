"""How the gutter of authors looks, and the card that opens over it."""

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boocode_desktop.domain.records import Turn
from boocode_desktop.ui.changes.blame import BlameMark
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.agent_badge import AgentBadge, agent_sign, paint_badge
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.cards import paint_card
from boocode_desktop.ui.widgets.labels import ElidedLabel

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_PROMPT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_CARD_WIDTH, _PROMPT_LINES = 340, 4


class BlamePainter:
    """Paints one line's place in the gutter."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._words, self._age = ui_font(METRICS.caption, 600), ui_font(METRICS.caption)

    def mark(self, painter: QPainter, rect: QRect, mark: BlameMark | None, *, first: bool, hovered: bool) -> None:
        """The rule on every line; badge, words and age on the first one of a run."""
        color = self._theme.color
        painter.fillRect(rect, color("bg3" if hovered and mark is not None and mark.author else "bg1"))
        if mark is None:
            return
        if mark.author:
            tone = agent_sign(mark.author)[1]
            painter.fillRect(rect.left(), rect.top(), 2, rect.height(), color(tone))
        if not first:
            return
        top = rect.top() + (METRICS.code_line - 15) // 2
        if mark.author:
            paint_badge(painter, self._theme, QRectF(rect.left() + 8, top, 15, 15), mark.author)
        else:
            icon = self._theme.pixmap("git-commit-horizontal", "tx3", 14, painter.device().devicePixelRatioF())
            painter.drawPixmap(rect.left() + 8, top, icon)
        line = QRect(rect.left() + 29, rect.top(), rect.width() - 35, METRICS.code_line)
        painter.setFont(self._words if mark.author else self._age)
        painter.setPen(color("tx1" if mark.author else "tx3"))
        painter.drawText(line, _LEFT, mark.words)
        painter.setFont(self._age)
        painter.setPen(color("tx2"))
        painter.drawText(line, _RIGHT, mark.when)


class PromptBox(QWidget):
    """The prompt that led to a line, in at most four lines."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__()
        self._theme = theme
        self._text = " ".join(text.split())
        self.setAccessibleName(f"Prompt: {self._text}")
        metrics = QFontMetrics(ui_font(METRICS.ui))
        box = metrics.boundingRect(QRect(0, 0, _CARD_WIDTH - 48, 10_000), int(_PROMPT), self._text)
        self._lines = min(_PROMPT_LINES, max(1, round(box.height() / metrics.lineSpacing())))
        room = (_CARD_WIDTH - 56) * self._lines
        self._text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        self.setFixedHeight(self._lines * metrics.lineSpacing() + 18)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text on the surface of a prompt."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("user"))
            painter.drawRoundedRect(QRectF(self.rect()), METRICS.radius_button, METRICS.radius_button)
            painter.setFont(ui_font(METRICS.ui))
            painter.setPen(self._theme.color("tx1"))
            painter.drawText(self.rect().adjusted(10, 8, -8, -8), int(_PROMPT), self._text)


class BlameCard(QWidget):
    """Who, with what, when, and the prompt; leads to the turn.

    Signals:
        turn_asked(int): the turn with this number is to be shown in its chat.
    """

    turn_asked = Signal(int)

    def __init__(self, theme: Theme, turn: Turn, mark: BlameMark, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(f"Turn {turn.number} of {mark.author}")
        self.setFixedWidth(_CARD_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(AgentBadge(theme, mark.author, size=22))
        head.addWidget(ElidedLabel(theme, mark.author, font=ui_font(METRICS.ui, 600)))
        head.addWidget(ElidedLabel(theme, turn.model, tone="tx2", font=ui_font(METRICS.meta)), 1)
        when = f"turn {turn.number} · {mark.when}" if mark.when else f"turn {turn.number}"
        label = ElidedLabel(theme, when, tone="tx2", font=ui_font(METRICS.meta))
        label.setMinimumWidth(label.sizeHint().width())
        head.addWidget(label)
        column.addLayout(head)
        column.addWidget(PromptBox(theme, turn.prompt))
        button = Button(theme, f"Open turn {turn.number}", "sec", icon="corner-down-left", height=26)
        button.clicked.connect(lambda: self.turn_asked.emit(turn.number))
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button)
        column.addLayout(foot)
        self.adjustSize()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The surface."""
        with QPainter(self) as painter:
            paint_card(painter, self._theme, QRectF(self.rect()), surface="bg2", radius=10)
