"""Layouts: built-in ones, saved ones restored exactly, without stray tab bars; and the panes that list lines."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QTabBar

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.records import AgentSession, QueuedPrompt
from boocode_desktop.ui.dialogs.questions import LineDialog
from boocode_desktop.ui.dock_tabs import DockTabs
from boocode_desktop.ui.layouts import STORED
from boocode_desktop.ui.line_pane import LinePane
from boocode_desktop.ui.palette.palette import Palette
from tests.ui.conftest import settle

DOCKS = ("sidebar", "changes", "terminal", "background", "workflows", "traces", "timeline", "memory")
BELOW_AND_BESIDE = [["changes", "terminal", "background", "workflows"], ["traces", "timeline", "memory"]]


def opened(desktop):
    return {dock for dock in DOCKS if desktop.bench.docks.visible(dock)}


def places(desktop):
    """Where every dock is; Qt remembers the former tab neighbours of a floating one, which means nothing."""
    window = desktop.window
    floating = {d.objectName() for d in window.findChildren(QDockWidget) if d.isFloating()}
    return {
        dock.objectName(): (
            dock.isHidden(),
            dock.isFloating(),
            window.dockWidgetArea(dock),
            [] if dock.isFloating() else sorted({t.objectName() for t in window.tabifiedDockWidgets(dock)} - floating),
        )
        for dock in window.findChildren(QDockWidget)
    }


def bars(desktop):
    """Qt's own rows of tabs that can be seen: none, the docks' title bars show the tabs."""
    found = desktop.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [b for b in found if b.isVisible() and b.geometry().right() > 0]


def rows(desktop):
    """The tabs in the title bars on screen, where there is more than one."""
    found = [t for t in desktop.window.findChildren(DockTabs) if not t.visibleRegion().isEmpty()]
    return sorted([tab.id for tab in t.tabs] for t in found if t.count() > 1)


def choose(desktop, action, title):
    desktop.do(action)
    desktop.wait(lambda: any(p.isVisible() for p in desktop.window.findChildren(Palette)))
    palette = next(p for p in desktop.window.findChildren(Palette) if p.isVisible())
    palette.line.setText(title)
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    settle()


def save_as(desktop, name):
    desktop.do("layout.save")
    dialog = next(d for d in desktop.window.findChildren(LineDialog) if d.isVisible())
    dialog.line.setText(name)
    desktop.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    settle()


@pytest.mark.parametrize(
    ("action", "docks"),
    [
        ("layout.review", {"sidebar", "changes"}),
        ("layout.focus", set()),
        ("layout.everything", set(DOCKS)),
        ("layout.reset", {"sidebar", "changes", "traces"}),
    ],
)
def test_built_in_layouts_open_exactly_their_docks(desktop, action, docks):
    desktop.window.resize(1_440, 900)
    desktop.bench.docks.show("memory")
    desktop.do(action)
    assert opened(desktop) == docks
    desktop.do("layout.focus")
    desktop.do(action)
    assert opened(desktop) == docks


def test_review_gives_the_changes_most_of_the_room(desktop):
    desktop.window.resize(1_440, 900)
    desktop.do("layout.review")
    changes = desktop.bench.docks._docks["changes"]
    desktop.wait(lambda: changes.height() > 450)


def test_layouts_leave_no_stray_tab_bars(desktop):
    desktop.window.resize(1_440, 900)
    for _ in range(6):
        for action in ("layout.everything", "layout.review", "layout.focus"):
            desktop.do(action)
    desktop.do("layout.everything")
    desktop.wait(lambda: rows(desktop) == BELOW_AND_BESIDE)
    assert not bars(desktop)
    titles = [t for t in desktop.window.findChildren(DockTabs) if not t.visibleRegion().isEmpty()]
    assert {t.accessibleName() for t in titles} == {
        "Tabs of the panes Changes, Terminal, Background, Workflows",
        "Tabs of the panes Trace, Timeline, Memory",
    }


def test_a_saved_layout_comes_back_exactly(desktop):
    desktop.window.resize(1_440, 900)
    docks = desktop.bench.docks
    desktop.do("layout.everything")
    docks._docks["memory"].setFloating(True)
    desktop.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks._docks["timeline"])
    docks.show("terminal", False)
    settle()
    before = places(desktop)
    save_as(desktop, "  Two   screens ")
    desktop.wait(lambda: "Two screens" in (desktop.world.settings.get(STORED) or {}))
    desktop.do("layout.focus")
    assert places(desktop) != before
    choose(desktop, "layout.choose", "Two screens")
    desktop.wait(lambda: places(desktop) == before)


def test_a_layout_is_deleted_and_the_deletion_undone(desktop):
    save_as(desktop, "Mine")
    desktop.wait(lambda: desktop.world.settings.get(STORED))
    desktop.wait(lambda: desktop.bench.notices._toast is not None)
    saved = desktop.bench.notices._toast
    choose(desktop, "layout.delete", "Mine")
    desktop.wait(lambda: desktop.world.settings[STORED] == {})
    desktop.wait(lambda: desktop.bench.notices._toast not in (None, saved))
    desktop.bench.notices._toast.acted.emit()
    desktop.wait(lambda: list(desktop.world.settings[STORED]) == ["Mine"])


def test_a_name_that_is_taken_is_refused_with_words(desktop):
    with desktop.qtbot.waitSignal(desktop.context.bridge.refused) as refused:
        save_as(desktop, "Focus")
    assert "comes with the window" in refused.args[0].message
    assert not desktop.world.settings.get(STORED)


def test_a_layout_of_another_version_moves_nothing(desktop):
    desktop.world.settings[STORED] = {"Old": "AAAA"}
    before = places(desktop)
    with desktop.qtbot.waitSignal(desktop.context.bridge.refused) as refused:
        choose(desktop, "layout.choose", "Old")
    assert "another version" in refused.args[0].message
    assert places(desktop) == before


def test_what_was_closed_stays_closed_after_a_restart(desktop):
    desktop.do("view.traces")
    state = desktop.bench.docks.save()
    desktop.do("view.traces")
    desktop.bench.docks.suspend(True)
    desktop.bench.docks.restore(state)
    desktop.bench.docks.suspend(False)
    assert not desktop.bench.docks.visible("traces")


def pane(desktop, dock) -> LinePane:
    desktop.do(f"view.{dock}")
    found = desktop.bench.docks.build(dock)
    desktop.wait(lambda: found.isVisible())
    return found


def titles(found):
    return [line.title for line in found.list.lines.lines]


def test_the_timeline_scrolls_the_chat(desktop):
    chat_id = desktop.context.selection.chat_id
    for number in range(60):
        desktop.world.play(chat_id, f"Question {number}", [ev.Text(delta="answer " * 80)])
    timeline = pane(desktop, "timeline")
    desktop.wait(lambda: len(titles(timeline)) > 60)
    view = desktop.bench.area.pane.transcript.view
    first = timeline.list.lines.lines[0]
    timeline.choose(first.id)
    desktop.wait(lambda: view.holds(first.id))
    desktop.wait(lambda: view.verticalScrollBar().value() < view.verticalScrollBar().maximum() / 2)


def test_the_timeline_follows_a_running_turn(desktop):
    timeline = pane(desktop, "timeline")
    desktop.wait(lambda: len(titles(timeline)) >= 2)
    desktop.world.play(desktop.context.selection.chat_id, "One more thing", [])
    desktop.wait(lambda: titles(timeline)[-1].endswith("One more thing"))


def test_the_background_lists_all_sessions_and_opens_them(desktop):
    chat_id = desktop.bench.area.chats[1].chat.id
    desktop.world.queued[chat_id] = [QueuedPrompt(id="q", chat_id=chat_id, text="Then the docs")]
    background = pane(desktop, "background")
    desktop.wait(lambda: "Then the docs" in titles(background))
    assert {"NEEDS YOU", "RUNNING", "QUEUED"} <= set(titles(background))
    line = next(n for n in background.list.lines.lines if n.title == "Then the docs")
    background.choose(line.id)
    desktop.wait(lambda: desktop.context.selection.chat_id == chat_id)
    other = next(n for n in background.list.lines.lines if n.title == "Dark theme tokens")
    background.choose(other.id)
    desktop.wait(lambda: desktop.context.selection.session_id == other.id)


def test_the_memory_lists_agents_and_their_conversations(desktop):
    chat_id = desktop.context.selection.chat_id
    desktop.world.agent_sessions[chat_id, "boocode"] = AgentSession(
        chat_id=chat_id, agent="boocode", external_id="ses_1", opened="resumed", last_turn=2
    )
    memory = pane(desktop, "memory")
    desktop.wait(lambda: "boocode" in titles(memory))
    line = next(n for n in memory.list.lines.lines if n.title == "boocode")
    assert line.detail == "resumed · up to turn 2"
    assert "INSTRUCTIONS IN FORCE" in titles(memory)


def test_lines_are_chosen_by_key_and_keep_their_place(desktop):
    background = pane(desktop, "background")
    desktop.wait(lambda: titles(background))
    chosen = []
    background.list.chosen.connect(chosen.append)
    background.list.setFocus()
    desktop.qtbot.keyClick(background.list, Qt.Key.Key_Down)
    wanted = background.list.chosen_id()
    assert wanted
    desktop.qtbot.keyClick(background.list, Qt.Key.Key_Return)
    desktop.wait(lambda: chosen == [wanted])


def test_a_hidden_pane_reads_nothing(desktop):
    background = pane(desktop, "background")
    desktop.wait(lambda: titles(background))
    desktop.do("view.background")
    reads = len(desktop.called("projects.overview"))
    background.refresh()
    background._on_envelopes([])
    assert len(desktop.called("projects.overview")) == reads


def geometries(desktop):
    """Where every dock on screen stands and how large it is; those behind others are left out."""
    settle()
    docks = {d.objectName(): d for d in desktop.window.findChildren(QDockWidget)}
    return {i: d.geometry() for i, d in docks.items() if d.isFloating() or not d.visibleRegion().isEmpty()}


def mixed(desktop):
    """An arrangement of a person's own: tabs moved, sizes changed, one afloat, another tab in front."""
    docks = desktop.bench.docks
    desktop.do("layout.everything")
    settle()
    docks.move("terminal", "right")
    docks.untab("background")
    docks.toggle_floating("memory")
    settle()
    docks._docks["memory"].setGeometry(200, 150, 430, 310)
    desktop.window.resizeDocks([docks._docks["traces"]], [333], Qt.Orientation.Horizontal)
    desktop.window.resizeDocks([docks._docks["changes"]], [301], Qt.Orientation.Vertical)
    docks.show("timeline")
    settle()


