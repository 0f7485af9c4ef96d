"""Tool calls that a model wrote into its prose, because its server or its template could not tell them apart.

Three ways of writing are known: `<tool_call>{json}</tool_call>`, `<function=name><parameter=x>v</parameter></function>`
and `<invoke name="…"><parameter name="…">v</parameter></invoke>`. Only tools that were offered count, code blocks are
talk about calls, and placeholders (`...`, `<path>`, nothing at all) are examples, not calls.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from boocode_desktop.domain.model_stream import ToolCall, ToolSpec
from boocode_desktop.llm.thinking import half_tag

_OPENER = re.compile(r"<tool_call>|<function=|<invoke\s+name=|<function_calls>")
_OPENERS = ("<tool_call>", "<function=", "<invoke name=", "<function_calls>")
_FENCE = re.compile(r"^[ \t]*(```+|~~~+)", re.MULTILINE)
_JSON_CALLS = re.compile(r"<tool_call>\s*(?=\{)")
_FUNCTION = re.compile(
    r"(?:<tool_call>\s*)?<function=([^>\s]+)\s*>(.*?)(?:</function>(?:\s*</tool_call>)?|\Z)", re.DOTALL
)
_INVOKE = re.compile(
    r"(?:<function_calls>\s*)?<invoke\s+name=[\"']?([^\"'>]+)[\"']?\s*>(.*?)"
    r"(?:</invoke>(?:\s*</function_calls>)?|\Z)",
    re.DOTALL,
)
_PARAMETER = re.compile(r"<parameter(?:=([^>\s]+)|\s+name=[\"']?([^\"'>]+)[\"']?)[^>]*>(.*?)</parameter>", re.DOTALL)
_PLACEHOLDER = re.compile(r"\s*(?:\.{3}|…|<[A-Za-z][\w /|-]*>|\[[A-Za-z][\w -]*\]|\{[A-Za-z][\w -]*\})\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCalls:
    """Prose without the calls that were found in it, and the calls."""

    text: str
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    name: str
    arguments: Any


@dataclass(slots=True)
class ProseGate:
    """Streams prose, but keeps back what may turn out to be a call until the answer has ended."""

    tools: Sequence[ToolSpec]
    _shown: list[str] = field(default_factory=list)
    _kept: list[str] = field(default_factory=list)
    _tail: str = ""

    def feed(self, text: str) -> str:
        """What can be shown now."""
        if not self.tools:
            return text
        if self._kept:
            self._kept.append(text)
            return ""
        self._tail += text
        end = self._safe_end() if "<" in self._tail else len(self._tail)
        shown, self._tail = self._tail[:end], self._tail[end:]
        self._shown.append(shown)
        return shown

    def close(self) -> FoundCalls:
        """The rest of the prose, and the calls in it."""
        before = "".join(self._shown)
        whole = "".join([before, self._tail, *self._kept])
        return find_calls(whole, self.tools, start=len(before))

    def _safe_end(self) -> int:
        """How much of the tail may be shown; where a call begins there, everything after it is kept."""
        for opener in _OPENER.finditer(self._tail):
            before = "".join(self._shown)
            if not in_code(before + self._tail, len(before) + opener.start()):
                self._kept.append(self._tail[opener.start() :])
                self._tail = self._tail[: opener.start()]
                return len(self._tail)
        return len(self._tail) - max(half_tag(self._tail, opener) for opener in _OPENERS)


def find_calls(text: str, tools: Sequence[ToolSpec], *, start: int = 0) -> FoundCalls:
    """The calls in `text` from `start` on, and that part of the text without them."""
    offered = {tool.name: tool for tool in tools}
    rest, at, calls = [], start, list[ToolCall]()
    for found in sorted(_candidates(text, start), key=lambda f: (f.start, -f.end)):
        tool = offered.get(found.name)
        overlaps = found.start < at
        if tool is None or in_code(text, found.start) or not _is_meant(found.arguments, tool):
            continue
        if not overlaps:
            rest.append(text[at : found.start])
        at = max(at, found.end)
        arguments = json.dumps(found.arguments, ensure_ascii=False)
        calls.append(ToolCall(id=f"text_call_{len(calls)}", name=found.name, arguments=arguments))
    rest.append(text[at:])
    return FoundCalls(text="".join(rest).strip() if calls else "".join(rest), calls=tuple(calls))


def in_code(text: str, position: int) -> bool:
    """Whether a place lies in a fenced block or between single backticks of its line."""
    fence = ""
    for found in _FENCE.finditer(text, 0, position):
        mark = found[1]
        if not fence:
            fence = mark
        elif mark[0] == fence[0] and len(mark) >= len(fence):
            fence = ""
    line = text[text.rfind("\n", 0, position) + 1 : position]
    return bool(fence) or line.count("`") % 2 == 1


def is_placeholder(value: Any) -> bool:
    """Whether a value only stands for one, such as `...` or `<path>`."""
    return isinstance(value, str) and _PLACEHOLDER.fullmatch(value) is not None


def _is_meant(arguments: Any, tool: ToolSpec) -> bool:
    if not isinstance(arguments, dict) or any(is_placeholder(v) for v in arguments.values()):
        return False
    required = [str(name) for name in tool.parameters.get("required", ())]
    if any(name not in arguments for name in required):
        return False
    # What a call acts on comes first; later ones, such as new content, may well be empty.
    return not required or arguments[required[0]] not in ("", None)


def _candidates(text: str, start: int) -> Iterator[_Found]:
    for opener in _JSON_CALLS.finditer(text, start):
        yield from _json_calls(text, opener.start(), opener.end())
    for pattern in (_FUNCTION, _INVOKE):
        for found in pattern.finditer(text, start):
            yield _Found(found.start(), found.end(), found[1].strip(), _parameters(found[2]))


def _json_calls(text: str, start: int, at: int) -> Iterator[_Found]:
    """The objects inside one tag: some models write several."""
    decoder, objects = json.JSONDecoder(strict=False), list[Any]()
    while at < len(text) and text[at] == "{":
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            return
        objects.append(value)
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n,"))
    end = at + len("</tool_call>") if text.startswith("</tool_call>", at) else at
    for value in objects:
        name, arguments = _named(value)
        yield _Found(start, end, name, arguments)


def _named(value: dict[str, Any]) -> tuple[str, Any]:
    inner = value.get("function")
    call = inner if isinstance(inner, dict) else value
    arguments: Any = next((call[k] for k in ("arguments", "parameters", "input") if k in call), {})
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except ValueError:
            arguments = None
    name = call.get("name") or (inner if isinstance(inner, str) else "")
    return str(name), arguments


def _parameters(body: str) -> Any:
    if body.strip().startswith("{"):
        try:
            return json.loads(body)
        except ValueError:
            return None
    return {(a or b).strip(): _one_newline_less(value) for a, b, value in _PARAMETER.findall(body)}


def _one_newline_less(value: str) -> str:
    return value.removeprefix("\n").removesuffix("\n")
