"""A 50,000-line diff in the changes pane's view, and a list of 1,000 changed files: open to first paint, and scrolling.

QT_QPA_PLATFORM=offscreen python -m tests.bench.bench_diff
"""

import os
from collections.abc import Iterable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from boocode_desktop.app.garbage import hold_collector, release_collector
from boocode_desktop.domain.changes import DiffLine, FileChange, FileDiff, Hunk
from boocode_desktop.ui.changes.diff_view import DiffView
from boocode_desktop.ui.changes.side import FileSide
from boocode_desktop.ui.theme.theme import Theme
from tests.bench.figures import best_of, milliseconds, percentile, row

LINES = 50_000
FILES = 1_000


def large_diff() -> FileDiff:
    """50,000 lines in 500 hunks: context, removals and additions."""
    hunks = []
    for number in range(500):
        start = number * 120 + 1
        lines = []
        for place in range(100):
            text = f"    value_{place} = compute(number={number}, place={place})  # {'x' * (place % 40)}"
            if place % 5 == 3:
                lines.append(DiffLine(kind="removed", text=text, old=start + place))
                lines.append(DiffLine(kind="added", text=text.replace("compute", "derive"), new=start + place))
            elif place % 5 != 4:
                lines.append(DiffLine(kind="context", text=text, old=start + place, new=start + place))
        hunks.append(
            Hunk(index=number + 1, old_start=start, old_lines=80, new_start=start, new_lines=80, lines=tuple(lines))
        )
    change = FileChange(path="big.py", operation="modified", added=10_000, removed=10_000, hunks=500)
    return FileDiff(change=change, hunks=tuple(hunks), old_text="", new_text="")


def large_list() -> list[FileChange]:
    """1,000 files in 100 folders, by three agents."""
    return [
        FileChange(
            path=f"src/part_{number % 100}/file_{number}.py",
            operation="modified",
            agents=(("boocode", "opencode", "qwen")[number % 3],),
            added=number % 50,
            removed=number % 7,
            hunks=3,
        )
        for number in range(FILES)
    ]


def bench_list(theme: Theme, app: QApplication) -> None:
    """The file list: from the changes to its first paint, and scrolling."""
    changes = large_list()

    def fresh() -> FileSide:
        side = FileSide(theme, QWidget(), "Ctrl Z")
        side.resize(300, 800)
        side.show()
        app.processEvents()
        return side

    def open_once() -> float:
        side = fresh()
        return milliseconds(lambda: (side.show_changes(changes), side.files.viewport().repaint()))

    row(f"{FILES} changed files: open", best_of(3, open_once), "ms", "<= 150")
    side = fresh()
    side.show_changes(changes)
    bar = side.files.verticalScrollBar()

    def frame(value: int) -> float:
        bar.setValue(value % max(1, bar.maximum()))
        return milliseconds(app.processEvents)

    wheel = best_of(3, lambda: percentile([frame(step * 60) for step in range(400)], 0.99))
    row(f"{FILES} changed files: wheel p99", wheel, "ms", "<= 16")


def main() -> None:
    hold_collector()
    app = QApplication([])
    theme = Theme()
    theme.apply(app, "dark")
    release_collector()
    bench_list(theme, app)
    diff = large_diff()

    def fresh() -> DiffView:
        view = DiffView(theme, lambda blocks, side, block: None)
        view.resize(1100, 700)
        view.show()
        app.processEvents()
        return view

    def open_once(layout: str) -> float:
        view = fresh()
        view.choose_layout(layout)  # type: ignore[arg-type]
        return milliseconds(lambda: (view.show_diff(diff), view.viewport().repaint()))

    plain = QAbstractScrollArea()
    plain.resize(1100, 700)
    plain.show()
    app.processEvents()
    baseline = best_of(3, lambda: milliseconds(plain.viewport().repaint))
    for layout in ("split", "unified"):
        row(f"{LINES} lines, {layout}: open", best_of(3, lambda: open_once(layout)), "ms", "<= 250")  # noqa: B023
        view = fresh()
        view.choose_layout(layout)  # type: ignore[arg-type]
        view.show_diff(diff)
        bar = view.verticalScrollBar()

        def frame(value: int) -> float:
            bar.setValue(value % max(1, bar.maximum()))  # noqa: B023
            return milliseconds(app.processEvents)

        def p99(values: Iterable[int]) -> float:
            return percentile([frame(value) for value in values], 0.99)

        wheel = best_of(3, lambda: p99(step * 60 for step in range(600)))
        row(f"{LINES} lines, {layout}: wheel p99", wheel, "ms", "<= 16", baseline=baseline)
        jump = best_of(3, lambda: p99(step * 7919 * 20 for step in range(200)))
        row(f"{LINES} lines, {layout}: jump p99", jump, "ms", "<= 16", baseline=baseline)


if __name__ == "__main__":
    main()
