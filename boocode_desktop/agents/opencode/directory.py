"""A folder in a running server: its one event stream, followed through breaks, and what can be chosen in it."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from boocode_desktop.agents.acp.loose import mend, object_of, text_of
from boocode_desktop.agents.opencode.api import Api
from boocode_desktop.agents.opencode.catalog import Catalog
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json
from boocode_desktop.net.event_stream import EventReader

_log = logging.getLogger(__name__)
CONNECT_S = 60.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
HEAVY = 64_000
"""Characters of an event from which it is parsed in a thread."""

Route = Callable[[Json], Awaitable[None]]
OnGap = Callable[[str], Awaitable[None]]
OnBreak = Callable[[int], Awaitable[None]]


class Directory:
    """One folder.

    Args:
        api: The server.
        path: The folder as sessions name it.
        route: Takes each event, in order; the stream waits for it.
        on_gap: Told after a break, when the stream flows again: events were missed.
        on_break: Told after each break, with the number of those in a row.
    """

    def __init__(self, api: Api, path: str, route: Route, on_gap: OnGap, on_break: OnBreak) -> None:
        self.path = path
        self.malformed = 0
        self._api = api
        self._route = route
        self._on_gap = on_gap
        self._on_break = on_break
        self._catalog: Catalog | None = None
        self._flows = asyncio.Event()
        self._flowed = False
        self._breaks = 0
        self._follower = asyncio.create_task(self._follow(), name=f"events of {path}")

    async def connected(self) -> None:
        """Wait until the stream flows: what happens from now on will be heard.

        Raises:
            AdapterError: it does not come about.
        """
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._flows.wait()
        except TimeoutError:
            raise AdapterError("opencode does not tell what happens in its sessions.", "Try again.") from None

    async def catalog(self) -> Catalog:
        """What can be chosen here; asked for again after opencode read its settings anew.

        Raises:
            AdapterError: the server does not answer.
        """
        if self._catalog is None:
            self._catalog = await self._api.catalog(self.path)
        return self._catalog

    async def close(self) -> None:
        """Stop listening."""
        self._follower.cancel()
        await asyncio.wait([self._follower])

    async def _follow(self) -> None:
        while True:
            try:
                async with self._api.events(self.path) as reader:
                    await self._read(reader)
            except AdapterError as error:
                _log.info("the event stream of %s broke: %s", self.path, error.message)
            self._flows.clear()
            self._breaks += 1
            await self._on_break(self._breaks)
            await asyncio.sleep(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(self._breaks - 1, 10)))

    async def _read(self, reader: EventReader) -> None:
        while (batch := await reader.read()) is not None:
            for event in batch:
                await self._take(await self._parsed(event.data))

    async def _take(self, event: Json) -> None:
        kind = text_of(event.get("type"))
        if kind == "server.connected":
            self._breaks = 0
            if self._flowed:
                await self._on_gap(self.path)
            self._flowed = True
            self._flows.set()
        elif kind == "server.instance.disposed":
            self._catalog = None
        elif kind != "server.heartbeat":
            await self._route(event)

    async def _parsed(self, data: str) -> Json:
        try:
            event = await asyncio.to_thread(json.loads, data) if len(data) > HEAVY else json.loads(data)
        except (ValueError, RecursionError):
            self.malformed += 1
            return {}
        # Half a surrogate pair is always written as an escape.
        return object_of(mend(event) if "\\ud" in data else event)
