"""A conversation as Markdown, for people to keep: what was asked, said, done and how it ended. Pure."""

import json
from collections.abc import Iterable
from typing import Any, assert_never

from boocode_desktop.domain import transcript as tr

_MARKS = {"pending": " ", "in_progress": " ", "completed": "x", "dropped": "-"}
_TICK = "`"


def conversation_text(title: str, entries: Iterable[tr.Entry]) -> str:
    """The whole conversation below its title."""
    parts = [f"# {title}", *(part for entry in entries if (part := _part(entry)))]
    return "\n\n".join(parts) + "\n"


def fenced(text: str, language: str = "") -> str:
    """A code block that no line of the text can end."""
    longest = max((len(run) for run in _runs(text)), default=0)
    fence = _TICK * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _part(entry: tr.Entry) -> str:
    match entry:
        case tr.PromptEntry():
            by = " · ".join(word for word in (entry.agent, entry.model) if word)
            return f"## Turn {entry.number}{f' · {by}' if by else ''}\n\n{_quoted(entry.text)}{_images(entry.images)}"
        case tr.TextEntry():
            return entry.text.strip()
        case tr.ReasoningEntry():
            return f"<details><summary>Reasoning</summary>\n\n{entry.text.strip()}\n\n</details>"
        case tr.ToolEntry():
            return _tool(entry)
        case tr.AskEntry():
            answer = entry.resolved
            words = "no answer" if answer is None else answer.text or answer.option_id or answer.by
            return f"**Asked:** {entry.request.title} → {words}"
        case tr.PlanEntry():
            return "\n".join(f"- [{_MARKS[item.status]}] {item.text}" for item in entry.items)
        case tr.ImageEntry():
            return _images((entry.image,)).strip()
        case tr.NoteEntry():
            return f"> {entry.message} {entry.hint}".rstrip()
        case tr.EndEntry():
            return "" if entry.status == "completed" else f"*The turn was {entry.status}.*"
        case _:
            assert_never(entry)


def _tool(entry: tr.ToolEntry) -> str:
    outcome = entry.outcome or "unfinished"
    head = f"**{entry.tool}** {entry.title}".rstrip()
    parts = [f"{head} · {outcome}", fenced(_json(entry.input), "json")]
    if entry.output:
        parts.append(fenced(entry.output))
    if entry.error:
        parts.append(f"> {entry.error}")
    return "\n\n".join(parts)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def _images(images: Iterable[Any]) -> str:
    return "".join(f"\n\n![{image.name or 'image'}](attachments/{image.sha256})" for image in images)


def _runs(text: str) -> Iterable[str]:
    run = ""
    for letter in text:
        if letter == _TICK:
            run += letter
        elif run:
            yield run
            run = ""
    if run:
        yield run
