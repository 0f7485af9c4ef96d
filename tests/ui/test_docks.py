"""Docks: built when first seen, saved and restored without stray tab bars, put away while nothing is open."""

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QPushButton, QTabBar, QWidget

from boocode_desktop.ui.dock_host import DockHost
from boocode_desktop.ui.dock_spec import DockContent, DockSpec
from boocode_desktop.ui.dock_tabs import DockTab
from boocode_desktop.ui.dock_title import GIVES_WAY, DockTitle


class Rig:
    def __init__(self, qtbot, theme):
        self.qtbot = qtbot
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.resize(1_000, 700)
        self.window.setCentralWidget(QLabel("centre"))
        self.host = DockHost(self.window, theme)
        self.built = []
        for name, area, visible, fixed in (
            ("side", "left", True, True),
            ("traces", "right", True, False),
            ("memory", "right", False, False),
            ("changes", "bottom", True, False),
        ):
            self.host.add(
                DockSpec(
                    id=name,
                    title=name.title(),
                    icon="activity",
                    area=area,
                    size=200,
                    visible=visible,
                    fixed=fixed,
                    build=lambda name=name: self.build(name),
                )
            )
        self.window.show()

    def build(self, name):
        self.built.append(name)
        return DockContent(widget=QLabel(name), tools=QLabel("tools"))

    def bars(self):
        found = self.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [b for b in found if b.isVisible()]


@pytest.fixture
def rig(qtbot, theme):
    return Rig(qtbot, theme)


def test_contents_are_built_when_first_seen(rig):
    assert sorted(rig.built) == ["changes", "side", "traces"]
    rig.host.show("memory")
    assert rig.built[-1] == "memory"
    rig.host.show("memory", False)
    rig.host.show("memory")
    assert rig.built.count("memory") == 1


def test_toggling_tells(qtbot, rig):
    with qtbot.waitSignal(rig.host.visibility_changed) as told:
        rig.host.toggle("changes")
    assert told.args == ["changes", False]
    assert not rig.host.visible("changes")


def test_a_saved_arrangement_comes_back(qtbot, theme, rig):
    rig.host.show("traces", False)
    state = rig.host.save()
    rig.host.show("traces")
    assert rig.host.restore(state)
    assert not rig.host.visible("traces")
    other = Rig(qtbot, theme)
    assert other.host.restore(state)
    assert not other.host.visible("traces")
    assert other.host.visible("changes")


@pytest.mark.parametrize("state", [b"", b"garbage", b"\x00" * 80])
def test_a_broken_arrangement_changes_nothing(rig, state):
    assert not rig.host.restore(QByteArray(state))
    assert rig.host.visible("traces")


def test_restoring_again_and_again_leaves_one_row_of_tabs_per_group(qtbot, rig):
    rig.host.show("memory")
    docks = rig.host._docks
    rig.window.tabifyDockWidget(docks["traces"], docks["memory"])
    state = rig.host.save()
    for _ in range(12):
        assert rig.host.restore(state)
    shown = rig.host._titles["memory"].tabs
    qtbot.waitUntil(lambda: [tab.id for tab in shown.tabs] == ["traces", "memory"])
    assert len(rig.bars()) <= 1


def test_docks_are_put_away_and_brought_back(rig):
    rig.host.show("changes", False)
    rig.host.suspend(True)
    rig.host.suspend(True)
    assert [rig.host.visible(d) for d in ("side", "traces", "changes")] == [True, False, False]
    rig.host.suspend(False)
    assert [rig.host.visible(d) for d in ("side", "traces", "changes")] == [True, True, False]


def test_saving_while_put_away_saves_the_real_arrangement(rig):
    rig.host.suspend(True)
    state = rig.host.save()
    assert rig.host.restore(state)
    assert not rig.host.visible("traces")
    rig.host.suspend(False)
    assert rig.host.visible("traces")


def test_every_dock_can_be_saved(rig):
    names = [dock.objectName() for dock in rig.host._docks.values()]
    assert all(names)
    assert len(set(names)) == len(names)


def test_the_title_bar_closes_its_dock_and_shows_a_count(qtbot, rig):
    title = rig.host._titles["changes"]
    rig.host.set_count("changes", "3")
    qtbot.waitUntil(lambda: [tab.count for tab in title.tabs.tabs] == ["3"])
    assert title.tabs.accessibleTabName(0) == "Changes, 3"
    title.closed.emit()
    assert not rig.host.visible("changes")
    assert not rig.host.known("other")


def test_a_dock_makes_room_in_a_narrow_window_and_comes_back(rig):
    usage = QLabel("usage")
    spec = DockSpec(
        id="usage",
        title="Usage",
        icon="activity",
        area="right",
        size=200,
        needs=900,
        build=lambda: DockContent(widget=usage),
    )
    rig.host.add(spec)
    assert rig.host.visible("usage")
    rig.window.resize(800, 700)
    assert not rig.host.visible("usage")
    state = rig.host.save()
    assert not rig.host.visible("usage")

    rig.window.resize(1_000, 700)
    assert rig.host.visible("usage")
    rig.host.show("usage", False)
    rig.window.resize(800, 700)
    rig.window.resize(1_000, 700)
    assert not rig.host.visible("usage"), "closed by hand, it stays closed"

    assert rig.host.restore(state)
    assert rig.host.visible("usage"), "only the window was narrow when it was saved"
    rig.window.resize(800, 700)
    rig.host.show("usage")
    rig.window.resize(820, 700)
    assert rig.host.visible("usage"), "asked for by hand, it stays"


