"""Panes with a lot in them: pictures, comments, authors, workflow scripts. Named, reached by keys, readable, uncut."""

import pytest
from PySide6.QtWidgets import QApplication

from boocode_desktop.domain import changes as ch
from boocode_desktop.ui.changes.picture_compare import MODES
from boocode_desktop.workspace.text_edits import hunks
from tests.fakes import ink
from tests.ui.conftest import settle
from tests.ui.test_accessible_walk import findings, nothing
from tests.ui.test_changes_comments import diff, write
from tests.ui.test_changes_pictures import encoded, picture, stage, versions
from tests.ui.test_workflows import CLOCK, WARNING, script

THEMES = pytest.mark.parametrize("look", ["dark", "light"])


def everything(desktop, monkeypatch, look):
    """What is wrong in the window as it is."""
    desktop.context.theme.apply(QApplication.instance(), look)
    settle()
    found = dict(findings(desktop.window))
    found["too faint"] = ink.faint(desktop.window, monkeypatch)
    with ink.touched(monkeypatch):
        found["too faint under the pointer"] = ink.faint(desktop.window, monkeypatch)
    found["cut without a tip"] = ink.cut_without_tip(desktop.window, monkeypatch)
    return found


def review(desktop, *diffs):
    """The changes pane over these, in a large window."""
    desktop.window.resize(1500, 1100)
    desktop.world.changes[desktop.context.selection.session_id] = diffs
    pane = desktop.bench.docks.build("changes")
    desktop.bench.docks.focus("changes")
    pane.refresh()
    desktop.wait(lambda: [c.path for c in pane.model.changes] == sorted(d.change.path for d in diffs))
    return pane


def shown(pane):
    """The file whose lines are on screen."""
    return pane.view.scene.diff.change.path if pane.view.scene.diff is not None else ""


@THEMES
@pytest.mark.parametrize("mode", sorted(MODES))
def test_pictures_in_the_review(desktop, monkeypatch, look, mode):
    desktop.world.versions["docs/chart.png"] = versions(encoded(), encoded(spot=(3, 4)))
    pane = review(desktop, picture())
    pane._choose("docs/chart.png")
    desktop.wait(lambda: stage(pane) is not None and stage(pane).comparable)
    pane.pictures.compare.modes.chosen.emit(mode)
    found = everything(desktop, monkeypatch, look)
    assert found == nothing(found)


@THEMES
def test_comments_and_an_open_editor_in_the_review(desktop, monkeypatch, look):
    pane = review(desktop, diff(l50="fifty"), diff("src/z.py", l10="ten"))
    desktop.wait(lambda: pane.bar.title.text == "src/real.py" and pane.view.active_hunk)
    write(desktop, pane, ("why fifty? " * 20).strip())
    desktop.do("changes.comment")
    found = everything(desktop, monkeypatch, look)
    assert found == nothing(found)


@THEMES
def test_decided_files_and_long_paths_in_the_review(desktop, monkeypatch, look):
    deep = "a/very/deep/folder/with/a/long/name/that/goes/on/and_a_file_name_that_is_long_as_well.py"
    made = hunks(b"one\n", b"two\n")
    rows = [
        ch.FileDiff(
            change=ch.FileChange(
                path=f"{status}/{deep}", operation="modified", agents=("qwen", "opencode"), status=status
            ),
            hunks=made,
            old_text="one\n",
            new_text="two\n",
        )
        for status in ("approved", "open", "rejected")
    ]
    pane = review(desktop, *rows)
    for row in rows:
        pane._choose(row.change.path)
        desktop.wait(lambda path=row.change.path: shown(pane) == path)
        found = everything(desktop, monkeypatch, look)
        assert found == nothing(found)


@THEMES
def test_workflow_scripts_with_findings(desktop, monkeypatch, look):
    desktop.window.resize(1500, 1100)
    desktop.world.workflows[:] = [
        script("review", trust="trusted"),
        script("bump", findings=(CLOCK, WARNING)),
        script("a-script-with-a-name-that-is-much-too-long-for-its-row-in-the-list-of-scripts", trust="changed"),
    ]
    desktop.bench.docks.focus("workflows")
    pane = desktop.bench.docks.build("workflows")
    pane.refresh()
    desktop.wait(lambda: "bump" in str([line.title for line in pane.list.lines.lines]))
    found = everything(desktop, monkeypatch, look)
    assert found == nothing(found)
