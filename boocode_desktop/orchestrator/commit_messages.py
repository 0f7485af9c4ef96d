"""The first draft of a commit message, from a session's title and the approved files. Pure."""

import textwrap
from collections.abc import Mapping

SUMMARY_WIDTH, BODY_WIDTH = 72, 72
NAMED = 6
"""So many files of a kind are named; more are counted."""
_VERBS = (("modified", "Change"), ("added", "Add"), ("deleted", "Remove"))


def drafted_message(title: str, operations: Mapping[str, str]) -> str:
    """A summary line and a sentence for each kind of change; "" where there is nothing to commit.

    Args:
        title: the session's title; the first file speaks where it is empty.
        operations: path to `added`, `modified` or `deleted`.
    """
    if not operations:
        return ""
    summary = " ".join(title.split()) or _sentences(operations)[0].rstrip(".")
    body = textwrap.fill(" ".join(_sentences(operations)), BODY_WIDTH, break_long_words=False, break_on_hyphens=False)
    return f"{textwrap.shorten(summary, SUMMARY_WIDTH, placeholder='…')}\n\n{body}\n"


def _sentences(operations: Mapping[str, str]) -> list[str]:
    found = []
    for operation, verb in _VERBS:
        paths = [path for path, done in operations.items() if done == operation]
        if paths:
            found.append(f"{verb} {_listed(paths)}.")
    return found


def _listed(paths: list[str]) -> str:
    if len(paths) > NAMED:
        return f"{', '.join(paths[: NAMED - 1])} and {len(paths) - NAMED + 1} more files"
    return " and ".join(filter(None, [", ".join(paths[:-1]), paths[-1]]))
