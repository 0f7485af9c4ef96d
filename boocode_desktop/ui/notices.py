"""How the window tells people things: toasts that go by themselves, one banner that stays until it is settled."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.banner import Banner
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.chips import Tone
from boocode_desktop.ui.widgets.toast import Toast

_PROBLEM_MS = 12_000


class Notices(QObject):
    """One toast at a time, above `place`."""

    def __init__(self, theme: Theme, place: QWidget, banner: Banner) -> None:
        super().__init__(place)
        self._theme, self._place, self.banner = theme, place, banner
        self._toast: Toast | None = None

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
        toast = Toast(self._theme, self._place, title, detail, tone=tone, action=action, lasts_ms=lasts_ms)
        toast.closed.connect(lambda: self._on_closed(toast))
        if act is not None:
            toast.acted.connect(act)
        self._toast = toast
        toast.popup()
        return toast

    def problem(self, problem: UserFacingError) -> None:
        """Something a person can act on."""
        self.tell(problem.message, problem.hint, tone="bad", lasts_ms=_PROBLEM_MS)

    def bug(self, problem: Exception) -> None:
        """Something that is our fault."""
        words = f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
        self.tell("Something went wrong inside BooCode. Your work is kept.", words, tone="bad", lasts_ms=_PROBLEM_MS)

    def _on_closed(self, toast: Toast) -> None:
        if self._toast is toast:
            self._toast = None
