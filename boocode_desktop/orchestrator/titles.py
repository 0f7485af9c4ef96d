"""Titles of sessions and chats from their first prompt."""

import re

LIMIT = 60


def title_of(prompt: str) -> str:
    """The first words of a prompt, on one line, cut at a word at most 60 characters in."""
    line = re.sub(r"\s+", " ", prompt).strip()
    if len(line) <= LIMIT:
        return line
    cut = line[:LIMIT].rsplit(" ", 1)[0] if " " in line[:LIMIT] else line[:LIMIT]
    return cut.rstrip(" ,.;:-") + "…"
