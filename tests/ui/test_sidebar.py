"""The sidebar: rows from an overview, folding, choosing, live state, the rows' menus."""

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.records import Project, Session
from boocode_desktop.orchestrator.views import ProjectView, SessionView
from boocode_desktop.ui.ages import age, seconds, size, tokens
from boocode_desktop.ui.sidebar.model import SidebarModel
from boocode_desktop.ui.sidebar.rows import ProjectRow, SessionRow, rows, session_row

NOW = 1_760_000_000.0


def project(number=1, sessions=(), **fields):
    record = Project(id=f"p{number}", path=f"/src/p{number}", name=f"p{number}")
    return ProjectView(project=record, sessions=tuple(sessions), **fields)


def session(number=1, title="Fix it", at=NOW, **fields):
    record = Session(id=f"s{number}", project_id="p1", title=title, updated_at=at)
    return SessionView(session=record, **{"state": "idle", **fields})


@pytest.mark.parametrize(
    ("past", "words"),
    [(0, "now"), (59, "now"), (60, "1 m"), (3_599, "59 m"), (3_600, "1 h"), (50 * 86_400, "7 w"), (-5, "now")],
)
def test_ages(past, words):
    assert age(NOW - past, NOW) == words


def test_ages_in_days_follow_the_calendar():
    assert age(NOW - 30 * 3_600, NOW) in ("yesterday", "2 d")
    assert age(NOW - 6 * 86_400, NOW) == "6 d"
    assert age(NOW - 400 * 86_400, NOW).count("-") == 2


def test_amounts():
    assert [tokens(n) for n in (0, 940, 6_200, 41_000, 1_200_000)] == ["0", "940", "6.2 k", "41 k", "1.2 M"]
    assert [size(n) for n in (640, 4_100, 18_600_000_000)] == ["640 B", "4.1 kB", "18.6 GB"]
    assert [seconds(n) for n in (40, 3_100, 12_000, 125_000)] == ["40 ms", "3.1 s", "12 s", "2 m 05 s"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "idle · now"),
        ({"state": "running", "model": "m"}, "running · m · now"),
        ({"state": "running", "agent": "goose"}, "running · goose · now"),
        ({"state": "waiting", "detail": "needs approval · 1 edit"}, "needs approval · 1 edit · now"),
        ({"state": "waiting"}, "needs you · now"),
        ({"state": "done", "detail": "+212 −340"}, "done · +212 −340 · now"),
        ({"state": "running", "elsewhere": True}, "running · in another process · now"),
    ],
)
def test_a_sessions_second_line_says_its_state_first(fields, words):
    assert session_row(session(**fields), NOW).detail == words


def test_titles_are_one_line_and_never_empty():
    assert session_row(session(title="a\n  b"), NOW).title == "a b"
    assert session_row(session(title=""), NOW).title == "New session"


def test_a_folded_project_hides_its_sessions():
    overview = [project(1, [session(1), session(2)]), project(2)]
    open_rows, folded = rows(overview, frozenset(), NOW), rows(overview, {"p1"}, NOW)
    assert [r.id for r in open_rows] == ["p1", "s1", "s2", "p2"]
    assert [r.id for r in folded] == ["p1", "p2"]
    assert isinstance(folded[0], ProjectRow)
    assert (folded[0].open, folded[0].count) == (False, 2)
    assert "collapsed" in folded[0].spoken


def test_the_model_is_sound_and_repaints_only_what_changed(qtbot):
    model = SidebarModel(clock=lambda: NOW)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([project(1, [session(1), session(2)])])
    changed, resets = [], []
    model.dataChanged.connect(lambda top, _bottom, _roles=(): changed.append(top.row()))
    model.modelReset.connect(lambda: resets.append(True))
    model.show([project(1, [session(1), session(2, state="running")])])
    assert (changed, resets) == ([2], [])
    model.set_open("p1", False)
    assert (model.rowCount(QModelIndex()), resets) == (1, [True])
    assert model.project_of("s2").project.id == "p1"


def test_the_sample_is_shown_with_the_last_session_chosen(desktop):
    listed = desktop.bench.sidebar.list
    row = listed.currentIndex().data(Qt.ItemDataRole.DisplayRole)
    assert row == "Fix flaky retry test"
    assert desktop.window.windowTitle() == "Fix flaky retry test · payments-api — BooCode"
    assert desktop.bench.sidebar.model.row_of("ses_1") == -1


