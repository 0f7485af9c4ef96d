"""Which models can be used, and clients for them: the endpoints of the settings, the local engine, any address."""

import asyncio
import dataclasses
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from boocode_desktop.config.settings import Endpoint, Settings
from boocode_desktop.domain.errors import AdapterError, UserFacingError
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.domain.retry import worth_retrying
from boocode_desktop.llm.model_errors import describe, failure_of
from boocode_desktop.llm.model_listing import ListedModel, list_models, normalized, read_props
from boocode_desktop.llm.openai_chat import Connection, OpenAIChat
from boocode_desktop.llm.presets import Preset, guess_preset, preset
from boocode_desktop.llm.scripted import SCRIPTED, ScriptedModel
from boocode_desktop.llm.secrets import Secrets
from boocode_desktop.net.client import HttpClient, Timeouts
from boocode_desktop.net.errors import NetError
from boocode_desktop.orchestrator.ports.models import LanguageModel

LOCAL = "local"
_LIST_TIMEOUTS = Timeouts(connect=3.0, first_byte=5.0, between_bytes=5.0)
_FRESH_S = 60.0
_FAILED_FRESH_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineAddress:
    """The local model server as it stands. While `restarting` (or starting) the address may still be ""."""

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    context_size: int = 0
    vision: bool = False
    restarting: bool = False


@dataclass(frozen=True, slots=True)
class _Listing:
    at: float
    models: tuple[ListedModel, ...]
    error: NetError | None = None


