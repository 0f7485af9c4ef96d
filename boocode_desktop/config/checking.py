"""Plain values of the settings file into settings: each wrong one is left at its default and named."""

import dataclasses
import types
import typing
from typing import Any, Literal, TypeVar

T = TypeVar("T")


class WrongValueError(ValueError):
    """A value that does not fit; the text says what would."""


def read_fields(kind: type[T], values: dict[str, Any], problems: list[str], *, where: str = "") -> T:
    """A dataclass of `kind` from a table of the file. Unknown keys and wrong values become lines in `problems`."""
    hints = typing.get_type_hints(kind)
    known = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    taken: dict[str, Any] = {}
    for key, value in values.items():
        place = f"{where}{key}"
        if key not in known:
            problems.append(f"`{place}` is not a setting and was left alone.")
            continue
        try:
            taken[key] = _value(hints[key], value, problems, place)
            _limits(known[key].metadata, taken[key])
        except WrongValueError as error:
            taken.pop(key, None)
            problems.append(f"`{place}` {error}; its default is used.")
    return kind(**taken)


def _value(hint: Any, value: Any, problems: list[str], place: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _any_of(typing.get_args(hint), value, problems, place)
    if origin is Literal:
        return _one_of(typing.get_args(hint), value)
    if origin is tuple:
        return _items(typing.get_args(hint)[0], value, problems, place)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise WrongValueError("must be a table")
        return read_fields(hint, value, problems, where=f"{place}.")
    return _plain(hint, value)


def _any_of(hints: tuple[Any, ...], value: Any, problems: list[str], place: str) -> Any:
    reasons = []
    for hint in hints:
        if hint is type(None):
            continue
        try:
            return _value(hint, value, problems, place)
        except WrongValueError as error:
            reasons.append(str(error))
    raise WrongValueError(" or ".join(reasons))


def _one_of(choices: tuple[str, ...], value: Any) -> Any:
    if isinstance(value, str) and value in choices:
        return value
    raise WrongValueError("must be one of " + ", ".join(repr(c) for c in choices))


def _items(hint: Any, value: Any, problems: list[str], place: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise WrongValueError("must be a list")
    return tuple(_value(hint, item, problems, f"{place}[{number}]") for number, item in enumerate(value))


def _plain(hint: Any, value: Any) -> Any:
    words = {bool: "true or false", int: "a whole number", str: "text"}
    # bool is an int to Python, not to a person.
    fits = isinstance(value, hint) and (hint is bool or not isinstance(value, bool))
    if not fits:
        raise WrongValueError(f"must be {words[hint]}")
    return value


def _limits(metadata: typing.Mapping[str, Any], value: Any) -> None:
    low, high = metadata.get("minimum"), metadata.get("maximum")
    if not isinstance(value, int) or isinstance(value, bool):
        return
    if low is not None and value < low:
        raise WrongValueError(f"must be at least {low}")
    if high is not None and value > high:
        raise WrongValueError(f"must be at most {high}")
