"""The start-up check of Python and Qt: one release of Qt's binding destroys `None` on older Pythons."""

import sys

from boocode_desktop.domain.errors import UserFacingError

CALLS = 200
TOLERANCE = 100


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
