"""The pictures of a file before and after: ways to compare them, zoom, and what differs in words."""

from functools import partial
from typing import Any, get_args

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boocode_desktop.content.pictures import differing_words
from boocode_desktop.ui.changes.picture_layout import Mode
from boocode_desktop.ui.changes.picture_side import Difference, PictureSide, difference_of
from boocode_desktop.ui.changes.picture_stage import InThread, PictureStage
from boocode_desktop.ui.composer.pickers import Choice, Picker
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.segmented import Segmented

MODES: dict[Mode, str] = {
    "side": "Side by side",
    "swipe": "Swipe",
    "onion": "Onion skin",
    "difference": "Difference",
}
ZOOMS = (("fit", "Fit"), ("full", "100 %"))
WIDE = 620
"""From this width on the ways stand beside each other, px."""
HINTS: dict[Mode, str] = {
    "side": "",
    "swipe": "Drag, or press Left and Right",
    "onion": "Drag, or press Left and Right",
    "difference": "",
}


class PictureCompare(QWidget):
    """Controls above the stage.

    Signals:
        mode_chosen(str): a person wants another way to compare.
    """

    mode_chosen = Signal(str)

    def __init__(self, theme: Theme, in_thread: InThread) -> None:
        super().__init__()
        self._in_thread = in_thread
        self.stage = PictureStage(theme, in_thread)
        self.modes = Segmented(theme, list(MODES.items()), name="Ways to compare the pictures")
        self.picker = Picker(theme, "Way to compare", "layers-2", self)
        self.zoom = Segmented(theme, ZOOMS, name="Zoom of the pictures")
        self.words = ElidedLabel(theme, "", tone="tx2")
        self._comparing = False
        head = QWidget()
        head.setFixedHeight(44)
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(12)
        for part in (self.modes, self.picker, self.words, self.zoom):
            row.addWidget(part, 1 if part is self.words else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.stage, 1)
        self._show_choices()
        self.modes.chosen.connect(self._on_mode_chosen)
        self.picker.chosen.connect(self._on_mode_chosen)
        self.zoom.chosen.connect(lambda zoom: self.stage.choose_zoom(fitted=zoom == "fit"))
        self.stage.zoom_asked.connect(self.step_zoom)
        self.stage.changed.connect(self._say)

    def show_sides(self, sides: tuple[PictureSide, PictureSide] | None) -> None:
        """Other pictures; None while they are read."""
        self._comparing = False
        self.stage.show_sides(sides)
        self._show_choices()
        self._compare()

    def step_mode(self) -> None:
        """The next way to compare, the first one after the last."""
        if self.stage.comparable:
            ways = get_args(Mode)
            self._on_mode_chosen(ways[(ways.index(self.stage.mode) + 1) % len(ways)])

    def step_zoom(self) -> None:
        """The other zoom."""
        zoom = "full" if self.stage.fitted else "fit"
        self.zoom.select(zoom)
        self.stage.choose_zoom(fitted=zoom == "fit")

    def _on_mode_chosen(self, mode: str) -> None:
        self.stage.choose_mode(next(m for m in MODES if m == mode))
        self._show_choices()
        self._compare()
        self.mode_chosen.emit(mode)

    def _show_choices(self) -> None:
        able, mode = self.stage.comparable, self.stage.mode_now
        self.modes.select(mode)
        self.modes.setEnabled(able)
        reading = self.stage.sides is None
        self.modes.setToolTip("" if able or reading else "There are no two pictures to lay over each other")
        choices = [Choice(id=m, label=label, enabled=able or m == "side") for m, label in MODES.items()]
        self.picker.offer(choices, mode)

    def _compare(self) -> None:
        """Work out what differs, where that is looked at and not known yet."""
        stage = self.stage
        if stage.mode_now != "difference" or stage.difference is not None or self._comparing or not stage.sides:
            return
        before, after = (side.picture for side in stage.sides)
        if before is not None and after is not None:
            self._comparing = True
            self._in_thread(partial(difference_of, before, after), partial(self._on_compared, stage.sides))

    def _on_compared(self, sides: Any, difference: Difference) -> None:
        if sides is self.stage.sides:
            self._comparing = False
            self.stage.show_difference(difference)

    def _say(self) -> None:
        stage = self.stage
        words = HINTS[stage.mode_now]
        if stage.mode_now == "difference" and stage.difference is not None:
            words = differing_words(stage.difference.differing, stage.difference.total)
        scale = stage.layout_now().scale
        off = stage.seen and abs(scale - 1) > 0.005
        shown = f"shown at {scale * 100:.0f} %" if off else ""
        self.words.set_text(" · ".join(w for w in (words, shown) if w))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow row has a menu of the ways."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        self.modes.setVisible(wide)
        self.picker.setVisible(not wide)
