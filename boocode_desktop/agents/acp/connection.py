"""One agent child and the protocol with it: every request bounded, every end told, sessions by their own ids."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping

from acp.connection import Connection
from acp.exceptions import RequestError

from boocode_desktop.agents.acp import requests
from boocode_desktop.agents.acp.abilities import Abilities, parse_abilities
from boocode_desktop.agents.acp.child import LADDER, OPEN
from boocode_desktop.agents.acp.duties import ClientDuties
from boocode_desktop.agents.acp.frames import both, frame_file
from boocode_desktop.agents.acp.loose import object_of, objects_of, text_of
from boocode_desktop.agents.acp.offers import parse_offer
from boocode_desktop.agents.acp.refusals import AgentRefusal, ending, refusal
from boocode_desktop.agents.acp.session import AcpSession
from boocode_desktop.agents.acp.transport import LineTransport, Tap
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json
from boocode_desktop.processes.children import Child, Children
from boocode_desktop.processes.places import Place
from boocode_desktop.processes.sandbox import Sandbox, SandboxLauncher

INITIALIZE_S = 60.0
SESSION_S = 60.0
LOAD_S = 120.0
SETTING_S = 20.0
CLOSING_S = 2.0
LIST_PAGES = 20
"""Pages of an agent's list of conversations that are read at most."""
ENDING_S = 8.0
"""How long a child whose output ended may take to end itself, with what it started."""
EARLY_LIMIT = 200
EARLY_BYTES = 1_000_000
"""Updates kept for sessions whose id we do not know yet, and how long their lines may be together."""


