"""Use a model file on this computer: the files found, one more from disk or the network, and the engine's start."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QProgressBar, QVBoxLayout, QWidget

from boocode_desktop.config.settings import Settings
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.ages import size
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.questions import LineDialog
from boocode_desktop.ui.first_run.choice_card import ChoiceCard, caption_row, text_label
from boocode_desktop.ui.first_run.option_row import OptionRow
from boocode_desktop.ui.setup_port import DownloadProgress, EngineView, ModelFile, ModelSearch
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.flow import FlowLayout
from boocode_desktop.ui.widgets.wait_line import WaitLine

_MOST = 4
SEARCH, START, FETCH = "setup.model_files", "setup.engine", "setup.download"


def progress_text(progress: DownloadProgress) -> str:
    """How far a download is."""
    rate = f" at {size(int(progress.rate))} a second" if progress.rate else ""
    return f"Downloading, {size(progress.done)} of {size(progress.total)}{rate}"


def starting_text(name: str, view: EngineView) -> str:
    """What the engine is at while it starts: its own newest line, where there is one."""
    line = next((line.strip() for line in reversed(view.log) if line.strip()), "")
    return f"Starting: {line}" if line and view.phase == "starting" else f"Starting {name}"


def kept_text(before: EngineView, settings: Settings) -> str:
    """What a start that came to nothing left as it was, and what it did not."""
    chosen = settings.default_model
    kept = f"New chats still begin with {chosen}." if chosen else "No other setting was changed."
    if before.phase == "ready":
        return f"{kept} {before.model}, which ran before, was ended; start it again to go on with it."
    return kept


class ModelCard(ChoiceCard):
    """One file is chosen; Start makes it the model of new chats.

    Signals:
        started(str): the engine is ready with the file of this name.
    """

    started = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__(
            context.theme, "hard-drive", "Use a model file on this computer", "Private. Nothing leaves the machine."
        )
        self._context = context
        self._before = context.setup.engine()
        self._files: list[tuple[ModelFile, OptionRow]] = []
        row, self._found = caption_row("FOUND ON DISK")
        self.body.addWidget(row)
        self._list = QWidget()
        self._rows = _column(self._list)
        self.body.addWidget(self._list)
        self._note = text_label("", METRICS.meta, tone="muted")
        self._note.hide()
        self.body.addWidget(self._note)
        self.waits: dict[str, WaitLine] = {}
        for key, cancel in ((SEARCH, self._cancel_search), (START, self._cancel_start), (FETCH, self._cancel_download)):
            wait = self.waits[key] = WaitLine(context.theme)
            wait.cancelled.connect(cancel)
            self.body.addWidget(wait)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Download progress")
        self._bar.hide()
        self.body.addWidget(self._bar)
        choose = Button(context.theme, "Choose a file…", "flat", icon="folder-search")
        choose.clicked.connect(self._on_choose_clicked)
        self._download = Button(context.theme, "Download another", "flat", icon="download")
        self._download.clicked.connect(self._on_download_clicked)
        self.start = Button(context.theme, "Start engine", "sec", icon="play", height=METRICS.composer_button)
        self.start.setEnabled(False)
        self.start.clicked.connect(self._on_start_clicked)
        more = FlowLayout(gap=4)
        more.addWidget(choose)
        more.addWidget(self._download)
        self.body.addLayout(more)
        self.foot.addWidget(text_label("It becomes the model of new chats.", METRICS.meta, tone="muted"), 1)
        self.foot.addWidget(self.start)

    def look(self) -> None:
        """Search the disk."""
        started = self._context.bridge.run(
            self._context.setup.model_files(), owner=self, done=self._on_files_found, key=SEARCH
        )
        if started:
            self.waits[SEARCH].begin(
                "Looking where people keep model files", cancel="Cancel the search for model files"
            )

    def chosen(self) -> ModelFile | None:
        """The file that would be started."""
        return next((file for file, row in self._files if row.isChecked()), None)

    def _cancel_search(self) -> None:
        self._context.bridge.cancel(SEARCH)
        self.waits[SEARCH].end()
        self._say("The search was cancelled. Choose a file yourself, or come back to this page to search again.")

    def _on_files_found(self, search: ModelSearch) -> None:
        self.waits[SEARCH].end()
        if [file for file, _ in self._files] == list(search.files[:_MOST]) and self._files:
            return
        for _, row in self._files:
            row.hide()
            row.deleteLater()
        self._files = []
        for file in search.files[:_MOST]:
            self._add(file)
        count = len(search.files)
        self._found.setText(f"{count} file{'' if count == 1 else 's'}, {search.places} places searched")
        self._note.setText("" if count else "No model file was found. Choose one, or download one.")
        self._note.setVisible(not count)

    def _add(self, file: ModelFile) -> None:
        word = file.needs or ("fits" if file.fits else "")
        row = OptionRow(
            self.theme, file.name, f"{size(file.size)} · {file.source}", word, "ok" if file.fits else "warn"
        )
        self._rows.addWidget(row)
        self._files.append((file, row))
        row.setChecked(len(self._files) == 1)
        self.start.setEnabled(True)

    def _on_choose_clicked(self) -> None:
        dialog = QFileDialog(self, "Choose a model file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter("Model files (*.gguf)")
        dialog.fileSelected.connect(lambda name: self._start(Path(name)))
        dialog.open()

    def _on_download_clicked(self) -> None:
        dialog = LineDialog(
            self.theme,
            self.window(),
            "Download a model file",
            label="Repository and file, or an address",
            button="Download",
        )
        dialog.line.setPlaceholderText("owner/repository/file.gguf, or https://…")
        dialog.entered.connect(self._on_source_entered)
        dialog.open()

    def _on_source_entered(self, source: str) -> None:
        started = self._context.bridge.run(
            self._context.setup.download_model(source, self._on_progress),
            owner=self,
            done=self._on_downloaded,
            error=self._on_failed,
            key=FETCH,
        )
        if started:
            # A bar without an end moves to and fro.
            self._bar.setRange(0, 1_000 if self.theme.reduced_motion else 0)
            self._bar.setValue(0)
            self._bar.show()
            name = source.rsplit("/", 1)[-1]
            self.waits[FETCH].begin(f"Downloading {name}", cancel="Cancel the download")
            self._say("It is checked when done, and goes on where it stopped if it is interrupted.")

    def _on_progress(self, progress: DownloadProgress) -> None:
        if progress.total and self.waits[FETCH].going:
            self._bar.setRange(0, 1_000)
            self._bar.setValue(progress.done * 1_000 // progress.total)
            self.waits[FETCH].say(progress_text(progress))

    def _cancel_download(self) -> None:
        self._context.bridge.cancel(FETCH)
        self.waits[FETCH].end()
        self._bar.hide()
        self._say("The download was cancelled. What is here already is kept: downloading it again goes on from there.")

    def _on_downloaded(self, file: ModelFile) -> None:
        self.waits[FETCH].end()
        self._bar.hide()
        self._say(f"{file.name} is here.")
        self.look()

    def _on_start_clicked(self) -> None:
        file = self.chosen()
        if file is not None:
            self._start(file.path)

    def _start(self, path: Path) -> None:
        before = self._context.setup.engine()
        started = self._context.bridge.run(
            self._context.setup.start_engine(path),
            owner=self,
            done=self._on_started,
            error=lambda problem: self._on_start_failed(before, problem),
            key=START,
        )
        if started:
            self._before = before
            self.start.setEnabled(False)
            self._note.hide()
            self.waits[START].begin(
                f"Starting {path.name}",
                cancel="Cancel the start of the engine",
                ask=lambda: starting_text(path.name, self._context.setup.engine()),
            )

    def _cancel_start(self) -> None:
        """The coroutine that waits is dropped first, so that the end of the engine is no failure to it."""
        self._context.bridge.cancel(START)
        self.waits[START].stopping("Ending the engine")
        self._context.bridge.run(
            self._context.setup.stop_engine(),
            owner=self,
            done=lambda _: self._on_start_over("The start was cancelled and the engine has ended."),
            error=lambda problem: self._on_start_failed(self._before, problem),
            key="setup.engine.stop",
        )

    def _on_started(self, view: EngineView) -> None:
        self.waits[START].end()
        self.start.setEnabled(True)
        self._say(f"{view.model} is ready.")
        self.started.emit(view.model)

    def _on_start_failed(self, before: EngineView, problem: UserFacingError) -> None:
        self._on_start_over(" ".join(text for text in (problem.message, problem.hint) if text), before)

    def _on_start_over(self, what: str, before: EngineView | None = None) -> None:
        self.waits[START].end()
        self.start.setEnabled(bool(self._files))
        self._say(f"{what} {kept_text(before or self._before, self._context.setup.settings())}")

    def _on_failed(self, problem: UserFacingError) -> None:
        self.waits[FETCH].end()
        self._bar.hide()
        self._say(f"{problem.message} {problem.hint}".strip())

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._note.show()


def _column(holder: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    return column
