"""A server's refusal in words for people, and what it means for trying again."""

import dataclasses
import json
import re
from typing import Any

from boocode_desktop.domain.context_budget import ContextOverflowError
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.retry import Failure
from boocode_desktop.net.errors import HttpStatusError, NetError

_OVERFLOW = re.compile(
    r"exceed_context_size|context_length_exceeded|maximum context length|exceeds? the (?:available |model'?s )?context"
    r"|context (?:window|size|length) (?:is )?exceeded|prompt is too long|input is too long",
    re.IGNORECASE,
)
_PERMANENT = re.compile(
    r"insufficient_quota|billing|not supported|unsupported|mmproj|failed to parse|invalid_request|unknown model",
    re.IGNORECASE,
)


class ModelError(AdapterError):
    """A model request failed for good; `failure` says how."""

    def __init__(self, message: str, hint: str = "", *, failure: Failure) -> None:
        super().__init__(message, hint)
        self.failure = failure


class RefusedInStreamError(Exception):
    """An error body came where a piece of the answer was due. `table` is the body."""

    def __init__(self, table: dict[str, Any]) -> None:
        super().__init__(json.dumps(table)[:500])
        self.table = table


def said_in(body: str) -> str:
    """What an error body says, in a line of at most 400 characters; "" when it says nothing readable."""
    try:
        text = _message(json.loads(body))
    except ValueError:
        text = "" if "<html" in body[:500].lower() else body
    return " ".join(text.split())[:400]


def failure_of(error: NetError) -> Failure:
    """The failure, with `permanent` set where the body names a cause that waiting does not cure."""
    if isinstance(error, HttpStatusError) and (error.status >= 500 or error.status == 429):
        permanent = bool(_PERMANENT.search(error.body) or _OVERFLOW.search(error.body))
        return dataclasses.replace(error.failure, permanent=permanent)
    return error.failure


def in_stream(error: RefusedInStreamError, host: str) -> NetError:
    """An error body inside a stream as if it had been the answer's status."""
    inner = error.table.get("error")
    code = inner.get("code") if isinstance(inner, dict) else None
    status = int(code) if isinstance(code, (int, str)) and str(code).isdigit() and 400 <= int(code) <= 599 else 500
    failure = Failure(kind="http", status=status)
    return HttpStatusError(f"{host} reported an error.", failure=failure, body=json.dumps(error.table))


def describe(error: NetError, failure: Failure, *, host: str, keyed: bool, started: bool, tries: int) -> AdapterError:
    """The error a person sees. `started`: a part of the answer had arrived; `tries`: how often it was sent."""
    body = error.body if isinstance(error, HttpStatusError) else ""
    if _OVERFLOW.search(body):
        return _overflow(body, host)
    if started:
        said = said_in(body)
        message = f"The answer of {host} broke off{f': {said}' if said else ''}. What had arrived is kept."
        return ModelError(message, "Continue to let the model go on from there.", failure=failure)
    if failure.kind == "http":
        message, hint = _status(failure.status, said_in(body), host, keyed)
        hint = (
            "Trying again would not help: change the request, the model or the account." if failure.permanent else hint
        )
    else:
        message, hint = error.message, error.hint
    if tries > 1:
        message += f" It was tried {tries} times."
    return ModelError(message, hint, failure=failure)


def _status(status: int, said: str, host: str, keyed: bool) -> tuple[str, str]:
    because = f": {said}" if said else ""
    if status in (401, 403):
        if keyed:
            return f"{host} refused the key{because}", "Check the key of this endpoint in the settings."
        return f"{host} wants a key{because}", "Add it in the settings, or set BOOCODE_API_KEY."
    if status == 402:
        return f"{host} wants to be paid{because}", "Top up the account there, or choose another model."
    if status == 404:
        return f"{host} knows no such model or path{because}", "Check the model and the address; most end in /v1."
    if status == 429:
        return f"{host} takes no more requests now{because}", "Try again later, or choose another model."
    if status >= 500:
        return f"{host} failed with {status}{because}", "Try again later, or look at the server's log."
    return f"{host} refused the request with {status}{because}", ""


def _overflow(body: str, host: str) -> ContextOverflowError:
    try:
        inner = json.loads(body).get("error")
    except (ValueError, AttributeError):
        inner = None
    counts = inner if isinstance(inner, dict) else {}
    prompt, size = counts.get("n_prompt_tokens"), counts.get("n_ctx")
    return ContextOverflowError(
        f"The conversation is longer than {host} can take.",
        "Start a new chat, or choose a model with a larger context.",
        prompt_tokens=prompt if isinstance(prompt, int) else 0,
        context_size=size if isinstance(size, int) else 0,
    )


def _message(value: Any) -> str:
    if isinstance(value, list):
        return _message(value[0]) if value else ""
    if isinstance(value, dict):
        for key in ("error", "message", "detail", "msg"):
            if value.get(key):
                return _message(value[key])
        return ""
    return value if isinstance(value, str) else ""
