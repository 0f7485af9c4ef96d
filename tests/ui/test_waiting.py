"""What takes long in the settings and on the first page: shown beside its button, with a Cancel that ends it."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from boocode_desktop.config.settings import Endpoint, Settings
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.ui.first_run.key_card import endpoint_name, free_name
from boocode_desktop.ui.first_run.model_card import FETCH, SEARCH, START, kept_text, progress_text, starting_text
from boocode_desktop.ui.settings.engine import EnginePage
from boocode_desktop.ui.settings.form import model_entries
from boocode_desktop.ui.settings.services import ServiceRow, ServicesPage
from boocode_desktop.ui.setup_port import DownloadProgress, EngineView
from boocode_desktop.ui.widgets.wait_line import WaitLine
from tests.ui.conftest import settings_pane, settle


def press(root, name):
    settle()
    next(w for w in root.findChildren(QWidget) if w.accessibleName() == name and w.isVisible()).click()


class Held:
    """A coroutine that goes on until it is let go, and says whether it was cancelled."""

    def __init__(self, answer=None):
        self.let_go, self.cancelled, self.calls, self.answer = asyncio.Event(), False, 0, answer

    async def __call__(self, *_args, **_options):
        self.calls += 1
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return self.answer


# The line itself


def test_what_is_quick_is_not_shown(qtbot, theme):
    line = WaitLine(theme)
    qtbot.addWidget(line)
    line.begin("Asking", cancel="Cancel asking")
    assert line.going and line.isHidden()
    line.end()
    assert not line.going and line.isHidden()


def test_what_is_slow_says_what_it_is_at_and_can_be_cancelled(qtbot, theme):
    line = WaitLine(theme)
    qtbot.addWidget(line)
    at = ["reading"]
    line.begin("Asking", cancel="Cancel asking", ask=lambda: at[0])
    qtbot.waitUntil(line.isVisible)
    assert line.words.text == "reading…"
    at[0] = "loading"
    qtbot.waitUntil(lambda: (line.words.text, line.past.text) == ("loading", "1 s"), timeout=4_000)
    assert line.cancel.accessibleName() == "Cancel asking"
    with qtbot.waitSignal(line.cancelled):
        line.cancel.click()
    line.stopping("Ending it")
    assert not line.cancel.isEnabled() and line.words.text.startswith("Ending it")


# Words


def test_words():
    assert progress_text(DownloadProgress(done=3_000_000, total=5_000_000, rate=2_000_000)) == (
        "Downloading, 3.0 MB of 5.0 MB at 2.0 MB a second"
    )
    starting = EngineView(phase="starting", model="m.gguf", log=("a", "load: 3 of 5", " "))
    assert starting_text("m.gguf", starting) == "Starting: load: 3 of 5"
    assert starting_text("m.gguf", EngineView()) == "Starting m.gguf"
    assert kept_text(EngineView(), Settings()) == "No other setting was changed."
    chosen = Settings(default_model="old")
    assert kept_text(EngineView(), chosen) == "New chats still begin with old."
    assert kept_text(EngineView(phase="ready", model="b.gguf"), chosen).endswith("start it again to go on with it.")


@pytest.mark.parametrize(
    ("url", "known", "name"),
    [
        ("http://127.0.0.1:8080/v1", {}, "127.0.0.1"),
        ("http://127.0.0.1:8081/v1", {"127.0.0.1": "http://127.0.0.1:8080/v1"}, "127.0.0.1:8081"),
        ("http://127.0.0.1:8080/v1/", {"127.0.0.1": "http://127.0.0.1:8080/v1"}, "127.0.0.1"),
        ("http://127.0.0.1:8080/v1", {"mine": "http://127.0.0.1:8080/v1"}, "mine"),
        ("https://x.org/b", {"x.org": "https://x.org/a"}, "x.org 2"),
        ("http://[", {}, "http://["),
    ],
)
def test_two_services_of_one_host_have_two_names(url, known, name):
    assert free_name(url, [Endpoint(name=n, base_url=u) for n, u in known.items()]) == name
    assert endpoint_name(url)


def test_the_model_of_new_chats_stays_a_choice_when_nobody_offers_it():
    listed = [ModelInfo(id="a/x", name="x", provider="a")]
    assert [c.id for c in model_entries(listed, "a/x")] == ["", "a/x"]
    assert [c.id for c in model_entries(listed, "x")] == ["", "x"]
    gone = model_entries(listed, "b/y")
    assert (gone[-1].id, gone[-1].note) == ("b/y", "not offered by any service now")
    asking = model_entries((), "b/y", asking=True)
    assert not asking[-1].enabled and asking[-2].note == ""


# The engine


@pytest.fixture
def models(desktop):
    pane = settings_pane(desktop, "Local engine")
    found = pane.findChildren(EnginePage)[0].models
    desktop.wait(lambda: found.chosen() is not None)
    return found


def test_a_start_is_cancelled_and_the_engine_ended(desktop, models):
    setup = desktop.setup
    setup.start_engine = held = Held()
    stopped = []

    async def stop():
        stopped.append(held.cancelled)

    setup.stop_engine = stop
    models.start.click()
    wait = models.waits[START]
    desktop.wait(wait.isVisible)
    setup.view = EngineView(phase="starting", model="m.gguf", log=("loading tensors",))
    desktop.wait(lambda: "loading tensors" in wait.words.text)
    press(models, "Cancel the start of the engine")
    desktop.wait(lambda: stopped)
    desktop.wait(lambda: held.cancelled)
    desktop.wait(lambda: not wait.going)
    assert models._note.text() == ("The start was cancelled and the engine has ended. No other setting was changed.")
    assert models.start.isEnabled()


def test_a_failed_start_says_what_was_kept(desktop, models):
    setup = desktop.setup
    setup.view = EngineView(phase="ready", model="old.gguf")

    async def refuse(_path):
        raise UserFacingError("The engine ended (signal 9).", "It may need more memory.")

    setup.start_engine = refuse
    models.start.click()
    desktop.wait(lambda: "signal 9" in models._note.text())
    assert "It may need more memory." in models._note.text()
    assert "old.gguf, which ran before, was ended" in models._note.text()


def test_a_search_and_a_download_are_cancelled(desktop, models):
    desktop.setup.model_files = search = Held()
    models.look()
    desktop.wait(models.waits[SEARCH].isVisible)
    press(models, "Cancel the search for model files")
    desktop.wait(lambda: search.cancelled)
    assert models.chosen() is not None
    desktop.setup.download_model = download = Held()
    models._on_source_entered("owner/repository/file.gguf")
    desktop.wait(models.waits[FETCH].isVisible)
    press(models, "Cancel the download")
    desktop.wait(lambda: download.cancelled)
    assert "What is here already is kept" in models._note.text() and not models._bar.isVisible()


# Services


@pytest.fixture
def services(desktop):
    return settings_pane(desktop, "Services and keys").findChildren(ServicesPage)[0]


def test_asking_a_service_is_cancelled(desktop, services):
    desktop.setup.test_endpoint = held = Held()
    services.form.key.setText("sk")
    services.form.save()
    desktop.wait(services.form.wait.isVisible)
    press(services, "Cancel asking the service")
    desktop.wait(lambda: held.cancelled)
    assert services.form._result._words.text() == "The question was dropped; nothing was kept."
    assert not desktop.setup.current.endpoints and services.form.key.text() == "sk"


def test_a_kept_service_is_not_waited_for_for_ever(desktop, services):
    desktop.loop.create_task(desktop.setup.save_endpoint(Endpoint(name="x", base_url="http://x"), ""))
    desktop.wait(lambda: services.findChildren(ServiceRow))
    row = services.findChildren(ServiceRow)[0]
    desktop.setup.test_endpoint = held = Held()
    press(row, "Test x")
    desktop.wait(row.wait.isVisible)
    press(row, "Cancel asking x")
    desktop.wait(lambda: held.cancelled)
    assert row.note.text() == "Cancelled: the question was dropped."


def test_a_new_service_without_a_keyring_can_keep_its_key_in_a_file(desktop, services):
    desktop.setup.no_keyring = True
    services.form.key.setText("sk")
    services.form.save()
    desktop.wait(services.form.in_file.isVisible)
    assert "no keyring" in services.form._result._words.text() and not desktop.setup.current.endpoints
    desktop.qtbot.mouseClick(services.form.in_file, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: desktop.setup.current.endpoints)
    assert desktop.setup.calls[-1][2:] == ("sk", "deepseek-v4-flash", True)
    desktop.wait(services.form.in_file.isHidden)
    assert "New chats begin with deepseek-v4-flash now." in services.form._result._words.text()


def test_a_model_list_that_takes_long_is_in_the_status_bar_and_can_be_stopped(desktop):
    held = Held(answer=())
    desktop.context.front.models.available = held
    settings_pane(desktop, "Models")
    busy = desktop.bench.status.busy
    desktop.wait(lambda: "Asking which models there are" in busy.words.text)
    busy.stop.click()
    desktop.wait(lambda: held.cancelled)
