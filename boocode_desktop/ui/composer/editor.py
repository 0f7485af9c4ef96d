"""The text field: grows with its text, sends on Enter, takes pictures by paste and drop."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from boocode_desktop.ui.composer.markdown_hints import continuation
from boocode_desktop.ui.composer.pasted import is_long
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.tokens import METRICS

_MOST_LINES = 12


class PromptEditor(QPlainTextEdit):
    """Enter submits, Shift+Enter breaks the line, Escape stops; Up in the first line and Down in the last one walk the
    history.

    Signals:
        submitted: Enter.
        steered: Ctrl+Enter.
        stopped: Escape.
        older_asked, newer_asked: Up and Down at the edges, Ctrl+Up, Ctrl+Down.
        image_given(QImage): a picture was pasted.
        long_text_given(str): a text was pasted that would bury the message.
        files_given(object): files were pasted or dropped (`list[Path]`).
    """

    submitted = Signal()
    steered = Signal()
    stopped = Signal()
    older_asked = Signal()
    newer_asked = Signal()
    image_given = Signal(QImage)
    files_given = Signal(object)
    long_text_given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.take_key: Callable[[QKeyEvent], bool] | None = None
        """Asked first; True where it has taken the key."""
        self.setProperty("bare", True)
        self.setAccessibleName("Message")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(ui_font(METRICS.body))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.viewport().setAutoFillBackground(False)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def show_text(self, text: str) -> None:
        """Replace the text and put the cursor at its end; one undo brings the old one back."""
        cursor = self.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(text)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def sizeHint(self) -> QSize:
        """As high as the text, within limits."""
        return QSize(300, self._wanted())

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return QSize(120, self._line_height() + 8)

    def event(self, event: QEvent) -> bool:
        """Tab moves the focus before any key handler sees it, unless it is taken."""
        tab = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        taken = isinstance(event, QKeyEvent) and tab and self.take_key is not None and self.take_key(event)
        return taken or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The composer's keys; everything else edits."""
        if self.take_key is not None and self.take_key(event):
            return
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.submitted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.steered.emit()
        elif event.key() == Qt.Key.Key_Escape and plain:
            self.stopped.emit()
        elif event.key() == Qt.Key.Key_Up and (control or (plain and self._at_edge(-1))):
            self.older_asked.emit()
        elif event.key() == Qt.Key.Key_Down and (control or (plain and self._at_edge(1))):
            self.newer_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shift and self._go_on():
            return
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps otherwise."""
        super().resizeEvent(event)
        self._fit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Pictures and files are taken too."""
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Files and pictures become attachments, text is inserted without its formats."""
        files = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        if files:
            self.files_given.emit(files)
        elif source.hasImage() and not source.hasText():
            self.image_given.emit(QImage(source.imageData()))
        elif source.hasText() and is_long(source.text()):
            self.long_text_given.emit(source.text())
        else:
            super().insertFromMimeData(source)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped here."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        if event.mimeData().hasUrls():
            self.insertFromMimeData(event.mimeData())
            event.acceptProposedAction()
        else:
            super().dropEvent(event)

    def _go_on(self) -> bool:
        """Begin the next item of a list; an empty item ends it."""
        cursor = self.textCursor()
        line = cursor.block().text()
        start = None if cursor.hasSelection() or not cursor.atBlockEnd() else continuation(line)
        if start is None:
            return False
        if not start:
            cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
        else:
            cursor.insertText(f"\n{start}")
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        return True

    def _at_edge(self, by: int) -> bool:
        """Whether there is no line above (-1) or below (1) the cursor, wrapped ones included."""
        cursor = QTextCursor(self.textCursor())
        way = QTextCursor.MoveOperation.Up if by < 0 else QTextCursor.MoveOperation.Down
        return not cursor.hasSelection() and not cursor.movePosition(way)

    def _line_height(self) -> int:
        return self.fontMetrics().lineSpacing()

    def _wanted(self) -> int:
        lines = max(1, round(self.document().documentLayout().documentSize().height()))
        return min(lines, _MOST_LINES) * self._line_height() + 8

    def _fit(self) -> None:
        wanted = self._wanted()
        full = round(self.document().documentLayout().documentSize().height()) > _MOST_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if full else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        if self.height() != wanted:
            self.setFixedHeight(wanted)
            self.updateGeometry()
        if not full:
            # All of it fits: what was scrolled to while it was smaller must not stay.
            self.verticalScrollBar().setValue(0)
