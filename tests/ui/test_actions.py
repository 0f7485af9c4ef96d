"""The table of actions: whole, without conflicts, and every row bound in the finished window."""

from collections import defaultdict

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from boocode_desktop.config.resources import resource_path
from boocode_desktop.ui.actions import Actions, action_table


def test_ids_and_titles_are_unique():
    table = action_table()
    assert len({spec.id for spec in table}) == len(table)
    shown = [spec.title for spec in table if not spec.hidden]
    assert len(set(shown)) == len(shown)


def test_shortcuts_are_valid_and_do_not_collide():
    taken = defaultdict(list)
    for spec in action_table():
        if spec.shortcut:
            keys = QKeySequence(spec.shortcut)
            assert keys.count() == 1, spec.id
            taken[keys.toString()].append(spec)
    for keys, specs in taken.items():
        parts = [spec.where for spec in specs]
        assert len(set(parts)) == len(parts), f"{keys}: {[s.id for s in specs]}"
        assert len(specs) == 1 or "window" not in parts, f"{keys}: {[s.id for s in specs]}"


def test_letters_alone_work_only_inside_a_pane():
    for spec in action_table():
        if len(spec.shortcut) == 1:
            assert spec.where != "window", spec.id


def test_every_icon_exists():
    for spec in action_table():
        assert not spec.icon or resource_path(f"icons/{spec.icon}.svg").is_file(), spec.id


def test_titles_that_ask_first_end_in_an_ellipsis():
    for spec in action_table():
        if spec.hint == "asks first":
            assert spec.title.endswith("…"), spec.id


def test_every_row_is_bound_in_the_finished_window(desktop):
    for dock in ("changes", "terminal"):
        desktop.bench.docks.show(dock)
    assert desktop.context.actions.unbound() == []


def test_binding_twice_is_refused(qtbot, theme):
    widget = QWidget()
    qtbot.addWidget(widget)
    actions = Actions(widget, theme)
    done = []
    assert not actions.action("session.new").isEnabled()
    actions.bind("session.new", lambda: done.append(1))
    with pytest.raises(ValueError, match=r"session\.new"):
        actions.bind("session.new", lambda: None)
    actions.action("session.new").trigger()
    assert done == [1]


def test_keys_read_like_keys(qtbot, theme):
    widget = QWidget()
    qtbot.addWidget(widget)
    actions = Actions(widget, theme)
    assert actions.keys("view.palette") == "Ctrl K"
    assert actions.keys("composer.send") == "Enter"
    assert actions.tip("project.open") == "Open a folder  Ctrl O"
    assert actions.tip("chat.new_read_only") == "New read-only chat"