def test_a_layout_brings_back_sizes_tabs_and_floating_windows(desktop):
    desktop.window.resize(1_700, 950)
    mixed(desktop)
    before = geometries(desktop)
    assert {i.partition(".")[2] for i in before} == {"sidebar", "changes", "background", "timeline", "memory"}
    state = desktop.bench.docks.save()

    desktop.do("layout.focus")
    assert geometries(desktop) != before
    desktop.bench.docks.restore(state)
    assert geometries(desktop) == before
    assert ["traces", "timeline", "terminal"] in rows(desktop)

    desktop.window.resize(1_400, 700)
    desktop.bench.docks.restore(state)
    assert set(geometries(desktop)) == set(before), "the same panes, in less room"
    desktop.window.resize(1_700, 950)
    desktop.bench.docks.restore(state)
    assert geometries(desktop) == before


def test_the_window_comes_back_as_it_was_closed(desktop, make_desktop):
    desktop.window.resize(1_700, 950)
    mixed(desktop)
    before = geometries(desktop)
    saving = desktop.loop.create_task(desktop.bench.save())
    desktop.wait(saving.done)

    again = make_desktop()
    again.window.resize(1_700, 950)
    again.bench.docks.restore(desktop.bench.docks.save())
    assert geometries(again) == before


@pytest.mark.parametrize("width", [760, 1_000, 1_250])
@pytest.mark.parametrize("action", ["layout.everything", "layout.review", "layout.reset"])
def test_in_a_narrow_window_no_pane_lies_over_another(desktop, width, action):
    desktop.window.resize(1_440, 900)
    desktop.do(action)
    settle()
    desktop.window.resize(width, 600)
    settle()
    desktop.do(action)
    places = geometries(desktop)
    for name, place in places.items():
        assert desktop.window.rect().contains(place), name
        for other, there in places.items():
            assert name == other or not place.intersects(there), (name, other)


class Layouts(QObject):
    """Counts how often the window is asked to lay itself out."""

    count = 0

    def eventFilter(self, _watched, event):
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.mark.parametrize("action", ["layout.review", "layout.focus", "layout.everything"])
def test_a_window_in_which_nothing_happens_is_not_laid_out_again_and_again(desktop, action):
    desktop.do(action)
    desktop.window.resize(1_600, 1_000)
    settle(300)
    seen = Layouts()
    desktop.window.installEventFilter(seen)
    settle(600)
    desktop.window.removeEventFilter(seen)
    assert seen.count < 6


def test_panes_of_chats_get_their_room_and_docks_come_back_after_them(desktop):
    desktop.window.resize(800, 560)
    desktop.do("layout.review")
    settle()
    assert opened(desktop) == {"sidebar", "changes"}
    desktop.do("pane.split")
    desktop.wait(lambda: opened(desktop) == {"changes"})
    assert desktop.window.minimumSizeHint().width() <= 800
    desktop.do("layout.everything")
    desktop.wait(lambda: opened(desktop) >= {"changes"} and "sidebar" not in opened(desktop))
    desktop.do("pane.close")
    desktop.wait(lambda: "sidebar" in opened(desktop))
