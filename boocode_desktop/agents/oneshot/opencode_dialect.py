"""The stream of `opencode run --format json`: whole parts, ended tool calls, tokens per step, no last line."""

from boocode_desktop.agents.acp.loose import count_of, first_text, object_of, text_of
from boocode_desktop.agents.oneshot.dialects import StreamFacts, call_ended, call_started, said, spent
from boocode_desktop.domain.events import Json

_REFUSALS = ("rejected permission", "prevents you from using")


class OpencodeDialect:
    """Implements `Dialect`."""

    def __init__(self) -> None:
        self.facts = StreamFacts()

    def read(self, line: Json) -> list[Json]:
        """The updates that one line means."""
        self.facts.session_id = text_of(line.get("sessionID")) or self.facts.session_id
        part = object_of(line.get("part"))
        match line.get("type"):
            case "text":
                return said(text_of(part.get("text")))
            case "reasoning":
                return said(text_of(part.get("text")), thought=True)
            case "tool_use" if text_of(part.get("callID")):
                return _call(part)
            case "step_finish":
                self.facts.stop = text_of(part.get("reason"))
                return [spent(_usage(object_of(part.get("tokens"))))]
            case "error":
                self.facts.error = _complaint(object_of(line.get("error")))
        return []


def _call(part: Json) -> list[Json]:
    state = object_of(part.get("state"))
    failed = state.get("status") == "error"
    text = text_of(state.get("error")) if failed else text_of(state.get("output"))
    code = object_of(state.get("metadata")).get("exit")
    denied = failed and any(sign in text for sign in _REFUSALS)
    started = call_started(part["callID"], text_of(part.get("tool")), state.get("input"))
    if state.get("status") not in ("completed", "error"):
        return started
    return [*started, call_ended(part["callID"], text, failed=failed, code=code, denied=denied)]


def _usage(tokens: Json) -> Json:
    cache = object_of(tokens.get("cache"))
    return {
        "inputTokens": count_of(tokens.get("input")),
        "outputTokens": count_of(tokens.get("output")),
        "thoughtTokens": count_of(tokens.get("reasoning")),
        "cachedReadTokens": count_of(cache.get("read")),
        "cachedWriteTokens": count_of(cache.get("write")),
        "totalTokens": count_of(tokens.get("total")),
    }


def _complaint(error: Json) -> str:
    return first_text(object_of(error.get("data")), "message") or first_text(error, "message", "name") or "an error"
