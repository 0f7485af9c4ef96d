"""Finding words in a chat: which entries hold them, and where to go next. Pure."""

import json
from collections.abc import Iterable, Sequence

from boocode_desktop.domain.transcript import (
    AskEntry,
    EndEntry,
    Entry,
    ImageEntry,
    NoteEntry,
    PlanEntry,
    PromptEntry,
    ReasoningEntry,
    TextEntry,
    ToolEntry,
)


def entry_words(entry: Entry) -> str:
    """Everything in an entry that people may look for."""
    match entry:
        case PromptEntry() | TextEntry() | ReasoningEntry():
            return entry.text
        case ToolEntry():
            data = json.dumps(entry.input, ensure_ascii=False) if entry.input else ""
            diff = (entry.details or {}).get("diff")
            return "\n".join((entry.tool, entry.title, data, entry.output, entry.error, str(diff or "")))
        case PlanEntry():
            return "\n".join(item.text for item in entry.items)
        case AskEntry():
            said = entry.resolved.text if entry.resolved else ""
            return "\n".join((entry.request.title, " ".join(entry.request.argv), entry.request.path, said))
        case NoteEntry():
            return f"{entry.message}\n{entry.hint}"
        case ImageEntry():
            return entry.image.name
        case EndEntry():
            return ""


def holding(entries: Iterable[Entry], query: str) -> list[str]:
    """The ids of the entries that hold a query, whatever its case, in their order."""
    wanted = query.casefold()
    return [entry.id for entry in entries if wanted and wanted in entry_words(entry).casefold()]


def first_after(matches: Sequence[str], order: Sequence[str], entry_id: str) -> int:
    """Which match to show first: the one at an entry or the next after it, else the last; -1 for none.

    `order` are the ids of the loaded entries.
    """
    if not matches:
        return -1
    places = {key: place for place, key in enumerate(order)}
    here = places.get(entry_id, len(order))
    return next((n for n, key in enumerate(matches) if places.get(key, -1) >= here), len(matches) - 1)


def stepped(current: int, count: int, by: int) -> int:
    """The next match in a direction, round the end; -1 where there is none."""
    if not count:
        return -1
    return (current + by) % count if current >= 0 else (0 if by > 0 else count - 1)


def found_words(current: int, count: int, *, query: str, searching: bool) -> str:
    """`3 of 17`, with a `+` while older messages are still being read."""
    if not query.strip():
        return ""
    more = "+" if searching else ""
    if not count:
        return "Searching…" if searching else "Nothing found"
    return f"{current + 1} of {count}{more}"
