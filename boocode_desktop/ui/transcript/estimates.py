"""How high something will be, from its length alone: good enough for a scroll bar, 10,000 entries in some ms."""

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
from boocode_desktop.ui.transcript.folds import Folds
from boocode_desktop.ui.transcript.rows import BubbleBody, CodeBody, HeadBody, PlanBody, Row, TextBody

TEXT_LINE, CODE_LINE = 22, 19
CHARACTER = 7.1


def text_height(text: str, width: int, line: int = TEXT_LINE) -> int:
    """The height of running text in a column of `width` px."""
    per_line = max(20.0, width / CHARACTER)
    return line * (1 + text.count("\n") + int(len(text) / per_line))


def entry_height(entry: Entry, width: int, folds: Folds) -> int:
    """The height of an entry that has no rows yet."""
    match entry:
        case PromptEntry():
            return 110 + min(text_height(entry.text, int(width * 0.7)), 600)
        case TextEntry():
            return 12 + text_height(entry.text, width)
        case ToolEntry():
            return 46 + min(240, len(entry.output) // 3)
        case ReasoningEntry():
            return 46 + (text_height(entry.text[-6000:], width) if folds.is_open(entry) else 0)
        case PlanEntry():
            return 56 + 26 * len(entry.items)
        case AskEntry():
            return 46 if entry.resolved else 230
        case ImageEntry():
            return 180
        case NoteEntry():
            return 64
        case EndEntry():
            return 40


def row_height(row: Row, width: int) -> int:
    """The height of a row that was not measured yet."""
    match row.body:
        case TextBody():
            return row.gap + text_height(row.body.markdown, width)
        case BubbleBody():
            return row.gap + 24 + text_height(row.body.text, int(width * 0.7))
        case CodeBody():
            return row.gap + 20 + (28 if row.body.header else 0) + CODE_LINE * (1 + row.body.text.count("\n"))
        case PlanBody():
            return row.gap + 16 + 26 * len(row.body.items)
        case HeadBody():
            return row.gap + 34
        case _:
            return row.gap + 44
