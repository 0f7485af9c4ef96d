"""The comments that wait: a card each, and the button that sends all of them as one prompt."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from boocode_desktop.content.review_comments import Comment
from boocode_desktop.ui.actions import Actions
from boocode_desktop.ui.composer.pickers import Picker
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import paint_card
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.plain_tips import plain_tip

TALL, LOW = 104, 44
_CARD = QSize(236, 80)
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class CommentCard(QWidget):
    """One comment in short.

    Signals:
        acted(str, str): `show`, `edit` or `remove`, and the comment's id.
    """

    acted = Signal(str, str)

    def __init__(self, theme: Theme, comment: Comment) -> None:
        super().__init__()
        self._theme, self.comment = theme, comment
        place = f"{PurePosixPath(comment.path).name}:{comment.line}"
        self.setFixedSize(_CARD)
        self.setAccessibleName(f"Comment on {comment.path} line {comment.line}: {comment.text}")
        self.setToolTip(plain_tip(f"{comment.path}:{comment.line}\n{comment.text}"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(30, 4, 4, 6)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(ElidedLabel(theme, place, font=code_font(METRICS.code), mode=Qt.TextElideMode.ElideLeft), 1)
        if comment.side == "old":
            row.addWidget(ElidedLabel(theme, "old", tone="tx2", font=ui_font(METRICS.meta)))
        for kind, icon, word in (("edit", "pencil", "Edit"), ("remove", "x", "Remove")):
            button = IconButton(
                theme, icon, f"{word} the comment on {place}: {comment.text[:40]}", size=24, icon_size=13
            )
            button.clicked.connect(lambda _=False, kind=kind: self.acted.emit(kind, comment.id))
            row.addWidget(button)
        column.addLayout(row)
        column.addStretch(1)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Show the line."""
        self.acted.emit("show", self.comment.id)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The card, its icon and up to two lines of the words."""
        with QPainter(self) as painter:
            paint_card(painter, self._theme, QRectF(self.rect()), surface="bg2")
            icon = self._theme.pixmap("message-square", "accent", 14, self.devicePixelRatioF())
            painter.drawPixmap(10, 9, icon)
            painter.setFont(ui_font(METRICS.ui))
            painter.setPen(self._theme.color("tx2"))
            room = self.rect().adjusted(10, 32, -10, -6)
            text = " ".join(self.comment.text.split())
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width() * 2 - 40)
            painter.drawText(room, int(_WRAPPED), shown)


class CommentTray(QWidget):
    """Cards on the left, the chat and the button on the right; not there without comments.

    Signals:
        acted(str, str): what was chosen on a card, and the comment's id.
    """

    acted = Signal(str, str)

    def __init__(self, theme: Theme, actions: Actions) -> None:
        super().__init__()
        self._theme, self._tall = theme, True
        self._cards: list[CommentCard] = []
        self.setAccessibleName("Comments to send")
        self._words = ElidedLabel(theme, "", tone="tx2")
        self.chat = Picker(theme, "Send to", "message-square")
        self.send = Button(
            theme, "Send", "primary", icon="send", hint=actions.keys("changes.send_comments"), height=METRICS.button
        )
        self.send.clicked.connect(actions.action("changes.send_comments").trigger)
        holder = QWidget()
        self._row = QHBoxLayout(holder)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self._area = QScrollArea()
        self._area.setAccessibleName("Comments")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(holder)
        self._area.viewport().setAutoFillBackground(False)
        holder.setAutoFillBackground(False)
        self._lay_out()
        theme.changed.connect(self.update)
        self.hide()

    def _lay_out(self) -> None:
        whole = QHBoxLayout(self)
        whole.setContentsMargins(14, 9, 12, 8)
        whole.setSpacing(12)
        whole.addWidget(self._area, 1)
        whole.addWidget(self._words, 1)
        self._right = QVBoxLayout()
        self._right.setSpacing(6)
        self._right.addWidget(self.chat)
        self._right.addWidget(self.send)
        whole.addLayout(self._right)

    def show_comments(self, comments: Sequence[Comment]) -> None:
        """Show other comments."""
        for card in self._cards:
            card.setParent(None)
            card.deleteLater()
        self._cards = [CommentCard(self._theme, comment) for comment in comments]
        for place, card in enumerate(self._cards):
            card.acted.connect(self.acted)
            self._row.insertWidget(place, card)
        many = f"{len(comments)} comment{'s' if len(comments) != 1 else ''}"
        self._words.set_text(f"{many} to send")
        self.send.set_look(f"Send {many} to the agent")
        self.setVisible(bool(comments))

    def fit(self, *, tall: bool) -> None:
        """Cards in tall panes, one row of words in low ones."""
        self._area.setVisible(tall)
        self._words.setVisible(not tall)
        direction = QVBoxLayout.Direction.TopToBottom if tall else QVBoxLayout.Direction.LeftToRight
        self._right.setDirection(direction)
        self.setFixedHeight(TALL if tall else LOW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A surface with a rule above."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("bg1"))
            painter.fillRect(0, 0, self.width(), 1, self._theme.color("line0"))
