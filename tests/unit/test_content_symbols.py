"""Symbols of source files: by grammar and by patterns."""

import pytest

from boocode_desktop.content.symbols import PARSED_LIMIT, symbols_of

PYTHON = '''
class Retry:
    async def call(self): ...
    x = """
def not_one(): pass
"""
def after(): ...
'''
SCRIPT = """
export class Part extends Base { render() {} }
function go() {}
const later = async () => 1, n = 3;
// function no() {}
"""


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("a.py", PYTHON, [("Retry", "class", 2), ("call", "function", 3), ("after", "function", 7)]),
        (
            "a.js",
            SCRIPT,
            [("Part", "class", 2), ("render", "function", 2), ("go", "function", 3), ("later", "function", 4)],
        ),
        (
            "a.go",
            "type T struct{}\nfunc (t *T) Do() {}\nfunc main() {}",
            [("T", "class", 1), ("Do", "function", 2), ("main", "function", 3)],
        ),
        ("a.rs", "pub(crate) async fn run() {}\npub struct S;", [("run", "function", 1), ("S", "class", 2)]),
        ("a.ts", "export interface I {}\nexport async function f() {}", [("I", "class", 1), ("f", "function", 2)]),
        ("a.py", "def broken(:\n  class", [("broken", "function", 1)]),
        ("a.txt", "def f(): ...", []),
        ("Makefile", "def f(): ...", []),
    ],
)
def test_symbols(path, text, found):
    assert [(s.name, s.kind, s.line) for s in symbols_of(text, path)] == found


def test_long_files_are_read_by_patterns():
    text = "x = 1\n" * PARSED_LIMIT + "def last(): ..."
    assert [(s.name, s.line) for s in symbols_of(text, "a.py")] == [("last", PARSED_LIMIT + 1)]
