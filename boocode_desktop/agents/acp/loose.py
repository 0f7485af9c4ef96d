"""Reading what a peer wrote, whatever it wrote: every function gives a value of its type and never raises."""

from typing import Any

from boocode_desktop.domain.events import Json


def text_of(value: Any) -> str:
    """The string, or ""."""
    return value if isinstance(value, str) else ""


def object_of(value: Any) -> Json:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Json]:
    """The objects of a list, without what is none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def count_of(value: Any) -> int:
    """The number as a count, or 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return 0
    return int(min(max(value, 0), 2**53))


def number_of(value: Any) -> float | None:
    """The finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < 2**63 else None


def integer_of(value: Any) -> int | None:
    """The integer, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def first_text(holder: Json, *names: str) -> str:
    """The first of the named fields that is a string with something in it."""
    return next((text for name in names if (text := text_of(holder.get(name)))), "")


def nests_deeper(value: Any, limit: int) -> bool:
    """Whether containers stand inside each other more than `limit` deep; such a value breaks what walks it."""
    level = [value]
    for _ in range(limit):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def mend(value: Any) -> Any:
    """The value with half surrogate pairs (a string that JavaScript cut in two) replaced: no file can hold them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [mend(item) for item in value]
    if isinstance(value, dict):
        return {mend(key): mend(item) for key, item in value.items()}
    return value


def _inside(value: Any) -> list[Any]:
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in held if isinstance(item, (dict, list))]
