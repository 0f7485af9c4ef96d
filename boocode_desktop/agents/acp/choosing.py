"""Setting what a chat wants of its agent session (model, mode, effort), in whichever way the agent offers each."""

from collections.abc import Mapping
from dataclasses import dataclass

from boocode_desktop.agents.acp import requests
from boocode_desktop.agents.acp.connection import SETTING_S, AgentConnection
from boocode_desktop.agents.acp.offers import Choice, Menu, Offer
from boocode_desktop.agents.acp.refusals import AgentRefusal
from boocode_desktop.agents.acp.session import AcpSession
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json

_REQUESTS = {"model": (requests.SET_MODEL, "modelId"), "mode": (requests.SET_MODE, "modeId")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a chat wants; "" leaves it to the agent. `options` are config options of the agent's own."""

    model: str = ""
    mode: str = ""
    effort: str = ""
    options: Mapping[str, str]


async def choose(connection: AgentConnection, session: AcpSession, wishes: Wishes) -> None:
    """Make them current; what is so already is not asked for. What was wished for and no longer is goes back to what
    the agent had by itself. An effort or an option that the agent does not have is left out.

    Raises:
        AdapterError: the agent has no such model or mode; the hint lists those it has.
    """
    for name, wanted, must in (
        ("model", wishes.model, True),
        ("mode", wishes.mode, True),
        ("effort", wishes.effort, False),
    ):
        await _settle(connection, session, name, wanted, must=must)
    for option, value in wishes.options.items():
        menu = next((m for m in session.offer.others if m.option == option), None)
        choice = menu.find(value) if menu else None
        if menu is not None and choice is not None:
            await _set(connection, session, "option", menu, choice)


async def _settle(connection: AgentConnection, session: AcpSession, name: str, wanted: str, *, must: bool) -> None:
    """One of them: the wish, else what it was before somebody wished."""
    menu = menu_of(session.offer, name)
    if not wanted:
        before = session.before.pop(name, None)
        choice = menu.find(before) if before else None
    else:
        choice = menu.find(wanted)
        if choice is None and must:
            known = ", ".join(c.id for c in menu.choices) or "none that can be chosen here"
            raise AdapterError(f"{connection.spec.label} has no {name} “{wanted}”.", f"It offers: {known}.")
    if choice is None or choice.id == menu.current:
        return
    await _set(connection, session, name, menu, choice)
    if wanted:
        session.before.setdefault(name, menu.current)


def menu_of(offer: Offer, name: str) -> Menu:
    """The menu of that name."""
    return {"model": offer.models, "mode": offer.modes, "effort": offer.efforts}[name]


async def _set(connection: AgentConnection, session: AcpSession, name: str, menu: Menu, choice: Choice) -> None:
    if choice.id == menu.current:
        return
    named: Json = {"sessionId": session.id}
    if menu.way == "request":
        method, key = _REQUESTS[name]
        try:
            await connection.request(method, named | {key: choice.id}, SETTING_S)
        except AgentRefusal as error:
            label = connection.spec.label
            raise AdapterError(f"{label} did not take the {name} “{choice.id}”: {error.message}", error.hint) from error
        session.offer = session.offer.with_current(menu_of(session.offer, name), choice.id)
    else:
        params = named | {"configId": menu.option, "value": choice.id}
        answer = await connection.request(requests.SET_OPTION, params, SETTING_S)
        current = next(m for m in session.offer.menus() if m.option == menu.option)
        session.offer = session.offer.with_current(current, choice.id).after_update(answer)