def click(desktop, item_id):
    listed = desktop.bench.sidebar.list
    model = desktop.bench.sidebar.model
    index = model.index(model.row_of(item_id))
    listed.scrollTo(index)
    desktop.qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=listed.visualRect(index).center())


def named(desktop, title):
    return next(s for s in desktop.world.sessions.values() if s.title == title)


def test_a_click_shows_a_session_and_a_click_on_its_project_folds_it(desktop):
    other = named(desktop, "Dark theme tokens")
    click(desktop, other.id)
    desktop.wait(lambda: desktop.context.selection.session_id == other.id)
    assert desktop.window.windowTitle() == "Dark theme tokens · boo-site — BooCode"
    click(desktop, other.project_id)
    assert desktop.bench.sidebar.model.row_of(other.id) == -1
    assert desktop.context.selection.session_id == other.id


def test_keys_walk_fold_and_choose(desktop):
    listed, model = desktop.bench.sidebar.list, desktop.bench.sidebar.model
    listed.setFocus()
    desktop.qtbot.keyClick(listed, Qt.Key.Key_Down)
    desktop.qtbot.keyClick(listed, Qt.Key.Key_Return)
    second = named(desktop, "Idempotency keys")
    desktop.wait(lambda: desktop.context.selection.session_id == second.id)
    desktop.wait(lambda: desktop.bench.area.pane is not None)
    listed.setFocus()
    desktop.qtbot.keyClick(listed, Qt.Key.Key_Left)
    assert listed.currentIndex().row() == model.row_of(second.project_id)
    desktop.qtbot.keyClick(listed, Qt.Key.Key_Left)
    assert second.project_id in model.folded
    desktop.qtbot.keyClick(listed, Qt.Key.Key_Right)
    assert second.project_id not in model.folded


def test_what_happens_in_a_chat_shows_in_the_sidebar(desktop):
    chat_id, session_id = desktop.context.selection.chat_id, desktop.context.selection.session_id
    model = desktop.bench.sidebar.model

    def shown():
        return next(r for r in model.sessions() if r.id == session_id)

    assert shown().state == "idle"
    desktop.world.set_state(session_id, "running")
    desktop.world.emit(chat_id, ev.TurnStarted(number=3, prompt="go", agent="boocode"), "trn_x")
    desktop.wait(lambda: shown().state == "running")
    desktop.world.set_state(session_id, "failed")
    desktop.world.emit(chat_id, ev.TurnFinished(status="failed"), "trn_x")
    desktop.wait(lambda: shown().state == "failed")


def test_a_burst_of_news_is_read_twice_not_a_hundred_times(desktop):
    before = len(desktop.called("projects.overview"))
    for _ in range(100):
        desktop.world.emit(desktop.context.selection.chat_id, ev.ChangesUpdated(files=1))
    desktop.wait(lambda: len(desktop.called("projects.overview")) > before)
    desktop.qtbot.waitUntil(lambda: not desktop.context.bridge.busy("sidebar.overview"))
    assert len(desktop.called("projects.overview")) - before <= 4


def open_menu(desktop, item_id):
    sidebar = desktop.bench.sidebar
    index = sidebar.model.index(sidebar.model.row_of(item_id))
    sidebar.list.customContextMenuRequested.emit(sidebar.list.visualRect(index).center())
    menus = [m for m in sidebar.findChildren(QMenu) if m.isVisible()]
    assert len(menus) == 1
    return {a.objectName(): a for a in menus[0].actions() if a.objectName()}, menus[0]


def test_a_rows_menu_acts_on_that_row(desktop):
    other = named(desktop, "Trim cold-start imports")
    entries, menu = open_menu(desktop, other.id)
    assert {"session.rename", "session.archive", "session.delete"} <= set(entries)
    entries["session.archive"].trigger()
    menu.close()
    desktop.wait(lambda: desktop.called("sessions.archive") == [(other.id,)])
    desktop.wait(lambda: desktop.bench.sidebar.model.row_of(other.id) == -1)
    assert desktop.context.selection.session_id != other.id


def test_a_projects_menu_offers_trust_or_its_end(desktop):
    trusted = next(p for p in desktop.world.projects.values() if p.trusted)
    other = next(p for p in desktop.world.projects.values() if not p.trusted)
    entries, menu = open_menu(desktop, trusted.id)
    assert "project.untrust" in entries
    assert "project.trust" not in entries
    menu.close()
    entries, menu = open_menu(desktop, other.id)
    assert "project.trust" in entries
    menu.close()


