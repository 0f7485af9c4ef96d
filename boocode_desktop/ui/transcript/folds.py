"""Which cards are unfolded and which show everything: what a person chose, else what suits the entry."""

from boocode_desktop.domain.transcript import Entry, PlanEntry, ReasoningEntry, ToolEntry
from boocode_desktop.ui.transcript.tool_looks import tool_look


class Folds:
    """A person's choices by entry id."""

    def __init__(self) -> None:
        self._chosen: dict[str, bool] = {}
        self._full: set[str] = set()

    def is_open(self, entry: Entry, *, grouped: bool = False) -> bool:
        """Whether a card shows its content; in a group of calls only a failure opens by itself."""
        return self._chosen.get(entry.id, failed(entry) if grouped else opens_by_itself(entry))

    def toggle(self, entry: Entry, *, grouped: bool = False) -> None:
        """Fold or unfold."""
        self._chosen[entry.id] = not self.is_open(entry, grouped=grouped)

    def is_group_open(self, key: str) -> bool:
        """Whether the card of calls that ran at once lists them."""
        return self._chosen.get(key, True)

    def toggle_group(self, key: str) -> None:
        """Fold or unfold the list of calls."""
        self._chosen[key] = not self.is_group_open(key)

    def is_full(self, entry: Entry) -> bool:
        """Whether a card shows all of a long content."""
        return entry.id in self._full

    def show_all(self, entry: Entry) -> None:
        """Show all of a long content from now on, or its first lines again."""
        self._full ^= {entry.id}


def group_key(first: Entry) -> str:
    """What the fold of a group of calls is remembered by."""
    return f"{first.id}:group"


def failed(entry: Entry) -> bool:
    """Whether a call went wrong."""
    return isinstance(entry, ToolEntry) and entry.outcome in ("error", "timeout")


def opens_by_itself(entry: Entry) -> bool:
    """What people want to see without asking: changes, commands, hits, failures, and thinking while it happens."""
    match entry:
        case ReasoningEntry():
            return not entry.done
        case PlanEntry():
            return True
        case ToolEntry():
            if failed(entry):
                return True
            family = tool_look(entry).family
            if family in ("edit", "create"):
                return bool((entry.details or {}).get("diff"))
            return (
                family in ("run", "agent") and entry.outcome != "denied" and bool(entry.output or entry.outcome is None)
            )
        case _:
            return False
