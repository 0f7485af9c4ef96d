"""What an agent said it can do when we shook hands; pure."""

from dataclasses import dataclass

from boocode_desktop.agents.acp.loose import first_text, object_of
from boocode_desktop.domain.events import Json
from boocode_desktop.orchestrator.ports.agents import AgentCapabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """From the response to `initialize`; what is not said is not there."""

    load: bool = False
    resume: bool = False
    close: bool = False
    fork: bool = False
    list: bool = False
    image: bool = False
    audio: bool = False
    embedded_context: bool = False
    version: str = ""

    @property
    def capabilities(self) -> AgentCapabilities:
        """The same in the words of the port."""
        return AgentCapabilities(
            image=self.image,
            audio=self.audio,
            embedded_context=self.embedded_context,
            load=self.load,
            resume=self.resume,
            list=self.list,
            fork=self.fork,
            close=self.close,
        )


def parse_abilities(response: Json) -> Abilities:
    """From the response to `initialize`."""
    can = object_of(response.get("agentCapabilities"))
    sessions, prompts = object_of(can.get("sessionCapabilities")), object_of(can.get("promptCapabilities"))
    return Abilities(
        load=can.get("loadSession") is True,
        resume=_offers(sessions, "resume"),
        close=_offers(sessions, "close"),
        fork=_offers(sessions, "fork"),
        list=_offers(sessions, "list"),
        image=prompts.get("image") is True,
        audio=prompts.get("audio") is True,
        embedded_context=prompts.get("embeddedContext") is True,
        version=first_text(object_of(response.get("agentInfo")), "version"),
    )


def _offers(sessions: Json, name: str) -> bool:
    return isinstance(sessions.get(name), dict)