def test_a_dock_that_makes_room_while_nothing_is_open_comes_back_with_the_others(rig):
    rig.host.add(
        DockSpec(
            id="usage",
            title="Usage",
            icon="activity",
            area="right",
            size=200,
            needs=900,
            build=lambda: DockContent(widget=QLabel("usage")),
        )
    )
    rig.host.suspend(True)
    rig.window.resize(800, 700)
    rig.host.suspend(False)
    assert not rig.host.visible("usage")
    rig.window.resize(1_000, 700)
    assert rig.host.visible("usage")


def test_the_first_window_leaves_the_chat_its_room(desktop):
    docks = desktop.bench.docks
    assert docks.visible("changes")
    assert docks._docks["changes"].height() < desktop.window.height() * 0.45
    assert desktop.bench.area.height() > docks._docks["changes"].height()


def tabbed(rig):
    """Traces and memory share a place, memory in front."""
    rig.host.show("memory")
    rig.window.tabifyDockWidget(rig.host._docks["traces"], rig.host._docks["memory"])
    rig.host.show("memory")
    shown = rig.host._titles["memory"].tabs
    rig.qtbot.waitUntil(lambda: [tab.id for tab in shown.tabs] == ["traces", "memory"])
    return shown


def in_front(rig):
    return {i for i, d in rig.host._docks.items() if not d.visibleRegion().isEmpty()}


def test_a_tab_brings_its_dock_by_mouse_and_by_key(qtbot, rig):
    shown = tabbed(rig)
    qtbot.mouseClick(shown, Qt.MouseButton.LeftButton, pos=shown.tabRect(0).center())
    qtbot.waitUntil(lambda: "traces" in in_front(rig) and "memory" not in in_front(rig))
    other = rig.host._titles["traces"].tabs
    other.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(other, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: "memory" in in_front(rig) and shown.hasFocus())
    assert shown.tabs[shown.currentIndex()].id == "memory", "its own tab is always the chosen one"


def test_a_dock_floats_where_all_of_it_is_on_screen_and_comes_back(qtbot, rig):
    tabbed(rig)
    rig.host.toggle_floating("traces")
    dock = rig.host._docks["traces"]
    screen = rig.window.screen().availableGeometry()
    assert dock.isFloating() and screen.contains(dock.geometry()), "although it stood behind another one"
    assert dock.height() <= screen.height() * 0.75
    rig.window.resize(500, 500)
    assert rig.host.visible("traces"), "it takes no room from the window"
    rig.host.toggle_floating("traces")
    assert not dock.isFloating()
    qtbot.waitUntil(lambda: "traces" in in_front(rig))


def test_docks_are_moved_parted_and_stepped_through_by_key(qtbot, rig):
    tabbed(rig)
    rig.host.move("memory", "bottom")
    bottom = Qt.DockWidgetArea.BottomDockWidgetArea
    assert rig.window.dockWidgetArea(rig.host._docks["memory"]) == bottom
    qtbot.waitUntil(lambda: "memory" in in_front(rig) and "changes" not in in_front(rig))
    rig.host.step("memory")
    qtbot.waitUntil(lambda: "changes" in in_front(rig))
    assert rig.host.current == "changes"
    assert rig.host.untab("changes")
    qtbot.waitUntil(lambda: {"changes", "memory"} <= in_front(rig))
    assert not rig.host.untab("changes")
    rig.host.move("changes", "left")
    assert rig.window.dockWidgetArea(rig.host._docks["changes"]) == Qt.DockWidgetArea.LeftDockWidgetArea
    qtbot.waitUntil(lambda: {"changes", "side"} <= in_front(rig))


def test_a_dock_dropped_on_the_fixed_one_gets_a_place_beside_it(qtbot, rig):
    docks = rig.host._docks
    rig.window.tabifyDockWidget(docks["side"], docks["traces"])
    docks["traces"].raise_()
    qtbot.waitUntil(lambda: {"side", "traces"} <= in_front(rig))


def test_what_was_used_longest_ago_makes_room(rig):
    rig.window.setMinimumSize(400, 300)
    for name in ("traces", "changes", "memory"):
        rig.host.build(name).setMinimumWidth(300)
        rig.host.show(name)
    rig.host.untab("memory")
    rig.host.move("traces", "left")
    rig.window.resize(800, 700)
    rig.host.show("changes")
    assert rig.window.minimumSizeHint().width() <= 800
    assert not rig.host.visible("memory") and rig.host.visible("changes")
    rig.window.resize(1_200, 700)
    assert rig.host.visible("memory")


def test_controls_give_way_before_tabs_lose_their_words(qtbot, theme):
    holder = QWidget()
    qtbot.addWidget(holder)
    title = DockTitle(DockTab(id="a", title="Changes", icon="file-diff"), theme, holder)
    tools = QWidget()
    row = QHBoxLayout(tools)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    kept, first, second = (QPushButton(words) for words in ("kept", "first", "second"))
    for number, button in enumerate((first, second)):
        button.setProperty(GIVES_WAY, number)
    for button in (kept, first, second):
        button.setFixedWidth(100)
        row.addWidget(button)
    title.set_tools(tools)
    title.show_tabs([DockTab(id=i, title=t, icon="activity") for i, t in (("a", "Changes"), ("b", "Background"))])
    wide, narrow = title.tabs.widths()
    title.resize(wide + 400, 36)
    holder.show()
    assert [b.isHidden() for b in (kept, first, second)] == [False, False, False]
    title.resize(wide + 280, 36)
    assert [b.isHidden() for b in (kept, first, second)] == [False, True, False]
    title.resize(title.minimumSizeHint().width(), 36)
    assert [b.isHidden() for b in (kept, first, second)] == [False, True, True]
    assert title.tabs.sizeHint().width() == narrow < wide
    title.resize(wide + 400, 36)
    assert [b.isHidden() for b in (kept, first, second)] == [False, False, False]
