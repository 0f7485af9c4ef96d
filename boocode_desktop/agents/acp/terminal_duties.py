"""`terminal/*`: commands that agents run through us."""

import asyncio

from acp.exceptions import RequestError

from boocode_desktop.agents.acp.loose import text_of
from boocode_desktop.agents.acp.request import REFUSED, Request
from boocode_desktop.agents.acp.terminal_commands import asked_argv, shown_argv, terminal_request
from boocode_desktop.agents.acp.terminals import Terminal
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json
from boocode_desktop.domain.permissions import Action
from boocode_desktop.processes.child_specs import Exit

TITLE_LIMIT = 200


async def create(request: Request) -> Json:
    """Run a command, unless a person just allowed exactly this one as the agent's own question."""
    session, shown = request.session, shown_argv(request.params)
    if not shown[0]:
        raise RequestError.invalid_params({"details": "a command is missing"})
    wanted = await asyncio.to_thread(terminal_request, request.params, session.place.root, request.environ)
    asked = asked_argv(shown, session.place.root)
    if asked in request.turn.granted and wanted.cwd == session.place.root:
        request.turn.granted.remove(asked)
    else:
        root, cwd = str(session.place.root), str(wanted.cwd)
        action = Action(kind="run", tool="terminal", root=root, argv=shown, cwd=cwd)
        await request.must_be_allowed(action, title=" ".join(shown)[:TITLE_LIMIT])
    try:
        return {"terminalId": await session.terminals.create(wanted)}
    except AdapterError as error:
        raise RequestError(REFUSED, error.message) from error


async def output(request: Request) -> Json:
    """What the command printed so far."""
    terminal = _terminal(request)
    told: Json = {"output": terminal.scrollback.text(), "truncated": terminal.scrollback.truncated}
    return told | ({"exitStatus": _status(terminal.exit)} if terminal.exit else {})


async def wait_for_exit(request: Request) -> Json:
    """Wait for the command's end."""
    return _status(await _terminal(request).wait())


async def kill(request: Request) -> Json:
    """End the command; its terminal stays readable."""
    await _terminal(request).kill()
    return {}


async def release(request: Request) -> Json:
    """End the command and forget its terminal."""
    await request.session.terminals.release(text_of(request.params.get("terminalId")))
    return {}


def _terminal(request: Request) -> Terminal:
    name = text_of(request.params.get("terminalId"))
    terminal = request.session.terminals.get(name)
    if terminal is None:
        raise RequestError.resource_not_found(name)
    return terminal


def _status(ended: Exit) -> Json:
    return {"exitCode": ended.code} if ended.code is not None else {"exitCode": None, "signal": ended.signal or None}
