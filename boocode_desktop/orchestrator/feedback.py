"""What the person decided since the chat's last turn, as the agent is told it."""

from collections.abc import Iterable

from boocode_desktop.domain.records import Decision

FEEDBACK_CODE = "review_feedback"
PATCH_LIMIT = 4_000


def feedback_of(decisions: Iterable[Decision], since: float) -> str:
    """One note about rejections and reversals after `since` (Unix seconds); "" when there is nothing to say."""
    parts = []
    for decision in decisions:
        if decision.at <= since or decision.undone or decision.action == "approve":
            continue
        what = "rejected" if decision.action == "reject" else "took back"
        where = f"a change in {decision.path}" if decision.hunk is not None else f"the changes to {decision.path}"
        patch = decision.patch[:PATCH_LIMIT]
        parts.append(f"The user {what} {where}." + (f"\n```diff\n{patch}\n```" if patch else ""))
    return "\n".join(parts)


def with_feedback(note: str, prompt: str) -> str:
    """The prompt as the agent gets it."""
    return f"[Review since your last turn]\n{note}\n\n{prompt}" if note else prompt
