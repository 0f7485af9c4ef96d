"""Docks: built when first seen, saved and restored without stray tab bars, put away while nothing is open."""

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QTabBar

from boocode_desktop.ui.dock_host import DockContent, DockHost, DockSpec


class Rig:
    def __init__(self, qtbot, theme):
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


def test_restoring_again_and_again_leaves_one_tab_bar_per_group(qtbot, rig):
    rig.host.show("memory")
    docks = rig.host._docks
    rig.window.tabifyDockWidget(docks["traces"], docks["memory"])
    state = rig.host.save()
    for _ in range(12):
        assert rig.host.restore(state)
    qtbot.waitUntil(lambda: len(rig.bars()) == 1)


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


def test_the_title_bar_closes_its_dock_and_shows_a_count(rig):
    title = rig.host._titles["changes"]
    rig.host.set_count("changes", "3")
    assert title._count == "3"
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
