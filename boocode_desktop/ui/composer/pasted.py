"""Long pasted text that stands beside the message, and a draft with everything that belongs to it. Pure."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from boocode_desktop.domain.codec import from_plain, to_plain
from boocode_desktop.domain.events import ImageRef

_LINES, _CHARS = 16, 2_000
_PIECE = re.compile(
    r"(?:\n\n|\A)Pasted text(?: \d+)?:\n(?P<fence>`{3,})\n(?P<piece>.*?)\n(?P=fence)(?=\n\n|\Z)", re.DOTALL
)
_MARK = "\x1eboocode draft\x1e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is being written: the text, pasted texts beside it, and pictures."""

    text: str = ""
    pasted: tuple[str, ...] = ()
    images: tuple[ImageRef, ...] = ()


def is_long(text: str) -> bool:
    """Whether a pasted text would bury the message."""
    return len(text) > _CHARS or text.count("\n") >= _LINES


def pasted_name(text: str) -> str:
    """How a chip calls its text."""
    lines = text.count("\n") + (not text.endswith("\n"))
    return f"pasted text, {lines:,} lines" if lines > 1 else f"pasted text, {len(text):,} characters"


def with_pasted(text: str, pasted: Sequence[str]) -> str:
    """The message as the agent gets it: each pasted text in a fence that nothing in it can end."""
    parts = [text] if text else []
    for number, piece in enumerate(pasted, 1):
        longest = max((len(run) for run in re.findall(r"`{3,}", piece)), default=2)
        fence = "`" * (longest + 1)
        title = "Pasted text:" if len(pasted) == 1 else f"Pasted text {number}:"
        parts.append(f"{title}\n{fence}\n{piece.rstrip()}\n{fence}")
    return "\n\n".join(parts)


def draft_of(prompt: str, images: Sequence[ImageRef] = ()) -> Draft:
    """The draft that became this prompt: its pasted texts are chips again. What reads otherwise stays text."""
    found = list(_PIECE.finditer(prompt))
    for first in range(len(found)):
        text, pieces = prompt[: found[first].start()], tuple(match["piece"] for match in found[first:])
        if with_pasted(text, pieces) == prompt:
            return Draft(text=text, pasted=pieces, images=tuple(images))
    return Draft(text=prompt, images=tuple(images))


def draft_to_text(draft: Draft) -> str:
    """A draft as it is stored: plain text where there is nothing else."""
    if not (draft.pasted or draft.images):
        return draft.text
    return _MARK + json.dumps(to_plain(draft), ensure_ascii=False)


def draft_from_text(stored: str) -> Draft:
    """The draft that was stored; whatever cannot be read is shown as text."""
    if not stored.startswith(_MARK):
        return Draft(text=stored)
    try:
        told = json.loads(stored.removeprefix(_MARK))
        images = tuple(from_plain(ImageRef, image) for image in told.get("images", ()))
        return Draft(text=str(told.get("text", "")), pasted=tuple(map(str, told.get("pasted", ()))), images=images)
    except (ValueError, TypeError, AttributeError):
        return Draft(text=stored.removeprefix(_MARK))
