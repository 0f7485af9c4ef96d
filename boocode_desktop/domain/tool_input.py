"""Repairs what a model wrote as a tool's input, then validates it against the tool's schema.

Small models know what they want and miss the form: numbers as strings, JSON inside strings, one value where a list
belongs, camelCase names, Markdown around paths. All of that is mended silently. What cannot be mended without guessing
(a placeholder, a missing argument, broken JSON) is refused with a sentence that tells the model what to write.
The schema is the subset of JSON Schema that our tools use: type, properties, required, items, enum, minimum, maximum
and minLength (a required string may be empty only where `minLength` is 0).
"""

import json
import math
import re
from typing import Any

from boocode_desktop.domain import placeholders
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.loose_json import BrokenJsonError, parse_loose

Schema = dict[str, Any]

_ALIASES = {
    "path": ("file_path", "filepath", "file", "filename", "file_name", "dir", "directory", "folder", "target_file"),
    "content": ("contents", "text", "file_text", "file_content", "data"),
    "old_string": ("old_str", "old_text", "old", "search", "find"),
    "new_string": ("new_str", "new_text", "new", "replace", "replacement"),
    "command": ("cmd", "program", "executable"),
    "args": ("arguments", "argv", "params", "parameters"),
    "cwd": ("working_directory", "workdir", "work_dir"),
    "timeout_s": ("timeout", "timeout_seconds"),
    "pattern": ("query", "regex", "glob", "search", "search_term"),
    "line": ("start_line", "offset", "start"),
    "limit": ("max_lines", "num_lines", "count"),
    "todos": ("items", "tasks", "todo_list"),
}
_CHATTER = frozenset({"description", "explanation", "reason", "reasoning", "thought", "thoughts", "purpose", "title"})
_WRAPPERS = ("arguments", "parameters", "input", "args", "params")
_TRUE = frozenset({"true", "yes", "1", "on"})
_FALSE = frozenset({"false", "no", "0", "off"})
_PROSE = ("content", "new_string", "old_string")


def repair_input(tool: str, arguments: str, schema: Schema) -> dict[str, Any]:
    """The input of a call, mended and valid; its keys stand in the schema's order.

    Raises:
        UserFacingError: it cannot be mended; the message tells the model what to write instead.
    """
    try:
        value = parse_loose(arguments)
    except BrokenJsonError as error:
        raise UserFacingError(f"The input of {tool} is not JSON: {error}", _expected(tool, schema)) from None
    properties: dict[str, Schema] = schema.get("properties", {})
    if not isinstance(value, dict):
        value = _single_argument(tool, value, schema)
    value = _without_wrapper(value, properties)
    given = _renamed(tool, value, properties, schema)
    out: dict[str, Any] = {}
    for name, part in properties.items():
        if given.get(name) is not None:
            out[name] = _mended(f"{tool}: `{name}`", name, given[name], part)
        elif part.get("minItems") == 0 and name in schema.get("required", []):
            out[name] = []
    _check_complete(tool, out, schema)
    return out


def unwrap_path(text: str) -> str:
    """A path without the Markdown, quotes and link syntax that models wrap around it."""
    text = text.strip()
    for _ in range(4):
        before = text
        text = re.sub(r"\[([^\][]+)\]\((?:https?://|file://|\./)?\1/?\)", r"\1", text)
        text = text.removeprefix("file://") if text.startswith("file:///") else text
        for opening, closing in (("`", "`"), ('"', '"'), ("'", "'"), ("<", ">")):
            if len(text) > 2 and text.startswith(opening) and text.endswith(closing):
                inner = text[1:-1].strip()
                if opening != "<" or placeholders.looks_like_path(inner):
                    text = inner
        if text == before:
            break
    return text


def _single_argument(tool: str, value: Any, schema: Schema) -> dict[str, Any]:
    """A bare value where the tool has one required argument: that argument."""
    required = schema.get("required", [])
    if len(required) == 1 and value is not None:
        return {required[0]: value}
    raise UserFacingError(f"The input of {tool} must be a JSON object.", _expected(tool, schema))


def _without_wrapper(value: dict[str, Any], properties: dict[str, Schema]) -> dict[str, Any]:
    if len(value) == 1:
        ((name, inner),) = value.items()
        if name in _WRAPPERS and name not in properties:
            if isinstance(inner, str):
                try:
                    inner = parse_loose(inner)
                except BrokenJsonError:
                    return value
            if isinstance(inner, dict):
                return inner
    return value


def _renamed(tool: str, value: dict[str, Any], properties: dict[str, Schema], schema: Schema) -> dict[str, Any]:
    """The given arguments under the schema's names."""
    given = {name: item for name, item in value.items() if name in properties}
    for name, item in value.items():
        if name in properties or item is None:
            continue
        target = _target(name, properties)
        if target is not None and given.get(target) is None:
            given[target] = item
        elif _plain(name) not in _CHATTER and item not in ("", [], {}, False):
            known = ", ".join(properties) or "nothing"
            raise UserFacingError(f"{tool} has no argument `{name}`; it takes {known}.", _expected(tool, schema))
    return given