@dataclass(slots=True)
class Catalog:
    """The model catalog. `settings` and `engine` are asked every time, so that changes count at once."""

    settings: Callable[[], Settings]
    engine: Callable[[], EngineAddress | None]
    secrets: Secrets
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _listings: dict[tuple[str, str], _Listing] = field(default_factory=dict)
    _clients: dict[tuple[Endpoint, str], OpenAIChat] = field(default_factory=dict)
    _scripted: ScriptedModel = field(default_factory=ScriptedModel)

    async def available(self) -> Sequence[ModelInfo]:
        """Models of the local engine and of every endpoint that answers, in the order of the settings."""
        engine = self.engine()
        local = [_engine_info(engine)] if engine is not None else []
        found = await asyncio.gather(*(self._models(e) for e in self.settings().endpoints))
        return [*local, *(model for models in found for model in models)]

    async def client(self, model: str = "", base_url: str = "") -> LanguageModel:
        """A client for a model id, or a name, in that order; "" takes the default one. See the port."""
        if base_url:
            return await self._at_address(model, base_url)
        if model == SCRIPTED:
            return self._scripted
        wanted = model or self.settings().default_model
        direct = self._named(wanted)
        if direct is not None:
            return direct
        info = choose(wanted, await self.available())
        if info.provider == LOCAL:
            return self._local(info)
        endpoint = self.settings().endpoint(info.provider)
        assert endpoint is not None, "a listed model has an endpoint"
        return self._remote(endpoint, info)

    async def check(self, endpoint: Endpoint, key: str = "") -> Sequence[ModelInfo]:
        """The models of an endpoint that may not be saved yet, by the ids it lists itself; "" uses the stored key.

        Raises:
            AdapterError: it does not answer, wants another key, or is no such server.
        """
        address = normalized(endpoint.base_url)
        used = key or await self.secrets.get(endpoint.name)
        http = _lister(address, used)
        try:
            models = await list_models(http)
        except NetError as error:
            failure = failure_of(error)
            raise describe(error, failure, host=http.host, keyed=bool(used), started=False, tries=1) from error
        finally:
            await http.close()
        return [dataclasses.replace(_info(endpoint, model), id=model.id) for model in models]

    async def close(self) -> None:
        """Close all clients."""
        clients, self._clients = list(self._clients.values()), {}
        await asyncio.gather(*(c.close() for c in clients))

    async def forget_listings(self) -> None:
        """Ask the servers again: a key or an address was changed. A coroutine, as all that a stand-in passes on."""
        self._listings.clear()

    def _named(self, wanted: str) -> LanguageModel | None:
        """A client for `endpoint/model` without asking the endpoint, so that one which is down can be waited for."""
        name, _, wire = wanted.partition("/")
        endpoint = self.settings().endpoint(name)
        if endpoint is None or not wire:
            return None
        return self._remote(endpoint, _info(endpoint, ListedModel(id=wire)))

    async def _models(self, endpoint: Endpoint) -> list[ModelInfo]:
        if endpoint.models:
            return [_info(endpoint, ListedModel(id=model)) for model in endpoint.models]
        listing = await self._list(endpoint)
        known = [ListedModel(id=m.id) for m in preset(endpoint.preset).models] if _unlisted(listing) else []
        return [_info(endpoint, model) for model in (*listing.models, *known)]

    async def _list(self, endpoint: Endpoint) -> _Listing:
        key = (endpoint.base_url, endpoint.name)
        old = self._listings.get(key)
        if old is not None and self.clock() - old.at < (_FAILED_FRESH_S if old.error else _FRESH_S):
            return old
        connection = await self._connection(endpoint)
        http = _lister(connection.base_url, connection.api_key)
        try:
            listing = _Listing(self.clock(), await list_models(http))
        except NetError as error:
            listing = _Listing(self.clock(), (), error)
        finally:
            await http.close()
        self._listings[key] = listing
        return listing

    async def _at_address(self, model: str, base_url: str) -> LanguageModel:
        address = normalized(base_url)
        endpoint = self._endpoint_at(address)
        listing = await self._list(endpoint)
        listed = next((m for m in listing.models if m.id == model), None)
        if not model and listing.models:
            listed = listing.models[0]
        # A server that does not list its models is asked for the wanted one anyway, and says itself what is wrong.
        chosen = listed or ListedModel(id=model or "default")
        if chosen.owned_by and endpoint.preset == "generic":
            endpoint = dataclasses.replace(endpoint, preset=guess_preset(address, chosen.owned_by).name)
        return self._remote(endpoint, dataclasses.replace(_info(endpoint, chosen), id=chosen.id))

    def _endpoint_at(self, address: str) -> Endpoint:
        """The configured endpoint of that address, for its key and its kind, or a nameless one."""
        for endpoint in self.settings().endpoints:
            if normalized(endpoint.base_url) == address:
                return endpoint
        return Endpoint(name=urlsplit(address).netloc, base_url=address, preset=guess_preset(address).name)

    def _remote(self, endpoint: Endpoint, info: ModelInfo) -> OpenAIChat:
        kind, wire = preset(endpoint.preset), info.name
        client = self._clients.get((endpoint, wire))
        effort = endpoint.effort or self.settings().default_effort
        if client is None or client.effort != effort:
            client = OpenAIChat(
                model=wire,
                known=info,
                preset=kind,
                connect=lambda: self._connection(endpoint),
                effort=effort,
                look_up=lambda http: self._look_up(endpoint, info, kind, http),
                clock=self.clock,
                sleep=self.sleep,
            )
            self._clients[endpoint, wire] = client
        return client

    def _local(self, info: ModelInfo) -> OpenAIChat:
        endpoint = Endpoint(name=LOCAL, preset="llama.cpp")
        client, effort = self._clients.get((endpoint, info.name)), self.settings().default_effort
        if client is None or client.known != info or client.effort != effort:
            client = OpenAIChat(
                model=info.name,
                known=info,
                preset=preset("llama.cpp"),
                connect=self._engine_connection,
                effort=effort,
                clock=self.clock,
                sleep=self.sleep,
            )
            self._clients[endpoint, info.name] = client
        return client

    async def _connection(self, endpoint: Endpoint) -> Connection:
        # Nobody can have stored a key for an address that was only passed along, and a keyring may ask to be unlocked.
        stored = self.settings().endpoint(endpoint.name) is not None
        key = await self.secrets.get(endpoint.name) if stored else self.secrets.given()
        return Connection(base_url=normalized(endpoint.base_url), api_key=key)

    async def _engine_connection(self) -> Connection:
        engine = self.engine()
        if engine is None:
            raise AdapterError("The local engine is not running.", "Start it with a model file, then ask again.")
        address = normalized(engine.base_url)
        return Connection(base_url=address, api_key=engine.api_key, own=True, restarting=engine.restarting)

    async def _look_up(self, endpoint: Endpoint, info: ModelInfo, kind: Preset, http: HttpClient) -> ModelInfo:
        """What the server tells of a model, beyond what is known.

        Raises:
            NetError: it does not answer, or not now.
        """
        listing = await self._list(endpoint)
        if listing.error is not None and not _has_no_list(listing.error):
            raise listing.error
        listed = next((m for m in listing.models if m.id == info.name), None)
        found = dataclasses.replace(_info(endpoint, listed), id=info.id) if listed is not None else info
        props = await read_props(http) if kind.props else None
        if props is None:
            return found
        size = endpoint.context_size or props.context_size or found.context_size
        return dataclasses.replace(found, context_size=size, vision=props.vision)


