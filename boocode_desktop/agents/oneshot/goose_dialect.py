"""The stream of `goose run --output-format stream-json`: a banner, then messages in pieces, then `complete`.

Its token counts are those of the whole conversation.
"""

from typing import Any

from boocode_desktop.agents.acp.loose import count_of, object_of, objects_of, text_of
from boocode_desktop.agents.oneshot.dialects import StreamFacts, blocks_text, call_ended, call_started, said
from boocode_desktop.domain.events import Json


class GooseDialect:
    """Implements `Dialect`. The session has the name we give it, so its id is not read."""

    def __init__(self) -> None:
        self.facts = StreamFacts(cumulative=True)

    def read(self, line: Json) -> list[Json]:
        """The updates that one line means."""
        match line.get("type"):
            case "message":
                message = object_of(line.get("message"))
                blocks = objects_of(message.get("content"))
                own = message.get("role") == "assistant"
                return [update for block in blocks for update in _block(block, own=own)]
            case "complete":
                self.facts.complete = True
                self.facts.usage = _usage(line)
            case "error":
                self.facts.error = text_of(line.get("error")) or text_of(line.get("message")) or "an error"
        return []


def _block(block: Json, *, own: bool) -> list[Json]:
    match block.get("type"):
        case "text" if own:
            return said(text_of(block.get("text")))
        case "thinking" if own:
            return said(text_of(block.get("thinking")), thought=True)
        case "toolRequest" if text_of(block.get("id")):
            call = object_of(object_of(block.get("toolCall")).get("value"))
            return call_started(block["id"], text_of(call.get("name")), call.get("arguments"))
        case "toolResponse" if text_of(block.get("id")):
            return [_ended(block["id"], object_of(block.get("toolResult")))]
        case _:
            return []


def _ended(call_id: str, result: Json) -> Json:
    value: Any = result.get("value")
    holder = object_of(value)
    code = object_of(holder.get("structuredContent")).get("exit_code")
    text = blocks_text(holder.get("content")) or text_of(value) or text_of(result.get("error"))
    failed = result.get("status") == "error" or holder.get("isError") is True
    return call_ended(call_id, text, failed=failed, code=code, denied=failed and "declined" in text)


def _usage(line: Json) -> Json:
    names = {
        "inputTokens": "input_tokens",
        "outputTokens": "output_tokens",
        "cachedReadTokens": "cache_read_input_tokens",
    }
    return {ours: count_of(line.get(theirs)) for ours, theirs in names.items()}
