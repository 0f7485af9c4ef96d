"""The chat as the model sees it: transcript entries to messages, the same bytes every time.

The loop appends to its own list with the functions below, and a later turn rebuilds that list from stored entries.
Both must agree to the byte, or the prompt cache is lost; so tool calls are named by their trace id and arguments are
always written by `arguments_text`.
"""

import json
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from boocode_desktop.domain import transcript as tr
from boocode_desktop.domain.context_budget import STUB
from boocode_desktop.domain.events import ImageRef, Outcome
from boocode_desktop.domain.model_stream import ModelMessage, ToolCall
from boocode_desktop.orchestrator.feedback import FEEDBACK_CODE, with_feedback
from boocode_desktop.orchestrator.skills import SKILL_CODE, STEERED_SKILL_CODE, with_skill

NATIVE = "boocode"
AFTER_WRITE = "after_write"
NUDGES = frozenset({"loop_nudge", "failure_nudge"})


def arguments_text(arguments: dict[str, Any]) -> str:
    """A call's arguments as JSON, the same bytes for the same value."""
    return json.dumps(arguments, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def result_text(outcome: Outcome | None, output: str, error: str) -> str:
    """What the model reads of a finished call."""
    if outcome in (None, "interrupted"):
        return "interrupted: the program ended before this call finished; nothing was run again"
    if outcome == "success":
        return output or "(no output)"
    words = f"{outcome}: {error}" if error else f"{outcome}"
    return f"{words}\n{output}" if output and output != error else words


def note_message(text: str) -> ModelMessage:
    """A note of the program to the model, in the person's place."""
    return ModelMessage(role="user", text=f"[note] {text}")


def steering_message(text: str) -> ModelMessage:
    """A message that the person sent while the turn ran."""
    return ModelMessage(role="user", text=text)


def tool_message(call_id: str, outcome: Outcome | None, output: str, error: str, *, stub: bool = False) -> ModelMessage:
    """The result of one call."""
    text = result_text(outcome, output, error)
    return ModelMessage(role="tool", tool_call_id=call_id, text=STUB if stub else text, stub=stub)


def after_write_text(output: str) -> str:
    """What the model reads when the check after writing failed."""
    return f"The check after your edits failed:\n{output}"


@dataclass(slots=True)
class _Builder:
    stubs: Set[str]
    messages: list[ModelMessage] = field(default_factory=list)
    agent: str = NATIVE
    feedback: str = ""
    skill: str = ""
    steered_skill: str = ""
    prompt: tr.PromptEntry | None = None
    step: int = 0
    text: str = ""
    reasoning: str = ""
    calls: list[tr.ToolEntry] = field(default_factory=list)

    def settle(self) -> None:
        """Write what was gathered: the prompt, or one assistant message with its results."""
        if self.prompt is not None:
            text = with_feedback(self.feedback, with_skill(self.skill, self.prompt.text))
            self.messages.append(ModelMessage(role="user", text=text, images=self.prompt.images))
            self.prompt, self.feedback, self.skill = None, "", ""
        if self.text or self.calls:
            calls = tuple(ToolCall(id=c.id, name=c.tool, arguments=arguments_text(c.input)) for c in self.calls)
            self.messages.append(
                ModelMessage(role="assistant", text=self.text, reasoning=self.reasoning, tool_calls=calls)
            )
            for call in self.calls:
                stub = call.id in self.stubs
                self.messages.append(tool_message(call.id, call.outcome, call.output, call.error, stub=stub))
        self.text, self.reasoning, self.calls = "", "", []

    def add(self, entry: tr.Entry) -> None:
        """Take the next entry."""
        match entry:
            case tr.PromptEntry():
                self.settle()
                self.prompt, self.agent = entry, entry.agent
            case tr.TextEntry() | tr.ReasoningEntry():
                self._add_text(entry)
            case tr.ToolEntry() if entry.tool == AFTER_WRITE and self.agent == NATIVE:
                self.settle()
                if entry.outcome != "success":
                    self.messages.append(note_message(after_write_text(entry.output)))
            case tr.ToolEntry():
                self._next_step(entry.step)
                self.calls.append(entry)
            case tr.NoteEntry(code=code) if code == FEEDBACK_CODE and self.prompt is not None:
                self.feedback = entry.message
            case tr.NoteEntry(code=code) if code == SKILL_CODE and self.prompt is not None:
                self.skill = entry.told
            case tr.NoteEntry(code=code) if code == STEERED_SKILL_CODE:
                self.steered_skill = entry.told
            case tr.NoteEntry(code="steered"):
                self.settle()
                self.messages.append(steering_message(with_skill(self.steered_skill, entry.message)))
                self.steered_skill = ""
            case tr.NoteEntry(code=code) if code in NUDGES:
                self.settle()
                self.messages.append(note_message(entry.message))
            case _:
                return

    def _next_step(self, step: int) -> None:
        if self.prompt is not None or step != self.step:
            self.settle()
        self.step = step

    def _add_text(self, entry: tr.TextEntry | tr.ReasoningEntry) -> None:
        self._next_step(entry.step)
        if self.calls:
            self.settle()
        if isinstance(entry, tr.TextEntry):
            self.text += entry.text
        else:
            self.reasoning += entry.text


def messages_of(entries: Iterable[tr.Entry], *, stubs: Set[str] = frozenset()) -> list[ModelMessage]:
    """The messages of finished turns, whoever took them. `stubs` names the calls whose output was dropped."""
    builder = _Builder(stubs)
    for entry in entries:
        builder.add(entry)
    builder.settle()
    return builder.messages


def prompt_message(text: str, images: Sequence[ImageRef]) -> ModelMessage:
    """The message of this turn's prompt."""
    return ModelMessage(role="user", text=text, images=tuple(images))
