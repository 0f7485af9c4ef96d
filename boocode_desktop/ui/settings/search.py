"""What a search of the settings finds: single settings with their controls, and pages."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from boocode_desktop.config.settings import SettingSpec
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.pages import READABLE, PageSpec
from boocode_desktop.ui.settings.parts import page_column
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.flow import FlowLayout

_MOST = 24


def found_settings(query: str, table: Iterable[SettingSpec]) -> list[SettingSpec]:
    """Settings that hold every word of the query; those that hold them in their label first."""
    words = query.lower().split()
    hits = [spec for spec in table if _holds(words, spec.label, spec.help, spec.group, *spec.choices)]
    return sorted(hits, key=lambda spec: not _holds(words, spec.label))


def found_pages(query: str, pages: Sequence[PageSpec]) -> list[PageSpec]:
    """Pages that hold every word of the query in their name or their words."""
    words = query.lower().split()
    return [page for page in pages if _holds(words, page.name, page.about, page.words)]


def results_page(query: str, pages: Sequence[PageSpec], context: Context, form: SettingsForm) -> "ResultsPage":
    """The page of what was found."""
    return ResultsPage(
        context, form, found_pages(query, pages), found_settings(query, form.table.values())[:_MOST], query.strip()
    )


class ResultsPage(QWidget):
    """Pages to go to, and settings to change on the spot.

    Signals:
        page_asked(str): turn to this page.
    """

    page_asked = Signal(str)

    def __init__(
        self,
        context: Context,
        form: SettingsForm,
        pages: Sequence[PageSpec],
        settings: Sequence[SettingSpec],
        query: str,
    ) -> None:
        super().__init__()
        self.setMaximumWidth(READABLE)
        count = len(pages) + len(settings)
        about = f"{count} found" if count else "Nothing fits. Try another word, such as theme, sandbox or key."
        column = page_column(self, f"“{query}”", about)
        if pages:
            row = FlowLayout()
            for page in pages:
                button = Button(context.theme, page.name, "sec", icon=page.icon)
                button.setAccessibleName(f"Go to {page.name}")
                button.clicked.connect(lambda _checked=False, name=page.name: self.page_asked.emit(name))
                row.addWidget(button)
            column.addLayout(row)
        self._column, self._form = column, form
        self._left = [
            [spec for spec in settings if spec.group == group] for group in dict.fromkeys(s.group for s in settings)
        ]
        column.addStretch(1)
        self._add_group()

    def _add_group(self) -> None:
        """One group now, the next one when the loop comes round: all at once would be felt while typing."""
        if not self._left:
            return
        found = self._left.pop(0)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        self._form.fill(rows, found)
        end = self._column.count() - 1
        self._column.insertWidget(end, text_label(found[0].group, METRICS.caption, 600, tone="muted"))
        self._column.insertLayout(end + 1, rows)
        QTimer.singleShot(0, self, self._add_group)


def _holds(words: Sequence[str], *texts: str) -> bool:
    text = " ".join(texts).lower()
    return bool(words) and all(word in text for word in words)
