"""The chat as the model sees it."""

from boocode_desktop.agents.native.history import messages_of, prompt_message, result_text
from boocode_desktop.domain import transcript as tr
from boocode_desktop.domain.context_budget import STUB
from boocode_desktop.orchestrator.feedback import FEEDBACK_CODE, with_feedback


def prompt(text: str, *, turn: str = "t1", agent: str = "boocode") -> tr.PromptEntry:
    return tr.PromptEntry(id=f"{turn}:prompt", turn_id=turn, number=1, text=text, agent=agent)


def text(value: str, *, step: int = 1, key: str = "t1:5") -> tr.TextEntry:
    return tr.TextEntry(id=key, turn_id="t1", text=value, step=step, done=True)


def tool(key: str, *, step: int = 1, **more: object) -> tr.ToolEntry:
    return tr.ToolEntry(
        id=key, turn_id="t1", step=step, tool="read_file", input={"b": 1, "a": "é"}, outcome="success",
        output="content", **more,
    )  # fmt: skip


def note(code: str, message: str) -> tr.NoteEntry:
    return tr.NoteEntry(id=f"t1:{code}", turn_id="t1", level="info", code=code, message=message)


def test_a_step_is_one_message_with_its_results():
    messages = messages_of([prompt("Hi"), text("Looking."), tool("trc_1"), tool("trc_2"), text("Done.", step=2)])
    assert [m.role for m in messages] == ["user", "assistant", "tool", "tool", "assistant"]
    assert [c.id for c in messages[1].tool_calls] == ["trc_1", "trc_2"]
    assert messages[1].tool_calls[0].arguments == '{"a":"é","b":1}'
    assert messages[2].tool_call_id == "trc_1"


def test_a_foreign_turn_keeps_its_order_of_text_and_tools():
    entries = [prompt("Hi", agent="goose"), text("First."), tool("trc_1"), text("Then.", key="t1:9"), tool("trc_2")]
    messages = messages_of(entries)
    assert [m.role for m in messages] == ["user", "assistant", "tool", "assistant", "tool"]
    assert [m.text for m in messages if m.role == "assistant"] == ["First.", "Then."]


def test_feedback_stands_before_the_prompt_it_came_with():
    (message,) = messages_of([prompt("Go on"), note(FEEDBACK_CODE, "rejected a.py")])
    assert message == prompt_message(with_feedback("rejected a.py", "Go on"), ())


def test_nudges_reach_the_model_and_stops_do_not():
    messages = messages_of([prompt("x"), tool("trc_1"), note("loop_nudge", "Again?"), note("loop_stop", "Stopped.")])
    assert messages[-1].text == "[note] Again?"
    assert all("Stopped" not in m.text for m in messages)


def test_an_unfinished_call_is_interrupted_and_a_dropped_one_a_stub():
    unfinished = tr.ToolEntry(id="trc_1", turn_id="t1", step=1, tool="run_command", input={})
    messages = messages_of([prompt("x"), unfinished, tool("trc_2")], stubs={"trc_2"})
    assert messages[2].text.startswith("interrupted")
    assert messages[3].text == STUB and messages[3].stub


def test_a_failed_check_after_writing_is_a_note():
    check = tr.ToolEntry(
        id="trc_9", turn_id="t1", step=1, tool="after_write", input={}, outcome="error", output="E501"
    )  # fmt: skip
    messages = messages_of([prompt("x"), tool("trc_1"), check])
    assert messages[-1].role == "user" and "E501" in messages[-1].text


def test_results_say_how_a_call_ended():
    assert result_text("success", "", "") == "(no output)"
    assert result_text("denied", "", "no rule") == "denied: no rule"
    assert result_text("error", "exit 1", "boom") == "error: boom\nexit 1"
