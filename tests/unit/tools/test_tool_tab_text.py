"""Another chat as text: what is said of each entry, and the bound on its length."""

import pytest

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.transcript import (
    AskEntry,
    EndEntry,
    ImageEntry,
    NoteEntry,
    PlanEntry,
    PromptEntry,
    ReasoningEntry,
    TextEntry,
    ToolEntry,
)
from boocode_desktop.tools.read_tab_by_number import transcript_text


def turn(number, answer="Done.", *between):
    base = {"turn_id": f"t{number}"}
    return [
        PromptEntry(id=f"p{number}", number=number, text=f"Question {number}", agent="boocode", **base),
        *between,
        TextEntry(id=f"a{number}", text=answer, **base),
        EndEntry(id=f"e{number}", status="completed", number=number, **base),
    ]


REQUEST = ev.PermissionRequested(request_id="r", kind="tool", title="Run git push?", options=())
ANSWER = ev.PermissionResolved(request_id="r", option_id="once")


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (
            ToolEntry(id="x", turn_id="t1", step=1, tool="read_file", input={"path": "a.py"}, outcome="success"),
            '[read_file {"path": "a.py"} -> success]',
        ),
        (
            ToolEntry(id="x", turn_id="t1", step=1, tool="run", input={}, outcome="error", error="no such program"),
            "[run {} -> error: no such program]",
        ),
        (ToolEntry(id="x", turn_id="t1", step=1, tool="run", input={}), "[run {} -> running]"),
        (AskEntry(id="x", turn_id="t1", request=REQUEST), "[asked the user: Run git push? -> open]"),
        (AskEntry(id="x", turn_id="t1", request=REQUEST, resolved=ANSWER), "[asked the user: Run git push? -> once]"),
        (NoteEntry(id="x", turn_id="t1", level="bad", code="c", message="It broke"), "[bad: It broke]"),
        (
            PlanEntry(id="x", turn_id="t1", items=(ev.PlanItem(text="Look", status="completed"),)),
            "[plan: completed: Look]",
        ),
        (ImageEntry(id="x", turn_id="t1", image=ev.ImageRef(sha256="0", media_type="image/png")), "[an image]"),
    ],
)
def test_every_entry_is_a_line(entry, line):
    text, shown, left = transcript_text(turn(1, "Done.", entry))
    assert text == f"## Turn 1\nUser: Question 1\n{line}\nDone."
    assert (shown, left) == (1, 0)


@pytest.mark.parametrize(
    "entry",
    [
        ReasoningEntry(id="x", turn_id="t1", text="hm"),
        NoteEntry(id="x", turn_id="t1", level="info", code="c", message="by the way"),
        TextEntry(id="x", turn_id="t1", text="  \n"),
    ],
)
def test_what_says_nothing_is_left_out(entry):
    assert transcript_text(turn(1, "Done.", entry))[0] == "## Turn 1\nUser: Question 1\nDone."


def test_a_turn_that_did_not_end_well_says_so():
    entries = [*turn(1)[:1], EndEntry(id="e", turn_id="t1", status="failed", number=1)]
    assert transcript_text(entries)[0].endswith("[the turn ended: failed]")


def test_the_newest_turns_stay_and_the_older_ones_are_reached_by_number():
    entries = [e for number in range(1, 31) for e in turn(number, "x" * 500)]
    seen, before = [], 0
    while True:
        text, shown, left = transcript_text(entries, before_turn=before, longest=3_000)
        assert len(text) < 3_300
        numbers = [int(line.split()[2]) for line in text.splitlines() if line.startswith("## Turn")]
        assert len(numbers) == shown
        seen = numbers + seen
        if not left:
            break
        before = numbers[0]
        assert f"before_turn={before}" in text.splitlines()[0]
    assert seen == list(range(1, 31))


def test_one_endless_answer_is_cut_in_its_middle():
    text, shown, left = transcript_text(turn(1, "a" * 50_000 + "END"), longest=3_000)
    assert (shown, left) == (1, 0)
    assert len(text) < 3_100
    assert text.startswith("## Turn 1\nUser: Question 1\naaa")
    assert text.endswith("END")
    assert "characters …]" in text


def test_an_empty_chat_is_no_text():
    assert transcript_text([]) == ("", 0, 0)
