"""The tour's agent, a program of its own: `python -m boocode_desktop.agents.scripted_agent [--pace FACTOR]`.

It speaks the Agent Client Protocol on its standard streams, as every coding agent does, and plays a script: the tour,
or the directives that a prompt carries. It needs no model and no network, and says that it is scripted.
"""

import os
import sys
import threading
from pathlib import Path
from typing import Any

from boocode_desktop.agents.scripted import directives, tour
from boocode_desktop.agents.scripted.hands import Conversation, Hands
from boocode_desktop.agents.scripted.wire import Inbox, Json, RefusedError, TurnCancelledError, Wire, messages

METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
BUSY = -32600


class ScriptedAgent:
    """Answers the client's requests; each prompt is played by a thread of its own."""

    def __init__(self, wire: Wire, *, pace: float) -> None:
        self._wire = wire
        self._pace = pace
        self._conversations: dict[str, Conversation] = {}

    def take(self, message: Json) -> None:
        """Handle one message of the client."""
        method, params = message.get("method"), message.get("params") or {}
        if method is None:
            self._wire.deliver(message)
        elif method == "session/cancel":
            self._cancel(params.get("sessionId", ""))
        elif "id" in message:
            self._request(message["id"], str(method), params)

    def _request(self, request_id: Any, method: str, params: Json) -> None:
        match method:
            case "initialize":
                self._wire.answer(request_id, _abilities())
            case "session/new":
                self._wire.answer(request_id, {"sessionId": self._open(params)})
            case "session/prompt":
                self._prompt(request_id, params)
            case _:
                self._wire.refuse(request_id, METHOD_NOT_FOUND, f"The scripted agent knows no {method}.")

    def _open(self, params: Json) -> str:
        name = f"scripted-{os.getpid()}-{len(self._conversations) + 1}"
        self._conversations[name] = Conversation(name, Path(params.get("cwd", ".")))
        return name

    def _cancel(self, session_id: str) -> None:
        conversation = self._conversations.get(session_id)
        if conversation is not None and conversation.inbox is not None:
            conversation.inbox.cancel()

    def _prompt(self, request_id: Any, params: Json) -> None:
        conversation = self._conversations.get(params.get("sessionId", ""))
        if conversation is None:
            self._wire.refuse(request_id, INVALID_PARAMS, "There is no such session.")
        elif conversation.inbox is not None:
            self._wire.refuse(request_id, BUSY, "The session has a prompt already.")
        else:
            conversation.inbox = Inbox()
            play = (request_id, conversation, conversation.inbox, _text_of(params))
            threading.Thread(target=self._play, args=play, name=f"play {conversation.id}", daemon=True).start()

    def _play(self, request_id: Any, conversation: Conversation, inbox: Inbox, prompt: str) -> None:
        hands = Hands(self._wire, conversation, inbox, pace=self._pace)
        stop = "end_turn"
        try:
            if directives.carries_script(prompt):
                directives.play(hands, prompt)
            else:
                tour.play(hands)
        except TurnCancelledError:
            stop = "cancelled"
        except RefusedError as error:
            hands.update({"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": f"\n{error}"}})
        conversation.inbox = None
        self._wire.answer(request_id, {"stopReason": stop})


def _abilities() -> Json:
    return {
        "protocolVersion": 1,
        "agentInfo": {"name": "scripted", "title": "Scripted tour agent", "version": "1"},
        "agentCapabilities": {"loadSession": False, "promptCapabilities": {"image": False}},
        "authMethods": [],
    }


def _text_of(params: Json) -> str:
    blocks = params.get("prompt") or []
    return "\n".join(block["text"] for block in blocks if block.get("type") == "text")


def main(arguments: list[str]) -> int:
    """Serve until the client hangs up."""
    pace = float(arguments[1]) if arguments[:1] == ["--pace"] and len(arguments) == 2 else 1.0
    agent = ScriptedAgent(Wire(sys.stdout.buffer), pace=pace)
    for message in messages(sys.stdin.buffer):
        agent.take(message)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
