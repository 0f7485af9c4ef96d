"""The lines of the timeline, of what runs and waits, and of what agents remember; and the names of layouts."""

import pytest

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.records import AgentSession, Chat, QueuedPrompt, Session
from boocode_desktop.domain.records import Project as ProjectRecord
from boocode_desktop.domain.transcript import AskEntry, EndEntry, NoteEntry, PromptEntry, TextEntry, ToolEntry
from boocode_desktop.orchestrator.ports.skills import Skill
from boocode_desktop.orchestrator.skills import Skills
from boocode_desktop.orchestrator.views import ChatView, ProjectView, SessionView
from boocode_desktop.ui.background.rows import Queue, background, target
from boocode_desktop.ui.layouts import BUILT_IN, MOST_NAMED, name_problem, read_layouts, write_layouts
from boocode_desktop.ui.memory.rows import Instructions, Remembered, memory
from boocode_desktop.ui.timeline.rows import EARLIER, timeline


def prompt(number, text="Fix it", **fields):
    return PromptEntry(id=f"p{number}", turn_id=f"t{number}", number=number, text=text, agent="boocode", **fields)


def end(number, status="completed"):
    return EndEntry(id=f"e{number}", turn_id=f"t{number}", status=status, duration_ms=4_200.0, number=number)


def tool(line_id, name, turn=1, **fields):
    defaults = {"step": 1, "input": {"path": f"{line_id}.py"}, "outcome": "success", "latency_ms": 40.0}
    return ToolEntry(id=line_id, turn_id=f"t{turn}", tool=name, **{**defaults, **fields})


def shown(lines):
    return [(line.indent, line.title, line.right) for line in lines]


def test_a_turn_lists_what_happened_in_it():
    entries = [
        prompt(1, "Fix   the\ntest"),
        TextEntry(id="x", turn_id="t1", text="I look."),
        tool("a", "read_file"),
        tool("b", "read_file"),
        tool("c", "edit_file", details={"added": 18, "removed": 7}),
        tool("d", "run_command", input={"command": "pytest", "args": ["-q"]}, details={"exit_code": 1}),
        NoteEntry(id="n", turn_id="t1", level="warn", code="retry", message="Tried again"),
        NoteEntry(id="i", turn_id="t1", level="info", code="x", message="not worth a line"),
        end(1),
        prompt(2, "Now?"),
    ]
    lines = timeline(entries)
    assert shown(lines) == [
        (0, "1  Fix the test", "4.2 s"),
        (1, "Read 2 files", "80 ms"),
        (1, "Edit c.py", "+18 −7  40 ms"),
        (1, "Run pytest -q", "exit 1  40 ms"),
        (1, "Tried again", ""),
        (0, "2  Now?", ""),
    ]
    assert [line.spoken for line in lines] == ["done", "", "", "success", "warning", "running"]
    assert lines[1].id == "a"


@pytest.mark.parametrize(
    ("status", "word"), [("failed", "failed"), ("cancelled", "stopped"), ("interrupted", "interrupted")]
)
def test_how_a_turn_ended_is_a_word(status, word):
    (line,) = timeline([prompt(3), end(3, status)])
    assert line.spoken == word
    assert word in line.detail


def test_a_failed_call_never_hides_among_others():
    entries = [prompt(1), tool("a", "read_file"), tool("b", "read_file", outcome="denied"), tool("c", "read_file")]
    assert [line.title for line in timeline(entries)[1:]] == ["Read a.py", "Read b.py", "Read c.py"]


def test_open_questions_stand_out_and_earlier_turns_are_offered():
    request = ev.PermissionRequested(request_id="r", kind="tool", title="Run this?", options=())
    entries = [tool("z", "read_file", turn=0), prompt(1), AskEntry(id="q", turn_id="t1", request=request)]
    lines = timeline(entries, has_earlier=True)
    assert lines[0].id == EARLIER
    assert lines[1].title == "The rest of an earlier turn"
    assert (lines[-1].title, lines[-1].spoken) == ("Asks: Run this?", "needs you")


def session(number, state, **fields):
    record = Session(id=f"s{number}", project_id="p", title=f"Work {number}", updated_at=float(number))
    return SessionView(session=record, state=state, **fields)


def chat(number, state="idle", title="", **fields):
    record = Chat(id=f"c{number}", session_id="s1", number=number, title=title, agent="boocode")
    return ChatView(chat=record, state=state, **fields)


def overview(*sessions):
    return [ProjectView(project=ProjectRecord(id="p", path="/p", name="api"), sessions=sessions)]