def choose(wanted: str, models: Sequence[ModelInfo]) -> ModelInfo:
    """The model with that id, else with that name, else ignoring case; "" takes the first.

    Raises:
        UserFacingError: there is none, or several; the hint lists what there is.
    """
    if not models:
        raise UserFacingError(
            f"No model {wanted!r} can be used: no endpoint answers." if wanted else "No model is set up yet.",
            "Start the local engine with a model file, add an endpoint in the settings, or pass --base-url.",
        )
    if not wanted:
        return models[0]
    for matches in _matchings(wanted, models):
        if len(matches) > 1:
            raise UserFacingError(
                f"Several models are called {wanted!r}.", "Choose one of " + ", ".join(m.id for m in matches) + "."
            )
        if matches:
            return matches[0]
    shown = ", ".join(m.id for m in models[:20]) + (f" and {len(models) - 20} more" if len(models) > 20 else "")
    raise UserFacingError(f"There is no model {wanted!r}.", f"There are: {shown}.")


def _matchings(wanted: str, models: Sequence[ModelInfo]) -> Sequence[list[ModelInfo]]:
    lower = wanted.lower()
    return (
        [m for m in models if m.id == wanted],
        [m for m in models if m.name == wanted],
        [m for m in models if lower in (m.id.lower(), m.name.lower())],
    )


def _info(endpoint: Endpoint, model: ListedModel) -> ModelInfo:
    kind = preset(endpoint.preset)
    known = kind.known(model.id)
    size = endpoint.context_size or model.context_size or (known.context_size if known else 0)
    silent = known.vision if known else kind.vision
    return ModelInfo(
        id=f"{endpoint.name}/{model.id}",
        name=model.id,
        context_size=size,
        vision=silent if model.vision is None else model.vision,
        efforts=tuple(kind.efforts),
        provider=endpoint.name,
    )


def _engine_info(engine: EngineAddress) -> ModelInfo:
    return ModelInfo(
        id=f"{LOCAL}/{engine.model}",
        name=engine.model,
        context_size=engine.context_size,
        vision=engine.vision,
        efforts=tuple(preset("llama.cpp").efforts),
        provider=LOCAL,
    )


def _unlisted(listing: _Listing) -> bool:
    """Whether a server answers and only its list is missing."""
    return not listing.models and (listing.error is None or _has_no_list(listing.error))


def _has_no_list(error: NetError) -> bool:
    """Whether a server is there but does not list its models: no key yet, or no such path."""
    return error.failure.kind == "http" and not worth_retrying(error.failure)


def _lister(address: str, key: str) -> HttpClient:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return HttpClient(base_url=address, headers=headers, timeouts=_LIST_TIMEOUTS)
