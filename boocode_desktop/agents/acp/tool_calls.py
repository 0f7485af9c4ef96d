"""The tool calls of one turn, folded from what agents send: some start without a kind, some never start at all,
some send only their end, some never end."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from boocode_desktop.agents.acp.diffs import TextDiff
from boocode_desktop.agents.acp.loose import object_of, text_of
from boocode_desktop.agents.acp.tool_content import (
    ToolContent,
    exit_code,
    first_path,
    parse_arguments,
    parse_content,
    raw_input,
    raw_output,
)
from boocode_desktop.domain.events import AgentEvent, Json, Outcome, ToolFinished, ToolStarted, ToolUpdated

OUTPUT_LIMIT = 64_000
_PATHS = ("path", "file_path", "filePath")
_ENDS: dict[str, Outcome] = {
    "completed": "success",
    "failed": "error",
    "error": "error",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """An open call as others may see it."""

    trace_id: str = ""
    kind: str = ""
    title: str = ""
    path: str = ""
    input: Json = field(default_factory=dict)


@dataclass(slots=True)
class _TerminalView:
    """What a terminal showed so far, its newest part."""

    text: str = ""
    code: int | None = None
    call: str = ""


@dataclass(slots=True)
class _Call:
    """One call as it stands."""

    trace_id: str
    started: float
    kind: str = ""
    title: str = ""
    input: Json = field(default_factory=dict)
    told_input: bool = False
    path: str = ""
    written: dict[str, TextDiff] = field(default_factory=dict)
    content: ToolContent = field(default_factory=ToolContent)
    raw: str = ""
    shown: str = ""
    asked: str = ""
    code: int | None = None
    denied: str = ""
    terminals: list[_TerminalView] = field(default_factory=list)


class ToolCalls:
    """Open calls by the agent's own ids; ended ones are forgotten, so an id may come again."""

    def __init__(self, new_trace: Callable[[], str]) -> None:
        self._new_trace = new_trace
        self._open: dict[str, _Call] = {}
        self._ended: dict[str, str] = {}
        self._terminals: dict[str, _TerminalView] = {}
        self.cancelling = False

    @property
    def running(self) -> bool:
        """Whether a call is open."""
        return bool(self._open)

    def view(self, call_id: str) -> CallView:
        """An open call, an empty view if there is none."""
        call = self._open.get(call_id)
        if call is None:
            return CallView()
        path = call.path or (call.content.diffs[0].path if call.content.diffs else "")
        return CallView(
            trace_id=call.trace_id, kind=call.kind, title=call.title or call.kind, path=path, input=call.input
        )

    def only_open(self) -> str:
        """The id of the one open call, "" if there are none or several: a request without an id is part of it."""
        return next(iter(self._open)) if len(self._open) == 1 else ""

    def note_question(self, call_id: str) -> None:
        """What the call's content says now is a question to a person, and no output."""
        if (call := self._open.get(call_id)) is not None:
            call.asked = call.content.text

    def deny(self, call_id: str, why: str) -> None:
        """A person or a rule said no: if the call does not succeed now, that is why."""
        if call_id in self._open:
            self._open[call_id].denied = why or "denied"

    def note_written(self, diff: TextDiff) -> None:
        """A file was written through us: shown with the call that did it, where the agent shows no diff itself."""
        named = [call for call in self._open.values() if diff.path in (call.path, _file_of(call.input))]
        calls = named or list(self._open.values())
        if len(calls) == 1:
            calls[0].written[diff.path] = diff

    def update(self, update: Json, step: int, now: float) -> list[AgentEvent]:
        """One `tool_call` or `tool_call_update`."""
        call_id = text_of(update.get("toolCallId"))
        starts = update.get("sessionUpdate") == "tool_call"
        if not call_id or (call_id in self._ended and not starts):
            return []
        outcome = _ENDS.get(text_of(update.get("status")))
        call = self._open.get(call_id)
        events: list[AgentEvent] = []
        if call is None:
            call = self._start(call_id, update, now)
            events, changed = [_started(call, call_id, step, self._parent(update))], False
        else:
            changed = _merge(call, update)
        events += self._progress(call_id, call, changed=changed, ends=outcome is not None)
        return [*events, self._finish(call_id, outcome, now)] if outcome else events

    def _parent(self, update: Json) -> str:
        """The trace of the call whose subagent makes this one, "" for the agent itself; it may have ended before.

        Agents have no common word for it: Claude's wrapper puts it into `_meta`, our dialects into the update.
        """
        told = object_of(object_of(update.get("_meta")).get("claudeCode")).get("parentToolUseId")
        began = text_of(update.get("parentToolCallId")) or text_of(told)
        return self.view(began).trace_id or self._ended.get(began, "")

    def terminal_output(self, terminal_id: str, text: str) -> list[AgentEvent]:
        """A terminal of ours printed something; it belongs to the call that shows the terminal."""
        view = self._terminals.setdefault(terminal_id, _TerminalView())
        view.text = (view.text + text)[-OUTPUT_LIMIT:]
        call = self._open.get(view.call)
        return [ToolUpdated(trace_id=call.trace_id, output=text)] if call and text else []

    def terminal_exit(self, terminal_id: str, code: int | None) -> None:
        """A terminal's command ended."""
        self._terminals.setdefault(terminal_id, _TerminalView()).code = code

    def close(self, outcome: Outcome, error: str, now: float) -> list[AgentEvent]:
        """End what the agent left open."""
        return [self._finish(call_id, outcome, now, error) for call_id in list(self._open)]

    def _start(self, call_id: str, update: Json, now: float) -> _Call:
        call = self._open[call_id] = _Call(self._new_trace(), now)
        self._ended.pop(call_id, None)
        _merge(call, update)
        return call

    def _progress(self, call_id: str, call: _Call, *, changed: bool, ends: bool) -> list[AgentEvent]:
        """What is new; the output of a call that ends now comes with its end, as a whole."""
        news = self._link_terminals(call_id, call)
        text = "" if _is_input(call, ends=ends) else call.content.text[-OUTPUT_LIMIT:]
        if not ends and text.startswith(call.shown) and len(text) > len(call.shown):
            news += text[len(call.shown) :]
            call.shown = text
        if not news and not changed:
            return []
        given = call.input if changed else None
        return [ToolUpdated(trace_id=call.trace_id, output=news, title=call.title if changed else "", input=given)]

    def _link_terminals(self, call_id: str, call: _Call) -> str:
        """Give terminals to the call that shows them; what they printed before."""
        printed = ""
        for terminal_id in call.content.terminals:
            view = self._terminals.setdefault(terminal_id, _TerminalView())
            if view.call != call_id:
                view.call = call_id
                call.terminals.append(view)
                printed += view.text
        return printed

    def _finish(self, call_id: str, outcome: Outcome, now: float, error: str = "") -> ToolFinished:
        call = self._open.pop(call_id)
        self._ended[call_id] = call.trace_id
        printed = "".join(view.text for view in call.terminals)
        code = next((view.code for view in call.terminals if view.code is not None), call.code)
        raw = "" if _diffs(call) else call.raw
        told = call.content.text if call.content.text != call.asked else ""
        output = (told or printed or raw)[-OUTPUT_LIMIT:]
        ended = self._judge(call, outcome, code)
        return ToolFinished(
            trace_id=call.trace_id,
            tool=call.kind or "other",
            outcome=ended,
            latency_ms=max(0.0, (now - call.started) * 1000),
            output=output,
            error=_reason(call, ended, error, output, code),
            details=_details(call, code),
        )

    def _judge(self, call: _Call, outcome: Outcome, code: int | None) -> Outcome:
        if call.denied and outcome in ("error", "interrupted"):
            return "denied"
        if self.cancelling and (outcome == "error" or call.kind == "execute"):
            # Some agents call a command completed that the cancel ended.
            return "cancelled"
        return "error" if outcome == "success" and code else outcome


