"""The keys are never nowhere, and nothing moves under the pointer."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QEnterEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from boocode_desktop.domain.records import Project, Session
from boocode_desktop.orchestrator.views import ProjectView, SessionView
from boocode_desktop.ui.dialogs.questions import ConfirmDialog
from boocode_desktop.ui.focus_order import neighbour
from boocode_desktop.ui.sidebar.model import SidebarModel
from boocode_desktop.ui.sidebar.rows import in_place, rows
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.line_list import Line, LineList
from tests.fakes import walk
from tests.ui.conftest import settle

NOW = 1_760_000_000.0


def overview(*numbers):
    """One project with these sessions in this order."""
    project = Project(id="p1", path="/src/p1", name="p1")
    sessions = [Session(id=f"s{n}", project_id="p1", title=f"Session {n}", updated_at=NOW) for n in numbers]
    return (ProjectView(project=project, sessions=tuple(SessionView(session=s, state="idle") for s in sessions)),)


def keys():
    """What has the keys."""
    return QApplication.focusWidget()


@pytest.fixture
def form(qtbot):
    """Three fields, one below the other, in a window that has the keys."""
    root = QWidget()
    qtbot.addWidget(root)
    column = QVBoxLayout(root)
    fields = [QLineEdit() for _ in range(3)]
    for field in fields:
        column.addWidget(field)
    root.show()
    root.activateWindow()
    qtbot.waitUntil(root.isActiveWindow)
    return root, fields


def test_a_disabled_field_gives_the_keys_to_its_neighbour(form, monkeypatch):
    root, (first, second, third) = form
    second.setFocus()
    monkeypatch.setattr(QApplication, "focusWidget", lambda: second)
    second.setEnabled(False)
    assert neighbour(root, forward=True) is third
    assert neighbour(root, forward=False) is first
    for field in (first, third):
        field.setEnabled(False)
    assert neighbour(root, forward=True) is None


def test_what_is_hidden_gives_them_to_what_is_left_around_it(form, monkeypatch):
    root, (first, second, _) = form
    inner = QWidget(root)
    root.layout().addWidget(inner)
    column = QVBoxLayout(inner)
    gone, left = QLineEdit(), QLineEdit()
    column.addWidget(gone)
    column.addWidget(left)
    inner.show()
    monkeypatch.setattr(QApplication, "focusWidget", lambda: gone)
    gone.hide()
    assert neighbour(root, forward=True, home=second) is left
    left.hide()
    assert neighbour(root, forward=True, home=second) is second
    assert neighbour(root, forward=True) is first


def test_a_closed_dock_gives_the_keys_to_the_message(desktop):
    docks = desktop.bench.docks
    docks.focus("changes")
    desktop.wait(lambda: walk.pane_of(keys()).accessibleName() == "Changes")
    docks.show("changes", False)
    desktop.wait(lambda: keys() is desktop.bench.area.pane.composer.editor)


def test_a_pressed_button_that_is_disabled_does_not_send_the_keys_to_the_other_end(desktop):
    desktop.bench.docks.focus("changes")
    dock = desktop.bench.docks.build("changes")
    desktop.wait(lambda: [b for b in dock.findChildren(Button) if b.isVisible() and b.isEnabled()])
    button = next(b for b in dock.findChildren(Button) if b.isVisible() and b.isEnabled())
    button.setFocus()
    assert keys() is button
    button.setEnabled(False)
    desktop.wait(lambda: keys() is not button)
    assert walk.pane_of(keys()).accessibleName() == "Changes"


def test_a_deleted_widget_gives_them_to_the_message(desktop):
    extra = QLineEdit(desktop.window)
    extra.show()
    extra.setFocus()
    assert keys() is extra
    extra.deleteLater()
    desktop.wait(lambda: keys() is desktop.bench.area.pane.composer.editor)


def test_a_dialog_whose_origin_is_gone_closes_and_leaves_them_with_the_message(desktop):
    extra = QLineEdit(desktop.window)
    extra.show()
    extra.setFocus()
    dialog = ConfirmDialog(desktop.context.theme, desktop.window, "Sure?", "Really.", button="Yes")
    answers = []
    dialog.finished.connect(answers.append)
    dialog.open()
    extra.deleteLater()
    settle()
    dialog.reject()
    desktop.wait(lambda: keys() is desktop.bench.area.pane.composer.editor)
    assert answers == [False]


def test_an_open_dialog_keeps_them_when_its_focused_part_goes(desktop):
    dialog = ConfirmDialog(desktop.context.theme, desktop.window, "Sure?", "Really.", button="Yes")
    line = QLineEdit(dialog.card)
    dialog.open()
    line.show()
    line.setFocus()
    line.deleteLater()
    desktop.wait(lambda: keys() is not None and dialog.isAncestorOf(keys()))
    dialog.reject()


def test_rows_keep_their_places_only_while_they_are_the_same_ones():
    old, moved, more = (rows(overview(*n), set(), NOW) for n in ((1, 2, 3), (3, 1, 2), (4, 3, 1, 2)))
    assert [r.id for r in in_place(moved, old)] == ["p1", "s1", "s2", "s3"]
    assert in_place(more, old) is more


def test_sessions_do_not_change_places_under_the_pointer(qtbot):
    model = SidebarModel(clock=lambda: NOW)
    model.show(overview(1, 2, 3))
    model.hold(True)
    view = overview(3, 1, 2)[0]
    busy = replace(view, sessions=(replace(view.sessions[0], state="running"), *view.sessions[1:]))
    with qtbot.assertNotEmitted(model.modelReset):
        model.show((busy,))
    assert [r.id for r in model.sessions()] == ["s1", "s2", "s3"]
    assert model.sessions()[2].state == "running", "what is new is said at once"
    model.hold(False)
    assert [r.id for r in model.sessions()] == ["s3", "s1", "s2"]


def test_the_pointer_on_the_list_holds_its_rows(desktop):
    listing, model = desktop.bench.sidebar.list, desktop.bench.sidebar.model
    at = QPointF(10, 10)
    QApplication.sendEvent(listing, QEnterEvent(at, at, QPointF(listing.mapToGlobal(QPoint(10, 10)))))
    assert model._held
    QApplication.sendEvent(listing, QEvent(QEvent.Type.Leave))
    assert not model._held


def test_a_line_stays_under_the_pointer_when_others_come_above_it(qtbot, theme, monkeypatch):
    listing = LineList(theme, "Lines", "None yet")
    qtbot.addWidget(listing)
    listing.resize(300, 200)
    listing.show()
    lines = [Line(id=str(n), title=f"Line {n}") for n in range(40)]
    listing.show_lines(lines)
    top = listing.visualRect(listing.lines.index(2)).center()
    monkeypatch.setattr(type(listing.viewport()), "underMouse", lambda _self: True)
    monkeypatch.setattr(QCursor, "pos", lambda: listing.viewport().mapToGlobal(top))
    listing.show_lines([Line(id="new", title="New", detail="with a second line"), *lines])
    assert listing.indexAt(top).data(Qt.ItemDataRole.DisplayRole) == "Line 2"
