"""The workflows pane: what is listed, what is said of a script, its text, and that it follows the files."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton

from boocode_desktop.content.highlighting import highlight
from boocode_desktop.orchestrator.ports.workflows import Finding, WorkflowPhase, WorkflowScript
from boocode_desktop.orchestrator.workflows import WorkflowShelf
from boocode_desktop.ui.workflows.empty import EXAMPLE
from boocode_desktop.ui.workflows.opening import editor_command
from boocode_desktop.ui.workflows.rows import state_of, verdict_of, workflow_lines
from boocode_desktop.ui.workflows.script_text import LONGEST_LINE, shown_text, spans_by_line
from boocode_desktop.ui.workflows.watcher import watchable
from boocode_desktop.workflows.folders import WorkflowFolders
from boocode_desktop.workflows.reading import read_script
from tests.fakes import walk
from tests.ui.conftest import settle

TEXT = "export const meta = { name: 'review', description: 'Reads the branch' }\n\nDate.now()\n" + "// more\n" * 90
CLOCK = Finding(level="error", message="`Date.now` reads the clock.", hint="Pass it in.", line=3, column=1)
WARNING = replace(CLOCK, level="warning", message="Another thing.")


def script(name: str, **more: object) -> WorkflowScript:
    told = {
        "path": f"/r/{name}.js", "source": f".boocode/workflows/{name}.js", "of_folder": True,
        "description": f"what {name} does", "text": TEXT, "digest": name, "trust": "untrusted",
    }  # fmt: skip
    return WorkflowScript(name=name, **{**told, **more})


@pytest.mark.parametrize(
    ("found", "word", "trust", "icon", "tone"),
    [
        (script("a", trust="trusted"), None, "trusted", "workflow", "accent"),
        (script("a", trust="yours", of_folder=False), None, "yours", "workflow", "tx2"),
        (script("a"), None, "not trusted", "shield-x", "warn"),
        (script("a", trust="changed"), None, "changed", "shield-alert", "warn"),
        (script("a", trust="trusted", findings=(CLOCK,)), "broken", "trusted", "file-x", "bad"),
        (script("a", trust="trusted", findings=(WARNING,)), None, "trusted", "workflow", "accent"),
        (script("a", trust="trusted", hidden_by=".boocode/b.js"), "hidden", "trusted", "eye-off", "tx2"),
    ],
)  # fmt: skip
def test_each_state_has_its_word(found, word, trust, icon, tone):
    verdict = verdict_of(found)
    assert (verdict.word if verdict else None, state_of(found).word) == (word, trust)
    line = workflow_lines([found])[1]
    assert (line.right, line.icon, line.tone) == (word or trust, icon, tone)


def test_lines_are_grouped_and_searched():
    scripts = [script("review"), script("bump", findings=(CLOCK,)), script("digest", of_folder=False, trust="yours")]
    assert [(line.title, line.detail) for line in workflow_lines(scripts)] == [
        ("IN THIS SESSION", ""), ("review", "what review does"), ("bump", "Line 3: `Date.now` reads the clock."),
        ("YOURS", ""), ("digest", "what digest does"),
    ]  # fmt: skip
    assert [line.title for line in workflow_lines(scripts, "DOES dig")] == ["YOURS", "digest"]
    assert workflow_lines(scripts, "nothing") == []


def test_nothing_in_a_script_is_hidden():
    assert shown_text("a\r\nb\rc\td") == "a\nb\nc   d"
    assert shown_text("if (x\u202e) {}\u200b\x00é😀") == "if (x⟨202E⟩) {}⟨200B⟩⟨0000⟩é😀"
    long = shown_text("x" * (LONGEST_LINE + 1_234))
    assert long.endswith(" … 1,234 more characters") and len(long) < LONGEST_LINE + 40


@given(st.text(alphabet="ab'\"`${}/*\n éx😀", max_size=120))
def test_colours_stay_within_their_lines(text):
    lines = text.split("\n")
    found = spans_by_line(text, highlight(text, "javascript"))
    assert len(found) == len(lines)
    for line, spans in zip(lines, found, strict=True):
        for span in spans:
            assert span.start >= 0 and span.length > 0
            assert span.start + span.length <= len(line.encode("utf-16-le")) // 2
    colored = "".join(t for line, s in zip(lines, found, strict=True) for t in _colored(line, s))
    whole = "".join(text[s.start : s.start + s.length] for s in highlight(text, "javascript"))
    assert colored == whole.replace("\n", "")


def _colored(line, spans):
    units = line.encode("utf-16-le")
    return [units[2 * s.start : 2 * (s.start + s.length)].decode("utf-16-le") for s in spans]


def test_a_script_is_never_opened_by_what_runs_it():
    path = Path("/r/a.js")
    assert editor_command(path, "win32") == ("notepad.exe", "/r/a.js")
    assert editor_command(path, "darwin") == ("open", "-t", "/r/a.js")
    assert editor_command(path, "linux") == ()


def test_what_is_watched(tmp_path):
    home, root = tmp_path / "home", tmp_path / "root"
    (root / ".boocode/workflows").mkdir(parents=True)
    home.mkdir()
    file = root / ".boocode/workflows/a.js"
    file.write_text("x")
    places = [str(root / ".boocode/workflows"), str(root / ".claude/workflows"), str(home / ".claude/workflows")]
    assert watchable(places, [str(file), str(root / "gone.js")], home=home) == [places[0], str(root), str(file)]


def test_the_example_is_a_script_without_faults():
    read = read_script(EXAMPLE)
    assert (read.name, read.findings) == ("two-reviews", ())


def opened(desktop):
    desktop.window.resize(1_500, 1_000)
    desktop.do("workflows.maximise")
    return desktop.bench.docks.build("workflows")


def buttons(pane):
    return {b.accessibleName(): b for b in pane.about.findChildren(QAbstractButton)}


def test_a_script_is_chosen_read_and_searched(desktop):
    desktop.world.workflows[:] = [
        script("review", phases=(WorkflowPhase(title="Scope", detail="what changed", model="small"),)),
        script("bump", findings=(CLOCK,)),
    ]
    pane = opened(desktop)
    desktop.wait(lambda: pane.about is not None)
    assert pane.about.accessibleName() == "Workflow review"
    assert pane.script.toPlainText() == TEXT
    desktop.wait(lambda: pane.script.document().firstBlock().layout().formats())
    pane.list.setFocus()
    desktop.qtbot.keyClick(pane.list, Qt.Key.Key_Down)
    desktop.wait(lambda: pane.about.accessibleName() == "Workflow bump")
    line = buttons(pane)["Go to line 3, column 1: `Date.now` reads the clock."]
    desktop.qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert pane.script.textCursor().blockNumber() == 2 and pane.script.hasFocus()
    pane.search.setText("review")
    desktop.wait(lambda: pane.about.accessibleName() == "Workflow review")
    pane.search.setText("zzz")
    desktop.wait(lambda: pane.about is None)
    assert not pane.script.isVisible()


def test_colours_come_with_the_lines_that_are_seen(desktop):
    desktop.world.workflows[:] = [script("review", text=TEXT + "const last = 'x'")]
    pane = opened(desktop)
    desktop.wait(lambda: pane.script.document().firstBlock().layout().formats())
    last = pane.script.document().lastBlock()
    assert not last.layout().formats()
    pane.script.verticalScrollBar().setValue(pane.script.verticalScrollBar().maximum())
    desktop.wait(last.layout().formats)
    before = ink(last)
    desktop.do("view.theme")
    desktop.wait(lambda: ink(last) != before)


def ink(block):
    """The colour of a block's first words; the list must outlive what is taken from it."""
    formats = block.layout().formats()
    return formats[0].format.foreground().color().name()


