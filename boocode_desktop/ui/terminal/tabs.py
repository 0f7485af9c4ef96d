"""The tabs of the terminal pane: who runs in each terminal, and how it stands, in words and with a mark."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QTabBar

from boocode_desktop.orchestrator.terminals import Terminal
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_ICON = 14
_WORDS = {"": "", "working": "working", "blocked": "needs you", "done": "done"}
_MARKS = {
    "": ("bot", "tx2"),
    "working": ("loader-circle", "info"),
    "blocked": ("shield-question-mark", "warn"),
    "done": ("circle-check", "ok"),
}


class TerminalTabs(QTabBar):
    """Signals:
    rename_asked: a tab was clicked twice.
    """

    rename_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._marks: dict[str, tuple[str, str]] = {}
        self.setAccessibleName("Terminals")
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setMovable(True)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setIconSize(QSize(_ICON, _ICON))
        self.tabBarDoubleClicked.connect(lambda number: self.rename_asked.emit() if number >= 0 else None)
        theme.changed.connect(self._on_theme_changed)

    def add(self, terminal: Terminal) -> None:
        """A tab for a terminal, at the end."""
        number = self.addTab("")
        self.setTabData(number, terminal.id)
        self.tell(terminal)

    def drop(self, terminal_id: str) -> None:
        """Take away the tab of a terminal."""
        self._marks.pop(terminal_id, None)
        number = self._number(terminal_id)
        if number >= 0:
            self.removeTab(number)

    def id_of(self, number: int) -> str:
        """The terminal of a tab, "" for none."""
        return str(self.tabData(number)) if number >= 0 else ""

    def tell(self, terminal: Terminal) -> bool:
        """Show how a terminal stands now; whether that is something new."""
        number = self._number(terminal.id)
        words, mark = label_of(terminal), mark_of(terminal)
        news = number >= 0 and (self.tabText(number) != words or self._marks.get(terminal.id) != mark)
        if news:
            self.setTabText(number, words)
            self.setTabIcon(number, self._theme.icon(*mark, _ICON))
            self.setTabToolTip(number, plain_tip(terminal.message or str(terminal.cwd)))
            self._marks[terminal.id] = mark
        return news

    def _number(self, terminal_id: str) -> int:
        return next((n for n in range(self.count()) if self.tabData(n) == terminal_id), -1)

    def _on_theme_changed(self) -> None:
        for number in range(self.count()):
            self.setTabIcon(number, self._theme.icon(*self._marks[self.id_of(number)], _ICON))


def label_of(terminal: Terminal) -> str:
    """A terminal in words: its name, how its agent stands, else what its program calls itself."""
    name = terminal.name if terminal.running else f"{terminal.name} (ended)"
    parts = (name, _WORDS[terminal.status], "" if terminal.status else terminal.title)
    return " · ".join(part for part in parts if part).replace("&", "&&")


def mark_of(terminal: Terminal) -> tuple[str, str]:
    """The icon of a terminal and its tone."""
    if not terminal.running:
        return "circle-stop", "tx3"
    return _MARKS[terminal.status] if terminal.agent else ("square-terminal", "tx2")
