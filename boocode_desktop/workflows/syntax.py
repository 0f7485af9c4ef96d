"""JavaScript as a syntax tree. Nothing is run."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from boocode_desktop.orchestrator.ports.workflows import Finding

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_CHUNK = 8_192
_MOST_ERRORS = 3
_SHOWN = 24
_TYPES = ("type", "interface", "enum", "declare", "namespace")


def parse(source: bytes) -> "Node":
    """The tree of a script. Blocks, but other threads get their turn between the pieces."""
    return _parser().parse(lambda offset, _point: source[offset : offset + _CHUNK]).root_node


@lru_cache(maxsize=1)
def _parser() -> "Parser":
    # Late: most windows never show a workflow.
    import tree_sitter_javascript
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_javascript.language()))


def text_of(node: "Node") -> str:
    """The source of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def place_of(node: "Node") -> tuple[int, int]:
    """Line and column, both from 1; the column counts characters."""
    row, column = node.start_point
    # The tree counts bytes: what stands before the node in its line is counted again in characters.
    root = node
    while root.parent is not None:
        root = root.parent
    whole = root.text or b""
    before = whole[node.start_byte - root.start_byte - column : node.start_byte - root.start_byte]
    return row + 1, len(before.decode("utf-8", "replace")) + 1


def walk(node: "Node") -> "Iterator[Node]":
    """The node and everything below it in order, however deep."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(found.children))


def syntax_findings(root: "Node") -> list[Finding]:
    """Where the script is no JavaScript, the first few places."""
    if not root.has_error:
        return []
    findings: list[Finding] = []
    for node in walk(root):
        if node.is_missing or node.type == "ERROR":
            findings.append(_syntax_finding(node))
        if len(findings) == _MOST_ERRORS:
            break
    return findings


def _syntax_finding(node: "Node") -> Finding:
    line, column = place_of(node)
    if node.is_missing:
        message = f"Syntax error: `{node.type}` is missing here."
    else:
        text = " ".join(text_of(node).split())
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        message = f"Syntax error at `{shown}`." if shown else "Syntax error."
    hint = "Scripts are plain JavaScript, without types." if _looks_typed(node) else ""
    return Finding(level="error", message=message, hint=hint, line=line, column=column)


def _looks_typed(node: "Node") -> bool:
    text = text_of(node).strip()
    return ":" in (text[:1], text[-1:]) or text.split(maxsplit=1)[:1] in ([word] for word in _TYPES)
