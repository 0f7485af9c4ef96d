"""What painted widgets say of themselves, and that their interfaces live exactly as long as Qt asks for them."""

import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from boocode_desktop.ui.composer.gauge import ContextGauge
from boocode_desktop.ui.dialogs.questions import ConfirmDialog
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.kept_interfaces import kept_interfaces, release_interface
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.segmented import Segmented
from boocode_desktop.ui.widgets.spoken_role import install_spoken_roles, say_role

ROLE = QAccessible.Role


@pytest.fixture(autouse=True)
def listening(qapp):
    """As if a screen reader ran."""
    install_spoken_roles()
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def heard(widget):
    """Its role and its name."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.role(), interface.text(QAccessible.Text.Name)


class Plain(QWidget):
    """Paints itself."""


class Framed(QFrame):
    """So does this."""


def test_a_named_leaf_is_text_and_what_has_parts_a_group(qtbot):
    holder = Plain()
    qtbot.addWidget(holder)
    leaf, nameless = Framed(holder), Plain(holder)
    holder.setAccessibleName("Steps")
    leaf.setAccessibleName("Read")
    assert heard(holder) == (ROLE.Grouping, "Steps")
    assert heard(leaf) == (ROLE.StaticText, "Read")
    assert heard(nameless) == (ROLE.Client, "")


def test_qts_own_widgets_keep_their_roles(qtbot, theme):
    button = QPushButton("Go")
    qtbot.addWidget(button)
    assert heard(button) == (ROLE.Button, "Go")


def test_a_gauge_tells_how_full_it_is(qtbot, theme):
    gauge = ContextGauge(theme)
    qtbot.addWidget(gauge)
    gauge.show_usage(30_000, 120_000)
    interface = QAccessible.queryAccessibleInterface(gauge)
    value = interface.valueInterface()
    assert interface.role() == ROLE.ProgressBar
    assert (value.minimumValue(), value.currentValue(), value.maximumValue()) == (0, 30_000, 120_000)
    assert "30" in interface.text(QAccessible.Text.Name)


def test_a_dialog_is_one_says_its_words_and_keeps_the_keys(qtbot, theme):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = ConfirmDialog(theme, window, "Close?", "An agent is at work.", button="Close")
    dialog.open()
    interface = QAccessible.queryAccessibleInterface(dialog)
    assert heard(dialog) == (ROLE.Dialog, "Close?")
    assert interface.text(QAccessible.Text.Description) == "An agent is at work."
    assert interface.state().modal
    dialog.reject()


def test_choices_are_radio_buttons_and_names_have_no_keys_in_them(qtbot, theme):
    row, button = Segmented(theme, [("a", "One"), ("b", "Two")], name="Layout"), IconButton(theme, "x", "Next hunk  J")
    for widget in (row, button):
        qtbot.addWidget(widget)
    assert heard(row) == (ROLE.Grouping, "Layout")
    assert [heard(child) for child in row.children() if isinstance(child, QWidget)] == [
        (ROLE.RadioButton, "One"),
        (ROLE.RadioButton, "Two"),
    ]
    assert heard(button) == (ROLE.Button, "Next hunk") and button.toolTip() == "Next hunk  J"


def gone():
    """Let Qt delete what is to be deleted later, and Python what nobody holds."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def test_widgets_come_and_go_while_somebody_listens(qtbot, theme):
    """Qt asks again when a Python object's meta object has grown, and deletes every answer with the widget."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    kept = kept_interfaces()
    for number in range(60):
        labels = [ElidedLabel(theme, f"{number}") for _ in range(5)]
        for label in labels:
            column.addWidget(label)
            heard(label)
            label.destroyed.connect(lambda: None)
            label.setProperty("grown", number)
            heard(label)
            QAccessible.updateAccessibility(QAccessibleEvent(label, QAccessible.Event.NameChanged))
            column.removeWidget(label)
            label.deleteLater()
        del labels, label
        gone()
    assert sum(isValid(one) for one in kept._kept) < 300
    assert len(kept) < 1_000


def test_a_role_can_be_said_before_and_after_somebody_asked(qtbot):
    early, late = Plain(), Plain()
    for widget in (early, late):
        qtbot.addWidget(widget)
    say_role(early, ROLE.Terminal)
    assert heard(late)[0] == ROLE.Client
    say_role(late, ROLE.Terminal)
    assert heard(early)[0] == heard(late)[0] == ROLE.Terminal


def test_releasing_twice_is_nothing(qtbot):
    widget = Plain()
    qtbot.addWidget(widget)
    interface = QAccessible.queryAccessibleInterface(widget)
    release_interface(interface)
    release_interface(interface)
    assert not isValid(interface)
    assert heard(widget)[0] == ROLE.Client