def test_where_room_is_short_the_script_takes_the_place_of_the_rest(desktop):
    desktop.world.workflows[:] = [script("review", findings=(CLOCK,))]
    pane = opened(desktop)
    desktop.wait(lambda: pane.about is not None)
    assert pane.script.isVisible() and not pane.view.isVisible()
    desktop.window.resize(800, 700)
    desktop.wait(pane.view.isVisible)
    assert not pane.script.isVisible()
    pane.view.chosen.emit("script")
    desktop.qtbot.mouseClick(
        next(iter(b for n, b in buttons(pane).items() if "line 3" in n)), Qt.MouseButton.LeftButton
    )
    assert pane.script.isVisible() and not pane.about.isVisible() and pane.view.selected == "script"


def test_trusting_the_folder_is_one_button_away_and_seen_at_once(desktop):
    project = next(iter(desktop.world.projects.values()))
    desktop.world.projects[project.id] = replace(project, trusted=False)
    desktop.world.workflows[:] = [script("review")]
    pane = opened(desktop)
    desktop.wait(lambda: pane.about is not None and "Trust this folder…" in buttons(pane))
    buttons(pane)["Trust this folder…"].click()
    desktop.wait(
        lambda: any(b.text() == "Trust folder" and b.isVisible() for b in desktop.window.findChildren(QAbstractButton))
    )
    next(b for b in desktop.window.findChildren(QAbstractButton) if b.text() == "Trust folder").click()
    desktop.wait(lambda: pane.about is not None and "Trust this folder…" not in buttons(pane))


