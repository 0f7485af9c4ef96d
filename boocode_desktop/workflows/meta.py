"""What a script says about itself: `export const meta = {…}`, its first statement, a pure literal."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from boocode_desktop.orchestrator.ports.workflows import Finding, WorkflowPhase
from boocode_desktop.workflows.literals import NotLiteralError, Value, literal
from boocode_desktop.workflows.syntax import place_of, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_EXAMPLE = "export const meta = { name: 'tidy', description: 'What it does' }"
_LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What was said, as far as it could be read, and what is wrong with it."""

    name: str = ""
    description: str = ""
    when_to_use: str = ""
    phases: tuple[WorkflowPhase, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_meta(root: "Node") -> Meta:
    """The `meta` of a parsed script."""
    statements = [child for child in root.named_children if child.type not in ("comment", "hash_bang_line")]
    if not statements:
        return Meta(findings=(_error("The script is empty.", f"It begins with `{_EXAMPLE}`."),))
    first = statements[0]
    if first.has_error and not _is_meta(first):
        return Meta()  # the syntax error is said already
    found = next((s for s in statements if _is_meta(s) and (s is first or s.type == "export_statement")), None)
    if found is None:
        return Meta(findings=(_error("There is no `meta`.", f"The first statement is `{_EXAMPLE}`.", first),))
    misplaced: tuple[Finding, ...] = ()
    if found is not first:
        misplaced = (_error("`meta` is not the first statement.", "Move it to the top of the script.", found),)
    meta = _of_statement(found)
    return Meta(
        name=meta.name,
        description=meta.description,
        when_to_use=meta.when_to_use,
        phases=meta.phases,
        findings=(*misplaced, *meta.findings),
    )


def _error(message: str, hint: str = "", node: "Node | None" = None) -> Finding:
    line, column = place_of(node) if node is not None else (0, 0)
    return Finding(level="error", message=message, hint=hint, line=line, column=column)


def _declarator(statement: "Node") -> "Node | None":
    declaration = statement.child_by_field_name("declaration") if statement.type == "export_statement" else statement
    if declaration is None or declaration.type not in ("lexical_declaration", "variable_declaration"):
        return None
    declarators = [child for child in declaration.named_children if child.type == "variable_declarator"]
    return declarators[0] if declarators else None


def _is_meta(statement: "Node") -> bool:
    declarator = _declarator(statement)
    name = declarator.child_by_field_name("name") if declarator is not None else None
    return name is not None and text_of(name) == "meta"


def _of_statement(statement: "Node") -> Meta:
    declarator = _declarator(statement)
    value = declarator.child_by_field_name("value") if declarator is not None else None
    findings: list[Finding] = []
    if statement.type != "export_statement" or not text_of(statement).split("meta", 1)[0].split() == [
        "export",
        "const",
    ]:
        findings.append(_error("`meta` is not exported as a constant.", f"Write `{_EXAMPLE}`.", statement))
    if value is None or value.type != "object":
        where = value if value is not None else statement
        return Meta(findings=(*findings, _error("`meta` is not a plain object.", f"Write `{_EXAMPLE}`.", where)))
    if value.has_error:
        return Meta(name=_literal_name(value), findings=tuple(findings))  # the syntax error is said already
    try:
        told = literal(value)
    except NotLiteralError as error:
        problem = Finding(
            level="error",
            message=f"`meta` must be a plain literal: {error.what} is not allowed in it.",
            hint="It is read without running the script, so every value must stand there as it is.",
            line=error.line,
            column=error.column,
        )
        return Meta(name=_literal_name(value), findings=(*findings, problem))
    assert isinstance(told, dict)
    return _of_values(told, value, findings)


def _literal_name(value: "Node") -> str:
    """The name alone, of a `meta` that cannot be read as a whole."""
    for pair in value.named_children:
        key, said = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type == "pair" and key is not None and said is not None and text_of(key) == "name":
            try:
                found = literal(said)
            except NotLiteralError:
                return ""
            return _line(found)
    return ""


def _line(value: Value) -> str:
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""


def _of_values(told: dict[str, Value], node: "Node", findings: list[Finding]) -> Meta:
    for key, what in (("name", "how it is called"), ("description", "what it does, in one sentence")):
        if not _line(told.get(key)):
            said = "is missing" if key not in told else "is not a text" if told[key] != "" else "is empty"
            findings.append(_error(f"`meta.{key}` {said}.", f"Say {what}.", node))
    name = _line(told.get("name"))
    if any(c.isspace() or c == "/" for c in name):
        findings.append(
            _warning(f"“{name}” cannot be typed as a command.", "Use letters, digits and hyphens in `name`.", node)
        )
    return Meta(
        name=name,
        description=_line(told.get("description")),
        when_to_use=_line(told.get("whenToUse")),
        phases=_phases(told.get("phases"), node, findings),
        findings=tuple(findings),
    )


def _warning(message: str, hint: str, node: "Node") -> Finding:
    line, column = place_of(node)
    return Finding(level="warning", message=message, hint=hint, line=line, column=column)


def _phases(told: Value, node: "Node", findings: list[Finding]) -> tuple[WorkflowPhase, ...]:
    if told is None:
        return ()
    phases: list[WorkflowPhase] = []
    wrong = not isinstance(told, list)
    for item in told if isinstance(told, list) else ():
        title = _line(item.get("title")) if isinstance(item, dict) else ""
        if not title or not isinstance(item, dict):
            wrong = True
        elif any(phase.title == title for phase in phases):
            findings.append(_warning(f"Two phases are called “{title}”.", "Give each its own title.", node))
        else:
            phases.append(WorkflowPhase(title=title, detail=_line(item.get("detail")), model=_line(item.get("model"))))
    if wrong:
        hint = "Write `phases: [{ title: 'Scope', detail: 'what happens in it' }]`."
        findings.append(_error("`meta.phases` is not a list of phases with titles.", hint, node))
    return tuple(phases)
