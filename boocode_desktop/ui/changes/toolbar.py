"""The review's controls in its dock's title bar: where one is, how lines are shown, and the decisions about all."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from boocode_desktop.ui.actions import Actions
from boocode_desktop.ui.dock_title import GIVES_WAY
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.segmented import Segmented


class ReviewTools(QWidget):
    """Place, neighbours, switches, layout; and, where the pane is too low for a bar of its own, approve and commit."""

    def __init__(self, theme: Theme, actions: Actions) -> None:
        super().__init__()
        self._theme, self._actions = theme, actions
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.place = ElidedLabel(theme, "", tone="tx2")
        self.place.setMinimumWidth(90)
        self._row.addWidget(self.place)
        self._add("changes.previous_hunk", "chevron-up")
        self._add("changes.next_hunk", "chevron-down")
        self.blame = self._toggle("changes.blame", "history")
        self.spacing = self._toggle("changes.spacing", "pilcrow")
        self.wrapping = self._toggle("changes.wrap", "wrap-text")
        self.layout_choice = Segmented(theme, [("split", "Split"), ("unified", "Unified")], name="Layout of the diff")
        self._row.addWidget(self.layout_choice)
        self.commit = self._add("changes.commit", "git-commit-horizontal")
        self.everything = Button(theme, "Approve all", "sec", icon="check-check", height=26)
        self.everything.clicked.connect(actions.action("changes.approve_all").trigger)
        self._row.addWidget(self.everything)
        self._add("changes.maximise", "maximize-2")
        for number, control in enumerate((self.place, self.spacing, self.wrapping, self.blame, self.layout_choice)):
            control.setProperty(GIVES_WAY, number)

    def fit(self, *, tall: bool) -> None:
        """In tall panes, approving and committing stand in the bar below."""
        self.commit.setVisible(not tall)
        self.everything.setVisible(not tall)

    def _add(self, action: str, icon: str) -> IconButton:
        button = IconButton(self._theme, icon, self._actions.tip(action))
        button.clicked.connect(self._actions.action(action).trigger)
        self._row.addWidget(button)
        return button

    def _toggle(self, action: str, icon: str) -> IconButton:
        """An icon that stays pressed."""
        button = IconButton(self._theme, icon, self._actions.tip(action))
        button.setCheckable(True)
        button.toggled.connect(lambda on: button.set_icon(icon, "accent" if on else "tx2"))
        self._row.addWidget(button)
        return button
