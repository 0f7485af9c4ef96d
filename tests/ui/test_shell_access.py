"""Reachable without a mouse, and named for people who do not see the window."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from boocode_desktop.ui.chat.pane import ChatPane
from boocode_desktop.ui.dialogs.sheet import Sheet
from boocode_desktop.ui.first_run.page import FirstRunPage
from boocode_desktop.ui.sidebar.panel import Sidebar

CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView, QTabBar)


def controls(root):
    """Visible controls, without the ones Qt puts inside of others."""
    found = []
    for widget in root.findChildren(QWidget):
        inside = isinstance(widget.parentWidget(), (QTabBar, QScrollBar)) and not widget.accessibleName()
        if isinstance(widget, CONTROLS) and widget.isVisible() and not inside:
            found.append(widget)
    return found


def unnamed(root):
    return [
        f"{type(w).__name__} in {type(w.parentWidget()).__name__}" for w in controls(root) if not w.accessibleName()
    ]


def twice(root):
    names = Counter(w.accessibleName() for w in controls(root) if w.isEnabled())
    return [name for name, count in names.items() if count > 1]


def test_every_control_of_the_window_has_a_name(desktop):
    desktop.wait(lambda: desktop.bench.area.pane.isVisible())
    assert unnamed(desktop.window) == []


def test_no_name_stands_twice_in_a_pane(desktop):
    for kind in (Sidebar, ChatPane):
        pane = desktop.window.findChildren(kind)[0]
        assert twice(pane) == [], kind.__name__


def test_the_welcome_page_is_named(first_start):
    page = first_start.window.findChildren(FirstRunPage)[0]
    first_start.wait(lambda: page.models._files)
    assert unnamed(first_start.window) == []
    assert twice(page) == []


@pytest.mark.parametrize(
    "action",
    ["view.palette", "program.about", "session.rename", "session.delete", "session.rewind"],
)
def test_dialogs_are_named(desktop, action):
    desktop.do(action)
    desktop.wait(lambda: any(s.isVisible() for s in desktop.window.findChildren(Sheet)))
    sheet = next(s for s in desktop.window.findChildren(Sheet) if s.isVisible())
    assert sheet.accessibleName()
    assert unnamed(sheet) == []
    assert twice(sheet) == []


def test_tab_reaches_every_part_of_the_window(desktop):
    desktop.bench.sidebar.list.setFocus()
    seen = set()
    for _ in range(80):
        focused = QApplication.focusWidget()
        seen.add(focused)
        desktop.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    pane = desktop.bench.area.pane
    wanted = {
        "sidebar": desktop.bench.sidebar.list,
        "tabs": desktop.bench.area.tabs,
        "transcript": pane.transcript.view,
        "composer": pane.composer.editor,
        "agent": pane.composer.takers.agent,
        "model": pane.composer.takers.model,
    }
    assert [name for name, widget in wanted.items() if widget not in seen] == []


def test_scroll_areas_do_not_swallow_the_focus(desktop):
    for area in desktop.bench.welcome.findChildren(QAbstractScrollArea):
        assert area.accessibleName(), type(area).__name__


@pytest.mark.parametrize("theme_name", ["dark", "light"])
def test_states_are_words_too(desktop, theme_name, qapp):
    desktop.context.theme.apply(qapp, theme_name)
    for row in desktop.bench.sidebar.model.sessions():
        words = row.detail.split(" · ")[0]
        assert words
        assert words.replace(" ", "").isalpha()
