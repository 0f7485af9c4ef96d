"""Does what people ask of a message: copy, quote, pin, send again in a fork, fork, rewind."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from boocode_desktop.domain.transcript import EndEntry, Entry, PromptEntry, TextEntry
from boocode_desktop.ui.transcript.blocks import Place
from boocode_desktop.ui.transcript.messages import answer_text, pin_words, quoted, turn_number
from boocode_desktop.ui.transcript.painting import Action
from boocode_desktop.ui.transcript.row_builder import plain_source
from boocode_desktop.ui.transcript.stage import Stage

MenuEntry = tuple[str, str, Action, bool]


def message_keys() -> dict[Qt.Key, str]:
    """What a letter does to the message that the keyboard stands on."""
    return {
        Qt.Key.Key_Q: "quote",
        Qt.Key.Key_P: "pin",
        Qt.Key.Key_E: "resend",
        Qt.Key.Key_F: "fork",
        Qt.Key.Key_R: "rewind_here",
    }


class MessageActor(QObject):
    """Acts on the messages of one stage.

    Signals:
        quote_requested(str): put this Markdown into the composer.
        pin_requested(str, str): pin or unpin an entry; its words.
        resend_requested(object): edit this `PromptEntry` and send it again in a fork.
        fork_requested(int): a new chat with the turns up to this one.
        rewind_requested(int): go back to the state after this turn.
    """

    quote_requested = Signal(str)
    pin_requested = Signal(str, str)
    resend_requested = Signal(object)
    fork_requested = Signal(int)
    rewind_requested = Signal(int)

    def __init__(self, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage = stage

    def act(self, place: Place, action: Action) -> bool:
        """Do it; False for something else than a message's action."""
        entry = self._stage.blocks.entry(place.block)
        match action.act:
            case "copy_entry":
                to_clipboard(plain_source(entry))
            case "copy_answer":
                to_clipboard(answer_text(self._stage.blocks.turn(place.block)))
            case "quote":
                self._quote(place, entry)
            case "pin":
                self._pin(place, entry)
            case "resend":
                self._resend(place)
            case "fork" if number := self._number(place):
                self.fork_requested.emit(number)
            case "rewind":
                self.rewind_requested.emit(int(action.value))
            case "rewind_here" if isinstance(entry, PromptEntry):
                self.rewind_requested.emit(max(0, entry.number - 1))
            case "rewind_here" if number := self._number(place):
                self.rewind_requested.emit(number)
            case "fork" | "rewind_here":
                pass
            case _:
                return False
        return True

    def menu(self, place: Place) -> list[MenuEntry]:
        """What the menu of a row offers of it."""
        entry = self._stage.blocks.entry(place.block)
        number = self._number(place)
        asked = isinstance(entry, PromptEntry)
        pinned = self._pinned(place, entry).id in self._stage.pinned
        return [
            ("", "", Action(""), True),
            ("Quote in the composer", "Q", Action("quote"), True),
            ("Unpin" if pinned else "Pin", "P", Action("pin"), True),
            ("Edit and send again in a fork", "E", Action("resend"), bool(number)),
            ("Fork the chat after this turn", "F", Action("fork"), bool(number)),
            (f"Rewind to {'before' if asked else 'after'} this turn…", "R", Action("rewind_here"), bool(number)),
        ]

    def _quote(self, place: Place, entry: Entry) -> None:
        stage = self._stage
        if not stage.selection.empty:
            text = stage.selection.text()
        elif isinstance(entry, EndEntry):
            text = answer_text(stage.blocks.turn(place.block))
        else:
            text = row_source(stage, place)
        if text.strip():
            self.quote_requested.emit(quoted(text))

    def _pinned(self, place: Place, entry: Entry) -> Entry:
        """The entry that a pin holds: for the end of a turn its last words."""
        if isinstance(entry, EndEntry):
            said = [e for e in self._stage.blocks.turn(place.block) if isinstance(e, TextEntry)]
            return said[-1] if said else entry
        return entry

    def _pin(self, place: Place, entry: Entry) -> None:
        wanted = self._pinned(place, entry)
        self.pin_requested.emit(wanted.id, pin_words(plain_source(wanted) or self._stage.words(place)))

    def _resend(self, place: Place) -> None:
        turn = self._stage.blocks.turn(place.block)
        asked = next((entry for entry in turn if isinstance(entry, PromptEntry)), None)
        if asked is not None:
            self.resend_requested.emit(asked)

    def _number(self, place: Place) -> int:
        return turn_number(self._stage.blocks.turn(place.block))


def row_source(stage: Stage, place: Place) -> str:
    """What copying a row gives: its source, that of its card, or its words."""
    rows = stage.blocks.rows(place.block)
    whole = next((row.source for row in reversed(rows[: place.row + 1]) if row.source), "")
    return whole or stage.words(place)


def to_clipboard(text: str) -> None:
    """Copy text, if there is any."""
    if text:
        QGuiApplication.clipboard().setText(text)
