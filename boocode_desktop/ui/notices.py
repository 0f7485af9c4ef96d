"""How the window tells people things: toasts that go by themselves. What stays until it is settled is a banner."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.chips import Tone
from boocode_desktop.ui.widgets.toast import Toast

_PROBLEM_MS = 12_000
_WIDTH, _HEIGHT, _FOOT = 580, 110, 26
_MOVES = (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class Notices(QObject):
    """One toast at a time, in the middle of `place`, standing on `floor` (a height in px from the place's top). While
    the place is hidden, because a pane has the whole window, it stands at the foot of the window."""

    def __init__(self, theme: Theme, place: QWidget, floor: Callable[[], int]) -> None:
        super().__init__(place)
        self._theme, self._place, self._floor = theme, place, floor
        self._toast: Toast | None = None
        # A toast sits at the bottom of its parent; the perch keeps it off the composer.
        self._perch = QWidget(place)
        self._perch.hide()
        place.installEventFilter(self)

    def tell(
        self,
        title: str,
        detail: str = "",
        *,
        tone: Tone = "ok",
        action: str = "",
        act: Callable[[], object] | None = None,
        lasts_ms: int = 6_000,
    ) -> Toast:
        """Show a toast; the one before goes."""
        if self._toast is not None:
            self._toast.dismiss()
        toast = Toast(self._theme, self._perch, title, detail, tone=tone, action=action, lasts_ms=lasts_ms)
        toast.closed.connect(lambda: self._on_closed(toast))
        if act is not None:
            toast.acted.connect(act)
        self._toast = toast
        self._settle_perch()
        self._perch.show()
        self._perch.raise_()
        toast.popup()
        return toast

    def problem(self, problem: UserFacingError) -> None:
        """Something a person can act on."""
        self.tell(problem.message, problem.hint, tone="bad", lasts_ms=_PROBLEM_MS)

    def bug(self, problem: Exception) -> None:
        """Something that is our fault."""
        words = f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
        self.tell("Something went wrong inside BooCode. Your work is kept.", words, tone="bad", lasts_ms=_PROBLEM_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the place's size, and leave it when it is hidden."""
        if watched is self._place and event.type() in _MOVES and self._toast is not None:
            self._settle_perch()
            self._perch.show()
            self._perch.raise_()
        return False

    def _on_closed(self, toast: Toast) -> None:
        if self._toast is toast:
            self._toast = None
            self._perch.hide()

    def _settle_perch(self) -> None:
        here = self._place.isVisible()
        host = self._place if here else self._place.window()
        floor = self._floor() if here else host.height() - _FOOT
        if self._perch.parentWidget() is not host:
            self._perch.setParent(host)
        width = min(host.width(), _WIDTH)
        self._perch.setGeometry((host.width() - width) // 2, max(0, floor - _HEIGHT), width, _HEIGHT)
