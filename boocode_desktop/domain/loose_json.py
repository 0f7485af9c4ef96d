"""Reads JSON as language models write it: fenced, encoded twice, with raw line breaks, Python words or extra commas."""

import ast
import json
import re
from typing import Any

LONGEST = 16_000_000
_DEEPEST = 200
_FENCE = re.compile(r"\A\s*```[\w-]*\n(.*?)\n?```\s*\Z", re.DOTALL)
_RUBBISH = re.compile(r"[\s}\];,`]*(?:</?[\w:=\"-]+>[\s}\]`]*)*\Z")


class BrokenJsonError(ValueError):
    """The text is not JSON, however kindly read; the message says where it breaks."""


def parse_loose(text: str) -> Any:
    """The value of the text; empty text is an empty object.

    Raises:
        BrokenJsonError: it cannot be read, is nested too deep or too long.
    """
    if len(text) > LONGEST:
        raise BrokenJsonError(f"it is {len(text):,} characters long, more than {LONGEST:,}.")
    fenced = _FENCE.match(text)
    text = (fenced[1] if fenced else text).strip().removeprefix("\ufeff")
    if not text:
        return {}
    if _too_deep(text):
        raise BrokenJsonError(f"it is nested more than {_DEEPEST} levels deep.")
    value = _decode(text)
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return _decode(value.strip())
        except BrokenJsonError:
            return value
    return value


def _too_deep(text: str) -> bool:
    """Whether brackets outside strings open too deep; Python's own reader would run out of stack."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return False
    depth = 0
    for bracket in re.findall(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', text, re.DOTALL):
        depth += (bracket in "[{") - (bracket in "]}")
        if depth > _DEEPEST:
            return True
    return False


def _decode(text: str) -> Any:
    decoder = json.JSONDecoder(strict=False)
    try:
        value, end = decoder.raw_decode(text)
    except ValueError as error:
        mended = _mended(text)
        if mended is not None:
            return mended
        raise BrokenJsonError(_explain(text, error)) from None
    if not _RUBBISH.match(text, end):
        raise BrokenJsonError(f"after the first value comes more text: {text[end : end + 40]!r}. Send one value.")
    return value


def _mended(text: str) -> Any | None:
    """Trailing commas taken out, then read as a Python literal; None where that does not help."""
    outside = re.sub(r'("(?:[^"\\]|\\.)*+")|,(?=\s*[}\]])', lambda found: found[1] or "", text, flags=re.DOTALL)
    try:
        return json.loads(outside, strict=False)
    except ValueError:
        pass
    try:
        value = ast.literal_eval(text) if len(text) < 100_000 else None
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
    return value if isinstance(value, (dict, list)) and _is_json(value) else None


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return True


def _explain(text: str, error: ValueError) -> str:
    position = getattr(error, "pos", 0)
    if position >= len(text.rstrip()) - 1 or "Unterminated" in str(error):
        return f"it breaks off after {len(text):,} characters. Send the call again, whole, and shorter if need be."
    return f"at character {position + 1} ({text[max(0, position - 20) : position + 20]!r}) it cannot be read."
