"""Setting the model and the effort that a chat wants, in whichever way the agent offers."""

from boocode_desktop.agents.acp import requests
from boocode_desktop.agents.acp.connection import SETTING_S, AgentConnection
from boocode_desktop.agents.acp.offers import Choice, Menu
from boocode_desktop.agents.acp.session import AcpSession
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json


async def choose(connection: AgentConnection, session: AcpSession, *, model: str, effort: str) -> None:
    """Make them current; what is so already is not asked for. An effort that the agent does not have is left out.

    Raises:
        AdapterError: the agent has no such model; the hint lists those it has.
    """
    if model:
        menu = session.offer.models
        choice = menu.find(model)
        if choice is None:
            known = ", ".join(c.id for c in menu.choices) or "none that can be chosen here"
            raise AdapterError(f"{connection.spec.label} has no model “{model}”.", f"It offers: {known}.")
        await _set(connection, session, menu, choice)
    efforts = session.offer.efforts
    found = efforts.find(effort) if effort else None
    if found is not None:
        await _set(connection, session, efforts, found)


async def _set(connection: AgentConnection, session: AcpSession, menu: Menu, choice: Choice) -> None:
    if choice.id == menu.current:
        return
    named: Json = {"sessionId": session.id}
    if menu.way == "request":
        await connection.request(requests.SET_MODEL, named | {"modelId": choice.id}, SETTING_S)
    else:
        params = named | {"configId": menu.option, "value": choice.id}
        await connection.request(requests.SET_OPTION, params, SETTING_S)
    session.offer = session.offer.with_current(menu, choice.id)
