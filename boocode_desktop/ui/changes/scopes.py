"""Which changes are looked at: this turn's, the session's, the branch's, or what is not committed."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from boocode_desktop.domain.changes import Scope
from boocode_desktop.ui.composer.pickers import Choice, Picker
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.segmented import Segmented

SCOPES: tuple[tuple[Scope, str, str], ...] = (
    ("turn", "This turn", "What the newest turn changed. Decide in the scope Session."),
    ("session", "Session", "Everything that waits for your decision, and what you decided."),
    ("branch", "Branch", "Against the commit that the session started from. Decide in the scope Session."),
    ("uncommitted", "Uncommitted", "Against the last commit in the session's folder. Decide in the scope Session."),
)


class ScopeChoice(QObject):
    """One choice shown twice: as a row of segments where there is room, and as a small menu where there is not.

    Signals:
        chosen(str): a person wants another scope.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.scope: Scope = "session"
        self._start = ""
        self.picker = Picker(theme, "Scope", "layers", parent)
        self.picker.offer([Choice(id=key, label=label) for key, label, _ in SCOPES], self.scope)
        self.bar = QWidget(parent)
        self.bar.setFixedHeight(44)
        self._segments = Segmented(theme, [(key, label) for key, label, _ in SCOPES], name="Scope of the changes")
        self._words = ElidedLabel(theme, "", tone="tx2")
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(14)
        row.addWidget(self._segments)
        row.addWidget(self._words, 1)
        self.select("session")
        self.picker.chosen.connect(self._on_chosen)
        self._segments.chosen.connect(self._on_chosen)

    def select(self, scope: Scope) -> None:
        """Show a scope as the chosen one, without a signal."""
        self.scope = scope
        self.picker.select(scope)
        self._segments.select(scope)
        self._say()

    def name_start(self, commit: str) -> None:
        """Where the session started: a commit's id, "" where that is not known."""
        if commit != self._start:
            self._start = commit
            self._say()

    def _say(self) -> None:
        words = next(words for key, _, words in SCOPES if key == self.scope)
        if self.scope == "branch" and self._start:
            words = words.replace("the commit", f"{self._start[:8]}, the commit", 1)
        self._words.set_text(words)

    def step(self) -> None:
        """Choose the next scope, the first one after the last."""
        keys = [key for key, _, _ in SCOPES]
        self._on_chosen(keys[(keys.index(self.scope) + 1) % len(keys)])

    def fit(self, *, tall: bool) -> None:
        """The row in tall panes, the menu in low ones."""
        self.bar.setVisible(tall)
        self.picker.setVisible(not tall)

    def _on_chosen(self, scope: str) -> None:
        known = next(key for key, _, _ in SCOPES if key == scope)
        self.select(known)
        self.chosen.emit(scope)
