"""The agent's end of the wire: JSON-RPC, one line a message, and an inbox for every prompt that is being played."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

Json = dict[str, Any]


class TurnCancelledError(Exception):
    """The client took the prompt back."""


class RefusedError(Exception):
    """The client answered a request with an error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Inbox:
    """What a prompt's thread waits for: answers to its requests, or None once it is cancelled."""

    letters: "queue.SimpleQueue[Json | None]" = field(default_factory=queue.SimpleQueue)

    def cancel(self) -> None:
        """Wake the prompt's thread to stop."""
        self.letters.put(None)

    def pause(self, seconds: float) -> None:
        """Sleep, unless cancelled.

        Raises:
            TurnCancelledError: the client took the prompt back.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                letter = self.letters.get(timeout=left)
            except queue.Empty:
                return
            if letter is None:
                raise TurnCancelledError


class Wire:
    """Writes messages whole, from any thread, and brings answers to whoever asked."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._asked: dict[int, Inbox] = {}
        self._count = 0

    def notify(self, method: str, params: Json) -> None:
        """Tell the client something."""
        self._send({"method": method, "params": params})

    def answer(self, request_id: Any, result: Json) -> None:
        """Answer one of the client's requests."""
        self._send({"id": request_id, "result": result})

    def refuse(self, request_id: Any, code: int, message: str) -> None:
        """Answer one of the client's requests with an error."""
        self._send({"id": request_id, "error": {"code": code, "message": message}})

    def request(self, method: str, params: Json, inbox: Inbox) -> Json:
        """Ask the client something and wait.

        Raises:
            TurnCancelledError: the client took the prompt back meanwhile.
            RefusedError: the client answered with an error.
        """
        with self._lock:
            self._count += 1
            number = self._count
            self._asked[number] = inbox
        self._send({"id": number, "method": method, "params": params})
        letter = inbox.letters.get()
        while letter is not None and letter.get("id") != number:
            letter = inbox.letters.get()
        if letter is None:
            raise TurnCancelledError
        if "error" in letter:
            raise RefusedError(letter["error"].get("code", 0), letter["error"].get("message", "refused"))
        result = letter.get("result")
        return result if isinstance(result, dict) else {}

    def deliver(self, letter: Json) -> None:
        """Hand an answer to the prompt that waits for it."""
        inbox = self._asked.pop(letter["id"], None)
        if inbox is not None:
            inbox.letters.put(letter)

    def _send(self, message: Json) -> None:
        line = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            self._out.write(line)
            self._out.flush()


def messages(lines: BinaryIO) -> Iterator[Json]:
    """The client's messages until it hangs up; lines that are no objects are passed over."""
    for line in lines:
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict):
            yield message
