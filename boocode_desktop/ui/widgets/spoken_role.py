"""A role for widgets that paint themselves: without one, screen readers say nothing of what they are."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QApplication, QWidget

_INSTALLED = "boocode_spoken_roles"
_KEPT = "spoken_interface"


def say_role(widget: QWidget, role: QAccessible.Role) -> None:
    """Let screen readers know what a widget is; its name stays its accessible name."""
    # Qt does not keep Python objects alive, so the widget does; the name is asked for anew each time.
    setattr(widget, _KEPT, _Interface(widget, role))
    app = QApplication.instance()
    if app is not None and not app.property(_INSTALLED):
        app.setProperty(_INSTALLED, True)
        QAccessible.installFactory(_interface_for)


class _Interface(QAccessibleWidget):
    """Qt's own with another role."""

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__(widget, role)


def _interface_for(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    kept = getattr(thing, _KEPT, None)
    return kept if isinstance(kept, _Interface) else None