def _merge(call: _Call, update: Json) -> bool:
    """Take what the update tells; whether people see a difference besides output."""
    before = (call.title, call.input)
    told = text_of(update.get("kind"))
    call.kind = told if told and (told != "other" or not call.kind) else call.kind
    call.title = text_of(update.get("title")) or call.title
    call.path = first_path(update.get("locations")) or call.path
    if isinstance(update.get("content"), (list, ToolContent)):
        call.content = _newer(call.content, parse_content(update["content"]))
    _take_input(call, update)
    if update.get("rawOutput") is not None:
        call.raw = raw_output(update["rawOutput"])
        call.code = exit_code(update["rawOutput"])
    return (call.title, call.input) != before


def _take_input(call: _Call, update: Json) -> None:
    """What the call is given: as the agent says it, else as its content shows it while the call has not ended."""
    if update.get("rawInput") is not None or not call.input:
        call.input = raw_input(update.get("rawInput"), call.path)
    call.told_input = call.told_input or update.get("rawInput") is not None
    if not call.told_input and text_of(update.get("status")) not in _ENDS:
        call.input = parse_arguments(call.content.text) or call.input


def _is_input(call: _Call, *, ends: bool) -> bool:
    """Whether the content shows what the call is given, and is no output."""
    text = call.content.text
    if ends or not text.startswith("{"):
        return False
    return not call.told_input or parse_arguments(text) == call.input


def _file_of(given: Json) -> str:
    return next((value for name in _PATHS if isinstance(value := given.get(name), str)), "")


def _diffs(call: _Call) -> tuple[TextDiff, ...]:
    """The agent's own diffs, else those of what it wrote through us."""
    return call.content.diffs or tuple(call.written.values())


def _newer(known: ToolContent, told: ToolContent) -> ToolContent:
    """The content that counts now. Some agents show a diff when they ask, and at the end only say that it is done."""
    return told if told.diffs or not known.diffs else replace(told, diffs=known.diffs)


def _started(call: _Call, call_id: str, step: int, parent: str) -> ToolStarted:
    return ToolStarted(
        trace_id=call.trace_id,
        step=step,
        tool=call.kind or "other",
        input=call.input,
        title=call.title or call.kind,
        call_id=call_id,
        parent=parent,
    )


def _reason(call: _Call, outcome: Outcome, error: str, output: str, code: int | None) -> str:
    match outcome:
        case "denied":
            return call.denied
        case "interrupted":
            return error
        case "error":
            return _complaint(output, code)
        case _:
            return ""


def _complaint(output: str, code: int | None) -> str:
    if code:
        return f"exit code {code}"
    return output.strip().splitlines()[-1][:300] if output.strip() else "the agent's tool failed"


def _details(call: _Call, code: int | None) -> Json | None:
    details: Json = {}
    if code is not None:
        details["exit_code"] = code
    if diffs := _diffs(call):
        details["diff"] = "".join(diff.text for diff in diffs)
        details["added"] = sum(diff.added for diff in diffs)
        details["removed"] = sum(diff.removed for diff in diffs)
    path = call.path or (diffs[0].path if diffs else "")
    if path:
        details["path"] = path
    return details or None
