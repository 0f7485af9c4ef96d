"""Values that stand in a script literally: what needs no running to be known. Everything else is refused."""

import re
from typing import TYPE_CHECKING

from boocode_desktop.workflows.syntax import place_of, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

Value = str | float | int | bool | None | list["Value"] | dict[str, "Value"]
_DEEPEST = 32
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_BREAKS = ("\r\n", "\n", "\r", "\u2028", "\u2029")
_NAMES = {
    "call_expression": "a call",
    "identifier": "a variable",
    "shorthand_property_identifier": "a variable",
    "undefined": "undefined",
    "template_substitution": "a template with ${…}",
    "spread_element": "a spread (…)",
    "computed_property_name": "a computed key",
    "method_definition": "a method",
    "arrow_function": "a function",
    "function_expression": "a function",
    "binary_expression": "a calculation",
    "ternary_expression": "a condition",
    "member_expression": "a property of a variable",
    "subscript_expression": "a property of a variable",
    "new_expression": "a new object",
    "regex": "a regular expression",
}


class NotLiteralError(ValueError):
    """Something must be run to know the value; `line` and `column` count from 1."""

    def __init__(self, what: str, node: "Node") -> None:
        super().__init__(what)
        self.what = what
        self.line, self.column = place_of(node)


def literal(node: "Node", depth: int = 0) -> Value:
    """The value of an expression.

    Raises:
        NotLiteralError: it is not literal, or nested too deeply.
    """
    if depth > _DEEPEST:
        raise NotLiteralError("nested too deeply", node)
    match node.type:
        case "string" | "template_string":
            return _string(node)
        case "number":
            return _number(node, text_of(node))
        case "unary_expression":
            return _negative(node)
        case "true" | "false":
            return node.type == "true"
        case "null":
            return None
        case "array":
            return _array(node, depth)
        case "object":
            return _object(node, depth)
        case "parenthesized_expression" if len(_parts(node)) == 1:
            return literal(_parts(node)[0], depth + 1)
        case _:
            raise _refusal(node)


def _refusal(node: "Node") -> NotLiteralError:
    what = _NAMES.get(node.type) or (f"`{text_of(node)[:24]}`")
    return NotLiteralError(what, node)


def _parts(node: "Node") -> list["Node"]:
    return [child for child in node.named_children if child.type != "comment"]


def _array(node: "Node", depth: int) -> Value:
    out: list[Value] = []
    empty = True
    for child in node.children:
        if child.type == ",":
            if empty:
                raise NotLiteralError("an empty place in a list", child)
            empty = True
        elif child.is_named and child.type != "comment":
            out.append(literal(child, depth + 1))
            empty = False
    return out


def _object(node: "Node", depth: int) -> Value:
    out: dict[str, Value] = {}
    for child in _parts(node):
        if child.type != "pair":
            raise _refusal(child)
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if key is None or value is None:
            raise _refusal(child)
        out[_key(key)] = literal(value, depth + 1)
    return out


def _key(node: "Node") -> str:
    match node.type:
        case "property_identifier":
            name = text_of(node)
        case "string":
            name = _string(node)
        case "number":
            name = str(_number(node, text_of(node)))
        case _:
            raise _refusal(node)
    if name == "__proto__":
        raise NotLiteralError("`__proto__`", node)
    return name


def _negative(node: "Node") -> Value:
    operator, argument = node.child_by_field_name("operator"), node.child_by_field_name("argument")
    if operator is None or operator.type not in ("-", "+") or argument is None or argument.type != "number":
        raise _refusal(node)
    value = _number(argument, text_of(argument))
    return -value if operator.type == "-" else value


def _number(node: "Node", text: str) -> int | float:
    plain = text.replace("_", "")
    try:
        if re.fullmatch(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+", plain):
            return int(plain, 0)
        if re.fullmatch(r"0|[1-9][0-9]*", plain) and len(plain) < 16:
            return int(plain)
        if re.fullmatch(r"(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", plain):
            return float(plain)
    except ValueError:
        pass
    raise NotLiteralError(f"the number `{text[:24]}`", node)


def _string(node: "Node") -> str:
    units: list[str] = []
    for child in node.children:
        match child.type:
            case "string_fragment":
                units.append(text_of(child))
            case "escape_sequence":
                units.append(_escaped(child, text_of(child)[1:]))
            case "'" | '"' | "`":
                continue
            case _:
                raise _refusal(child)
    text = "".join(units)
    # JavaScript writes characters beyond the first 65,536 as two halves; a half alone is no character.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escaped(node: "Node", code: str) -> str:
    if code in _BREAKS:
        return ""
    found = re.fullmatch(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,8})\}", code)
    if found:
        point = int(next(group for group in found.groups() if group), 16)
        if point <= 0x10FFFF:
            return chr(point)
    elif len(code) == 1 and code not in "ux123456789":
        return _PLAIN.get(code, code)
    raise NotLiteralError(f"the escape `\\{code[:10]}`", node)
