"""Data and services in the settings: sizes, export, clean up, settings as a file, keys that are never shown."""

import asyncio
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from boocode_desktop.config.settings import Endpoint, Settings
from boocode_desktop.orchestrator.export import Exported
from boocode_desktop.ui.dialogs.questions import ConfirmDialog
from boocode_desktop.ui.settings.data import DataPage, PlaceRow, exported_text, freed_text, size_text, tidied_text
from boocode_desktop.ui.settings.engine import EngineStatus
from boocode_desktop.ui.settings.pages import SERVICES
from boocode_desktop.ui.settings.services import ServiceRow
from boocode_desktop.ui.setup_port import DataSize, EngineView
from boocode_desktop.ui.widgets.buttons import Button
from tests.ui.conftest import settings_pane, settle


def test_what_is_said():
    assert size_text(DataSize(size=4_100)) == "4.1 kB"
    assert size_text(DataSize(size=4_100, complete=False)) == "more than 4.1 kB"
    assert exported_text(Exported(path=Path("/x.zip"), sessions=1, chats=2)) == "1 session with 2 chats are in /x.zip."
    assert "3 images are gone" in exported_text(Exported(path=Path("/x"), sessions=2, chats=1, missing_images=3))
    assert (freed_text(0), freed_text(3_000_000)) == ("There were no older logs.", "3.0 MB became free.")
    assert tidied_text(["a", "b"]) == "a\nb"


@pytest.fixture
def pane(desktop):
    desktop.setup.sizes["Database"] = DataSize(size=81_000_000)
    desktop.setup.sizes["Worktrees"] = DataSize(size=9_000_000_000, complete=False)
    return settings_pane(desktop, "Data and storage")


@pytest.fixture
def page(pane):
    return pane.findChildren(DataPage)[0]


def press(root, name):
    settle()
    next(w for w in root.findChildren(QWidget) if w.accessibleName() == name and w.isVisibleTo(root)).click()


def test_places_say_how_large_they_are(desktop, page):
    rows = page.findChildren(PlaceRow)
    desktop.wait(lambda: rows[2].taken.text == "0 B")
    assert [row.taken.text for row in rows] == ["81.0 MB", "more than 9.0 GB", "0 B"]


def test_a_session_is_exported_as_markdown_and_json(desktop, page, tmp_path):
    target = tmp_path / "session.zip"
    page.export_to(target, [desktop.context.selection.session_id])
    desktop.wait(lambda: page._export.note.text().startswith("1 session with"))
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        text = next(n for n in names if n.endswith(".md") and "p99 fell" in archive.read(n).decode())
        entries = json.loads(archive.read(text.removesuffix(".md") + ".json"))["entries"]
        assert json.loads(archive.read(next(n for n in names if n.endswith("session.json"))))["project"]
    assert [e["kind"] for e in entries][:2] == ["prompt", "reasoning"]
    assert all("payments-api/Fix flaky retry test" in n for n in names)


def test_everything_is_exported(desktop, page, tmp_path):
    page.export_to(tmp_path / "all.zip", None)
    desktop.wait(lambda: f"{len(desktop.world.sessions)} sessions" in page._export.note.text())
    assert [p.name for p in tmp_path.iterdir()] == ["all.zip"]


def test_a_long_export_is_cancelled_and_leaves_nothing(desktop, page, tmp_path):
    entries = desktop.front.store.entries
    held = asyncio.Event()

    async def slow(*args, **options):
        await held.wait()
        return await entries(*args, **options)

    desktop.front.store.entries = slow
    page.export_to(tmp_path / "all.zip", None)
    desktop.wait(page._export.wait.isVisible)
    press(page, "Cancel the export")
    desktop.wait(lambda: not desktop.context.bridge.busy("data.export"))
    assert page._export.note.text() == "Cancelled. Nothing was written, and nothing was changed."
    desktop.wait(lambda: list(tmp_path.iterdir()) == [])


def test_sizes_are_counted_again_when_the_page_is_seen_again(desktop, pane, page):
    rows = page.findChildren(PlaceRow)
    desktop.wait(lambda: rows[0].taken.text == "81.0 MB")
    desktop.setup.sizes["Database"] = DataSize(size=90_000_000)
    pane.show_group("General")
    pane.show_group("Data and storage")
    desktop.wait(lambda: rows[0].taken.text == "90.0 MB")


