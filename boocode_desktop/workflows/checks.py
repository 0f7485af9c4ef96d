"""What a script may not use: everything that reaches out of it, or gives another answer each time it runs."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from boocode_desktop.orchestrator.ports.workflows import Finding, WorkflowPhase
from boocode_desktop.workflows.literals import NotLiteralError, literal
from boocode_desktop.workflows.syntax import place_of, text_of, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST = 20
_GIVEN = "A script has agent(), parallel(), pipeline(), workflow(), phase(), log(), args and budget."
_AGAIN = "A run that is taken up again must do the same as before."
_ABSENT = frozenset({
    "process", "fetch", "Buffer", "__dirname", "__filename", "module", "exports", "setTimeout", "setInterval",
    "setImmediate", "XMLHttpRequest", "WebSocket", "Deno", "Bun",
})  # fmt: skip
_DECLARES = frozenset({"variable_declarator", "function_declaration", "class_declaration", "formal_parameters"})


def check(root: "Node", phases: Sequence[WorkflowPhase]) -> tuple[Finding, ...]:
    """What stands in the way of a parsed script, in order of lines, at most twenty findings.

    Args:
        root: The script.
        phases: The phases that its `meta` announces.
    """
    titles = {phase.title for phase in phases}
    own = _declared(root)
    findings: list[Finding] = []
    for node in walk(root):
        for finding in _of_node(node, titles, own):
            findings.append(finding)
            if len(findings) == _MOST:
                return tuple(findings)
    return tuple(findings)


def _of_node(node: "Node", titles: set[str], own: set[str]) -> Iterator[Finding]:
    match node.type:
        case "import_statement" | "import" | "meta_property":
            if node.is_named and not (node.type == "import" and _inside_import(node)) and text_of(node) != "new.target":
                yield _finding(node, "`import` is not available in a script.", _GIVEN)
        case "export_statement" if not _exports_meta(node):
            yield _finding(node, "Only `meta` is exported.", "Give the result back with `return` at the end.")
        case "call_expression":
            yield from _of_call(node, titles, own)
        case "member_expression" | "subscript_expression":
            yield from _of_member(node)
        case "new_expression" if _name(node.child_by_field_name("constructor")) == "Date" and "Date" not in own:
            arguments = node.child_by_field_name("arguments")
            if arguments is None or not arguments.named_child_count:
                yield _finding(node, "`new Date()` reads the clock.", f"{_AGAIN} Pass the time in `args`.")
        case "identifier" if text_of(node) in _ABSENT and text_of(node) not in own and not _typeof(node):
            name = text_of(node)
            message = f"There is no `{name}` in a script: it has no files, no network and no processes."
            yield _finding(node, message, "Let an agent do it.")


def _inside_import(node: "Node") -> bool:
    return node.parent is not None and node.parent.type == "import_statement"


def _of_call(node: "Node", titles: set[str], own: set[str]) -> Iterator[Finding]:
    name, arguments = _name(node.child_by_field_name("function")), node.child_by_field_name("arguments")
    if name == "require" and name not in own:
        yield _finding(node, "`require` is not available in a script.", _GIVEN)
    elif name == "Date" and name not in own:
        yield _finding(node, "`Date()` reads the clock.", f"{_AGAIN} Pass the time in `args`.")
    elif name == "phase" and name not in own and titles and arguments is not None and arguments.named_child_count:
        first = arguments.named_children[0]
        try:
            title = literal(first)
        except NotLiteralError:
            return
        if isinstance(title, str) and title not in titles:
            hint = f"`meta.phases` has: {', '.join(sorted(titles))}. It gets a group of its own."
            yield _finding(first, f"“{title}” is not among the phases of `meta`.", hint, level="warning")


def _of_member(node: "Node") -> Iterator[Finding]:
    subject = _name(node.child_by_field_name("object"))
    prop = node.child_by_field_name("property") or node.child_by_field_name("index")
    key = text_of(prop).strip("'\"`") if prop is not None else ""
    if (subject, key) == ("Date", "now"):
        yield _finding(node, "`Date.now` reads the clock.", f"{_AGAIN} Pass the time in `args`.")
    elif (subject, key) == ("Math", "random"):
        yield _finding(node, "`Math.random` is another each time.", f"{_AGAIN} Pass a seed in `args`.")


def _name(node: "Node | None") -> str:
    """The name of a variable, also as a property of `globalThis`."""
    if node is None:
        return ""
    if node.type == "member_expression":
        subject, prop = node.child_by_field_name("object"), node.child_by_field_name("property")
        return text_of(prop) if prop is not None and _name(subject) == "globalThis" else ""
    return text_of(node) if node.type == "identifier" else ""


def _exports_meta(node: "Node") -> bool:
    declaration = node.child_by_field_name("declaration")
    names = [child.child_by_field_name("name") for child in declaration.named_children] if declaration else []
    return [text_of(name) for name in names if name is not None] == ["meta"]


def _typeof(node: "Node") -> bool:
    parent = node.parent
    operator = parent.child_by_field_name("operator") if parent is not None else None
    return operator is not None and operator.type == "typeof"


def _declared(root: "Node") -> set[str]:
    """Every name that the script itself gives to something, wherever."""
    names: set[str] = set()
    for node in walk(root):
        if node.type in ("function_declaration", "class_declaration"):
            names.add(_name(node.child_by_field_name("name")))
        elif node.type == "variable_declarator":
            target = node.child_by_field_name("name")
            names |= _bound(target) if target is not None else set()
        elif node.type in ("formal_parameters", "catch_clause", "for_in_statement"):
            part = {"catch_clause": "parameter", "for_in_statement": "left"}.get(node.type)
            target = node.child_by_field_name(part) if part else node
            names |= _bound(target) if target is not None else set()
        elif node.type == "arrow_function" and (single := node.child_by_field_name("parameter")) is not None:
            names |= _bound(single)
    return names - {""}


def _bound(target: "Node") -> set[str]:
    kinds = ("identifier", "shorthand_property_identifier_pattern")
    return {text_of(node) for node in walk(target) if node.type in kinds}


def _finding(node: "Node", message: str, hint: str, *, level: str = "error") -> Finding:
    line, column = place_of(node)
    return Finding(
        level="warning" if level == "warning" else "error", message=message, hint=hint, line=line, column=column
    )
