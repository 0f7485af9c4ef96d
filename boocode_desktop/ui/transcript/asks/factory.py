"""Which card a question gets."""

from collections.abc import Callable

from boocode_desktop.domain.transcript import AskEntry
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.transcript.asks.card import AskCard
from boocode_desktop.ui.transcript.asks.form import FormCard
from boocode_desktop.ui.transcript.asks.permission import PermissionCard
from boocode_desktop.ui.transcript.asks.question import QuestionCard
from boocode_desktop.ui.transcript.canvas import Canvas


def ask_card(theme: Theme, canvas: Canvas, ask: AskEntry, clock: Callable[[], float]) -> AskCard:
    """The widget that asks."""
    if ask.request.kind == "tool":
        return PermissionCard(theme, canvas, ask, clock)
    schema = ask.request.schema or {}
    if ask.request.kind == "elicitation" and schema.get("properties"):
        return FormCard(theme, ask, clock)
    return QuestionCard(theme, canvas, ask, clock)
