"""What a session asks while a turn runs (may I, which one): put to a person or a rule, and the answer sent back."""

import asyncio
import logging
from collections.abc import Awaitable

from boocode_desktop.agents.acp.loose import first_text, object_of, objects_of, text_of
from boocode_desktop.agents.acp.permissions import choose_answer
from boocode_desktop.agents.opencode.api import Api
from boocode_desktop.agents.opencode.mapper import TurnMapper
from boocode_desktop.agents.opencode.permissions import actions_of, parse_answers, title_of
from boocode_desktop.agents.opencode.session import OpencodeSession
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import AskOption, Json, PermissionRequested
from boocode_desktop.domain.ids import new_id
from boocode_desktop.orchestrator.ports.agents import Authorization, TurnHost

_log = logging.getLogger(__name__)
WITHDRAW_S = 0.5
KINDS = frozenset({"permission.asked", "question.asked"})
ANSWERED = frozenset({"permission.replied", "question.replied", "question.rejected"})


class RequestDesk:
    """The open requests of one turn, by the server's ids. Each is put once, however often it is told."""

    def __init__(self, api: Api, agent: str, session: OpencodeSession, host: TurnHost, mapper: TurnMapper) -> None:
        self._api = api
        self._agent = agent
        self._session = session
        self._host = host
        self._mapper = mapper
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._seen: set[str] = set()
        self._closed = False

    @property
    def waiting(self) -> bool:
        """Whether an answer is being waited for."""
        return bool(self._tasks)

    def take(self, kind: str, request: Json) -> None:
        """A request: begin to find an answer."""
        request_id = text_of(request.get("id"))
        if not request_id or request_id in self._seen or self._closed:
            return
        self._seen.add(request_id)
        answering = self._permission(request) if kind == "permission.asked" else self._question(request)
        task = asyncio.create_task(self._guarded(answering), name=f"answer {request_id}")
        self._tasks[request_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(request_id, None))

    def answered(self, request_id: str) -> None:
        """Somebody answered it: us, or the server by itself when a turn's other request was refused."""
        task = self._tasks.get(request_id)
        if task is not None:
            task.cancel()

    async def withdraw(self) -> None:
        """The turn is over or is being stopped: nobody needs to answer any more."""
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=WITHDRAW_S)

    async def _guarded(self, answering: Awaitable[None]) -> None:
        try:
            await answering
        except AdapterError as error:
            _log.info("an answer did not reach opencode: %s", error.message)

    async def _permission(self, request: Json) -> None:
        call_id, call = self._mapper.call_of(request)
        options = parse_answers(request)
        actions = await asyncio.to_thread(actions_of, self._agent, request, call, self._session.root)
        decision, answer = Authorization(allowed=False), "reject"
        for action in actions:
            decision = await self._host.authorize(
                action, trace_id=call.trace_id, title=title_of(request), options=options
            )
            chosen = choose_answer(decision, options) or "reject"
            answer = chosen if not decision.allowed or answer != "always" else answer
            if not decision.allowed:
                break
        if answer == "reject":
            self._mapper.calls.deny(call_id, decision.why)
        # A person's refusal ends opencode's turn; a rule's is told to the model, which may find another way.
        told = decision.why if answer == "reject" and not decision.option_id else ""
        await self._send(self._api.reply(self._session.directory.path, text_of(request.get("id")), answer, told))

    async def _question(self, request: Json) -> None:
        answers: list[list[str]] | None = []
        for question in objects_of(request.get("questions")):
            said = await self._ask(question)
            if not said:
                answers = None
                break
            answers = [*(answers or []), [said]]
        await self._send(self._api.answer(self._session.directory.path, text_of(request.get("id")), answers))

    async def _ask(self, question: Json) -> str:
        options = tuple(
            AskOption(id=label, label=label, description=text_of(item.get("description")))
            for item in objects_of(question.get("options"))
            if (label := text_of(item.get("label")))
        )
        reply = await self._host.ask(
            PermissionRequested(
                request_id=new_id("ask"),
                kind="question",
                title=first_text(question, "question", "header"),
                options=options,
                tool=self._agent,
            )
        )
        return reply.text or reply.option_id

    async def _send(self, sending: Awaitable[None]) -> None:
        """An answer that is on its way is not called back when the server tells that it has it."""
        await asyncio.shield(asyncio.ensure_future(sending))


def request_of(event: Json) -> Json:
    """The request in an event."""
    return object_of(event.get("properties"))