def test_what_needs_a_person_comes_first_then_what_runs():
    views = overview(session(1, "running"), session(2, "idle"), session(3, "waiting", detail="needs approval"))
    busy = {"s1": [chat(1, "running", title="Jitter", started_at=40.0), chat(2)]}
    queued = QueuedPrompt(id="q", chat_id="c2", text="and then\nthis")
    queue = Queue(session=views[0].sessions[1], chat=chat(2), prompts=(queued,))
    lines = background(views, busy, [queue], now=100.0)
    assert [(line.title, line.right) for line in lines] == [
        ("NEEDS YOU", "1"),
        ("Work 3", "1 m"),
        ("RUNNING", "1"),
        ("Work 1", "1 m"),
        ("1  Jitter", "1 m"),
        ("QUEUED", "1"),
        ("and then this", ""),
    ]
    assert lines[1].detail == "api · needs approval"
    assert [target(line.id) for line in lines if line.id] == [("s3", ""), ("s1", ""), ("s1", "c1"), ("s2", "c2")]


def test_nothing_at_work_lists_nothing():
    assert background(overview(session(1, "idle"), session(2, "done")), {}, [], now=0.0) == []


def remembered(opened="", external="", **fields):
    known = AgentSession(chat_id="c1", agent="qwen", external_id=external, opened=opened, last_turn=4)
    return Remembered(agent="qwen", session=known, turns=(2, 4), **fields)


@pytest.mark.parametrize(
    ("found", "detail"),
    [
        (remembered("resumed", "abc"), "resumed · up to turn 4"),
        (remembered("history", "abc"), "history · up to turn 4"),
        (remembered("new", "abc"), "new session · up to turn 4"),
        (remembered("", "abc"), "up to turn 4"),
        (
            Remembered(agent="claude", session=None, turns=(3,)),
            "No conversation of its own: each turn is told the chat in short · turn 3",
        ),
        (
            Remembered(agent="boocode", session=None, turns=(1, 2), built_in=True),
            "The whole chat goes with every turn · 2 turns, the last is 2",
        ),
    ],
)
def test_how_an_agent_came_to_what_it_knows(found, detail):
    lines = memory([(chat(1, title="Jitter").chat, [found])], Instructions(trusted=True))
    assert [line.title for line in lines[2:]] == ["1  Jitter", found.agent]
    assert lines[3].detail == detail


@pytest.mark.parametrize(
    ("told", "title", "tone"),
    [
        (Instructions(trusted=True), "No AGENTS.md in the project's folder", "tx2"),
        (Instructions(trusted=False, length=90), "AGENTS.md is not read", "warn"),
        (Instructions(trusted=True, length=90), "AGENTS.md", "ok"),
    ],
)
def test_the_instructions_in_force(told, title, tone):
    line = memory([], told)[1]
    assert (line.title, line.tone) == (title, tone)


def test_skills_are_listed_with_why_they_cannot_be_used():
    def skill(name, problem=""):
        return Skill(
            name=name,
            description="what for",
            folder=f"/r/{name}",
            source=f".x/{name}",
            of_project=True,
            problem=problem,
        )

    skills = Skills(
        usable=(skill("pdf"),), untrusted=(skill("notes"),), broken=(skill("bad", "it has no description"),)
    )
    lines = memory([], Instructions(trusted=True), skills)[2:]
    assert [(line.title, line.detail, line.spoken) for line in lines] == [
        ("SKILLS", "", ""),
        ("/pdf", "what for", "ready"),
        ("/notes", "waits until the folder is trusted", "not trusted"),
        ("bad", "it has no description", "cannot be used"),
    ]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Mine", ""),
        ("mine too", ""),
        ("  ", "needs a name"),
        ("review", "cannot be replaced"),
        ("x" * 61, "at most 60"),
    ],
)
def test_names_of_layouts(name, problem):
    said = name_problem(name, {"Mine": b""})
    assert problem in said
    assert bool(said) == bool(problem)


def test_layouts_are_bounded_but_a_known_one_is_replaced():
    taken = {f"n{n}": b"" for n in range(MOST_NAMED)}
    assert "delete one" in name_problem("another", taken)
    assert name_problem("n3", taken) == ""


def test_layouts_come_back_and_broken_ones_are_left_out():
    kept = {"a": b"\x00\xff", "b": b""}
    assert read_layouts({**write_layouts(kept), "broken": "%%%", "other": 3}) == kept
    assert read_layouts("nonsense") == {}
    assert len({b.id for b in BUILT_IN}) == 3