def test_without_projects_it_says_so(first_start):
    sidebar = first_start.bench.sidebar
    assert sidebar.model.rowCount(QModelIndex()) == 0
    assert sidebar._empty.isVisible()


def test_folded_projects_are_folded_next_time(desktop):
    model = desktop.bench.sidebar.model
    project_id = next(iter(desktop.world.projects))
    model.set_open(project_id, False)
    saved = desktop.context.bridge
    saved.run(desktop.bench.save())
    desktop.wait(lambda: project_id in desktop.world.settings["window.folded"])


def test_very_long_titles_do_not_widen_anything(desktop):
    width = desktop.bench.sidebar.width()
    desktop.world.add_session(next(iter(desktop.world.projects)), "word " * 200)
    desktop.bench.sidebar.refresh()
    desktop.wait(lambda: any(isinstance(r, SessionRow) and len(r.title) > 500 for r in _rows(desktop)))
    assert desktop.bench.sidebar.width() == width


def _rows(desktop):
    return desktop.bench.sidebar.model.sessions()


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ("retry", ["payments-api", "Fix flaky retry test"]),
        ("IDEMPOTENCY keys", ["payments-api", "Idempotency keys"]),
        ("failed", ["boo-site", "Broken link crawl"]),
        ("boo-site theme", ["boo-site", "Dark theme tokens"]),
        ("nothing like it", []),
    ],
)
def test_the_list_is_narrowed_to_what_holds_the_words(desktop, wanted, titles):
    model = desktop.bench.sidebar.model
    model.set_open(model.overview[0].project.id, False)
    model.look_for(wanted)
    assert [row.title for row in model._rows] == titles
    model.look_for("")
    assert len(model._rows) > 5


def test_typing_in_the_list_narrows_it_and_escape_shows_everything_again(desktop):
    sidebar = desktop.bench.sidebar
    rows = sidebar.model.rowCount()
    sidebar.list.setFocus()
    desktop.qtbot.keyClicks(sidebar.list, "b")
    assert sidebar.filter.hasFocus()
    desktop.qtbot.keyClicks(sidebar.filter, "roken")
    assert [row.title for row in sidebar.model.sessions()] == ["Broken link crawl"]
    desktop.qtbot.keyClick(sidebar.filter, Qt.Key.Key_Return)
    broken = sidebar.model.sessions()[0].id
    desktop.wait(lambda: desktop.context.selection.session_id == broken)
    desktop.do("view.filter")
    assert sidebar.filter.selectedText() == "broken"
    desktop.qtbot.keyClick(sidebar.filter, Qt.Key.Key_Escape)
    assert sidebar.model.rowCount() == rows
    desktop.qtbot.keyClick(sidebar.filter, Qt.Key.Key_Escape)
    assert sidebar.list.hasFocus()


def test_a_filter_that_finds_nothing_says_so(desktop):
    sidebar = desktop.bench.sidebar
    desktop.do("view.filter")
    sidebar.filter.setText("zzz")
    assert sidebar.model.rowCount() == 0 and sidebar._nothing.isVisible()
    desktop.qtbot.keyClick(sidebar.filter, Qt.Key.Key_Return)
    sidebar.filter.clear()
    assert not sidebar._nothing.isVisible()


def drag(window, kind, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at, action, button = QPointF(40, 40), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    if kind == "enter":
        event = QDragEnterEvent(at.toPoint(), action, data, button, keys)
    else:
        event = QDropEvent(at, action, data, button, keys)
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def test_a_folder_dropped_on_the_window_is_opened(desktop, tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "note.txt").write_text("x")
    assert not drag(desktop.window, "enter", tmp_path / "note.txt")
    assert drag(desktop.window, "enter", tmp_path / "note.txt", tmp_path / "shop")
    veil = next(w for w in desktop.window.findChildren(QWidget) if w.accessibleName() == "Drop the folder to open it")
    assert veil.isVisible()
    assert drag(desktop.window, "drop", tmp_path / "shop")
    assert not veil.isVisible()
    desktop.wait(lambda: any(p.path == str(tmp_path / "shop") for p in desktop.world.projects.values()))
