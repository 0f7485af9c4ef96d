"""Plain JSON values from our dataclasses and back: the shape of `run --json` lines and of stored events."""

import dataclasses
import functools
import types
import typing
from typing import Any, TypeVar

from boocode_desktop.domain import events as _events
from boocode_desktop.domain.events import AgentEvent, Envelope

T = TypeVar("T")
EVENT_TYPES: dict[str, type[Any]] = {cls.type: cls for cls in typing.get_args(AgentEvent)}


def to_plain(value: Any) -> Any:
    """Dataclasses to dicts, tuples to lists; everything else must already be JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [to_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: to_plain(v) for k, v in value.items()}
    return value


@functools.lru_cache(maxsize=256)
def _hints(cls: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(cls, vars(_events) if cls.__module__ == _events.__name__ else None)
    return {f.name: hints[f.name] for f in dataclasses.fields(cls)}


def from_plain(kind: Any, value: Any) -> Any:
    """The value of type `kind` that `to_plain` made; unknown keys are ignored, missing ones take their default.

    Raises:
        TypeError: a required field is missing or a dataclass got no dict.
    """
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if isinstance(value, kind):
            return value
        if not isinstance(value, dict):
            raise TypeError(f"{kind.__name__} expected an object, got {type(value).__name__}")
        hints = _hints(kind)
        return kind(**{k: from_plain(hints[k], v) for k, v in value.items() if k in hints})
    origin = typing.get_origin(kind)
    if origin is tuple and isinstance(value, (list, tuple)):
        args = typing.get_args(kind)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(from_plain(args[0], v) for v in value)
        return tuple(from_plain(a, v) for a, v in zip(args, value, strict=False))
    if origin in (typing.Union, types.UnionType) and value is not None:
        for option in typing.get_args(kind):
            if dataclasses.is_dataclass(option) and isinstance(value, dict):
                return from_plain(option, value)
    return value


def event_to_plain(event: AgentEvent) -> dict[str, Any]:
    """`{"type": …, fields …}`."""
    return {"type": event.type, **to_plain(event)}


def event_from_plain(value: dict[str, Any]) -> AgentEvent:
    """The event of `event_to_plain`.

    Raises:
        KeyError: the type is unknown.
        TypeError: a required field is missing.
    """
    event: AgentEvent = from_plain(EVENT_TYPES[value["type"]], value)
    return event


def envelope_to_plain(envelope: Envelope) -> dict[str, Any]:
    """One line of `run --json`."""
    body = event_to_plain(envelope.event)
    kind = body.pop("type")
    return {
        "type": kind,
        "session_id": envelope.session_id,
        "chat_id": envelope.chat_id,
        "turn_id": envelope.turn_id,
        "seq": envelope.seq,
        "at": envelope.at,
        **body,
    }


def envelope_from_plain(value: dict[str, Any]) -> Envelope:
    """The envelope of `envelope_to_plain`."""
    return Envelope(
        session_id=value["session_id"],
        chat_id=value["chat_id"],
        turn_id=value["turn_id"],
        seq=value["seq"],
        at=value["at"],
        event=event_from_plain(value),
    )