def test_an_export_that_cannot_be_written_leaves_nothing(desktop, page, tmp_path):
    page.export_to(tmp_path / "no folder" / "all.zip", None)
    desktop.wait(lambda: "Nothing was exported." in page._export.note.text())
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_asked_for(desktop, page):
    press(page, "Export everything…")
    chooser = page.findChildren(QFileDialog)[0]
    assert chooser.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    chooser.reject()
    press(page, "Import…")
    page.findChildren(QFileDialog)[-1].reject()


def test_older_logs_go(desktop, page):
    press(page, "Remove older logs")
    desktop.wait(lambda: page._clean.note.text() == "3.0 MB became free.")


def test_settings_go_out_and_come_back(desktop, pane, page, tmp_path):
    desktop.setup.current = replace(desktop.setup.current, step_limit=40)
    page.export_settings_to(tmp_path / "s.toml")
    desktop.wait((tmp_path / "s.toml").exists)
    desktop.setup.current = Settings()
    pane.show_group("General")
    pane.show_group("Data and storage")
    page.import_from(tmp_path / "s.toml")
    desktop.wait(lambda: desktop.setup.current.step_limit == 40)
    desktop.wait(lambda: page._file.note.text() == "The settings of the file hold now.")
    pane.show_group("General")
    assert next(w for w in pane.findChildren(QLineEdit) if w.accessibleName() == "Step limit").text() == "40"


def test_a_file_that_is_no_settings_changes_nothing(desktop, page, tmp_path):
    (tmp_path / "bad.toml").write_text("= no")
    before = desktop.setup.current
    page.import_from(tmp_path / "bad.toml")
    desktop.wait(lambda: "The settings stay as they are." in page._file.note.text())
    assert desktop.setup.current == before


def test_reset_asks_first_and_keeps_services(desktop, page):
    kept = (Endpoint(name="x", base_url="http://x"),)
    desktop.setup.current = replace(desktop.setup.current, step_limit=40, endpoints=kept)
    press(page, "Reset all…")
    dialog = desktop.window.findChildren(ConfirmDialog)[0]
    assert desktop.setup.current.step_limit == 40
    next(b for b in dialog.findChildren(Button) if b.text() == "Reset all").click()
    desktop.wait(lambda: desktop.setup.current == replace(Settings(), endpoints=kept))
    desktop.context.theme.reduced_motion = True


def test_the_engine_is_followed_and_stopped(desktop, pane):
    desktop.setup.show_engine(EngineView(phase="ready", model="m.gguf", log=("a", "b")))
    pane.show_group("Local engine")
    status = pane.findChildren(EngineStatus)[0]
    assert status.state.accessibleName() == "ready"
    assert status.words.text() == "m.gguf"
    assert status.log.toPlainText() == "a\nb"
    press(status, "Stop the local engine")
    desktop.wait(lambda: status.state.accessibleName() == "stopped")
    assert not status.stop.isEnabled()
    desktop.setup.show_engine(EngineView(phase="failed", detail="exit 1"))
    assert status.words.text() == "exit 1"


# Keys of services


@pytest.fixture
def row(desktop, pane):
    desktop.setup.current = replace(desktop.setup.current, endpoints=(Endpoint(name="DeepSeek", base_url="http://x"),))
    pane.show_group(SERVICES)
    return pane.findChildren(ServiceRow)[0]


def test_a_key_is_replaced_and_removed_but_never_shown(desktop, row):
    desktop.wait(lambda: row.key.accessibleName() == "no key")
    press(row, "Change the key of DeepSeek")
    row.editor.line.setText("sk-secret")
    press(row, "Save the key of DeepSeek")
    desktop.wait(lambda: row.key.accessibleName() == "key in the keyring")
    assert row.editor.line.text() == ""
    assert row.editor.line.echoMode() == QLineEdit.EchoMode.Password
    press(row, "Remove the key of DeepSeek")
    desktop.wait(lambda: row.key.accessibleName() == "no key")
    assert desktop.setup.keys["DeepSeek"] == ""


def test_without_a_keyring_a_file_is_offered(desktop, row):
    desktop.setup.no_keyring = True
    row.edit()
    row.editor.line.setText("sk-secret")
    row.editor.keep()
    desktop.wait(lambda: not row.editor.in_file.isHidden())
    assert "no keyring" in row.editor.note.text()
    row.editor.keep_in_file()
    desktop.wait(lambda: ("replace_key", "DeepSeek", "sk-secret", True) in desktop.setup.calls)
    desktop.wait(row.editor.in_file.isHidden)


def test_a_service_is_tested_with_the_key_it_has(desktop, row):
    press(row, "Test DeepSeek")
    desktop.wait(lambda: row.note.text() == "Answered in 212 ms with 2 models.")
    assert ("test_endpoint", "http://x", "") in desktop.setup.calls
