"""The small menus beneath the text: who answers, with which model, how hard it thinks, and whether it may edit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_ICON, _CHEVRON, _WIDEST, _NOTE = 15, 13, 170, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry: what is stored, what is read, and a note beside it. Disabled ones say why in the note.

    `warning` is the tone of a sign in the button while this is chosen; the note says in words what it means.
    """

    id: str
    label: str
    note: str = ""
    icon: str = ""
    enabled: bool = True
    warning: str = ""


class Picker(QAbstractButton):
    """Shows the choice that holds; opens a menu of the others.

    Signals:
        chosen(str): the id of the choice a person made.
        opening: the menu is about to be shown; fresh choices may be given now.
    """

    chosen = Signal(str)
    opening = Signal()

    def __init__(
        self, theme: Theme, name: str, icon: str, parent: QWidget | None = None, *, framed: bool = False
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._icon, self._default_icon = theme, name, icon, icon
        self._framed, self._compact = framed, False
        self._choices: Sequence[Choice] = ()
        self._more: Sequence[tuple[str, str, Callable[[], object]]] = ()
        self._selected = self._warning = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._show("")
        self.clicked.connect(self.open_menu)
        theme.changed.connect(self.update)

    @property
    def selected(self) -> str:
        """The id that holds."""
        return self._selected

    @property
    def icon_name(self) -> str:
        """The icon of the choice that holds."""
        return self._icon

    def offer(self, choices: Sequence[Choice], selected: str) -> None:
        """What can be chosen, and what holds now."""
        self._choices = choices
        self.select(selected)

    def offer_more(self, *entries: tuple[str, str, Callable[[], object]]) -> None:
        """What else the menu offers below the choices: icon, words, what it does."""
        self._more = entries

    def select(self, choice_id: str) -> None:
        """Show another choice as the one that holds, without a signal."""
        self._selected = choice_id
        choice = next((c for c in self._choices if c.id == choice_id), None)
        self._icon = choice.icon if choice and choice.icon else self._default_icon
        self._warning = choice.warning if choice else ""
        self._show(choice.label if choice else choice_id, choice.note if choice and choice.warning else "")

    def open_menu(self) -> None:
        """Show the choices above the button."""
        self.opening.emit()
        menu = QMenu(self)
        menu.setAccessibleName(self._name)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for choice in self._choices:
            self._add(menu, group, choice)
        if not self._choices:
            menu.addAction("Nothing to choose from").setEnabled(False)
        if self._more:
            menu.addSeparator()
        for icon, words, act in self._more:
            entry = menu.addAction(self._theme.icon(icon, "tx2", 16), words)
            entry.triggered.connect(lambda _checked=False, act=act: act())
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    def set_compact(self, compact: bool) -> None:
        """Leave the label out; it stays as tool tip."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    @property
    def full_width(self) -> int:
        """The width with the label."""
        label = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        return int(min(_WIDEST, label)) + _ICON + _CHEVRON + 28

    @property
    def compact_width(self) -> int:
        """The width without it."""
        return _ICON + _CHEVRON + 20

    def sizeHint(self) -> QSize:
        """Icon, label, chevron."""
        return QSize(self.compact_width if self._compact else self.full_width, METRICS.composer_button)

    def minimumSizeHint(self) -> QSize:
        """The icon and the chevron stay."""
        return QSize(self.compact_width, METRICS.composer_button)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Text on nothing; a surface while hovered."""
        theme, rect = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        met = self.isEnabled() and (self.underMouse() or self.isDown())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rest = QPen(theme.color("line1"), 1) if self._framed else QPen(Qt.PenStyle.NoPen)
            painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else rest)
            painter.setBrush(theme.color("bg3") if met else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, METRICS.radius_tool, METRICS.radius_tool)
            ratio, middle = self.devicePixelRatioF(), self.height() / 2
            painter.drawPixmap(8, round(middle - _ICON / 2), self._sign(ratio))
            chevron = theme.pixmap("chevron-down", "tx3", _CHEVRON, ratio)
            painter.drawPixmap(self.width() - _CHEVRON - 6, round(middle - _CHEVRON / 2), chevron)
            if self._compact:
                return
            painter.setPen(theme.color("tx1" if self.isEnabled() else "tx3"))
            painter.setFont(self._font())
            box = QRectF(8 + _ICON + 6, 0, self.width() - _ICON - _CHEVRON - 26, self.height())
            shown = QFontMetricsF(self._font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width() + 1)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)

    def _sign(self, ratio: float) -> QPixmap:
        if self._warning:
            icon = "hourglass" if self._warning == "info" else "triangle-alert"
            return self._theme.pixmap(icon, self._warning, _ICON, ratio)
        return self._theme.pixmap(self._icon, "tx2", _ICON, ratio)

    def _font(self) -> QFont:
        return ui_font(METRICS.meta, 600)

    def _show(self, label: str, trouble: str = "") -> None:
        self.setText(label)
        words = ", ".join(filter(None, (label, trouble)))
        self.setAccessibleName(f"{self._name}: {words}" if words else self._name)
        self.setToolTip(plain_tip(f"{self._name}: {words}" if words else self._name))
        self.updateGeometry()
        self.update()

    def _add(self, menu: QMenu, group: QActionGroup, choice: Choice) -> None:
        # What follows a tab stands at the right edge, as shortcuts do.
        notes = (shortened(choice.note), "✓" if choice.id == self._selected else "")
        text = "\t".join(filter(None, (choice.label, "  ".join(filter(None, notes)))))
        entry = QAction(text.replace("&", "&&"), menu)
        entry.setIcon(self._theme.icon(choice.icon or self._default_icon, "tx2", 16))
        entry.setCheckable(True)
        entry.setChecked(choice.id == self._selected)
        entry.setEnabled(choice.enabled)
        entry.triggered.connect(lambda _checked=False: self._on_chosen(choice.id))
        group.addAction(entry)
        menu.addAction(entry)

    def _on_chosen(self, choice_id: str) -> None:
        if choice_id != self._selected:
            self.chosen.emit(choice_id)


def shortened(note: str) -> str:
    """A note in one line of a menu."""
    line = " ".join(note.split())
    return line if len(line) <= _NOTE else f"{line[: _NOTE - 1].rstrip()}…"
