"""Pictures before and after: read, laid beside and over each other, compared by pointer and keys, refused in words."""

import asyncio

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QPointF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QApplication

from boocode_desktop.domain import changes as ch
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.changes.picture_layout import ENLARGED, layout
from boocode_desktop.ui.changes.picture_side import difference_of, read_side
from boocode_desktop.ui.picture_reading import read_picture
from tests.fakes import walk
from tests.fakes.sample import file_diff


def encoded(width=60, height=40, tone="#ff0000", kind="png", spot=None):
    """A picture of one colour, with another pixel at `spot`."""
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(QColor(tone))
    if spot:
        image.setPixelColor(*spot, QColor("#00ff00"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(kind.encode())).write(image)
    return bytes(buffer.data().data())


def version(data):
    return ch.FileVersion(size=len(data), data=data) if data is not None else None


def versions(before, after):
    return ch.FileVersions(before=version(before), after=version(after))


def picture(path="docs/chart.png", **fields):
    change = ch.FileChange(path=path, operation="modified", binary=True, agents=("qwen",))
    return ch.FileDiff(change=change, **fields)


@pytest.fixture
def pane(desktop):
    """The changes pane over a text and two pictures, the first picture on screen."""
    desktop.window.resize(1_500, 1_000)
    session = desktop.context.selection.session_id
    desktop.world.changes[session] = (picture(), picture("docs/new.png"), file_diff("src/retry.py", 1, 1))
    desktop.world.versions["docs/chart.png"] = versions(encoded(), encoded(spot=(3, 4)))
    desktop.world.versions["docs/new.png"] = versions(None, encoded(80, 20))
    found = desktop.bench.docks.build("changes")
    found.setFixedHeight(620)
    found.refresh()
    desktop.wait(lambda: found.model.changes and found.model.changes[0].path == "docs/chart.png")
    found._choose("docs/chart.png")
    desktop.wait(lambda: stage(found) is not None and stage(found).comparable)
    return found


def stage(pane):
    return pane.pictures.compare.stage if pane.pictures.compare is not None else None


def words(pane):
    return pane.pictures.compare.words.text


def test_both_versions_stand_beside_each_other_with_their_sizes(desktop, pane):
    before, after = stage(pane).sides
    assert before.facts.startswith("60 × 40 px · ") and after.label == "After"
    assert "Before: 60 × 40 px" in stage(pane).accessibleDescription()
    now = stage(pane).layout_now()
    assert now.panels[0].right() < now.panels[1].left()
    assert now.pictures[0].size() == now.pictures[1].size() == QSizeF(60, 40) * now.scale
    assert pane.view.height() == pane.view.sheet.total < stage(pane).height()
    assert not pane.bar.buttons[0].isHidden()


def test_the_ways_to_compare_are_chosen_by_key_and_by_mouse(desktop, pane):
    for mode in ("swipe", "onion", "difference", "side"):
        desktop.do("changes.picture_mode")
        assert stage(pane).mode == mode == pane.pictures.compare.modes.selected
        for theme in ("light", "dark"):
            desktop.context.theme.apply(QApplication.instance(), theme)
            pane.grab()
    swipe = next(b for b in pane.pictures.compare.modes._group.buttons() if b.text() == "Swipe")
    desktop.qtbot.mouseClick(swipe, Qt.MouseButton.LeftButton)
    assert stage(pane).mode == "swipe"


def colour_at(pane, point):
    return stage(pane).grab().toImage().pixelColor(point).name()


def test_a_swipe_shows_the_old_version_left_and_the_new_one_right(desktop, pane):
    desktop.world.versions["docs/chart.png"] = versions(encoded(tone="#ff0000"), encoded(tone="#0000ff"))
    pane.refresh()
    desktop.wait(lambda: stage(pane).sides[1].picture.image.pixelColor(0, 0).name() == "#0000ff")
    desktop.do("changes.picture_mode")
    room = stage(pane).layout_now().pictures[0].toRect()
    left, right = room.topLeft() + QPoint(4, 4), room.topRight() + QPoint(-4, 4)
    assert (colour_at(pane, left), colour_at(pane, right)) == ("#ff0000", "#0000ff")
    desktop.qtbot.mousePress(stage(pane), Qt.MouseButton.LeftButton, pos=room.center())
    desktop.qtbot.mouseMove(stage(pane), room.topRight() + QPoint(30, 20))
    desktop.qtbot.mouseRelease(stage(pane), Qt.MouseButton.LeftButton)
    assert stage(pane).share == 1.0 and colour_at(pane, right) == "#ff0000"
    stage(pane).setFocus()
    for _ in range(20):
        desktop.qtbot.keyClick(stage(pane), Qt.Key.Key_Left)
    assert stage(pane).share == pytest.approx(0) and colour_at(pane, left + QPoint(20, 0)) == "#0000ff"
    assert stage(pane).accessibleDescription().endswith("100 % of the new version is seen")


def test_an_onion_skin_mixes_both(desktop, pane):
    desktop.world.versions["docs/chart.png"] = versions(encoded(tone="#ff0000"), encoded(tone="#0000ff"))
    pane.refresh()
    desktop.wait(lambda: stage(pane).sides[1].picture.image.pixelColor(0, 0).name() == "#0000ff")
    for _ in range(2):
        desktop.do("changes.picture_mode")
    corner = stage(pane).layout_now().pictures[0].toRect().topLeft() + QPoint(4, 4)
    mixed = QColor(colour_at(pane, corner))
    assert 100 < mixed.red() < 155 and 100 < mixed.blue() < 155
    stage(pane).setFocus()
    for _ in range(10):
        desktop.qtbot.keyClick(stage(pane), Qt.Key.Key_Right)
    assert colour_at(pane, corner) == "#0000ff"


def test_the_difference_is_counted(desktop, pane):
    for _ in range(3):
        desktop.do("changes.picture_mode")
    desktop.wait(lambda: "of the pixels" in words(pane))
    assert words(pane).startswith("Less than 0.1 % of the pixels differ")
    pane.grab()


@pytest.mark.parametrize(
    ("one", "other", "differing"),
    [
        ({}, {}, 0),
        ({}, {"spot": (0, 0)}, 1),
        ({"tone": "#000001"}, {"tone": "#000000"}, 60 * 40),
        ({}, {"width": 61}, 40),
    ],
)
def test_every_pixel_that_differs_counts(one, other, differing, qtbot):
    room = QSize(100, 100)
    found = difference_of(read_picture(encoded(**one), room), read_picture(encoded(**other), room))
    assert found.differing == differing and found.total >= 60 * 40


def test_zoom_by_key_and_double_click_and_a_large_picture_is_moved(desktop, pane):
    desktop.world.versions["docs/chart.png"] = versions(encoded(3_000, 900), encoded(3_000, 900))
    pane.refresh()
    desktop.wait(lambda: stage(pane).sides[0].size.width() == 3_000)
    assert stage(pane).layout_now().scale < 1 and "shown at" in words(pane)
    pane.grab()
    desktop.wait(lambda: 0 in stage(pane)._scaled)
    desktop.do("changes.picture_zoom")
    assert stage(pane).layout_now().scale == 1.0 and pane.pictures.compare.zoom.selected == "full"
    before = stage(pane).layout_now().pictures[0].left()
    stage(pane).setFocus()
    desktop.qtbot.keyClick(stage(pane), Qt.Key.Key_Right)
    assert stage(pane).layout_now().pictures[0].left() == before - 40
    for _ in range(100):
        desktop.qtbot.keyClick(stage(pane), Qt.Key.Key_Right)
    assert stage(pane).layout_now().pictures[0].right() == pytest.approx(
        stage(pane).layout_now().panels[0].right(), abs=1
    )
    desktop.qtbot.mouseDClick(stage(pane), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    desktop.qtbot.mouseRelease(stage(pane), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert stage(pane).fitted


def test_a_new_picture_has_no_other_way_than_beside(desktop, pane):
    desktop.do("changes.picture_mode")
    desktop.do("changes.next_hunk")
    desktop.wait(lambda: stage(pane).sides and stage(pane).sides[0].title == "New")
    assert stage(pane).mode_now == "side" and not pane.pictures.compare.modes.isEnabled()
    assert "no two pictures" in pane.pictures.compare.modes.toolTip()
    pane.grab()
    desktop.do("changes.picture_mode")
    assert stage(pane).mode == "swipe"


def test_a_text_takes_the_room_back(desktop, pane):
    for _ in range(2):
        desktop.do("changes.next_hunk")
    desktop.wait(lambda: pane.view.path == "src/retry.py")
    assert pane.pictures.compare.isHidden() and stage(pane).sides is None
    desktop.wait(lambda: pane.view.height() > 200)


def test_keys_decide_about_a_picture_as_a_whole(desktop, pane):
    pane.view.setFocus()
    desktop.do("changes.approve_hunk")
    desktop.wait(lambda: desktop.called("review.approved"))
    assert desktop.called("review.approved")[0][1:] == ("docs/chart.png", None)


def test_while_pictures_are_read_it_is_said_and_a_refusal_too(desktop, pane, monkeypatch):
    gate = asyncio.Event()

    async def refused(*_args, **_options):
        await gate.wait()
        raise UserFacingError("The checkpoints are gone.", "Start a new session.")

    monkeypatch.setattr(desktop.front.review, "versions", refused)
    desktop.do("changes.next_hunk")
    desktop.wait(lambda: stage(pane).sides is None)
    pane.grab()
    gate.set()
    desktop.wait(lambda: stage(pane).sides is not None)
    assert stage(pane).sides[0].spoken == "Before: The checkpoints are gone. Start a new session"


def test_what_cannot_be_shown_says_why(qtbot):
    broken = read_side("Before", version(b"\x89PNG\r\n\x1a\nno png\0"), ("", ""))
    assert broken.broken and broken.title == "The picture cannot be shown"
    large = read_side("After", ch.FileVersion(size=81_000_000, data=None), ("", ""))
    assert (large.title, large.words) == ("Too large to show", "81.0 MB are more than is read here.")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    assert read_side("After", version(svg), ("", "")).broken
    bomb = bytearray(encoded(4, 4))
    bomb[16:24] = (100_000).to_bytes(4, "big") * 2
    assert read_side("After", version(bytes(bomb)), ("", "")).broken


SIZES = (QSize(400, 200), QSize(400, 300))


@pytest.mark.parametrize("mode", ["side", "swipe", "onion", "difference"])
@pytest.mark.parametrize("stage_size", [QSizeF(1_200, 500), QSizeF(300, 200), QSizeF(60, 40)])
def test_pictures_never_leave_their_frames_when_fitted(mode, stage_size):
    now = layout(stage_size, SIZES, mode, fitted=True, moved=QPointF())
    for panel, room, size in zip(now.panels, now.pictures, SIZES, strict=True):
        assert panel.adjusted(-1, -1, 1, 1).contains(room)
        assert room.width() == pytest.approx(size.width() * now.scale)
    if mode != "side":
        assert now.pictures[0].topLeft() == now.pictures[1].topLeft()


def test_icons_are_enlarged_and_nothing_else():
    stage_size = QSizeF(2_000, 2_000)
    assert layout(stage_size, (QSize(32, 32), QSize()), "side", fitted=True, moved=QPointF()).scale == ENLARGED
    assert layout(stage_size, SIZES, "side", fitted=True, moved=QPointF()).scale == 1
    assert layout(stage_size, (QSize(), QSize()), "side", fitted=True, moved=QPointF()).scale > 0


def test_nobody_needs_eyes_or_a_mouse_for_pictures(desktop, pane):
    for mode in ("side", "swipe", "onion", "difference"):
        assert stage(pane).mode == mode
        assert walk.unnamed(pane) == walk.twice(pane) == walk.technical(pane) == []
        assert walk.unspoken(pane) == walk.without_mouse(pane) == walk.unseen_focus(pane) == []
        desktop.do("changes.picture_mode")