class AgentConnection:
    """A running agent. Made by `WarmChildren`; hosts any number of sessions."""

    def __init__(
        self,
        spec: AgentSpec,
        child: Child,
        children: Children,
        launcher: SandboxLauncher,
        environ: Mapping[str, str],
        tap: Tap | None,
        sandbox: Sandbox = OPEN,
    ) -> None:
        assert child.stdout is not None and child.stdin is not None
        self._stdin = child.stdin
        self.spec = spec
        self.child = child
        self.sandbox = sandbox
        self.began_at = self.ended_at = time.monotonic()
        self.started_at = time.time()
        self.abilities = Abilities()
        self.guests: set[str] = set()
        self.misses = 0
        self.answers = False
        self.sessions: dict[str, AcpSession] = {}
        self._children = children
        self._launcher = launcher
        self._early: defaultdict[str, list[Json]] = defaultdict(list)
        self._early_bytes = 0
        self._opening = 0
        self._frames = frame_file(environ, spec.name, child.pid)
        taps = both(tap, self._frames.note if self._frames else None)
        self._transport = LineTransport(child.stdout, child.stdin, self._route, tap=taps)
        duties = ClientDuties(spec.name, self.sessions, environ)
        self._rpc = Connection(duties.handle, self._transport)
        self._closing: asyncio.Task[None] | None = None
        self._watch = asyncio.create_task(self._end_with_the_wire(), name=f"watch {spec.name}")

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        gone = self._transport.ended.is_set() or self._transport.fault or self._stdin.is_closing()
        return not gone and self._closing is None and self.child.exit is None

    @property
    def dropped(self) -> int:
        """Lines of output that were no messages."""
        return self._transport.dropped

    @property
    def heard_at(self) -> float:
        """When the agent last said anything, by `time.monotonic`."""
        return self._transport.heard_at

    @property
    def hosts(self) -> bool:
        """Whether a chat has a session here, or a turn is on its way to one."""
        return bool(self.sessions or self.guests)

    @property
    def last_words(self) -> str:
        """Why it ended, in a few words."""
        ended = self.child.exit
        return self._transport.fault or (ended.describe() if ended else "closed its output")

    async def initialize(self, version: str) -> None:
        """Shake hands.

        Raises:
            AdapterError: it does not answer in time, refuses, or ended.
        """
        answer = await self.request(requests.INITIALIZE, requests.initialize(version), INITIALIZE_S)
        self.abilities = parse_abilities(answer)

    async def request(self, method: str, params: Json, timeout_s: float | None) -> Json:
        """Ask the agent something; an answer that is no object counts as an empty one.

        Raises:
            AgentRefusal: it answered with an error.
            AdapterError: it ended, or does not answer in time.
        """
        try:
            async with asyncio.timeout(timeout_s):
                return object_of(await self._rpc.send_request(method, params))
        except RequestError as error:
            raise refusal(self.spec, method, error.code, str(error), error.data) from error
        except ConnectionError:
            raise await self.ending() from None
        except TimeoutError:
            raise AdapterError(
                f"{self.spec.label} did not answer {method} within {timeout_s:.0f} s.",
                "Try again; if it happens again, run its program in a terminal to see what it waits for.",
            ) from None

    async def ping(self, timeout_s: float) -> bool:
        """Whether it answers at all: it is asked for something nobody has, and any answer will do."""
        try:
            await self.request(requests.PING, {}, timeout_s)
        except AgentRefusal:
            pass
        except AdapterError:
            self.misses += 1
            return False
        self.misses, self.answers = 0, True
        return True

    async def condemn(self, fault: str) -> None:
        """It is of no use any more: end it; its turns fail with `fault`, which follows its name."""
        self._transport.fault = self._transport.fault or fault
        await self.child.kill()

    async def notify(self, method: str, params: Json, timeout_s: float) -> None:
        """Tell the agent something; one that cannot be told is not our problem here."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._rpc.send_notification(method, params)
        except (ConnectionError, TimeoutError):
            return

    async def new_session(self, place: Place) -> AcpSession:
        """Begin a conversation that works in `place`.

        Raises:
            AdapterError: the agent cannot or does not answer.
        """
        self._opening += 1
        try:
            answer = await self.request(requests.NEW_SESSION, requests.new_session(str(place.root)), SESSION_S)
            session_id = text_of(answer.get("sessionId"))
            if not session_id:
                raise AdapterError(f"{self.spec.label} began a session without naming it.", "Try another version.")
            if session_id in self.sessions:
                raise AdapterError(f"{self.spec.label} gave two chats the same session.", "Try another version.")
            return self._register(session_id, place, answer)
        finally:
            self._forget_early()

    async def reopen_session(self, session_id: str, place: Place) -> AcpSession:
        """Go on with a conversation of an earlier child, by resume if the agent can, else by load.

        A replayed history is not shown: no turn is open while it arrives.

        Raises:
            AdapterError: the agent does not know it any more, or cannot do this at all.
        """
        if not self.abilities.resume and not self.abilities.load:
            raise AgentRefusal(f"{self.spec.label} cannot go on with an earlier session.")
        if session_id in self.sessions:
            raise AgentRefusal(f"{self.spec.label} has this session open for another chat.")
        session = self._register(session_id, place, {})
        try:
            answer = await self._go_on(session, str(place.root))
            session.offer = parse_offer(answer)
            await session.feed.settle()
        except BaseException:
            await self.drop_session(session)
            raise
        return session

    async def _go_on(self, session: AcpSession, cwd: str) -> Json:
        """By resume, else by load: qwen 0.15 offers a resume that it does not know."""
        if self.abilities.resume:
            session.reopened = "resumed"
            try:
                return await self.request(requests.RESUME_SESSION, requests.resume_session(cwd, session.id), LOAD_S)
            except AgentRefusal:
                if not self.abilities.load:
                    raise
        session.reopened = "history"
        return await self.request(requests.LOAD_SESSION, requests.load_session(cwd, session.id), LOAD_S)

    async def fork_session(self, session_id: str, place: Place) -> AcpSession:
        """A new conversation that remembers what another one does.

        Raises:
            AdapterError: the agent cannot do this, or does not know that conversation.
        """
        if not self.abilities.fork:
            raise AgentRefusal(f"{self.spec.label} cannot fork a session.")
        self._opening += 1
        try:
            params = requests.load_session(str(place.root), session_id)
            answer = await self.request(requests.FORK_SESSION, params, LOAD_S)
            forked = text_of(answer.get("sessionId"))
            if not forked or forked in self.sessions:
                raise AgentRefusal(f"{self.spec.label} forked a session without a name of its own.")
            return self._register(forked, place, answer)
        finally:
            self._forget_early()

    async def list_sessions(self, cwd: str) -> list[Json]:
        """The conversations it keeps for a folder, as it describes them; none where it cannot list them.

        Raises:
            AdapterError: it does not answer.
        """
        found: list[Json] = []
        cursor = ""
        for _ in range(LIST_PAGES if self.abilities.list else 0):
            params: Json = {"cwd": cwd} | ({"cursor": cursor} if cursor else {})
            answer = await self.request(requests.LIST_SESSIONS, params, SESSION_S)
            found += objects_of(answer.get("sessions"))
            cursor = text_of(answer.get("nextCursor"))
            if not cursor:
                break
        return found

    async def close_session(self, session: AcpSession) -> None:
        """End a conversation, and tell the agent where it wants to know."""
        if self.abilities.close and self.alive:
            try:
                await self.request(requests.CLOSE_SESSION, {"sessionId": session.id}, CLOSING_S)
            except AdapterError:
                pass
        await self.drop_session(session)

    def busy_sessions(self) -> list[AcpSession]:
        """Sessions in which a turn runs."""
        return [session for session in self.sessions.values() if session.turn is not None]

    async def drop_session(self, session: AcpSession) -> None:
        """Forget a conversation here."""
        if self.sessions.get(session.id) is session:
            del self.sessions[session.id]
        await session.close()

    async def ending(self) -> AdapterError:
        """Why it is gone, once that is known."""
        ended = self.child.exit if await self._ends_soon() else await self.child.kill()
        return ending(self.spec, self._transport.fault, ended, self._transport.noise)

    async def close(self) -> None:
        """End its sessions and its process by the ladder."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(), name=f"close {self.spec.name}")
        await asyncio.shield(self._closing)

    async def kill(self) -> None:
        """End its process at once."""
        await self.child.kill()
        await self.close()

    async def _close(self) -> None:
        self._watch.cancel()
        for session in list(self.sessions.values()):
            await self.drop_session(session)
        await self.child.stop(LADDER)
        closing = asyncio.ensure_future(self._rpc.close())
        await asyncio.wait([closing], timeout=CLOSING_S)
        if self._frames is not None:
            self._frames.close()

    async def _end_with_the_wire(self) -> None:
        """A child that neither hears nor tells anything is of no use: end what is left of it."""
        ended = asyncio.ensure_future(self._transport.ended.wait())
        # Not cancelled: asyncio would cancel its own future with it, and stumble over that when the pipe closes.
        closed = asyncio.ensure_future(self._input_closed())
        await asyncio.wait({ended, closed}, return_when=asyncio.FIRST_COMPLETED)
        self.ended_at = time.monotonic()
        if self._transport.fault or not await self._ends_soon():
            heard = not self._transport.ended.is_set()
            self._transport.fault = self._transport.fault or f"closed its {'input' if heard else 'output'}"
            await self.child.kill()

    async def _input_closed(self) -> None:
        try:
            await self._stdin.wait_closed()
        except OSError:
            return

    async def _ends_soon(self) -> bool:
        """A child that ends closes its input too, a moment before we learn of its end."""
        try:
            await self.child.wait(ENDING_S if self._transport.ended.is_set() else CLOSING_S)
        except TimeoutError:
            return False
        return True

    async def _route(self, session_id: str, update: Json, size: int) -> None:
        session = self.sessions.get(session_id)
        if session is not None:
            await session.feed.put(update, size)
        elif self._opening and sum(map(len, self._early.values())) < EARLY_LIMIT:
            self._early_bytes += size
            if self._early_bytes <= EARLY_BYTES:
                self._early[session_id].append(update)

    def _register(self, session_id: str, place: Place, answer: Json) -> AcpSession:
        session = self.sessions[session_id] = AcpSession(session_id, place, self._children, self._launcher)
        session.offer = parse_offer(answer)
        for update in self._early.pop(session_id, ()):
            session.feed.put_now(update)
        return session

    def _forget_early(self) -> None:
        self._opening -= 1
        if not self._opening:
            self._early.clear()
            self._early_bytes = 0
