"""Tool calls from their fragments, for servers that keep to the protocol and for those that do not.

Seen in the wild: no index, no id, the id only on the first fragment, the same id at two indexes, a second call under
the first one's index, the name repeated on every fragment, arguments as an object instead of text.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from boocode_desktop.domain.model_stream import CallStarted, ToolCall


@dataclass(slots=True)
class _Call:
    place: int
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.arguments)


@dataclass(slots=True)
class CallAssembler:
    """Fragments in, whole calls out."""

    _calls: list[_Call] = field(default_factory=list)
    _by_id: dict[str, _Call] = field(default_factory=dict)
    _by_index: dict[int, _Call] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, fragment: dict[str, Any]) -> list[CallStarted]:
        """Take one element of a delta's `tool_calls`; what it makes known of calls that begin."""
        inner = fragment.get("function")
        function = inner if isinstance(inner, dict) else {}
        name, arguments = str(function.get("name") or ""), _as_text(function.get("arguments"))
        call = self._find(fragment.get("index"), str(fragment.get("id") or ""), name)
        started = bool(name) and not call.name
        if name and name != call.name:
            call.name += name
        if arguments:
            call.arguments.append(arguments)
        return [CallStarted(index=call.place, name=call.name)] if started else []

    def finish(self, *, cut: bool) -> tuple[ToolCall, ...]:
        """All calls, with ids that differ. When the answer was cut by its length, a half-written last call is left out.

        Calls without a name are left out: nothing can be done with them.
        """
        calls = [c for c in self._calls if c.name]
        if cut and calls and calls[-1] is self._calls[-1] and not is_object(calls[-1].text):
            calls.pop()
        taken: set[str] = set()
        return tuple(ToolCall(id=_fresh(c, taken), name=c.name, arguments=c.text or "{}") for c in calls)

    def _find(self, index: Any, call_id: str, name: str) -> _Call:
        if call_id and call_id in self._by_id:
            return self._by_id[call_id]
        place = index if isinstance(index, int) else None
        newest = self._calls[-1] if self._calls else None
        # A bare piece of arguments under an index nobody announced goes on with the newest call: some servers begin
        # a second call under the first one's index and go on under the right one.
        fallback = newest if place is None or not (call_id or name) else None
        current = fallback if place is None else self._by_index.get(place, fallback)
        if current is None or _is_another(current, call_id, name):
            current = _Call(place=len(self._calls))
            self._calls.append(current)
        if place is not None:
            self._by_index[place] = current
        if call_id:
            current.id = call_id
            self._by_id[call_id] = current
        return current


def is_object(text: str) -> bool:
    """Whether the text is one whole JSON object."""
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _is_another(current: _Call, call_id: str, name: str) -> bool:
    """Whether a fragment that would go to `current` begins another call: its id differs, or it names a tool again
    after the arguments were complete."""
    if call_id:
        return bool(current.id)
    return bool(name) and bool(current.name) and is_object(current.text)


def _fresh(call: _Call, taken: set[str]) -> str:
    wanted = call.id or f"call_{call.place}"
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}_{number}"
    taken.add(found)
    return found


def _as_text(arguments: Any) -> str:
    if arguments is None or isinstance(arguments, str):
        return arguments or ""
    return json.dumps(arguments, ensure_ascii=False)
