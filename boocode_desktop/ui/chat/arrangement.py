"""How a session's chats stand side by side: panes from left to right, tabs in each. Pure values and decisions.

A pane's id rises with its age, so the oldest one is the one with the smallest id.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

MOST_CLOSED = 10
"""How many closed chats can be opened again by one key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneTabs:
    """One pane: its tabs, the one in `front` ("" in an empty pane), and its `share` of the width, in px or parts."""

    id: int
    chats: tuple[str, ...] = ()
    front: str = ""
    share: int = 0

    def without(self, chat_id: str) -> "PaneTabs":
        """This pane after a tab left; its neighbour comes to the front."""
        if chat_id not in self.chats:
            return self
        at = self.chats.index(chat_id)
        rest = self.chats[:at] + self.chats[at + 1 :]
        front = self.front
        if front == chat_id:
            front = rest[min(at, len(rest) - 1)] if rest else ""
        return replace(self, chats=rest, front=front)

    def having(self, chat_id: str, at: int = -1, *, front: bool = True) -> "PaneTabs":
        """This pane with a tab more, at the end or before place `at`."""
        place = len(self.chats) if at < 0 else min(at, len(self.chats))
        chats = (*self.chats[:place], chat_id, *self.chats[place:])
        return replace(self, chats=chats, front=chat_id if front or not self.front else self.front)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """The panes of a session, never none. `active` is the id of the one that has the keyboard."""

    panes: tuple[PaneTabs, ...] = (PaneTabs(id=1),)
    active: int = 1

    @property
    def here(self) -> PaneTabs:
        """The active pane."""
        return self.pane(self.active)

    @property
    def oldest(self) -> PaneTabs:
        """Where tabs go when their pane closes."""
        return min(self.panes, key=lambda p: p.id)

    @property
    def chats(self) -> tuple[str, ...]:
        """All tabs, from left to right."""
        return tuple(c for p in self.panes for c in p.chats)

    def pane(self, pane_id: int) -> PaneTabs:
        """The pane of an id, else the oldest one."""
        return next((p for p in self.panes if p.id == pane_id), self.oldest)

    def place(self, pane_id: int) -> int:
        """A pane's place from the left."""
        return self.panes.index(self.pane(pane_id))

    def holder(self, chat_id: str) -> PaneTabs | None:
        """The pane in which a chat has its tab."""
        return next((p for p in self.panes if chat_id in p.chats), None)

    def focused(self, pane_id: int) -> "Arrangement":
        """The same with another active pane."""
        return replace(self, active=self.pane(pane_id).id)

    def brought(self, chat_id: str) -> "Arrangement":
        """The same with a chat in front and its pane active."""
        pane = self.holder(chat_id)
        if pane is None:
            return self
        return replace(self, panes=self._with(replace(pane, front=chat_id)), active=pane.id)

    def known(self, chat_ids: Iterable[str]) -> "Arrangement":
        """The same with exactly these chats: gone ones lose their tab, new ones get one in the active pane."""
        wanted = list(dict.fromkeys(chat_ids))
        panes = self.panes
        for chat_id in set(self.chats) - set(wanted):
            panes = tuple(p.without(chat_id) for p in panes)
        kept = replace(self, panes=panes)
        for chat_id in wanted:
            if kept.holder(chat_id) is None:
                kept = replace(kept, panes=kept._with(kept.here.having(chat_id, front=False)))
        return kept

    def moved(self, chat_id: str, pane_id: int, at: int = -1) -> "Arrangement":
        """A tab in another pane (or at another place of its own), in front there and active."""
        if self.holder(chat_id) is None:
            return self
        panes = tuple(p.without(chat_id) for p in self.panes)
        there = replace(self, panes=panes).pane(pane_id)
        changed = there.having(chat_id, at)
        return replace(self, panes=tuple(changed if p.id == there.id else p for p in panes), active=there.id)

    def split(self, chat_id: str = "") -> "Arrangement":
        """A new active pane right of the active one, with a tab moved into it.

        A tab that is alone in its pane stays: the new pane is empty then, which shows the session's history.
        """
        source = self.holder(chat_id) if chat_id else None
        fresh = PaneTabs(id=max(p.id for p in self.panes) + 1)
        at = self.place(source.id if source else self.active) + 1
        if source is not None and len(source.chats) > 1:
            fresh = replace(fresh, chats=(chat_id,), front=chat_id)
        panes = [p.without(chat_id) if fresh.chats else p for p in self.panes]
        return replace(self, panes=(*panes[:at], fresh, *panes[at:]), active=fresh.id)

    def beside(self, original: str, chat_id: str) -> "Arrangement":
        """A tab in the pane right of its original's, in a new one where there is none."""
        source = self.holder(original) or self.here
        at = self.place(source.id) + 1
        if at < len(self.panes):
            return self.moved(chat_id, self.panes[at].id)
        return self.focused(source.id).split().moved(chat_id, max(p.id for p in self.panes) + 1)

    def closed(self, pane_id: int) -> "Arrangement":
        """Without a pane: its tabs move to the oldest that stays, behind those there. The last pane stays."""
        gone = self.pane(pane_id)
        rest = replace(self, panes=tuple(p for p in self.panes if p.id != gone.id))
        if not rest.panes:
            return self
        home = rest.oldest
        front = home.front or gone.front
        grown = replace(home, chats=home.chats + gone.chats, front=front)
        active = self.active if self.active != gone.id else home.id
        return replace(self, panes=tuple(grown if p.id == home.id else p for p in rest.panes), active=active)

    def shared(self, shares: Iterable[int]) -> "Arrangement":
        """The same with other widths, from left to right."""
        return replace(self, panes=tuple(replace(p, share=s) for p, s in zip(self.panes, shares, strict=True)))

    def _with(self, pane: PaneTabs) -> tuple[PaneTabs, ...]:
        return tuple(pane if p.id == pane.id else p for p in self.panes)


def to_plain(arrangement: Arrangement) -> dict[str, Any]:
    """For storage."""
    panes = [{"id": p.id, "chats": list(p.chats), "front": p.front, "share": p.share} for p in arrangement.panes]
    return {"panes": panes, "active": arrangement.active}


def from_plain(stored: object) -> Arrangement:
    """What was stored; anything else gives one empty pane."""
    try:
        return _read(stored)
    except (KeyError, TypeError, ValueError):
        return Arrangement()


def _read(stored: Any) -> Arrangement:
    seen: set[str] = set()
    panes: list[PaneTabs] = []
    for raw in stored["panes"]:
        chats = tuple(str(c) for c in raw["chats"] if str(c) not in seen)
        seen.update(chats)
        front = str(raw["front"]) if str(raw["front"]) in chats else (chats[0] if chats else "")
        panes.append(PaneTabs(id=int(raw["id"]), chats=chats, front=front, share=max(0, int(raw["share"]))))
    if not panes or len({p.id for p in panes}) < len(panes):
        return Arrangement()
    return Arrangement(panes=tuple(panes)).focused(int(stored["active"]))


def with_closed(closed: Iterable[str], chat_id: str) -> tuple[str, ...]:
    """The chats that can be opened again, the one closed last first, none twice, at most ten."""
    return tuple(dict.fromkeys((chat_id, *closed)))[:MOST_CLOSED]


def next_closed(closed: Iterable[str], is_closed: Callable[[str], bool]) -> tuple[str, tuple[str, ...]]:
    """The newest chat that is still closed ("" if none), and what can be opened again after it."""
    rest = list(closed)
    while rest:
        chat_id = rest.pop(0)
        if is_closed(chat_id):
            return chat_id, tuple(rest)
    return "", ()
