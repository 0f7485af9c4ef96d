"""The stream of `claude -p` and `qwen -p` with `--output-format stream-json`.

Text comes whole in `assistant` lines, and before that in pieces where partial messages are asked for; it must not be
shown twice. One line holds one block or repeats the message so far. Token counts before `result` are not to be trusted.
"""

from boocode_desktop.agents.acp.loose import count_of, number_of, object_of, objects_of, text_of
from boocode_desktop.agents.oneshot.dialects import StreamFacts, blocks_text, call_ended, call_started, said
from boocode_desktop.domain.events import Json

_REFUSALS = ("permission was declined", "requested permissions to", "has been denied", "permission to use")
_FAILED_CALL = "[API Error:"


class ClaudeDialect:
    """Implements `Dialect`. `cumulative`: the tokens are those of the whole conversation (Qwen, once resumed)."""

    def __init__(self, *, cumulative: bool = False) -> None:
        self.facts = StreamFacts(cumulative=cumulative)
        self._message = ""
        self._seen: list[Json] = []
        self._pieces = {"text": "", "thinking": ""}
        self._spoke = False

    def read(self, line: Json) -> list[Json]:
        """The updates that one line means."""
        self.facts.session_id = text_of(line.get("session_id")) or self.facts.session_id
        parent = text_of(line.get("parent_tool_use_id"))
        nested = bool(parent)
        match line.get("type"):
            case "system" if line.get("subtype") == "init":
                return self._begin(line)
            case "assistant":
                return self._assistant(object_of(line.get("message")), parent)
            case "user":
                return _results(object_of(line.get("message")))
            case "stream_event" if not nested:
                return self._piece(object_of(line.get("event")))
            case "result":
                return self._result(line)
            case _:
                return []

    def _begin(self, line: Json) -> list[Json]:
        commands = line.get("slash_commands")
        names = [name for name in commands if isinstance(name, str)] if isinstance(commands, list) else []
        mode = text_of(line.get("permissionMode")) or text_of(line.get("permission_mode"))
        updates: list[Json] = []
        if names:
            listed = [{"name": name} for name in names]
            updates.append({"sessionUpdate": "available_commands_update", "availableCommands": listed})
        if mode:
            updates.append({"sessionUpdate": "current_mode_update", "currentModeId": mode})
        return updates

    def _assistant(self, message: Json, parent: str) -> list[Json]:
        updates: list[Json] = []
        for block in self._new_blocks(message, objects_of(message.get("content"))):
            match block.get("type"):
                case "text" | "thinking" as kind if not parent:
                    updates += self._whole(kind, text_of(block.get(kind)))
                case "tool_use" if text_of(block.get("id")):
                    called, *rest = call_started(block["id"], text_of(block.get("name")), block.get("input"))
                    # A subagent's to-do list is its own; the plan on screen is the agent's.
                    updates += [{**called, "parentToolCallId": parent}] if parent else [called, *rest]
        return updates

    def _new_blocks(self, message: Json, blocks: list[Json]) -> list[Json]:
        """Those that an earlier line of the same message did not hold."""
        name = text_of(message.get("id"))
        if not name or name != self._message:
            self._message, self._seen = name, list(blocks)
            return blocks
        if blocks[: len(self._seen)] == self._seen:
            new = blocks[len(self._seen) :]
        else:
            new = [block for block in blocks if block not in self._seen]
        self._seen = [*self._seen, *new]
        return new

    def _whole(self, kind: str, text: str) -> list[Json]:
        """A block as a whole: what of it was not shown in pieces."""
        shown = self._pieces[kind]
        if shown.startswith(text):
            self._pieces[kind] = shown[len(text) :]
            return []
        self._pieces[kind] = ""
        return self._say(kind, text.removeprefix(shown))

    def _piece(self, event: Json) -> list[Json]:
        match event.get("type"):
            case "message_start":
                self._pieces = {"text": "", "thinking": ""}
            case "content_block_delta":
                delta = object_of(event.get("delta"))
                kind = {"text_delta": "text", "thinking_delta": "thinking"}.get(text_of(delta.get("type")))
                if kind is not None:
                    self._pieces[kind] += text_of(delta.get(kind))
                    return self._say(kind, text_of(delta.get(kind)))
        return []

    def _say(self, kind: str, text: str) -> list[Json]:
        self._spoke = self._spoke or (kind == "text" and bool(text))
        return said(text, thought=kind == "thinking")

    def _result(self, line: Json) -> list[Json]:
        facts, text = self.facts, text_of(line.get("result"))
        facts.complete = True
        facts.usage = _usage(object_of(line.get("usage")))
        facts.cost = number_of(line.get("total_cost_usd")) or 0.0
        facts.stop = text_of(line.get("stop_reason"))
        subtype = text_of(line.get("subtype"))
        if line.get("is_error") is True or subtype.startswith("error"):
            facts.error = _complaint(line, text, subtype)
            return []
        if text.startswith(_FAILED_CALL) and not facts.usage.get("outputTokens"):
            facts.error = text.strip("[]")
            return []
        return [] if self._spoke else self._say("text", text)


def _results(message: Json) -> list[Json]:
    updates: list[Json] = []
    for block in objects_of(message.get("content")):
        call_id = text_of(block.get("tool_use_id"))
        if block.get("type") == "tool_result" and call_id:
            text, failed = blocks_text(block.get("content")), block.get("is_error") is True
            denied = failed and any(sign in text for sign in _REFUSALS)
            updates.append(call_ended(call_id, text, failed=failed, denied=denied))
    return updates


def _usage(told: Json) -> Json:
    """In the spelling of `acp.usage`. Claude counts cached tokens beside the input; Qwen within it, with a total."""
    given, written = count_of(told.get("input_tokens")), count_of(told.get("output_tokens"))
    read, made = count_of(told.get("cache_read_input_tokens")), count_of(told.get("cache_creation_input_tokens"))
    total = count_of(told.get("total_tokens")) or given + written + read + made
    return {
        "inputTokens": given,
        "outputTokens": written,
        "cachedReadTokens": read,
        "cachedWriteTokens": made,
        "totalTokens": total,
    }


def _complaint(line: Json, text: str, subtype: str) -> str:
    errors = line.get("errors")
    told = [error for error in errors if isinstance(error, str)] if isinstance(errors, list) else []
    inner = text_of(object_of(line.get("error")).get("message"))
    return text or "; ".join(told) or inner or subtype.replace("_", " ") or "an error it did not name"
