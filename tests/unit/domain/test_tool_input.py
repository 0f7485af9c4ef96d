"""What models write is mended where it is clear, refused with advice where it is not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.loose_json import BrokenJsonError, parse_loose
from boocode_desktop.domain.placeholders import elision
from boocode_desktop.domain.tool_input import repair_input, unwrap_path

READ = {
    "type": "object",
    "properties": {
        "path": {"type": "string"},
        "line": {"type": "integer", "minimum": 1},
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
    },
    "required": ["path"],
}
EDIT = {
    "type": "object",
    "properties": {
        "path": {"type": "string"},
        "old_string": {"type": "string"},
        "new_string": {"type": "string", "minLength": 0},
        "replace_all": {"type": "boolean"},
    },
    "required": ["path", "old_string", "new_string"],
}
CREATE = {
    "type": "object",
    "properties": {"path": {"type": "string"}, "content": {"type": "string", "minLength": 0}},
    "required": ["path", "content"],
}
RUN = {
    "type": "object",
    "properties": {
        "command": {"type": "string"},
        "args": {"type": "array", "items": {"type": "string"}, "minItems": 0},
        "cwd": {"type": "string"},
        "timeout_s": {"type": "number"},
    },
    "required": ["command", "args"],
}
TODO = {
    "type": "object",
    "properties": {
        "todos": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "status": {"type": "string", "enum": ["pending", "in_progress", "completed"]},
                },
                "required": ["text"],
            },
        }
    },
    "required": ["todos"],
}

MENDED = [
    (READ, '{"path": "a.py"}', {"path": "a.py"}),
    (READ, '{"path": "a", "line": "3", "limit": 10.0}', {"path": "a", "line": 3, "limit": 10}),
    (READ, '{"path": "a", "line": "4.0"}', {"path": "a", "line": 4}),
    (READ, '{"path": "a", "line": [4]}', {"path": "a", "line": 4}),
    (READ, '{"path": ["a"]}', {"path": "a"}),
    (READ, '{"path": 7}', {"path": "7"}),
    (READ, '{"path": "a", "line": null}', {"path": "a"}),
    (READ, '{"filePath": "a"}', {"path": "a"}),
    (READ, '{"file_path": "a"}', {"path": "a"}),
    (READ, '{"Path": "a"}', {"path": "a"}),
    (READ, '"a.py"', {"path": "a.py"}),
    (READ, '{"arguments": {"path": "a"}}', {"path": "a"}),
    (READ, '{"input": "{\\"path\\": \\"a\\"}"}', {"path": "a"}),
    (READ, '"{\\"path\\": \\"a\\"}"', {"path": "a"}),
    (READ, '```json\n{"path": "a"}\n```', {"path": "a"}),
    (READ, '{"path": "a",}', {"path": "a"}),
    (READ, "{'path': 'a', 'line': None}", {"path": "a"}),
    (READ, '{"path": "a"}}</tool_call>', {"path": "a"}),
    (READ, '{"path": "a", "explanation": "to see"}', {"path": "a"}),
    (READ, '{"path": "a", "encoding": ""}', {"path": "a"}),
    (READ, '{"path": "[a.py](a.py)"}', {"path": "a.py"}),
    (READ, '{"path": "`a.py`"}', {"path": "a.py"}),
    (READ, '{"path": "\\ud83d\\ude00 \\ud83d"}', {"path": "\U0001f600 \ufffd"}),
    (READ, '{"path": "app/[id]/page.tsx"}', {"path": "app/[id]/page.tsx"}),
    (READ, '{"path": "[id]"}', {"path": "[id]"}),
    (READ, '{"path": "src/to/file.py"}', {"path": "src/to/file.py"}),
    (EDIT, '{"path": "a", "oldString": "x", "newString": "", "replaceAll": "true"}',
     {"path": "a", "old_string": "x", "new_string": "", "replace_all": True}),
    (EDIT, '{"path": "a", "old_str": "x", "new_str": "y", "replace_all": 0}',
     {"path": "a", "old_string": "x", "new_string": "y", "replace_all": False}),
    (EDIT, '{"path": "a", "old_string": "<div>", "new_string": "<path>"}',
     {"path": "a", "old_string": "<div>", "new_string": "<path>"}),
    (EDIT, '{"path": "a", "old_string": "[x](x)", "new_string": "`y`"}',
     {"path": "a", "old_string": "[x](x)", "new_string": "`y`"}),
    (EDIT, '{"path": "a", "old_string": "a\nb", "new_string": "c\td"}',
     {"path": "a", "old_string": "a\nb", "new_string": "c\td"}),
    (CREATE, '{"path": "a", "content": ""}', {"path": "a", "content": ""}),
    (CREATE, '{"path": "a", "content": "TODO"}', {"path": "a", "content": "TODO"}),
    (CREATE, '{"path": "a", "content": {"x": 1}}', {"path": "a", "content": '{\n  "x": 1\n}\n'}),
    (RUN, '{"command": "ls", "args": "[\\"-l\\", 3]"}', {"command": "ls", "args": ["-l", "3"]}),
    (RUN, '{"command": "ls", "args": "-l"}', {"command": "ls", "args": ["-l"]}),
    (RUN, '{"command": "ls", "cwd": "a"}', {"command": "ls", "args": [], "cwd": "a"}),
    (RUN, '{"command": "ls", "args": ""}', {"command": "ls", "args": []}),
    (RUN, '{"command": "test", "args": ["[", "...", "{}", ""]}', {"command": "test", "args": ["[", "...", "{}", ""]}),
    (RUN, '{"command": "[", "args": "[ -f a ]"}', {"command": "[", "args": ["[ -f a ]"]}),
    (RUN, '{"cmd": "ls", "argv": [], "workdir": "src", "timeout": "5"}',
     {"command": "ls", "args": [], "cwd": "src", "timeout_s": 5}),
    (TODO, '{"todos": ["a", {"text": "b", "status": "In Progress"}]}',
     {"todos": [{"text": "a"}, {"text": "b", "status": "in_progress"}]}),
    (TODO, '{"todos": {"text": "a"}}', {"todos": [{"text": "a"}]}),
    (TODO, '{"todos": "[{\\"text\\": \\"a\\"}]"}', {"todos": [{"text": "a"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "text", "expected"), MENDED)
def test_mended(schema, text, expected):
    repaired = repair_input("tool", text, schema)
    assert repaired == expected
    assert [n for n in schema["properties"] if n in repaired] == list(repaired)
    assert repair_input("tool", json.dumps(repaired), schema) == expected


REFUSED = [
    (READ, "", "`path`"),
    (READ, "{}", "`path`"),
    (READ, '{"path": ""}', "empty `path`"),
    (READ, '{"path": "  "}', "empty `path`"),
    (READ, '{"path": "..."}', "placeholder"),
    (READ, '{"path": "…"}', "placeholder"),
    (READ, '{"path": "<path>"}', "placeholder"),
    (READ, '{"path": "<your file>"}', "placeholder"),
    (READ, '{"path": "{path}"}', "placeholder"),
    (READ, '{"path": "{{file_path}}"}', "placeholder"),
    (READ, '{"path": "path/to/file.py"}', "placeholder"),
    (READ, '{"path": "/path/to/your/project"}', "placeholder"),
    (READ, '{"path": "`<path/to/x.py>`"}', "placeholder"),
    (READ, '{"path": "your_file_here"}', "placeholder"),
    (READ, '{"path": "src/your-file.py"}', "placeholder"),
    (READ, '{"path": {"a": 1}}', "must be text"),
    (READ, '{"path": ["a", "b"]}', "must be text"),
    (READ, '{"path": "a", "line": "x"}', "`line` must be a whole number"),
    (READ, '{"path": "a", "line": 1.5}', "whole number"),
    (READ, '{"path": "a", "line": true}', "whole number"),
    (READ, '{"path": "a", "line": "inf"}', "whole number"),
    (READ, '{"path": "a", "line": 1e999}', "whole number"),
    (READ, '{"path": "a", "line": 0}', "`line` is 0"),
    (READ, '{"path": "a", "limit": 101}', "`limit` is 101"),
    (READ, '{"path": "a", "recursive": true}', "no argument `recursive`"),
    (READ, '{"path": "a"', "breaks off"),
    (READ, '{"path": "a', "breaks off"),
    (READ, '{"path": "a"}{"path": "b"}', "comes more text"),
    (READ, "read a please", "cannot be read"),
    (READ, "null", "must be a JSON object"),
    (READ, "[" * 100_000, "nested"),
    (READ, '{"path": ' + "[" * 100_000, "nested"),
    (READ, "1" * 6000, "not JSON"),
    (EDIT, '{"path": "a", "old_string": "...", "new_string": "b"}', "placeholder"),
    (EDIT, '{"path": "a", "old_string": "", "new_string": "b"}', "empty `old_string`"),
    (EDIT, '{"path": "a", "old_string": "a", "new_string": "<your code>"}', "placeholder"),
    (EDIT, '{"path": "a", "old_string": "a", "new_string": "b", "replace_all": "maybe"}', "true or false"),
    (EDIT, '"a.py"', "must be a JSON object"),
    (CREATE, '{"path": "a", "content": "..."}', "placeholder"),
    (CREATE, '{"path": "a"}', "`content`"),
    (RUN, '{"command": "<command>", "args": []}', "placeholder"),
    (RUN, '{"command": "cat", "args": ["<path>"]}', "placeholder"),
    (RUN, '{"command": "ls", "args": [{"a": 1}]}', "item 1"),
    (TODO, '{"todos": [{"status": "pending"}]}', "`text`"),
    (TODO, '{"todos": [{"text": "a", "status": "later"}]}', "cannot be 'later'"),
    (TODO, '{"todos": []}', "empty `todos`"),
]


@pytest.mark.parametrize(("schema", "text", "message"), REFUSED)
def test_refused_with_advice(schema, text, message):
    with pytest.raises(UserFacingError) as caught:
        repair_input("tool", text, schema)
    assert message in caught.value.message
    assert caught.value.hint


PATHS = [
    ("a.py", "a.py"),
    (" a.py\n", "a.py"),
    ("[a.py](a.py)", "a.py"),
    ("[a.py](http://a.py)", "a.py"),
    ("[a.py](https://a.py/)", "a.py"),
    ("src/[a.py](http://a.py)", "src/a.py"),
    ("[src/a.py](./src/a.py)", "src/a.py"),
    ("<a.py>", "a.py"),
    ("<src/a>", "src/a"),
    ("`a.py`", "a.py"),
    ('"a.py"', "a.py"),
    ("`[a.py](a.py)`", "a.py"),
    ("file:///tmp/a", "/tmp/a"),
    ("[id](group)/page", "[id](group)/page"),
    ("a<b>.py", "a<b>.py"),
    ("it's", "it's"),
    ("<path>", "<path>"),
]


@pytest.mark.parametrize(("text", "expected"), PATHS)
def test_paths_are_unwrapped(text, expected):
    assert unwrap_path(text) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON.filter(lambda value: not (isinstance(value, str) and value.lstrip()[:1] in ("[", "{"))))
def test_right_json_is_read_as_it_is(value):
    assert parse_loose(json.dumps(value)) == value
    assert parse_loose(f"```json\n{json.dumps(value)}\n```") == value


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        parse_loose(text)
    except BrokenJsonError as error:
        assert str(error)


@given(st.dictionaries(st.sampled_from([*EDIT["properties"], "newString", "x"]), JSON, max_size=5))
def test_any_object_gives_a_valid_input_or_a_refusal(value):
    try:
        repaired = repair_input("edit_file", json.dumps(value), EDIT)
    except UserFacingError as error:
        assert error.hint
        return
    assert set(EDIT["required"]) <= set(repaired) <= set(EDIT["properties"])
    assert all(isinstance(repaired[name], str) for name in EDIT["required"])
    assert repaired["path"] and repaired["old_string"]


@given(st.text(min_size=1).filter(lambda t: t.strip(" .…\"'`\n\r\t\f\v\x1c\x1d\x1e\x1f\x85\u2028\u2029\xa0") != ""))
def test_content_is_never_changed(content):
    text = json.dumps({"path": "a.py", "content": content})
    if not content.startswith(("<", "[", "{")):
        assert repair_input("create_file", text, CREATE)["content"] == content


def test_a_very_long_input_is_refused():
    with pytest.raises(BrokenJsonError):
        parse_loose(" " * 16_000_001)


HINTS = [
    "a\n# ... rest of the code ...\n",
    "    // ... existing code ...",
    "/* ... the remaining functions */",
    "<!-- ... unchanged ... -->",
    "... rest of file",
    "# … (other methods stay the same)",
]


@pytest.mark.parametrize("text", HINTS)
def test_code_that_is_only_hinted_at_is_noticed(text):
    assert elision(text)
    assert elision(text, f"before\n{text}\nafter") == ""


@pytest.mark.parametrize(
    "text", ["def f():\n    ...\n", "...", "# and so on ...", "x = [...]", "print('... rest')", "f(*rest, ...)"]
)
def test_dots_in_code_are_fine(text):
    assert elision(text) == ""
