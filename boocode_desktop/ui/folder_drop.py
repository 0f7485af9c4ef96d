"""A folder dropped anywhere on the window is opened; while it is held over it, the window says so."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.sidebar.parts import paint_dashed
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

_WIDE, _HIGH = 340, 120


def dropped_folder(data: QMimeData) -> Path | None:
    """The first folder on this computer among what is dragged, None if there is none."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.is_dir()), None)


class FolderDrop(QObject):
    """Watches a window. What a part of it takes for itself never comes here.

    Signals:
        given(Path): a folder was dropped.
    """

    given = Signal(Path)

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._veil = _Veil(theme, window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take folders, leave everything else."""
        if isinstance(event, QDragEnterEvent) and event.type() == QEvent.Type.DragEnter:
            if dropped_folder(event.mimeData()) is not None:
                event.acceptProposedAction()
                self._veil.cover()
                return True
        elif event.type() == QEvent.Type.DragLeave:
            self._veil.hide()
        elif isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self._veil.hide()
            folder = dropped_folder(event.mimeData())
            if folder is not None:
                event.acceptProposedAction()
                self.given.emit(folder)
                return True
        return False


class _Veil(QWidget):
    """Dims the window and says what a drop does."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self.setAccessibleName("Drop the folder to open it")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Show it above everything."""
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A card with a dashed edge in the middle."""
        theme = self._theme
        box = QRectF(0, 0, _WIDE, _HIGH)
        box.moveCenter(QRectF(self.rect()).center())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(0, 0, 0, 120 if theme.dark else 60))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg2"))
            painter.drawRoundedRect(box, METRICS.radius_card, METRICS.radius_card)
            paint_dashed(painter, theme.color("accent"), box.adjusted(8, 8, -8, -8))
            icon = theme.pixmap("folder-open", "accent", 22, self.devicePixelRatioF())
            painter.drawPixmap(round(box.center().x() - 11), round(box.top() + 26), icon)
            painter.setPen(theme.color("tx1"))
            painter.setFont(ui_font(METRICS.h3, 600))
            painter.drawText(box.adjusted(0, 56, 0, -34), Qt.AlignmentFlag.AlignCenter, "Drop to open the folder")
            painter.setPen(theme.color("tx2"))
            painter.setFont(ui_font(METRICS.meta))
            painter.drawText(box.adjusted(0, 82, 0, -10), Qt.AlignmentFlag.AlignCenter, "A session begins in a copy")
