"""Roles for widgets that paint themselves: without one, screen readers say nothing of what they are.

Whatever has a name needs no word of its own: alone it is read as text, around others as a group.
"""

from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface, QAccessibleValueInterface
from PySide6.QtWidgets import QAccessibleWidget, QApplication, QDialog, QFrame, QScrollArea, QWidget
from shiboken6 import VoidPtr, getCppPointer

from boocode_desktop.ui.widgets.kept_interfaces import kept_interfaces

_INSTALLED = "boocode_spoken_roles"
_ROLE = "spoken_role"
_PLAIN = (QWidget, QFrame, QScrollArea, QDialog)
"""For these Qt itself says only that they are part of something."""


class Measured(Protocol):
    """A widget that shows how far something is filled; its value is read with its name."""

    def spoken_value(self) -> tuple[float, float]:
        """How far, and the most there can be."""


def install_spoken_roles() -> None:
    """Answer for all widgets that are made from now on; again is nothing."""
    app = QApplication.instance()
    if app is not None and not app.property(_INSTALLED):
        app.setProperty(_INSTALLED, True)
        QAccessible.installFactory(_interface_for)


def say_role(widget: QWidget, role: QAccessible.Role) -> None:
    """Let screen readers know what a widget is; its name stays its accessible name."""
    setattr(widget, _ROLE, role)
    install_spoken_roles()


def announce(widget: QWidget, words: str, *, at_once: bool = False) -> None:
    """Have words read although nobody went there; `at_once` interrupts what is being read."""
    if QAccessible.isActive() and words:
        event = QAccessibleAnnouncementEvent(widget, words)
        if at_once:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)


class _Interface(QAccessibleWidget):
    """Qt's own with another role; without one, what the widget has in it decides."""

    def __init__(self, widget: QWidget) -> None:
        # Holds no reference to the widget, which would keep each other alive.
        super().__init__(widget)

    def role(self) -> QAccessible.Role:
        """As said; else text for a named leaf, a group for what is named and has parts."""
        said: QAccessible.Role = getattr(self.object(), _ROLE, QAccessible.Role.Client)
        if said != QAccessible.Role.Client or not self.text(QAccessible.Text.Name):
            return said
        return QAccessible.Role.Grouping if self.childCount() else QAccessible.Role.StaticText

    def state(self) -> QAccessible.State:
        """A dialog keeps the keys until it is gone."""
        state = super().state()
        if self.role() == QAccessible.Role.Dialog:
            state.modal = state.active = not state.invisible
        return state


class _Gauge(_Interface):
    """Has a value too."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._value = _Value(self)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> VoidPtr:  # type: ignore[override]
        """As an address: the caller is C++, and any other kind of answer, None too, ends the program."""
        return VoidPtr(getCppPointer(self._value)[0] if kind == QAccessible.InterfaceType.ValueInterface else 0)


class _Value(QAccessibleValueInterface):
    def __init__(self, interface: _Interface) -> None:
        super().__init__()
        self._interface = interface

    def _read(self) -> tuple[float, float]:
        widget: Measured = self._interface.object()  # type: ignore[assignment]
        return widget.spoken_value()

    def currentValue(self) -> float:
        return self._read()[0]

    def maximumValue(self) -> float:
        return self._read()[1]

    def minimumValue(self) -> float:
        return 0.0

    def minimumStepSize(self) -> float:
        return 0.0

    def setCurrentValue(self, _value: object) -> None:
        """It only tells."""


def _interface_for(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, QWidget) or not (hasattr(thing, _ROLE) or _is_plain(thing)):
        return None
    # A new one each time: Qt asks again when the meta object of a Python object has grown, and deletes every answer.
    interface = _Gauge(thing) if hasattr(thing, "spoken_value") else _Interface(thing)
    kept_interfaces().keep(interface)
    return interface


def _is_plain(thing: QWidget) -> bool:
    """Ours, made from a class of which Qt has nothing to say; of Qt's own makings only what we gave a name."""
    kinds = type(thing).__mro__
    first = next((k for k in kinds if k.__module__.startswith("PySide6")), None)
    return first in _PLAIN and (kinds[0] is not first or bool(thing.accessibleName()))
