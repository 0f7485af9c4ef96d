"""The welcome page: four ways to begin, a folder, and trust."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from boocode_desktop.domain.changes import FolderInfo
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, LineDialog
from boocode_desktop.ui.dialogs.trust import TrustDialog
from boocode_desktop.ui.first_run.agents_card import AgentRow
from boocode_desktop.ui.first_run.key_card import endpoint_name
from boocode_desktop.ui.first_run.where import RecentRow, TrustCard
from boocode_desktop.ui.setup_port import ModelSearch
from boocode_desktop.ui.widgets.buttons import Button
from tests.fakes.sample import TRUST


def page(desktop):
    return desktop.bench.welcome


def press(widget, name):
    button = next(b for b in widget.findChildren(Button) if b.accessibleName() == name)
    assert button.isEnabled(), name
    button.click()


def open_dialog(desktop, kind):
    desktop.wait(lambda: any(d.isVisible() for d in desktop.window.findChildren(kind)))
    return next(d for d in desktop.window.findChildren(kind) if d.isVisible())


def test_it_is_shown_first_and_the_docks_are_away(first_start):
    assert page(first_start).isVisible()
    assert first_start.window.windowTitle() == "BooCode"
    assert not first_start.bench.docks.visible("changes")
    assert first_start.bench.docks.visible("sidebar")


def test_the_best_model_file_is_chosen_and_started(first_start):
    card = page(first_start).models
    first_start.wait(lambda: card.chosen() is not None)
    assert card.chosen().name.startswith("Qwen3")
    card._files[1][1].click()
    assert card.chosen().name == "gpt-oss-20b-mxfp4.gguf"
    with first_start.qtbot.waitSignal(card.started):
        card.start.click()
    assert ("start_engine", card.chosen().path) in first_start.setup.calls
    assert first_start.bench.status.engine.accessibleName() == "Engine ready · gpt-oss-20b-mxfp4.gguf"


def test_without_a_model_file_it_says_what_to_do(first_start):
    card = page(first_start).models
    first_start.wait(lambda: card._files)
    first_start.setup.files = ()
    card._on_files_found(ModelSearch(files=(), places=5))
    assert card._note.text() == "No model file was found. Choose one, or download one."
    assert card._found.text() == "0 files, 5 places searched"
    assert card.chosen() is None


def test_an_engine_that_does_not_start_says_why(first_start):
    card = page(first_start).models
    first_start.wait(lambda: card.chosen() is not None)

    async def refuse(path):
        raise UserFacingError("The engine ended (signal 9).", "It may need more memory.")

    first_start.setup.start_engine = refuse
    card.start.click()
    first_start.wait(lambda: "signal 9" in card._note.text())
    assert card.start.isEnabled()


def test_a_download_is_asked_for_and_shown(first_start):
    card = page(first_start).models
    first_start.wait(lambda: card._files)
    press(card, "Download another")
    dialog = open_dialog(first_start, LineDialog)
    dialog.line.setText("owner/repository/model.gguf")
    first_start.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    first_start.wait(lambda: ("download_model", "owner/repository/model.gguf") in first_start.setup.calls)
    first_start.wait(lambda: not card._bar.isVisible())


def test_a_key_is_tested_then_kept_and_forgotten_by_the_form(first_start):
    card = page(first_start).keys
    card.form.key.setText("sk-secret")
    with first_start.qtbot.waitSignal(card.saved) as saved:
        press(card, "Save and use")
    assert saved.args == ["DeepSeek"]
    assert first_start.setup.keys == {"DeepSeek": "sk-secret"}
    assert card.form.key.text() == ""
    assert first_start.setup.calls[-2][0] == "test_endpoint"


def test_a_refused_key_is_not_kept(first_start):
    card = page(first_start).keys
    card.form.key.setText("wrong")
    press(card, "Save and use")
    first_start.wait(lambda: "401" in card.form._result._words.text())
    assert first_start.setup.keys == {}
    assert card.form.key.text() == "wrong"


def test_another_service_is_named_by_its_host(first_start):
    card = page(first_start).keys
    card.form.kind.chosen.emit("other")
    card.form.kind.select("other")
    press(card, "Test")
    assert "base URL" in card.form._result._words.text()
    card.form.address.setText("http://127.0.0.1:8080/v1")
    press(card, "Save and use")
    first_start.wait(lambda: first_start.setup.current.endpoints)
    kept = first_start.setup.current.endpoints[0]
    assert (kept.name, kept.preset, kept.base_url) == ("127.0.0.1", "generic", "http://127.0.0.1:8080/v1")


@pytest.mark.parametrize(("url", "name"), [("https://api.x.org/v1", "api.x.org"), ("nonsense", "nonsense")])
def test_endpoint_names(url, name):
    assert endpoint_name(url) == name


def test_agents_are_listed_usable_ones_first_without_the_scripted_one(first_start):
    first_start.world.agents.append(AgentInfo(name="tour", label="tour", state="ready", scripted=True))
    page(first_start).agents.look()
    first_start.wait(lambda: ("agents.refresh", ()) in first_start.world.calls)
    rows = [r.accessibleName() for r in page(first_start).agents.findChildren(AgentRow) if r.isVisible()]
    assert rows == [
        "boocode, ready",
        "opencode, ready",
        "qwen, checking",
        "goose, needs setup",
        "claude, not found",
    ]


def test_an_agent_is_taken_for_new_chats(first_start):
    press(page(first_start).agents, "Use opencode")
    first_start.wait(lambda: first_start.setup.current.default_agent == "opencode")


def test_what_an_agent_needs_is_explained(first_start):
    press(page(first_start).agents, "Show how to use goose")
    dialog = open_dialog(first_start, ConfirmDialog)
    assert dialog.accessibleName() == "Using goose"
    dialog.reject()


def test_the_tour_opens_its_session(first_start):
    page(first_start).tour.start.click()
    first_start.wait(lambda: first_start.context.selection.chat_id)
    assert ("start_tour",) in first_start.setup.calls
    assert first_start.window.windowTitle() == "Fix the failing test · sample — BooCode"


def test_a_dropped_folder_becomes_a_session(first_start, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("x")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    drop = page(first_start).drop
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    drop.dropEvent(event)
    first_start.wait(lambda: first_start.context.selection.session_id)
    assert first_start.called("projects.open") == [(tmp_path,)]
    assert first_start.bench.docks.visible("changes")


def trusting(desktop, tmp_path):
    project = desktop.world.add_project(str(tmp_path))
    desktop.world.trust[project.id] = TRUST
    return project


def test_a_folder_that_starts_things_asks_for_trust_on_the_page(first_start, tmp_path):
    project = trusting(first_start, tmp_path)
    page(first_start).folder_given.emit(tmp_path)
    first_start.wait(lambda: page(first_start).findChildren(TrustCard))
    assert first_start.world.sessions == {}
    card = page(first_start).findChildren(TrustCard)[0]
    card.trusted.click()
    first_start.wait(lambda: first_start.context.selection.session_id)
    assert first_start.world.projects[project.id].trusted


def test_an_untrusted_folder_opens_all_the_same(first_start, tmp_path):
    project = trusting(first_start, tmp_path)
    page(first_start).folder_given.emit(tmp_path)
    first_start.wait(lambda: page(first_start).findChildren(TrustCard))
    page(first_start).findChildren(TrustCard)[0].untrusted.click()
    first_start.wait(lambda: first_start.context.selection.session_id)
    assert not first_start.world.projects[project.id].trusted


def test_beside_an_open_session_trust_is_asked_in_a_dialog(desktop, tmp_path):
    project = trusting(desktop, tmp_path)
    page(desktop).folder_given.emit(tmp_path)
    dialog = open_dialog(desktop, TrustDialog)
    dialog.accept()
    desktop.wait(lambda: desktop.world.projects[project.id].trusted)
    desktop.wait(lambda: desktop.world.sessions[desktop.context.selection.session_id].project_id == project.id)


def test_a_folder_without_git_is_asked_about(first_start, tmp_path):
    async def plain(folder):
        return FolderInfo(path=str(folder), kind="plain")

    first_start.front.projects.inspect = plain
    page(first_start).folder_given.emit(tmp_path)
    dialog = open_dialog(first_start, ConfirmDialog)
    assert dialog.accessibleName() == "Work in the folder itself?"
    dialog.accept()
    first_start.wait(lambda: first_start.context.selection.session_id)
    session = first_start.world.sessions[first_start.context.selection.session_id]
    assert session.isolation == "in-place"


def test_projects_opened_before_are_offered(desktop):
    desktop.do("view.welcome")
    rows = [r for r in page(desktop).findChildren(RecentRow) if r.isVisible()]
    assert len(rows) == 4
    before = len(desktop.world.sessions)
    rows[0].click()
    desktop.wait(lambda: len(desktop.world.sessions) == before + 1)


@pytest.mark.parametrize(("width", "columns"), [(1_400, 3), (1_150, 3), (1_000, 2), (600, 1)])
def test_the_page_uses_as_many_columns_as_fit(first_start, width, columns):
    shown = page(first_start)
    shown._arrange(width)
    assert shown._arrangement == columns
    cells = {shown._grid.getItemPosition(shown._grid.indexOf(c))[1] for c in (shown.models, shown.keys)}
    assert len(cells) == min(columns, 2)
