"""A chat's entries on the way to its view: the newest page, then every event after it, older pages when asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boocode_desktop.domain.events import Envelope
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.orchestrator.bus import Subscription
from boocode_desktop.orchestrator.front import Front
from boocode_desktop.orchestrator.ports.store import EntryPage, EntryRow

_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Where a view begins: entries that are complete, and the seq after which events are folded onto them."""

    entries: tuple[Entry, ...]
    after_seq: int
    before: int | None


def opening(page: EntryPage, running: str) -> Opening:
    """Take the running turn out of a page, because its stored entries may lag behind: its events come again."""
    kept: list[EntryRow] = [row for row in page.rows if not running or row.entry.turn_id != running]
    live = [row.position for row in page.rows if running and row.entry.turn_id == running]
    if live:
        after = min(live) - 1
    elif running:
        after = page.rows[-1].position if page.rows else 0
    else:
        after = page.last_seq
    return Opening(entries=tuple(row.entry for row in kept), after_seq=after, before=page.before)


class ChatStream:
    """Reads one chat for one view."""

    def __init__(self, front: Front, chat_id: str) -> None:
        self._front, self._chat_id = front, chat_id
        self._subscription: Subscription | None = None
        self._before: int | None = None

    @property
    def before(self) -> int | None:
        """The position before which nothing was read yet, None when everything was."""
        return self._before

    @property
    def has_older(self) -> bool:
        """Whether an older page can be read."""
        return self._before is not None

    async def open(self, show: Callable[[Sequence[Entry]], None], listener: Callable[[Envelope], None]) -> None:
        """Give the newest page to `show`, then every later envelope to `listener`."""
        running = self._front.turns.running(self._chat_id)
        page = await self._front.chats.entries(self._chat_id, limit=_PAGE)
        start = opening(page, running or self._front.turns.running(self._chat_id))
        self._before = start.before
        show(start.entries)
        self._subscription = await self._front.chats.join(self._chat_id, start.after_seq, listener)

    async def older(self, limit: int = _PAGE) -> Sequence[Entry]:
        """The page before everything read so far."""
        if self._before is None:
            return ()
        page = await self._front.chats.entries(self._chat_id, before=self._before, limit=limit)
        self._before = page.before
        return tuple(row.entry for row in page.rows)

    def close(self) -> None:
        """Listen no more."""
        if self._subscription is not None:
            self._subscription.cancel()
            self._subscription = None
