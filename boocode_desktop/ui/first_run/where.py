"""Choose where: a place to drop a folder, the projects opened before, and whether a folder is trusted."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QVBoxLayout, QWidget

from boocode_desktop.domain.records import Project
from boocode_desktop.orchestrator.views import ProjectView, TrustItem
from boocode_desktop.ui.ages import age
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.trust import UNTRUSTED, WORDS, TrustItems
from boocode_desktop.ui.first_run.choice_card import ChoiceCard, text_label
from boocode_desktop.ui.sidebar.parts import paint_dashed
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button

_MOST = 5


class DropZone(QWidget):
    """Takes a dropped folder, or opens the chooser.

    Signals:
        folder_given(Path): a folder was dropped.
        asked: the button was pressed.
    """

    folder_given = Signal(Path)
    asked = Signal()

    def __init__(self, theme: Theme, keys: str) -> None:
        super().__init__()
        self._theme, self._over = theme, False
        self.setAcceptDrops(True)
        self.setFixedHeight(152)
        self.setAccessibleName("Drop a repository here")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 52, 16, 18)
        column.setSpacing(2)
        for words, px, weight, tone in (
            ("Drop a repository here", METRICS.body, 600, ""),
            ("or any folder; git is not required", METRICS.meta, 400, "muted"),
        ):
            label = text_label(words, px, weight, tone=tone)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(6)
        button = Button(theme, "Open a folder…", "sec", icon="folder-open", hint=keys, height=32)
        button.clicked.connect(self.asked)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        theme.changed.connect(self.update)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Folders are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self._over = True
            event.acceptProposedAction()
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It went on."""
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first folder (of a file, the folder it is in)."""
        self._over = False
        self.update()
        for url in event.mimeData().urls():
            if url.isLocalFile():
                path = Path(url.toLocalFile())
                self.folder_given.emit(path if path.is_dir() else path.parent)
                event.acceptProposedAction()
                return

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The dashed zone with its folder."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._over:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.color("accent_soft"))
                painter.drawRoundedRect(QRectF(self.rect()), METRICS.radius_card, METRICS.radius_card)
            paint_dashed(painter, self._theme.color("accent" if self._over else "line2"), QRectF(self.rect()))
            icon = self._theme.pixmap("folder-open", "accent", 24, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(round(self.width() / 2 - 12), 22), icon)


class RecentRow(QAbstractButton):
    """A project opened before."""

    def __init__(self, theme: Theme, project: Project, when: str, *, missing: bool) -> None:
        super().__init__()
        self._theme, self._project, self._when, self._missing = theme, project, when, missing
        self.setAccessibleName(f"Open {project.name}, {project.path}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(50)
        self.setEnabled(not missing)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icon, name, path, age."""
        theme, width = self._theme, self.width()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.isEnabled() and (self.underMouse() or self.hasFocus()):
                painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("bg2" if theme.dark else "bg3"))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
            icon = "triangle-alert" if self._missing else "folder-git-2"
            painter.drawPixmap(10, 17, theme.pixmap(icon, "tx2", 16, self.devicePixelRatioF()))
            painter.setPen(theme.color("tx2" if self._missing else "tx1"))
            painter.setFont(ui_font(METRICS.ui, 600))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(42, 6, width - 120, 20), middle, self._project.name)
            font = code_font(METRICS.caption)
            painter.setFont(font)
            painter.setPen(theme.color("tx2"))
            path = "folder missing" if self._missing else self._project.path
            shown = QFontMetricsF(font).elidedText(path, Qt.TextElideMode.ElideMiddle, width - 130)
            painter.drawText(QRectF(42, 26, width - 130, 18), middle, shown)
            painter.setFont(ui_font(METRICS.meta))
            box = QRectF(width - 88, 0, 78, 50)
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, self._when)


class RecentProjects(QWidget):
    """The newest few.

    Signals:
        chosen(str): a project's id.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def show_projects(self, overview: Sequence[ProjectView], now: float) -> None:
        """List them."""
        while (taken := self._column.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        newest = sorted(overview, key=lambda v: -v.project.opened_at)[:_MOST]
        if newest:
            caption: QLabel = text_label("RECENT PROJECTS", METRICS.caption, 600, tone="muted")
            self._column.addWidget(caption)
        for view in newest:
            row = RecentRow(self._theme, view.project, age(view.project.opened_at, now), missing=view.missing)
            row.clicked.connect(lambda _checked=False, project_id=view.project.id: self.chosen.emit(project_id))
            self._column.addWidget(row)
        self.setVisible(bool(newest))


class TrustCard(ChoiceCard):
    """The question on the page, for the folder just opened.

    Signals:
        answered(bool): True to trust it.
    """

    answered = Signal(bool)

    def __init__(self, context: Context, project: Project, items: Sequence[TrustItem]) -> None:
        super().__init__(context.theme, "shield", "Do you trust this folder?", project.path, tone="info")
        self.detail.setFont(code_font(METRICS.caption))
        self.body.addWidget(text_label(WORDS, METRICS.ui, tone="muted"))
        self.body.addWidget(TrustItems(context.theme, items))
        self.body.addWidget(text_label(UNTRUSTED, METRICS.meta, tone="muted"))
        self.foot.addStretch(1)
        self.untrusted = Button(context.theme, "Open untrusted", "sec")
        self.trusted = Button(context.theme, "Trust folder", "sec")
        for button, answer in ((self.untrusted, False), (self.trusted, True)):
            button.clicked.connect(lambda _checked=False, given=answer: self.answered.emit(given))
            self.foot.addWidget(button)
