"""Reading and checking workflow scripts without running them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boocode_desktop.orchestrator.ports.workflows import WorkflowPhase
from boocode_desktop.workflows.literals import NotLiteralError, literal
from boocode_desktop.workflows.reading import read_script
from boocode_desktop.workflows.syntax import parse

META = "export const meta = { name: 'tidy', description: 'Tidies', phases: [{ title: 'Look' }] }\n"


def value(expression: str) -> object:
    node = parse(f"x = ({expression}\n)".encode())
    return literal(node.named_children[0].named_children[0].child_by_field_name("right"))


def found(text: str) -> list[tuple[str, int, int, str]]:
    return [(f.level, f.line, f.column, f.message) for f in read_script(text).findings]


def test_what_a_script_says_of_itself():
    read = read_script("""#!/usr/bin/env boocode
// A comment may stand before it.
export const meta = {
  name: "multi-review",
  'description': `Three reviews,
then verified`,
  whenToUse: 'before a release',
  phases: [{title: 'Scope', detail: 'what \\'changed\\'', model: 'small'}, {title: "Verify",},],
  estimatedAgents: -3, // unknown keys do no harm
}
const parts = await parallel([() => agent('a'), () => agent('b', { label: `b ${args.x}` })])
phase('Verify')
if (!parts.length) return null
return parts
""")
    assert (read.name, read.description, read.when_to_use) == (
        "multi-review", "Three reviews, then verified", "before a release",
    )  # fmt: skip
    assert read.phases == (
        WorkflowPhase(title="Scope", detail="what 'changed'", model="small"), WorkflowPhase(title="Verify"),
    )  # fmt: skip
    assert read.findings == ()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'it\\'s'", "it's"),
        (r"'\x41\u00e9\u{1F600}\n\t\\'", "Aé😀\n\t\\"),
        (r"'\ud83d\ude00'", "😀"),
        (r"'\ud83d'", "�"),
        ("'a\\\nb'", "ab"),
        ("`plain`", "plain"),
        ("0x1F", 31), ("0b11", 3), ("0o17", 15), ("1_000", 1000), ("-1.5e3", -1500.0), (".5", 0.5), ("+2", 2),
        ("true", True), ("null", None),
        ("[1, 'a', [], {}]", [1, "a", [], {}]),
        ("{a: 1, 'b c': 2, 3: 4, /* x */ d: (5)}", {"a": 1, "b c": 2, "3": 4, "d": 5}),
    ],
)  # fmt: skip
def test_literals(expression, expected):
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("f()", "a call"), ("name", "a variable"), ("{name}", "a variable"), ("undefined", "undefined"),
        ("`a ${b}`", "a template with ${…}"), ("[...a]", "a spread (…)"), ("{...a}", "a spread (…)"),
        ("{[a]: 1}", "a computed key"), ("{a() {}}", "a method"), ("() => 1", "a function"), ("1 + 1", "a calculation"),
        ("a.b", "a property of a variable"), ("new A()", "a new object"), ("/a/", "a regular expression"),
        ("!true", "`!true`"), ("-a", "`-a`"), ("10n", "the number `10n`"), ("017", "the number `017`"),
        (r"'\07'", "the escape"), (r"'\u{110000}'", "the escape"), ("[1,,2]", "an empty place in a list"),
        ("{__proto__: {}}", "`__proto__`"), ("[" * 40 + "]" * 40, "nested too deeply"),
    ],
)  # fmt: skip
def test_what_is_no_literal_is_named(expression, what):
    with pytest.raises(NotLiteralError) as caught:
        value(expression)
    assert caught.value.what.startswith(what)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", ("error", 0, 0, "The script is empty.")),
        ("// only words\n", ("error", 0, 0, "The script is empty.")),
        ("return 1", ("error", 1, 1, "There is no `meta`.")),
        ("const meta = { name: 'a', description: 'b' }", ("error", 1, 1, "`meta` is not exported as a constant.")),
        ("export let meta = { name: 'a', description: 'b' }", ("error", 1, 1, "`meta` is not exported as a constant.")),
        ("export const meta = make()", ("error", 1, 21, "`meta` is not a plain object.")),
        ("export const meta = { description: 'b' }", ("error", 1, 21, "`meta.name` is missing.")),
        ("export const meta = { name: '', description: 'b' }", ("error", 1, 21, "`meta.name` is empty.")),
        ("export const meta = { name: 1, description: 'b' }", ("error", 1, 21, "`meta.name` is not a text.")),
        ("export const meta = { name: 'a' }", ("error", 1, 21, "`meta.description` is missing.")),
        (
            "export const meta = { name: 'a b', description: 'c' }",
            ("warning", 1, 21, "“a b” cannot be typed as a command."),
        ),
        (
            "export const meta = {\n  name: 'a', description: title() }",
            ("error", 2, 27, "`meta` must be a plain literal: a call is not allowed in it."),
        ),
        (
            "export const meta = { name: 'a', description: 'b', phases: ['Look'] }",
            ("error", 1, 21, "`meta.phases` is not a list of phases with titles."),
        ),
        (
            "export const meta = { name: 'a', description: 'b', phases: [{title: 'x'}, {title: 'x'}] }",
            ("warning", 1, 21, "Two phases are called “x”."),
        ),
        ("let a = 1\n" + META, ("error", 2, 1, "`meta` is not the first statement.")),
        (META + "import fs from 'fs'", ("error", 2, 1, "`import` is not available in a script.")),
        (META + "await import('fs')", ("error", 2, 7, "`import` is not available in a script.")),
        (META + "import.meta.url", ("error", 2, 1, "`import` is not available in a script.")),
        (META + "const fs = require('fs')", ("error", 2, 12, "`require` is not available in a script.")),
        (META + "export default 1", ("error", 2, 1, "Only `meta` is exported.")),
        (META + "/* é😀 */ Date.now()", ("error", 2, 10, "`Date.now` reads the clock.")),
        (META + "const now = Date['now']", ("error", 2, 13, "`Date.now` reads the clock.")),
        (META + "globalThis.Math.random()", ("error", 2, 1, "`Math.random` is another each time.")),
        (META + "new Date()", ("error", 2, 1, "`new Date()` reads the clock.")),
        (META + "new Date", ("error", 2, 1, "`new Date()` reads the clock.")),
        (META + "Date()", ("error", 2, 1, "`Date()` reads the clock.")),
        (
            META + "await fetch(args.url)",
            ("error", 2, 7, "There is no `fetch` in a script: it has no files, no network and no processes."),
        ),
        (META + "phase('Lock')", ("warning", 2, 7, "“Lock” is not among the phases of `meta`.")),
        (META + "const a = {", ("error", 2, 1, "Syntax error at `const a = {`.")),
        (META + "const a: string = 'b'", ("error", 2, 7, "Syntax error at `a:`.")),
    ],
)
def test_what_is_wrong_with_a_script(text, finding):
    assert found(text) == [finding]


@pytest.mark.parametrize(
    "body",
    [
        "new Date(args.at)",
        "Math.floor(1.5); Date.parse(args.at)",
        "phase('Look'); phase(args.title)",
        "function fetch() {}\nfetch()",
        "const run = (process) => process.x\nfor (const module of args) log(module)",
        "if (typeof process === 'undefined') log('x')",
        "const { fetch, a: [setTimeout] } = args; fetch(setTimeout)",
        "try { log('x') } catch (exports) { log(exports) }",
        "log(args.process, { fetch: 1 }, 'require')",
        "const items = await pipeline(args.items, (i) => agent(`do ${i}`), async (r, item, n) => r)\nreturn items",
    ],
)
def test_what_is_allowed(body):
    assert found(META + body) == []


def test_a_broken_meta_still_says_its_name():
    assert read_script("export const meta = { name: 'a', description: b }").name == "a"
    assert read_script("export const meta = { name: x(), description: b }").name == ""
    broken = read_script("export const meta = {\n  name: 'a'\n  description: 'b'\n}")
    assert [f.message.startswith("Syntax error") for f in broken.findings] == [True]


def test_types_are_hinted_at():
    (finding,) = read_script(META + "const a: string = 'b'").findings
    assert finding.hint == "Scripts are plain JavaScript, without types."


def test_the_number_of_findings_is_bounded():
    assert len(read_script(META + "Date.now()\n" * 500).findings) == 20
    assert len(read_script(META + "const = ;\n" * 50).findings) <= 3 + 20


def test_deep_nesting_is_survived():
    assert read_script(META + "(" * 20_000).findings
    assert read_script("export const meta = " + "[" * 20_000).findings


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text().filter(lambda key: key != "__proto__"), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_every_json_value_is_a_literal(told):
    assert value(json.dumps(told)) == told
    assert value(json.dumps(told, ensure_ascii=False)) == told


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["name", "description", "whenToUse", "phases", "x"]), json_values))
def test_any_json_meta_is_read_or_its_faults_are_named(told):
    read = read_script(f"export const meta = {json.dumps(told)}")
    errors = [f for f in read.findings if f.level == "error"]
    whole = all(isinstance(told.get(key), str) and told[key].split() for key in ("name", "description"))
    assert whole or errors
    assert read.name == (" ".join(told["name"].split()) if isinstance(told.get("name"), str) else "")


_WORDS = ["export", "const", "meta", "=", "{", "}", "name", ":", "'a'", "(", ")", "[", "]", ",", "import", "Date",
          ".", "now", "`", "${", "\n", "/", "*", "é", "😀", "new", "phase", "\\", '"', ";", "=>", "async"]  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join) | st.text(max_size=80))
def test_no_text_is_too_strange(text):
    read = read_script(text)
    lines = text.encode("utf-8", "replace").decode().split("\n")
    for finding in read.findings:
        assert 0 <= finding.line <= len(lines)
        if finding.line:
            assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
    assert read.findings  # nothing of this is a whole script
