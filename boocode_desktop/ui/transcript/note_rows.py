"""Notes about a turn, its end, and answered questions: one shape for all of them."""

from boocode_desktop.domain.transcript import AskEntry, EndEntry, NoteEntry
from boocode_desktop.ui.transcript.messages import answer_actions
from boocode_desktop.ui.transcript.rows import ActionButton, Body, EndBody, NoteBody
from boocode_desktop.ui.transcript.tool_looks import command_line
from boocode_desktop.ui.transcript.wording import duration, usage_words


def _icons() -> dict[str, str]:
    return {
        "retried": "rotate-cw",
        "steered": "navigation",
        "context_pruned": "scissors",
        "rewound": "undo-2",
        "rewind_undone": "redo-2",
        "repository_changed": "shield-alert",
        "review": "message-square-diff",
        "skill": "book-open",
        "skill_steered": "book-open",
        "skill_withheld": "shield-x",
    }


def note_body(entry: NoteEntry, started: float) -> NoteBody:
    """A note; `started` is when this view first saw a retry, which is where its bar begins."""
    if entry.until is not None:
        now = ActionButton(act="try_now", text="Try now")
        return NoteBody(
            icon="",
            title="Server busy",
            detail=" · ".join(part for part in (entry.hint, entry.message) if part),
            tone="warn",
            edge="warn",
            until=entry.until,
            seconds=max(1.0, entry.until - started),
            actions=(*((now,) if entry.skippable else ()), ActionButton(act="stop", text="Cancel", flat=True)),
        )
    if entry.code == "steered":
        return NoteBody(icon="navigation", title=entry.message, detail="sent into the running turn", tone="accent")
    icon = _icons().get(entry.code) or _icon_of(entry)
    if entry.code == "retried":
        return NoteBody(icon=icon, title=f"Tried again: {entry.message}", tone="tx3", plain=True)
    tone = {"info": "tx2", "warn": "warn", "bad": "bad"}[entry.level]
    edge = "bad" if entry.level == "bad" else ""
    show = (ActionButton(act="told", text="Show", flat=True),) if entry.told else ()
    return NoteBody(icon=icon, title=entry.message, detail=entry.hint, tone=tone, edge=edge, actions=show)


def _icon_of(entry: NoteEntry) -> str:
    if entry.level == "bad":
        return "circle-alert"
    if "loop" in entry.code or "nudge" in entry.code:
        return "repeat-2"
    return "triangle-alert" if entry.level == "warn" else "info"


def end_body(entry: EndEntry, *, newest: bool) -> Body:
    """How a turn ended; only the newest interrupted one can be continued."""
    took = duration(entry.duration_ms) if entry.duration_ms else ""
    rewind = ActionButton(act="rewind", text="Rewind", value=str(entry.number), icon="undo-2", flat=True)
    tools = answer_actions(entry.number)
    match entry.status:
        case "completed":
            words = [f"Turn {entry.number}" if entry.number else "Done", took, *usage_words(entry.usage)]
            if entry.stop_reason not in ("", "end_turn", "stop", "completed"):
                words.append(entry.stop_reason.replace("_", " "))
            return EndBody(
                icon="check", tone="ok", words=" · ".join(w for w in words if w), actions=(rewind,), tools=tools
            )
        case "interrupted":
            go_on = ActionButton(act="continue", text="Continue", value=entry.turn_id, icon="play")
            ended = "was closed" if entry.stop_reason == "closed" else "ended unexpectedly"
            return NoteBody(
                icon="unplug",
                title=f"Interrupted when BooCode {ended}",
                detail="What was written until then was kept.",
                tone="warn",
                actions=(go_on,) if newest else (),
            )
        case "cancelled":
            return NoteBody(
                icon="circle-stop",
                title=f"Cancelled by you after {took}" if took else "Cancelled by you",
                detail="The partial answer and its edits in the worktree were kept.",
                tone="tx3",
                actions=(rewind,) if entry.number else (),
            )
        case "failed":
            reason = "" if entry.stop_reason in ("error", "failed") else entry.stop_reason.replace("_", " ")
            words = ["Failed", f"after {took}" if took else "", *usage_words(entry.usage)]
            shown = " · ".join(w for w in [" ".join(w for w in words[:2] if w), *words[2:], reason] if w)
            return EndBody(icon="x", tone="bad", words=shown, actions=(rewind,) if entry.number else (), tools=tools)


def answer_body(entry: AskEntry) -> NoteBody:
    """A question that has its answer: what was asked, what was said."""
    request, answer = entry.request, entry.resolved
    option = next((o for o in request.options if answer and o.id == answer.option_id), None)
    subject = command_line(request.argv) or request.path or request.title
    label = option.label if option else ""
    if answer is None or answer.by == "cancelled" or not (label or answer.text):
        return NoteBody(icon="circle-slash", title=subject, detail="not answered", tone="tx3", plain=True)
    if option is not None and option.effect != "answer":
        denied = option.effect.startswith("deny")
        return NoteBody(
            icon="shield-x" if denied else "shield-check",
            title=subject,
            detail=_by(_verdicts()[option.effect], answer.by),
            tone="bad" if denied else "ok",
            plain=True,
        )
    said = " · ".join(part for part in (label, answer.text) if part)
    return NoteBody(icon="message-circle-question-mark", title=request.title, detail=said, tone="info")


def _verdicts() -> dict[str, str]:
    return {
        "allow_once": "allowed once",
        "allow_always": "allowed from now on",
        "deny": "denied",
        "deny_always": "denied from now on",
    }


def _by(label: str, by: str) -> str:
    return label if by == "user" else f"{label}, by {'a rule' if by == 'rule' else 'the headless setting'}"