def test_an_empty_library_teaches(desktop):
    pane = opened(desktop)
    desktop.wait(pane.empty.isVisible)
    desktop.wait(lambda: "~/.config/boocode/workflows" in pane.empty._places.text())
    pane.empty._copy.click()
    assert QGuiApplication.clipboard().text() == EXAMPLE
    assert pane.empty._copy.text() == "Copied"


def test_it_reads_nothing_while_it_is_hidden(desktop):
    opened(desktop)
    desktop.wait(lambda: desktop.called("workflows.of_session"))
    desktop.do("workflows.maximise")
    desktop.bench.docks.show("workflows", False)
    settle()
    desktop.world.calls.clear()
    desktop.context.selection.projects_changed.emit()
    settle(50)
    assert desktop.called("workflows.of_session") == []


class RealLibrary:
    """The library over real folders."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root, self.files = root, WorkflowFolders(home, home / "own")

    async def of_session(self, session_id: str) -> WorkflowShelf:
        places = tuple(str(p) for p in self.files.places(self.root))
        return WorkflowShelf(scripts=tuple(await self.files.find(self.root)), places=places, own=places[2])


def test_it_follows_the_files(make_desktop, tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    desktop = make_desktop(workflows=RealLibrary(root, tmp_path / "home"))
    pane = opened(desktop)
    desktop.wait(pane.empty.isVisible)
    desktop.wait(lambda: pane.watcher._watcher.directories())
    place = root / ".claude/workflows"
    place.mkdir(parents=True)
    desktop.wait(lambda: str(place) in pane.watcher._watcher.directories())
    (place / "a.js").write_text("export const meta = { name: 'first', description: 'x' }\n")
    desktop.wait(lambda: pane.about is not None and pane.about.accessibleName() == "Workflow first")
    temporary = place / "a.tmp"
    temporary.write_text("export const meta = { name: 'second', description: 'x' }\n")
    temporary.replace(place / "a.js")
    desktop.wait(lambda: pane.about is not None and pane.about.accessibleName() == "Workflow second")
    (place / "a.js").write_text("export const meta = { name: 'third', description: 'x' }\n")
    desktop.wait(lambda: pane.about is not None and pane.about.accessibleName() == "Workflow third")
    (place / "a.js").unlink()
    desktop.wait(pane.empty.isVisible)


def test_what_does_not_open_is_said(desktop, monkeypatch):
    monkeypatch.setattr("boocode_desktop.ui.workflows.pane.open_in_editor", lambda path: False)
    desktop.world.workflows[:] = [script("review")]
    pane = opened(desktop)
    desktop.wait(lambda: pane.about is not None)
    with desktop.qtbot.waitSignal(desktop.context.bridge.refused) as refused:
        buttons(pane)["Open in editor"].click()
    assert refused.args[0].message == "Nothing was found that opens review.js."


def test_every_control_has_a_name_of_its_own(desktop):
    findings_ = (CLOCK, WARNING, replace(CLOCK, line=4), replace(CLOCK, line=0, column=0))
    phases = (WorkflowPhase(title="Scope"), WorkflowPhase(title="Verify", detail="each", model="small"))
    desktop.world.workflows[:] = [script("review", findings=findings_, phases=phases), script("bump")]
    pane = opened(desktop)
    desktop.wait(lambda: pane.about is not None)
    for size in ((1_500, 900), (800, 900)):
        desktop.window.resize(*size)
        settle()
        window = desktop.window
        looks = (walk.unnamed, walk.twice, walk.technical, walk.unspoken, walk.without_mouse, walk.unseen_focus)
        assert {look.__name__: look(window) for look in looks} == {look.__name__: [] for look in looks}


def test_hostile_names_are_shown_as_they_are(desktop):
    desktop.world.workflows[:] = [script("<b>x</b>", description="<img src='/etc/passwd'>" + "long " * 200)]
    pane = opened(desktop)
    desktop.wait(lambda: pane.about is not None)
    assert pane.about.width() <= pane._scroll.viewport().width()
