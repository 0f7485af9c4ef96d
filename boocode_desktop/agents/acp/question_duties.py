"""Questions that agents put to a person: may I do this, and please fill in this form."""

import asyncio
import json

from acp.exceptions import RequestError

from boocode_desktop.agents.acp.loose import object_of, text_of
from boocode_desktop.agents.acp.permissions import action_of, choose_answer, parse_options
from boocode_desktop.agents.acp.request import Request
from boocode_desktop.agents.acp.tool_calls import CallView
from boocode_desktop.domain.events import AskOption, Json, PermissionRequested
from boocode_desktop.domain.ids import new_id

CANCELLED: Json = {"outcome": {"outcome": "cancelled"}}
NOT_FILLED_IN: Json = {"action": "cancel"}


async def request_permission(request: Request) -> Json:
    """Ask the only door with the agent's own answers; the reply names one of them by its id."""
    call_id, call = await _announced(request)
    options = parse_options(request.params)
    if not options:
        return CANCELLED
    action = await asyncio.to_thread(action_of, request.agent, call, request.session.place.root)
    decision = await request.decision(action, title=call.title, trace_id=call.trace_id, options=options)
    if decision is None:
        return CANCELLED
    answer = choose_answer(decision, options)
    if answer is None and decision.allowed:
        answer = await _let_choose(request, call, options)
    if not decision.allowed or answer is None:
        request.turn.mapper.calls.deny(call_id, decision.why)
    elif action.kind == "run":
        request.turn.granted.append(action.argv)
    return CANCELLED if answer is None else {"outcome": {"outcome": "selected", "optionId": answer}}


async def elicit(request: Request) -> Json:
    """Show a form; its answer is the text of the reply, as JSON, or as it is for a form with one field."""
    schema = object_of(request.params.get("requestedSchema"))
    if text_of(request.params.get("mode")) not in ("", "form") or not schema:
        raise RequestError.invalid_params({"details": "only forms can be shown"})
    question = PermissionRequested(
        request_id=new_id("ask"),
        kind="elicitation",
        title=text_of(request.params.get("message")) or "The agent asks for more.",
        options=(),
        tool=request.agent,
        schema=schema,
    )
    reply = await request.session.ask(request.turn.host.ask(question))
    if reply is None or not reply.text:
        return {"action": "cancel" if reply is None or reply.by != "user" else "decline"}
    content = form_content(reply.text, schema)
    return {"action": "accept", "content": content} if content is not None else {"action": "decline"}


def form_content(text: str, schema: Json) -> Json | None:
    """A form's fields from a person's text; None where the text does not fit."""
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if isinstance(value, dict):
        return value
    fields = list(object_of(schema.get("properties")))
    return {fields[0]: value if not isinstance(value, list) else text} if len(fields) == 1 else None


async def _announced(request: Request) -> tuple[str, CallView]:
    """The call in question, among the turn's others: some agents first tell of it here."""
    told = object_of(request.params.get("toolCall"))
    request.session.feed.put_now({**told, "sessionUpdate": "tool_call_update"})
    await request.session.feed.settle()
    call_id = text_of(told.get("toolCallId"))
    if told.get("content"):
        request.turn.mapper.calls.note_question(call_id)
    return call_id, request.turn.mapper.calls.view(call_id)


async def _let_choose(request: Request, call: CallView, options: tuple[AskOption, ...]) -> str | None:
    """A rule allows it, but every consenting answer is one that the agent would remember: a person chooses."""
    question = PermissionRequested(
        request_id=new_id("ask"), kind="tool", title=call.title, options=options, trace_id=call.trace_id, tool=call.kind
    )
    reply = await request.session.ask(request.turn.host.ask(question))
    return reply.option_id if reply is not None and reply.option_id else None