def _target(name: str, properties: dict[str, Schema]) -> str | None:
    """The one property that a name must mean, if exactly one fits."""
    same = [known for known in properties if _plain(known) == _plain(name)]
    if not same:
        same = [known for known in properties if _plain(name) in map(_plain, _ALIASES.get(known, ()))]
    return same[0] if len(same) == 1 else None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _mended(where: str, name: str, value: Any, schema: Schema) -> Any:
    kind = schema.get("type", "any")
    match kind:
        case "string":
            value = _string(where, name, value)
        case "integer" | "number":
            value = _number(where, value, whole=kind == "integer")
        case "boolean":
            value = _boolean(where, value)
        case "array":
            value = _array(where, name, value, schema)
        case "object":
            value = _object(where, value, schema)
        case _:
            pass
    _check_bounds(where, value, schema)
    return _chosen(where, value, schema)


def _string(where: str, name: str, value: Any) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, (int, float)):
        value = str(value)
    if isinstance(value, (dict, list)) and name in _PROSE:
        value = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if not isinstance(value, str):
        raise _wrong(where, "text", value)
    text = _whole_characters(value)
    if is_path_name(name):
        text = unwrap_path(text)
    problem = placeholders.problem(text, _kind(name))
    if problem:
        raise UserFacingError(f"{where} is a placeholder ({text.strip()[:60]!r}), not a value.", problem)
    return text


def _kind(name: str) -> placeholders.Kind:
    if is_path_name(name):
        return "path"
    if name in _PROSE:
        return "prose"
    if name == "item":
        return "argument"
    return "pattern" if name == "pattern" else "word"


def is_path_name(name: str) -> bool:
    """Whether an argument of this name is a path."""
    return name in ("cwd", "file", "dir", "directory") or name.endswith(("path", "paths"))


def _whole_characters(text: str) -> str:
    """Halves of surrogate pairs joined; a lone half cannot be written anywhere and becomes U+FFFD."""
    if re.search("[\ud800-\udfff]", text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _number(where: str, value: Any, *, whole: bool) -> int | float:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        try:
            value = float(value) if re.search(r"[.eE]", value) else int(value)
        except ValueError:
            pass
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _wrong(where, "a whole number" if whole else "a number", value)
    if whole and value != int(value):
        raise _wrong(where, "a whole number", value)
    return int(value) if whole else value


def _boolean(where: str, value: Any) -> bool:
    word = str(value).strip().lower()
    if isinstance(value, (bool, str, int)) and word in _TRUE | _FALSE:
        return word in _TRUE
    raise _wrong(where, "true or false", value)


def _array(where: str, name: str, value: Any, schema: Schema) -> list[Any]:
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            parsed = parse_loose(value)
        except BrokenJsonError:
            parsed = value
        value = parsed if isinstance(parsed, list) else [value]
    elif value == "":
        value = []
    elif not isinstance(value, list):
        value = [value]
    items = schema.get("items", {})
    return [_mended(f"{where}, item {i}", _singular(name), item, items) for i, item in enumerate(value, 1)]


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("paths") else "item"


def _object(where: str, value: Any, schema: Schema) -> dict[str, Any]:
    if isinstance(value, str):
        only_text = [n for n in schema.get("required", []) if schema["properties"][n].get("type") == "string"]
        try:
            value = parse_loose(value)
        except BrokenJsonError:
            value = {only_text[0]: value} if len(only_text) == 1 else value
    if not isinstance(value, dict):
        raise _wrong(where, "an object", value)
    properties: dict[str, Schema] = schema.get("properties", {})
    if not properties:
        return value
    given = _renamed(where, value, properties, schema)
    out = {
        name: _mended(f"{where}, `{name}`", name, given[name], part)
        for name, part in properties.items()
        if given.get(name) is not None
    }
    _check_complete(where, out, schema)
    return out


def _chosen(where: str, value: Any, schema: Schema) -> Any:
    options = schema.get("enum")
    if not options or value in options:
        return value
    same = [option for option in options if _plain(str(option)) == _plain(str(value))]
    if len(same) == 1:
        return same[0]
    raise UserFacingError(f"{where} cannot be {value!r}.", f"Write one of {', '.join(map(str, options))}.")


def _check_bounds(where: str, value: Any, schema: Schema) -> None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        if not low <= value <= high:
            bounds = f"from {low} to {high}" if math.isfinite(high) else f"at least {low}"
            raise UserFacingError(f"{where} is {value}, outside what is possible.", f"Write a number {bounds}.")


def _check_complete(tool: str, out: dict[str, Any], schema: Schema) -> None:
    for name in schema.get("required", []):
        part = schema["properties"][name]
        if name not in out:
            raise UserFacingError(f"{tool} needs `{name}`, which is missing.", _expected(tool, schema))
        if out[name] in ("", []) and part.get("minLength", part.get("minItems", 1)) != 0:
            raise UserFacingError(f"{tool} got an empty `{name}`.", _expected(tool, schema))


def _wrong(where: str, wanted: str, value: Any) -> UserFacingError:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return UserFacingError(f"{where} must be {wanted}; it is {shown[:80]}.", "Send the call again with that corrected.")


def _expected(tool: str, schema: Schema) -> str:
    """The shape of a right call, argument by argument."""
    required = schema.get("required", [])
    parts = [
        f'"{name}": {part.get("type", "any")}' + ("" if name in required else " (optional)")
        for name, part in schema.get("properties", {}).items()
    ]
    return f"Call {tool.partition(':')[0]} with a JSON object: {{{', '.join(parts)}}}."
