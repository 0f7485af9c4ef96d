"""Use a model file on this computer: the files found, one more from disk or the network, and the engine's start."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.ages import size
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.questions import LineDialog
from boocode_desktop.ui.first_run.choice_card import ChoiceCard, caption_row, text_label
from boocode_desktop.ui.first_run.option_row import OptionRow
from boocode_desktop.ui.setup_port import DownloadProgress, EngineView, ModelFile, ModelSearch
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button

_MOST = 4


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
        self._files: list[tuple[ModelFile, OptionRow]] = []
        row, self._found = caption_row("FOUND ON DISK")
        self.body.addWidget(row)
        self._list = QWidget()
        self._rows = _column(self._list)
        self.body.addWidget(self._list)
        self._note = text_label("Looking where people keep model files…", METRICS.meta, tone="muted")
        self.body.addWidget(self._note)
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
        more = QHBoxLayout()
        more.setSpacing(4)
        more.addWidget(choose)
        more.addWidget(self._download)
        more.addStretch(1)
        self.body.addLayout(more)
        self.foot.addWidget(text_label("It becomes the model of new chats.", METRICS.meta, tone="muted"), 1)
        self.foot.addWidget(self.start)

    def look(self) -> None:
        """Search the disk."""
        self._context.bridge.run(
            self._context.setup.model_files(), owner=self, done=self._on_files_found, key="setup.model_files"
        )

    def chosen(self) -> ModelFile | None:
        """The file that would be started."""
        return next((file for file, row in self._files if row.isChecked()), None)

    def _on_files_found(self, search: ModelSearch) -> None:
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
            key="setup.download",
        )
        if started:
            self._bar.setRange(0, 0)
            self._bar.show()
            self._say(f"Downloading {source.rsplit('/', 1)[-1]}. It resumes if interrupted, and is checked when done.")

    def _on_progress(self, progress: DownloadProgress) -> None:
        if progress.total:
            self._bar.setRange(0, 1_000)
            self._bar.setValue(progress.done * 1_000 // progress.total)
            self._say(f"{size(progress.done)} of {size(progress.total)}")

    def _on_downloaded(self, file: ModelFile) -> None:
        self._bar.hide()
        self._say(f"{file.name} is here.")
        self.look()

    def _on_start_clicked(self) -> None:
        file = self.chosen()
        if file is not None:
            self._start(file.path)

    def _start(self, path: Path) -> None:
        started = self._context.bridge.run(
            self._context.setup.start_engine(path),
            owner=self,
            done=self._on_started,
            error=self._on_failed,
            key="setup.engine",
        )
        if started:
            self.start.setEnabled(False)
            self._say(f"Starting {path.name}…")

    def _on_started(self, view: EngineView) -> None:
        self.start.setEnabled(True)
        self._say(f"{view.model} is ready.")
        self.started.emit(view.model)

    def _on_failed(self, problem: UserFacingError) -> None:
        self._bar.hide()
        self.start.setEnabled(bool(self._files))
        self._say(f"{problem.message} {problem.hint}".strip())

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._note.show()


def _column(holder: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    return column
