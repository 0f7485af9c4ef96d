"""opencode's HTTP interface, as far as we use it: one function per request, every wait bounded."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

from boocode_desktop.agents.acp.loose import object_of, objects_of, text_of
from boocode_desktop.agents.opencode.catalog import Catalog, parse_catalog
from boocode_desktop.agents.opencode.launching import USER
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json
from boocode_desktop.domain.retry import Failure
from boocode_desktop.net.client import HttpClient, Timeouts, basic_auth
from boocode_desktop.net.errors import HttpStatusError, NetError
from boocode_desktop.net.event_stream import EventReader

ANSWER_S = 30.0
OFFER_S = 60.0
"""The first question about a folder makes opencode read its settings and plugins."""
WHOLE_TURN_S = 7 * 86_400.0
MESSAGES = 200
"""How many of a session's newest messages are read again after a gap."""


class Api:
    """One server. `stall_s`: after how long without a byte the event stream counts as broken."""

    def __init__(self, url: str, password: str, *, stall_s: float) -> None:
        headers = {"Authorization": basic_auth(USER, password)}
        self._http = HttpClient(base_url=url, headers=headers, timeouts=Timeouts(first_byte=OFFER_S))
        self._slow = HttpClient(base_url=url, headers=headers, timeouts=Timeouts(first_byte=WHOLE_TURN_S))
        calm = Timeouts(first_byte=stall_s, between_bytes=stall_s)
        self._streams = HttpClient(base_url=url, headers=headers, timeouts=calm)

    async def version(self, timeout_s: float) -> str:
        """The server's version; also its health. Raises `AdapterError` when it does not answer."""
        return text_of(object_of(await self._get("/global/health", timeout_s)).get("version"))

    @contextlib.asynccontextmanager
    async def events(self, directory: str) -> AsyncIterator[EventReader]:
        """What happens in a folder, as it happens."""
        async with self._streams.subscribe(f"/event?directory={quote(directory, safe='')}") as reader:
            yield reader

    async def catalog(self, directory: str) -> Catalog:
        """What can be chosen in a folder."""
        paths = ("/config", "/config/providers", "/agent", "/command")
        return parse_catalog(*await asyncio.gather(*(self._get(_in(p, directory), OFFER_S) for p in paths)))

    async def new_session(self, directory: str, body: Json) -> str:
        """Begin a session; its id."""
        session_id = text_of(object_of(await self._post(_in("/session", directory), body)).get("id"))
        if not session_id:
            raise AdapterError("opencode began a session without naming it.", "Try another version.")
        return session_id

    async def session(self, directory: str, session_id: str) -> Json | None:
        """A session as it stands, None if there is none of that id."""
        try:
            return object_of(await self._get(_in(f"/session/{quote(session_id)}", directory), ANSWER_S))
        except HttpStatusError as error:
            if error.status in (400, 404):
                return None
            raise

    async def prompt(self, directory: str, session_id: str, body: Json) -> None:
        """Send a prompt; returns when it was taken."""
        await self._send(_in(f"/session/{quote(session_id)}/prompt_async", directory), body)

    async def command(self, directory: str, session_id: str, body: Json) -> None:
        """Call a slash command; returns when its turn is over."""
        await self._slow.send_json("POST", _in(f"/session/{quote(session_id)}/command", directory), body)

    async def abort(self, directory: str, session_id: str) -> None:
        """Stop what a session does."""
        await self._send(_in(f"/session/{quote(session_id)}/abort", directory), {})

    async def is_idle(self, directory: str, session_id: str) -> bool:
        """Whether a session does nothing now."""
        status = object_of(object_of(await self._get(_in("/session/status", directory), ANSWER_S)).get(session_id))
        return text_of(status.get("type")) in ("", "idle")

    async def messages(self, directory: str, session_id: str) -> list[Json]:
        """The session's newest messages with their parts, oldest first."""
        path = _in(f"/session/{quote(session_id)}/message", directory)
        return objects_of(await self._get(f"{path}&limit={MESSAGES}", ANSWER_S))

    async def children(self, directory: str, session_id: str) -> list[str]:
        """The ids of the sessions that a session began."""
        listed = objects_of(await self._get(_in(f"/session/{quote(session_id)}/children", directory), ANSWER_S))
        return [text_of(item.get("id")) for item in listed]

    async def open_requests(self, directory: str) -> list[tuple[str, Json]]:
        """Permissions and questions that wait for an answer, each with the type of its event."""
        paths = {"permission.asked": "/permission", "question.asked": "/question"}
        answers = await asyncio.gather(*(self._get(_in(path, directory), ANSWER_S) for path in paths.values()))
        return [(kind, item) for kind, answer in zip(paths, answers, strict=True) for item in objects_of(answer)]

    async def reply(self, directory: str, permission_id: str, answer: str, message: str) -> None:
        """Answer a permission request; a refusal with a message lets the agent go on with that."""
        body = {"reply": answer, **({"message": message} if message else {})}
        await self._send(_in(f"/permission/{quote(permission_id)}/reply", directory), body)

    async def answer(self, directory: str, question_id: str, answers: list[list[str]] | None) -> None:
        """Answer a question form, or refuse to."""
        way, body = ("reject", {}) if answers is None else ("reply", {"answers": answers})
        await self._send(_in(f"/question/{quote(question_id)}/{way}", directory), body)

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.gather(self._http.close(), self._slow.close(), self._streams.close())

    async def _get(self, path: str, timeout_s: float) -> Any:
        with _bounded(path):
            async with asyncio.timeout(timeout_s):
                return await self._http.get_json(path)

    async def _post(self, path: str, body: Json) -> Any:
        with _bounded(path):
            async with asyncio.timeout(ANSWER_S):
                return await self._http.post_json(path, body)

    async def _send(self, path: str, body: Json) -> None:
        with _bounded(path):
            async with asyncio.timeout(ANSWER_S):
                await self._http.send_json("POST", path, body)


@contextlib.contextmanager
def _bounded(path: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        text = f"opencode did not answer {path.partition('?')[0]} in time."
        raise NetError(text, "Try again.", failure=Failure(kind="stall")) from None


def _in(path: str, directory: str) -> str:
    return f"{path}?directory={quote(directory, safe='')}"
