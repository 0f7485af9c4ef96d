"""A row: the smallest thing the transcript lays out, caches and paints. Its body says what it shows."""

from dataclasses import dataclass
from typing import Literal

from boocode_desktop.content.highlighting import Span
from boocode_desktop.domain.events import ImageRef, PlanItem
from boocode_desktop.domain.transcript import AskEntry
from boocode_desktop.ui.transcript.mini_diff import Sign

Frame = Literal["none", "single", "top", "middle", "bottom"]
State = Literal["none", "running", "ok", "bad", "stopped", "denied"]
CodeLook = Literal["block", "tool", "diff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionButton:
    """A painted button: `act` and `value` make the action it stands for."""

    act: str
    text: str
    value: str = ""
    icon: str = ""
    flat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BubbleBody:
    """A prompt, or a part of a long one; pictures hang on the last part."""

    text: str
    images: tuple[ImageRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentBody:
    """Who answers: name, model, the time as text. `actions` are those of the prompt above it."""

    agent: str
    model: str = ""
    time: str = ""
    actions: tuple[ActionButton, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBody:
    """A Markdown segment. `look` is `reasoning` or `report` inside the card of thinking or of a subagent; `caret` while
    it is being written."""

    markdown: str
    definitions: str = ""
    look: Literal["answer", "reasoning", "report"] = "answer"
    caret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBody:
    """Fixed-width lines with spans, or with a language that a highlighter turns into spans.

    `signs` and `numbers` are one per line for diffs. `header` shows the language and the buttons; `target` is the file
    that the answer names for it, `applies` says that it can be one. `whole` is the
    text that the copy button copies, `offset` where `text` begins in it.
    """

    text: str
    look: CodeLook
    spans: tuple[Span, ...] = ()
    language: str = ""
    path: str = ""
    signs: tuple[Sign, ...] = ()
    numbers: tuple[int, ...] = ()
    header: bool = False
    target: str = ""
    applies: bool = False
    whole: str = ""
    offset: int = 0
    caret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadBody:
    """The header of a card, or the line of one call in a group (`member`).

    `words` is running text beside the title, `argument` the same in code type; `act` is what a click does.
    """

    icon: str
    title: str
    argument: str = ""
    words: str = ""
    icon_tone: str = "tx2"
    added: int = 0
    removed: int = 0
    chip: str = ""
    meta: str = ""
    state: State = "none"
    foldable: bool = False
    open: bool = False
    faint: bool = False
    progress: tuple[int, int] | None = None
    started_at: float = 0.0
    act: Literal["toggle", "group"] = "toggle"
    member: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureBody:
    """Why a call failed and what that means, inside its card."""

    message: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FootBody:
    """The last line of a card: a link that shows more or less, a button that stops; `bubble` under a prompt."""

    link: str = ""
    stop: bool = False
    bubble: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBody:
    """The items of a plan or to-do list."""

    items: tuple[PlanItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBody:
    """Something about the turn: what happened, what was kept, at most two actions; a bar for a retry."""

    icon: str
    title: str
    detail: str = ""
    tone: str = "tx2"
    edge: str = ""
    actions: tuple[ActionButton, ...] = ()
    until: float = 0.0
    seconds: float = 0.0
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndBody:
    """The line that closes a turn; `tools` are actions that are icons alone."""

    icon: str
    tone: str
    words: str
    actions: tuple[ActionButton, ...] = ()
    tools: tuple[ActionButton, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageBody:
    """A picture in the answer."""

    image: ImageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBody:
    """An open question; a widget stands in its place."""

    ask: AskEntry


Body = (
    BubbleBody
    | AgentBody
    | TextBody
    | CodeBody
    | HeadBody
    | FailureBody
    | FootBody
    | PlanBody
    | NoteBody
    | EndBody
    | ImageBody
    | AskBody
)


@dataclass(slots=True, eq=False, kw_only=True)
class Row:
    """A row of one entry. `gap` is the room above it, `height` all of it with the gap, a guess until `exact`.

    `source` is what "copy as Markdown" takes.
    """

    entry_id: str
    body: Body
    frame: Frame = "none"
    gap: int = 0
    height: int = 0
    exact: bool = False
    source: str = ""

    @property
    def live(self) -> bool:
        """Whether it changes with time: a spinner, an elapsed time, a countdown."""
        body = self.body
        return (isinstance(body, HeadBody) and body.state == "running") or (
            isinstance(body, NoteBody) and body.until > 0
        )
