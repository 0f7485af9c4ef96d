"""Workflow scripts as lines of a list, and their state in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from boocode_desktop.orchestrator.ports.workflows import Finding, WorkflowScript
from boocode_desktop.ui.widgets.chips import Tone
from boocode_desktop.ui.widgets.line_list import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A script's state: its word, icon and tone, and the sentence behind it."""

    word: str
    icon: str
    tone: Tone
    sentence: str


_TRUST = {
    "trusted": State(word="trusted", icon="shield-check", tone="ok", sentence="This folder is trusted, as it is now."),
    "untrusted": State(
        word="not trusted",
        icon="shield-x",
        tone="warn",
        sentence="This folder is not trusted: nothing of it would ever run.",
    ),
    "changed": State(
        word="changed",
        icon="shield-alert",
        tone="warn",
        sentence="The folder was trusted with another script in this place, or with none.",
    ),
    "yours": State(word="yours", icon="circle-user", tone="plain", sentence="It is your own, for every project."),
}


def state_of(script: WorkflowScript) -> State:
    """Whether a script is trusted."""
    return _TRUST[script.trust]


def verdict_of(script: WorkflowScript) -> State | None:
    """What keeps a script from ever running, or from counting; None where nothing does."""
    if script.broken:
        count = sum(finding.level == "error" for finding in script.findings)
        sentence = f"{count} {'thing keeps' if count == 1 else 'things keep'} it from running."
        return State(word="broken", icon="file-x", tone="bad", sentence=sentence)
    if script.hidden_by:
        sentence = f"{script.hidden_by} has the same name and is nearer: that one counts."
        return State(word="hidden", icon="eye-off", tone="plain", sentence=sentence)
    return None


def workflow_lines(scripts: Sequence[WorkflowScript], query: str = "") -> list[Line]:
    """The scripts that match, those of the session first."""
    words = query.casefold().split()
    found = [s for s in scripts if all(w in f"{s.name} {s.description} {s.source}".casefold() for w in words)]
    lines: list[Line] = []
    for title, of_folder in (("IN THIS SESSION", True), ("YOURS", False)):
        group = [_line(s) for s in found if s.of_folder == of_folder]
        if group:
            lines += [Line(title=title, right=str(len(group))), *group]
    return lines


def _line(script: WorkflowScript) -> Line:
    state = verdict_of(script) or state_of(script)
    detail = script.description
    if script.broken:
        detail = next(finding_words(f) for f in script.findings if f.level == "error")
    plain = script.trust in ("trusted", "yours") and verdict_of(script) is None
    return Line(
        id=script.path,
        title=script.name,
        detail=detail or script.source,
        right=state.word,
        icon="workflow" if plain else state.icon,
        tone={"plain": "tx2", "ok": "accent"}.get(state.tone, state.tone) if plain else _ink(state.tone),
        tip=f"{script.source}\n{state.sentence}",
    )


def _ink(tone: Tone) -> str:
    return "tx2" if tone == "plain" else tone


def finding_words(finding: Finding) -> str:
    """A finding with its line."""
    return f"Line {finding.line}: {finding.message}" if finding.line else finding.message
