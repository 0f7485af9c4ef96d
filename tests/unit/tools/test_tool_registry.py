"""The toolbox's public face: names, inputs, order, refusals."""

import asyncio
import json
from dataclasses import replace

import pytest

from boocode_desktop.domain.codec import to_plain
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.tools.registry import BuiltinToolbox
from tests.fakes.tool_rig import rig_in

INPUTS = {
    "ask_user_input": ({"question"}, {"options"}),
    "create_file": ({"path", "content"}, set()),
    "delete_file": ({"path"}, set()),
    "edit_file": ({"path", "old_string", "new_string"}, {"replace_all"}),
    "find_files": ({"pattern"}, {"path"}),
    "git_diff": (set(), {"path", "commit"}),
    "git_log": (set(), {"path", "limit", "commit"}),
    "git_status": (set(), set()),
    "list_dir": ({"path"}, set()),
    "read_file": ({"path"}, {"line", "limit"}),
    "read_tab_by_number": ({"number"}, {"before_turn"}),
    "request_read_access": ({"path", "reason"}, set()),
    "run_command": ({"command", "args"}, {"cwd", "timeout_s"}),
    "search_text": ({"pattern"}, {"path"}),
    "todo_write": ({"todos"}, set()),
    "view_truncated_output": ({"id"}, {"line", "limit"}),
}
WRITING = {"create_file", "delete_file", "edit_file", "run_command"}


def test_inputs_are_the_public_ones():
    specs = BuiltinToolbox().specs()
    found = {s.name: (set(s.parameters["required"]), set(s.parameters["properties"])) for s in specs}
    assert found == {name: (required, required | optional) for name, (required, optional) in INPUTS.items()}


def test_the_list_is_sorted_and_the_same_bytes_each_time():
    first, second = BuiltinToolbox().specs(), BuiltinToolbox().specs()
    assert [s.name for s in first] == sorted(INPUTS)
    assert json.dumps([to_plain(s) for s in first]) == json.dumps([to_plain(s) for s in second])


def test_a_read_only_chat_gets_no_writing_tool():
    toolbox = BuiltinToolbox()
    assert {s.name for s in toolbox.specs() if s.writes} == WRITING
    assert {s.name for s in toolbox.specs(read_only=True)} == set(INPUTS) - WRITING


def test_an_unknown_tool_names_the_nearest():
    with pytest.raises(UserFacingError) as caught:
        BuiltinToolbox().repair("readfile", "{}")
    assert "Did you mean read_file?" in caught.value.hint


@pytest.mark.parametrize("name", sorted(WRITING))
def test_a_writing_call_in_a_read_only_chat_is_denied(tmp_path, name):
    rig = rig_in(tmp_path / "tree", read_only=True, rules=[("allow", "run: *")])
    (rig.root / "a").write_text("a")
    inputs = {"path": "a", "content": "b", "old_string": "a", "new_string": "b", "command": "true", "args": []}
    wanted = {key: inputs[key] for key in INPUTS[name][0]}
    output = rig.run(name, **wanted)
    assert output.outcome == "denied"
    assert "read-only" in output.error
    assert (rig.root / "a").read_text() == "a"


def test_a_bug_in_a_tool_is_an_outcome_and_a_log_line(tmp_path, caplog):
    rig = rig_in(tmp_path / "tree")

    async def call():
        async def broken(event):
            raise ZeroDivisionError

        context = replace(rig.context(), emit=broken)
        return await rig.toolbox.call("todo_write", {"todos": [{"text": "x"}]}, context)

    output = asyncio.run(call())
    assert output.outcome == "error"
    assert "ZeroDivisionError" in output.error
    assert "tool todo_write failed" in caplog.text
