"""Python and Qt at the start: a pair that destroys `None` is refused, and nobody reads the sources of every module."""

import sys

from boocode_desktop.domain.errors import UserFacingError

CALLS = 200
TOLERANCE = 100
_ASKED = "_mod_uses_pyside"


def refuse_bad_pair() -> None:
    """Refuse to start where calls into Qt drop references to None.

    PySide6 6.12.0 does so with every void call on Python before 3.12, where None is not immortal: the process would
    abort after a few thousand calls.

    Raises:
        UserFacingError: the pair is broken; the hint names the way out.
    """
    if sys.version_info >= (3, 12):
        return
    from PySide6.QtCore import QObject

    probe = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        probe.setObjectName("x")
    if before - sys.getrefcount(None) > TOLERANCE:
        raise UserFacingError(
            "This PySide6 and this Python do not work together: the program would abort within minutes.",
            "Install PySide6_Essentials 6.11.3, or use Python 3.12 or newer.",
        )


def leave_sources_unread() -> None:
    """Tell Qt's binding that no module uses its `__feature__` switches.

    PySide6 reads the source of every module imported after it to find that out, and `linecache` keeps all of it: 630
    files, 21 MB and an eighth of a second of the window's start, measured with PySide6 6.11.3. A release that finds it
    out in another way is left as it is.
    """
    import PySide6.QtCore  # noqa: F401  brings the module below

    feature = sys.modules.get("PySide6.support.feature")
    if feature is not None and _ASKED in vars(feature):
        vars(feature)[_ASKED] = _uses_no_features


def _uses_no_features(_module: object) -> bool:
    return False
