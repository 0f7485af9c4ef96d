"""The symbols of a source file: by its grammar for Python and JavaScript, by patterns elsewhere. For threads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tree_sitter import Parser, Query

SymbolKind = Literal["class", "function"]
PARSED_LIMIT = 100_000
"""Characters; longer files are read by patterns, so that no parse holds the interpreter for long."""

_GRAMMARS = {"py": "python", "pyi": "python", "js": "javascript", "jsx": "javascript", "mjs": "javascript"}
_QUERIES = {
    "python": "(function_definition name: (identifier) @function) (class_definition name: (identifier) @class)",
    "javascript": "(function_declaration name: (identifier) @function) (class_declaration name: (identifier) @class) "
    "(method_definition name: (property_identifier) @function) "
    "(variable_declarator name: (identifier) @function value: [(arrow_function) (function_expression)])",
}
_CLASSES = r"class|struct|enum|trait|interface|type|module|protocol|object|impl"
_FUNCTIONS = r"def|func|fn|function|sub|proc"
_PATTERN = re.compile(
    rf"^[ \t]*(?:(?:export|default|public|private|protected|internal|static|abstract|final|async|pub(?:\([a-z]+\))?|"
    rf"unsafe|data|sealed|open|override|suspend|declare)[ \t]+)*"
    rf"(?:(?P<class>{_CLASSES})|(?P<function>{_FUNCTIONS}))[ \t]+(?:\([^)\n]*\)[ \t]*)?(?P<name>[A-Za-z_]\w*)",
    re.MULTILINE,
)
ENDINGS = frozenset(
    (*_GRAMMARS, "ts", "tsx", "go", "rs", "rb", "java", "kt", "kts", "scala", "swift", "cs", "php", "lua", "ex", "exs")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A class or a function; `line` counts from 1."""

    name: str
    kind: SymbolKind
    line: int


def symbols_of(text: str, path: str) -> Sequence[Symbol]:
    """The symbols in order of lines; nothing for files that hold none that are known."""
    ending = path.rpartition(".")[2].lower()
    if ending not in ENDINGS:
        return ()
    if ending in _GRAMMARS and len(text) <= PARSED_LIMIT:
        return _parsed(text, _GRAMMARS[ending])
    return _matched(text)


def _matched(text: str) -> Sequence[Symbol]:
    found: list[Symbol] = []
    line, at = 1, 0
    for hit in _PATTERN.finditer(text):
        line += text.count("\n", at, hit.start("name"))
        at = hit.start("name")
        found.append(Symbol(name=hit["name"], kind="class" if hit["class"] else "function", line=line))
    return found


def _parsed(text: str, language: str) -> Sequence[Symbol]:
    from tree_sitter import QueryCursor

    parser, query = _grammar(language)
    captures = QueryCursor(query).captures(parser.parse(text.encode("utf-8", "replace")).root_node)
    kinds: tuple[SymbolKind, ...] = ("class", "function")
    found = [
        Symbol(name=(node.text or b"").decode("utf-8", "replace"), kind=kind, line=node.start_point.row + 1)
        for kind in kinds
        for node in captures.get(kind, ())
    ]
    return sorted(found, key=lambda symbol: symbol.line)


@lru_cache(maxsize=4)
def _grammar(language: str) -> "tuple[Parser, Query]":
    import tree_sitter_javascript
    import tree_sitter_python
    from tree_sitter import Language, Parser, Query

    grammar = Language((tree_sitter_python if language == "python" else tree_sitter_javascript).language())
    return Parser(grammar), Query(grammar, _QUERIES[language])
