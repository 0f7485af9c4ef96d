"""The tools that talk: the plan, questions, access to other places."""

import pytest

from boocode_desktop.domain.events import PermissionResolved, Plan, PlanItem
from tests.fakes.tool_rig import rig_in


@pytest.fixture
def rig(tmp_path):
    return rig_in(tmp_path / "tree")


def test_the_plan_is_published(rig):
    output = rig.run("todo_write", todos=[{"text": "read", "status": "completed"}, "write"])
    assert rig.events == [Plan(items=(PlanItem(text="read", status="completed"), PlanItem(text="write")))]
    assert output.text == "[x] read\n[ ] write\n1 of 2 done."


def test_a_question_with_options(rig):
    rig.answer = PermissionResolved(request_id="", option_id="2", text="but soon")
    output = rig.run("ask_user_input", question="Which?", options=["red", {"label": "blue", "description": "the sky"}])
    assert output.text == "The user answers: blue: but soon"
    question = rig.questions[0]
    assert (question.kind, question.title, question.tool) == ("question", "Which?", "ask_user_input")
    assert [(o.id, o.label, o.effect, o.description) for o in question.options] == [
        ("1", "red", "answer", ""),
        ("2", "blue", "answer", "the sky"),
    ]


def test_nobody_answers(rig):
    assert "Decide yourself" in rig.run("ask_user_input", question="Which?").text
    rig.answer = PermissionResolved(request_id="", by="cancelled")
    assert rig.run("ask_user_input", question="Which?").outcome == "cancelled"


def test_access_is_asked_for_at_the_door(rig, tmp_path):
    (tmp_path / "lib" / "deep").mkdir(parents=True)
    (tmp_path / "lib" / "deep" / "a").write_text("x")
    denied = rig.run("request_read_access", path=str(tmp_path / "lib"), reason="to see the interface")
    assert denied.outcome == "denied"
    assert rig.actions[0].subject == "folder"
    rig.rules.append(("allow", f"read: {tmp_path}/lib/**"))
    assert rig.run("request_read_access", path="../lib", reason="x").outcome == "success"
    assert rig.run("read_file", path=str(tmp_path / "lib/deep/a")).text == "x"


def test_access_that_needs_no_asking_or_cannot_be(rig, tmp_path):
    (rig.root / "a").touch()
    assert "without asking" in rig.run("request_read_access", path="a", reason="x").text
    assert rig.run("request_read_access", path=str(tmp_path / "gone"), reason="x").outcome == "error"
    assert rig.run("request_read_access", path="/proc/self/environ", reason="x").outcome == "error"
    assert rig.actions == []
