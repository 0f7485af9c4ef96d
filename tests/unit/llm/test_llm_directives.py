"""The language that scripts a model from its prompt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.llm.directives import (
    Call,
    Drop,
    Gate,
    Hang,
    Refuse,
    Said,
    Say,
    Slow,
    Think,
    has_directives,
    next_step,
    parse,
    pieces,
)

PROMPT = """Please do this.
@@reason First I look.
@@read a.txt
  @@par @@write a.txt one\\ntwo
@@par @@run python -c "print(1)"
@@say All done.
"""


def test_steps_are_one_call_each_and_par_lines_share_one():
    read, both, end = parse(PROMPT)
    assert read.actions == (Think(text="First I look."), Call(tool="read_file", arguments={"path": "a.txt"}))
    assert [c.tool for c in both.calls] == ["create_file", "run_command"]
    assert both.calls[0].arguments == {"path": "a.txt", "content": "one\ntwo"}
    assert both.calls[1].arguments == {"command": "python", "args": ["-c", "print(1)"]}
    assert end.actions == (Say(text="All done."),)


def test_the_number_of_results_tells_the_step():
    steps = parse(PROMPT)
    talk = [Said(role="system"), Said(role="user", text=PROMPT)]
    assert next_step(talk) == steps[0]
    talk += [Said(role="assistant", calls=1), Said(role="tool")]
    assert next_step(talk) == steps[1]
    talk += [Said(role="assistant", calls=2), Said(role="tool")]
    assert next_step(talk) == steps[1]
    talk.append(Said(role="tool"))
    assert next_step(talk) == steps[2]


def test_a_note_during_the_turn_does_not_disturb_the_script():
    talk = [Said(role="user", text=PROMPT), Said(role="assistant", calls=1), Said(role="tool")]
    talk.append(Said(role="user", text="Note: you repeat yourself."))
    assert next_step(talk) == parse(PROMPT)[1]


def test_an_answered_script_is_over():
    talk = [Said(role="user", text=PROMPT), Said(role="assistant", text="All done."), Said(role="user", text="And?")]
    assert next_step(talk).actions == (Say(text="This is the scripted model. It was asked: And?"),)


def test_steering_with_directives_takes_over():
    talk = [Said(role="user", text=PROMPT), Said(role="assistant", calls=1), Said(role="tool")]
    talk.append(Said(role="user", text="@@say Stopped."))
    assert next_step(talk).actions == (Say(text="Stopped."),)


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("@@slow 3 0.5", Slow(pieces=3, delay_s=0.5)),
        ("@@gate here", Gate(name="here")),
        ("@@hang", Hang()),
        ("@@http 503", Refuse(status=503)),
        ("@@http 503 2", Refuse(status=503, times=2)),
        ("@@drop 4 1", Drop(after=4, times=1)),
        ("@@say a\\tb\\\\n", Say(text="a\tb\\n")),
    ],
)
def test_lines_without_a_call(line, action):
    assert parse(line)[0].actions[0] == action


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("@@edit f.py a = 1 => a = 2", {"path": "f.py", "old_string": "a = 1", "new_string": "a = 2"}),
        ("@@edit f.py gone =>", {"path": "f.py", "old_string": "gone", "new_string": ""}),
        ('@@call list_dir {"path": "."}', {"path": "."}),
        ("@@delete a b.txt", {"path": "a b.txt"}),
        ("@@write empty", {"path": "empty", "content": ""}),
    ],
)
def test_lines_with_a_call(line, arguments):
    step, end = parse(line)
    assert step.calls[0].arguments == arguments
    assert end.actions == (Say(text="Done."),)


@pytest.mark.parametrize("line", ["@@fly", "@@edit a b", "@@read", "@@slow x 1", "@@call t {", "@@run", '@@run "'])
def test_what_cannot_be_played_is_said_in_the_answer(line):
    (action,) = next_step([Said(role="user", text=line)]).actions
    assert isinstance(action, Say) and line in action.text


def test_plain_prompts_have_no_directives():
    assert not has_directives("mail me @@ home\nuser@@host") and parse("hello") == ()
    assert has_directives("x\n   @@hang")


@given(st.text())
def test_pieces_lose_nothing(text):
    assert "".join(pieces(text)) == text


@given(st.lists(st.sampled_from(["@@read a", "@@par @@read b", "@@say c", "@@reason d", "@@par @@say e"]), max_size=9))
def test_every_script_ends_after_its_calls(lines):
    talk = [Said(role="user", text="\n".join(lines))]
    for _ in range(len(lines) + 1):
        step = next_step(talk)
        if not step.calls:
            break
        talk += [Said(role="assistant", calls=len(step.calls)), *[Said(role="tool") for _ in step.calls]]
    assert not next_step(talk).calls
    assert sum(m.role == "tool" for m in talk) == sum("read" in line for line in lines)


def test_what_stands_before_the_last_begin_is_forgotten():
    (step,) = parse("@@begin\n@@hang\n@@begin\n@@say Now.")
    assert step.actions == (Say(text="Now."),)
