"""The data page: where everything is and how large, taking it along, cleaning up, and settings as a file."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.export import Exported, export_sessions
from boocode_desktop.ui.ages import size
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.questions import ConfirmDialog
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.parts import Section, page_column, words_of
from boocode_desktop.ui.setup_port import DataPlace, DataSize
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.flow import FlowLayout
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.wait_line import WaitLine


def size_text(found: DataSize) -> str:
    """A size as people read it."""
    return size(found.size) if found.complete else f"more than {size(found.size)}"


def exported_text(done: Exported) -> str:
    """What an export wrote, as a sentence."""
    sessions = "1 session" if done.sessions == 1 else f"{done.sessions} sessions"
    chats = "1 chat" if done.chats == 1 else f"{done.chats} chats"
    missing = f" {done.missing_images} images are gone and not in it." if done.missing_images else ""
    return f"{sessions} with {chats} are in {done.path}.{missing}"


def freed_text(freed: int) -> str:
    """What removing logs did."""
    return f"{size(freed)} became free." if freed else "There were no older logs."


def imported_text(problems: Sequence[str]) -> str:
    """What came of taking the settings of a file."""
    return "\n".join(("The settings of the file hold now.", *problems))


def reset_text(kept: Path) -> str:
    """What a reset of everything did."""
    return f"Every setting has its default. What held before is in {kept}: import it to go back."


def tidied_text(done: Sequence[str]) -> str:
    """What tidying did."""
    return "\n".join(done) or "Every worktree has its session; nothing was to tidy."


class DataPage(QWidget):
    """Everything slow happens off the loop, and says that it goes on."""

    def __init__(self, context: Context, form: SettingsForm) -> None:
        super().__init__()
        self._context, self._form = context, form
        column = page_column(self, "Data and storage", "Everything is on this computer, in folders only you can read.")
        places = Section(context.theme, "Where it is")
        places.body.setSpacing(0)
        for place in context.setup.data_places():
            places.body.addWidget(PlaceRow(context, place))
        column.addWidget(places)
        column.addWidget(self._exporting())
        column.addWidget(self._cleaning())
        column.addWidget(self._settings_file())
        column.addStretch(1)

    def export_to(self, target: Path, session_ids: Sequence[str] | None) -> None:
        """Write sessions into a zip."""
        exporting = export_sessions(
            self._context.front.store, target, session_ids=session_ids, progress=self._export.say_progress
        )
        self._export.start(exporting, "data.export", exported_text, cancel="Cancel the export")

    def import_from(self, source: Path) -> None:
        """Take the settings of a file."""
        self._file.start(self._context.setup.import_settings(source), "settings.import", imported_text)

    def export_settings_to(self, target: Path) -> None:
        """Write the settings into a file."""
        self._file.start(
            self._context.setup.export_settings(target), "settings.export", lambda _: f"The settings are in {target}."
        )

    def _exporting(self) -> QWidget:
        about = "A zip with each chat as Markdown and JSON, with its images. It holds what was said, secrets included."
        self._export = _Work(self._context, "Take it along", about)
        selection = self._context.selection
        self._one = self._export.button(
            "Export this session…", "download", lambda: self._ask_target([selection.session_id])
        )
        self._on_session_changed(selection.session_id)
        selection.session_changed.connect(self._on_session_changed)
        self._export.button("Export everything…", "archive", lambda: self._ask_target(None))
        return self._export

    def _cleaning(self) -> QWidget:
        about = "Tidying ends worktrees nobody owns. Never removed: the database and what sessions have."
        work = self._clean = _Work(self._context, "Clean up", about)
        upkeep = self._context.front.upkeep
        tidy = work.button(
            "Tidy worktrees",
            "wand-sparkles",
            lambda: work.start(upkeep.tidy(), "data.tidy", tidied_text) if upkeep else None,
        )
        tidy.setEnabled(upkeep is not None)
        work.button(
            "Remove older logs",
            "trash-2",
            lambda: work.start(self._context.setup.clear_logs(), "data.logs", freed_text),
        )
        return work

    def _settings_file(self) -> QWidget:
        work = self._file = _Work(
            self._context, "Settings as a file", "For another computer. Keys of services are never in it."
        )
        work.button("Export…", "download", self._ask_settings_target)
        work.button("Import…", "folder-open", self._ask_settings_source)
        work.button("Reset all…", "rotate-ccw", self._ask_reset)
        return work

    def _on_session_changed(self, session_id: str) -> None:
        self._one.setEnabled(bool(session_id))

    def _ask_target(self, session_ids: Sequence[str] | None) -> None:
        name = "boocode-session.zip" if session_ids else "boocode-everything.zip"
        self._ask_file("Export", name, "Zip files (*.zip)", lambda path: self.export_to(path, session_ids))

    def _ask_settings_target(self) -> None:
        self._ask_file("Export settings", "boocode-settings.toml", "Settings (*.toml)", self.export_settings_to)

    def _ask_settings_source(self) -> None:
        self._ask_file("Import settings", "", "Settings (*.toml)", self.import_from)

    def _ask_file(self, title: str, name: str, kind: str, act: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, title, str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(kind)
        if name:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.selectFile(name)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda chosen: act(Path(chosen)))
        dialog.open()

    def _reset(self) -> None:
        self._file.start(self._form.reset_all(), "settings.reset", reset_text)

    def _ask_reset(self) -> None:
        dialog = ConfirmDialog(
            self._context.theme,
            self.window(),
            "Reset all settings?",
            "Every setting and every chosen key gets its default. Services with their keys, and agents, stay.",
            button="Reset all",
            danger=True,
            icon="rotate-ccw",
        )
        dialog.finished.connect(lambda yes: self._reset() if yes else None)
        dialog.open()


class PlaceRow(QWidget):
    """A place with its size, which is counted when it is shown."""

    def __init__(self, context: Context, place: DataPlace) -> None:
        super().__init__()
        theme = context.theme
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(12)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(ElidedLabel(theme, place.name, font=ui_font(METRICS.ui, 500)))
        if place.about:
            texts.addWidget(text_label(place.about, METRICS.meta, tone="muted"))
        path = ElidedLabel(theme, str(place.path), tone="tx2", font=code_font(METRICS.caption))
        texts.addWidget(path)
        row.addLayout(texts, 1)
        self.taken = ElidedLabel(theme, "counting…", tone="tx2", font=code_font(METRICS.meta))
        self.taken.setFixedWidth(122)
        row.addWidget(self.taken)
        show = IconButton(theme, "external-link", f"Open the folder of {place.name}", size=26, icon_size=14, tone="tx3")
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(place.path))))
        row.addWidget(show)
        self._context, self._place = context, place

    def showEvent(self, event: QShowEvent) -> None:
        """Count again what it takes."""
        super().showEvent(event)
        self._context.bridge.run(
            self._context.setup.measure(self._place),
            owner=self,
            done=lambda found: self.taken.set_text(size_text(found), "tx1"),
            key=f"data.measure.{self._place.name}",
        )


class _Work(Section):
    """Buttons that start something, and what came of it.

    Signals:
        told: the words below the buttons are other ones.
    """

    told = Signal()

    def __init__(self, context: Context, title: str, about: str) -> None:
        super().__init__(context.theme, title, about)
        self._context = context
        self._row = FlowLayout()
        self.body.addLayout(self._row)
        self.note = text_label("", METRICS.meta)
        self.note.hide()
        self.body.addWidget(self.note)
        self._key = ""
        self.wait = WaitLine(context.theme)
        self.wait.cancelled.connect(self._cancel)
        self.body.addWidget(self.wait)

    def button(self, text: str, icon: str, act: Callable[[], object]) -> Button:
        """One more button."""
        button = Button(self._context.theme, text, "sec", icon=icon)
        button.clicked.connect(lambda: act())
        self._row.addWidget(button)
        return button

    def start(self, work: object, key: str, told: Callable[..., str], *, cancel: str = "") -> None:
        """Run it and say what came of it; a second click does nothing. `cancel` names the button that ends it."""
        if self._context.bridge.run(
            work,  # type: ignore[arg-type]
            owner=self,
            done=lambda result: self.say(told(result)),
            error=self._on_refused,
            key=key,
        ):
            self._key = key
            self.note.hide()
            self.wait.begin("At it", cancel=cancel)

    def say_progress(self, title: str) -> None:
        """What it is at."""
        self.wait.say(f"At “{title}”")

    def _cancel(self) -> None:
        self._context.bridge.cancel(self._key)
        self.say("Cancelled. Nothing was written, and nothing was changed.")

    def say(self, words: str) -> None:
        """Below the buttons."""
        self.wait.end()
        self.note.setText(words)
        self.note.show()
        self.told.emit()

    def _on_refused(self, problem: UserFacingError) -> None:
        self.say(words_of(problem))
